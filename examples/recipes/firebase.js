// Firebase: its ID token becomes an Ably token. It is verified with Google's public keys (RS256), without a service account.
import { createRemoteJWKSet, jwtVerify } from 'jose';
import { createTokenEndpoint } from 'ably-edge-auth';

const { ABLY_API_KEY, FIREBASE_PROJECT_ID } = process.env;
const publicKeys = createRemoteJWKSet(
  new URL('https://www.googleapis.com/service_accounts/v1/jwk/securetoken@system.gserviceaccount.com'),
);
const options = {
  issuer: `https://securetoken.google.com/${FIREBASE_PROJECT_ID}`,
  audience: FIREBASE_PROJECT_ID,
  algorithms: ['RS256'],
  requiredClaims: ['sub', 'exp'],
};

export default createTokenEndpoint({
  source: { key: ABLY_API_KEY },
  async authenticate(request) {
    const [, token = ''] = /^Bearer (.+)$/.exec(request.headers.get('Authorization') ?? '') ?? [];
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
