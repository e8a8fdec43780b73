import {
  createAccess,
  createRevocations,
  createTokenEndpoint,
  issueJwtSync,
  revokeTokens,
  verifyRequest,
  type Access,
  type Grant,
  type KickReport,
  type PlatformRequest,
  type PlatformResponse,
  type RefreshReport,
  type RevocationEntry,
  type RevocationOutcome,
  type Revocations,
  type RevocationStore,
  type SentParams,
  type StoredRevocation,
  type TokenForm,
  type VerifiedJwt,
  AblyAuthError,
} from 'ably-edge-auth';
import { toNodeHandler } from 'ably-edge-auth/node';
import {
  AblyRevocations,
  cloudflareKvStore,
  denoKvStore,
  durableObjectStore,
  memoryStore,
  mergeRevocations,
} from 'ably-edge-auth/stores';
import { exact } from './exact.js';

const key = 'appid.keyid:secret';
const capability = { 'chat:*': ['publish'] } as const;
declare const request: PlatformRequest;
/** As process.env is. */
declare const environment: { ABLY_API_KEY: string | undefined };

// ---- the endpoint

const plain = createTokenEndpoint({
  source: { key },
  authenticate(request, { params }) {
    exact<PlatformRequest>()(request);
    exact<SentParams>()(params);
    exact<string | null>()(params.get('clientId'));
    return { capability, clientId: 'ada', ttlSeconds: 600 };
  },
  cors: { origins: ['https://app.example.com'], credentials: true, maxAgeSeconds: 60 },
  limit: (_request, { clientId }) => clientId !== 'mallory',
  onError(error, request) {
    exact<unknown>()(error);
    exact<PlatformRequest>()(request);
  },
});
exact<(request: PlatformRequest) => Promise<PlatformResponse>>()(plain);
const answered: PlatformResponse = await plain(request);
exact<number>()(answered.status);

interface Env {
  ABLY_API_KEY: string;
  LIMITER: { limit(options: { key: string }): Promise<{ success: boolean }> };
}
const worker = createTokenEndpoint({
  source: (_request, env: Env) => ({ key: env.ABLY_API_KEY }),
  authenticate: async (_request, _context, env: Env) => (env.ABLY_API_KEY ? { capability: '{"a":["publish"]}' } : null),
  limit: (_request, { clientId }, env: Env) => env.LIMITER.limit({ key: clientId ?? '' }),
});
exact<(request: PlatformRequest, env: Env) => Promise<PlatformResponse>>()(worker);
// @ts-expect-error it needs its env
void worker(request);

const grant: Grant = { capability };
const refused = createTokenEndpoint({
  source: { accessToken: 'made-up', app: 'My app', endpoint: 'main' },
  authenticate: () => answered,
});
void refused(request);
createTokenEndpoint({ source: { key }, authenticate: () => null, cors: { origins: '*' } });
createTokenEndpoint({
  source: { key },
  authenticate: () => grant,
  cors: { origins: async (origin) => origin.endsWith('.example.com') },
});
// @ts-expect-error nothing is granted by omission
createTokenEndpoint({ source: { key }, authenticate: () => ({ clientId: 'ada' }) });
// @ts-expect-error the key is the endpoint's, not the grant's
createTokenEndpoint({ source: { key }, authenticate: () => ({ capability, key }) satisfies Grant });
// @ts-expect-error undefined is no answer
createTokenEndpoint({ source: { key }, authenticate: () => undefined });
// The environment may lack the key, which the endpoint checks.
createTokenEndpoint({ source: { key: environment.ABLY_API_KEY }, authenticate: () => null });
createTokenEndpoint({ source: () => ({ key: environment.ABLY_API_KEY }), authenticate: () => null });
createTokenEndpoint({ source: async () => ({ key: environment.ABLY_API_KEY }), authenticate: () => null });
createTokenEndpoint({
  // @ts-expect-error one or the other
  source: { key: environment.ABLY_API_KEY, accessToken: 'made-up', app: 'My app' },
  authenticate: () => null,
});
// @ts-expect-error what signs without an endpoint needs a key
issueJwtSync({ key: environment.ABLY_API_KEY, capability });
// @ts-expect-error no source
createTokenEndpoint({ authenticate: () => null });
// @ts-expect-error no authenticate
createTokenEndpoint({ source: { key } });
// @ts-expect-error an app beside an access token
createTokenEndpoint({ source: { accessToken: 'made-up' }, authenticate: () => null });
// @ts-expect-error a list, even of one
createTokenEndpoint({ source: { key }, authenticate: () => null, cors: { origins: 'https://app.example.com' } });
// @ts-expect-error an unknown option: limit
createTokenEndpoint({ source: { key }, authenticate: () => null, rateLimit: () => true });

