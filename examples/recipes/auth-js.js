// Auth.js (NextAuth): its session becomes an Ably token. The session is a cookie that Auth.js encrypts with AUTH_SECRET.
import { getToken } from '@auth/core/jwt';
import { createTokenEndpoint } from 'ably-edge-auth';

const { ABLY_API_KEY, AUTH_SECRET } = process.env;

export default createTokenEndpoint({
  source: { key: ABLY_API_KEY },
  async authenticate(request) {
    // The name of the cookie depends on whether the site uses HTTPS.
    const secureCookie = new URL(request.url).protocol === 'https:';
    const session = await getToken({ req: request, secret: AUTH_SECRET, secureCookie });
    if (!session?.sub) return null;
    return { clientId: session.sub, capability: { 'chat:*': ['publish', 'subscribe'] } };
  },
});
