// What verifyJwt says of a token, when it has just seen others that begin in the same way.
import { equal, ok, wholeMessage } from './assert.mjs';
import { randomFrom } from './random.mjs';
import { forge, NOW, SECONDS } from './tokens.mjs';

const KEY = 'app.key:a-secret-of-these-tests';
const HEADER = { typ: 'JWT', alg: 'HS256', kid: 'app.key' };
const TIMES = `"iat":${SECONDS},"exp":${SECONDS + 60}`;
/** More keys than are kept. */
const OTHERS = Array.from({ length: 17 }, (_, i) => `other.key${i}:secret`);

// Payloads are texts: how they are written is what matters. Lengths of each remainder by three.
const BEGINNINGS = [
  '{"x-ably-capability":"{\\"a\\":[\\"history\\",\\"publish\\"]}"',
  '{"x-ably-capability":"{\\"ab\\":[\\"publish\\"]}"',
  '{"x-ably-capability":"{\\"abc\\":[\\"publish\\"]}"',
  '{"x-ably-capability":"{\\"é:*\\":[\\"history\\",\\"publish\\"]}"',
  // Not as it is written here: other orders, escapes, white space, an object.
  '{"x-ably-capability":"{\\"b\\":[\\"subscribe\\",\\"publish\\"],\\"a\\":[\\"*\\"]}"',
  '{"x-ably-capability":"{\\u0022a\\":[\\"publish\\"]}"',
  '{"x\\u002dably-capability":"{\\"a\\":[\\"publish\\"]}"',
  ' { "x-ably-capability" : "{\\"a\\":[\\"publish\\"]}" ',
  '{"x-ably-capability":{"a":["publish"]}',
  '{"x-ably-capability":"{}"',
  '{"x-ably-capability":"{\\"a\\":[\\"publsh\\"]}"',
  // The capability stands behind something else.
  `{"x-ably-clientType":"server","x-ably-capability":"{\\"a\\":[\\"publish\\"]}"`,
];
const ENDS = [
  `,${TIMES}}`,
  `,${TIMES},"x-ably-clientId":"ada"}`,
  `,${TIMES},"x-ably-clientId":"a\\"d\\u00e4 \\ud83d\\ude00"}`,
  `,${TIMES},"x-ably-clientId":"","x-ably-revocation-key":"g"}`,
  `,${TIMES},"x-ably-clientId":"ada","x-ably-revocation-key":"group"}`,
  `,${TIMES},"x-ably-revocation-key":"group","x-ably-clientId":"ada"}`,
  `,${TIMES},"x-ably-clientId":"ada","jti":"1"}`,
  `,${TIMES},"jti":1,"ably.channel.a":"{}","__proto__":"x"}`,
  `,"exp":${SECONDS + 60},"iat":${SECONDS}}`,
  `,"1":2,${TIMES}}`,
  ` , ${TIMES}}`,
  `,${TIMES},"nested":{"a":[1,null]}}`,
  // Names that Ably does not have, which are noted.
  `,${TIMES},"x-ably-clientID":"ada"}`,
  `,${TIMES},"x-ably-clientId":"ada","x\\u002dably-capabilities":"{}","ably.channels.a":"x"}`,
  `,"X-Ably-Capability":"{}",${TIMES}}`,
  `,${TIMES},"x-ably-capability":"{}"}`,
  `,${TIMES},"x\\u002dably-capability":"{}"}`,
  `,${TIMES},"iat":${SECONDS}}`,
  `,"iat":${SECONDS}.0,"exp":${SECONDS + 60}}`,
  `,"iat":${SECONDS}}`,
  `,"iat":${SECONDS + 120},"exp":${SECONDS + 180}}`,
  `,"iat":${SECONDS - 120},"exp":${SECONDS}}`,
  `,${TIMES},"x-ably-token":"a.b.c"}`,
  `,${TIMES},"x-ably-clientId":"\\ud83d"}`,
  `,${TIMES}`,
  `,${TIMES}}}`,
  `"${TIMES}}`,
  '}',
  '',
];

