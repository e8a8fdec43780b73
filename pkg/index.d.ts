/**
 * Ably auth for the edge: issue, explain, verify and revoke Ably tokens.
 *
 * Every function here works as soon as the import has resolved, in Cloudflare Workers, Deno, Node,
 * Bun and browsers; there is nothing to initialise. Functions never modify their arguments, and
 * throw an {@link AblyAuthError}, or reject with one if they give a promise. An option that does not exist is
 * refused by name.
 *
 * A key is a secret: a JavaScript string that held one cannot be wiped, so keep keys in the
 * environment of a server and out of any page that others load.
 * @packageDocumentation
 */

// ---- capability ------------------------------------------------------------------------------

/** The 17 operations that Ably documents (https://ably.com/docs/auth/capabilities). */
export type Operation =
  | 'subscribe'
  | 'publish'
  | 'presence'
  | 'history'
  | 'stats'
  | 'channel-metadata'
  | 'push-subscribe'
  | 'push-admin'
  | 'privileged-headers'
  | 'object-subscribe'
  | 'object-publish'
  | 'annotation-subscribe'
  | 'annotation-publish'
  | 'message-update-own'
  | 'message-update-any'
  | 'message-delete-own'
  | 'message-delete-any';

/** Names that Ably's servers know and its documentation does not: accepted with a warning. */
export type UndocumentedOperation =
  | 'message-subscribe'
  | 'presence-subscribe'
  | 'channel-metadata:publishers'
  | 'list-channels'
  | 'connection-metadata';

/**
 * What a token or a key may do: resource name to operations. `['*']` is every operation.
 *
 * A resource is a channel name or a pattern (`chat:*`, `*`), with an optional qualifier
 * (`[meta]…`, `[queue]…`, `[*]…`). A star is a wildcard only as a whole segment between colons.
 */
export type Capability = { [resource: string]: readonly (Operation | UndocumentedOperation | '*')[] };

/** One thing to know about a capability or a token. */
export interface CapabilityIssue {
  /** `error`: cannot be issued. `warning`: does not do what it seems to. `info`: worth knowing. */
  severity: 'error' | 'warning' | 'info';
  /** A stable name for this kind of issue, such as `unknown-operation`. */
  code: string;
  /** Where, as `capability["chat:*"][1]`. */
  path: string;
  /** What was found, in a sentence. */
  message: string;
  /** The text that was probably meant in its place. Looked for in the first 8 unknown operations of a capability. */
  suggestion?: string;
}

/** Every problem of a capability at once. */
export interface CapabilityReport {
  /** No issue has the severity `error`: a token can be issued with it. */
  ok: boolean;
  /** Canonical text, when there is one: sorted, no white space, no duplicates. */
  canonical?: string;
  /** The canonical text as an object. */
  capability?: Record<string, string[]>;
  /** Every problem found, in the order of the text. */
  issues: CapabilityIssue[];
}

/** What is known about who will carry the capability. */
export interface CheckContext {
  /** The client id of the token. `null`: it will have none. Absent: not known yet. */
  clientId?: string | null | undefined;
  /** The capability of the key that signs: nothing outside it is ever allowed. */
  keyCapability?: string | Capability | undefined;
}

/** Lists every problem of `input`, which may be JSON text or an object. Never throws for what is in it. */
export function checkCapability(input: unknown, context?: CheckContext): CapabilityReport;

/** Why an operation is, or is not, allowed on a resource. */
export interface Explanation {
  allowed: boolean;
  operation: string;
  resource: string;
  /** When allowed, each entry that grants it; otherwise the entry that came nearest, if any. */
  because: {
    /** The entry's resource, as written. */
    entry: string;
    /** The entry's operations, sorted. */
    operations: string[];
    /** Why it grants, or why it does not. */
    reason: string;
    /** A resource or operation that would have granted it. */
    suggestion?: string;
  }[];
  /** The whole answer in one sentence. */
  message: string;
}

/** A capability, read once. */
export interface ParsedCapability {
  /** Canonical text: sorted, no white space, no duplicates. */
  readonly canonical: string;
  /** May `operation` happen on `resource` (a channel name, `[meta]…`, `[queue]…`, or `*` for the whole app)? */
  allows(operation: string, resource: string): boolean;
  /** The same, with the entries that decide. */
  explain(operation: string, resource: string): Explanation;
}

/**
 * Reads a capability as Ably reads a token's: unknown operations grant nothing but are kept.
 * @throws AblyAuthError `capability` (40000) when it is not an object of arrays of strings.
 */
export function parseCapability(capability: string | Capability): ParsedCapability;

/** May `operation` happen on `resource` under `capability`? Every entry that matches counts. */
export function capabilityAllows(capability: string | Capability, operation: string, resource: string): boolean;

/** Why, or why not: the entries that decide, or the nearest miss. */
export function explainCapability(capability: string | Capability, operation: string, resource: string): Explanation;

/**
 * What a token gets when `requested` is asked of a key that has `keyCapability`, as canonical text.
 * @throws AblyAuthError `capability` (40160) when nothing is left; `capability` (40000) when it would take
 * over 250,000 comparisons of entries, or over 5,000 resources or 1 MiB of their names would be left.
 */
export function intersectCapabilities(keyCapability: string | Capability, requested: string | Capability): string;

