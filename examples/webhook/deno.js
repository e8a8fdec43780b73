// deno run --allow-net --allow-env deno.js
import { verifyWebhook } from 'ably-edge-auth/webhook'; // deno add npm:ably-edge-auth

const keys = [Deno.env.get('ABLY_API_KEY')];

Deno.serve({ hostname: '127.0.0.1', port: Number(Deno.env.get('PORT') ?? 8000) }, async (request) => {
  const { webhook, response } = await verifyWebhook(request, { keys });
  if (response) return response;
  return Response.json({ channels: webhook.events.map(({ channel }) => channel) }); // do your own work here
});
