// Where requests go: to the sandbox in this page, or to real Ably. Only ever in memory: no link and no
// reload switches it on.
import { byId, say } from './dom.js';
import { onlyOwnKeys } from '../issue/key.js';

/** Ably's own; the functions of the package know its fallback hosts besides. */
const ABLY = 'https://main.realtime.ably.net';
/** Of `npx ably-edge-auth sandbox`. */
const LOCAL = 'http://127.0.0.1:8585';
const CONTROL = 'https://control.ably.net/v1';

export let mode = 'sandbox';

/** Where a command reaches what this page talks to: the sandbox of a terminal has the same keys. */
export const endpoint = () => (mode === 'real' ? ABLY : LOCAL);

const NOTES = {
  sandbox: 'Everything happens inside this page, with made-up keys. Nothing is sent.',
  real: 'Real Ably: what you use, revoke or look up from now on is sent from this browser to Ably, with the key or access token that you give, and takes effect there. The credential stays in this page’s memory: it is not stored, not put in a link, and forgotten when you reload or switch back.',
};

const listeners = new Set();

/** Called after each switch. */
export const onSwitch = (listener) => listeners.add(listener);

export function startMode(changed) {
  for (const name of ['sandbox', 'real'])
    byId(`mode-${name}`).addEventListener('change', () => {
      mode = name;
      say(byId('mode-note'), NOTES[name]);
      byId('mode-note').classList.toggle('real', name === 'real');
      onlyOwnKeys(name === 'real');
      changed();
      for (const listener of listeners) listener();
    });
}

/** What the functions of the package take as their network options, and where raw requests go. */
export async function network() {
  if (mode === 'real')
    return {
      options: { fetch: (url, init) => fetch(url, init) },
      fetch: (url, init) => fetch(url, init),
      data: ABLY,
      control: CONTROL,
    };
  const { openSandbox } = await import('./sandbox.js');
  const sandbox = await openSandbox();
  const url = sandbox.endpoint;
  const local = (address, init) => sandbox.fetch(address, init);
  return { options: { endpoint: url, fetch: local }, fetch: local, data: url, control: `${url}/v1`, sandbox };
}
