// verifyJwt's revocations. When a token falls is said by tests/vectors/revocations.json.
import { equal, ok, refuses, thrownBy } from './assert.mjs';
import { forgeClaims, KEY, KEY_NAME, NOW, SECONDS } from './tokens.mjs';

const ENTRY = { keyName: KEY_NAME, target: 'clientId:bob', issuedBefore: NOW, appliesAt: NOW };
const FIELDS = 'give keyName, target, issuedBefore and appliesAt';

/** In place of the list. */
const NO_LISTS = [
  [null, 'null'],
  [{}, 'an object'],
  ['clientId:ada', 'a string'],
  [new Set([ENTRY]), 'an object', 'a Set'],
  [true, 'a boolean'],
];
/** In place of an entry. */
const NO_ENTRIES = [
  [undefined, 'undefined'],
  [null, 'null'],
  ['clientId:ada', 'a string'],
  [1, 'a number'],
];
/** Member, value, how a message names it, what is asked for instead. */
const MEMBERS = [
  ...[
    [undefined, 'undefined'],
    [null, 'null'],
    [1, 'a number'],
    [{}, 'an object'],
  ].flatMap(([value, found]) => [
    ['keyName', value, found, 'a string'],
    ['target', value, found, 'a string'],
  ]),
  ...[
    [undefined, 'undefined'],
    [null, 'null'],
    ['2023', 'a string'],
    [new Date(NOW), 'an object'],
    [1n, 'a bigint'],
    [NaN, 'NaN'],
    [-1, '-1'],
    [Infinity, 'Infinity'],
    [8.64e15 + 2, '8640000000000002'],
  ].flatMap(([value, found]) => [
    ['issuedBefore', value, found, 'ms since 1970'],
    ['appliesAt', value, found, 'ms since 1970'],
  ]),
];

