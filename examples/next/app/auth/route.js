// app/auth/route.js of a Next.js app
import { createTokenEndpoint } from 'ably-edge-auth';

const auth = createTokenEndpoint({
  source: () => ({ key: process.env.ABLY_API_KEY }),
  authenticate(request) {
    // Replace this with your own session.
    const user = /(?:^|; )user=(\w+)/.exec(request.headers.get('Cookie'))?.[1];
    return user ? { clientId: user, capability: { 'chat:*': ['publish', 'subscribe'] }, revocable: true } : null;
  },
});

export const GET = (request) => auth(request);
export const POST = (request) => auth(request);
