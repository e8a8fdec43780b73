// A Cloudflare Worker that receives webhooks.
import { verifyWebhook } from 'ably-edge-auth/webhook';

export default {
  async fetch(request, env) {
    const { webhook, response } = await verifyWebhook(request, { keys: [env.ABLY_API_KEY] });
    if (response) return response;
    return Response.json({ channels: webhook.events.map(({ channel }) => channel) }); // do your own work here
  },
};
