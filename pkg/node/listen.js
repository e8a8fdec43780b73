// Where a server listens: on this machine's two loopback addresses unless it is told another one.
import { hostname, networkInterfaces } from 'node:os';
import { once } from 'node:events';
import { AblyAuthError } from '../lib/error.js';

const LOOPBACK = ['127.0.0.1', '::1'];
const ATTEMPTS = 20;

export function isLoopback(host) {
  return host === undefined || host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);
}

/** All addresses of this machine. */
export function isEvery(host) {
  return host === '0.0.0.0' || host === '::';
}

/** Names that a server on this address is called by. */
export function namesOf(host) {
  const own = isEvery(host)
    ? Object.values(networkInterfaces())
        .flat()
        .map(({ address }) => address)
    : [];
  return [host, hostname(), ...own].map((name) => (name.includes(':') ? `[${name}]` : name));
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
      // A machine without IPv6.
      if (['EADDRNOTAVAIL', 'EAFNOSUPPORT'].includes(error.cause.code)) return { servers: [first], port: found };
      first.close();
      // Any port was asked for, and this one is half taken.
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
    EADDRINUSE: ['another program listens there', 'end it, or choose another port: --port 0 takes one that is free'],
    ERR_SOCKET_BAD_PORT: ['there is no such port', 'give one from 1 to 65535, or 0 for any that is free'],
    EACCES: ['this user may not', 'choose a port from 1024 on'],
    EADDRNOTAVAIL: ['this machine has no such address', 'give one that it has; 0.0.0.0 is all of them'],
    ENOTFOUND: ['there is no such host', 'give an address of this machine'],
  }[error.code] ?? [error.message, undefined];
  const message = `cannot listen at ${at}:${port}: ${what}`;
  return new AblyAuthError({ kind: 'usage', message, path: 'port', remediation, cause: error });
}
