/**
 * Ably auth for the edge: issue, explain and verify Ably tokens.
 *
 * Every function here works as soon as the import has resolved, in Cloudflare Workers, Deno, Node,
 * Bun and browsers; there is nothing to initialise. Functions never modify their arguments, and
 * throw (or, `issueJwt`, reject with) an {@link AblyAuthError}. An option that does not exist is
 * refused by name.
 *
 * A key is a secret: a JavaScript string that held one cannot be wiped, so keep keys in the
 * environment of a server and out of any page that others load.
 * @packageDocumentation
 */

// ---- capability ------------------------------------------------------------------------------

/** The 17 operations that Ably documents (https://ably.com/docs/auth/capabilities). */
export type Operation =
  | 'subscribe' | 'publish' | 'presence' | 'history' | 'stats' | 'channel-metadata'
  | 'push-subscribe' | 'push-admin' | 'privileged-headers'
  | 'object-subscribe' | 'object-publish' | 'annotation-subscribe' | 'annotation-publish'
  | 'message-update-own' | 'message-update-any' | 'message-delete-own' | 'message-delete-any';

/** Names that Ably's servers know and its documentation does not: accepted with a warning. */
export type UndocumentedOperation =
  | 'message-subscribe' | 'presence-subscribe' | 'channel-metadata:publishers' | 'list-channels'
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
  /** The text that was probably meant in its place. */
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
 * @throws AblyAuthError `capability` (40160) when nothing is left.
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
  /** Further claims. Names that Ably or this module writes are refused. */
  claims?: Record<string, unknown> | undefined;
  /** What the key may do, when known: a request that would be left with nothing is refused (40160) before signing. */
  keyCapability?: string | Capability | undefined;
  /** The time of issue, in ms since 1970 or a Date. Default: the clock. */
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
 * Issues an Ably JWT. With a `key` it needs no network.
 * Rejects with an AblyAuthError: `usage`, `key`, `capability` (40000, 40160) or `token` (40003, 40012, 40144).
 */
export function issueJwt(options: IssueOptions & { key: string }): Promise<IssuedJwt>;

/** The same, at once. */
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
  /** The time to verify at, in ms since 1970 or a Date. Default: the clock. */
  now?: number | Date | undefined;
  /** Grace for `iat`, `nbf` and `exp`. Default: 60 s for `iat` and `nbf`, none for `exp`. */
  clockToleranceSeconds?: number | undefined;
  /** A token that lives longer is refused (40003). Default 86400, the most Ably takes. */
  maxTtlSeconds?: number | undefined;
  /** What the key may do. The answer's `capability` is narrowed by it; when nothing is left: 40160. */
  keyCapability?: string | Capability | undefined;
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
  /** ms since 1970 */
  issued: number;
  /** ms since 1970 */
  expires: number;
  revocationKey?: string;
  /** Every claim, as in the token. */
  claims: Record<string, unknown>;
  /** Worth knowing: an object-form capability, narrowing that is not known, and so on. */
  issues: CapabilityIssue[];
}

/**
 * Verifies an Ably JWT: structure, algorithm, signature in constant time, then claims (`nbf` too, if it is there).
 * @throws AblyAuthError `token` 40144 (malformed), 40101 (signature, or no key of that name), 40003, 40012;
 * `expired` 40142; `capability` 40160.
 */
export function verifyJwt(token: string, options: VerifyKey & VerifyOptions): VerifiedJwt;

/** What a token says, without any proof that it is true. */
export interface DecodedJwt {
  /** Always false: nobody has checked who signed this. */
  verified: false;
  header: Record<string, unknown>;
  claims: Record<string, unknown>;
  /** `kid` of the header. */
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

// ---- access tokens ---------------------------------------------------------------------------

/** The names of the 11 capabilities of an access token (https://ably.com/docs/platform/account/access-tokens). */
export type AccessTokenCapabilityName =
  | 'read:app' | 'write:app' | 'read:key' | 'write:key' | 'read:rule' | 'write:rule'
  | 'read:queue' | 'write:queue' | 'read:namespace' | 'write:namespace' | 'read:stats';

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

// ---- errors ----------------------------------------------------------------------------------

export type ErrorKind =
  | 'usage' | 'key' | 'capability' | 'token' | 'expired' | 'revoked' | 'forbidden'
  | 'rate-limited' | 'network' | 'timeout' | 'aborted' | 'service';

/** The one error class. `code`, `statusCode` and `href` are as in Ably's ErrorInfo. It never holds a key or a token. */
export class AblyAuthError extends Error {
  constructor(fields: {
    kind: ErrorKind; message: string; code?: number; statusCode?: number; path?: string; hint?: string; cause?: unknown;
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
  readonly hint?: string;
  /** Ably's page on the code. */
  readonly href?: string;
  readonly cause?: unknown;
}
