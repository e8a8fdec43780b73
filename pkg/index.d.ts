/**
 * Ably auth for the edge: issue, explain, verify and revoke Ably tokens.
 *
 * Every function works as soon as the import has resolved, in Cloudflare Workers, Deno, Node, Bun and
 * browsers; no initialisation is needed. Functions never modify their arguments. A synchronous function
 * throws an {@link AblyAuthError}; an asynchronous one rejects with it. The error for an unknown option
 * names the option.
 *
 * A key is a secret. JavaScript cannot erase a string that held one, so keep keys in the environment of
 * a server and never in a page that others load.
 * @module ably-edge-auth
 */

// ---- capability ------------------------------------------------------------------------------

/** The 17 operations in Ably's documentation (https://ably.com/docs/auth/capabilities). */
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

/** Operations that Ably's servers accept but its documentation does not list. They are accepted with a warning. */
export type UndocumentedOperation =
  | 'message-subscribe'
  | 'presence-subscribe'
  | 'channel-metadata:publishers'
  | 'list-channels'
  | 'connection-metadata';

/**
 * The operations that a token or a key allows, by resource. `['*']` allows every operation.
 *
 * A resource is a channel name or a pattern (`chat:*`, `*`), with an optional qualifier
 * (`[meta]…`, `[queue]…`, `[*]…`). A star is a wildcard only if it is a whole segment between colons.
 */
export type Capability = { [resource: string]: readonly (Operation | UndocumentedOperation | '*')[] };

/**
 * A capability whose operations are texts, as a database returns it. {@link parseCapability} reads it, and
 * {@link checkCapability} says what is wrong with it and returns a {@link Capability}.
 */
export type StoredCapability = { readonly [resource: string]: readonly string[] };

/** A finding about a capability or a token. */
export interface Diagnostic {
  /** `error` prevents issuing. `warning` marks something that does not do what it seems to. `info` is additional information. */
  severity: 'error' | 'warning' | 'info';
  /** A stable name for this kind of finding, such as `unknown-operation`. */
  code: string;
  /** The position in the input, such as `capability["chat:*"][1]`. */
  path: string;
  /** One sentence that describes the finding. */
  message: string;
  /**
   * The value that was probably intended. Given for the first 8 unknown operations of a capability only. Of a text that is
   * not a capability at all (`not-a-capability`), it is the whole corrected text.
   */
  suggestion?: string;
}

/** The result of {@link checkCapability}: every problem of a capability at once. */
export interface CapabilityReport {
  /** True if no finding has the severity `error`, so that a token can be issued with this capability. */
  ok: boolean;
  /** The canonical text: sorted, without white space or duplicates. Absent if the capability has none. */
  canonical?: string;
  /** The canonical text as an object. */
  capability?: Capability;
  /** Every problem, in the order of the text. */
  diagnostics: Diagnostic[];
  /**
   * The whole text as it was probably meant, to paste, in the order that was typed. It is itself a valid capability. Given
   * for text that is almost JSON (single or no quotes, YAML, a missing brace), for misspelt or joined operations, and for
   * patterns with a misplaced star. Absent if nothing has to be corrected, or if it is unclear what was meant.
   */
  suggestion?: string;
}

/** The token and the key that a capability is checked for, as far as they are known. */
export interface CheckContext {
  /** The client id of the token. `null` means that the token has none; absent means that it is not known yet. */
  clientId?: string | null | undefined;
  /** The capability of the signing key. A token never allows more than its key does. */
  keyCapability?: string | Capability | undefined;
}

/**
 * Lists every problem of `input`, which is JSON text or an object. Never throws because of its contents.
 *
 * @example
 * import { checkCapability } from 'ably-edge-auth';
 *
 * const { ok, diagnostics } = checkCapability('{"chat":["publsh"]}');
 * console.log(ok, diagnostics[0]?.suggestion); // false publish
 */
export function checkCapability(input: unknown, context?: CheckContext): CapabilityReport;

/** The actions of Ably's APIs that {@link explainCapability} knows by name, with the operations that each needs. */
export type Action =
  | 'annotations.client-summary'
  | 'annotations.delete'
  | 'annotations.list'
  | 'annotations.publish'
  | 'annotations.subscribe'
  | 'annotations.summary'
  | 'batch.presence'
  | 'batch.publish'
  | 'channel.attach'
  | 'channel.history'
  | 'channel.history-until-attach'
  | 'channel.publish'
  | 'channel.publish-privileged'
  | 'channel.publish-push'
  | 'channel.publish-rest'
  | 'channel.rewind'
  | 'channel.status'
  | 'channel.subscribe'
  | 'channel.use-identified'
  | 'channel.use-tls-only'
  | 'channels.list'
  | 'connections.list'
  | 'message.append'
  | 'message.delete'
  | 'message.get'
  | 'message.mode'
  | 'message.update'
  | 'message.versions'
  | 'metachannel.history'
  | 'metachannel.subscribe'
  | 'objects.get'
  | 'objects.inband'
  | 'objects.mutate'
  | 'objects.rest-get'
  | 'objects.rest-publish'
  | 'occupancy.subscribe'
  | 'presence.enter'
  | 'presence.enter-client'
  | 'presence.get'
  | 'presence.get-rest'
  | 'presence.history'
  | 'presence.subscribe'
  | 'push.activate'
  | 'push.device-get'
  | 'push.device-list'
  | 'push.device-remove'
  | 'push.list-channels'
  | 'push.list-subscriptions'
  | 'push.publish-batch'
  | 'push.publish-direct'
  | 'push.subscribe-client'
  | 'push.unsubscribe'
  | 'queue.consume'
  | 'stats.get'
  | 'time'
  | 'token.request'
  | 'token.revoke';

/** The modes that a channel can be attached with (https://ably.com/docs/channels/options#modes). */
export type ChannelMode =
  | 'PUBLISH'
  | 'SUBSCRIBE'
  | 'PRESENCE'
  | 'PRESENCE_SUBSCRIBE'
  | 'ANNOTATION_PUBLISH'
  | 'ANNOTATION_SUBSCRIBE'
  | 'OBJECT_PUBLISH'
  | 'OBJECT_SUBSCRIBE';

/** What is known besides the capability when a question about it is answered. */
export interface ExplainContext {
  /** The client id of the token. `null` means that the token has none; absent means that it is not known. */
  clientId?: string | null | undefined;
  /** Whom the action is for: the client that is entered or subscribed, or the author of the message. */
  forClientId?: string | undefined;
  /** The capability of the signing key. A token never allows more than its key does. */
  keyCapability?: string | Capability | undefined;
  /** The modes that the channel is attached with. Absent: not known, and the default ones count. */
  modes?: readonly ChannelMode[] | undefined;
  /**
   * The channel rules by namespace, by their names in the Control API, such as
   * `{ conversations: { mutableMessages: true } }`. Absent: not known. `{}`: there are none.
   */
  rules?: { readonly [namespace: string]: { readonly [rule: string]: unknown } } | undefined;
}

/**
 * The answer to a question about a capability. `uncertain` means that Ably's documents do not say, or that the answer
 * depends on something that is not known, such as the modes of the channel.
 */
export type Verdict = 'allowed' | 'denied' | 'uncertain';

/** An entry of a capability, and its part in an explanation. */
export interface Because {
  /** The entry's resource, as written. */
  entry: string;
  /** The entry's operations, sorted. */
  operations: string[];
  /** Why the entry grants the operation or does not. */
  reason: string;
  /** An operation to add to this entry, or the resource of another entry. It grants what was asked, and no more. */
  suggestion?: string;
}

