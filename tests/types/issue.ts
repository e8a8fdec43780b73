import {
  createIssuer,
  issueJwt,
  issueJwtSync,
  type Diagnostic,
  type IssueOptions,
  type IssueOverrides,
  type IssuedJwt,
  type Issuer,
} from 'ably-edge-auth';
import { exact } from './exact.js';

const key = 'appid.keyid:secret';

const everything: Required<IssueOptions> & { key: string } = {
  key,
  capability: { 'chat:*': ['publish'] },
  clientId: 'alice',
  ttlSeconds: 60,
  revocationKey: 'group',
  revocable: true,
  channelClaims: { 'chat:*': { moderator: true } },
  roomClaims: { lobby: 'guest' },
  publishRateLimits: { 'chat:*': 2 },
  clientType: 'server',
  jwtId: true,
  claims: { iss: 'me' },
  keyCapability: '{"*":["*"]}',
  now: new Date(),
};

const issued = issueJwtSync(everything);
exact<IssuedJwt>()(issued);
exact<Promise<IssuedJwt>>()(issueJwt(everything));
exact<Issuer>()(createIssuer(everything));

exact<string>()(issued.token);
exact<string>()(issued.keyName);
exact<string>()(issued.appId);
exact<number>()(issued.issued);
exact<number>()(issued.expires);
exact<string>()(issued.capability);
exact<string | undefined>()(issued.clientId);
exact<number>()(issued.ttlSeconds);
exact<Diagnostic[]>()(issued.warnings);

/** The part of ably-js's TokenDetails that its authCallback wants. */
interface TokenDetails {
  token: string;
  issued: number;
  expires: number;
  capability: string;
  clientId?: string;
}
export const details: TokenDetails = issued;

issueJwtSync({ key });
issueJwtSync({ key, clientId: null, capability: '{"*":["*"]}', jwtId: 'id', now: 1_700_000_000_000 });
// @ts-expect-error a key is needed
issueJwtSync({});
// @ts-expect-error options are needed
issueJwtSync();
// @ts-expect-error a key alone is no options
issueJwtSync(key);
// @ts-expect-error an unknown option: ttlSeconds
issueJwtSync({ key, ttl: 3600 });
// @ts-expect-error seconds are a number
issueJwtSync({ key, ttlSeconds: '3600' });
// @ts-expect-error a misspelt operation
issueJwtSync({ key, capability: { 'chat:*': ['publsh'] } });
// @ts-expect-error there is one client type
issueJwtSync({ key, clientType: 'browser' });
// @ts-expect-error a rate is a number
issueJwtSync({ key, publishRateLimits: { 'chat:*': '2' } });
// @ts-expect-error a time is ms or a Date
issueJwtSync({ key, now: '2026-01-01' });
// @ts-expect-error yes or no
issueJwtSync({ key, revocable: 'yes' });
// @ts-expect-error the asynchronous form needs a key as well
void issueJwt({ clientId: 'alice' });
// @ts-expect-error it is a promise
issueJwt({ key }).token;

const issuer = createIssuer({ key });
exact<string>()(issuer.keyName);
exact<string>()(issuer.capability);
exact<IssuedJwt>()(issuer.issue());
exact<string>()(issuer.token());
exact<string[]>()(issuer.tokens([{ clientId: 'a' }, {}]));
const overrides: Required<IssueOverrides> = {
  clientId: null,
  ttlSeconds: 60,
  revocationKey: 'group',
  jwtId: true,
  now: 0,
};
issuer.issue(overrides);
issuer.token(overrides);
issuer.tokens([overrides] as const);
// @ts-expect-error an issuer has one capability
issuer.issue({ capability: '{}' });
// @ts-expect-error an issuer has one key
issuer.token({ key });
// @ts-expect-error a list
issuer.tokens(overrides);
// @ts-expect-error it is what it was created with
issuer.capability = '{}';
// @ts-expect-error a key is needed
createIssuer({ clientId: 'alice' });
