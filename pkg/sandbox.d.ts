/**
 * A local sandbox of Ably's token service: the parts of the REST API, the Control API and access tokens that concern
 * tokens, and realtime connections, in this process, without an account or a network. It is **for development and tests
 * only**.
 *
 * @example
 * import { issueJwt } from 'ably-edge-auth';
 * import { createSandbox } from 'ably-edge-auth/sandbox';
 *
 * const { fetch, endpoint, accessToken, app } = createSandbox();
 * const { token } = await issueJwt({ accessToken, app: app.id, endpoint, fetch });
 * @module ably-edge-auth/sandbox
 */
import type { PlatformRequest } from './index.js';

/**
 * The change made by one request, as a line of text. Store it unmodified: its format is internal, and later versions can
 * read changes from earlier ones. It contains secrets.
 */
export type Change = string;

/** The options of `createSandbox`. */
export interface SandboxOptions {
  /**
   * Returns the current time in ms since 1970; called for each request. Default: the system clock. Expiry, time windows
   * and margins follow it, so that a test can move the time.
   */
  now?: (() => number) | undefined;
  /** All changes of an earlier sandbox, in order. They include its seed, which takes precedence over `seed`. */
  state?: Iterable<Change> | undefined;
  /**
   * Stores a change. It is called for one change at a time and awaited before the response is sent. If it throws or
   * rejects, the change is discarded and the response is a 500 with Ably's code 50000, which contains only the `code` or
   * `name` of the error.
   *
   * @param sandbox the sandbox before the change: its `snapshot()` followed by the change is the complete state. Do not
   * await its `fetch` here, because it waits for this function.
   */
  onChange?: ((change: Change, sandbox: Sandbox) => void | Promise<void>) | undefined;
  /**
   * Receives the webhooks that rules of the types `http`, `http/zapier` and `http/cloudflare-worker` send for published
   * messages, as POST requests to the URL of the rule; batches are signed if the rule has a `signingKeyId`. It is awaited
   * before the response to the publisher. Its result and its errors are ignored, and nothing is sent again. By default,
   * no webhooks are sent.
   */
  onWebhook?: ((request: PlatformRequest) => unknown) | undefined;
  /**
   * A secret from which keys and access tokens are derived. Set it to a text that cannot be guessed if others can reach
   * the sandbox. By default, keys and access tokens are public constants.
   */
  seed?: string | undefined;
  /** Host names to accept in addition to loopback, such as `['sandbox.example.com']`. Requests for others get a 421. */
  hosts?: readonly string[] | undefined;
  /** The port to accept in requests. Default: any. */
  port?: number | undefined;
  /** Origins of pages that may read responses, in addition to loopback: `['https://example.com']`. `'*'` allows all. */
  origins?: readonly string[] | undefined;
  /** Whether tokens can be revoked by channel, which Ably enables for an account only on request. Default: `false`. */
  revokeChannels?: boolean | undefined;
}

// The environment's Response type if it has one, or else its most important members.
type Answer = typeof globalThis extends { Response: { prototype: infer R } }
  ? R
  : {
      readonly status: number;
      readonly headers: { get(name: string): string | null };
      readonly body: any;
      readonly ok: boolean;
      json(): Promise<unknown>;
      text(): Promise<string>;
      arrayBuffer(): Promise<ArrayBuffer>;
    };

/** The sandbox's WebSocket class: the environment's WebSocket type if it has one. */
export type SandboxWebSocketClass = typeof globalThis extends { WebSocket: infer C } ? C : AnyWebSocketClass;
type AnyWebSocketClass = new (url: any) => any;

/** A local sandbox of Ably's token service. */
export interface Sandbox {
  /**
   * Handles a request. It does not need its `this`: pass it as the `fetch` option of any function of `ably-edge-auth`, or
   * as the handler of a server: `Deno.serve(sandbox.fetch)`, `Bun.serve({ fetch: sandbox.fetch, websocket:
   * sandbox.websocket })`, `export default { fetch: sandbox.fetch }`. In the first two, realtime clients connect as well.
   *
   * @param input a `Request`, a `URL` or a URL string, which may be relative to `endpoint`
   * @param init the options of `fetch`; other second arguments, which servers pass to handlers, are ignored
   */
  readonly fetch: (input: any, init?: any) => Promise<Answer>;
  /**
   * A WebSocket class whose sockets end in this sandbox, so that a realtime client needs no server. It has the interface of
   * the browser's WebSocket. URLs may be relative to `endpoint`.
   *
   * @example
   * import Ably from 'ably';
   * import { createSandbox } from 'ably-edge-auth/sandbox';
   *
   * const sandbox = createSandbox();
   * Ably.Realtime.Platform.Config.WebSocket = sandbox.WebSocket;
   * const client = new Ably.Realtime({ key: sandbox.keys.root, endpoint: '127.0.0.1', tls: false });
   */
  readonly WebSocket: SandboxWebSocketClass;
  /** The `websocket` option of `Bun.serve`, next to `fetch: sandbox.fetch`, for realtime connections. */
  readonly websocket: {
    open(socket: any): void;
    message(socket: any, data: any): void;
    close(socket: any): void;
  };
  /**
   * Does what is due on realtime connections by now. Call it after moving the clock of the option `now`: expired and revoked
   * tokens, members that leave, heartbeats. With the system's clock they come by themselves.
   */
  tick(): Promise<void>;
  /** The shortest list of changes that reproduces this sandbox. Pass it as `state` to a new one. */
  snapshot(): Iterable<Change>;
  /** The `endpoint` option to pass along with `fetch`: `http://127.0.0.1`, with the port if one is set. */
  readonly endpoint: string;
  /** The initial account. */
  readonly account: { readonly id: string; readonly name: string };
  /** The initial app. */
  readonly app: { readonly id: string; readonly name: string };
  /** The initial keys, including their secrets. */
  readonly keys: {
    /** A key with the full capability `{"[*]*":["*"]}`. */
    readonly root: string;
    /** A key with revocable tokens and the capability `{"*":["*"]}`. */
    readonly revocable: string;
    /** A key with the capability `{"chat:*":["history","publish","subscribe"],"news":["subscribe"]}`. */
    readonly narrow: string;
  };
  /** An access token with all 11 capabilities, for `createControlClient` and the `accessToken` options. */
  readonly accessToken: string;
  /** Authorizes the dashboard requests of an account admin: create, rotate and revoke access tokens. */
  readonly adminToken: string;
}

/**
 * Creates a sandbox. It can be created in the global scope of a Worker, but requests must come later, from a handler.
 *
 * @throws AblyAuthError if an option is unknown or has the wrong type, or if `state` cannot be read
 *
 * @example
 * import { createSandbox } from 'ably-edge-auth/sandbox';
 *
 * const { fetch, keys } = createSandbox();
 * const headers = { Authorization: `Basic ${btoa(keys.root)}` };
 * console.log((await fetch('/channels/chat/messages', { headers })).status); // 200
 */
export function createSandbox(options?: SandboxOptions): Sandbox;

export { AblyAuthError } from './index.js';
