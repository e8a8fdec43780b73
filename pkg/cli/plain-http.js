// Plain HTTP. The library speaks it with loopback only, because a key that crosses a network in the clear is lost. A sandbox
// on another machine of the same network has no certificate, so its host can be named in ABLY_PLAIN_HTTP_HOST.
import { isLoopback } from './address.js';

const SCHEME = 'http://';

/**
 * ABLY_CONTROL_HOST as the library takes it: as in the Ably CLI, a loopback host without a scheme is plain HTTP, and the API is under
 * `/api/v1`.
 * @param {string | undefined} host
 */
export function controlAddress(host) {
  if (host === undefined || host.includes('://')) return host;
  return isLoopback(`${SCHEME}${host}`) ? `${SCHEME}${host}/api/v1` : host;
}

/**
 * Lets the library speak plain HTTP with the named host: it gets an https:// address, and `fetch` puts the scheme back.
 * @param {{ endpoint?: string, controlEndpoint?: string, fetch?: typeof fetch }} network
 * @param {string | undefined} host with the port, as in the addresses
 */
export function withPlainHttp(network, host) {
  if (!host || !/^[\w.[\]:-]+$/.test(host)) return network;
  const [plain, secure] = [`${SCHEME}${host}`, `https://${host}`];
  const isOfHost = (address) => address === plain || address?.startsWith(`${plain}/`);
  if (!isOfHost(network.endpoint) && !isOfHost(network.controlEndpoint)) return network;
  const secured = (address) => (isOfHost(address) ? secure + address.slice(plain.length) : address);
  const { fetch: send = globalThis.fetch, endpoint, controlEndpoint } = network;
  return {
    ...network,
    ...(endpoint && { endpoint: secured(endpoint) }),
    ...(controlEndpoint && { controlEndpoint: secured(controlEndpoint) }),
    fetch: (url, init) =>
      send(url === secure || url.startsWith(`${secure}/`) ? plain + url.slice(secure.length) : url, init),
  };
}

/** An address of the library's, with the scheme of plain HTTP if it is of the named host. */
export function withScheme(address, host) {
  const secure = `https://${host}`;
  return host && (address === secure || address.startsWith(`${secure}/`))
    ? SCHEME + address.slice('https://'.length)
    : address;
}