// ---- issue -----------------------------------------------------------------------------------

/** What to put in a token. Everything but the key has a default. */
export interface IssueOptions {
  /** JSON text or an object. Default `{"*":["*"]}`. Written to the claim as canonical JSON text. */
  capability?: string | Capability | undefined;
  /** Absent or null: an unidentified client. `"*"`: the bearer may act under any client id. */
  clientId?: string | null | undefined;
  /** Whole seconds, 1 to 86400 (3600 when `revocable`). Default 3600. Outside: 40003. */
  ttlSeconds?: number | undefined;
  /** The group this token can be revoked by: claim `x-ably-revocation-key`. */
  revocationKey?: string | undefined;
  /** The key has revocable tokens switched on: the limit of one hour applies. */
  revocable?: boolean | undefined;
  /** Trusted metadata per channel or pattern: claims `ably.channel.…`. Values that are not strings are written as JSON text. */
  channelClaims?: Record<string, unknown> | undefined;
  /** The same for chat rooms: claims `ably.room.…`. */
  roomClaims?: Record<string, unknown> | undefined;
  /** Messages per second and connection, by channel or pattern: claims `ably.limits.publish.perAttachment.maxRate.…`. */
  publishRateLimits?: Record<string, number> | undefined;
  /** `"server"` marks the bearer as a server SDK: claim `x-ably-clientType`. */
  clientType?: 'server' | undefined;
  /** Claim `jti`: true for a random UUID, or the id itself. Default: none. */
  jwtId?: boolean | string | undefined;
  /** Further claims. Names that Ably or this module writes are refused, and so is whatever else begins with `x-ably-` or `ably.`. */
  claims?: Record<string, unknown> | undefined;
  /** What the key may do, when known: a request that would be left with nothing is refused (40160) before signing. */
  keyCapability?: string | Capability | undefined;
  /** The time of issue, in ms since 1970 or a Date. Default: the clock. One before 2001 is refused: it was given in seconds. */
  now?: number | Date | undefined;
}

/** A signed token and what is in it. It is a complete Ably TokenDetails. */
export interface IssuedJwt {
  /** The compact JWS. */
  token: string;
  /** `appId.keyId` */
  keyName: string;
  appId: string;
  /** ms since 1970 (a whole second) */
  issued: number;
  /** ms since 1970 (a whole second) */
  expires: number;
  /** Canonical text, as signed. */
  capability: string;
  clientId?: string;
  ttlSeconds: number;
  /** What the capability does not do although it seems to, and a token that is nearly too long. */
  warnings: CapabilityIssue[];
}

/**
 * The key to use: given whole; or looked up with an access token, which then needs `read:key`, and
 * `read:app` too where `app` is a name.
 */
export type KeySource =
  | { key: string; accessToken?: undefined; app?: undefined; keyName?: undefined }
  | {
      /** An access token of the Ably dashboard (https://ably.com/users/access_tokens). */
      accessToken: string;
      /** The app's id, or its name. Two apps of one name: an error that lists both ids. */
      app: string;
      /** `appId.keyId`, or the second half of it. Absent: a key that suits. */
      keyName?: string | undefined;
      key?: undefined;
    };

/**
 * Issues an Ably JWT. With a `key` and without `queryTime` it needs no network.
 *
 * With an `accessToken` it finds the app and an enabled key of it (one whose capability covers the
 * request, if there is one), checks the capability against the key's, and keeps to the hour of a key
 * with revocable tokens. What it was told is kept for three minutes, so most calls need no network.
 *
 * Rejects with an AblyAuthError: `usage`, `key`, `capability` (40000, 40160) or `token` (40003, 40012,
 * 40144); over the network also as {@link NetworkOptions} says.
 */
export function issueJwt(options: IssueOptions & KeySource & NetworkOptions & QueryTime): Promise<IssuedJwt>;

/** The same with a key, at once. */
export function issueJwtSync(options: IssueOptions & { key: string }): IssuedJwt;

/** What may differ from token to token of one issuer. What is absent is as the issuer has it. */
export interface IssueOverrides {
  /** null: an unidentified client. */
  clientId?: string | null | undefined;
  ttlSeconds?: number | undefined;
  /** null: none. */
  revocationKey?: string | null | undefined;
  /** true: a random UUID; false: none. */
  jwtId?: boolean | string | undefined;
  now?: number | Date | undefined;
}

/** Checks everything once, then only signs. Safe to create at module scope, in Workers too. */
export interface Issuer {
  /** `appId.keyId` */
  readonly keyName: string;
  /** Canonical text, as it will be signed. */
  readonly capability: string;
  /** A token with all that is in it. */
  issue(overrides?: IssueOverrides): IssuedJwt;
  /** Just the token. */
  token(overrides?: IssueOverrides): string;
  /** Many tokens of one time of issue. */
  tokens(list: readonly IssueOverrides[]): string[];
}

/** An issuer for many tokens of the same kind: the hot path. Options are as for {@link issueJwtSync}. */
export function createIssuer(options: IssueOptions & { key: string }): Issuer;

// ---- read ------------------------------------------------------------------------------------

/** One key, or several of which `kid` picks one. */
export type VerifyKey = { key: string; keys?: undefined } | { keys: readonly string[]; key?: undefined };

