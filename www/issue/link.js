// What is kept for a reload, in the history entry, and what a link carries, in its fragment.
// A server is sent neither.
import { byId, say } from '../shared/dom.js';

/** A link that is longer is one that chats and mail cut off. */
const MAX_LINK_LENGTH = 30_000;

export function encode(state) {
  const bytes = new TextEncoder().encode(JSON.stringify(state));
  let binary = '';
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

/** @returns what a fragment says, or undefined: it says nothing that can be read */
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

/** A link that was opened; else what was kept. */
export function readState() {
  return (location.hash.length > 1 ? decode(location.hash) : undefined) ?? history.state ?? undefined;
}

let timer;

/** Soon, because browsers limit how often this may be done. */
export function keep(read) {
  clearTimeout(timer);
  timer = setTimeout(() => keepNow(read), 300);
}

export function keepNow(read) {
  clearTimeout(timer);
  // The fragment said what was so when the link was opened.
  history.replaceState(read(), '', location.pathname + location.search);
}

export async function shareLink(read) {
  const fragment = encode(read());
  if (fragment.length > MAX_LINK_LENGTH) {
    say(byId('shared'), 'This is too long for a link.');
    return;
  }
  const link = `${location.origin}${location.pathname}#${fragment}`;
  try {
    await navigator.clipboard.writeText(link);
    say(byId('shared'), 'Copied; no key is in it.');
  } catch {
    history.replaceState(history.state, '', `#${fragment}`);
    say(byId('shared'), 'The address bar has the link; no key is in it.');
  }
}
