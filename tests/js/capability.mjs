// checkCapability, parseCapability, capabilityAllows, explainCapability, intersectCapabilities: what
// the vectors do not show.
import { equal, ok, refuses } from './assert.mjs';

const CHAT = { 'chat:*': ['subscribe', 'publish'] };
const CHAT_TEXT = '{"chat:*":["publish","subscribe"]}';
const UNREADABLE = { kind: 'capability', code: 40000, statusCode: 400 };

/** What is no capability at all, and the message of it. */
const NOT_ONE = {
  undefined: [undefined, 'capability is undefined; give JSON text or an object'],
  null: [null, 'capability is null; give JSON text or an object'],
  'a number': [1, 'capability is a number; give JSON text or an object'],
  'a boolean': [true, 'capability is a boolean; give JSON text or an object'],
  'a function': [() => 1, 'capability is a function; give JSON text or an object'],
  'a symbol': [Symbol('x'), 'capability is a symbol; give JSON text or an object'],
  'a BigInt': [1n, 'capability is a bigint; give JSON text or an object'],
  'an undefined list': [{ a: undefined }, 'capability["a"] is undefined; give a list of operations'],
  'a function for a list': [{ a: () => 1 }, 'capability["a"] is a function; give a list of operations'],
  'a symbol for a list': [{ a: Symbol('x') }, 'capability["a"] is a symbol; give a list of operations'],
};

