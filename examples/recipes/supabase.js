// Supabase: its access token becomes an Ably token. It is verified with the public keys of the project (ES256).
import { createRemoteJWKSet, jwtVerify } from 'jose';
import { createTokenEndpoint } from 'ably-edge-auth';

const { ABLY_API_KEY, SUPABASE_URL } = process.env;
const issuer = `${SUPABASE_URL}/auth/v1`;
const publicKeys = createRemoteJWKSet(new URL(`${issuer}/.well-known/jwks.json`));

export default createTokenEndpoint({
  source: { key: ABLY_API_KEY },
  async authenticate(request) {
    const [, token = ''] = /^Bearer (.+)$/.exec(request.headers.get('Authorization') ?? '') ?? [];
    const options = { issuer, audience: 'authenticated', algorithms: ['ES256'], requiredClaims: ['sub', 'exp'] };
    const verified = await jwtVerify(token, publicKeys, options).catch(refused);
    return verified && { clientId: verified.payload.sub, capability: { 'chat:*': ['publish', 'subscribe'] } };
  },
});

/** A bad token is refused. If the keys cannot be fetched, the endpoint answers 500 and reports the error. */
function refused(error) {
  const isAboutTheToken = /^ERR_(JWT|JWS|JOSE_(ALG_NOT_ALLOWED|NOT_SUPPORTED)|JWKS_NO_MATCHING_KEY)/.test(error.code);
  if (!isAboutTheToken) throw error;
  return null;
}
