// Opens the listening sockets: both loopback addresses by default, or the given address.
import { hostname, networkInterfaces } from 'node:os';
import { once } from 'node:events';
import { AblyAuthError } from '../lib/error.js';

const LOOPBACK = ['127.0.0.1', '::1'];
const ATTEMPTS = 20;

export function isLoopback(host) {
  return host === undefined || host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);
}

/** Whether the host stands for all addresses of this machine. */
export function isEvery(host) {
  return host === '0.0.0.0' || host === '::';
}

/** Host names by which clients reach a server on this address. */
export function namesOf(host) {
  const own = isEvery(host)
    ? Object.values(networkInterfaces())
        .flat()
        .map(({ address }) => address)
    : [];
  return [host, hostname(), ...own].map((name) => (name.includes(':') ? `[${name}]` : name));
}

/** The IPv4 addresses by which other machines reach this one. An IPv6 address of one network segment needs its zone. */
export function remoteAddresses() {
  const all = Object.values(networkInterfaces()).flat();
  return all.filter(({ internal, family }) => !internal && family === 'IPv4').map(({ address }) => address);
}

/**
 * @param {() => import('node:http').Server} makeServer
 * @returns {Promise<{ servers: import('node:http').Server[], port: number }>}
 */
export async function listen(makeServer, host, port) {
  if (host !== undefined && host !== 'localhost') {
    const server = await listenAt(makeServer(), host, port);
    return { servers: [server], port: server.address().port };
  }
  for (let attempt = 1; ; attempt++) {
    const first = await listenAt(makeServer(), LOOPBACK[0], port);
    const found = first.address().port;
    try {
      return { servers: [first, await listenAt(makeServer(), LOOPBACK[1], found)], port: found };
    } catch (error) {
      // The machine has no IPv6.
      if (['EADDRNOTAVAIL', 'EAFNOSUPPORT'].includes(error.cause.code)) return { servers: [first], port: found };
      first.close();
      // With port 0, tries another port: this one is taken on one of the two addresses.
      if (port !== 0 || attempt === ATTEMPTS) throw error;
    }
  }
}

async function listenAt(server, host, port) {
  try {
    server.listen({ host, port, ipv6Only: host === '::1' });
    await once(server, 'listening');
    return server;
  } catch (error) {
    throw explained(error, host, port);
  }
}

function explained(error, host, port) {
  const at = host.includes(':') ? `[${host}]` : host;
  const [what, remediation] = {
    EADDRINUSE: [
      'another program is using this port',
      'stop that program, or choose another port; --port 0 takes any free port',
    ],
    ERR_SOCKET_BAD_PORT: ['invalid port', 'give a port from 1 to 65535, or 0 for any free port'],
    EACCES: ['permission denied', 'choose a port from 1024 to 65535'],
    EADDRNOTAVAIL: ['this machine does not have that address', 'give one of its addresses, or 0.0.0.0 for all of them'],
    ENOTFOUND: ['unknown host', 'give an address of this machine'],
  }[error.code] ?? [error.message, undefined];
  const message = `cannot listen on ${at}:${port}: ${what}`;
  return new AblyAuthError({ kind: 'usage', message, path: 'port', remediation, cause: error });
}
