/**
 * Runs the sandbox as a Cloudflare Worker, with its state in one Durable Object.
 *
 * @example
 * // The whole Worker. In wrangler.json, bind the Durable Object class `SandboxObject` as `SANDBOX`.
 * export { SandboxObject, default } from 'ably-edge-auth/sandbox/durable-object';
 * @module ably-edge-auth/sandbox/durable-object
 */
import type { SandboxOptions } from '../sandbox.js';

// Declared structurally, so that the types work without Cloudflare's and are compatible with them.
/** A `DurableObjectState`. */
type Context = {
  readonly storage: {
    list(options: { prefix: string }): Promise<Map<string, any>>;
    put(entries: Record<string, string>): Promise<void>;
    transaction(closure: (transaction: any) => Promise<void>): Promise<void>;
    setAlarm(time: number): Promise<void>;
    deleteAlarm(): Promise<void>;
  };
  acceptWebSocket(socket: any): void;
  getWebSockets(): any[];
  blockConcurrencyWhile<T>(closure: () => Promise<T>): Promise<T>;
};
/** A `DurableObjectNamespace`. */
type Namespace = { idFromName(name: string): any; get(id: any): { fetch(request: any): Promise<any> } };

/** The variables and secrets of the Worker. */
export interface SandboxEnv {
  /** Comma-separated host names to accept in addition to loopback, such as `sandbox.example.workers.dev`. */
  SANDBOX_HOSTS?: string | undefined;
  /** Comma-separated origins of pages that may read responses. */
  SANDBOX_ORIGINS?: string | undefined;
  /**
   * The secret from which the initial keys and access tokens are derived; `createSandbox({ seed })` derives the same ones.
   * Required with `SANDBOX_HOSTS`.
   */
  SANDBOX_SEED?: string | undefined;
}

/**
 * The Durable Object class. It works with both the SQLite and the key-value storage backend. Realtime connections survive
 * its hibernation.
 *
 * @example
 * // In wrangler.json, bind the class as the Durable Object SANDBOX.
 * export { SandboxObject, default } from 'ably-edge-auth/sandbox/durable-object';
 */
export class SandboxObject {
  constructor(context: Context, env: SandboxEnv);
  /** The options of the sandbox. A subclass may override them. */
  options(env: SandboxEnv): Omit<SandboxOptions, 'state' | 'onChange'>;
  fetch(request: any): Promise<any>;
  webSocketMessage(socket: any, data: string | ArrayBuffer): void | Promise<void>;
  webSocketClose(socket: any): void | Promise<void>;
  webSocketError(socket: any): void | Promise<void>;
  alarm(): void | Promise<void>;
}

/** Forwards every request to one object of the `SANDBOX` binding. */
declare const worker: { fetch(request: any, env: { SANDBOX: Namespace }): Promise<any> };
export default worker;