/** The reason why an operation is or is not allowed on a resource. */
export interface Explanation {
  /** True only if the verdict is `allowed`: an uncertain answer never grants anything. */
  allowed: boolean;
  verdict: Verdict;
  /** `inferred` if no document of Ably says so, and we concluded it from the SDKs or their tests. */
  certainty: 'documented' | 'inferred';
  operation: string;
  resource: string;
  /** Every entry that grants what is needed. If none does, the closest entry, if there is one. */
  because: Because[];
  /** The answer in one sentence. */
  message: string;
  /** What else to know about the answer. The codes are stable. */
  diagnostics: Diagnostic[];
}

/** A parsed capability. */
export interface ParsedCapability {
  /** The canonical text: sorted, without white space or duplicates. */
  readonly canonical: string;
  /** Whether `operation` is allowed on `resource`: a channel name, `[meta]…`, `[queue]…`, or `*` for the whole app. */
  allows(operation: string, resource: string): boolean;
  /** The same answer with its reason: the entries that decide it. See {@link explainCapability}. */
  explain(operation: Action | (string & {}), resource: string, context?: ExplainContext): Explanation;
}

/**
 * Parses a capability as Ably parses a token's: unknown operations are kept but grant nothing.
 * @throws AblyAuthError `capability` (40000) if it is not an object of arrays of strings.
 *
 * @example
 * import { parseCapability } from 'ably-edge-auth';
 *
 * const capability = parseCapability({ 'chat:*': ['publish'] }); // once, for many questions
 * console.log(capability.allows('publish', 'chat:lobby')); // true
 */
export function parseCapability(capability: string | Capability | StoredCapability): ParsedCapability;

/**
 * Whether `capability` allows `operation` on `resource`. Every matching entry counts.
 *
 * @example
 * import { capabilityAllows } from 'ably-edge-auth';
 *
 * console.log(capabilityAllows('{"chat:*":["publish"]}', 'publish', 'chat:lobby')); // true
 */
export function capabilityAllows(capability: string | Capability, operation: string, resource: string): boolean;

/**
 * Explains why `capability` does or does not allow `operation` on `resource`: the deciding entries, or the closest one.
 *
 * `operation` is an operation of capabilities (`publish`) or an action of Ably's APIs (`message.get`), for which the
 * operations that it needs are looked up. The bare name of a Chat room or a space also covers the channels that the
 * product opens for it, such as `lobby::$chat`. For features of products see `ably-edge-auth/products`.
 * @example
 * const { verdict, message } = explainCapability({ 'chat:*': ['subscribe'] }, 'message.get', 'chat:42');
 * console.log(verdict); // denied: it needs history
 * @throws AblyAuthError `capability` (40000) if the capability cannot be read; `usage` if an option is invalid.
 */
export function explainCapability(
  capability: string | Capability,
  operation: Action | (string & {}),
  resource: string,
  context?: ExplainContext,
): Explanation;

/** A pattern that could replace several entries with the same operations. */
export interface PatternSuggestion {
  /** The resource of the new entry. */
  pattern: string;
  /** The resources that it replaces. It has their operations, which are the same. */
  replaces: string[];
  /** By how many bytes the text becomes shorter, at least. */
  savedBytes: number;
  /** What it would allow beyond the entries that it replaces, as a sentence. */
  newlyAllows: string;
}

/** The result of {@link compactCapability}. */
export interface CompactCapability {
  /** The same rights in the shortest text. */
  capability: string;
  /** Patterns that would shorten it further and allow more, those that save the most first. */
  suggestions: PatternSuggestion[];
}

/**
 * Returns the same rights in the shortest text: without entries and operations that others make needless. For every
 * resource and operation the answer stays the same, also after Ably has narrowed it by a key. Therefore `foo` stays
 * beside `foo:*`, which covers it but has nothing in common with a key for `foo`.
 *
 * A revocation by channel is an exception: it revokes the tokens that list that very resource, so it no longer finds a
 * token by an entry that was left out.
 *
 * Also says which patterns would shorten the text further, and what each would newly allow. It never suggests a star in
 * place of the first segment, because that would reach across all namespaces.
 *
 * @throws AblyAuthError `capability` (40000) if it is not an object of arrays of strings.
 *
 * @example
 * import { compactCapability } from 'ably-edge-auth';
 *
 * const { capability, suggestions } = compactCapability({
 *   'chat:*': ['subscribe'],
 *   'chat:a': ['subscribe'],
 *   'news:1': ['subscribe'],
 *   'news:2': ['subscribe'],
 * });
 * console.log(capability); // {"chat:*":["subscribe"],"news:1":["subscribe"],"news:2":["subscribe"]}
 * console.log(suggestions[0]?.pattern); // news:*
 */
export function compactCapability(capability: string | Capability): CompactCapability;

/**
 * Returns the canonical text of the capability that a token gets if it requests `requested` from a key
 * with `keyCapability`.
 * @throws AblyAuthError `capability` (40160) if the key grants none of it; `capability` (40000) if the
 * intersection takes more than 250,000 comparisons of entries, or results in more than 5,000 resources or
 * 1 MiB of resource names.
 *
 * Ably does not document how entries written for a product (`[chat]lobby`, `lobby::$chat`) meet those of other forms.
 * Such a pair grants nothing here; if nothing is left, the error names it.
 *
 * @example
 * import { intersectCapabilities } from 'ably-edge-auth';
 *
 * console.log(intersectCapabilities({ 'chat:*': ['publish'] }, { '*': ['*'] })); // {"chat:*":["publish"]}
 */
export function intersectCapabilities(keyCapability: string | Capability, requested: string | Capability): string;

// ---- issue -----------------------------------------------------------------------------------

/** The contents of a token. Every option except the key has a default. */
export interface IssueOptions {
  /** JSON text or an object. Default `{"*":["*"]}`. The claim holds it as canonical JSON text. */
  capability?: string | Capability | undefined;
  /** Absent or null for an unidentified client; `"*"` lets the bearer use any client id. */
  clientId?: string | null | undefined;
  /** Whole seconds, 1 to 86400, or 1 to 3600 if `revocable`. Default 3600. Other values fail with code 40003. */
  ttlSeconds?: number | undefined;
  /** A group of tokens that can be revoked together: claim `x-ably-revocation-key`. */
  revocationKey?: string | undefined;
  /** Whether the key has revocable tokens enabled, which limits the lifetime to one hour. */
  revocable?: boolean | undefined;
  /** Trusted metadata by channel or pattern: claims `ably.channel.…`. Values other than strings become JSON text. */
  channelClaims?: Record<string, unknown> | undefined;
  /** Trusted metadata by chat room: claims `ably.room.…`. */
  roomClaims?: Record<string, unknown> | undefined;
  /** Messages per second for each connection, by channel or pattern: claims `ably.limits.publish.perAttachment.maxRate.…`. */
  publishRateLimits?: Record<string, number> | undefined;
  /** `"server"` marks the bearer as a server SDK: claim `x-ably-clientType`. */
  clientType?: 'server' | undefined;
  /** Claim `jti`: the id, or true for a random UUID. Default: none. */
  jwtId?: boolean | string | undefined;
  /** Custom claims. Names that Ably or this module uses, and all names that begin with `x-ably-` or `ably.`, are refused. */
  claims?: Record<string, unknown> | undefined;
  /** The key's capability, if it is known. A request of which the key grants nothing then fails (40160) before it is signed. */
  keyCapability?: string | Capability | undefined;
  /** The time of issue, in ms since 1970 or as a Date. Default: the clock. A time before 2001 is refused, because it is most likely in seconds. */
  now?: number | Date | undefined;
}

