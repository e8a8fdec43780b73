// Verify: any Ably JWT, with and without its key.
import { createHmac } from 'node:crypto';
import { issueJwtSync } from '../../pkg/index.js';
import { equal } from '../js/assert.mjs';
import { fill, HOSTILE, open, press, reads, SANDBOX_KEY, token, write } from './user.mjs';

const KEY = 'aPP1id.kEY1id:a-made-up-secret';
const encode = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
const now = () => Math.floor(Date.now() / 1000);

/** A token as nothing here would issue it. */
function forge(
  claims,
  { header = { typ: 'JWT', alg: 'HS256', kid: 'aPP1id.kEY1id' }, secret = 'a-made-up-secret' } = {},
) {
  const body = `${encode(header)}.${encode(claims)}`;
  return `${body}.${createHmac('sha256', secret).update(body).digest('base64url')}`;
}

/** A token, and what is said of it with its key and without. */
const CASES = {
  'a good one': [
    () => issueJwtSync({ key: KEY, clientId: 'ada', capability: { a: ['publish'] } }).token,
    'Valid',
    undefined,
  ],
  'one that has expired': [
    () => issueJwtSync({ key: KEY, now: Date.now() - 7_200_000 }).token,
    'Refused · 40142',
    /expired/,
  ],
  'one that lives too long': [
    () => forge({ iat: now(), exp: now() + 90_000, 'x-ably-capability': '{"*":["*"]}' }),
    'Refused · 40003',
    /86400|24 h|a day/,
  ],
  'a capability that is an object': [
    () => forge({ iat: now(), exp: now() + 60, 'x-ably-capability': { '*': ['*'] } }),
    'Valid',
    /object/,
  ],
  'one that another key signed': [
    () => forge({ iat: now(), exp: now() + 60 }, { secret: 'other' }),
    'Refused · 40101',
    undefined,
  ],
  'one of another algorithm': [
    () => forge({ iat: now(), exp: now() + 60 }, { header: { typ: 'JWT', alg: 'none', kid: 'aPP1id.kEY1id' } }),
    'Refused · 40144',
    /alg/,
  ],
  'a whole key as kid': [
    () => forge({ iat: now(), exp: now() + 60 }, { header: { alg: 'HS256', kid: KEY } }),
    'Refused · 40101',
    /kid is a whole API key.*aPP1id\.kEY1id:\*\*\*/s,
  ],
  'one in quotation marks': [
    () => `"${issueJwtSync({ key: KEY }).token}"`,
    'Not a JWT',
    /the token is in quotation marks/,
  ],
  TokenDetails: [
    () => JSON.stringify({ token: issueJwtSync({ key: KEY }).token }),
    'Not a JWT',
    /JSON with a token in it/,
  ],
  'the key itself': [() => KEY, 'Not a JWT', /this is an API key, not a token/],
  'what is no token': [() => HOSTILE, 'Not a JWT', undefined],
};

export default ({ test: register, visit }) => {
  const test = (name, body, options) => register(name, () => visit(body, options));

  for (const [name, [make, verdict, diagnostics]] of Object.entries(CASES))
    test(name, async (page) => {
      await open(page, 'verify');
      await write(page, '#verify-token', make());
      if (verdict !== 'Not a JWT') await reads(page, '#verify-verdict', 'Signature not checked');
      await write(page, '#verify-key', KEY);
      await reads(page, '#verify-verdict', verdict);
      if (diagnostics) await reads(page, '#verify-result', diagnostics);
      equal(
        await page.$eval('#verify-result', (it, secret) => it.textContent.includes(secret), KEY.split(':')[1]),
        false,
        'the secret is shown',
      );
      equal(await page.$$eval('img, body script', (found) => found.length), 0, 'elements made of it');
    });

  test('what it says is shown: header, claims, and hostile ones as text', async (page) => {
    await open(page, 'verify');
    await write(
      page,
      '#verify-token',
      issueJwtSync({ key: KEY, clientId: `\u202e${HOSTILE}`, claims: { [HOSTILE]: HOSTILE } }).token,
    );
    await reads(page, '[aria-label="Header of the token"]', /"kid": "aPP1id\.kEY1id"/);
    await reads(page, '[aria-label="Claims of the token"]', /<script>/);
    await reads(page, '#verify-result .facts', /Client id\s+.*<img src=x/);
    equal(await page.$$eval('img, body script', (found) => found.length), 0, 'elements made of it');
    equal(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), true);
  });

  test('what the key may do narrows it', async (page) => {
    await open(page, 'verify');
    await write(page, '#verify-token', issueJwtSync({ key: KEY, capability: { '*': ['*'] } }).token);
    await write(page, '#verify-key', KEY);
    await write(page, '#verify-key-capability', '{"a":["publish"]}');
    await reads(page, '#verify-result', /It allows \{"a":\["publish"\]\}\./);
  });

  test('the token from Issue is one click away, and falls when it is revoked', async (page) => {
    await token(page);
    await open(page, 'verify');
    await press(page, '#verify-current');
    await reads(page, '#verify-verdict', 'Valid');
    equal(await page.$eval('#verify-key', (it) => it.value), SANDBOX_KEY);
    await open(page, 'use');
    await press(page, '#revoke');
    await press(page, '#confirm-revoke');
    await reads(page, '#revoke-result', /revoked/);
    await open(page, 'verify');
    await reads(page, '#verify-verdict', 'Refused · 40141');
  });

  test("a key of one's own is not carried about", async (page) => {
    await token(page);
    await fill(page, 'API key', KEY);
    await press(page, '#issue');
    await open(page, 'verify');
    await press(page, '#verify-current');
    await reads(page, '#verify-verdict', 'Signature not checked');
    equal(await page.$eval('#verify-key', (it) => it.value), '');
  });
};