createTokenEndpoint({
  source: { keys: [key, 'appid.older:secret'], endpoint: 'main' },
  authenticate(_request, { params, previous }, env: Env) {
    exact<VerifiedJwt | undefined>()(previous);
    exact<string>()(env.ABLY_API_KEY);
    return { capability: { [params.get('channel') ?? 'lobby']: ['subscribe'] }, clientId: 'ada', info: { mood: 1 } };
  },
  async regrant(channels, _request, env: Env) {
    exact<string[]>()(channels);
    exact<Env>()(env);
    return Object.fromEntries(channels.map((channel) => [channel, ['subscribe'] as const]));
  },
  previousGraceSeconds: 60,
  large: 'ably-token',
  protocol: 'laravel-echo',
  async onIssue({ clientId, keyName, capability, expires, form, request }, env: Env) {
    exact<string | undefined>()(clientId);
    exact<string>()(keyName);
    exact<string>()(capability);
    exact<number | undefined>()(expires);
    exact<TokenForm>()(form);
    exact<PlatformRequest>()(request);
    exact<Env>()(env);
  },
});
createTokenEndpoint({ source: { key }, authenticate: () => null, regrant: () => null });
createTokenEndpoint({ source: { key }, authenticate: () => null, regrant: () => answered });
// @ts-expect-error one or the other
createTokenEndpoint({ source: { key, keys: [key] }, authenticate: () => null });
// @ts-expect-error no such form
createTokenEndpoint({ source: { key }, authenticate: () => null, large: 'jwt' });
// @ts-expect-error no such protocol
createTokenEndpoint({ source: { key }, authenticate: () => null, protocol: 'pusher' });
// @ts-expect-error the hook never holds the token
createTokenEndpoint({ source: { key }, authenticate: () => null, onIssue: ({ token }) => void token });

// ---- verifyRequest

const answer = await verifyRequest(request, {
  key,
  keyCapability: { '[*]*': ['*'] },
  operation: 'publish',
  resource: 'chat:lobby',
});
if (answer.response) exact<PlatformResponse>()(answer.response);
else exact<VerifiedJwt>()(answer.verified);
await verifyRequest(
  { headers: { get: () => null } },
  { keys: [key], keyCapability: '{"*":["*"]}', operation: 'history', resource: 'a', now: 0, embedded: true },
);
// @ts-expect-error what a token may do is not known without its key's capability
await verifyRequest(request, { key, operation: 'publish', resource: 'a' });
// @ts-expect-error no such operation
await verifyRequest(request, { key, keyCapability: { '*': ['*'] }, operation: 'publsh', resource: 'a' });
// @ts-expect-error on what?
await verifyRequest(request, { key, keyCapability: { '*': ['*'] }, operation: 'publish' });
// @ts-expect-error it may have been refused
answer.verified.clientId;

// ---- revocations

const revocations = createRevocations(memoryStore(), {
  cacheSeconds: 0,
  onUnavailable: 'allow',
  maxTtlSeconds: 86400,
  timeoutMs: 100,
});
exact<Revocations>()(revocations);
exact<number>()(revocations.stalenessSeconds);
await revocations.record(await revokeTokens({ key, clientId: 'ada' }));
await verifyRequest(request, { key, keyCapability: { '*': ['*'] }, operation: 'publish', resource: 'a', revocations });
const entry: RevocationEntry = { keyName: 'appid.keyid', target: 'clientId:ada', issuedBefore: 0, appliesAt: 0 };
await verifyRequest(request, {
  key,
  keyCapability: { '*': ['*'] },
  operation: 'publish',
  resource: 'a',
  revocations: [entry],
});
await revocations.record({ results: [entry] });
if (answer.verified) await revocations.check(answer.verified, { now: new Date() });
const { unstored = [] } = new AblyAuthError({ kind: 'service', message: '' });
await revocations.record({ results: unstored });
// @ts-expect-error a token that was issued is not one that was verified: it has `ttlSeconds`, and may be anybody's
await revocations.check(issueJwtSync({ key }).token);
// @ts-expect-error refuse or allow
createRevocations(memoryStore(), { onUnavailable: 'ignore' });
// @ts-expect-error a store has put too
createRevocations({ get: async () => [] });