/** A signed token and its contents, in the shape of Ably's TokenDetails. */
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
  /** The canonical text in the token. */
  capability: string;
  clientId?: string;
  ttlSeconds: number;
  /** Parts of the capability that have no effect although they seem to, and a token that is close to the maximum length. */
  warnings: Diagnostic[];
}

/**
 * The key to use: either the key itself, or an access token to look it up with. The access token needs
 * `read:key`, and also `read:app` if `app` is a name.
 */
export type KeySource =
  | { key: string; accessToken?: undefined; app?: undefined; keyName?: undefined }
  | {
      /** An access token of the Ably dashboard (https://ably.com/users/access_tokens). */
      accessToken: string;
      /** The app's id or name. If several apps have this name, the error lists their ids. */
      app: string;
      /** `appId.keyId`, or `keyId` alone. If absent, a suitable key is chosen. */
      keyName?: string | undefined;
      key?: undefined;
    };

/**
 * Issues an Ably JWT. With a `key` and without `queryTime` it needs no network.
 *
 * With an `accessToken` it finds the app and one of its enabled keys, preferably one whose capability
 * covers the request. It then checks the requested capability against the key's, and applies the one-hour
 * limit of a key with revocable tokens. The answers are cached for three minutes, so most calls need no
 * network.
 *
 * Rejects with an AblyAuthError of kind `usage`, `key`, `capability` (40000, 40160) or `token` (40003,
 * 40012, 40144); if it uses the network, also as {@link NetworkOptions} describes.
 *
 * @example
 * import { issueJwt } from 'ably-edge-auth';
 *
 * const { token } = await issueJwt({ accessToken, app: 'My app', capability: { 'chat:*': ['publish'] }, clientId: 'ada' });
 */
export function issueJwt(options: IssueOptions & KeySource & NetworkOptions & QueryTime): Promise<IssuedJwt>;

/**
 * Issues an Ably JWT synchronously, with a key. Throws the errors that {@link issueJwt} rejects with.
 *
 * @example
 * import { issueJwtSync } from 'ably-edge-auth';
 *
 * const { token, expires } = issueJwtSync({ key, capability: { 'chat:*': ['publish'] }, clientId: 'ada', ttlSeconds: 900 });
 */
export function issueJwtSync(options: IssueOptions & { key: string }): IssuedJwt;

/** Options that may vary between the tokens of one issuer. Absent ones keep the issuer's value. */
export interface IssueOverrides {
  /** null for an unidentified client. */
  clientId?: string | null | undefined;
  ttlSeconds?: number | undefined;
  /** null for none. */
  revocationKey?: string | null | undefined;
  /** The id; true for a random UUID, false for none. */
  jwtId?: boolean | string | undefined;
  now?: number | Date | undefined;
}

/** An issuer checks its options once, when it is created, and then only signs. It can be created at module scope, in Workers too. */
export interface Issuer {
  /** `appId.keyId` */
  readonly keyName: string;
  /** The canonical text that the tokens contain. */
  readonly capability: string;
  /** Issues a token and returns it with its contents. */
  issue(overrides?: IssueOverrides): IssuedJwt;
  /** Issues a token and returns it alone. */
  token(overrides?: IssueOverrides): string;
  /** Issues one token for each item of `list`, all with the same time of issue unless an item has `now`. */
  tokens(list: readonly IssueOverrides[]): string[];
}

/**
 * Creates an issuer, which is the fastest way to issue many similar tokens. Takes the options of {@link issueJwtSync}.
 *
 * @example
 * import { createIssuer } from 'ably-edge-auth';
 *
 * const issuer = createIssuer({ key, capability: { 'chat:*': ['publish', 'subscribe'] } });
 * const tokens = ['ada', 'grace'].map((clientId) => issuer.token({ clientId }));
 */
export function createIssuer(options: IssueOptions & { key: string }): Issuer;

// ---- read ------------------------------------------------------------------------------------

/** One key, or several from which the token's `kid` selects one. */
export type VerifyKey = { key: string; keys?: undefined } | { keys: readonly string[]; key?: undefined };

export interface VerifyOptions {
  /** The time to verify at, in ms since 1970 or as a Date, like `now` in {@link IssueOptions}. Default: the clock. */
  now?: number | Date | undefined;
  /** Tolerance for `iat`, `nbf` and `exp`. Default: 60 s for `iat` and `nbf`, none for `exp`. */
  clockToleranceSeconds?: number | undefined;
  /** The longest lifetime that is accepted; a longer one fails with code 40003. Default 86400, which is Ably's maximum. */
  maxTtlSeconds?: number | undefined;
  /** The key's capability. The result's `capability` is intersected with it; an empty intersection fails with code 40160. */
  keyCapability?: string | Capability | undefined;
  /**
   * Revocations to apply: a token that one of them covers is refused (`revoked`, 40141). Every call reads the
   * list again. A result with an `error` is refused (`usage`) rather than skipped, so pass only the `results` of a
   * report that have none.
   *
   * A channel revocation (`channel:chat:*`) covers tokens by the resources that remain under the key's capability, so
   * it needs `keyCapability`. Without it, every token of a key with a channel revocation in the list is refused
   * (`usage`).
   */
  revocations?: readonly RevocationEntry[] | undefined;
  /** Accepts an outer JWT that carries an Ably JWT in `x-ably-token`. Only the inner one is trusted. */
  embedded?: boolean | undefined;
}

/** A token whose signature and times are valid. */
export interface VerifiedJwt {
  /** `appId.keyId` of the signing key. */
  keyName: string;
  appId: string;
  /** Absent for an unidentified client; `"*"` lets the bearer use any client id. */
  clientId?: string;
  /** The canonical text, intersected with `keyCapability` if that is given. Absent if the token has none and the key's is not known: then treat the token as allowing nothing. */
  capability?: string;
  /** Whether `keyCapability` was given. If so, `capability` is exactly what the token allows; otherwise it is an upper bound. */
  narrowed: boolean;
  /** ms since 1970 */
  issued: number;
  /** ms since 1970 */
  expires: number;
  revocationKey?: string;
  /** All claims, unchanged. */
  claims: Record<string, unknown>;
  /** Findings that do not invalidate the token, such as a capability in object form, an unknown key capability, or a claim named like Ably's that Ably does not define (`unknown-claim`). */
  diagnostics: Diagnostic[];
}

/**
 * Verifies an Ably JWT: structure, algorithm, signature (in constant time), then claims, including `nbf` if present.
 * @throws AblyAuthError `token` 40144 (malformed), 40101 (wrong signature, or unknown key name), 40003, 40012;
 * `expired` 40142; `revoked` 40141; `capability` 40160; `usage` if {@link VerifyOptions.revocations} need `keyCapability`.
 *
 * @example
 * import { capabilityAllows, verifyJwt } from 'ably-edge-auth';
 *
 * const { clientId, capability = {} } = verifyJwt(token, { key, keyCapability: { '[*]*': ['*'] } });
 * if (!capabilityAllows(capability, 'publish', 'chat:lobby')) throw new Error(`${clientId} may not publish`);
 */
export function verifyJwt(token: string, options: VerifyKey & VerifyOptions): VerifiedJwt;

/** The contents of a token, which nothing proves to be true. */
export interface DecodedJwt {
  /** Always false: the signature is not checked. */
  verified: false;
  /** If `kid` contains a whole API key, its secret is removed here. */
  header: Record<string, unknown>;
  claims: Record<string, unknown>;
  /** `kid` of the header. If that contains a whole API key, only its name, with a finding that says so. */
  keyName?: string;
  appId?: string;
  clientId?: string;
  /** The canonical text, if the claim can be parsed. */
  capability?: string;
  /** ms since 1970 */
  issued?: number;
  /** ms since 1970 */
  expires?: number;
  revocationKey?: string;
  /** Everything that prevents the token from being accepted, and additional information. */
  diagnostics: Diagnostic[];
}

