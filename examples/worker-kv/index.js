// The worker example with Workers KV, where a revocation takes about a minute to arrive everywhere; see stores.d.ts.
import { createRevocations, createTokenEndpoint, revokeTokens, verifyRequest } from 'ably-edge-auth';
import { cloudflareKvStore } from 'ably-edge-auth/stores';

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
    revocations ??= createRevocations(cloudflareKvStore(env.REVOCATIONS));
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
