// The module keeps the last 64 issuers, 64 capabilities and 16 keys. More than that in turn must
// work as if it kept them all.
import { equal, refuses } from './assert.mjs';
import { forgeClaims, hmac, NOW, openWith } from './tokens.mjs';

export default ({ test, library }) => {
  const { AblyAuthError, createIssuer, createTokenRequest, issueJwtSync, parseCapability, verifyJwt } = library;
  const keyOf = (i) => `app${i % 10}.key${i}:secret-${i}`;
  const MANY = 1000;

  test('1,000 issuers in turn each give their own token', async () => {
    const issuers = Array.from({ length: MANY }, (_, i) =>
      createIssuer({
        key: keyOf(i),
        clientId: `client-${i}`,
        capability: { [`channel-${i}`]: ['publish'] },
        ttlSeconds: i + 1,
        now: NOW,
      }),
    );
    const check = async (i, token) => {
      const { header, claims } = await openWith(token, keyOf(i));
      equal(
        [header.kid, claims['x-ably-clientId'], claims['x-ably-capability'], claims.exp - claims.iat],
        [`app${i % 10}.key${i}`, `client-${i}`, `{"channel-${i}":["publish"]}`, i + 1],
      );
    };
    for (let round = 0; round < 2; round++) for (let i = 0; i < MANY; i++) await check(i, issuers[i].token());
    for (let i = MANY - 1; i >= 0; i -= 7) {
      const issued = issuers[i].issue();
      await check(i, issued.token);
      equal(
        [issued.clientId, issued.keyName, issued.ttlSeconds, issued.capability],
        [`client-${i}`, `app${i % 10}.key${i}`, i + 1, issuers[i].capability],
      );
    }
  });
  test('an issuer that had to make room still knows its overrides and its refusals', async () => {
    const issuer = createIssuer({ key: keyOf(1), clientId: 'ada', revocable: true, now: NOW });
    const fill = () => {
      for (let i = 0; i < 70; i++) createIssuer({ key: keyOf(i) });
    };
    const before = issuer.issue({ clientId: 'zoë', ttlSeconds: 5 });
    fill();
    equal(issuer.issue({ clientId: 'zoë', ttlSeconds: 5 }), before);
    fill();
    refuses(AblyAuthError, () => issuer.token({ ttlSeconds: 3601 }), { kind: 'token', code: 40003 });
    fill();
    equal(issuer.issue({ clientId: null }).clientId, undefined);
    fill();
    equal(issuer.tokens([{ clientId: 'zoë', ttlSeconds: 5 }, {}]), [before.token, issuer.token()]);
  });

  test("a rotated secret of one name never meets the old one's state", async () => {
    const [old, next] = ['app.key:the-old-secret', 'app.key:the-new-secret'];
    const issuers = [old, next].map((key) => createIssuer({ key, now: NOW }));
    for (let i = 0; i < 50; i++)
      for (const [at, key] of [old, next].entries()) {
        const { token } = issueJwtSync({ key, now: NOW, jwtId: `${i}` });
        await openWith(token, key);
        await openWith(issuers[at].token(), key);
        equal(verifyJwt(token, { key, now: NOW }).claims.jti, `${i}`);
        refuses(AblyAuthError, () => verifyJwt(token, { key: at ? old : next, now: NOW }), { code: 40101 });
        const request = createTokenRequest({ key, now: NOW, nonce: '0123456789abcdef' });
        const mac = await hmac(key.slice(8), `app.key\n\n\n\n${NOW}\n0123456789abcdef\n`);
        equal(request.mac, btoa(String.fromCharCode(...mac)));
      }
  });
  test("secrets that begin alike, and a name that is another's beginning", async () => {
    const keys = ['a.b:c', 'a.b:cc', 'a.b:c:c', 'a.b:c.c', 'a.bb:c', 'aa.b:c', 'a.b:C'];
    for (let round = 0; round < 3; round++)
      for (const key of keys) {
        const { token } = issueJwtSync({ key, now: NOW });
        await openWith(token, key);
        for (const other of keys)
          if (other !== key) refuses(AblyAuthError, () => verifyJwt(token, { key: other, now: NOW }), { code: 40101 });
        equal(verifyJwt(token, { keys, now: NOW }).keyName, key.slice(0, key.indexOf(':')));
      }
  });
  test('100 keys in one call, and the one that signed is found wherever it stands', async () => {
    const keys = Array.from({ length: 100 }, (_, i) => keyOf(i));
    for (let i = 0; i < 100; i += 9) {
      const token = await forgeClaims({}, keys[i]);
      equal(verifyJwt(token, { keys, now: NOW }).keyName, keys[i].split(':')[0]);
      equal(verifyJwt(token, { keys: [...keys].reverse(), now: NOW }).keyName, keys[i].split(':')[0]);
    }
  });

  test('100 parsed capabilities in turn each answer for themselves', () => {
    const parsed = Array.from({ length: 100 }, (_, i) =>
      parseCapability({ [`channel-${i}`]: ['publish'], 'é:*': ['history'] }),
    );
    for (let round = 0; round < 3; round++)
      for (let i = 0; i < 100; i++) {
        equal(parsed[i].allows('publish', `channel-${i}`), true);
        equal(parsed[i].allows('publish', `channel-${i + 1}`), false);
        equal(parsed[99 - i].allows('history', 'é:ü'), true);
      }
  });
};
