// The module loaded by hand, in the words that every environment has.
import compiled from 'ably-edge-auth/ably_edge_auth.wasm';
import type * as all from 'ably-edge-auth';
import type * as byHand from 'ably-edge-auth/wasm';
import { init, initSync, issueJwtSync, type IssuedJwt } from 'ably-edge-auth/wasm';
import { exact, type Same } from './exact.js';

exact<void>()(initSync(new Uint8Array()));
exact<Promise<void>>()(init(new ArrayBuffer(8)));
initSync(compiled);
initSync(new DataView(new ArrayBuffer(8)));
void init(compiled);
void init('/assets/ably_edge_auth.wasm');
void init(Promise.resolve(new Uint8Array()));
// @ts-expect-error there is no module to guess
initSync();
// @ts-expect-error an address takes time
initSync('/assets/ably_edge_auth.wasm');
// @ts-expect-error neither a module nor an address
void init(42);
// @ts-expect-error a promise takes time
const started: number = init(compiled);

exact<IssuedJwt>()(issueJwtSync({ key: 'appid.keyid:secret' }));

// The same functions and classes, and the two that start the module.
type More = Exclude<keyof typeof byHand, keyof typeof all>;
type Fewer = Exclude<keyof typeof all, keyof typeof byHand>;
export const more: Same<More, 'init' | 'initSync'> = true;
export const fewer: Same<Fewer, never> = true;
export { started };
