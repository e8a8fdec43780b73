// Hono on Node.js. On Workers, Deno and Bun only the last line differs.
import { serve } from '@hono/node-server';
import { Hono } from 'hono';
import { verifyWebhook } from 'ably-edge-auth/webhook';

const keys = [process.env.ABLY_API_KEY];
const app = new Hono();

app.all('/webhooks', async (c) => {
  const { webhook, response } = await verifyWebhook(c.req.raw, { keys });
  if (response) return response;
  return c.json({ channels: webhook.events.map(({ channel }) => channel) }); // do your own work here
});

serve({ fetch: app.fetch, hostname: '127.0.0.1', port: Number(process.env.PORT ?? 3000) });