/**
 * Decodes a token WITHOUT checking its signature: for display and debugging, never for access control.
 * @throws AblyAuthError `token` (40144) if it is not a JWT at all.
 *
 * @example
 * import { decodeJwt } from 'ably-edge-auth';
 *
 * const { clientId, diagnostics } = decodeJwt(token); // not verified: for people to look at
 * for (const { message } of diagnostics) console.warn(message);
 */
export function decodeJwt(token: string, options?: { now?: number | Date | undefined }): DecodedJwt;

// ---- Ably tokens -----------------------------------------------------------------------------

/** A signed request that Ably exchanges for a token. It does not contain the key. */
export interface TokenRequest {
  keyName: string;
  /** ms */
  ttl?: number;
  /** The canonical JSON text. */
  capability?: string;
  clientId?: string;
  /** ms since 1970. Ably accepts it within two minutes of its own clock. */
  timestamp: number;
  /** Valid for one use. */
  nonce: string;
  /** HMAC-SHA-256 of the other fields, in base64. */
  mac: string;
}

export interface TokenRequestOptions {
  key: string;
  /** If absent, everything that the key allows. */
  capability?: string | Capability | undefined;
  clientId?: string | null | undefined;
  /** Whole seconds, 1 to 86400. If absent, Ably's default of one hour. */
  ttlSeconds?: number | undefined;
  /** In ms since 1970 or as a Date. Default: the clock. */
  now?: number | Date | undefined;
  /** At least 16 characters; use each nonce only once. Default: random. */
  nonce?: string | undefined;
}

/**
 * Signs a TokenRequest (https://ably.com/docs/api/token-request-spec). Needs no network.
 *
 * @example
 * import { createTokenRequest } from 'ably-edge-auth';
 *
 * const tokenRequest = createTokenRequest({ key, clientId: 'ada', capability: { 'chat:*': ['publish'] } });
 */
export function createTokenRequest(options: TokenRequestOptions): TokenRequest;

/** The token that Ably returns for a TokenRequest. An authCallback can pass it on unchanged. */
export interface TokenDetails {
  token: string;
  /** `appId.keyId` */
  keyName: string;
  /** ms since 1970 */
  issued: number;
  /** ms since 1970 */
  expires: number;
  /** The canonical text of the granted capability: the requested one intersected with the key's. */
  capability: string;
  clientId?: string;
}

/**
 * Requests an Ably token: signs a TokenRequest locally and exchanges it at Ably, without sending the key.
 * Use it for capabilities that are too large or too private for a JWT, whose contents every bearer can read.
 *
 * Rejects with the errors that {@link createTokenRequest} throws, and as {@link NetworkOptions} describes.
 *
 * @example
 * import { requestToken } from 'ably-edge-auth';
 *
 * const { token, expires } = await requestToken({ key, clientId: 'ada', capability: { 'chat:*': ['publish'] } });
 */
export function requestToken(
  options: Omit<TokenRequestOptions, 'key'> & KeySource & NetworkOptions & QueryTime,
): Promise<TokenDetails>;

/**
 * Returns the time of Ably's clock, in ms since 1970. Needs no key. Rejects as {@link NetworkOptions} describes.
 *
 * @example
 * import { getTime, issueJwtSync } from 'ably-edge-auth';
 *
 * const now = await getTime(); // for a server whose clock is wrong
 * const { token } = issueJwtSync({ key, capability: { news: ['subscribe'] }, now });
 */
export function getTime(options?: NetworkOptions): Promise<number>;

// ---- revoke ----------------------------------------------------------------------------------

/** The tokens to revoke: all those of a key that match these targets and were issued before a given time. */
export interface RevokeOptions {
  /**
   * Revokes the tokens of this client id, or of each of these. Excludes `revocationKey` and `targets`. The match is
   * exact, including white space, and Ably reports success even if no token has this client id.
   */
  clientId?: string | readonly string[] | undefined;
  /** Revokes the JWTs with this `x-ably-revocation-key`, or with any of these. Excludes `clientId` and `targets`. */
  revocationKey?: string | readonly string[] | undefined;
  /**
   * Targets of mixed types: `clientId:ada`, `revocationKey:group1`, `channel:chat:*`, or the same as objects. A channel
   * must be exactly equal to a resource of the token's capability; Ably enables channel targets by account.
   */
  targets?: readonly (string | { type: 'clientId' | 'revocationKey' | 'channel'; value: string })[] | undefined;
  /**
   * Only tokens issued before this time are revoked: in ms since 1970 or as a Date, at most one hour ago and not in
   * the future. Default: now, by Ably's clock. All requests and retries of one call send the same value.
   */
  issuedBefore?: number | Date | undefined;
  /** Delays the revocation by about 30 s, so that clients can renew their token without losing the connection. Default false. */
  allowReauthMargin?: boolean | undefined;
  /** The number of concurrent requests, 1 to 32. Ably accepts 100 targets in each. Default 4. */
  concurrency?: number | undefined;
  /** Called after each request with the number of targets that have an outcome. Anything it throws is ignored, so that the revocation continues. */
  onProgress?: ((progress: { done: number; total: number }) => void) | undefined;
}

/** The outcome for one target of one key: either `issuedBefore` and `appliesAt`, or `error`. */
export interface RevocationOutcome {
  /** `appId.keyId` of the key whose tokens Ably revokes. */
  keyName: string;
  /** Such as `clientId:ada`. */
  target: string;
  /** Tokens issued before this time are revoked, in ms since 1970. */
  issuedBefore?: number;
  /** The time from which Ably refuses them, in ms since 1970. */
  appliesAt?: number;
  /** The reason for the failure. With the kind `aborted` or `network` there was no answer, so the outcome is unknown unless `sent` is false. */
  error?: AblyAuthError;
  /** False, together with an `error`, if the target was never sent, so that its tokens are not revoked. Absent otherwise. */
  sent?: false;
}

/** One outcome for each given target, in the given order, for each key. A duplicate target has an outcome at each of its positions. */
export interface RevocationReport {
  keyNames: string[];
  successCount: number;
  failureCount: number;
  results: RevocationOutcome[];
}

/**
 * Revokes tokens (https://ably.com/docs/auth/revocation): Ably refuses them from `appliesAt` on. Revocation
 * is not a ban: a client that can still reach your endpoint gets a new token.
 *
 * Accepts 1 to 100,000 targets; a duplicate is sent once. With an `accessToken` and no `keyName`, it uses
 * every key of the app that has revocable tokens.
 *
 * Resolves if at least one target has an individual outcome, so check `failureCount`. Rejects with an AblyAuthError if
 * nothing was sent, if all targets failed for the same reason, or if the call was aborted. In the last two
 * cases `error.report` has the report, if there is anything to report.
 *
 * @example
 * import { revokeTokens } from 'ably-edge-auth';
 *
 * const { failureCount, results } = await revokeTokens({ key, targets: ['clientId:ada', 'revocationKey:group1'] });
 * if (failureCount > 0) console.error(results.filter(({ error }) => error));
 */
export function revokeTokens(options: KeySource & NetworkOptions & RevokeOptions): Promise<RevocationReport>;

/** A revocation in force, such as a successful result of a {@link RevocationReport}. */
export interface RevocationEntry {
  /** `appId.keyId` */
  keyName: string;
  /** Such as `clientId:ada`. */
  target: string;
  /**
   * ms since 1970: tokens issued before this time are revoked. `iat` has whole seconds, so tokens issued within the
   * same second are revoked too, even if later than this (unless this is the beginning of a second). A time before
   * 2001 is refused, here and in `appliesAt`, because it is most likely in seconds.
   */
  issuedBefore: number;
  /** ms since 1970: the time from which the revocation applies. */
  appliesAt: number;
}

