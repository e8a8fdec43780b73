import { createTokenEndpoint } from 'ably-edge-auth';
import { defineEventHandler, toWebRequest } from 'h3';

const auth = createTokenEndpoint({
  source: { key: process.env.ABLY_API_KEY },
  authenticate: () => ({ clientId: 'ada', capability: { 'chat:*': ['publish', 'subscribe'] } }),
});

export default defineEventHandler((event) => auth(toWebRequest(event)));