export default ({ test, library }) => {
  const {
    AblyAuthError,
    capabilityAllows,
    checkCapability,
    explainCapability,
    intersectCapabilities,
    parseCapability,
  } = library;

  for (const [name, [value, message]] of Object.entries(NOT_ONE)) {
    const path = message.slice(0, message.indexOf(' is '));
    test(`${name} is refused`, () => {
      const wanted = { kind: 'usage', message, path };
      for (const run of [
        () => parseCapability(value),
        () => capabilityAllows(value, 'publish', 'a'),
        () => explainCapability(value, 'publish', 'a'),
        () => intersectCapabilities(CHAT, value),
      ])
        refuses(AblyAuthError, run, wanted);
      const inKey = {
        ...wanted,
        message: message.replace('capability', 'keyCapability'),
        path: path.replace('capability', 'keyCapability'),
      };
      refuses(AblyAuthError, () => intersectCapabilities(value, CHAT), inKey);
    });
    test(`${name} is reported, not thrown, by checkCapability`, () => {
      equal(checkCapability(value), {
        ok: false,
        diagnostics: [{ severity: 'error', code: 'not-a-capability', path, message }],
      });
    });
  }

  for (const text of [
    '',
    ' ',
    'nope',
    '{',
    '[]',
    '"a"',
    '1',
    'null',
    '{"a":1}',
    '{"a":[1]}',
    '{"a":["*"],"a":["publish"]}',
  ])
    test(`text ${JSON.stringify(text)} cannot be read`, () => {
      for (const run of [
        () => parseCapability(text),
        () => capabilityAllows(text, 'publish', 'a'),
        () => explainCapability(text, 'publish', 'a'),
        () => intersectCapabilities(CHAT, text),
      ])
        refuses(AblyAuthError, run, UNREADABLE);
      refuses(AblyAuthError, () => intersectCapabilities(text, CHAT), {
        ...UNREADABLE,
        path: /^keyCapability/,
        message: /keyCapability/,
      });
      ok(!checkCapability(text).ok);
      ok(!('canonical' in checkCapability(text)) || text.startsWith('{"a"'));
    });

  for (const value of [undefined, null, 1, {}, ['publish']])
    test(`${JSON.stringify(value)} for an operation or a resource is refused`, () => {
      const parsed = parseCapability(CHAT);
      for (const run of [
        () => parsed.allows(value, 'a'),
        () => parsed.explain(value, 'a'),
        () => capabilityAllows(CHAT, value, 'a'),
        () => explainCapability(CHAT, value, 'a'),
      ])
        refuses(AblyAuthError, run, { kind: 'usage', path: 'operation' });
      for (const run of [
        () => parsed.allows('publish', value),
        () => parsed.explain('publish', value),
        () => capabilityAllows(CHAT, 'publish', value),
        () => explainCapability(CHAT, 'publish', value),
      ])
        refuses(AblyAuthError, run, { kind: 'usage', path: 'resource' });
    });

  test('a parsed one is frozen and works by itself', () => {
    const parsed = parseCapability(CHAT);
    ok(Object.isFrozen(parsed));
    equal(parsed.canonical, CHAT_TEXT);
    const { allows, explain } = parsed;
    equal([allows('publish', 'chat:a'), allows('history', 'chat:a')], [true, false]);
    equal(explain('publish', 'chat:a').message, 'publish on chat:a is allowed: `chat:*` matches and grants publish');
  });
  test('a parsed one does not change with what it was parsed from', () => {
    const capability = structuredClone(CHAT);
    const parsed = parseCapability(capability);
    capability.news = ['*'];
    equal([parsed.allows('publish', 'news'), parsed.canonical], [false, CHAT_TEXT]);
  });
  test('a failure leaves a parsed one as it was', () => {
    const parsed = parseCapability(CHAT);
    refuses(AblyAuthError, () => parsed.allows(1, 'a'), { kind: 'usage' });
    refuses(AblyAuthError, () => capabilityAllows('nope', 'publish', 'a'), UNREADABLE);
    equal(parsed.allows('publish', 'chat:a'), true);
  });
  test('operations and resources may be empty, long or odd', () => {
    const parsed = parseCapability('{"*":["publish"],"":["subscribe"]}');
    equal(parsed.allows('', ''), false);
    equal(parsed.allows('subscribe', ''), true);
    equal(parsed.allows('publish', 'x'.repeat(100_000)), true);
    equal(parsed.allows('x'.repeat(100_000), 'a'), false);
    equal(parsed.allows('constructor', '__proto__'), false);
  });

  test('a report has the capability as an object too', () => {
    const report = checkCapability('{"b":["subscribe","publish"],"a":["*"]}');
    equal(report, {
      ok: true,
      canonical: '{"a":["*"],"b":["publish","subscribe"]}',
      capability: { a: ['*'], b: ['publish', 'subscribe'] },
      diagnostics: [],
    });
  });
  test('the context counts', () => {
    const presence = { a: ['presence'] };
    const codes = (context) => checkCapability(presence, context).diagnostics.map(({ code }) => code);
    equal(codes(undefined), []);
    equal(codes({}), []);
    equal(codes({ clientId: undefined, keyCapability: undefined }), []);
    equal(codes({ clientId: 'ada' }), []);
    equal(codes({ clientId: null }), ['needs-client-id']);
    equal(codes({ keyCapability: { b: ['*'] } }), ['outside-key', 'nothing-left']);
    equal(codes({ keyCapability: '{"*":["presence","publish"]}' }), []);
    equal(checkCapability(presence, { keyCapability: { b: ['*'] } }).ok, false);
  });
  test('what is wrong with the context is thrown', () => {
    refuses(AblyAuthError, () => checkCapability(CHAT, null), { kind: 'usage', path: 'context' });
    refuses(AblyAuthError, () => checkCapability(CHAT, { clientId: 1 }), { kind: 'usage', path: 'clientId' });
    refuses(AblyAuthError, () => checkCapability(CHAT, { keyCapability: 'nope' }), {
      ...UNREADABLE,
      path: 'keyCapability',
    });
    refuses(AblyAuthError, () => checkCapability(CHAT, { keyCapability: 1 }), { kind: 'usage', path: 'keyCapability' });
    refuses(AblyAuthError, () => checkCapability(CHAT, { clientID: null }), {
      kind: 'usage',
      remediation: 'did you mean "clientId"?',
    });
  });
  test('nothing left of an intersection', () =>
    refuses(AblyAuthError, () => intersectCapabilities(CHAT, { news: ['*'] }), {
      kind: 'capability',
      code: 40160,
      statusCode: 401,
      href: 'https://help.ably.io/error/40160',
      message:
        'the key grants none of the requested capability; ask for something that the key may do, or use another key',
    }));
  test('of many unknown operations the first eight get a suggestion', () => {
    const unknown = Array.from({ length: 12 }, (_, index) => `publsh${index}`);
    const { diagnostics } = checkCapability({ a: unknown.slice(0, 6), b: unknown.slice(6) });
    equal(
      diagnostics.map(({ code }) => code),
      Array(12).fill('unknown-operation'),
    );
    equal(
      diagnostics.map(({ suggestion }) => suggestion),
      [...Array(8).fill('publish'), ...Array(4).fill(undefined)],
    );
  });
  test('what would take too long to narrow is refused, and what begins with a name is not', () => {
    const patterns = (count, of) => Object.fromEntries(Array.from({ length: count }, (_, index) => [of(index), ['*']]));
    const [key, asked] = ['a', 'b'].map((letter) => patterns(3000, (index) => `*:${letter}${index}`));
    const remediation = 'give fewer patterns that begin with a wildcard, here or in the key';
    const message = `narrowing the capability by its key takes over 250000 comparisons of entries; ${remediation}`;
    refuses(AblyAuthError, () => intersectCapabilities(key, asked), {
      ...UNREADABLE,
      path: 'capability',
      message,
      remediation,
    });
    const report = checkCapability(asked, { keyCapability: key });
    const last = report.diagnostics.at(-1);
    equal(
      [report.ok, last.severity, last.code, last.path, last.message],
      [false, 'error', 'too-large', 'capability', message],
    );
    const named = patterns(3000, (index) => `room${index}:*`);
    equal(intersectCapabilities(named, named), parseCapability(named).canonical);
  });
  test('a path of thousands of segments is nothing to be afraid of', () => {
    const path = 'a:'.repeat(60_000);
    const long = { [`${path}b`]: ['publish'] };
    equal(intersectCapabilities({ 'a:*': ['*'] }, long), parseCapability(long).canonical);
    equal(intersectCapabilities(long, long), parseCapability(long).canonical);
    refuses(AblyAuthError, () => intersectCapabilities({ [`${path}c`]: ['*'] }, long), { code: 40160 });
  });
};
