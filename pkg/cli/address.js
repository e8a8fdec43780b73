// Where the REST API is, for the two things that the library has no function for.
import { misuse } from './failure.js';

/** Exactly those forms that no reader of URLs takes for anything else, as in src/http/endpoint.rs. */
const LOOPBACK = /^(localhost|127(\.(0|[1-9]\d{0,2})){3}|\[::1\])$/;
const ADDRESS = /^(https?):\/\/(\[[\da-f:]*::[\da-f:]*\]|[a-z\d-][a-z\d.-]*)(:\d{1,5})?(\/[\w/.~-]*)?$/i;

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
  return LOOPBACK.test(ADDRESS.exec(address)?.[2]);
}

function wholeAddress(endpoint) {
  const [, scheme] = parts(endpoint);
  if (scheme !== 'https' && !(scheme === 'http' && isLoopback(endpoint)))
    throw misuse(
      'ABLY_ENDPOINT is an address over which no credential is sent',
      'Give an https:// address; plain HTTP is for loopback (127.0.0.1, localhost).',
    );
  return endpoint.replace(/\/+$/, '');
}

function checked(address) {
  // A host and nothing behind it.
  if ((parts(address)[4] ?? '/') !== '/') throw unreadable();
  return address.replace(/\/$/, '');
}

/** What another reader might take for another place is no address. */
function parts(address) {
  const found = ADDRESS.exec(address);
  const climbs = found?.[4]?.split('/').some((part) => part === '.' || part === '..');
  if (found === null || climbs || !URL.canParse(address)) throw unreadable();
  return found;
}

function unreadable() {
  // Not repeated: it may be a key in the wrong place.
  return misuse(
    'ABLY_ENDPOINT is no endpoint',
    'Give a name (main, nonprod:name), a host, or a whole address such as http://127.0.0.1:8787.',
  );
}
