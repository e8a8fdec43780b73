// What an environment that has fetch hands in: its own fetch, signals, and the module loaded by hand.
import {
  createTokenEndpoint,
  getTime,
  revokeTokens,
  verifyRequest,
  type Fetch,
  type PlatformRequest,
  type PlatformResponse,
  type Signal,
} from 'ably-edge-auth';
import { createSandbox } from 'ably-edge-auth/sandbox';
import { init } from 'ably-edge-auth/wasm';
import { exact } from '../exact.js';

void init(fetch('https://example.com/ably_edge_auth.wasm'));
void init(new URL('https://example.com/ably_edge_auth.wasm'));
void init(new Response());

// Its own, and one that a caller wraps around it.
export const own: Fetch = fetch;
void getTime({ fetch, signal: new AbortController().signal });
void getTime({ fetch: (url, init) => fetch(url, init) });
void getTime({ fetch: async () => new Response('[1700000000000]') });
export const signal: Signal = AbortSignal.timeout(1000);
void revokeTokens({ key: 'appid.keyid:secret', clientId: 'ada', signal });

// A sandbox in place of fetch, and as the handler of a server.
const sandbox = createSandbox();
export const answers: (request: Request) => Promise<Response> = sandbox.fetch;
export const instead: (input: string | URL | Request, init?: RequestInit) => Promise<Response> = sandbox.fetch;
export const inOurs: Fetch = sandbox.fetch;

// Its own Request and Response go in and come out.
declare const request: Request;
exact<Request>()(request as PlatformRequest);
exact<Response>()({} as PlatformResponse);
const key = 'appid.keyid:secret';
export const handler: (request: Request) => Promise<Response> = createTokenEndpoint({
  source: { key },
  authenticate: (request) =>
    request.headers.has('cookie') ? { capability: { a: ['publish'] } } : new Response(null, { status: 403 }),
});
export async function api(request: Request): Promise<Response> {
  const { response } = await verifyRequest(request, {
    key,
    keyCapability: { '[*]*': ['*'] },
    operation: 'publish',
    resource: 'a',
  });
  return response ?? new Response();
}
