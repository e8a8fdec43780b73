// Three servers of one kind for each runtime: the endpoint, the same endpoint written with jose, and a
// constant answer of the same length and headers.
const CAPABILITY = `{ 'chat:*': ['publish', 'subscribe'] }`;

const HANDLERS = {
  endpoint: `import { createTokenEndpoint } from 'ably-edge-auth';
const handle = createTokenEndpoint({
  source: { key: KEY },
  authenticate: (request, { params }) => ({ clientId: params.get('clientId'), capability: ${CAPABILITY} }),
});`,
  jose: `import { SignJWT } from 'jose';
const [keyName, secret] = KEY.split(':');
const bytes = new TextEncoder().encode(secret);
async function handle(request) {
  const clientId = new URL(request.url).searchParams.get('clientId');
  const capability = JSON.stringify(${CAPABILITY});
  const issued = Math.floor(Date.now() / 1000);
  const token = await new SignJWT({ 'x-ably-capability': capability, 'x-ably-clientId': clientId })
    .setProtectedHeader({ typ: 'JWT', alg: 'HS256', kid: keyName }).setIssuedAt(issued).setExpirationTime(issued + 3600).sign(bytes);
  const body = JSON.stringify({ token, keyName, issued: issued * 1000, expires: (issued + 3600) * 1000, capability, clientId });
  return new Response(body, { headers: { 'Cache-Control': 'no-store', 'Content-Type': 'application/json', 'X-Content-Type-Options': 'nosniff', 'Vary': 'Origin, Accept' } });
}`,
  constant: `const body = 'x'.repeat(520);
const handle = () => new Response(body, { headers: { 'Cache-Control': 'no-store', 'Content-Type': 'application/json', 'X-Content-Type-Options': 'nosniff', 'Vary': 'Origin, Accept' } });`,
};

const SHELLS = {
  workerd: `export default { fetch: (request) => handle(request) };`,
  deno: `Deno.serve({ hostname: '127.0.0.1', port: Number(Deno.env.get('PORT')) }, handle);`,
  bun: `Bun.serve({ hostname: '127.0.0.1', port: process.env.PORT, fetch: (request) => handle(request) });`,
};

export const KINDS = Object.keys(HANDLERS);

/** The script of a server. */
export const script = (runtime, kind) => `const KEY = 'xVLyHw.A-pwh7:made-up-secret-of-no-account';
${HANDLERS[kind]}
${SHELLS[runtime]}
`;
