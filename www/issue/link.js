// Keeps the state for a reload in the history entry, and for a link in its fragment. Neither is sent to a server.
import { byId, say } from '../shared/dom.js';

/** Chat and mail programs cut off longer links. */
const MAX_LINK_LENGTH = 30_000;

export function encode(state) {
  const bytes = new TextEncoder().encode(JSON.stringify(state));
  let binary = '';
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

/** @returns the state in a fragment, or undefined if there is none that can be read */
export function decode(fragment) {
  try {
    const binary = atob(fragment.replace(/^#/, '').replaceAll('-', '+').replaceAll('_', '/'));
    const state = JSON.parse(
      new TextDecoder('utf-8', { fatal: true }).decode(Uint8Array.from(binary, (it) => it.charCodeAt(0))),
    );
    return typeof state === 'object' && state !== null && !Array.isArray(state) ? state : undefined;
  } catch {
    return undefined;
  }
}

/** The state of the opened link, or otherwise the stored one. */
export function readState() {
  return (location.hash.length > 1 ? decode(location.hash) : undefined) ?? history.state ?? undefined;
}

let timer;

/** Stores the state after a delay, because browsers limit how often this is allowed. */
export function keep(read) {
  clearTimeout(timer);
  timer = setTimeout(() => keepNow(read), 300);
}

export function keepNow(read) {
  clearTimeout(timer);
  // The fragment has only the state from when the link was opened.
  history.replaceState(read(), '', location.pathname + location.search);
}

export async function shareLink(read) {
  const fragment = encode(read());
  if (fragment.length > MAX_LINK_LENGTH) {
    say(byId('shared'), 'The form has too much text for a link.');
    return;
  }
  const link = `${location.origin}${location.pathname}#${fragment}`;
  try {
    await navigator.clipboard.writeText(link);
    say(byId('shared'), 'Copied, without the key.');
  } catch {
    history.replaceState(history.state, '', `#${fragment}`);
    say(byId('shared'), 'The address bar has the link, without the key.');
  }
}