// ---- at your own edge --------------------------------------------------------------------------

/** The members of a platform's `Request` that this package uses. */
export interface IncomingRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: { get(name: string): string | null };
}

/** The members of a platform's `Response` that this package guarantees. */
export interface OutgoingResponse {
  readonly status: number;
  readonly headers: { get(name: string): string | null };
  text(): Promise<string>;
}

/** The platform's own `Request`, if its types are available. */
export type PlatformRequest = typeof globalThis extends { Request: { prototype: infer R extends IncomingRequest } }
  ? R
  : IncomingRequest;
/** The platform's own `Response`, if its types are available. */
export type PlatformResponse = typeof globalThis extends { Response: { prototype: infer R extends OutgoingResponse } }
  ? R
  : OutgoingResponse;

/** The parameters that a client sent, as a `URLSearchParams`. The client chooses them, so never trust them. */
export interface SentParams {
  /** The first value with this name. A posted form takes precedence over the query. */
  get(name: string): string | null;
  getAll(name: string): string[];
  has(name: string): boolean;
  forEach(run: (value: string, name: string) => void): void;
}

/** The contents of the token to issue: everything except the key. The capability is required. */
export type Grant = IssueOptions & {
  capability: string | Capability;
  /** With `protocol: 'laravel-echo'` only: the presence data of the channel that the client asks for. */
  info?: unknown;
};

/** The origins whose pages may request a token. */
export interface CorsOptions {
  /**
   * A list of origins as browsers send them (`https://app.example.com`); `"*"` for any origin, which excludes
   * `credentials`; or a function that decides, for example by a pattern:
   * `(origin) => /^https:\/\/[a-z0-9-]+\.example\.com$/.test(origin)`. Only `true` allows the origin.
   *
   * A page on the endpoint's own host needs no entry, unless a proxy rewrites `Host`.
   */
  origins: readonly string[] | '*' | ((origin: string, request: PlatformRequest) => boolean | Promise<boolean>);
  /** Whether pages may send cookies. Default false. */
  credentials?: boolean | undefined;
  /** How long a browser may cache the preflight response. Default 7200, which is Chromium's maximum. */
  maxAgeSeconds?: number | undefined;
}

/** A key, several keys, or an access token, and how to reach Ably. */
export type EdgeSource = (
  | Exclude<KeySource, { key: string }>
  | {
      /** May be typed as `undefined`, as in `process.env`. An error says so if it is. */
      key: string | undefined;
      accessToken?: undefined;
      app?: undefined;
      keyName?: undefined;
    }
  | {
      /** The first key signs, and all of them verify earlier tokens: see "Rotate a key" in the documentation. */
      keys: readonly string[];
      key?: undefined;
      accessToken?: undefined;
      app?: undefined;
      keyName?: undefined;
    }
) &
  NetworkOptions;

/** What a client gets: an Ably JWT, a signed TokenRequest that it exchanges at Ably itself, or an Ably token. */
export type TokenForm = 'jwt' | 'token-request' | 'ably-token';

/** A token that was issued, for an audit log. It holds no token and nothing that can be exchanged for one. */
export interface IssuedToken {
  /** Absent for an unidentified client. */
  clientId: string | undefined;
  /** `appId.keyId` of the signing key. */
  keyName: string;
  /** The canonical text of the granted capability. */
  capability: string;
  /** ms since 1970. Absent for a TokenRequest, whose token begins when the client exchanges it. */
  expires?: number;
  form: TokenForm;
  request: PlatformRequest;
}

export interface TokenEndpointOptions<A extends unknown[] = []> {
  /**
   * The key, or a function that returns it. Use a function where the key is not available when the module loads: in a
   * Worker, which has it in `env` (with a Secrets Store, `async (request, env) => ({ key: await env.KEY.get() })`), or
   * during "next build". With an access token, the network options are accepted too. An object is read once, when the
   * endpoint is created; a function is called for each request, before `authenticate` if the client sent an earlier token.
   */
  source:
    | EdgeSource
    | ((
        request: PlatformRequest,
        ...args: A
      ) => EdgeSource | PlatformResponse | Promise<EdgeSource | PlatformResponse>);
  /**
   * Identifies the client by your own session, such as a cookie or a header, and returns what its token may do. Nothing
   * is granted by default, so `capability` is required. Each option is read once, before `limit` is called. Return `null`
   * for an unknown client, which is answered with 401, or a Response to answer with; status 403 keeps ably-js from
   * retrying.
   *
   * `source` and `limit` may return a Response too. All three may also throw a Response, or an object whose
   * `getResponse()` returns one (Hono's HTTPException). The endpoint rejects with whatever Next.js, SvelteKit, h3 and
   * React Router throw to control themselves (`redirect()`, `notFound()`, `error()`, `createError()`, `data()`), so that
   * the framework handles it.
   *
   * The body of a posted form is already consumed and available in `params`; a body of any other type is untouched.
   *
   * A client that asks for one more channel sends it as `channel`, and its earlier token as `token` (`authParams` of
   * ably-js, with `authMethod: 'POST'`). `previous` is that token, if one of the keys signed it and it did not expire more
   * than `previousGraceSeconds` ago. It may be that of another client: it says what someone once was allowed to do, and
   * nothing about who is asking now.
   */
  authenticate(
    request: PlatformRequest,
    context: { readonly params: SentParams; readonly previous: VerifiedJwt | undefined },
    ...args: A
  ): Grant | PlatformResponse | null | Promise<Grant | PlatformResponse | null>;
  /**
   * Grants earlier channels again, in one batch. It is called if the client sent an earlier token with the same client id,
   * with those resources of it that the new grant does not have. The token is issued for what `authenticate` and this
   * function return, and for nothing else. `null` grants none; a Response is answered with. Needs a key as `source`.
   */
  regrant?(
    channels: string[],
    request: PlatformRequest,
    ...args: A
  ):
    | string
    | Capability
    | PlatformResponse
    | null
    | undefined
    | Promise<string | Capability | PlatformResponse | null | undefined>;
  /** How long after its end an earlier token still counts, in whole seconds: 0 to 86400. Default 3600. */
  previousGraceSeconds?: number | undefined;
  /**
   * What to do with a token that is longer than a JWT may be, which is about 90 channels:
   * - `token-request` (the default) answers with a signed TokenRequest, which ably-js exchanges at Ably itself. The
   *   endpoint needs no network. A client that asked for text, and one whose key an access token finds, gets an Ably token.
   * - `ably-token` requests an Ably token and answers with it.
   * - `refuse` answers with 403.
   *
   * Neither form has more than a capability, a client id and a lifetime. If the grant has anything else (a revocation
   * key, claims, rate limits, `clientType`, `jwtId`), and above 128 KiB, which Ably's SDKs accept at most, the answer is
   * 403 too, so that ably-js does not ask again for ever; `onError` hears the reason.
   */
  large?: 'token-request' | 'ably-token' | 'refuse' | undefined;
  /**
   * Answers requests of `@ably/laravel-echo` too, which are JSON with `channel_name` and `token`: they become `channel`
   * and `token` of `params`, and the answer is `{ token, info }`. `authenticate` may return `info`, the presence data of
   * the channel. This client reads the token's claims, so `large` does not apply to it.
   */
  protocol?: 'laravel-echo' | undefined;
  /**
   * Bans, or a function that returns them, as in a Worker, which has its store in `env`. A banned client is answered with
   * 403, after which ably-js stops. A banned channel is left out of the capability; if nothing else is in it, the answer is
   * 403. The store is read for each token, or once a second if many are issued, whatever the cache.
   *
   * The tokens get the time at which the request arrived, so that a kick meanwhile revokes them too, and none gets a second
   * in which tokens were cut off. `large` is `ably-token` by default, because a TokenRequest could be exchanged after a ban.
   */
  access?: Access | ((request: PlatformRequest, ...args: A) => Access | Promise<Access>) | undefined;
  /**
   * Hears of each token that is issued, before it is sent. The endpoint awaits it; if it fails, `onError` is called and
   * the client still gets the token.
   *
   * @example
   * onIssue: ({ clientId, form }) => console.log(`${clientId ?? 'a guest'} got a token (${form})`)
   */
  onIssue?(issued: IssuedToken, ...args: A): void | Promise<void>;
  /** Allows pages of other origins. Default: none. Pages on the endpoint's own host are always allowed. */
  cors?: CorsOptions | undefined;
  /**
   * Limits the rate, after `authenticate` has identified the client. Return true to continue; false, or the number of
   * seconds to wait (at most 86400), to answer with 429. The result of Cloudflare's rate limiting works as it is:
   * `limit: (request, { clientId }, env) => env.LIMITER.limit({ key: clientId })`.
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
   * Receives the reason for each answer with status 500 or 503 and for each token that is too large, which the client does
   * not see, and each refused origin once. The endpoint awaits it. Default: `console.error`.
   */
  onError?(error: unknown, request: PlatformRequest): void | Promise<void>;
}