export interface VerifyOptions {
  /** The time to verify at, in ms since 1970 or a Date, as `now` of {@link IssueOptions}. Default: the clock. */
  now?: number | Date | undefined;
  /** Grace for `iat`, `nbf` and `exp`. Default: 60 s for `iat` and `nbf`, none for `exp`. */
  clockToleranceSeconds?: number | undefined;
  /** A token that lives longer is refused (40003). Default 86400, the most Ably takes. */
  maxTtlSeconds?: number | undefined;
  /** What the key may do. The answer's `capability` is narrowed by it; when nothing is left: 40160. */
  keyCapability?: string | Capability | undefined;
  /**
   * Revocations to honour: a token that falls under one is refused (`revoked`, 40141). The list is read
   * anew with every call. A result that has an `error` is refused (`usage`), not passed over: of a report,
   * give those of `results` that have none.
   *
   * One of a channel (`channel:chat:*`) falls on the resources that a token has left under its key's capability, so it
   * needs `keyCapability`. Without it, every token of a key of which the list holds a channel is refused (`usage`).
   */
  revocations?: readonly RevocationEntry[] | undefined;
  /** Accept an outer JWT that carries an Ably JWT as `x-ably-token`: only the inner one is trusted. */
  embedded?: boolean | undefined;
}

/** A token whose signature and times are right. */
export interface VerifiedJwt {
  /** `appId.keyId` of the key that signed. */
  keyName: string;
  appId: string;
  /** Absent: unidentified. `"*"`: may act under any client id. */
  clientId?: string;
  /** Canonical text, narrowed by `keyCapability` if that was given. Absent: the token names none and the key's is not known, so treat it as nothing. */
  capability?: string;
  /** `keyCapability` was given: `capability` is what the token may do, and not only the most it can be. */
  narrowed: boolean;
  /** ms since 1970 */
  issued: number;
  /** ms since 1970 */
  expires: number;
  revocationKey?: string;
  /** Every claim, as in the token. */
  claims: Record<string, unknown>;
  /** Worth knowing: an object-form capability, narrowing that is not known, claims that are named as Ably's and that Ably does not have (`unknown-claim`), and so on. */
  issues: CapabilityIssue[];
}

/**
 * Verifies an Ably JWT: structure, algorithm, signature in constant time, then claims (`nbf` too, if it is there).
 * @throws AblyAuthError `token` 40144 (malformed), 40101 (signature, or no key of that name), 40003, 40012;
 * `expired` 40142; `revoked` 40141; `capability` 40160; `usage` where {@link VerifyOptions.revocations} need `keyCapability`.
 */
export function verifyJwt(token: string, options: VerifyKey & VerifyOptions): VerifiedJwt;

/** What a token says, without any proof that it is true. */
export interface DecodedJwt {
  /** Always false: nobody has checked who signed this. */
  verified: false;
  /** If `kid` holds a whole API key, its secret is left out here. */
  header: Record<string, unknown>;
  claims: Record<string, unknown>;
  /** `kid` of the header; the name alone if that holds a whole API key, which `issues` then says. */
  keyName?: string;
  appId?: string;
  clientId?: string;
  /** Canonical text, if the claim can be read. */
  capability?: string;
  /** ms since 1970 */
  issued?: number;
  /** ms since 1970 */
  expires?: number;
  revocationKey?: string;
  /** All that would keep it from being accepted, and all that is worth knowing. */
  issues: CapabilityIssue[];
}

/**
 * Reads a token WITHOUT checking its signature: for display and debugging, never for access.
 * @throws AblyAuthError `token` (40144) when it is not a JWT at all.
 */
export function decodeJwt(token: string, options?: { now?: number | Date | undefined }): DecodedJwt;

// ---- Ably tokens -----------------------------------------------------------------------------

/** A request that Ably exchanges for a token, signed so that the key stays here. */
export interface TokenRequest {
  keyName: string;
  /** ms */
  ttl?: number;
  /** Canonical JSON text. */
  capability?: string;
  clientId?: string;
  /** ms since 1970; Ably takes it within two minutes of its own clock. */
  timestamp: number;
  /** Used once. */
  nonce: string;
  /** base64(HMAC-SHA-256) over the other fields. */
  mac: string;
}

export interface TokenRequestOptions {
  key: string;
  /** Absent: all that the key may do. */
  capability?: string | Capability | undefined;
  clientId?: string | null | undefined;
  /** Whole seconds, 1 to 86400. Absent: Ably's default of an hour. */
  ttlSeconds?: number | undefined;
  /** ms since 1970 or a Date. Default: the clock. */
  now?: number | Date | undefined;
  /** At least 16 characters, used once. Default: random. */
  nonce?: string | undefined;
}

/** Signs a TokenRequest (https://ably.com/docs/api/token-request-spec). Needs no network. */
export function createTokenRequest(options: TokenRequestOptions): TokenRequest;

/** What Ably gives for a TokenRequest. An authCallback can hand it on as it is. */
export interface TokenDetails {
  token: string;
  /** `appId.keyId` */
  keyName: string;
  /** ms since 1970 */
  issued: number;
  /** ms since 1970 */
  expires: number;
  /** Canonical text of what was granted: what was asked for, narrowed by the key's. */
  capability: string;
  clientId?: string;
}

