// What must hold for any input: a few hundred of each, by a seed that a failure names.
import { equal, ok } from './assert.mjs';
import { randomFrom } from './random.mjs';
import { encodeText, forge, KEY, NOW, openWith, SECONDS } from './tokens.mjs';

const SEED = 20_240_229;
export const OPERATIONS = [
  '*',
  'annotation-publish',
  'annotation-subscribe',
  'channel-metadata',
  'history',
  'message-delete-any',
  'message-delete-own',
  'message-update-any',
  'message-update-own',
  'object-publish',
  'object-subscribe',
  'presence',
  'privileged-headers',
  'publish',
  'push-admin',
  'push-subscribe',
  'stats',
  'subscribe',
];
const PIECES = [
  'a',
  'b',
  'chat',
  '*',
  ':',
  '[',
  ']',
  '?',
  '[meta]',
  '[*]',
  '[queue]',
  ' ',
  '"',
  '\\',
  '{',
  '}',
  ',',
  'é',
  '🦊',
  '\u0000',
  '\n',
  '.',
  '-',
  '0',
  'eyJ',
  '=',
];

export default ({ test, library }) => {
  const {
    AblyAuthError,
    capabilityAllows,
    checkCapability,
    createTokenRequest,
    decodeJwt,
    explainCapability,
    intersectCapabilities,
    issueJwtSync,
    parseCapability,
    verifyJwt,
  } = library;

  /** Runs `body` many times, each with numbers of its own; the failing one can be run by its seed. */
  const property = (name, times, body) =>
    test(`${name} (${times} times)`, async () => {
      for (let i = 0; i < times; i++)
        try {
          await body(randomFrom(SEED + i), i);
        } catch (error) {
          error.message = `with seed ${SEED + i}: ${error.message}`;
          throw error;
        }
    });
  const wild = (random) => random.list(12, () => random.pick(PIECES)).join('');
  const segment = (random) => random.pick(['a', 'b', 'c', '*', 'é', 'a*']);
  const resource = (random) =>
    random.pick(['', '', '', '[meta]', '[*]', '[queue]']) +
    [segment(random), ...random.list(2, () => segment(random))].join(':');
  const operations = (random) => [
    ...new Set([random.pick(OPERATIONS), ...random.list(4, () => random.pick(OPERATIONS))]),
  ];
  /** One that can be issued: a star stands alone. */
  const capability = (random) =>
    Object.fromEntries(
      [0, ...random.list(4, () => 0)].map(() => {
        const list = operations(random);
        return [resource(random), list.includes('*') ? ['*'] : list];
      }),
    );
  /** Nothing but an AblyAuthError may come of it. */
  const guarded = (run) => {
    try {
      return run();
    } catch (error) {
      if (!(error instanceof AblyAuthError)) throw error;
      return undefined;
    }
  };

  property('what is issued verifies, and says what it was given', 300, async (random) => {
    const options = {
      key: KEY,
      now: NOW + random.below(1e9),
      capability: capability(random),
      ttlSeconds: 1 + random.below(86400),
    };
    const texts = {};
    for (const name of ['clientId', 'revocationKey', 'jwtId'])
      if (random.next() < 0.5) texts[name] = `x${wild(random)}`;
    const issued = issueJwtSync({ ...options, ...texts });
    const { claims } = await openWith(issued.token);
    const verified = verifyJwt(issued.token, { key: KEY, now: options.now });
    equal(verified.claims, claims);
    equal([verified.issued, verified.expires], [issued.issued, issued.expires]);
    equal(issued.expires - issued.issued, options.ttlSeconds * 1000);
    equal([verified.clientId, verified.revocationKey, claims.jti], [texts.clientId, texts.revocationKey, texts.jwtId]);
    equal([verified.capability, claims['x-ably-capability']], [issued.capability, issued.capability]);
    const lists = (object) =>
      Object.entries(object)
        .map(([name, list]) => [name, [...list].sort()])
        .sort(([a], [b]) => (a < b ? -1 : 1));
    equal(lists(JSON.parse(issued.capability)), lists(options.capability));
  });

  property('canonical text is its own canonical text, and means the same', 300, (random) => {
    const given = capability(random);
    const parsed = parseCapability(given);
    equal(parseCapability(parsed.canonical).canonical, parsed.canonical);
    equal(parseCapability(JSON.stringify(given, null, 2)).canonical, parsed.canonical);
    for (let i = 0; i < 5; i++) {
      const [operation, name] = [random.pick(OPERATIONS), resource(random)];
      const allowed = parsed.allows(operation, name);
      equal(capabilityAllows(given, operation, name), allowed);
      const explained = explainCapability(given, operation, name);
      equal(explained.allowed, allowed);
      ok(!allowed || explained.because.length > 0);
    }
  });

  property('an intersection allows nothing that either does not', 300, (random) => {
    const [key, requested] = [capability(random), capability(random)];
    const both = guarded(() => intersectCapabilities(key, requested));
    if (both === undefined) return;
    equal(parseCapability(both).canonical, both);
    for (let i = 0; i < 10; i++) {
      const [operation, name] = [random.pick(OPERATIONS), resource(random)];
      // A resource with a star is no channel that anybody could use.
      if (name.includes('*') || operation === '*' || !capabilityAllows(both, operation, name)) continue;
      ok(
        capabilityAllows(key, operation, name) && capabilityAllows(requested, operation, name),
        `${operation} on ${name}: ${both}`,
      );
    }
  });

  test('flipping any bit of a token is noticed', () => {
    const { token } = issueJwtSync({ key: KEY, now: NOW, clientId: 'zoë' });
    let flips = 0;
    for (let at = 0; at < token.length; at++)
      for (let bit = 0; bit < 7; bit++) {
        const changed =
          token.slice(0, at) + String.fromCharCode(token.charCodeAt(at) ^ (1 << bit)) + token.slice(at + 1);
        const verified = guarded(() => verifyJwt(changed, { key: KEY, now: NOW }));
        ok(verified === undefined, `bit ${bit} of character ${at}`);
        flips++;
      }
    equal(flips, token.length * 7);
  });
  test('leaving out, doubling or swapping any character is noticed', () => {
    const { token } = issueJwtSync({ key: KEY, now: NOW });
    for (let at = 0; at < token.length; at++)
      for (const changed of [
        token.slice(0, at) + token.slice(at + 1),
        token.slice(0, at) + token[at] + token.slice(at),
        token.slice(0, at),
      ])
        ok(guarded(() => verifyJwt(changed, { key: KEY, now: NOW })) === undefined, `character ${at}`);
  });

  property('any text for anything: an answer, or an AblyAuthError', 1500, (random) => {
    const text = wild(random);
    guarded(() => verifyJwt(text, { key: KEY, now: NOW, embedded: random.next() < 0.5 }));
    guarded(() => decodeJwt(text, { now: NOW }));
    guarded(() => issueJwtSync({ key: text, now: NOW }));
    guarded(() =>
      issueJwtSync({
        key: KEY,
        now: NOW,
        capability: text,
        clientId: wild(random),
        claims: { [wild(random)]: wild(random) },
      }),
    );
    guarded(() => createTokenRequest({ key: KEY, now: NOW, nonce: `${text}0123456789abcdef`, clientId: wild(random) }));
    guarded(() => intersectCapabilities(text, '{"*":["*"]}'));
    guarded(() => library.accessTokenAllows([text], text));
    equal(typeof checkCapability(text).ok, 'boolean');
    const object = { [text]: [wild(random)] };
    equal(typeof checkCapability(object).ok, 'boolean');
    const explained = guarded(() => explainCapability(object, wild(random), wild(random)));
    ok(explained === undefined || typeof explained.message === 'string');
  });

  property('any header and payload, rightly signed: an answer, or an AblyAuthError', 400, async (random) => {
    const value = () =>
      random.pick([
        wild(random),
        0,
        -1,
        1.5,
        SECONDS,
        null,
        true,
        [],
        {},
        [wild(random)],
        { [wild(random)]: 1 },
        1e300,
      ]);
    const names = [
      'iat',
      'exp',
      'nbf',
      'jti',
      'x-ably-capability',
      'x-ably-clientId',
      'x-ably-revocation-key',
      'x-ably-token',
      wild(random),
    ];
    const header = { alg: 'HS256', kid: KEY.split(':')[0] };
    if (random.next() < 0.3) header[random.pick(['alg', 'kid', 'crit', 'b64', 'typ', 'x-ably-token'])] = value();
    const payload = { iat: SECONDS, exp: SECONDS + 60 };
    for (let i = 0; i < 3; i++) payload[random.pick(names)] = value();
    const token = await forge(header, payload);
    const options = { key: KEY, now: NOW, embedded: random.next() < 0.5 };
    const verified = guarded(() => verifyJwt(token, options));
    const decoded = guarded(() => decodeJwt(token, { now: NOW }));
    if (verified === undefined) return;
    ok(decoded !== undefined, 'what verifies can be decoded');
    equal(decoded.claims, payload);
    equal([typeof verified.issued, typeof verified.expires], ['number', 'number']);
  });

  property('arbitrary bytes in base64url: an answer, or an AblyAuthError', 300, (random) => {
    const part = () => encodeText(random.list(20, () => random.pick(PIECES)).join(''));
    const token = `${part()}.${part()}.${part()}`;
    guarded(() => verifyJwt(token, { key: KEY, now: NOW }));
    guarded(() => decodeJwt(token, { now: NOW }));
  });
};
