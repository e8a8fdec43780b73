// Explains why there is no answer, because browsers say only "failed to fetch".
import { el } from './dom.js';

export function explainUnreached(url) {
  const { host } = new URL(url);
  if (navigator.onLine === false)
    return ['This device is offline, so nothing reached ', el('code', {}, host), '. The sandbox needs no connection.'];
  const parts = [
    'No answer from ',
    el('code', {}, host),
    ' reached this page. Either the host cannot be reached, or it does not let pages from ',
    el('code', {}, location.origin),
    " read its answers (the browser's cross-origin rule, CORS). This says nothing about your credential. ",
  ];
  if (host.startsWith('control.'))
    parts.push('Ably does not document cross-origin access to the Control API, so expect this in every browser. ');
  parts.push('The same call works from a server or a command line.');
  return parts;
}

/** The package's functions report network failures with this kind. */
export const isUnreached = (error) =>
  error instanceof TypeError || error?.kind === 'network' || error?.kind === 'timeout';
