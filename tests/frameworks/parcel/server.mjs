import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { basename, extname } from 'node:path';
import { createTokenEndpoint } from 'ably-edge-auth';
import { toNodeHandler } from 'ably-edge-auth/node';

const TYPES = { '.html': 'text/html', '.js': 'text/javascript' };

const auth = toNodeHandler(
  createTokenEndpoint({
    source: { key: process.env.ABLY_API_KEY },
    authenticate: () => ({ clientId: 'ada', capability: { 'chat:*': ['publish', 'subscribe'] } }),
  }),
);

createServer(async (request, response) => {
  if (request.url === '/auth') return auth(request, response);
  const file = basename(request.url) || 'index.html';
  const content = await readFile(`dist/page/${file}`).catch(() => undefined);
  response.writeHead(content ? 200 : 404, { 'Content-Type': TYPES[extname(file)] ?? 'text/plain' }).end(content);
}).listen(process.env.PORT, '127.0.0.1');
