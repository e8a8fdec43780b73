// app/webhooks/route.js of a Next.js app
import { verifyWebhook } from 'ably-edge-auth/webhook';

export async function POST(request) {
  const { webhook, response } = await verifyWebhook(request, { keys: [process.env.ABLY_API_KEY] });
  if (response) return response;
  return Response.json({ channels: webhook.events.map(({ channel }) => channel) }); // do your own work here
}