/**
 * Creates an endpoint for the `authUrl` of ably-js: a handler with the Fetch standard's Request and Response, for a
 * Worker's `fetch`, `Deno.serve`, `Bun.serve`, or a Hono or Next.js route. Further arguments, such as a Worker's `env`,
 * are passed on to the options' functions.
 *
 * GET and POST are answered with a TokenDetails as JSON, or with the token alone if `Accept` prefers `application/jwt`
 * or `text/plain`; see `large` for a token that no JWT holds. Errors have the shape of Ably's. A form of more than 64 KiB
 * is refused (413).
 *
 * The Request may come from any implementation. If the handler receives the request of Express or another Node.js
 * server, a Lambda event, or a context that contains the Request (Hono, SvelteKit), it calls `onError` and rejects with
 * an AblyAuthError `usage` that says what to pass instead, because most of these would lose a Response.
 *
 * @throws AblyAuthError if an option, including a key, is invalid.
 *
 * @example
 * import { createTokenEndpoint } from 'ably-edge-auth';
 *
 * const auth = createTokenEndpoint({
 *   source: { key },
 *   authenticate: async (request) =>
 *     request.headers.get('Cookie') ? { clientId: 'ada', capability: { 'chat:*': ['publish', 'subscribe'] } } : null,
 * });
 */
export function createTokenEndpoint<A extends unknown[] = []>(
  options: TokenEndpointOptions<A>,
): (request: PlatformRequest, ...args: A) => Promise<PlatformResponse>;

/** The options of {@link verifyRequest}. */
export type VerifyRequestOptions = Omit<VerifyOptions, 'keyCapability' | 'revocations'> & {
  /** The key's capability. For a key without restrictions, `{ '[*]*': ['*'] }`. */
  keyCapability: string | Capability;
  /** The operation that the request performs. */
  operation: Operation | UndocumentedOperation;
  /** The channel that it performs the operation on. */
  resource: string;
  /** Revocations to apply: stored ones (see {@link createRevocations}) or a list. */
  revocations?: Revocations | readonly RevocationEntry[] | undefined;
  /** Bans and recorded revocations to apply. A banned client is answered with 403. */
  access?: Access | undefined;
};

/**
 * Verifies the token in a request's `Authorization: Bearer` header, where it may be plain or in base64: that it is
 * valid, not revoked, and allows `operation` on `resource`. Otherwise the result has a Response to return: 401 for a
 * token that is missing, invalid, expired or revoked, 403 for one that does not allow the operation, 503 if revocations
 * cannot be looked up.
 *
 * Rejects with an AblyAuthError `usage`, `key` or `capability` if an option is invalid or `request` is not a Request.
 *
 * @example
 * import { verifyRequest } from 'ably-edge-auth';
 *
 * const { verified, response } = await verifyRequest(request, {
 *   key,
 *   keyCapability: { '[*]*': ['*'] },
 *   operation: 'publish',
 *   resource: 'chat:lobby',
 * });
 * if (verified) console.log(verified.clientId);
 * else console.log(response.status); // 401 or 403: return the response
 */
export function verifyRequest(
  request: Pick<IncomingRequest, 'headers'>,
  options: VerifyKey & VerifyRequestOptions,
): Promise<{ verified: VerifiedJwt; response?: undefined } | { response: PlatformResponse; verified?: undefined }>;

/** A revocation in a store, or a ban, which has no key name. */
export interface StoredRevocation extends RevocationEntry {
  /** ms since 1970: the time at which every token that it covers has expired, or at which a ban can be forgotten. */
  expiresAt: number;
  /** Bans only: ms since 1970, the time at which the ban ends. 0 for a ban that was lifted. */
  bannedUntil?: number;
  /** Bans only: ms since 1970, the time before which Ably has revoked the tokens of the target. */
  cutOff?: number;
}

/** Entries to add under one id. */
export interface StoreItem {
  /**
   * SHA-256 of the key name and the target, as 43 characters of base64url. All channels of a key share one id. For a ban,
   * `ban.` and such a hash.
   */
  id: string;
  entries: StoredRevocation[];
  /** ms since 1970: the time after which the last of the entries can be deleted. */
  expiresAt: number;
}

/** A place to store revocations. `ably-edge-auth/stores` has several; a custom one needs only `get` and `put`, and `list` for bans. */
export interface RevocationStore {
  /** Returns the entries of each id, in the order of `ids`, which has at most three. */
  get(ids: string[]): Promise<readonly (readonly StoredRevocation[] | null | undefined)[]>;
  /**
   * *Adds* to the entries of each id, with `mergeRevocations` of `ably-edge-auth/stores`. Each id occurs at most once.
   * Resolves with the ids that could not be stored, if any; rejects if none could be stored.
   */
  // biome-ignore lint/suspicious/noConfusingVoidType: an async function without a `return` gives Promise<void>
  put(items: StoreItem[]): Promise<readonly string[] | void>;
  /**
   * Returns everything whose id begins with `prefix`, for the list of bans. Every store of `ably-edge-auth/stores` has it;
   * a custom one needs it for {@link createAccess} only.
   */
  list?(prefix: string): Promise<readonly { readonly id: string; readonly entries: readonly StoredRevocation[] }[]>;
  /** The maximum number of items for one call of `put`. Default 100. */
  readonly itemsPerPut?: number;
  /** How long `get` may miss entries that were put elsewhere, in seconds. Default 0. */
  readonly stalenessSeconds?: number;
}

export interface RevocationsOptions {
  /** How long results of the store, including empty ones, are cached in memory: 0 to 3600. Default 10. */
  cacheSeconds?: number | undefined;
  /**
   * What to do if the store does not answer: `refuse` the token (503), which is the default, or `allow` it unless the
   * cache shows that it is revoked.
   */
  onUnavailable?: 'refuse' | 'allow' | undefined;
  /**
   * The longest lifetime of a token of these keys, 1 to 86400; a longer one is refused (40003). Default 3600, which is
   * Ably's limit for a key with revocable tokens.
   *
   * A revocation covers only tokens issued before it, so all of them have expired this long after `issuedBefore`. It is
   * kept five minutes longer, because clocks differ and a verifier may be tolerant. A token that expired longer ago is
   * refused (40142) regardless of the tolerance.
   */
  maxTtlSeconds?: number | undefined;
  /** The longest time for one look-up, in ms. Default 5000. */
  timeoutMs?: number | undefined;
}

