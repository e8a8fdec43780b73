// createIssuer: checked once, then one signature each time.
import { equal, ok, refuses, thrownBy } from './assert.mjs';
import { KEY, KEY_NAME, NOW, openWith, SECONDS } from './tokens.mjs';

/** Of this issuer, what an override gives: claims that differ, and the answer's members that do. */
const BASE = { clientId: 'ada', revocationKey: 'group-1', jwtId: 'id-1', ttlSeconds: 60, now: NOW };
const BASE_CLAIMS = {
  'x-ably-capability': '{"*":["*"]}',
  'x-ably-clientId': 'ada',
  'x-ably-revocation-key': 'group-1',
  jti: 'id-1',
  iat: SECONDS,
  exp: SECONDS + 60,
};
const OVERRIDES = {
  nothing: [undefined, {}, {}],
  'an empty object': [{}, {}, {}],
  'everything undefined': [
    { clientId: undefined, ttlSeconds: undefined, revocationKey: undefined, jwtId: undefined, now: undefined },
    {},
    {},
  ],
  clientId: [{ clientId: 'bob' }, { 'x-ably-clientId': 'bob' }, { clientId: 'bob' }],
  'any clientId': [{ clientId: '*' }, { 'x-ably-clientId': '*' }, { clientId: '*' }],
  'no clientId': [{ clientId: null }, { 'x-ably-clientId': undefined }, { clientId: undefined }],
  ttlSeconds: [{ ttlSeconds: 90 }, { exp: SECONDS + 90 }, { ttlSeconds: 90, expires: NOW + 90_000 }],
  revocationKey: [{ revocationKey: 'group-2' }, { 'x-ably-revocation-key': 'group-2' }, {}],
  jwtId: [{ jwtId: 'id-2' }, { jti: 'id-2' }, {}],
  'no jwtId': [{ jwtId: false }, { jti: undefined }, {}],
  'no revocationKey': [{ revocationKey: null }, { 'x-ably-revocation-key': undefined }],
  'now as ms': [
    { now: NOW + 5000 },
    { iat: SECONDS + 5, exp: SECONDS + 65 },
    { issued: NOW + 5000, expires: NOW + 65_000 },
  ],
  'now as a Date': [
    { now: new Date(NOW + 5000) },
    { iat: SECONDS + 5, exp: SECONDS + 65 },
    { issued: NOW + 5000, expires: NOW + 65_000 },
  ],
  'the earliest now': [{ now: 1e12 }, { iat: 1e9, exp: 1e9 + 60 }, { issued: 1e12, expires: 1e12 + 60_000 }],
  'all of them': [
    { clientId: 'eve', ttlSeconds: 1, revocationKey: 'g', jwtId: 'i', now: NOW + 1000 },
    { 'x-ably-clientId': 'eve', 'x-ably-revocation-key': 'g', jti: 'i', iat: SECONDS + 1, exp: SECONDS + 2 },
    { clientId: 'eve', ttlSeconds: 1, issued: NOW + 1000, expires: NOW + 2000 },
  ],
};

const REFUSED = {
  'ttlSeconds of 0': [{ ttlSeconds: 0 }, { kind: 'token', code: 40003 }],
  'ttlSeconds over a day': [{ ttlSeconds: 86401 }, { kind: 'token', code: 40003 }],
  'ttlSeconds as text': [{ ttlSeconds: '60' }, { kind: 'token', code: 40003 }],
  'an empty clientId': [{ clientId: '' }, { kind: 'token', code: 40012, path: 'clientId' }],
  'an empty revocationKey': [{ revocationKey: '' }, { kind: 'token', code: 40144, path: 'revocationKey' }],
  'an empty jwtId': [{ jwtId: '' }, { kind: 'token', code: 40144, path: 'jwtId' }],
  'clientId as a number': [{ clientId: 1 }, { kind: 'usage', path: 'clientId' }],
  'now as text': [{ now: '2023' }, { kind: 'usage', path: 'now' }],
  'an option of the issuer': [{ capability: { a: ['*'] } }, { kind: 'usage', path: 'capability' }],
  'a typing error': [{ clientID: 'x' }, { kind: 'usage', path: 'clientID', remediation: 'did you mean "clientId"?' }],
  null: [null, { kind: 'usage', path: 'options' }],
  text: ['ada', { kind: 'usage', path: 'options' }],
};

