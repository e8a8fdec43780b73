// Resolves ABLY_ENDPOINT to the address of the REST API, for the two requests that the library has no function for.
import { misuse } from './failure.js';

/** Only forms that every URL parser reads the same way, as in src/http/endpoint.rs. */
const LOOPBACK = /^(localhost|127(\.(0|[1-9]\d{0,2})){3}|\[::1\])$/;
const ADDRESS = /^(https?):\/\/(\[[\da-f:]*::[\da-f:]*\]|[a-z\d-][a-z\d.-]*)(:\d{1,5})?(\/[\w/.~-]*)?$/i;

/** The message of the library too, as the command line shows it. */
export const NOT_AN_ENDPOINT = 'ABLY_ENDPOINT is not a valid endpoint';

/** The address of an endpoint in any of Ably's forms, without a trailing slash. */
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
      'ABLY_ENDPOINT is not an https:// address, so no credential is sent to it',
      'Use an https:// address. Plain HTTP is allowed for loopback only (127.0.0.1, localhost).',
    );
  return endpoint.replace(/\/+$/, '');
}

function checked(address) {
  // Only a host is allowed here, without a path.
  if ((parts(address)[4] ?? '/') !== '/') throw unreadable();
  return address.replace(/\/$/, '');
}

/** Rejects an address that another URL parser might resolve to a different place. */
function parts(address) {
  const found = ADDRESS.exec(address);
  const climbs = found?.[4]?.split('/').some((part) => part === '.' || part === '..');
  if (found === null || climbs || !URL.canParse(address)) throw unreadable();
  return found;
}

function unreadable() {
  // The value is not repeated: it may be a key in the wrong variable.
  return misuse(
    NOT_AN_ENDPOINT,
    'Set it to a name (main, nonprod:name), a host, or a full address such as http://127.0.0.1:8787.',
  );
}
