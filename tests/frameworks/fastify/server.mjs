import formbody from '@fastify/formbody';
import { createTokenEndpoint } from 'ably-edge-auth';
import { toNodeHandler } from 'ably-edge-auth/node';
import Fastify from 'fastify';

const auth = createTokenEndpoint({
  source: { key: process.env.ABLY_API_KEY },
  authenticate: () => ({ clientId: 'ada', capability: { 'chat:*': ['publish', 'subscribe'] } }),
});

const app = Fastify();
app.register(formbody); // for authMethod: 'POST' of ably-js
app.all('/auth', toNodeHandler(auth));
await app.listen({ port: Number(process.env.PORT), host: '127.0.0.1' });
