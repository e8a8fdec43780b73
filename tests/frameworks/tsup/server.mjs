import { createServer } from 'node:http';
import { createTokenEndpoint } from 'ably-edge-auth';
import { toNodeHandler } from 'ably-edge-auth/node';

const auth = createTokenEndpoint({
  source: { key: process.env.ABLY_API_KEY },
  authenticate: () => ({ clientId: 'ada', capability: { 'chat:*': ['publish', 'subscribe'] } }),
});

createServer(toNodeHandler(auth)).listen(process.env.PORT, '127.0.0.1');
