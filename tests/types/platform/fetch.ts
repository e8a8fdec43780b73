// What an environment that has fetch hands in: its own fetch, signals, and the module loaded by hand.
import { getTime, revokeTokens, type Fetch, type Signal } from 'ably-edge-auth';
import { createSandbox } from 'ably-edge-auth/sandbox';
import { init } from 'ably-edge-auth/wasm';

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
