import { createTokenRequest, type TokenRequest, type TokenRequestOptions } from 'ably-edge-auth';
import { exact } from './exact.js';

const key = 'appid.keyid:secret';
const everything: Required<TokenRequestOptions> = {
  key,
  capability: { '*': ['*'] },
  clientId: 'alice',
  ttlSeconds: 60,
  now: new Date(),
  nonce: '0123456789abcdef',
};

const request = createTokenRequest(everything);
exact<TokenRequest>()(request);
exact<string>()(request.keyName);
exact<number | undefined>()(request.ttl);
exact<string | undefined>()(request.capability);
exact<string | undefined>()(request.clientId);
exact<number>()(request.timestamp);
exact<string>()(request.nonce);
exact<string>()(request.mac);

createTokenRequest({ key, clientId: null });
// @ts-expect-error a key is needed
createTokenRequest({ clientId: 'alice' });
// @ts-expect-error an unknown option: ttlSeconds
createTokenRequest({ key, ttl: 60_000 });
// @ts-expect-error what is in a JWT only is not in a token request
createTokenRequest({ key, revocationKey: 'group' });
