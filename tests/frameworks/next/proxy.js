import { createTokenEndpoint } from 'ably-edge-auth';

const auth = createTokenEndpoint({
  source: () => ({ key: process.env.ABLY_API_KEY }),
  authenticate: () => ({ clientId: 'ada', capability: { 'chat:*': ['publish', 'subscribe'] } }),
});

export const config = { matcher: '/proxied' };
export const proxy = (request) => auth(request);
