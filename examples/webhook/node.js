// Plain node:http: converts its requests to Request objects and writes the Response back. In Express, add this route before
// express.json(), which would read the body.
import { createServer } from 'node:http';
import { Readable } from 'node:stream';
import { verifyWebhook } from 'ably-edge-auth/webhook';

const keys = [process.env.ABLY_API_KEY];

async function handle(request) {
  const { webhook, response } = await verifyWebhook(request, { keys });
  if (response) return response;
  return Response.json({ channels: webhook.events.map(({ channel }) => channel) }); // do your own work here
}

createServer(async (incoming, outgoing) => {
  const { method, headers, url } = incoming;
  const body = method === 'GET' || method === 'HEAD' ? undefined : Readable.toWeb(incoming);
  const response = await handle(new Request(`http://${headers.host}${url}`, { method, headers, body, duplex: 'half' }));
  outgoing.writeHead(response.status, [...response.headers].flat());
  outgoing.end(await response.text());
}).listen(process.env.PORT ?? 3000, '127.0.0.1');