/**
 * An Ably token: signs a TokenRequest here and exchanges it at Ably. For capabilities that are too
 * large or too private for a JWT, which any bearer can read. The key itself is not sent.
 *
 * Rejects as {@link createTokenRequest} throws, and as {@link NetworkOptions} says.
 */
export function requestToken(
  options: Omit<TokenRequestOptions, 'key'> & KeySource & NetworkOptions & QueryTime,
): Promise<TokenDetails>;

/** Ably's clock, in ms since 1970. Needs no key. Rejects as {@link NetworkOptions} says. */
export function getTime(options?: NetworkOptions): Promise<number>;

// ---- revoke ----------------------------------------------------------------------------------

/** What to revoke: all tokens that these targets name, of one key, issued before a moment. */
export interface RevokeOptions {
  /**
   * Tokens of this client id, or of each of these. Not together with the other two. It is taken to the letter, white
   * space included: Ably reports success also when no token was ever issued with it.
   */
  clientId?: string | readonly string[] | undefined;
  /** JWTs with this `x-ably-revocation-key`, or with any of these. Not together with the other two. */
  revocationKey?: string | readonly string[] | undefined;
  /**
   * Any mixture: `clientId:ada`, `revocationKey:group1`, `channel:chat:*` (which must equal a resource of
   * the token's capability to the letter, and which Ably enables by account), or the same as objects.
   */
  targets?: readonly (string | { type: 'clientId' | 'revocationKey' | 'channel'; value: string })[] | undefined;
  /**
   * Tokens issued before this fall: ms since 1970 or a Date, not in the future, at most an hour ago.
   * Default: now by Ably's clock. Every request and every retry of the call carries the same value.
   */
  issuedBefore?: number | Date | undefined;
  /** Enforced only after some 30 s, so that clients can renew without losing their connection. Default false. */
  allowReauthMargin?: boolean | undefined;
  /** How many requests run at once, 1 to 32. Ably takes 100 targets a request. Default 4. */
  concurrency?: number | undefined;
  /** Told after each request how many of the targets have their outcome. What it throws is ignored: the revocation goes on. */
  onProgress?: ((progress: { done: number; total: number }) => void) | undefined;
}

/** What became of one target at one key. It has `issuedBefore` and `appliesAt`, or `error`. */
export interface RevocationOutcome {
  /** `appId.keyId`: Ably revokes the tokens that this key issued. */
  keyName: string;
  /** As `clientId:ada`. */
  target: string;
  /** Tokens issued before this have fallen, in ms since 1970. */
  issuedBefore?: number;
  /** From when on Ably refuses them, in ms since 1970. */
  appliesAt?: number;
  /** Why it failed. Kind `aborted` or `network`: there was no answer, and nobody knows, unless `sent` is false. */
  error?: AblyAuthError;
  /** False beside an `error`: it was not sent, so its tokens have not fallen. Absent otherwise. */
  sent?: false;
}

/** One outcome for each target that was given, in that order, for each key; duplicates stand at each of their places. */
export interface RevocationReport {
  keyNames: string[];
  successCount: number;
  failureCount: number;
  results: RevocationOutcome[];
}

/**
 * Revokes tokens (https://ably.com/docs/auth/revocation): they are refused from `appliesAt` on. It does
 * not keep anybody from getting new ones.
 *
 * 1 to 100,000 targets; a duplicate is sent once. With an `accessToken` and no `keyName`, every key of the
 * app that has revocable tokens is used.
 *
 * Resolves when at least one target had an outcome of its own, so look at `failureCount`. Rejects with an
 * AblyAuthError when nothing was sent, when all failed for one reason, and when it was aborted; the last
 * two with the report on `error.report`, as soon as there was anything to report.
 */
export function revokeTokens(options: KeySource & NetworkOptions & RevokeOptions): Promise<RevocationReport>;

/** A revocation in force: what {@link RevocationReport} says of a target that succeeded. */
export interface RevocationEntry {
  /** `appId.keyId` */
  keyName: string;
  /** As `clientId:ada`. */
  target: string;
  /**
   * ms since 1970: what was issued before falls. `iat` counts whole seconds, so what was issued in the very
   * second of this falls too, even if it was later (unless this is the beginning of a second). A time before 2001
   * is refused, here and in `appliesAt`: it was given in seconds.
   */
  issuedBefore: number;
  /** ms since 1970: the revocation counts from then on. */
  appliesAt: number;
}

// ---- at your own edge --------------------------------------------------------------------------

/** As much of a platform's `Request` as is used here. */
export interface IncomingRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: { get(name: string): string | null };
}

/** As much of a platform's `Response` as is promised here. */
export interface OutgoingResponse {
  readonly status: number;
  readonly headers: { get(name: string): string | null };
  text(): Promise<string>;
}

/** The platform's own `Request`, where its types are known. */
export type PlatformRequest = typeof globalThis extends { Request: { prototype: infer R extends IncomingRequest } }
  ? R
  : IncomingRequest;
/** The platform's own `Response`, where its types are known. */
export type PlatformResponse = typeof globalThis extends { Response: { prototype: infer R extends OutgoingResponse } }
  ? R
  : OutgoingResponse;

