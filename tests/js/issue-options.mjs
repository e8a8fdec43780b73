// issueJwtSync keeps what it has prepared for the caller before. Whatever differs must be seen in the token: each
// option is given between two calls without it, beside every other one.
import { equal, ok, refuses, thrownBy } from './assert.mjs';
import { KEY, NOW, openWith, SECONDS } from './tokens.mjs';

/** Beyond what a key with revocable tokens may give. */
const TTL = 7200;
const BASE = { key: KEY, capability: { '*': ['subscribe'] }, ttlSeconds: TTL, now: NOW };
const OTHER_KEY = 'xVLyHw.B-other:another-secret';

/** Of each option: a value, and what becomes of header and claims, or the code of the refusal. */
const EFFECTS = {
  key: [OTHER_KEY, { kid: 'xVLyHw.B-other' }],
  capability: [{ chat: ['publish'] }, { 'x-ably-capability': '{"chat":["publish"]}' }],
  clientId: ['ada', { 'x-ably-clientId': 'ada' }],
  ttlSeconds: [7100, { exp: SECONDS + 7100 }],
  revocationKey: ['group-1', { 'x-ably-revocation-key': 'group-1' }],
  revocable: [true, 40003],
  channelClaims: [{ news: 'reader' }, { 'ably.channel.news': 'reader' }],
  roomClaims: [{ lobby: 'host' }, { 'ably.room.lobby': 'host' }],
  publishRateLimits: [{ chat: 5 }, { 'ably.limits.publish.perAttachment.maxRate.chat': 5 }],
  clientType: ['server', { 'x-ably-clientType': 'server' }],
  jwtId: ['id-1', { jti: 'id-1' }],
  claims: [{ role: 'admin' }, { role: 'admin' }],
  keyCapability: [{ nothing: ['stats'] }, 40160],
  now: [NOW - 5000, { iat: SECONDS - 5, exp: SECONDS - 5 + TTL }],
};

export default ({ test, library }) => {
  const { AblyAuthError, decodeJwt, issueJwtSync } = library;

  test('this test covers every option', () => {
    const error = thrownBy(() => issueJwtSync({ ...BASE, nothingLikeThis: 1 }));
    const [, names] = /the options are (.+)$/.exec(error.remediation) ?? [];
    ok(names !== undefined, error.message);
    equal(Object.keys(EFFECTS).sort(), names.split(', ').sort());
  });

  const issue = async (options) => {
    const { token } = issueJwtSync(options);
    const { header, claims } = await openWith(token, options.key);
    return { ...header, ...claims };
  };

  for (const [name, [value, effect]] of Object.entries(EFFECTS)) {
    if (typeof effect !== 'number')
      test(`${name} writes no claim that decodeJwt does not know`, () => {
        const { token } = issueJwtSync({ ...BASE, [name]: value });
        const { diagnostics } = decodeJwt(token, { now: NOW });
        equal(
          diagnostics.filter(({ code }) => code === 'unknown-claim'),
          [],
        );
      });
    test(`${name} is not left to the caller after, nor lost`, async () => {
      const plain = await issue(BASE);
      if (typeof effect === 'number')
        refuses(AblyAuthError, () => issueJwtSync({ ...BASE, [name]: value }), { code: effect });
      else equal(await issue({ ...BASE, [name]: value }), { ...plain, ...effect });
      equal(await issue(BASE), plain);
    });
    for (const [beside, [given, other]] of Object.entries(EFFECTS)) {
      if (beside === name || typeof other === 'number') continue;
      test(`${name} beside ${beside}`, async () => {
        const options = { ...BASE, [beside]: given };
        const before = await issue(options);
        const both = { ...options, [name]: value };
        if (typeof effect === 'number') refuses(AblyAuthError, () => issueJwtSync(both), { code: effect });
        else
          for (const [claim, wanted] of Object.entries(effect))
            if (claim !== 'exp') equal((await issue(both))[claim], wanted, claim);
        equal(await issue(options), before);
      });
    }
  }
};
