// Where the REST API is, for the two things that the library has no function for.
import { misuse } from './failure.js';

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/** The address for an endpoint in any of Ably's forms, without a slash at its end. */
export function restAddress(endpoint = 'main') {
  if (endpoint.includes('://')) return wholeAddress(endpoint);
  if (endpoint.includes('::')) return checked(`https://[${endpoint}]`);
  if (endpoint === 'localhost' || endpoint.includes('.')) return checked(`https://${endpoint}`);
  const [, nonprod, name] = endpoint.match(/^(nonprod:)?([A-Za-z\d-]+)$/) ?? [];
  if (name === undefined) throw unreadable();
  return `https://${name}.realtime.${nonprod ? 'ably-nonprod.net' : 'ably.net'}`;
}

export function isLoopback(address) {
  return LOOPBACK.test(new URL(address).hostname);
}

function wholeAddress(endpoint) {
  const { protocol } = checkedUrl(endpoint);
  if (protocol !== 'https:' && !(protocol === 'http:' && isLoopback(endpoint)))
    throw misuse('ABLY_ENDPOINT is an address over which no credential is sent', 'Give an https:// address; plain HTTP is for loopback (127.0.0.1, localhost).');
  return endpoint.replace(/\/+$/, '');
}

function checked(address) {
  checkedUrl(address);
  return address;
}

function checkedUrl(address) {
  let url;
  try {
    url = new URL(address);
  } catch {
    throw unreadable();
  }
  if (url.username || url.password || url.search || url.hash) throw unreadable();
  return url;
}

function unreadable() {
  // Not repeated: it may be a key in the wrong place.
  return misuse('ABLY_ENDPOINT is no endpoint', 'Give a name (main, nonprod:name), a host, or a whole address such as http://127.0.0.1:8787.');
}
