// Where requests go: to the sandbox in this page or to real Ably. The mode exists only in memory, so that no link and
// no reload selects real Ably.
import { byId, say } from './dom.js';
import { onlyOwnKeys } from '../issue/key.js';

/** Ably's primary host. The package also knows the fallback hosts. */
const ABLY = 'https://main.realtime.ably.net';
/** The address of `npx ably-edge-auth sandbox`. */
const LOCAL = 'http://127.0.0.1:8585';
const CONTROL = 'https://control.ably.net/v1';

export let mode = 'sandbox';

/** The endpoint for copied commands. The sandbox of the command line has the same keys as the one in this page. */
export const endpoint = () => (mode === 'real' ? ABLY : LOCAL);

const NOTES = {
  sandbox: 'Everything runs inside this page, with made-up keys. Nothing is sent.',
  real: 'Real Ably: this browser now sends your calls, revocations and look-ups to Ably, with the key or access token that you enter, and they take effect there. The credential stays in this page’s memory. It is never stored or put in a link, and is forgotten when you reload or switch back.',
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

/** The network options for the package's functions, and the addresses for raw requests. */
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
