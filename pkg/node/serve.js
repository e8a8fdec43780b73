// Runs the sandbox as an HTTP server.
import { randomBytes } from 'node:crypto';
import { AblyAuthError } from '../lib/error.js';
import { createSandbox } from './sandbox.js';
import { socketsOf } from '../sandbox/create.js';
import { certificate } from './certificate.js';
import { httpServer } from './http.js';
import { isEvery, isLoopback, listen, namesOf, remoteAddresses } from './listen.js';
import { openStateFile } from './state-file.js';
import { addWebhook, webhookSender, webhookUrl } from './webhooks.js';

export const DEFAULT_PORT = 8585;
/** How long open requests may take when the server closes. */
const GRACE_MS = 5_000;
/** By which this machine reaches it. */
const LOOPBACK_NAMES = ['localhost', '127.0.0.1', '::1'];

/**
 * @param {{
 *   port?: number, host?: string, hosts?: string[], origins?: string[], revokeChannels?: boolean, state?: string,
 *   webhook?: string, tls?: boolean, tlsCert?: string, tlsKey?: string,
 *   tell?: (sentence: string) => void, compactAboveBytes?: number, timeouts?: object,
 * }} [options] `tell` is called with warnings for the operator
 */
export async function serve({
  port = DEFAULT_PORT,
  host,
  hosts = [],
  tell = () => {},
  timeouts,
  state,
  webhook,
  tls: isTls = false,
  tlsCert,
  tlsKey,
  compactAboveBytes,
  ...options
} = {}) {
  const isOpen = !isLoopback(host);
  const url = webhook === undefined ? undefined : webhookUrl(webhook);
  // If others can reach the sandbox, only its operator decides where it sends webhooks.
  const sender = webhookSender({ tell, ...(isOpen && { isAllowed: (target) => target === url }) });
  const { file, changes } =
    state === undefined ? { changes: [] } : await openStateFile(state, { tell, compactAboveBytes });
  let isEnding = false;
  let servers = [];
  let all;
  let tls;
  try {
    if (isTls || tlsCert !== undefined || tlsKey !== undefined) {
      const names = isOpen ? [...namesOf(host), ...hosts, ...LOOPBACK_NAMES] : [...LOOPBACK_NAMES, ...hosts];
      const bare = new Set(names.map((name) => name.replace(/^\[(.*)\]$/, '$1')));
      for (const name of ['0.0.0.0', '::']) bare.delete(name);
      tls = await certificate({ cert: tlsCert, key: tlsKey }, [...bare], state);
    }
    let begin;
    const begun = new Promise((resolve) => (begin = resolve));
    const makeServer = () =>
      httpServer(async (request) => (await begun).fetch(request), {
        timeouts,
        isEnding: () => isEnding,
        tls: tls && { cert: tls.cert, key: tls.key },
        sockets: async () => socketsOf(await begun),
      });
    const scheme = tls ? 'https' : 'http';
    const listening = await listen(makeServer, host, port);
    servers = listening.servers;
    const sandbox = create(state, {
      ...options,
      state: changes,
      onChange: file && telling(file.onChange, tell),
      onWebhook: sender.onWebhook,
      // An open server may be reached through other ports, such as those of a proxy, so its port is not checked.
      ...(isOpen
        ? { hosts: [...namesOf(host), ...hosts], seed: randomBytes(32).toString('hex') }
        : { hosts, port: listening.port }),
    });
    if (isOpen) refuseKnownKeys(sandbox, state);
    // The seed of random keys is saved before the keys are shown.
    if (isOpen && changes.length === 0) await file?.rewrite(sandbox.snapshot());
    await file?.compactFrom(() => sandbox.snapshot());
    if (url !== undefined) await addWebhook(sandbox, url);
    all = socketsOf(sandbox);
    begin(sandbox);
    return {
      sandbox,
      url: urlOf(host, listening.port, scheme),
      others: othersOf(host, listening.port, scheme),
      trust: tls?.trust,
      isOpen,
      isNew: changes.length === 0,
      close,
    };
  } catch (error) {
    await close({ graceMs: 0 });
    throw error;
  }

  /** Waits for open requests, then releases the state file. */
  async function close({ graceMs = GRACE_MS } = {}) {
    isEnding = true;
    const closed = servers.map((server) => new Promise((resolve) => server.close(resolve)));
    all?.end();
    const timer = setTimeout(() => {
      for (const server of servers) server.closeAllConnections();
      all?.end({ isHard: true });
    }, graceMs);
    await Promise.all(closed);
    clearTimeout(timer);
    sender.close();
    tls?.remove();
    await file?.close();
  }
}

function create(path, options) {
  try {
    return createSandbox(options);
  } catch (error) {
    const [place, index] = /^state\[(\d+)\]$/.exec(error.path) ?? [];
    if (index === undefined) throw error;
    // Changes start on line 2, after the header.
    const words = error.message.slice(`${place}: `.length);
    throw new AblyAuthError({
      kind: 'usage',
      message: `${path}, line ${Number(index) + 2}: ${words}`,
      path: 'state',
      remediation: error.remediation,
    });
  }
}

/** Reports failures to save to the operator, because the response to the client leaves out the details. */
function telling(onChange, tell) {
  let last;
  return async (change) => {
    try {
      await onChange(change);
      last = undefined;
    } catch (error) {
      // Reported once, not for every request that fails in the same way.
      if (error.message !== last) tell([error.message, error.remediation].filter(Boolean).join('; '));
      last = error.message;
      throw error;
    }
  };
}

/** Rejects a state file created on loopback: its keys are public. */
function refuseKnownKeys({ accessToken }, state) {
  if (!accessToken.startsWith('not-a-secret')) return;
  const remediation = 'use a new file';
  throw new AblyAuthError({
    kind: 'usage',
    message: `the state file ${state} was created by a sandbox on loopback, so its keys are public`,
    path: 'state',
    remediation,
  });
}

/** The addresses by which other machines reach a server that listens on all of this one's. */
function othersOf(host, port, scheme) {
  return isEvery(host) ? remoteAddresses().map((address) => urlOf(address, port, scheme)) : [];
}

function urlOf(host, port, scheme) {
  const isNamed = host !== undefined && host !== 'localhost' && !isEvery(host);
  const name = isNamed ? host : '127.0.0.1';
  return `${scheme}://${name.includes(':') ? `[${name}]` : name}:${port}`;
}
