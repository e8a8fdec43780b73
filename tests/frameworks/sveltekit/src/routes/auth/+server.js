import { ABLY_API_KEY } from '$app/env/private';
import { createTokenEndpoint } from 'ably-edge-auth';

const auth = createTokenEndpoint({
  source: () => ({ key: ABLY_API_KEY }),
  authenticate: () => ({ clientId: 'ada', capability: { 'chat:*': ['publish', 'subscribe'] } }),
});

export const GET = ({ request }) => auth(request);
export const POST = ({ request }) => auth(request);
