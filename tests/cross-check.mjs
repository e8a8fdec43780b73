// Tokens of ours verify in two other libraries, and theirs in ours; webhooks that node:crypto signs verify too.
import { createHmac, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import * as jose from 'jose';
import jsonwebtoken from 'jsonwebtoken';
import { print } from './runtimes/report.mjs';
import { stage } from './runtimes/stage.mjs';
import { equal, refuses, thrownBy } from './js/assert.mjs';
import { runSubjects } from './js/harness.mjs';
import { KEY, KEY_NAME, NOW, SECONDS } from './js/tokens.mjs';

stage();
const { library, webhook } = await import('./.work/runtimes/staged.mjs');
const { AblyAuthError, createIssuer, issueJwtSync, verifyJwt } = library;

const SECRET = 'made-up-secret';
const BYTES = new TextEncoder().encode(SECRET);

/** What we are asked for, and the claims that others must then read. */
const OURS = {
  'nothing but the key': [{}, { 'x-ably-capability': '{"*":["*"]}' }],
  'a capability and a client': [
    { capability: { 'chat:*': ['subscribe', 'publish'] }, clientId: 'ada' },
    { 'x-ably-capability': '{"chat:*":["publish","subscribe"]}', 'x-ably-clientId': 'ada' },
  ],
  'not ASCII': [
    { capability: { 'zoë:🦊': ['publish'] }, clientId: '日本 "\\\u0001', claims: { é: 'ü' } },
    { 'x-ably-capability': '{"zoë:🦊":["publish"]}', 'x-ably-clientId': '日本 "\\\u0001', é: 'ü' },
  ],
  'everything there is': [
    {
      capability: '{"a":["*"]}',
      clientId: '*',
      ttlSeconds: 86400,
      revocationKey: 'g',
      jwtId: 'j',
      clientType: 'server',
      channelClaims: { a: 'b' },
      roomClaims: { c: 'd' },
      publishRateLimits: { a: 2.5 },
      claims: { iss: 'me', aud: ['x', 'y'], n: null },
    },
    {
      'x-ably-capability': '{"a":["*"]}',
      'x-ably-clientId': '*',
      exp: SECONDS + 86400,
      'x-ably-revocation-key': 'g',
      jti: 'j',
      'x-ably-clientType': 'server',
      'ably.channel.a': 'b',
      'ably.room.c': 'd',
      'ably.limits.publish.perAttachment.maxRate.a': 2.5,
      iss: 'me',
      aud: ['x', 'y'],
      n: null,
    },
  ],
};

/** Claims that others sign, and the members that our answer must then have. */
const TEXT = '{"chat:*":["publish"]}';
const THEIRS = {
  'a capability as text': [{ 'x-ably-capability': TEXT }, { capability: TEXT }],
  'a capability as an object': [{ 'x-ably-capability': { 'chat:*': ['publish'] } }, { capability: TEXT }],
  'no capability': [{}, { capability: undefined }],
  'a client and a revocation key': [
    { 'x-ably-capability': TEXT, 'x-ably-clientId': 'zoë 🦊', 'x-ably-revocation-key': 'g' },
    { capability: TEXT, clientId: 'zoë 🦊', revocationKey: 'g' },
  ],
  'claims of their own': [
    { 'x-ably-capability': TEXT, iss: 'them', aud: 'x', sub: '日本', jti: 'j', nested: { a: [1, 2.5, null, true] } },
    { capability: TEXT },
  ],
};

const read = {
  async jose(token, secret) {
    const { payload, protectedHeader } = await jose.jwtVerify(token, secret, {
      algorithms: ['HS256'],
      currentDate: new Date(NOW),
    });
    return { payload: { ...payload }, header: protectedHeader };
  },
  async jsonwebtoken(token, secret) {
    return jsonwebtoken.verify(token, Buffer.from(secret), {
      algorithms: ['HS256'],
      clockTimestamp: SECONDS,
      complete: true,
    });
  },
};
const write = {
  jose: (claims, kid) =>
    new jose.SignJWT(claims)
      .setProtectedHeader({ alg: 'HS256', typ: 'JWT', kid })
      .setIssuedAt(SECONDS)
      .setExpirationTime(SECONDS + 600)
      .sign(BYTES),
  jsonwebtoken: async (claims, keyid) =>
    jsonwebtoken.sign({ ...claims, iat: SECONDS }, SECRET, { algorithm: 'HS256', keyid, expiresIn: 600 }),
};

const subject = ({ test, name }) => {
  for (const [what, [options, claims]] of Object.entries(OURS))
    test(`reads ours: ${what}`, async () => {
      const all = { key: KEY, now: NOW, ...options };
      for (const token of [issueJwtSync(all).token, createIssuer(all).token()]) {
        const { payload, header } = await read[name](token, BYTES);
        equal(header, { typ: 'JWT', alg: 'HS256', kid: KEY_NAME });
        equal(payload, { iat: SECONDS, exp: SECONDS + 3600, ...claims });
      }
    });
  test('refuses ours under another secret', async () => {
    const { token } = issueJwtSync({ key: KEY, now: NOW });
    const other = new TextEncoder().encode('another-made-up-secret');
    const error = await read[name](token, other).then(
      () => undefined,
      (reason) => reason,
    );
    equal(error instanceof Error, true);
  });

  for (const [what, [claims, members]] of Object.entries(THEIRS))
    test(`is read by us: ${what}`, async () => {
      const verified = verifyJwt(await write[name](claims, KEY_NAME), { key: KEY, now: NOW });
      equal(verified.claims, { ...claims, iat: SECONDS, exp: SECONDS + 600 });
      equal([verified.keyName, verified.issued, verified.expires], [KEY_NAME, NOW, NOW + 600_000]);
      for (const [member, value] of Object.entries(members)) equal(verified[member], value, member);
    });
  test('is refused by us under another secret, another name, or too late', async () => {
    const token = await write[name]({ 'x-ably-capability': TEXT }, KEY_NAME);
    refuses(AblyAuthError, () => verifyJwt(token, { key: `${KEY_NAME}:other`, now: NOW }), {
      kind: 'token',
      code: 40101,
    });
    refuses(AblyAuthError, () => verifyJwt(token, { key: 'app.key:made-up-secret', now: NOW }), {
      kind: 'token',
      code: 40101,
    });
    refuses(AblyAuthError, () => verifyJwt(token, { key: KEY, now: NOW + 600_000 }), { kind: 'expired', code: 40142 });
  });
  test('is refused by us with another algorithm', async () => {
    const claims = { iat: SECONDS, exp: SECONDS + 600, 'x-ably-capability': TEXT };
    for (const algorithm of ['HS384', 'HS512', 'none']) {
      const token = jsonwebtoken.sign(claims, algorithm === 'none' ? '' : SECRET, { algorithm, keyid: KEY_NAME });
      equal(thrownBy(() => verifyJwt(token, { key: KEY, now: NOW })).code, 40144, algorithm);
    }
  });
};

const require = createRequire(import.meta.url);
const version = (name) =>
  JSON.parse(
    readFileSync(require.resolve(name).replace(new RegExp(`(node_modules/${name}/).*`), '$1package.json'), 'utf8'),
  ).version;
for (const name of Object.keys(read)) {
  const report = await runSubjects({ [name]: (context) => subject({ ...context, name }) }, {});
  if (!print(`cross-check with ${name} ${version(name)}`, report)) process.exitCode = 1;
}

/** Bodies of any size, signed as Ably's documentation says. */
function webhooks({ test }) {
  for (const size of [0, 1, 63, 64, 65, 1000, 1_000_000])
    test(`a webhook with ${size} bytes of data`, async () => {
      const data = randomBytes(size).toString('latin1').slice(0, size);
      const body = Buffer.from(
        JSON.stringify({ items: [{ source: 'channel.message', data: { messages: [{ data }] } }] }),
      );
      const sign = (secret) => createHmac('sha256', secret).update(body).digest('base64');
      const answer = (signature) => {
        const headers = { 'X-Ably-Key': KEY_NAME, 'X-Ably-Signature': signature };
        const request = new Request('https://edge.example/webhooks', { method: 'POST', headers, body });
        return webhook.verifyWebhook(request, { keys: [KEY] });
      };
      const { webhook: verified } = await answer(sign(SECRET));
      equal(verified.events[0].messages, [{ data }]);
      equal((await answer(sign('another-made-up-secret'))).response.status, 401);
    });
}
if (!print('cross-check with node:crypto', await runSubjects({ webhooks }, {}))) process.exitCode = 1;
