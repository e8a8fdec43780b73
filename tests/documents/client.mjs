// What a block for a client runs with: Ably's own SDK, whose requests and connections end in a sandbox, and a server with a
// token endpoint at /auth. The block makes `realtime`, which has to connect.
import { createServer } from 'node:http';
import { once } from 'node:events';
import * as Sdk from 'ably';
import { createTokenEndpoint } from 'ably-edge-auth';
import { toNodeHandler } from 'ably-edge-auth/node';
import { createSandbox } from 'ably-edge-auth/sandbox';

export const sandbox = createSandbox();
export const key = sandbox.keys.revocable;
Sdk.Realtime.Platform.Config.WebSocket = sandbox.WebSocket;

let answer = createTokenEndpoint({
  source: { key },
  authenticate: () => ({ clientId: 'ada', capability: { 'chat:*': ['publish', 'subscribe'] } }),
});
/** Replaces the endpoint at /auth. */
export const serveAuth = (endpoint) => (answer = endpoint);

const server = createServer(toNodeHandler((request) => answer(request))).listen(0, '127.0.0.1');
await once(server, 'listening');
const origin = `http://127.0.0.1:${server.address().port}`;

const here = ({ authUrl, ...options }) => ({
  endpoint: 'localhost',
  tls: false,
  ...options,
  ...(authUrl && { authUrl: new URL(new URL(authUrl, origin).pathname, origin).href }),
});
const clients = [];
const made = (client) => {
  clients.push(client);
  return client;
};

export const Ably = {
  ...Sdk,
  Realtime: class extends Sdk.Realtime {
    constructor(options) {
      super(here(options));
      made(this);
    }
  },
};
/** fetch of a page: an address without a host is of this server. */
export const pageFetch = (address, options) => fetch(new URL(address, origin), options);

export async function connected(realtime) {
  if (realtime.connection.state !== 'connected') await realtime.connection.once('connected');
  if (realtime.auth.clientId !== 'ada') throw new Error(`the client id is ${realtime.auth.clientId}`);
}

export function end() {
  for (const client of clients) client.close();
  server.close();
  server.closeAllConnections();
}
