import { createTokenEndpoint } from 'ably-edge-auth';

const auth = createTokenEndpoint({
  source: { key: process.env.ABLY_API_KEY },
  authenticate: () => ({ clientId: 'ada', capability: { 'chat:*': ['publish', 'subscribe'] } }),
});

export const loader = ({ request }) => auth(request);
export const action = ({ request }) => auth(request);