/** Records revocations in a store and checks tokens against them. */
export interface Revocations {
  /**
   * Stores the results of `revokeTokens`. Results with an `error` are skipped, because those tokens are not revoked.
   *
   * Rejects with an AblyAuthError `service` if some could not be stored; `unstored` has those, and all others are stored.
   */
  record(report: { readonly results: readonly (RevocationOutcome | RevocationEntry)[] }): Promise<void>;
  /**
   * Rejects if a stored revocation covers the verified token. Makes one call of the store with at most three ids (the
   * channels of its key, its client id, its revocation key), regardless of the token and the number of revocations.
   *
   * The resources of a token are known only if it was verified with `keyCapability` (`verified.narrowed`). Without it,
   * every token of a key with a revoked channel is refused (`usage`).
   *
   * Rejects with an AblyAuthError: `revoked` (40141); `usage` as above; `service` (503) if the store does not answer;
   * `token` (40003) and `expired` (40142) as {@link RevocationsOptions.maxTtlSeconds} describes.
   */
  check(
    verified: Pick<
      VerifiedJwt,
      'keyName' | 'clientId' | 'revocationKey' | 'capability' | 'narrowed' | 'issued' | 'expires'
    >,
    options?: { now?: number | Date | undefined },
  ): Promise<void>;
  /**
   * How long a check elsewhere may still accept a revoked token after `record` has resolved, or after `appliesAt` if
   * that is later: the staleness of the store plus `cacheSeconds`.
   */
  readonly stalenessSeconds: number;
}

/**
 * Stores revocations and looks them up, for APIs that accept Ably JWTs themselves.
 *
 * @example
 * import { createRevocations, revokeTokens } from 'ably-edge-auth';
 * import { memoryStore } from 'ably-edge-auth/stores';
 *
 * const revocations = createRevocations(memoryStore());
 * await revocations.record(await revokeTokens({ key, clientId: 'ada' }));
 */
export function createRevocations(store: RevocationStore, options?: RevocationsOptions): Revocations;

/** Whom to kick, ban or refresh: exactly one of the three. The match is exact, as that of a revocation. */
export type AccessTarget =
  | { clientId: string; revocationKey?: undefined; channel?: undefined }
  | { revocationKey: string; clientId?: undefined; channel?: undefined }
  | { channel: string; clientId?: undefined; revocationKey?: undefined };

/** A ban in force. */
export interface Ban {
  target: AccessTarget;
  /** ms since 1970: when it was recorded last. */
  bannedAt: number;
  /** ms since 1970: when it ends. */
  until: number;
}

/** The outcome of telling Ably. */
export interface RevokedPart {
  /** Whether Ably revoked the tokens of every key. */
  done: boolean;
  /** One for each key, as in a {@link RevocationReport}. Absent if Ably was not told. */
  results?: RevocationOutcome[];
  error?: AblyAuthError;
}

/** The outcome of each part, in the order in which they are done. A part that was not reached has `done: false` and no error. */
export interface RefreshReport {
  /** Such as `clientId:ada`. */
  target: string;
  ably: RevokedPart;
  /** Whether the revocation is recorded for {@link verifyRequest}. */
  record: { done: boolean; error?: unknown };
}

export interface KickReport extends RefreshReport {
  /** Whether the ban is recorded; `until` is in ms since 1970. */
  ban: { done: boolean; until?: number; error?: unknown };
}

export interface AccessOptions {
  /** The keys whose tokens are revoked, and how to reach Ably. All `keys` are told. */
  source: EdgeSource;
  /** Where bans are kept. They count for every key, so use one store for each app. */
  store: RevocationStore;
  /** Where revocations are recorded. Default: `createRevocations(store)`. */
  revocations?: Revocations | undefined;
  /** How long `isBanned` and `check` use results of the store again: 0 to 3600. Default 10. The token endpoint does not. */
  cacheSeconds?: number | undefined;
  /** What to do if the store does not answer: `refuse` tokens (503), which is the default, or `allow` them. */
  onUnavailable?: 'refuse' | 'allow' | undefined;
  /** The longest time for one call of the store, in ms. Default 5000. */
  timeoutMs?: number | undefined;
}

/**
 * Takes access away, and gives new rights. A method rejects with an AblyAuthError `usage` if its target is invalid, and
 * `service` (503) if the store fails.
 */
export interface Access {
  /**
   * Ends the access of a target now, for `forSeconds` (default 600): records the ban, then tells Ably to revoke its
   * tokens, which disconnects it, then records the revocation for your own API. In this order, so that no client comes
   * back in between.
   *
   * Resolves if every part is done. Otherwise it rejects with an AblyAuthError whose `report` has the outcome of each
   * part. It is safe to repeat, whichever part failed and even if the process ended: the ban gets a new end, never an
   * earlier one.
   */
  kick(options: AccessTarget & { forSeconds?: number | undefined }): Promise<KickReport>;
  /** Records a ban, for ten years unless `forSeconds` says otherwise. Ably is not told, so tokens live until they expire. */
  ban(options: AccessTarget & { forSeconds?: number | undefined }): Promise<void>;
  /** Lifts a ban. Tokens that a kick revoked stay revoked, and the endpoint issues none of the same second. */
  unban(target: AccessTarget): Promise<void>;
  isBanned(target: AccessTarget): Promise<boolean>;
  /**
   * Lets connected clients ask for a new token, so that new rights arrive without a disconnection: a revocation with
   * Ably's margin of 30 s, and no ban. It covers tokens issued before the current second. One that was issued earlier in
   * this second keeps its rights until it expires.
   *
   * Rejects as `kick` does, with a `report`.
   */
  refresh(target: AccessTarget): Promise<RefreshReport>;
  /** All bans in force, by target. */
  list(): Promise<Ban[]>;
  /**
   * Rejects if the bearer of a verified token is banned (`forbidden`, 40300), or as {@link Revocations.check} does. A
   * token that has a banned channel is refused too.
   */
  check(
    verified: Pick<
      VerifiedJwt,
      'keyName' | 'clientId' | 'revocationKey' | 'capability' | 'narrowed' | 'issued' | 'expires'
    >,
    options?: { now?: number | Date | undefined },
  ): Promise<void>;
  /**
   * How long `isBanned` and `check` elsewhere may miss a ban, in seconds: the staleness of the store plus `cacheSeconds`.
   * The object that wrote sees it at once. A token endpoint misses it for the staleness of the store only.
   */
  readonly stalenessSeconds: number;
}

/**
 * Creates the object that kicks, bans and refreshes clients; give it to {@link createTokenEndpoint} and
 * {@link verifyRequest} as `access`.
 *
 * @example
 * import { createAccess } from 'ably-edge-auth';
 * import { memoryStore } from 'ably-edge-auth/stores';
 * const access = createAccess({ source: { key: 'appid.keyid:secret' }, store: memoryStore() });
 * await access.ban({ clientId: 'mallory', forSeconds: 3600 });
 * console.log(await access.isBanned({ clientId: 'mallory' })); // true
 * @throws AblyAuthError if an option, including a key, is invalid, or if the store has no `list`.
 */
export function createAccess(options: AccessOptions): Access;

// ---- network ---------------------------------------------------------------------------------

/** A `fetch` function, which this package calls with an address and these fields. */
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
 * Options of every function that uses the network. Such a function rejects with an AblyAuthError of kind `key`,
 * `token`, `expired`, `capability`, `forbidden`, `usage`, `rate-limited` or `service` if Ably answers with an error,
 * `network` if there is no answer, `timeout`, or `aborted`.
 *
 * A request is retried in two cases only: at Ably's fallback hosts if the first host cannot be reached, is too slow or
 * answers with 500 to 504 (only an endpoint *name* has fallback hosts), and after a wait if the answer is 429.
 * Redirects are never followed, and cookies are never sent.
 */
