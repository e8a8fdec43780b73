import { serve } from '@hono/node-server';
import { createTokenEndpoint } from 'ably-edge-auth';
import { Hono } from 'hono';

const auth = createTokenEndpoint({
  source: { key: process.env.ABLY_API_KEY },
  authenticate: () => ({ clientId: 'ada', capability: { 'chat:*': ['publish', 'subscribe'] } }),
});

const app = new Hono();
app.all('/auth', (context) => auth(context.req.raw));
serve({ fetch: app.fetch, hostname: '127.0.0.1', port: Number(process.env.PORT) });
