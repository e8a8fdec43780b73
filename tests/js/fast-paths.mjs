// The fast ways give the very bytes of the plain one, whatever is kept of what came before.
import { equal, ok, refuses, wholeMessage } from './assert.mjs';
import { randomFrom } from './random.mjs';
import { canonical, caseFrom, EVERYTHING, ms, nameOf, plainToken } from './token-cases.mjs';

const SEED = 20_260_801;
/** More than the module keeps of anything: taken in turn, each is met as if it were new. */
const CASES = 100;
/** One more than the keys that are kept. */
const TAMPERED = 17;
const CHARACTERS = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.=+é';

/** Where a case names no time, the clock shows its own. */
async function atTime(time, run) {
  const { now } = Date;
  Date.now = () => time;
  try {
    return await run();
  } finally {
    Date.now = now;
  }
}

export default ({ test, library }) => {
  const { AblyAuthError, createIssuer, issueJwt, issueJwtSync, verifyJwt } = library;
  const cases = Array.from({ length: CASES }, (_, number) => caseFrom(SEED + number, number));
  for (const it of cases) it.issuer = createIssuer(it.options);
  const eachToken = (run) => (it) =>
    Promise.all(it.list.map((overrides) => run(it, overrides, { ...it.options, ...overrides })));
  const plainAt = (it, clock) => eachToken((_, __, options) => plainToken(it, clock, options))(it);
  /** The three tokens, by the one clock and by the other. */
  const plain = async (it) => (it.plain ??= await Promise.all(it.clocks.map((clock) => plainAt(it, clock))));

  /** Every way to the three tokens of a case. */
  const WAYS = {
    'issuer.token': eachToken(({ issuer }, overrides) => issuer.token(overrides)),
    'issuer.issue': eachToken(({ issuer }, overrides) => issuer.issue(overrides).token),
    'issuer.tokens': ({ issuer, list }) => issuer.tokens(list),
    issueJwtSync: eachToken((_, __, options) => issueJwtSync(options).token),
    issueJwt: eachToken(async (_, __, options) => (await issueJwt(options)).token),
  };

  const sameTokens = async (it, way) => {
    const turn = (it.turn = 1 - (it.turn ?? 0));
    const found = await atTime(it.clocks[turn], () => WAYS[way](it));
    equal(found, (await plain(it))[turn], `${way}, with seed ${it.seed}`);
  };

  test(`the cases are of every kind (${CASES} of them)`, () => {
    for (const name of [
      'capability',
      'clientId',
      'revocationKey',
      'jwtId',
      'ttlSeconds',
      'now',
      'revocable',
      'clientType',
      'channelClaims',
      'roomClaims',
      'publishRateLimits',
      'claims',
      'keyCapability',
    ])
      for (const there of [true, false])
        ok(cases.filter(({ options }) => name in options === there).length > CASES / 8, `${name} ${there}`);
    const overrides = cases.flatMap(({ list }) => list);
    for (const [name, value] of [
      ['clientId', null],
      ['revocationKey', null],
      ['jwtId', false],
    ])
      ok(overrides.filter((it) => it[name] === value).length > CASES / 8, `${name} left away`);
    equal(new Set(cases.map(({ options }) => options.key)).size, CASES);
  });

  test('every way, with room for none of it kept', async () => {
    for (const way in WAYS) for (const it of cases) await sameTokens(it, way);
  });
  test('every way, twice, with all of it kept', async () => {
    for (const it of cases) for (const way in WAYS) for (let i = 0; i < 2; i++) await sameTokens(it, way);
  });
  test('every way, in any order, and after refusals', async () => {
    const random = randomFrom(SEED);
    for (let i = 0; i < 5 * CASES; i++) {
      const it = random.pick(random.next() < 0.5 ? cases : cases.slice(0, 5));
      await sameTokens(it, random.pick(Object.keys(WAYS)));
      const { issuer, options } = random.pick(cases);
      if (random.next() < 0.2)
        refuses(AblyAuthError, () => issuer.token({ clientId: '', ttlSeconds: 5 }), { code: 40012 });
      if (random.next() < 0.2) refuses(AblyAuthError, () => issueJwtSync({ ...options, jwtId: '' }), { code: 40144 });
    }
  });
  test('an id that is made up for each token', async () => {
    for (const it of cases.slice(0, 70)) {
      const options = { ...it.options, jwtId: true };
      const issuer = createIssuer(options);
      const tokens = await atTime(it.clocks[0], () => [
        issuer.token(),
        issuer.issue().token,
        ...issuer.tokens([{}]),
        issueJwtSync(options).token,
      ]);
      for (const token of tokens)
        equal(
          token,
          await plainToken(it, it.clocks[0], {
            ...options,
            jwtId: library.decodeJwt(token, { now: it.clocks[0] }).claims.jti,
          }),
          `seed ${it.seed}`,
        );
    }
  });

  /** What comes of it, with nothing left in it of what a caller does to the answer. */
  const outcome = (token, options) => {
    try {
      const verified = verifyJwt(token, options);
      const kept = JSON.stringify(verified);
      verified.diagnostics.push('spoilt');
      verified.claims.exp = 0;
      verified.clientId = 'eve';
      return kept;
    } catch (error) {
      if (!(error instanceof AblyAuthError)) throw error;
      return JSON.stringify([error.kind, error.code, error.path, wholeMessage(error)]);
    }
  };
  const timeOf = (it, number) => ms({ ...it.options, ...it.list[number] }.now) ?? it.clocks[0];
  /** For each token of a case, the answers to all that is asked about it. */
  const answers = (it) =>
    it.plain[0].map((token, number) => {
      const [{ key }, now] = [it.options, timeOf(it, number)];
      return [
        { key, now },
        { keys: ['other.key:secret', key], now },
        { key, now, keyCapability: EVERYTHING },
        { key, now, keyCapability: { a: ['publish'] } },
        { key: `${key}x`, now },
        { key, now: 8.64e15 },
      ].map((options) => outcome(token, options));
    });

  test('verifyJwt, with room for nothing kept, says what the plain token says', async () => {
    for (const it of cases) {
      await plain(it);
      it.answers = answers(it);
      for (const [number, [answer]] of it.answers.entries()) {
        const { clientId, revocationKey, jwtId, ttlSeconds = 3600 } = { ...it.options, ...it.list[number] };
        ok(answer.startsWith('{'), `seed ${it.seed}: ${answer}`);
        const { claims, ...verified } = JSON.parse(answer);
        const issued = Math.floor(timeOf(it, number) / 1000) * 1000;
        equal(
          [
            verified.keyName,
            verified.issued,
            verified.expires,
            verified.clientId,
            verified.revocationKey,
            claims.jti,
            verified.capability,
          ],
          [
            nameOf(it.options.key),
            issued,
            issued + ttlSeconds * 1000,
            clientId ?? undefined,
            revocationKey ?? undefined,
            jwtId || undefined,
            canonical(it.grants ?? { '*': ['*'] }),
          ],
          `seed ${it.seed}`,
        );
      }
    }
  });
  test('verifyJwt says the same whatever was asked before', () => {
    const random = randomFrom(SEED);
    for (const it of cases) for (let i = 0; i < 2; i++) equal(answers(it), it.answers, `again, seed ${it.seed}`);
    for (let i = 0; i < 2 * CASES; i++) {
      const it = random.pick(random.next() < 0.5 ? cases : cases.slice(0, 5));
      equal(answers(it), it.answers, `in any order, seed ${it.seed}`);
    }
  });

  test('a token with one changed character is refused in the same words, whether it was just seen or not', async () => {
    const random = randomFrom(SEED);
    for (const it of cases) await plain(it);
    const shortest = [...cases].sort((a, b) => a.plain[0][0].length - b.plain[0][0].length).slice(0, TAMPERED);
    const trials = [];
    for (let from = 0; from < shortest.at(-1).plain[0][0].length; from += 2)
      for (const [number, it] of shortest.entries()) {
        const token = it.plain[0][0];
        const at = from + (number % 2);
        if (at >= token.length) continue;
        const changed = token.slice(0, at) + random.pick(CHARACTERS.replace(token[at], '')) + token.slice(at + 1);
        trials.push({ token, changed, at, options: { key: it.options.key, now: timeOf(it, 0) } });
      }
    const refusal = ({ changed, at, options }) => {
      const said = outcome(changed, options);
      ok(said.startsWith('["token"'), `character ${at} of ${changed}: ${said}`);
      return said;
    };
    // With the key not kept, then with the token itself seen just before.
    const cold = trials.map(refusal);
    const warm = trials.map((trial) => {
      ok(outcome(trial.token, trial.options).startsWith('{'), trial.token);
      return refusal(trial);
    });
    equal(warm, cold);
  });
};
