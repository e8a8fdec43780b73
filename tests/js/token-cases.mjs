// Options for tokens, by a seed, and the tokens they come to: JSON text in the order of src/jwt/issue.rs,
// base64url, and HMAC by WebCrypto, by nobody who knows of issuers and caches.
import { randomFrom } from './random.mjs';
import { forge } from './tokens.mjs';

const OPERATIONS = [
  'publish',
  'subscribe',
  'history',
  'presence',
  'stats',
  'push-admin',
  'annotation-publish',
  'message-update-own',
];
const SEGMENTS = ['a', 'chat', '*', 'a*', 'é', '日本', '🦊', '\uffff', '"', '\\', '\n', '\u0000', ' '];
const PIECES = [
  'a',
  'bc',
  'def',
  '*',
  '"',
  '\\',
  '\n',
  '\u0000',
  '\u001f',
  '\u007f',
  '\u2028',
  '\ufeff',
  'é',
  '日',
  '🦊',
  '{',
  ',',
  '/',
];
const CLAIMS = [0, -1.5, 1e300, '', null, true, [], [1, { a: null }], { é: '"' }];
/** What ends in the middle of a group of base64, and of a character. */
const ENDS = ['é', 'aé', 'abé', '日', 'a日', '🦊', 'a🦊'];
export const EVERYTHING = '{"[*]*":["*"]}';

const definedOf = (object) => Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined));
export const nameOf = (key) => key.slice(0, key.indexOf(':'));
export const ms = (now) => (now instanceof Date ? now.getTime() : now);

function textFrom(random) {
  if (random.next() < 0.1) return '*';
  const text = random.list(8, () => random.pick(PIECES)).join('') + random.pick(random.next() < 0.5 ? ENDS : PIECES);
  return random.next() < 0.1 ? text.repeat(30) : text;
}

/** Some keys have one name and another secret. */
function keyFrom(random, number) {
  const name =
    random.next() < 0.3 ? 'app.key' : `app${number % 7}.${random.pick(['key', 'k-k', 'k_k', 'k~k'])}${number}`;
  return `${name}:secret-${number}${random.pick(['', ':', '-~', 'x'.repeat(70)])}`;
}

function grantsFrom(random) {
  const resource = () =>
    random.pick(['', '', '', '[meta]', '[*]']) +
    [random.pick(SEGMENTS), ...random.list(2, () => random.pick(SEGMENTS))].join(':');
  // One of them that any key may have: of what can do nothing no token is issued.
  const operations = () => [
    ...new Set([...random.list(4, () => random.pick(OPERATIONS)), 'publish', random.pick(OPERATIONS)]),
  ];
  return Object.fromEntries(
    [0, ...random.list(4, () => 0)].map(() => [resource(), random.next() < 0.2 ? ['*'] : operations()]),
  );
}

/** As an object, or as text that says the same in another way. */
function writtenFrom(random, grants) {
  const escapes = (text) =>
    text.replace(/[\u0080-\uffffa-c]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
  return random.pick([
    (it) => it,
    JSON.stringify,
    (it) => JSON.stringify(it, null, 2),
    (it) => escapes(JSON.stringify(it)),
  ])(grants);
}

/** What an issuer is made of, what is overridden in three tokens of it, and what the clock shows in turn. */
export function caseFrom(seed, number) {
  const random = randomFrom(seed);
  const maybe = (value) => (random.next() < 0.5 ? value() : undefined);
  const text = () => textFrom(random);
  const object = (value) => () => Object.fromEntries(random.list(3, () => [text(), value()]));
  const grants = maybe(() => grantsFrom(random));
  const revocable = maybe(() => random.next() < 0.5);
  const ttl = () => 1 + random.below(revocable ? 3600 : 86400);
  const time = random.pick([1e12 + 1000, 1e12 + 1999, 1_700_000_000_000, 8.6e15]) + random.below(10_000);
  const now = () => random.pick([(it) => it, (it) => new Date(it)])(time + random.pick([0, 1, 999, 1000, 60_000]));
  const options = definedOf({
    key: keyFrom(random, number),
    capability: grants && writtenFrom(random, grants),
    clientId: maybe(text),
    revocationKey: maybe(text),
    jwtId: maybe(text),
    ttlSeconds: maybe(ttl),
    now: maybe(now),
    revocable,
    clientType: maybe(() => 'server'),
    channelClaims: maybe(object(text)),
    roomClaims: maybe(object(() => random.pick([text(), 5, [1]]))),
    publishRateLimits: maybe(object(() => random.pick([1, 0.25, 1e21, 50]))),
    claims: maybe(() =>
      Object.fromEntries(random.list(3, () => [`own ${text()}`, random.pick([text(), random.pick(CLAIMS)])])),
    ),
    keyCapability: maybe(() => random.pick([grants ?? EVERYTHING, EVERYTHING])),
  });
  const override = () =>
    definedOf({
      clientId: maybe(() => random.pick([null, text(), text()])),
      revocationKey: maybe(() => random.pick([null, text(), text()])),
      jwtId: maybe(() => random.pick([false, text(), text()])),
      ttlSeconds: maybe(ttl),
      now: maybe(now),
    });
  return {
    seed,
    options,
    grants,
    clocks: [time, time + random.pick([-1000, 1000])],
    list: [{}, override(), override()],
  };
}

const byCodePoint = ([a], [b]) => {
  const [one, other] = [[...a], [...b]].map((chars) => chars.map((char) => char.codePointAt(0)));
  const at = one.findIndex((code, index) => code !== other[index]);
  return at < 0 ? one.length - other.length : one[at] - (other[at] ?? -1);
};

export const canonical = (grants) =>
  `{${Object.entries(grants)
    .sort(byCodePoint)
    .map(([name, list]) => `${JSON.stringify(name)}:${JSON.stringify([...list].sort())}`)
    .join()}}`;

export function plainToken({ grants = { '*': ['*'] } }, clock, options) {
  const json = JSON.stringify;
  const prefixed = (prefix, object = {}, write = json) =>
    Object.entries(object).map(([name, value]) => [prefix + name, write(value)]);
  const asText = (value) => json(typeof value === 'string' ? value : json(value));
  const issued = Math.floor((ms(options.now) ?? clock) / 1000);
  const members = [
    ['x-ably-capability', json(canonical(grants))],
    ['x-ably-clientType', options.clientType && json(options.clientType)],
    ...prefixed('ably.channel.', options.channelClaims, asText),
    ...prefixed('ably.room.', options.roomClaims, asText),
    ...prefixed('ably.limits.publish.perAttachment.maxRate.', options.publishRateLimits),
    ...prefixed('', options.claims),
    ['iat', json(issued)],
    ['exp', json(issued + (options.ttlSeconds ?? 3600))],
    ['x-ably-clientId', options.clientId && json(options.clientId)],
    ['x-ably-revocation-key', options.revocationKey && json(options.revocationKey)],
    ['jti', options.jwtId && json(options.jwtId)],
  ];
  const payload = members
    .filter(([, value]) => value)
    .map(([name, value]) => `${json(name)}:${value}`)
    .join();
  return forge(`{"typ":"JWT","alg":"HS256","kid":${json(nameOf(options.key))}}`, `{${payload}}`, options.key);
}
