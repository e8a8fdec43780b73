// What tests over HTTP share: a world of their own on the test server (tests/network/), and watches
// for what a call leaves behind. Only `fetch` and timers, which every runtime has.
import { ok } from './assert.mjs';
import { PATIENCE_MS } from './patience.mjs';

export const ACCESS_TOKEN = 'made-up-access-token';

export const later = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/**
 * Makes a world (tests/network/world.mjs says what a script has, tests/network/send.mjs what a fault has).
 * @returns {Promise<{ endpoint: string, elsewhere: string, log: Function, until: Function }>}
 */
export async function world({ origin }, script = {}) {
  const control = `${origin}/control/${crypto.randomUUID()}`;
  const answer = await fetch(control, { method: 'POST', body: JSON.stringify(script) });
  const made = await answer.json();
  ok(answer.status === 201, `the test server made no world: ${JSON.stringify(made)}`);

  /** Every request but preflights, which are the browser's own. */
  const log = async () => (await (await fetch(control)).json()).filter(({ preflight }) => !preflight);
  const all = async () => (await fetch(control)).json();
  /** Waits for what the log must come to. */
  const until = async (isSo, what, patience = PATIENCE_MS) => {
    for (const end = Date.now() + patience; ; await later(10)) {
      const found = await log();
      if (isSo(found)) return found;
      ok(Date.now() < end, `${what} never came about; the log: ${JSON.stringify(found)}`);
    }
  };
  return { ...made, log, all, until };
}

/** A subject that needs functions which are not there fails in one test that says so, and registers nothing else. */
export function lacks({ test, library, network }, ...names) {
  const missing = names.filter((name) => typeof library[name] !== 'function');
  const what = [
    ...missing.map((name) => `the library has no ${name}`),
    ...(network?.origin ? [] : ["the test server's origin was not given"]),
  ];
  if (what.length > 0)
    test('there is what it needs', () => {
      throw new Error(what.join('; '));
    });
  return what.length > 0;
}

/** What `call` takes, in ms, and how it ends. */
export async function timed(call) {
  const start = performance.now();
  const ending = await call().then(
    (value) => ({ value }),
    (error) => ({ error }),
  );
  return { ...ending, ms: performance.now() - start };
}

/** An AbortSignal of which it is known how many listen. */
export function watchedSignal() {
  const listeners = new Set();
  const signal = {
    aborted: false,
    addEventListener: (_, listener) => void listeners.add(listener),
    removeEventListener: (_, listener) => void listeners.delete(listener),
  };
  const abort = () => {
    signal.aborted = true;
    for (const listener of [...listeners]) listener();
  };
  return { signal, abort, listening: () => listeners.size };
}

/** How many timers `run` leaves behind: neither cleared nor fired. */
export async function timersLeftBy(run) {
  const { setTimeout: set, clearTimeout: clear } = globalThis;
  const left = new Set();
  globalThis.setTimeout = (call, ms, ...values) => {
    const fire = () => {
      left.delete(id);
      call(...values);
    };
    const id = set(fire, ms);
    left.add(id);
    return id;
  };
  globalThis.clearTimeout = (id) => {
    left.delete(id);
    clear(id);
  };
  try {
    await run();
    // Node's own fetch keeps its time with one that keeps nothing alive.
    return [...left].filter((id) => id.hasRef?.() !== false).length;
  } finally {
    Object.assign(globalThis, { setTimeout: set, clearTimeout: clear });
  }
}

/** Timers that keep the process alive, where the runtime tells. */
export function activeTimers() {
  const list = globalThis.process?.getActiveResourcesInfo?.();
  return Array.isArray(list) ? list.filter((name) => name === 'Timeout').length : 0;
}
