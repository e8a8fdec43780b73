// bun server.js
import { createRevocations, createTokenEndpoint, revokeTokens, verifyRequest } from 'ably-edge-auth';
import { memoryStore } from 'ably-edge-auth/stores';

const key = process.env.ABLY_API_KEY;
const revocations = createRevocations(memoryStore()); // for a single process; see stores.d.ts for other stores

/** Replace this with your own session. */
const userOf = (request) => /(?:^|; )user=(\w+)/.exec(request.headers.get('Cookie'))?.[1];

const auth = createTokenEndpoint({
  source: { key },
  authenticate(request) {
    const user = userOf(request);
    return user ? { clientId: user, capability: { 'chat:*': ['publish', 'subscribe'] }, revocable: true } : null;
  },
});

async function handle(request) {
  const { pathname, searchParams } = new URL(request.url);
  if (pathname === '/auth') return auth(request);
  if (pathname === '/revoke' && userOf(request) === 'admin') {
    const report = await revokeTokens({
      key,
      endpoint: process.env.ABLY_ENDPOINT,
      clientId: searchParams.get('clientId'),
    });
    await revocations.record(report);
    return Response.json({ revoked: report.successCount });
  }
  const { verified, response } = await verifyRequest(request, {
    key,
    keyCapability: { '[*]*': ['*'] },
    operation: 'publish',
    resource: 'chat:lobby',
    revocations,
  });
  return response ?? Response.json({ hello: verified.clientId });
}

Bun.serve({ hostname: '127.0.0.1', port: process.env.PORT ?? 3000, fetch: handle });
