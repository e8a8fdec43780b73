// bun bun.js
import { verifyWebhook } from 'ably-edge-auth/webhook';

const keys = [process.env.ABLY_API_KEY];

async function handle(request) {
  const { webhook, response } = await verifyWebhook(request, { keys });
  if (response) return response;
  return Response.json({ channels: webhook.events.map(({ channel }) => channel) }); // do your own work here
}

Bun.serve({ hostname: '127.0.0.1', port: process.env.PORT ?? 3000, fetch: handle });
