// A Cloudflare Worker that issues tokens at /auth, accepts them at /messages, and revokes them at /revoke.
import { createRevocations, createTokenEndpoint, revokeTokens, verifyRequest } from 'ably-edge-auth';
import { AblyRevocations, durableObjectStore } from 'ably-edge-auth/stores';

export { AblyRevocations };

/** Replace this with your own session. */
const userOf = (request) => /(?:^|; )user=(\w+)/.exec(request.headers.get('Cookie'))?.[1];

const auth = createTokenEndpoint({
  source: (_request, env) => ({ key: env.ABLY_API_KEY }),
  authenticate(request) {
    const user = userOf(request);
    return user ? { clientId: user, capability: { 'chat:*': ['publish', 'subscribe'] }, revocable: true } : null;
  },
});

let revocations;

export default {
  async fetch(request, env) {
    revocations ??= createRevocations(durableObjectStore(env.REVOCATIONS));
    const { pathname, searchParams } = new URL(request.url);
    if (pathname === '/auth') return auth(request, env);
    if (pathname === '/revoke' && userOf(request) === 'admin') {
      const report = await revokeTokens({
        key: env.ABLY_API_KEY,
        endpoint: env.ABLY_ENDPOINT,
        clientId: searchParams.get('clientId'),
      });
      await revocations.record(report);
      return Response.json({ revoked: report.successCount });
    }
    const { verified, response } = await verifyRequest(request, {
      key: env.ABLY_API_KEY,
      keyCapability: { '[*]*': ['*'] },
      operation: 'publish',
      resource: 'chat:lobby',
      revocations,
    });
    return response ?? Response.json({ hello: verified.clientId });
  },
};
