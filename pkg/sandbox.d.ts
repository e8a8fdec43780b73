/**
 * An embedded Ably token service: Ably's REST API, Control API and access tokens, for what concerns
 * tokens, in this process, with no account and no network. **Only a sandbox**, and REST only: there is
 * no realtime connection.
 *
 * @example
 * import { issueJwt } from 'ably-edge-auth';
 * import { createSandbox } from 'ably-edge-auth/sandbox';
 *
 * const { fetch, endpoint, accessToken, app } = createSandbox();
 * const { token } = await issueJwt({ accessToken, app: app.id, endpoint, fetch });
 * @packageDocumentation
 */

/**
 * What one request changed, as a line of text. Keep it as it is: its form is the sandbox's own business,
 * and a later version reads what an earlier one has kept. It holds secrets.
 */
export type Change = string;

/** How a sandbox behaves. */
export interface SandboxOptions {
  /**
   * The time, in ms since 1970, asked for at each request. Default: this machine's clock. Expiry, windows
   * and margins follow it, so a test can move it.
   */
  now?: (() => number) | undefined;
  /** The changes of an earlier sandbox, all of them, in their order. They win over `seed`, which is among them. */
  state?: Iterable<Change> | undefined;
  /**
   * Is given each change and is awaited before the answer goes out, one change after the other. If it
   * throws or rejects, nothing is changed, and the answer is a 500 with Ably's code 50000. Nothing of
   * what failed is in it but the error's `code` or `name`.
   *
   * @param sandbox is as it is before the change: its `snapshot()` and the change are all that need be
   * kept. Do not wait here for its `fetch`, which waits for this.
   */
  onChange?: ((change: Change, sandbox: Sandbox) => void | Promise<void>) | undefined;
  /**
   * What keys and access tokens are made from, for a sandbox that others can reach: a text that nobody
   * can guess. Default: constants that anybody can read in the source code, and that look like it.
   */
  seed?: string | undefined;
  /** Names that it may be called by besides loopback ones: `['sandbox.example.com']`. Any other is refused: 421. */
  hosts?: readonly string[] | undefined;
  /** The port that it may be called at. Default: any. */
  port?: number | undefined;
  /** Origins of pages that may read what it answers, besides loopback ones: `['https://example.com']`. `'*'` is all. */
  origins?: readonly string[] | undefined;
  /** Whether tokens can be revoked by channel, which Ably enables for an account on request. Default: `false`. */
  revokeChannels?: boolean | undefined;
}

// What the environment calls a Response, if it knows one; the least that can be told of it otherwise.
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

/** A token service. */
export interface Sandbox {
  /**
   * Answers a request. It may be handed on by itself: as the `fetch` option of every function of
   * `ably-edge-auth`, and as the handler of a server: `Deno.serve(sandbox.fetch)`,
   * `Bun.serve({ fetch: sandbox.fetch })`, `export default { fetch: sandbox.fetch }`.
   *
   * @param input a `Request`, a `URL` or an address; a relative one is below `endpoint`
   * @param init as `fetch` has it; what a server hands over beside a request changes nothing
   */
  readonly fetch: (input: any, init?: any) => Promise<Answer>;
  /** As few changes as lead from a new sandbox to this one: the `state` of its successor. */
  snapshot(): Iterable<Change>;
  /** What to give as `endpoint`, with `fetch`: `http://127.0.0.1`, and the port if there is one. */
  readonly endpoint: string;
  /** The account that there is at first. */
  readonly account: { readonly id: string; readonly name: string };
  /** The app that there is at first. */
  readonly app: { readonly id: string; readonly name: string };
  /** The keys that there are at first, whole. */
  readonly keys: {
    /** May do everything: `{"[*]*":["*"]}`. */
    readonly root: string;
    /** Its tokens can be revoked: `{"*":["*"]}`. */
    readonly revocable: string;
    /** `{"chat:*":["history","publish","subscribe"],"news":["subscribe"]}` */
    readonly narrow: string;
  };
  /** An access token with all 11 capabilities, for `createControlClient` and the `accessToken` options. */
  readonly accessToken: string;
  /** Stands for an admin of the account at the dashboard, who makes, rotates and revokes access tokens. */
  readonly adminToken: string;
}

/**
 * A new sandbox. It works at once, at the top of a Worker's module too; its requests are to come later.
 *
 * @throws AblyAuthError an option that does not exist or is of the wrong type, or a `state` that cannot be read
 */
export function createSandbox(options?: SandboxOptions): Sandbox;

export { AblyAuthError } from 'ably-edge-auth';
