/**
 * The token endpoint for servers of Node.js that do not speak `Request` and `Response`.
 *
 * @example
 * import { createServer } from 'node:http';
 * import { createTokenEndpoint } from 'ably-edge-auth';
 * import { toNodeHandler } from 'ably-edge-auth/node';
 *
 * const auth = toNodeHandler(createTokenEndpoint({
 *   source: { key: process.env.ABLY_API_KEY! },
 *   authenticate: () => ({ clientId: 'ada', capability: { 'chat:*': ['subscribe'] } }),
 * }));
 * createServer(auth).listen(3000);
 * @module ably-edge-auth/node
 */

import type { PlatformRequest, PlatformResponse } from './index.js';

/**
 * Makes a handler for `node:http`, Express, Connect or Fastify from the function that `createTokenEndpoint` returns, or
 * from any other function from `Request` to `Response`.
 *
 * The endpoint, and with it `authenticate`, receives the server's own request as an extra argument, so
 * `authenticate(request, context, incoming)` can read `incoming.session`. A body that a parser has read is taken from
 * `incoming.body`. An error goes to `next` if the server has one; otherwise the returned promise rejects.
 *
 * @throws AblyAuthError of kind `usage` if `endpoint` is not a function. The handler fails with the same kind for a
 *   request that is not one of Node.js, and for a body that was read and is not in `incoming.body`.
 * @example
 * app.all('/auth', toNodeHandler(auth)); // Express
 * @example
 * fastify.all('/auth', toNodeHandler(auth)); // Fastify
 */
export function toNodeHandler<Incoming = any>(
  endpoint: (request: PlatformRequest, incoming: Incoming) => PlatformResponse | Promise<PlatformResponse>,
): (incoming: Incoming, outgoing: any, next?: (error?: any) => void) => Promise<void>;
