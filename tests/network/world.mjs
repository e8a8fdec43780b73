// What one test has to do with: a script, the apps and keys in it, and a log.
//
// A script is an object with these members, all of them optional:
//
//   faults    a list of faults (see send.mjs), one for each request in turn; null: answered well
//   repeat    true: the last of them goes on for ever. Otherwise what comes after them is answered well
//   chance    0 to 1: so many requests have one of the faults instead, drawn by `seed`; by the number of
//             the request alone, so that a run can be repeated
//   only      faults are for requests with this in `POST /path`; the others are answered well
//   clock     ms by which this server's clock is ahead
//   refused   target to error, as { "clientId:a": { code, statusCode, message } }
//   form      'array': revocations are answered in the form of old protocol versions, whatever is asked for
//   apps      see APPS; `accessToken` and `capabilities` go with them
//   cors      false: no CORS headers at all

const APPS = [
  {
    id: 'xVLyHw',
    name: 'My app',
    keys: [{ id: 'A-pwh7', name: 'Root', secret: 'made-up-secret', capability: { '*': ['*'] }, revocableTokens: true }],
  },
];
const CAPABILITIES = [
  'read:app',
  'write:app',
  'read:key',
  'write:key',
  'read:rule',
  'write:rule',
  'read:queue',
  'write:queue',
  'read:namespace',
  'write:namespace',
  'read:stats',
];
const KNOWN = [
  'faults',
  'repeat',
  'chance',
  'seed',
  'only',
  'clock',
  'refused',
  'form',
  'apps',
  'accessToken',
  'capabilities',
  'cors',
];

export class World {
  constructor(script) {
    const unknown = Object.keys(script).filter((name) => !KNOWN.includes(name));
    if (unknown.length > 0) throw new Error(`no script has ${unknown.join()}`);
    this.script = script;
    this.log = [];
    this.apps = structuredClone(script.apps ?? APPS);
    this.accessToken = script.accessToken ?? 'made-up-access-token';
    this.capabilities = script.capabilities ?? CAPABILITIES;
    this.nonces = new Set();
    this.lists = new Map();
    this.requests = 0;
    this.counted = 0;
    this.random = seeded(script.seed ?? 1);
  }

  now() {
    return Date.now() + (this.script.clock ?? 0);
  }

  /** The fault for a request, and its place in the list; undefined when it is answered well. */
  fault({ method, path }) {
    const { faults = [], repeat, chance, only } = this.script;
    if (faults.length === 0 || (only && !`${method} ${path}`.includes(only))) return undefined;
    const count = this.counted++;
    const pick = () => {
      if (chance === undefined) return count < faults.length || !repeat ? count : faults.length - 1;
      // Always two draws: whether a request fails must not depend on which faults the others had.
      const [whether, which] = [this.random(), this.random()];
      return whether < chance ? Math.floor(which * faults.length) : -1;
    };
    const index = pick();
    return faults[index] ? { ...faults[index], index } : undefined;
  }
}

/** Mulberry32. */
function seeded(seed) {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}
