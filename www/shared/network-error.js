// Why no answer came: a browser says no more than "failed to fetch", so this says what that can mean.
import { el } from './dom.js';

export function explainUnreached(url) {
  const { host } = new URL(url);
  if (navigator.onLine === false)
    return ['This device is offline, so nothing reached ', el('code', {}, host), '. The sandbox needs no connection.'];
  const parts = [
    'No answer of ',
    el('code', {}, host),
    ' reached this page. Either it could not be reached, or it does not let pages of ',
    el('code', {}, location.origin),
    " read its answers (the browser's cross-origin rule, CORS). Your credential is not at fault: nobody looked at it for you. ",
  ];
  if (host.startsWith('control.'))
    parts.push('Ably documents no cross-origin access to the Control API, so expect this in every browser. ');
  parts.push('The same call works from a server or a command line.');
  return parts;
}

/** Network failures of the package's own functions say that they are one. */
export const isUnreached = (error) =>
  error instanceof TypeError || error?.kind === 'network' || error?.kind === 'timeout';
