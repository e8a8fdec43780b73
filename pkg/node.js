// @ts-self-types="./node.d.ts"
// The entry ably-edge-auth/node: the token endpoint for node:http, Express and Fastify.
export { toNodeHandler } from './node/handler.js';
