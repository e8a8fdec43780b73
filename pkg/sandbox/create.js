// createSandbox: a local sandbox of Ably's token service, as a function with the signature of `fetch`.
import { AblyAuthError } from '../lib/error.js';
import { RawSandbox, maxRequestBytes } from '../generated/ably_edge_auth_sandbox.js';
import { globalNamed } from '../lib/module/globals.js';
import { demandSandbox } from './load.js';
import { isInit, readRequest, responseOf } from './message.js';
import { kindOf, refuse } from '../lib/input/usage-error.js';
import { readSandboxOptions } from './options.js';
import { Sockets } from './sockets.js';
import { bunHandlers, isUpgrade, upgrade } from './upgrade.js';
import { deliver } from './webhooks.js';
import { webSocketClass } from './websocket.js';

/** The sockets of each sandbox, for servers in this package. */
const SOCKETS = new WeakMap();
export const socketsOf = (sandbox) => SOCKETS.get(sandbox);

export function createSandbox(options = {}) {
  demandSandbox();
  const { now, state, onChange, onWebhook, seed, hosts, port, origins, revokeChannels } = readSandboxOptions(options);
  const raw = new RawSandbox(seed, hosts, port ?? 0, origins, revokeChannels);
  restore(raw, state);
  const endpoint = `http://127.0.0.1${port === undefined ? '' : `:${port}`}`;
  const [accountId, accountName, appId, appName, root, revocable, narrow, accessToken, adminToken] = raw.credentials();

  /** Handles a request. Its change takes effect only when onChange has stored it. */
  async function answer({ method, url, headers, body }) {
    const failed = ({ message, remediation }) =>
      raw.failure(method, url, headers, [message, remediation].filter(Boolean).join('; '));
    let given;
    try {
      const earlier = catchUp();
      if (earlier) await earlier;
      given = raw.handle(method, url, headers, body, moment(now), entropy());
    } catch (error) {
      if (!(error instanceof Unready)) throw error;
      return failed(error);
    }
    // Without a store there is no await between the change and its commit, in which another one could come.
    const problem = onChange && (await store(given.change));
    if (problem !== undefined) {
      raw.discard(problem);
      return failed({ message: problem });
    }
    done();
    const later = catchUp();
    if (later) await later;
    return given;
  }

  /** Stores a change, if there is one. Returns why it could not be stored. */
  async function store(change) {
    if (change === undefined) return undefined;
    try {
      await onChange(change, sandbox);
    } catch (error) {
      return `onChange failed${named(error)}, so the change was discarded`;
    }
  }

  /** Keeps the change of a step, or gives it up if it cannot be stored. */
  async function keep(change) {
    const problem = await store(change);
    if (problem !== undefined) raw.discard(problem);
    doneWithWebhooks();
  }

  /** Like `done`, and sends what the rules send for the change. Nobody waits for it, as at Ably. */
  function doneWithWebhooks() {
    const webhooks = onWebhook && raw.webhooks();
    done();
    if (webhooks) deliver(webhooks, onWebhook);
  }

  /** Does what is due, such as the end of connections that a request has just revoked. */
  function catchUp() {
    const change = sockets.due();
    if (onChange) return keep(change);
    done();
  }

  /** Commits the change of the latest step, and delivers it. */
  function done() {
    raw.commit();
    sockets.settle();
  }

  /** Runs a step of the sockets. Without a store it is done on return, because nothing has to be awaited. */
  function run(step) {
    if (onChange)
      return next(async () => {
        await catchUp();
        await keep(step());
        await catchUp();
      });
    catchUp();
    step();
    doneWithWebhooks();
    catchUp();
  }

  const sockets = new Sockets(raw, { now: () => moment(now), entropy, run });

  // Requests wait while a change is being stored: they must neither see the old state nor make another change.
  let last = Promise.resolve();
  function next(step) {
    const turn = last.then(step);
    last = turn.catch(() => {});
    return turn;
  }

  let webSocket;
  const sandbox = Object.freeze({
    async fetch(input, init) {
      const signal = isInit(init) ? init.signal : undefined;
      signal?.throwIfAborted();
      const parts = await unlessAborted(signal, readRequest(input, init, endpoint, maxRequestBytes()));
      if (isUpgrade(parts.headers)) return upgrade(sockets, input, parts, init);
      const given = await unlessAborted(signal, onChange ? next(() => answer(parts)) : answer(parts));
      // Not in turn: the receiver may call the sandbox.
      if (given.webhooks && onWebhook) await unlessAborted(signal, deliver(given.webhooks, onWebhook));
      return responseOf(given, parts.method);
    },
    async tick() {
      await sockets.tick();
    },
    get WebSocket() {
      webSocket ??= webSocketClass(sockets, endpoint);
      return webSocket;
    },
    websocket: bunHandlers(sockets),
    snapshot: () => Array.from({ length: raw.beginSnapshot() }, () => raw.nextOfSnapshot()),
    endpoint,
    account: Object.freeze({ id: accountId, name: accountName }),
    app: Object.freeze({ id: appId, name: appName }),
    keys: Object.freeze({ root, revocable, narrow }),
    accessToken,
    adminToken,
  });
  SOCKETS.set(sandbox, sockets);
  return sandbox;
}

function restore(raw, state) {
  let index = 0;
  for (const change of state) {
    const path = `state[${index++}]`;
    if (typeof change !== 'string') throw refuse(path, kindOf(change), 'the changes as onChange received them');
    try {
      raw.restore(change);
    } catch (thrown) {
      if (typeof thrown !== 'string') throw thrown;
      const error = JSON.parse(thrown);
      throw new AblyAuthError({ ...error, message: `${path}: ${error.message}`, path });
    }
  }
}

/** The clock or random values are unavailable. The message goes into the response. */
class Unready extends Error {}

/** The time of a request, in ms since 1970. */
function moment(now) {
  let ms;
  try {
    ms = (now ?? Date.now)();
  } catch (error) {
    throw new Unready(`the option now threw${named(error)}`);
  }
  if (now === undefined && ms === 0) throw new Unready('no clock is available, as in the global scope of a Worker');
  // 8.64e15 is the largest time that a Date can hold.
  if (typeof ms === 'number' && ms >= 0 && ms <= 8.64e15) return Math.floor(ms);
  throw new Unready(`the option now returned ${typeof ms === 'number' ? ms : kindOf(ms)} instead of ms since 1970`);
}

function entropy() {
  try {
    return globalNamed('crypto').getRandomValues(new Uint8Array(32));
  } catch {
    throw new Unready('no random values are available, as in the global scope of a Worker');
  }
}

/** Only the code or name of an error: its message may repeat the change, which contains secrets. */
function named(error) {
  const name = error?.code ?? error?.name;
  return typeof name === 'string' && /^\w{1,40}$/.test(name) ? ` (${name})` : '';
}

function unlessAborted(signal, promise) {
  if (!signal) return promise;
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    signal.addEventListener('abort', abort);
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
    if (signal.aborted) abort();
  });
}