// ---- access

const access = createAccess({
  source: { keys: [key] },
  store: memoryStore(),
  revocations,
  cacheSeconds: 0,
  onUnavailable: 'allow',
  timeoutMs: 100,
});
exact<Access>()(access);
exact<number>()(access.stalenessSeconds);
const kicked: KickReport = await access.kick({ clientId: 'ada', forSeconds: 60 });
exact<number | undefined>()(kicked.ban.until);
exact<boolean | undefined>()(new AblyAuthError({ kind: 'service', message: '' }).report?.ban?.done);
exact<RevocationOutcome[] | undefined>()(kicked.ably.results);
await access.ban({ revocationKey: 'g' });
exact<boolean>()(await access.isBanned({ channel: 'chat:*' }));
const refreshed: RefreshReport = await access.refresh({ clientId: 'ada' });
exact<boolean>()(refreshed.record.done);
const [first] = await access.list();
if (first) await access.unban(first.target);
if (answer.verified) await access.check(answer.verified, { now: 0 });
await verifyRequest(request, { key, keyCapability: { '*': ['*'] }, operation: 'publish', resource: 'a', access });
createTokenEndpoint({ source: { key }, authenticate: () => null, access });
createTokenEndpoint({
  source: { key },
  authenticate: () => null,
  access: async (_request, env: Env) => (env ? access : access),
});
// @ts-expect-error one target
await access.kick({ clientId: 'ada', channel: 'a' });
// @ts-expect-error a target
await access.ban({ forSeconds: 60 });
// @ts-expect-error no time
await access.refresh({ clientId: 'ada', forSeconds: 60 });
// @ts-expect-error what createAccess returns
createTokenEndpoint({ source: { key }, authenticate: () => null, access: revocations });

const stored: StoredRevocation = { ...entry, expiresAt: 1 };
exact<StoredRevocation[]>()(mergeRevocations([stored], [stored], 0));
exact<StoredRevocation[]>()(mergeRevocations(undefined, [stored]));
// @ts-expect-error it says when it may go
mergeRevocations([], [entry]);
exact<number>()(memoryStore().size);

const own = new Map<string, StoredRevocation[]>();
const store: RevocationStore = {
  get: async (ids) => ids.map((id) => own.get(id)),
  async put(items) {
    for (const { id, entries } of items) own.set(id, mergeRevocations(own.get(id), entries));
  },
  itemsPerPut: 10,
  stalenessSeconds: 1,
};
createRevocations(store);

declare const kv: Parameters<typeof cloudflareKvStore>[0];
declare const objects: Parameters<typeof durableObjectStore>[0];
declare const denoKv: Parameters<typeof denoKvStore>[0];
export const all: RevocationStore[] = [cloudflareKvStore(kv), durableObjectStore(objects), denoKvStore(denoKv)];
export const Class: new (state: { storage: unknown }) => AblyRevocations = AblyRevocations;
// @ts-expect-error no namespace
cloudflareKvStore({});

const handler = toNodeHandler(
  createTokenEndpoint({
    source: { key: 'a.b:c' },
    authenticate: (_request, _context, incoming: { session?: { user: string } }) =>
      incoming.session === undefined ? null : { clientId: incoming.session.user, capability: { a: ['publish'] } },
  }),
);
exact<Promise<void>>()(handler({ session: { user: 'ada' } }, {}, () => {}));
// @ts-expect-error an endpoint, not its options
toNodeHandler({ source: { key: 'a.b:c' } });