/** The parameters that a client sent along, as it likes: look them up, never trust them. A `URLSearchParams`. */
export interface SentParams {
  /** The first of this name; a posted form comes before the query. */
  get(name: string): string | null;
  getAll(name: string): string[];
  has(name: string): boolean;
  forEach(run: (value: string, name: string) => void): void;
}

/** What a token may be given: everything but the key, and a capability in any case. */
export type Grant = IssueOptions & { capability: string | Capability };

/** From which origins a page may ask for a token. */
export interface CorsOptions {
  /**
   * Each as a browser writes it (`https://app.example.com`); `"*"` for any, which goes with no credentials; or a
   * function that decides, for a pattern say: `(origin) => /^https:\/\/[a-z0-9-]+\.example\.com$/.test(origin)`. Only
   * `true` allows.
   *
   * A page of the very host that is asked needs no entry. Behind a proxy that rewrites `Host` it does.
   */
  origins: readonly string[] | '*' | ((origin: string, request: PlatformRequest) => boolean | Promise<boolean>);
  /** Pages may send their cookies along. Default false. */
  credentials?: boolean | undefined;
  /** How long a browser may keep the answer to its preflight. Default 7200, which is what Chromium keeps at most. */
  maxAgeSeconds?: number | undefined;
}

export interface TokenEndpointOptions<A extends unknown[] = []> {
  /**
   * The key, or what gives it: a Worker has it in `env` (of a Secrets Store: `async (request, env) => ({ key: await
   * env.KEY.get() })`), and "next build" loads the module without it. With an access token the options of the network
   * may stand beside it. An object is read once, when the endpoint is made; a function is asked for each request.
   */
  source:
    | (KeySource & NetworkOptions)
    | ((
        request: PlatformRequest,
        ...args: A
      ) => (KeySource & NetworkOptions) | PlatformResponse | Promise<(KeySource & NetworkOptions) | PlatformResponse>);
  /**
   * Who is asking, and what may they do? By your own session: cookie, header, or whatever it is. Nothing is granted
   * that is not said: `capability` must be there. Each option is read once, before `limit` is asked. `null`: not known, 401. A Response is answered as it is; one of 403
   * keeps ably-js from trying again.
   *
   * `source` and `limit` may give a Response too, and each of the three may throw it, or what has a `getResponse()` that
   * gives it (Hono's HTTPException). What Next.js, SvelteKit, h3 and React Router throw to themselves (`redirect()`,
   * `notFound()`, `error()`, `createError()`, `data()`) passes through: the endpoint rejects with it, and the framework
   * answers.
   *
   * A posted form has been read already, and is in `params`; a body of another type has not.
   */
  authenticate(
    request: PlatformRequest,
    context: { readonly params: SentParams },
    ...args: A
  ): Grant | PlatformResponse | null | Promise<Grant | PlatformResponse | null>;
  /** Pages of other origins. Default: none; a page of the endpoint's own host is always allowed. */
  cors?: CorsOptions | undefined;
  /**
   * Asked once it is known who it is: true to go on; false, or the seconds to wait (86400 at most), for 429. What Cloudflare's rate
   * limiting gives will do: `limit: (request, { clientId }, env) => env.LIMITER.limit({ key: clientId })`.
   */
  limit?(
    request: PlatformRequest,
    context: { readonly params: SentParams; readonly clientId: string | undefined },
    ...args: A
  ):
    | boolean
    | number
    | { success: boolean }
    | PlatformResponse
    | Promise<boolean | number | { success: boolean } | PlatformResponse>;
  /**
   * Told why a request was answered with 500 or 503, of which the client hears nothing, and of each refused origin once.
   * Waited for. Default: `console.error`.
   */
  onError?(error: unknown, request: PlatformRequest): void | Promise<void>;
}

/**
 * The endpoint that ably-js's `authUrl` names: a handler by the Fetch standard, for a Worker's `fetch`, `Deno.serve`,
 * `Bun.serve`, a Hono or Next route. Further arguments (a Worker's `env`) are handed on.
 *
 * GET and POST are answered with a TokenDetails as JSON, or with the token alone where `Accept` prefers
 * `application/jwt` or `text/plain`; errors as Ably writes them. A form of over 64 KiB is refused (413).
 *
 * It takes a Request, of whatever library, and gives a Response. Handed the request of Express or another Node.js server,
 * a Lambda event, or a context that holds the Request (Hono, SvelteKit), it tells `onError` and rejects with an
 * AblyAuthError `usage` that says what to hand over: a Response would be lost on most of them.
 *
 * @throws AblyAuthError when an option is wrong, a key too.
 */
export function createTokenEndpoint<A extends unknown[] = []>(
  options: TokenEndpointOptions<A>,
): (request: PlatformRequest, ...args: A) => Promise<PlatformResponse>;

/** What {@link verifyRequest} is to find out. */
export type VerifyRequestOptions = Omit<VerifyOptions, 'keyCapability' | 'revocations'> & {
  /** What the key may do. If that is everything, write `{ '[*]*': ['*'] }`. */
  keyCapability: string | Capability;
  /** What the request would do … */
  operation: Operation | UndocumentedOperation;
  /** … and on which channel. */
  resource: string;
  /** Revocations to honour: those that are kept (see {@link createRevocations}), or a list. */
  revocations?: Revocations | readonly RevocationEntry[] | undefined;
};

