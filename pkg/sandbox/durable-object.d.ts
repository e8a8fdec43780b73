/**
 * The sandbox as a Worker of Cloudflare's, its state in one Durable Object.
 *
 * @example
 * // The whole Worker. In wrangler.json: a Durable Object's binding `SANDBOX` of the class `SandboxObject`.
 * export { SandboxObject, default } from 'ably-edge-auth/sandbox/durable-object';
 * @packageDocumentation
 */
import type { SandboxOptions } from '../sandbox.js';

// Only what any environment has is named here; with Cloudflare's types, theirs fit.
/** A `DurableObjectState`. */
type Context = {
  readonly storage: {
    list(options: { prefix: string }): Promise<Map<string, any>>;
    put(entries: Record<string, string>): Promise<void>;
    transaction(closure: (transaction: any) => Promise<void>): Promise<void>;
  };
  blockConcurrencyWhile<T>(closure: () => Promise<T>): Promise<T>;
};
/** A `DurableObjectNamespace`. */
type Namespace = { idFromName(name: string): any; get(id: any): { fetch(request: any): Promise<any> } };

/** What the Worker is deployed with. */
export interface SandboxEnv {
  /** Names that the Worker is called by, with a comma between them: `sandbox.example.workers.dev`. It answers to loopback names anyway. */
  SANDBOX_HOSTS?: string | undefined;
  /** Origins of pages that may read the answers, with a comma between them. */
  SANDBOX_ORIGINS?: string | undefined;
  /** A secret that the first keys and access tokens are made from; `createSandbox({ seed })` has the same ones. Needed with `SANDBOX_HOSTS`. */
  SANDBOX_SEED?: string | undefined;
}

/** The Durable Object. Its storage may be of either kind. */
export class SandboxObject {
  constructor(context: Context, env: SandboxEnv);
  /** What the sandbox is made with; a subclass may have another one. */
  options(env: SandboxEnv): Omit<SandboxOptions, 'state' | 'onChange'>;
  fetch(request: any): Promise<any>;
}

/** Hands every request to one object, which the binding `SANDBOX` leads to. */
declare const worker: { fetch(request: any, env: { SANDBOX: Namespace }): Promise<any> };
export default worker;
