import {
  createControlClient,
  getTime,
  issueJwt,
  requestToken,
  revokeTokens,
  type AblyAuthError,
  type App,
  type CallOptions,
  type ControlClient,
  type Fetch,
  type IssuedJwt,
  type Key,
  type KeySource,
  type Me,
  type Namespace,
  type NetworkOptions,
  type Queue,
  type RevocationOutcome,
  type KickReport,
  type RevocationReport,
  type RevokeOptions,
  type Rule,
  type Signal,
  type Stats,
  type TokenDetails,
} from 'ably-edge-auth';
import { exact } from './exact.js';

const key = 'appid.keyid:secret';
const accessToken = 'an-access-token';
declare const fetch: Fetch;
declare const signal: Signal;

const network: Required<NetworkOptions> = {
  endpoint: 'main',
  controlEndpoint: 'control.ably.net',
  fetch,
  signal,
  timeoutMs: 500,
};
const byKey: KeySource = { key };
const byToken: KeySource = { accessToken, app: 'My app', keyName: 'appid.keyid' };
// @ts-expect-error an access token needs an app
const withoutApp: KeySource = { accessToken };
// @ts-expect-error one or the other
const both: KeySource = { key, accessToken, app: 'My app' };
export const sources = [byKey, byToken, withoutApp, both];

exact<Promise<IssuedJwt>>()(
  issueJwt({ ...network, accessToken, app: 'appid', capability: { a: ['publish'] }, queryTime: true }),
);
exact<Promise<IssuedJwt>>()(issueJwt({ key, queryTime: true }));
exact<Promise<TokenDetails>>()(requestToken({ ...network, key, clientId: 'ada', ttlSeconds: 60 }));
exact<Promise<TokenDetails>>()(requestToken({ accessToken, app: 'appid' }));
exact<Promise<number>>()(getTime());
exact<Promise<number>>()(getTime(network));
// @ts-expect-error a time-out is a number of ms
getTime({ timeoutMs: '1s' });
// @ts-expect-error there is no such option
getTime({ timeout: 5 });
// @ts-expect-error a key is needed
requestToken({ clientId: 'ada' });

const everything: Required<Omit<RevokeOptions, 'clientId' | 'revocationKey'>> = {
  targets: ['clientId:ada', { type: 'revocationKey', value: 'group1' }, { type: 'channel', value: 'chat:*' }],
  issuedBefore: new Date(),
  allowReauthMargin: true,
  concurrency: 8,
  onProgress({ done, total }) {
    exact<number>()(done);
    exact<number>()(total);
  },
};
const revoked = revokeTokens({ key, ...network, ...everything });
exact<Promise<RevocationReport>>()(revoked);
exact<Promise<RevocationReport>>()(revokeTokens({ accessToken, app: 'appid', clientId: ['ada', 'bob'] }));
exact<Promise<RevocationReport>>()(revokeTokens({ key, revocationKey: 'group1', issuedBefore: 1_700_000_000_000 }));
// @ts-expect-error three types there are
revokeTokens({ key, targets: [{ type: 'client', value: 'ada' }] });
// @ts-expect-error a token does not revoke
revokeTokens({ token: 'a.b.c', clientId: 'ada' });

export async function report(): Promise<void> {
  const { keyNames, successCount, failureCount, results } = await revoked;
  exact<string[]>()(keyNames);
  exact<number>()(successCount);
  exact<number>()(failureCount);
  exact<RevocationOutcome[]>()(results);
  for (const { keyName, target, issuedBefore, appliesAt, error } of results) {
    exact<string>()(keyName);
    exact<string>()(target);
    exact<number | undefined>()(issuedBefore);
    exact<number | undefined>()(appliesAt);
    exact<AblyAuthError | undefined>()(error);
    exact<(RevocationReport & Partial<KickReport>) | undefined>()(error?.report);
    exact<string | undefined>()(error?.requestId ?? error?.serverId);
  }
}

const client = createControlClient({ ...network, accessToken });
exact<ControlClient>()(client);
// @ts-expect-error an access token is needed
createControlClient({});
// @ts-expect-error a key does not open the Control API
createControlClient({ key });

const call: CallOptions = { signal, timeoutMs: 100 };
export async function everyOperation(): Promise<void> {
  exact<Me>()(await client.me(call));
  exact<App[]>()(await client.apps.list(call));
  exact<App>()(await client.apps.create({ name: 'My app', tlsOnly: true }, call));
  exact<App>()(await client.apps.update('appid', { status: 'disabled' }));
  exact<void>()(await client.apps.delete('appid'));
  exact<Key[]>()(await client.keys.list('appid'));
  exact<Key>()(await client.keys.get('appid', '-keyid', call));
  exact<Key>()(
    await client.keys.create('appid', { name: 'My key', capability: { 'chat:*': ['publish'] }, revocableTokens: true }),
  );
  exact<Key>()(await client.keys.update('appid', 'appid.keyid', { revocableTokens: true }));
  exact<void>()(await client.keys.revoke('appid', 'keyid'));
  exact<Rule[]>()(await client.rules.list('appid'));
  exact<Rule>()(await client.rules.get('appid', 'ruleid'));
  exact<Rule>()(await client.rules.create('appid', { ruleType: 'http' }));
  exact<Rule>()(await client.rules.update('appid', 'ruleid', { ruleType: 'http', status: 'disabled' }));
  exact<void>()(await client.rules.delete('appid', 'ruleid'));
  exact<Queue[]>()(await client.queues.list('appid'));
  exact<Queue>()(await client.queues.create('appid', { name: 'jobs', ttl: 60, maxLength: 100, region: 'us-east-1-a' }));
  exact<void>()(await client.queues.delete('appid', 'appid:us-east-1-a:jobs'));
  exact<Namespace[]>()(await client.namespaces.list('appid'));
  exact<Namespace>()(await client.namespaces.create('appid', { id: 'chat' }));
  exact<Namespace>()(await client.namespaces.update('appid', 'chat', { persisted: true }));
  exact<void>()(await client.namespaces.delete('appid', 'chat'));
  exact<Stats[]>()(await client.stats.account({ unit: 'hour', limit: 2 }, call));
  exact<Stats[]>()(await client.stats.app('appid', { start: 1_700_000_000_000, direction: 'forwards' }));
}
// @ts-expect-error a misspelt operation
client.keys.create('appid', { name: 'My key', capability: { a: ['publsh'] } });
// @ts-expect-error a new key needs a name
client.keys.create('appid', { capability: { a: ['publish'] } });
// @ts-expect-error there is no such unit
client.stats.account({ unit: 'year' });