export default ({ test, library, vectors }) => {
  const { AblyAuthError, verifyJwt } = library;
  const verify = (token, revocations, options) => verifyJwt(token, { key: KEY, now: NOW, revocations, ...options });

  for (const { name, token, keys, now, options, error } of vectors.revocations)
    test(`revocations: ${name}`, () => {
      const run = () => verifyJwt(token, { keys, now, ...options });
      const backwards = () =>
        verifyJwt(token, { keys, now, ...options, revocations: [...options.revocations].reverse() });
      if (error === undefined) {
        const verified = run();
        equal(verified, verifyJwt(token, { keys, now, ...options, revocations: undefined }), 'as without them');
        equal(verified, backwards(), 'in another order');
        return;
      }
      const { kind, code, text } = error;
      const path = { expired: 'claims["exp"]', usage: 'keyCapability' }[kind] ?? 'token';
      refuses(AblyAuthError, run, { kind, code, statusCode: kind === 'usage' ? undefined : 401, message: text, path });
      refuses(AblyAuthError, backwards, { kind, code });
    });

  for (const [value, found, title = found] of NO_LISTS)
    test(`a list of revocations is ${title}`, async () => {
      const token = await forgeClaims({});
      const remediation = 'give a list of revocations';
      refuses(AblyAuthError, () => verify(token, value), {
        kind: 'usage',
        code: undefined,
        path: 'revocations',
        remediation,
        message: `revocations is ${found}; ${remediation}`,
      });
    });
  for (const [value, found] of NO_ENTRIES)
    test(`a revocation is ${found}`, async () => {
      const token = await forgeClaims({});
      const path = 'revocations[1]';
      refuses(AblyAuthError, () => verify(token, [ENTRY, value]), {
        kind: 'usage',
        code: undefined,
        path,
        remediation: FIELDS,
        message: `${path} is ${found}; ${FIELDS}`,
      });
    });
  for (const [member, value, found, wanted] of MEMBERS)
    test(`${member} of a revocation is ${found}`, async () => {
      const token = await forgeClaims({});
      const path = `revocations[1].${member}`;
      const remediation = `give ${wanted}`;
      refuses(AblyAuthError, () => verify(token, [ENTRY, { ...ENTRY, [member]: value }]), {
        kind: 'usage',
        code: undefined,
        path,
        remediation,
        message: `${path} is ${found}; ${remediation}`,
      });
    });
  test('a hole in the list', async () => {
    const token = await forgeClaims({});
    // biome-ignore lint/suspicious/noSparseArray: the hole is what is tested
    refuses(AblyAuthError, () => verify(token, [ENTRY, , ENTRY]), { kind: 'usage', path: 'revocations[1]' });
  });
  test('half a character', async () => {
    const token = await forgeClaims({});
    for (const member of ['keyName', 'target'])
      refuses(AblyAuthError, () => verify(token, [{ ...ENTRY, [member]: 'clientId:\ud83d' }]), {
        kind: 'usage',
        path: `revocations[0].${member}`,
        message: /half of a surrogate pair/,
      });
  });
  test('a revocation that failed is not passed over', async () => {
    const token = await forgeClaims({});
    const error = new AblyAuthError({ kind: 'network', message: 'no answer' });
    const remediation = 'give only results without an error';
    refuses(AblyAuthError, () => verify(token, [ENTRY, { keyName: KEY_NAME, target: 'clientId:ada', error }]), {
      kind: 'usage',
      path: 'revocations[1]',
      remediation,
      message: `revocations[1] is a revocation that failed; ${remediation}`,
    });
    ok(verify(token, [{ ...ENTRY, error: undefined }]));
  });
  test('further members are of no concern, and times are cut to whole ms', async () => {
    const token = await forgeClaims({ iat: SECONDS - 60, 'x-ably-clientId': 'bob' });
    ok(verify(token, [{ ...ENTRY, appliesAt: NOW + 1, note: 1n, self: globalThis }]));
    refuses(AblyAuthError, () => verify(token, [{ ...ENTRY, appliesAt: NOW + 0.9 }]), { kind: 'revoked', code: 40141 });
  });
  test('the list and its entries may be frozen, and are left as they are', async () => {
    const token = await forgeClaims({});
    const list = Object.freeze([Object.freeze({ ...ENTRY })]);
    ok(verify(token, list));
    equal(list, [ENTRY]);
  });
  test('what a getter throws comes through as it is', async () => {
    const token = await forgeClaims({});
    const mine = new Error('mine');
    equal(
      thrownBy(() =>
        verify(token, [
          {
            ...ENTRY,
            get target() {
              throw mine;
            },
          },
        ]),
      ),
      mine,
    );
  });
  test('a getter may verify', async () => {
    const [token, revoked] = [
      await forgeClaims({ iat: SECONDS - 60 }),
      await forgeClaims({ iat: SECONDS - 60, 'x-ably-clientId': 'bob' }),
    ];
    const entry = {
      ...ENTRY,
      get target() {
        ok(verifyJwt(token, { key: KEY, now: NOW }));
        return 'clientId:bob';
      },
    };
    ok(verify(token, [entry]));
    refuses(AblyAuthError, () => verify(revoked, [entry]), { kind: 'revoked' });
  });
  test('nothing of a list is left for the next call', async () => {
    const token = await forgeClaims({ iat: SECONDS - 60, 'x-ably-clientId': 'bob' });
    for (let turn = 0; turn < 3; turn++) {
      refuses(AblyAuthError, () => verify(token, [ENTRY]), {
        kind: 'revoked',
        code: 40141,
        statusCode: 401,
        path: 'token',
      });
      equal(verifyJwt(token, { key: KEY, now: NOW }).clientId, 'bob');
      equal(verify(token, []).clientId, 'bob');
    }
  });
  test('by the clock', async () => {
    const token = library.issueJwtSync({ key: KEY, clientId: 'bob', now: Date.now() - 10_000 }).token;
    ok(verifyJwt(token, { key: KEY, revocations: [ENTRY] }), 'issued after it');
    const entry = { ...ENTRY, issuedBefore: Date.now() - 5000, appliesAt: Date.now() - 5000 };
    refuses(AblyAuthError, () => verifyJwt(token, { key: KEY, revocations: [entry] }), { kind: 'revoked' });
    ok(verifyJwt(token, { key: KEY, revocations: [{ ...entry, appliesAt: Date.now() + 30_000 }] }));
  });
  test('ten thousand of them', async () => {
    const many = Array.from({ length: 10_000 }, (_, index) => ({ ...ENTRY, target: `clientId:${index}` }));
    const token = await forgeClaims({ iat: SECONDS - 60, 'x-ably-clientId': '9999' });
    refuses(AblyAuthError, () => verify(token, many), {
      kind: 'revoked',
      message: /"clientId:9999" issued before 2023-11-14T22:13:20Z/,
    });
    ok(verify(await forgeClaims({ iat: SECONDS - 60, 'x-ably-clientId': 'x' }), many));
  });
  test('a list that needs keyCapability is refused whatever the token, and accepted with it', async () => {
    const list = [ENTRY, { ...ENTRY, target: 'channel:chat:lobby' }];
    const wanted = {
      kind: 'usage',
      code: undefined,
      path: 'keyCapability',
      remediation: 'give keyCapability, what the key may do, when the token is verified',
    };
    for (const claims of [
      {},
      { 'x-ably-capability': undefined },
      { 'x-ably-capability': '{"news":["publish"]}' },
      { 'x-ably-clientId': 'bob', iat: SECONDS - 60 },
    ])
      for (const revocations of [list, [...list].reverse()]) {
        const token = await forgeClaims(claims);
        refuses(AblyAuthError, () => verify(token, revocations), wanted);
        const outcome = () => verify(token, revocations, { keyCapability: { '[*]*': ['*'] } });
        if (claims['x-ably-clientId'] === 'bob') refuses(AblyAuthError, outcome, { kind: 'revoked' });
        else ok(outcome().narrowed);
      }
  });
  test('a token that the key narrows to the channel falls', async () => {
    const token = await forgeClaims({ iat: SECONDS - 60, 'x-ably-capability': '{"chat:*":["publish"]}' });
    const keyCapability = { 'chat:lobby': ['publish'] };
    refuses(AblyAuthError, () => verify(token, [{ ...ENTRY, target: 'channel:chat:lobby' }], { keyCapability }), {
      kind: 'revoked',
      code: 40141,
    });
    ok(verify(token, [{ ...ENTRY, target: 'channel:chat:*' }], { keyCapability }));
  });
  test('a token for a room or space falls with each of its channels', async () => {
    const naming = (resource) =>
      forgeClaims({ iat: SECONDS - 60, 'x-ably-capability': JSON.stringify({ [resource]: ['publish'] }) });
    const target = (channel) => [{ ...ENTRY, target: `channel:${channel}` }];
    const keyCapability = { '*': ['*'] };
    for (const channel of ['lobby::$chat', 'lobby::$space', 'lobby::$cursors'])
      for (const resource of ['lobby', channel]) {
        const token = await naming(resource);
        const run = () => verify(token, target(channel), { keyCapability });
        refuses(AblyAuthError, run, { kind: 'revoked', code: 40141 });
      }
    ok(verify(await naming('lobby::$chat'), target('lobby'), { keyCapability }));
    ok(verify(await naming('lobby'), target('lobby:1::$chat'), { keyCapability }));
    ok(verify(await naming('lobby'), target('lobby::$other'), { keyCapability }));
  });
  test('there is no option "revocation"', async () => {
    const token = await forgeClaims({});
    refuses(AblyAuthError, () => verifyJwt(token, { key: KEY, now: NOW, revocation: [] }), {
      kind: 'usage',
      remediation: 'did you mean "revocations"?',
    });
  });
};
