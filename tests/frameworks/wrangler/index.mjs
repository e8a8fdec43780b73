import { createTokenEndpoint } from 'ably-edge-auth';

const auth = createTokenEndpoint({
  source: (_request, env) => ({ key: env.ABLY_API_KEY }),
  authenticate: () => ({ clientId: 'ada', capability: { 'chat:*': ['publish', 'subscribe'] } }),
});

export default { fetch: auth };
