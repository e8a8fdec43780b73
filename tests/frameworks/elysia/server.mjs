import { createTokenEndpoint } from 'ably-edge-auth';
import { Elysia } from 'elysia';

const auth = createTokenEndpoint({
  source: { key: process.env.ABLY_API_KEY },
  authenticate: () => ({ clientId: 'ada', capability: { 'chat:*': ['publish', 'subscribe'] } }),
});

new Elysia()
  .all('/auth', ({ request }) => auth(request), { parse: 'none' })
  .listen({ port: Number(process.env.PORT), hostname: '127.0.0.1' });