/**
 * Verifies the token of a request, `Authorization: Bearer` with the token as it is or in base64: is it right, is it
 * revoked, does it allow `operation` on `resource`? If not, there is a Response to return: 401 for a token that is
 * missing, wrong, expired or revoked, 403 for one that does not allow it, 503 when revocations cannot be looked up.
 *
 * @throws AblyAuthError `usage`, `key` or `capability` when an option is wrong, or `request` is not a Request.
 */
export function verifyRequest(
  request: Pick<IncomingRequest, 'headers'>,
  options: VerifyKey & VerifyRequestOptions,
): Promise<{ verified: VerifiedJwt; response?: undefined } | { response: PlatformResponse; verified?: undefined }>;

/** A revocation as a store keeps it. */
export interface StoredRevocation extends RevocationEntry {
  /** ms since 1970: nobody has a token any more that it could touch. */
  expiresAt: number;
}

/** What is to be added under one id. */
export interface StoreItem {
  /** 43 characters of base64url: SHA-256 of key name and target. All channels of a key stand under one id. */
  id: string;
  entries: StoredRevocation[];
  /** ms since 1970: when the last of the entries may go. */
  expiresAt: number;
}

/** Where revocations are kept. Some are in `ably-edge-auth/stores`; for another, these two functions are enough. */
export interface RevocationStore {
  /** What is kept under each id, in that order; at most three ids. */
  get(ids: string[]): Promise<readonly (readonly StoredRevocation[] | null | undefined)[]>;
  /**
   * *Adds* to what is kept under each id, by `mergeRevocations` of `ably-edge-auth/stores`; no id stands there twice.
   * Resolves with the ids that could not be stored, if there are any; rejects when that is so of all.
   */
  // biome-ignore lint/suspicious/noConfusingVoidType: an async function without a `return` gives Promise<void>
  put(items: StoreItem[]): Promise<readonly string[] | void>;
  /** How many items `put` takes at once. Default 100. */
  readonly itemsPerPut?: number;
  /** How long `get` may not see what was put elsewhere, in seconds. Default 0. */
  readonly stalenessSeconds?: number;
}

export interface RevocationsOptions {
  /** How long what was looked up, absence too, is kept in memory: 0 to 3600. Default 10. */
  cacheSeconds?: number | undefined;
  /**
   * When the store gives no answer: `refuse` the token (503), which is the default, or `allow` it unless memory still
   * knows it as revoked.
   */
  onUnavailable?: 'refuse' | 'allow' | undefined;
  /**
   * How long a token of these keys may live, 1 to 86400. A token that lives longer is refused (40003). Default 3600, as
   * Ably does for a key with revocable tokens.
   *
   * A revocation touches only what was issued before it, so that nobody has such a token any more this long after
   * `issuedBefore`. It is kept for five minutes more, as clocks differ and a verifier may be tolerant; a token that
   * expired longer ago than that is refused (40142) whatever the tolerance.
   */
  maxTtlSeconds?: number | undefined;
  /** How long a look-up may take, in ms. Default 5000. */
  timeoutMs?: number | undefined;
}

/** Revocations that are kept, and looked up. */
export interface Revocations {
  /**
   * Keeps what `revokeTokens` reports; results with an `error` are passed over, for those tokens have not fallen.
   * @throws AblyAuthError `service` when some could not be stored, with those on `unstored`. All others are.
   */
  record(report: { readonly results: readonly (RevocationOutcome | RevocationEntry)[] }): Promise<void>;
  /**
   * Refuses a verified token that falls to one that is kept. One call of the store with at most three ids, however
   * many are kept and whatever the token may do: the channels of its key, its client id, and its revocation key.
   *
   * Which resources a token has is known only if it was verified with `keyCapability` (`verified.narrowed`). Without
   * it, every token of a key of which a channel is revoked is refused (`usage`).
   * @throws AblyAuthError `revoked` (40141); `usage` as above; `service` (503) when the store gives no answer; `token` (40003) and
   * `expired` (40142) as {@link RevocationsOptions.maxTtlSeconds} says.
   */
  check(
    verified: Pick<
      VerifiedJwt,
      'keyName' | 'clientId' | 'revocationKey' | 'capability' | 'narrowed' | 'issued' | 'expires'
    >,
    options?: { now?: number | Date | undefined },
  ): Promise<void>;
  /**
   * How long after `record` has resolved a check elsewhere may still let a revoked token pass: the staleness of the
   * store and `cacheSeconds` together. So much later than `appliesAt` it may be.
   */
  readonly stalenessSeconds: number;
}

/** Keeps revocations in a store and looks them up there, for APIs that accept Ably JWTs themselves. */
export function createRevocations(store: RevocationStore, options?: RevocationsOptions): Revocations;

// ---- network ---------------------------------------------------------------------------------

/** `fetch`, as far as it is used here: called with an address and these fields. */
export type Fetch = (
  url: string,
  init: { method: string; headers: any; body?: any; redirect: 'manual'; signal: any },
) => Promise<{
  readonly status: number;
  readonly type?: any;
  readonly headers: { get(name: string): string | null };
  readonly body: any;
}>;

/** An `AbortSignal`. */
export interface Signal {
  readonly aborted: boolean;
  addEventListener(type: 'abort', listener: () => void): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}