export interface NetworkOptions {
  /**
   * Ably's endpoint: a name (`main`, which is the default, or `nonprod:name`), a host (`rest.example.com`,
   * `localhost`), or a full address (`http://127.0.0.1:8787`). Plain HTTP is accepted for loopback addresses only
   * (40103).
   */
  endpoint?: string | undefined;
  /**
   * The host or full address of the Control API. Default: `endpoint` if that is a loopback address, otherwise
   * `https://control.ably.net/v1`. Access tokens are sent only there.
   */
  controlEndpoint?: string | undefined;
  /**
   * Replaces the global `fetch`: that of a sandbox, one with a proxy, or a service binding's
   * (`(url, init) => env.X.fetch(url, init)`). Keys found with an access token are cached for each function separately,
   * so pass the same one each time.
   */
  fetch?: Fetch | undefined;
  /** Aborts the call immediately. */
  signal?: Signal | undefined;
  /** The longest time for one request to one host, in ms, 1 to 600000. Default 10000. */
  timeoutMs?: number | undefined;
}

export interface QueryTime {
  /** Whether to use the time of Ably's clock instead of this machine's, which takes one more request. */
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
  /** The name in `/me` and other API answers. */
  readonly capability: AccessTokenCapabilityName;
  /** The name in the dashboard, where `read:rule` is "Read Integration" and `read:namespace` is "Read Rule". */
  readonly label: string;
  /** The group in the dashboard's creation form. */
  readonly group: string;
  /** The Control API calls that it permits, such as `GET /apps/{app_id}/keys`. */
  readonly endpoints: readonly string[];
  /** The Ably CLI commands that it permits. */
  readonly commands: readonly string[];
}

/** The 11 capabilities, in the order of Ably's table. */
export const accessTokenCapabilities: readonly AccessTokenCapability[];

/**
 * Whether an access token with these capabilities (from `/me`) has `need`. A write capability does not imply the read
 * capability.
 * @throws AblyAuthError `usage` if `need` is not one of the 11.
 *
 * @example
 * import { accessTokenAllows } from 'ably-edge-auth';
 *
 * console.log(accessTokenAllows(['write:app'], 'write:app')); // true
 */
export function accessTokenAllows(capabilities: readonly string[], need: AccessTokenCapabilityName): boolean;

/** The owner of an access token: the answer of `GET /me`. */
export interface Me {
  /** Absent from some older answers. */
  token?: {
    id: string;
    name: string;
    capabilities: string[];
    /** ISO 8601, or null if it never expires. */
    expires_at?: string | null;
    /** ISO 8601, accurate to ten minutes, or null if it has never been used. */
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

/** Fields of an app. For the push fields see Ably's OpenAPI document. */
export interface AppFields {
  name?: string | undefined;
  status?: 'enabled' | 'disabled' | undefined;
  tlsOnly?: boolean | null | undefined;
  [further: string]: unknown;
}

/** A key of an app. */
export interface Key {
  appId: string;
  /** The second half of the key name. */
  id: string;
  /** `appId.keyId`, which this package adds to Ably's answer. */
  keyName: string;
  name: string;
  /** Ably's value: 0 if enabled, 1 if revoked. */
  status?: number | string;
  /** The meaning of `status`, which this package adds to Ably's answer. */
  enabled: boolean;
  /** The whole key, including the secret, which Ably sends with every list. */
  key: string;
  /** Ably's answer, which may have operations that these types do not know yet. */
  capability?: Capability;
  revocableTokens?: boolean | null;
  /** ms since 1970 */
  created?: number;
  /** ms since 1970 */
  modified?: number;
  [further: string]: unknown;
}

export interface KeyFields {
  name: string;
  /** Checked like a token's before it is sent. An update replaces the old capability as a whole. */
  capability: Capability;
  /** Whether tokens of this key can be revoked, which limits their lifetime to one hour. */
  revocableTokens?: boolean | null | undefined;
}

/** An integration rule, as in Ably's OpenAPI document. The dashboard calls it an integration. */
export type Rule = { id: string } & Record<string, unknown>;
/** A namespace. The dashboard calls it a rule, the Ably CLI a channel rule. */
export type Namespace = { id: string } & Record<string, unknown>;
export type Queue = { id: string } & Record<string, unknown>;
export type Stats = { intervalId: string; unit: string } & Record<string, unknown>;

export interface StatsQuery {
  /** ms since 1970. The text form of the data plane (`2026-11-01:00:00`) is passed on unchanged. */
  start?: number | string | undefined;
  end?: number | string | undefined;
  unit?: 'minute' | 'hour' | 'day' | 'month' | undefined;
  direction?: 'forwards' | 'backwards' | undefined;
  limit?: number | undefined;
}

/** Options of a single call, which override those of the client. */
export interface CallOptions {
  signal?: Signal | undefined;
  timeoutMs?: number | undefined;
}

/**
 * A client of the Control API (https://ably.com/docs/api/control-api), named after the 11 capabilities of an access
 * token. `app` is an app id; `key` is `appId.keyId` or `keyId` alone.
 *
 * Once `me` is known, a call for which the access token lacks the capability fails without a request; the error has the
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
    /** Finds one key in the list, because Ably has no call for a single key. */
    get(app: string, key: string, call?: CallOptions): Promise<Key>;
    create(app: string, fields: KeyFields, call?: CallOptions): Promise<Key>;
    update(app: string, key: string, fields: Partial<KeyFields>, call?: CallOptions): Promise<Key>;
    revoke(app: string, key: string, call?: CallOptions): Promise<void>;
  };
  readonly rules: {
    list(app: string, call?: CallOptions): Promise<Rule[]>;
    get(app: string, rule: string, call?: CallOptions): Promise<Rule>;
    create(app: string, fields: Record<string, unknown>, call?: CallOptions): Promise<Rule>;
    /** Ably requires `ruleType` among the fields, even if it does not change. */
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

/**
 * Creates a client of the Control API. Sends nothing until a method is called.
 *
 * @example
 * import { createControlClient } from 'ably-edge-auth';
 *
 * const control = createControlClient({ accessToken });
 * const [app] = await control.apps.list();
 */
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

/**
 * The error class of this package. `code`, `statusCode` and `href` are as in Ably's ErrorInfo. It never contains a key or a token.
 *
 * @example
 * import { AblyAuthError, verifyJwt } from 'ably-edge-auth';
 *
 * try {
 *   verifyJwt(token, { key });
 * } catch (error) {
 *   if (error instanceof AblyAuthError && error.code === 40142) console.log('it has expired');
 *   else throw error;
 * }
 */
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
  /** The HTTP status that belongs to the code. */
  readonly statusCode?: number;
  /** The position in the input, such as `capability["chat:*"][1]`. */
  readonly path?: string;
  /** An instruction that says how to fix the problem. */
  readonly remediation?: string;
  /** Ably's help page for the code. */
  readonly href?: string;
  /** The id by which Ably's support finds the request, if Ably sent one. */
  readonly requestId?: string;
  readonly serverId?: string;
  /** `revokeTokens`: the known outcome of each target. `kick` and `refresh`: a {@link KickReport}, the outcome of each part. */
  readonly report?: RevocationReport & Partial<KickReport>;
  /** `record` only: the entries that the store did not accept. To retry, record `{ results: error.unstored }`. */
  readonly unstored?: RevocationEntry[];
  readonly cause?: unknown;
}
