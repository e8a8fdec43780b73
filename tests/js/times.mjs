// Times that a caller gives: in seconds they are refused, wherever they are taken. The platform's clock may show any time.
import { equal, refuses, rejects } from './assert.mjs';
import { request } from './edge-request.mjs';
import { KEY, KEY_NAME, NOW, SECONDS } from './tokens.mjs';

/** 1e12 ms is in 2001. */
const EARLY = [SECONDS, 1_790_000_000, 0, 1, 999_999_999_999, 999_999_999_999.9];

export default ({ test, library, sandbox }) => {
  const {
    AblyAuthError,
    createControlClient,
    createIssuer,
    createRevocations,
    createTokenEndpoint,
    createTokenRequest,
    decodeJwt,
    issueJwt,
    issueJwtSync,
    requestToken,
    revokeTokens,
    verifyJwt,
    verifyRequest,
  } = library;
  const issuer = createIssuer({ key: KEY });
  const { token } = issueJwtSync({ key: KEY, clientId: 'ada', now: NOW });
  const verified = verifyJwt(token, { key: KEY, now: NOW });
  const fetch = () => {
    throw new Error('it was sent');
  };
  const store = {
    get: async (ids) => ids.map(() => undefined),
    put: () => {
      throw new Error('it was stored');
    },
  };
  const revocations = createRevocations(store);
  const entry = (change) => ({
    keyName: KEY_NAME,
    target: 'clientId:ada',
    issuedBefore: NOW + 1000,
    appliesAt: NOW,
    ...change,
  });
  const asked = request({ headers: { Authorization: `Bearer ${token}` } });
  const client = createControlClient({ accessToken: 'made-up-access-token', fetch });
  const granted = async (now) => {
    let error;
    await createTokenEndpoint({
      source: { key: KEY },
      authenticate: () => ({ capability: { a: ['publish'] }, now }),
      onError: (reason) => void (error = reason),
    })(request());
    if (error) throw error;
  };

  /** Where a time is taken, the option, and the place that the error names. */
  const TAKERS = [
    ['issueJwtSync', (now) => issueJwtSync({ key: KEY, now }), 'now'],
    ['issueJwt', (now) => issueJwt({ key: KEY, now }), 'now'],
    [
      'issueJwt, with an access token',
      (now) => issueJwt({ accessToken: 'made-up-access-token', app: 'app', now, fetch }),
      'now',
    ],
    ['createIssuer', (now) => createIssuer({ key: KEY, now }), 'now'],
    ['issuer.token', (now) => issuer.token({ now }), 'now'],
    ['issuer.issue', (now) => issuer.issue({ now }), 'now'],
    ['issuer.tokens', (now) => issuer.tokens([{}, { now }]), 'list[1].now', 'list[1]: now'],
    ['verifyJwt', (now) => verifyJwt(token, { key: KEY, now }), 'now'],
    [
      'verifyJwt, issuedBefore',
      (issuedBefore) =>
        verifyJwt(token, { key: KEY, now: NOW + 5000, revocations: [entry(), entry({ issuedBefore })] }),
      'revocations[1].issuedBefore',
    ],
    [
      'verifyJwt, appliesAt',
      (appliesAt) => verifyJwt(token, { key: KEY, now: NOW + 5000, revocations: [entry({ appliesAt })] }),
      'revocations[0].appliesAt',
    ],
    ['decodeJwt', (now) => decodeJwt(token, { now }), 'now'],
    [
      'verifyRequest',
      (now) =>
        verifyRequest(asked, { key: KEY, now, keyCapability: { '*': ['*'] }, operation: 'publish', resource: 'a' }),
      'now',
    ],
    [
      'verifyRequest, issuedBefore',
      (issuedBefore) =>
        verifyRequest(asked, {
          key: KEY,
          now: NOW,
          keyCapability: { '*': ['*'] },
          operation: 'publish',
          resource: 'a',
          revocations: [entry({ issuedBefore })],
        }),
      'revocations[0].issuedBefore',
    ],
    ['revocations.check', (now) => revocations.check(verified, { now }), 'now'],
    [
      'revocations.check, issued',
      (issued) => revocations.check({ ...verified, issued }, { now: NOW }),
      'verified.issued',
    ],
    [
      'revocations.check, expires',
      (expires) => revocations.check({ ...verified, expires }, { now: NOW }),
      'verified.expires',
    ],
    [
      'revocations.record, issuedBefore',
      (issuedBefore) => revocations.record({ results: [entry({ issuedBefore })] }),
      'results[0].issuedBefore',
    ],
    [
      'revocations.record, appliesAt',
      (appliesAt) => revocations.record({ results: [entry({ appliesAt })] }),
      'results[0].appliesAt',
    ],
    [
      'revokeTokens',
      (issuedBefore) => revokeTokens({ key: KEY, clientId: 'ada', issuedBefore, fetch }),
      'issuedBefore',
    ],
    ['createTokenRequest', (now) => createTokenRequest({ key: KEY, now }), 'now'],
    ['requestToken', (now) => requestToken({ key: KEY, now, fetch }), 'now'],
    ['what authenticate gives', granted, 'now'],
  ];
  for (const [name, take, path, place = path] of TAKERS)
    test(`${name}: a time in seconds`, async () => {
      for (const time of EARLY) {
        const wanted = {
          kind: 'usage',
          code: undefined,
          path,
          remediation: 'give milliseconds',
          message: `${place} is ${time}, which looks like seconds; give milliseconds`,
        };
        await rejects(AblyAuthError, (async () => take(time))(), wanted);
      }
    });
  for (const [name, take, path] of TAKERS.filter(([, , path]) => path === 'now'))
    test(`${name}: a Date that was made of seconds`, async () =>
      void (await rejects(AblyAuthError, (async () => take(new Date(SECONDS)))(), {
        kind: 'usage',
        path,
        message: `now is ${SECONDS}, which looks like seconds; give milliseconds`,
      })));

  for (const name of ['start', 'end'])
    test(`a query of the Control API: ${name} in seconds`, async () => {
      for (const time of [SECONDS, 0, 999_999_999_999])
        await rejects(AblyAuthError, client.stats.app('app1', { [name]: time }), {
          kind: 'usage',
          path: name,
          message: `${name} is ${time}, which looks like seconds; give milliseconds`,
        });
    });

  test('the earliest time that is taken', () => {
    equal(issueJwtSync({ key: KEY, now: 1e12 }).issued, 1e12);
    equal(createTokenRequest({ key: KEY, now: 1e12 }).timestamp, 1e12);
  });
  test('an entry in seconds is refused, for a token that falls and for one that does not', () => {
    const past = { keyName: KEY_NAME, issuedBefore: SECONDS + 1, appliesAt: SECONDS };
    for (const target of ['clientId:ada', 'clientId:bob'])
      refuses(
        AblyAuthError,
        () => verifyJwt(token, { key: KEY, now: NOW + 5000, revocations: [{ ...past, target }] }),
        { kind: 'usage' },
      );
  });

  test("the platform's clock may show any time", async () => {
    const { now } = Date;
    try {
      for (const time of [1000, 1_790_000_000]) {
        Date.now = () => time;
        const { token, issued } = issueJwtSync({ key: KEY });
        equal(issued, Math.floor(time / 1000) * 1000);
        equal((await issueJwt({ key: KEY })).token, token);
        equal(createIssuer({ key: KEY }).tokens([{}]), [token]);
        const verified = verifyJwt(token, { key: KEY });
        equal(verified.issued, issued);
        await revocations.check(verified);
        equal(createTokenRequest({ key: KEY }).timestamp, time);
      }
    } finally {
      Date.now = now;
    }
  });
  test('so may that of a sandbox', async () => {
    const box = sandbox.createSandbox({ now: () => 5000 });
    equal(await library.getTime({ endpoint: box.endpoint, fetch: box.fetch }), 5000);
  });
};