/**
 * What any function may need that goes over the network. Such a function rejects with an AblyAuthError of
 * kind `key`, `token`, `expired`, `capability`, `forbidden`, `usage`, `rate-limited` or `service` for what Ably answered,
 * `network` when nobody did, `timeout`, or `aborted`.
 *
 * A request is tried again in two cases only: at Ably's fallback hosts when the first cannot be reached, is
 * too slow or answers 500 to 504 (an endpoint *name* has them, nothing else has); and after a wait when the
 * answer is 429. Redirects are never followed, and cookies never sent.
 */
export interface NetworkOptions {
  /**
   * Where Ably is: an endpoint name (`main`, which is the default, or `nonprod:name`), a host
   * (`rest.example.com`, `localhost`), or a whole address (`http://127.0.0.1:8787`). Plain HTTP only to
   * loopback (40103).
   */
  endpoint?: string | undefined;
  /**
   * The Control API: a host or a whole address. Default: an `endpoint` that is a loopback address serves
   * both; otherwise `https://control.ably.net/v1`. An access token is sent nowhere else.
   */
  controlEndpoint?: string | undefined;
  /**
   * In place of the global one: a sandbox's, one with a proxy, a service binding's (`(url, init) => env.X.fetch(url, init)`).
   * What is found with an access token is kept for this very function: pass the same one each time.
   */
  fetch?: Fetch | undefined;
  /** Ends the call at once. */
  signal?: Signal | undefined;
  /** How long one exchange with one host may take, in ms, 1 to 600000. Default 10000. */
  timeoutMs?: number | undefined;
}

export interface QueryTime {
  /** Take the time from Ably's clock rather than this machine's, at the price of one request. */
  queryTime?: boolean | undefined;
}

// ---- access tokens ---------------------------------------------------------------------------

/** The names of the 11 capabilities of an access token (https://ably.com/docs/platform/account/access-tokens). */
export type AccessTokenCapabilityName =
  | 'read:app'
  | 'write:app'
  | 'read:key'
  | 'write:key'
  | 'read:rule'
  | 'write:rule'
  | 'read:queue'
  | 'write:queue'
  | 'read:namespace'
  | 'write:namespace'
  | 'read:stats';

export interface AccessTokenCapability {
  /** As in `/me` and in API answers. */
  readonly capability: AccessTokenCapabilityName;
  /** As in the dashboard. `read:rule` is "Read Integration" there, `read:namespace` "Read Rule". */
  readonly label: string;
  /** The group of the dashboard's creation form. */
  readonly group: string;
  /** The Control API calls it unlocks, as `GET /apps/{app_id}/keys`. */
  readonly endpoints: readonly string[];
  /** The Ably CLI commands it unlocks. */
  readonly commands: readonly string[];
}

/** The 11 capabilities, in the order of Ably's table. */
export const accessTokenCapabilities: readonly AccessTokenCapability[];

/**
 * Does an access token with these capabilities (of `/me`) have `need`? Writing does not imply reading.
 * @throws AblyAuthError `usage` when `need` is not one of the 11.
 */
export function accessTokenAllows(capabilities: readonly string[], need: AccessTokenCapabilityName): boolean;

/** `GET /me`: whose access token this is. */
export interface Me {
  /** Absent from some older answers. */
  token?: {
    id: string;
    name: string;
    capabilities: string[];
    /** ISO 8601, or null: it never expires. */
    expires_at?: string | null;
    /** ISO 8601, to ten minutes, or null: never. */
    last_used_at?: string | null;
  };
  user: { id: number | string; email: string };
  account: { id: string; name: string };
}

export interface App {
  accountId?: string;
  id: string;
  name: string;
  status?: 'enabled' | 'disabled';
  tlsOnly?: boolean | null;
  /** ms since 1970 */
  created?: number;
  /** ms since 1970 */
  modified?: number;
  [further: string]: unknown;
}

/** Fields of an app. Those for push are as in Ably's OpenAPI document. */
export interface AppFields {
  name?: string | undefined;
  status?: 'enabled' | 'disabled' | undefined;
  tlsOnly?: boolean | null | undefined;
  [further: string]: unknown;
}

/** A key of an app. */
export interface Key {
  appId: string;
  /** The second half of the key name only. */
  id: string;
  /** `appId.keyId`; added here, Ably does not send it. */
  keyName: string;
  name: string;
  /** As Ably sends it: 0 enabled, 1 revoked. */
  status?: number | string;
  /** What `status` means; added here. */
  enabled: boolean;
  /** The whole key, secret included. Ably sends it with every list. */
  key: string;
  capability?: Record<string, string[]>;
  revocableTokens?: boolean | null;
  /** ms since 1970 */
  created?: number;
  /** ms since 1970 */
  modified?: number;
  [further: string]: unknown;
}

export interface KeyFields {
  name: string;
  /** Checked like a token's before it is sent; on update it replaces the whole of the old one. */
  capability: Capability;
  /** Tokens of this key can be revoked, and live an hour at most. */
  revocableTokens?: boolean | null | undefined;
}

