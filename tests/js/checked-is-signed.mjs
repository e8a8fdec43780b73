// What was checked is what is signed and sent, whatever getters, Proxies and toJSON say the second time.
import { equal, ok, refuses } from './assert.mjs';
import { request } from './edge-request.mjs';
import { ablyByScript, FORMS } from './option-forms.mjs';
import { KEY, NOW, openWith } from './tokens.mjs';

const CAPABILITY = { a: ['subscribe'] };
const CANONICAL = '{"a":["subscribe"]}';

export default ({ test, library }) => {
  const {
    AblyAuthError,
    checkCapability,
    createControlClient,
    createIssuer,
    createTokenEndpoint,
    createTokenRequest,
    issueJwt,
    issueJwtSync,
    parseCapability,
    requestToken,
  } = library;
  const { fetch, sent } = ablyByScript();
  const errors = [];
  const endpointOf = (granted, options) =>
    createTokenEndpoint({
      source: { key: KEY },
      authenticate: () => granted,
      onError: (error) => void errors.push(error),
      ...options,
    });
  const claimsOf = async (granted, options) => {
    const response = await endpointOf(granted, options)(request());
    return response.status === 200 ? (await openWith(JSON.parse(await response.text()).token)).claims : response.status;
  };

  test('the endpoint signs the capability that it checked, and never another', async () => {
    equal(
      (await claimsOf(Object.assign(Object.create({ capability: CAPABILITY }), { clientId: 'ada' })))[
        'x-ably-capability'
      ],
      CANONICAL,
    );
    for (const answers of [[CAPABILITY], [CAPABILITY, undefined], [CAPABILITY, { '*': ['*'] }, undefined]]) {
      let next = 0;
      const granted = {
        get capability() {
          return answers[Math.min(next++, answers.length - 1)];
        },
        clientId: 'ada',
      };
      equal((await claimsOf(granted))['x-ably-capability'], CANONICAL);
    }
  });
  test('what limit does to the grant meanwhile changes nothing', async () => {
    const granted = { capability: { a: ['subscribe'] }, clientId: 'ada' };
    const limit = async () => {
      granted.capability['*'] = ['*'];
      delete granted.capability;
      granted.clientId = 'eve';
      return true;
    };
    const claims = await claimsOf(granted, { limit });
    equal([claims['x-ably-capability'], claims['x-ably-clientId']], [CANONICAL, 'ada']);
  });
  test('at the endpoint there is no default capability', async () => {
    for (const capability of [
      undefined,
      null,
      '',
      'null',
      '{}',
      [],
      {},
      5,
      () => CAPABILITY,
      { toJSON: () => undefined },
      { toJSON: () => null },
      Promise.resolve(CAPABILITY),
    ]) {
      equal(await claimsOf({ capability, clientId: 'ada' }), 500, JSON.stringify(capability));
      for (const make of Object.values(FORMS)) equal(await claimsOf(make({ capability, clientId: 'ada' })), 500);
    }
    equal(await claimsOf({ clientId: 'ada' }), 500);
  });
  test('the endpoint reads its source once, when it is made', async () => {
    const source = { key: KEY };
    const endpoint = endpointOf({ capability: CAPABILITY, clientId: 'ada', now: NOW }, { source });
    source.key = 'other.key:secret';
    equal(
      (await openWith(JSON.parse(await (await endpoint(request())).text()).token)).claims['x-ably-capability'],
      CANONICAL,
    );
  });

  /** Answers once with what may be, and then with more. */
  const changing = (first, then) => {
    let asked = 0;
    return () => (asked++ === 0 ? first : then);
  };
  const SHIFTY = {
    toJSON: () => ({ toJSON: changing(CAPABILITY, { '*': ['*'] }) }),
    'a getter': () => Object.defineProperty({}, 'a', { enumerable: true, get: changing(['subscribe'], ['*']) }),
    'a getter that has nothing the second time': () =>
      Object.defineProperty({ b: ['subscribe'] }, 'a', { enumerable: true, get: changing(['subscribe'], undefined) }),
    'a Proxy': () => {
      const get = changing(['subscribe'], ['*']);
      return new Proxy({ a: ['*'] }, { get: (target, name) => (name === 'a' ? get() : target[name]) });
    },
  };
  for (const [name, make] of Object.entries(SHIFTY)) {
    const canonical = name.includes('nothing') ? '{"a":["subscribe"],"b":["subscribe"]}' : CANONICAL;
    test(`a capability by ${name}: what is checked is what is signed`, async () => {
      equal(issueJwtSync({ key: KEY, capability: make() }).capability, canonical);
      equal((await issueJwt({ key: KEY, capability: make() })).capability, canonical);
      equal(createIssuer({ key: KEY, capability: make() }).capability, canonical);
      equal(createTokenRequest({ key: KEY, capability: make() }).capability, canonical);
      equal(parseCapability(make()).canonical, canonical);
      equal(checkCapability(make()).canonical, canonical);
      equal((await claimsOf({ capability: make() }))['x-ably-capability'], canonical);
      const [[, body]] = await sent(() => requestToken({ key: KEY, capability: make(), fetch, now: NOW }));
      equal(JSON.parse(JSON.parse(body).capability), JSON.parse(canonical));
      const client = createControlClient({ accessToken: 'made-up-access-token', fetch });
      const [[, fields]] = await sent(() => client.keys.create('app1', { name: 'key', capability: make() }));
      equal(JSON.parse(fields).capability, JSON.parse(canonical));
    });
  }
  test('a resource whose toJSON gives nothing is not left out', () => {
    const capability = { a: ['subscribe'], b: { toJSON: () => undefined } };
    refuses(AblyAuthError, () => issueJwtSync({ key: KEY, capability }), {
      kind: 'usage',
      path: 'capability["b"]',
      message: 'capability["b"] is undefined; give a list of operations',
    });
  });
  test('a resource that toJSON of the whole leaves undefined is not left out', () =>
    void refuses(
      AblyAuthError,
      () => issueJwtSync({ key: KEY, capability: { toJSON: () => ({ a: ['subscribe'], b: undefined }) } }),
      { kind: 'usage', path: 'capability["b"]' },
    ));
  test('a resource of any name', () =>
    equal(
      parseCapability(JSON.parse('{"__proto__":["publish"],"toJSON":["publish"]}')).canonical,
      '{"__proto__":["publish"],"toJSON":["publish"]}',
    ));

  test('an object is read as the text that JSON.stringify makes of it', () => {
    const names = [
      'a',
      'a:*',
      'a"b',
      'a\\b',
      'a\n',
      '\u007f',
      'zoë',
      '\ud83d\ude00',
      '7',
      '',
      '":["*"],"b',
      '__proto__',
      '\u2028',
    ];
    const lists = [
      ['subscribe'],
      ['*', 'publish'],
      [],
      [''],
      ['fly'],
      ['a"b'],
      ['\\'],
      ['zoë'],
      ['"],"*":["*'],
      [1],
      [null],
      [[]],
    ];
    const hole = Object.assign([], { length: 1 });
    const converted = Object.assign(['*'], { toJSON: () => ['publish'] });
    const strings = [new String('publish')];
    for (const name of names)
      for (const list of [...lists, hole, converted, strings, 'text', null]) {
        const capability = Object.fromEntries([
          ['b', ['history', 'publish']],
          [name, list],
          ['1', ['*']],
        ]);
        const json = JSON.stringify(capability);
        const { diagnostics, canonical } = checkCapability(json);
        equal(
          [checkCapability(capability).diagnostics, checkCapability(capability).canonical],
          [diagnostics, canonical],
          json,
        );
      }
  });

  test('claims: what is checked is what is signed', async () => {
    const claims = () => ({
      a: Object.defineProperty({}, 'x', { enumerable: true, get: changing(1, NaN) }),
      b: { toJSON: changing('text', undefined) },
      list: new Proxy([1], {
        get: (target, name, receiver) => (name === '0' ? first() : Reflect.get(target, name, receiver)),
      }),
      __proto__: null,
    });
    const first = changing(5, () => 1);
    const signed = (await openWith(issueJwtSync({ key: KEY, claims: claims() }).token)).claims;
    equal([signed.a, signed.b, signed.list], [{ x: 1 }, 'text', [5]]);
  });
  test('claims that JSON writes as what is in them', async () => {
    const claims = {
      n: new Number(5),
      s: new String('text'),
      b: new Boolean(false),
      nested: JSON.parse('{"__proto__":{"x":1}}'),
    };
    const { payload } = await openWith(issueJwtSync({ key: KEY, claims }).token);
    ok(payload.includes('"n":5,"s":"text","b":false,"nested":{"__proto__":{"x":1}}'), payload);
    refuses(AblyAuthError, () => issueJwtSync({ key: KEY, claims: { n: new Number(NaN) } }), {
      kind: 'usage',
      message: /^claims\["n"\] is NaN; /,
    });
    refuses(AblyAuthError, () => issueJwtSync({ key: KEY, claims: { n: Object(1n) } }), {
      kind: 'usage',
      message: /^claims\["n"\] is a bigint; /,
    });
  });
  test('fields of the Control API that are inherited are sent', async () => {
    const client = createControlClient({ accessToken: 'made-up-access-token', fetch });
    for (const fields of [
      Object.create({ name: 'key', capability: CAPABILITY, revocableTokens: true }),
      Object.assign(Object.create({ revocableTokens: true }), { name: 'key', capability: CAPABILITY }),
    ]) {
      const [[, body]] = await sent(() => client.keys.create('app1', fields));
      equal(JSON.parse(body), { name: 'key', capability: CAPABILITY, revocableTokens: true });
    }
  });
};
