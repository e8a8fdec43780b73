// Better Auth: its session becomes an Ably token.
import { betterAuth } from 'better-auth';
import { memoryAdapter } from 'better-auth/adapters/memory';
import { createTokenEndpoint } from 'ably-edge-auth';

const { ABLY_API_KEY, BETTER_AUTH_SECRET } = process.env;

/** Replace this with the instance of your app, which has your database. */
export const auth = betterAuth({
  baseURL: 'https://app.example.com',
  secret: BETTER_AUTH_SECRET,
  database: memoryAdapter({ user: [], session: [], account: [], verification: [] }),
  emailAndPassword: { enabled: true },
});

export default createTokenEndpoint({
  source: { key: ABLY_API_KEY },
  async authenticate(request) {
    const session = await auth.api.getSession({ headers: request.headers });
    return session && { clientId: session.user.id, capability: { 'chat:*': ['publish', 'subscribe'] } };
  },
});