/** An integration rule, as in Ably's OpenAPI document; the dashboard calls it an integration. */
export type Rule = { id: string } & Record<string, unknown>;
/** A namespace; the dashboard calls it a rule, the Ably CLI a channel rule. */
export type Namespace = { id: string } & Record<string, unknown>;
export type Queue = { id: string } & Record<string, unknown>;
export type Stats = { intervalId: string; unit: string } & Record<string, unknown>;

export interface StatsQuery {
  /** ms since 1970; the data plane's text form (`2026-11-01:00:00`) is passed on as it is. */
  start?: number | string | undefined;
  end?: number | string | undefined;
  unit?: 'minute' | 'hour' | 'day' | 'month' | undefined;
  direction?: 'forwards' | 'backwards' | undefined;
  limit?: number | undefined;
}

/** What may differ from call to call. */
export interface CallOptions {
  signal?: Signal | undefined;
  timeoutMs?: number | undefined;
}

/**
 * The Control API (https://ably.com/docs/api/control-api), as the 11 capabilities of an access token name it.
 * `app` is an app id; a key is named by `appId.keyId` or the second half of it.
 *
 * Once `me` is known, a call that the access token has no capability for is refused here, by the
 * capability's name and its label in the dashboard.
 */
export interface ControlClient {
  me(call?: CallOptions): Promise<Me>;
  readonly apps: {
    list(call?: CallOptions): Promise<App[]>;
    create(fields: AppFields & { name: string }, call?: CallOptions): Promise<App>;
    update(app: string, fields: AppFields, call?: CallOptions): Promise<App>;
    delete(app: string, call?: CallOptions): Promise<void>;
  };
  readonly keys: {
    list(app: string, call?: CallOptions): Promise<Key[]>;
    /** One of the list: Ably has no call for a single key. */
    get(app: string, key: string, call?: CallOptions): Promise<Key>;
    create(app: string, fields: KeyFields, call?: CallOptions): Promise<Key>;
    update(app: string, key: string, fields: Partial<KeyFields>, call?: CallOptions): Promise<Key>;
    revoke(app: string, key: string, call?: CallOptions): Promise<void>;
  };
  readonly rules: {
    list(app: string, call?: CallOptions): Promise<Rule[]>;
    get(app: string, rule: string, call?: CallOptions): Promise<Rule>;
    create(app: string, fields: Record<string, unknown>, call?: CallOptions): Promise<Rule>;
    /** Ably wants `ruleType` among the fields, changed or not. */
    update(app: string, rule: string, fields: Record<string, unknown>, call?: CallOptions): Promise<Rule>;
    delete(app: string, rule: string, call?: CallOptions): Promise<void>;
  };
  readonly queues: {
    list(app: string, call?: CallOptions): Promise<Queue[]>;
    create(app: string, fields: Record<string, unknown>, call?: CallOptions): Promise<Queue>;
    delete(app: string, queue: string, call?: CallOptions): Promise<void>;
  };
  readonly namespaces: {
    list(app: string, call?: CallOptions): Promise<Namespace[]>;
    create(app: string, fields: Record<string, unknown>, call?: CallOptions): Promise<Namespace>;
    update(app: string, namespace: string, fields: Record<string, unknown>, call?: CallOptions): Promise<Namespace>;
    delete(app: string, namespace: string, call?: CallOptions): Promise<void>;
  };
  readonly stats: {
    account(query?: StatsQuery, call?: CallOptions): Promise<Stats[]>;
    app(app: string, query?: StatsQuery, call?: CallOptions): Promise<Stats[]>;
  };
}

/** A client of the Control API. Nothing is sent until a method is called. */
export function createControlClient(
  options: { accessToken: string } & Pick<
    NetworkOptions,
    'endpoint' | 'controlEndpoint' | 'fetch' | 'signal' | 'timeoutMs'
  >,
): ControlClient;

// ---- errors ----------------------------------------------------------------------------------

export type ErrorKind =
  | 'usage'
  | 'key'
  | 'capability'
  | 'token'
  | 'expired'
  | 'revoked'
  | 'forbidden'
  | 'rate-limited'
  | 'network'
  | 'timeout'
  | 'aborted'
  | 'service';

/** The one error class. `code`, `statusCode` and `href` are as in Ably's ErrorInfo. It never holds a key or a token. */
export class AblyAuthError extends Error {
  constructor(fields: {
    kind: ErrorKind;
    message: string;
    code?: number;
    statusCode?: number;
    path?: string;
    remediation?: string;
    cause?: unknown;
    href?: string;
    requestId?: string;
    serverId?: string;
  });
  readonly name: 'AblyAuthError';
  readonly kind: ErrorKind;
  /** Ably's error code, such as 40160. */
  readonly code?: number;
  /** The HTTP status that goes with it. */
  readonly statusCode?: number;
  /** Where in the input, as `capability["chat:*"][1]`. */
  readonly path?: string;
  /** What to do about it. */
  readonly remediation?: string;
  /** Ably's page on the code. */
  readonly href?: string;
  /** What Ably's support can find the request by, where Ably sent it. */
  readonly requestId?: string;
  readonly serverId?: string;
  /** `revokeTokens` only: what is known of each target. */
  readonly report?: RevocationReport;
  /** `record` only: what the store did not take; record it again as `{ results: error.unstored }`. */
  readonly unstored?: RevocationEntry[];
  readonly cause?: unknown;
}
