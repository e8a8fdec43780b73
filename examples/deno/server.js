// deno run --unstable-kv --allow-net --allow-env --allow-read --allow-write server.js
import { createRevocations, createTokenEndpoint, revokeTokens, verifyRequest } from 'ably-edge-auth'; // deno add npm:ably-edge-auth
import { denoKvStore } from 'ably-edge-auth/stores';

const key = Deno.env.get('ABLY_API_KEY');
const revocations = createRevocations(denoKvStore(await Deno.openKv(Deno.env.get('KV_PATH'))));

/** Replace this with your own session. */
const userOf = (request) => /(?:^|; )user=(\w+)/.exec(request.headers.get('Cookie'))?.[1];

const auth = createTokenEndpoint({
  source: { key },
  authenticate(request) {
    const user = userOf(request);
    return user ? { clientId: user, capability: { 'chat:*': ['publish', 'subscribe'] }, revocable: true } : null;
  },
});

Deno.serve({ hostname: '127.0.0.1', port: Number(Deno.env.get('PORT') ?? 8000) }, async (request) => {
  const { pathname, searchParams } = new URL(request.url);
  if (pathname === '/auth') return auth(request);
  if (pathname === '/revoke' && userOf(request) === 'admin') {
    const report = await revokeTokens({
      key,
      endpoint: Deno.env.get('ABLY_ENDPOINT'),
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
});
