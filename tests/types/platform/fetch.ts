// The module loaded by hand, in the words of an environment that has fetch.
import { init } from 'ably-edge-auth/wasm';

void init(fetch('https://example.com/ably_edge_auth.wasm'));
void init(new URL('https://example.com/ably_edge_auth.wasm'));
void init(new Response());
