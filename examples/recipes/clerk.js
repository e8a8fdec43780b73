// Clerk: its session becomes an Ably token. The session is verified with Clerk's public key, without a request to Clerk.
import { createClerkClient } from '@clerk/backend';
import { createTokenEndpoint } from 'ably-edge-auth';

const { ABLY_API_KEY, CLERK_JWT_KEY, CLERK_PUBLISHABLE_KEY, CLERK_SECRET_KEY } = process.env;
const clerk = createClerkClient({
  jwtKey: CLERK_JWT_KEY,
  publishableKey: CLERK_PUBLISHABLE_KEY,
  secretKey: CLERK_SECRET_KEY,
});

export default createTokenEndpoint({
  source: { key: ABLY_API_KEY },
  async authenticate(request) {
    const state = await clerk.authenticateRequest(request, { authorizedParties: ['https://app.example.com'] });
    if (!state.isAuthenticated) return null;
    return { clientId: state.toAuth().userId, capability: { 'chat:*': ['publish', 'subscribe'] } };
  },
});
