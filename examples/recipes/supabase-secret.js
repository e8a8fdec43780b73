// Supabase, older projects: the access token is signed with the JWT secret of the project (HS256).
import { jwtVerify } from 'jose';
import { createTokenEndpoint } from 'ably-edge-auth';

const { ABLY_API_KEY, SUPABASE_JWT_SECRET, SUPABASE_URL } = process.env;
const secret = new TextEncoder().encode(SUPABASE_JWT_SECRET);

export default createTokenEndpoint({
  source: { key: ABLY_API_KEY },
  async authenticate(request) {
    const [, token = ''] = /^Bearer (.+)$/.exec(request.headers.get('Authorization') ?? '') ?? [];
    // The public anon key is signed with the same secret, and has neither this issuer nor an audience.
    const options = { issuer: `${SUPABASE_URL}/auth/v1`, audience: 'authenticated', requiredClaims: ['sub', 'exp'] };
    const verified = await jwtVerify(token, secret, { ...options, algorithms: ['HS256'] }).catch(() => null);
    return verified && { clientId: verified.payload.sub, capability: { 'chat:*': ['publish', 'subscribe'] } };
  },
});