const defined = (object) => Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined));

export default ({ test, library }) => {
  const { AblyAuthError, createIssuer, issueJwtSync } = library;
  const issuer = createIssuer({ key: KEY, ...BASE });
  const { token: plainToken, ...plain } = issuer.issue();

  test('the answer is that of issueJwtSync', () => {
    equal({ token: plainToken, ...plain }, issueJwtSync({ key: KEY, ...BASE }));
    equal(plain, {
      keyName: KEY_NAME,
      appId: 'xVLyHw',
      issued: NOW,
      expires: NOW + 60_000,
      capability: '{"*":["*"]}',
      ttlSeconds: 60,
      clientId: 'ada',
      warnings: [],
    });
  });

  for (const [name, [overrides, claims, members]] of Object.entries(OVERRIDES))
    test(`override: ${name}`, async () => {
      const { token, ...rest } = issuer.issue(overrides);
      equal((await openWith(token)).claims, defined({ ...BASE_CLAIMS, ...claims }));
      equal(rest, defined({ ...plain, ...members }));
      equal(issuer.token(overrides), token, 'token()');
      equal(issuer.tokens([overrides ?? {}, overrides ?? {}]), [token, token], 'tokens()');
    });

  for (const [name, [overrides, wanted]] of Object.entries(REFUSED))
    test(`refused: ${name}`, () => {
      for (const run of [() => issuer.issue(overrides), () => issuer.token(overrides)])
        refuses(AblyAuthError, run, wanted);
      thrownBy(() => issuer.tokens([overrides]));
    });

  test('the limit of a revocable key holds for overrides', () => {
    const revocable = createIssuer({ key: KEY, revocable: true, now: NOW });
    ok(revocable.token({ ttlSeconds: 3600 }));
    refuses(AblyAuthError, () => revocable.token({ ttlSeconds: 3601 }), { kind: 'token', code: 40003 });
  });

  test('a refusal leaves the issuer as it was', () => {
    thrownBy(() => issuer.token({ ttlSeconds: 0 }));
    equal(issuer.token(), plainToken);
  });

  test('it is frozen, and its functions work by themselves', () => {
    ok(Object.isFrozen(issuer));
    equal([issuer.keyName, issuer.capability], [KEY_NAME, '{"*":["*"]}']);
    const { issue, token, tokens } = issuer;
    equal([issue().token, token(), ...tokens([{}])], [plainToken, plainToken, plainToken]);
  });

  test('what the caller does to the options later changes nothing', () => {
    const options = { key: KEY, ...BASE, capability: { a: ['publish'] }, claims: { x: [1] } };
    const one = createIssuer(options);
    const before = one.token();
    options.capability.a.push('subscribe');
    options.claims.x.push(2);
    options.clientId = 'eve';
    options.now = 0;
    options.key = 'other.key:secret';
    equal(one.token(), before);
  });
  test('nor does what the caller does to a Date', () => {
    const now = new Date(NOW);
    const one = createIssuer({ key: KEY, now });
    now.setTime(0);
    equal(one.issue().issued, NOW);
  });

  test('without now it goes by the clock', () => {
    const { issued } = createIssuer({ key: KEY }).issue();
    ok(Math.abs(issued - Date.now()) < 60_000);
  });

  test('tokens of what is no list are refused', () => {
    for (const list of [undefined, null, 5, 'ada', {}])
      refuses(AblyAuthError, () => issuer.tokens(list), {
        kind: 'usage',
        path: 'list',
        message: /^list is .+; give an array of overrides$/,
      });
  });
  test('a refusal says which of the tokens', () => {
    refuses(AblyAuthError, () => issuer.tokens([{}, { clientId: '' }]), {
      kind: 'token',
      code: 40012,
      statusCode: 400,
      path: 'list[1].clientId',
      message: /^list\[1\]: clientId is empty; /,
    });
  });
  test('the client id said is the one signed, whatever a getter gives', async () => {
    let reads = 0;
    const { token, clientId } = issuer.issue({
      get clientId() {
        return `reader-${reads++}`;
      },
    });
    equal((await openWith(token)).claims['x-ably-clientId'], clientId);
  });
  test('tokens of an empty list', () => equal(issuer.tokens([]), []));
  test('tokens share one time of issue, however long they take', async () => {
    const { now } = Date;
    let time = NOW;
    Date.now = () => (time += 1000);
    let list;
    try {
      list = createIssuer({ key: KEY }).tokens(Array.from({ length: 100 }, (_, i) => ({ clientId: `client-${i}` })));
    } finally {
      Date.now = now;
    }
    const claims = await Promise.all(list.map(async (token) => (await openWith(token)).claims));
    equal(new Set(claims.map(({ iat }) => iat)).size, 1);
    equal(
      claims.map((one) => one['x-ably-clientId']),
      list.map((_, i) => `client-${i}`),
    );
  });
  test('one of the tokens may have its own time', () => {
    equal(issuer.tokens([{ now: NOW + 1000 }, {}]), [issuer.token({ now: NOW + 1000 }), plainToken]);
    equal(issuer.tokens([{ now: undefined }]), [plainToken]);
  });

  test('jwtId true is another id for each token', async () => {
    const one = createIssuer({ key: KEY, now: NOW, jwtId: true });
    const list = [one.token(), one.token(), one.issue().token, ...one.tokens([{}, {}])];
    const ids = await Promise.all(list.map(async (token) => (await openWith(token)).claims.jti));
    equal(new Set(ids).size, 5);
    equal((await openWith(one.token({ jwtId: 'mine' }))).claims.jti, 'mine');
    equal((await openWith(createIssuer({ key: KEY, jwtId: 'x' }).token({ jwtId: true }))).claims.jti.length, 36);
  });

  for (const [name, own, override] of [
    ['takes the client id away', 'ada', null],
    ['gives a client id', null, 'ada'],
  ])
    test(`warnings: an override that ${name} has those of such a token`, () => {
      const options = {
        key: KEY,
        now: NOW,
        capability: { 'a*': ['presence'], 'b*': ['presence', 'stats'], c: ['presence'] },
        keyCapability: { 'a*': ['*'], 'b*': ['*'] },
      };
      const one = createIssuer({ ...options, clientId: own });
      const wanted = (clientId) => issueJwtSync({ ...options, clientId }).warnings;
      equal(one.issue().warnings, wanted(own));
      equal(one.issue({ clientId: override }).warnings, wanted(override));
      equal(one.issue().warnings, wanted(own), 'again');
    });

  test('warnings: in one order, whichever token was issued first', () => {
    const first = ['a*', 'b*'].map((resource, index) => {
      const options = { key: KEY, now: NOW, capability: { [resource]: ['presence', 'stats'], c: ['presence'] } };
      const one = (clientId) => issueJwtSync({ ...options, clientId }).warnings.map(({ code }) => code);
      const [mine, nobody] = index === 0 ? [one('ada'), one()] : [one(), one('ada')].reverse();
      equal([one('ada'), one()], [mine, nobody], 'again');
      return [mine, nobody];
    });
    equal(first[0], first[1]);
    equal(first[0][1].filter((code) => code === 'needs-client-id').length, 2);
  });

  test('what issueJwtSync refuses is refused when it is made', () => {
    refuses(AblyAuthError, () => createIssuer({ key: KEY, capability: {} }), { kind: 'capability', code: 40000 });
    refuses(AblyAuthError, () => createIssuer({ key: KEY, ttlSeconds: 0 }), { kind: 'token', code: 40003 });
    refuses(AblyAuthError, () => createIssuer({ key: KEY, now: -1 }), { kind: 'usage', path: 'now' });
    refuses(AblyAuthError, () => createIssuer({ key: 'nope' }), { kind: 'key', code: 40005 });
  });
};
