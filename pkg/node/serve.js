// The sandbox as a server of this machine.
import { randomBytes } from 'node:crypto';
import { AblyAuthError } from '../lib/error.js';
import { createSandbox } from '../sandbox.js';
import { httpServer } from './http.js';
import { isEvery, isLoopback, listen, namesOf } from './listen.js';
import { openStateFile } from './state-file.js';

export const DEFAULT_PORT = 8585;
/** How long requests that are under way have when the server is to end. */
const GRACE_MS = 5_000;

/**
 * @param {{
 *   port?: number, host?: string, hosts?: string[], origins?: string[], revokeChannels?: boolean, state?: string,
 *   tell?: (sentence: string) => void, compactAboveBytes?: number, timeouts?: object,
 * }} [options] `tell` is handed what the one who started it ought to know
 */
export async function serve({
  port = DEFAULT_PORT,
  host,
  hosts = [],
  tell = () => {},
  timeouts,
  state,
  compactAboveBytes,
  ...options
} = {}) {
  const isOpen = !isLoopback(host);
  const { file, changes } =
    state === undefined ? { changes: [] } : await openStateFile(state, { tell, compactAboveBytes });
  let isEnding = false;
  let servers = [];
  try {
    let begin;
    const begun = new Promise((resolve) => (begin = resolve));
    const makeServer = () =>
      httpServer(async (request) => (await begun).fetch(request), { timeouts, isEnding: () => isEnding });
    const listening = await listen(makeServer, host, port);
    servers = listening.servers;
    const sandbox = create(state, {
      ...options,
      state: changes,
      onChange: file && telling(file.onChange, tell),
      // Who is called by other names may be called through other ports, too.
      ...(isOpen
        ? { hosts: [...namesOf(host), ...hosts], seed: randomBytes(32).toString('hex') }
        : { hosts, port: listening.port }),
    });
    if (isOpen) refuseKnownKeys(sandbox, state);
    // What random keys are made from is kept before anybody is told of them.
    if (isOpen && changes.length === 0) await file?.rewrite(sandbox.snapshot());
    await file?.compactFrom(() => sandbox.snapshot());
    begin(sandbox);
    return { sandbox, url: urlOf(host, listening.port), isOpen, isNew: changes.length === 0, close };
  } catch (error) {
    await close({ graceMs: 0 });
    throw error;
  }

  /** Lets requests that are under way end, then gives the file back. */
  async function close({ graceMs = GRACE_MS } = {}) {
    isEnding = true;
    const closed = servers.map((server) => new Promise((resolve) => server.close(resolve)));
    const timer = setTimeout(() => {
      for (const server of servers) server.closeAllConnections();
    }, graceMs);
    await Promise.all(closed);
    clearTimeout(timer);
    await file?.close();
  }
}

function create(path, options) {
  try {
    return createSandbox(options);
  } catch (error) {
    const [place, index] = /^state\[(\d+)\]$/.exec(error.path) ?? [];
    if (index === undefined) throw error;
    // The first line is none of the changes, and lines are counted from 1.
    const words = error.message.slice(`${place}: `.length);
    throw new AblyAuthError({
      kind: 'usage',
      message: `${path}, line ${Number(index) + 2}: ${words}`,
      path: 'state',
      remediation: error.remediation,
    });
  }
}

/** What the one who started it ought to know is not what the client is told. */
function telling(onChange, tell) {
  let last;
  return async (change) => {
    try {
      await onChange(change);
      last = undefined;
    } catch (error) {
      // Not once for each request that fails in the same way.
      if (error.message !== last) tell([error.message, error.remediation].filter(Boolean).join('; '));
      last = error.message;
      throw error;
    }
  };
}

/** A file that was begun on loopback has keys in it that anybody can read in the documentation. */
function refuseKnownKeys({ accessToken }, state) {
  if (!accessToken.startsWith('not-a-secret')) return;
  const remediation = 'give a new file';
  throw new AblyAuthError({
    kind: 'usage',
    message: `${state} was begun by a sandbox for this machine only, with keys that everybody knows`,
    path: 'state',
    remediation,
  });
}

function urlOf(host, port) {
  const isNamed = host !== undefined && host !== 'localhost' && !isEvery(host);
  const name = isNamed ? host : '127.0.0.1';
  return `http://${name.includes(':') ? `[${name}]` : name}:${port}`;
}
