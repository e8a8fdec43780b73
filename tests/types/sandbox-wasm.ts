// The sandbox's module loaded by hand.
import compiled from 'ably-edge-auth/ably_edge_auth_sandbox.wasm';
import type * as all from 'ably-edge-auth/sandbox';
import type * as byHand from 'ably-edge-auth/sandbox/wasm';
import { createSandbox, init, initSync, type Sandbox } from 'ably-edge-auth/sandbox/wasm';
import { exact, type Same } from './exact.js';

exact<Promise<void>>()(init('/assets/ably_edge_auth_sandbox.wasm'));
exact<void>()(initSync(compiled));
exact<Sandbox>()(createSandbox());

// The same functions and classes, and the two that start the module.
type More = Exclude<keyof typeof byHand, keyof typeof all>;
type Fewer = Exclude<keyof typeof all, keyof typeof byHand>;
export const more: Same<More, 'init' | 'initSync'> = true;
export const fewer: Same<Fewer, never> = true;