export default ({ test, library }) => {
  const { AblyAuthError, issueJwtSync, verifyJwt } = library;

  const outcome = (token, options) => {
    try {
      return JSON.stringify(verifyJwt(token, { key: KEY, now: NOW, ...options }));
    } catch (error) {
      if (!(error instanceof AblyAuthError)) throw error;
      return JSON.stringify([error.kind, error.code, error.path, wholeMessage(error)]);
    }
  };
  const WAYS = [
    {},
    { keyCapability: { a: ['publish'] } },
    { keys: [`${KEY}-before`, KEY], key: undefined },
    { embedded: true },
  ];
  const outcomes = (token) => WAYS.map((way) => outcome(token, way));
  /** Lets go of the key, and of all that is known by it. */
  const forget = () => {
    for (const key of OTHERS) issueJwtSync({ key, now: NOW });
  };

  let made;
  const all = () =>
    (made ??= Promise.all(
      BEGINNINGS.flatMap((beginning) =>
        ENDS.map(async (end) => {
          const payload = beginning + end;
          return { beginning, payload, token: await forge(HEADER, payload, KEY) };
        }),
      ),
    ).then((tokens) => {
      for (const it of tokens) {
        it.plain = WAYS.map((way) => {
          forget();
          return outcome(it.token, way);
        });
        it.isRight = it.plain[0].startsWith('{');
      }
      return tokens;
    }));

  test('the tokens are of every kind, and claims are what JSON.parse makes of the payload', async () => {
    const tokens = await all();
    const right = tokens.filter((it) => it.isRight);
    ok(right.length > tokens.length / 4 && right.length < tokens.length / 2, `${right.length} of ${tokens.length}`);
    for (const { payload, plain } of right)
      equal(JSON.stringify(JSON.parse(plain[0]).claims), JSON.stringify(JSON.parse(payload)), payload);
  });
  test('a claim that Ably does not have is noted, behind a known beginning too', async () => {
    const tokens = (await all()).filter((it) => it.isRight && /lientID|apabilities|X-Ably/.test(it.payload));
    equal(tokens.length, 3 * BEGINNINGS.length);
    for (const { token, payload } of tokens)
      for (let i = 0; i < 4; i++) {
        const diagnostics = verifyJwt(token, { key: KEY, now: NOW }).diagnostics.filter(
          ({ code }) => code === 'unknown-claim',
        );
        const names = Object.keys(JSON.parse(payload)).filter((name) =>
          /lientID|apabilities|X-Ably|channels/.test(name),
        );
        equal(
          diagnostics.map(({ path }) => path),
          names.map((name) => `claims["${name}"]`),
        );
      }
  });
  test('each behind one that begins the same', async () => {
    const tokens = await all();
    for (const beginning of BEGINNINGS) {
      const alike = tokens.filter((it) => it.beginning === beginning);
      for (const before of alike.filter((it) => it.isRight))
        for (const it of alike) {
          for (let i = 0; i < 2; i++) outcome(before.token);
          equal(outcomes(it.token), it.plain, `${it.payload} behind ${before.payload}`);
        }
    }
  });
  test('in any order', async () => {
    const tokens = await all();
    const random = randomFrom(20_261_124);
    for (let i = 0; i < 3_000; i++) {
      const it = random.pick(tokens);
      for (let again = random.below(4); again >= 0; again--) equal(outcomes(it.token), it.plain, it.payload);
    }
  });
  test("a signature that is another token's", async () => {
    const tokens = (await all()).filter((it) => it.isRight);
    for (const [index, { token }] of tokens.entries()) {
      for (let i = 0; i < 3; i++) outcome(token);
      const other = tokens[(index + 1) % tokens.length].token;
      const mixed = token.slice(0, token.lastIndexOf('.')) + other.slice(other.lastIndexOf('.'));
      equal(JSON.parse(outcome(mixed)).slice(0, 2), ['token', 40101], mixed);
    }
  });
  test('one inside a token that ends before it', async () => {
    for (const { payload, token, isRight } of await all()) {
      if (!isRight) continue;
      const outer = await forge({ alg: 'none' }, { 'x-ably-token': token, exp: SECONDS + 30 });
      const verify = () => verifyJwt(outer, { key: KEY, now: NOW, embedded: true });
      forget();
      const plain = verify();
      equal([plain.expires, plain.claims.exp], [NOW + 30_000, SECONDS + 60]);
      for (let i = 0; i < 3; i++) outcome(token);
      equal(verify(), plain, payload);
    }
  });
  test("an answer is the caller's own", async () => {
    const { token } = (await all()).find((it) => it.isRight);
    const [first, second, third] = [1, 2, 3].map(() => verifyJwt(token, { key: KEY, now: NOW }));
    third.claims['x-ably-capability'] = third.capability = '{}';
    delete third.claims.iat;
    equal([second, verifyJwt(token, { key: KEY, now: NOW })], [first, first]);
  });
};
