// Hono on Node.js. On Workers, Deno and Bun only the last line differs.
import { serve } from '@hono/node-server';
import { Hono } from 'hono';
import { createRevocations, createTokenEndpoint, revokeTokens, verifyRequest } from 'ably-edge-auth';
import { memoryStore } from 'ably-edge-auth/stores';

const key = process.env.ABLY_API_KEY;
const revocations = createRevocations(memoryStore()); // for a single process; see stores.d.ts for other stores

/** Replace this with your own session. */
const userOf = (request) => /(?:^|; )user=(\w+)/.exec(request.headers.get('Cookie'))?.[1];

const auth = createTokenEndpoint({
  source: { key },
  authenticate(request) {
    const user = userOf(request);
    return user ? { clientId: user, capability: { 'chat:*': ['publish', 'subscribe'] }, revocable: true } : null;
  },
});

const app = new Hono();

app.all('/auth', (c) => auth(c.req.raw));

app.post('/revoke', async (c) => {
  if (userOf(c.req.raw) !== 'admin') return c.json({ error: 'not yours' }, 403);
  const report = await revokeTokens({ key, endpoint: process.env.ABLY_ENDPOINT, clientId: c.req.query('clientId') });
  await revocations.record(report);
  return c.json({ revoked: report.successCount });
});

app.post('/messages', async (c) => {
  const { verified, response } = await verifyRequest(c.req.raw, {
    key,
    keyCapability: { '[*]*': ['*'] },
    operation: 'publish',
    resource: 'chat:lobby',
    revocations,
  });
  return response ?? c.json({ hello: verified.clientId });
});

serve({ fetch: app.fetch, hostname: '127.0.0.1', port: Number(process.env.PORT ?? 3000) });
