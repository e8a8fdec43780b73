// revokeTokens: many targets, requests of a hundred, and each target with the outcome that is its own.
import { equal, ok, rejects, wholeMessage } from './assert.mjs';
import { lacks, world } from './network-world.mjs';
import { KEY, KEY_NAME } from './tokens.mjs';

const REFUSAL = { code: 40000, statusCode: 400, message: 'Unknown target' };
const HOUR = 3_600_000;

export default (context) => {
  if (lacks(context, 'revokeTokens')) return;
  const { test, library, network } = context;
  const many = (count) => Array.from({ length: count }, (_, i) => `clientId:${i}`);
  const posted = async ({ log }) => (await log()).filter(({ method }) => method === 'POST');
  const revoke = ({ endpoint }, options) => library.revokeTokens({ key: KEY, endpoint, ...options });
  /** `revoked`, or the error's kind and code. */
  const short = ({ error }) => (error ? [error.kind, error.code].filter(Boolean).join(' ') : 'revoked');

  test('250 targets: three requests, all in one order, one issuedBefore', async () => {
    const own = await world(network);
    const targets = many(250);
    const { successCount, failureCount, keyNames, results } = await revoke(own, { targets });
    equal([successCount, failureCount, keyNames], [250, 0, [KEY_NAME]]);
    equal(
      results.map(({ target }) => target),
      targets,
    );
    const bodies = (await posted(own)).map(({ body }) => JSON.parse(body));
    equal(bodies.map((body) => body.targets.length).sort(), [100, 100, 50]);
    equal(bodies.flatMap((body) => body.targets).sort(), [...targets].sort());
    equal(new Set(bodies.map(({ issuedBefore }) => issuedBefore)).size, 1);
    equal(new Set(results.map(({ issuedBefore }) => issuedBefore)), new Set([bodies[0].issuedBefore]));
    ok(
      bodies.every((body) => !('allowReauthMargin' in body)),
      'what was not asked for is left out',
    );
  });
  test('a target that stands twice is sent once and stands in the report twice', async () => {
    const own = await world(network, { refused: { 'clientId:b': REFUSAL } });
    const { results, successCount, failureCount } = await revoke(own, { clientId: ['a', 'b', 'a', 'c', 'b'] });
    equal(
      results.map((it) => `${it.target} ${short(it)}`),
      [
        'clientId:a revoked',
        'clientId:b usage 40000',
        'clientId:a revoked',
        'clientId:c revoked',
        'clientId:b usage 40000',
      ],
    );
    equal([successCount, failureCount], [3, 2]);
    equal(
      (await posted(own)).map(({ body }) => JSON.parse(body).targets),
      [['clientId:a', 'clientId:b', 'clientId:c']],
    );
  });
  test('every kind of target, as text and as object, to the letter', async () => {
    const own = await world(network);
    const odd = ['revocationKey:a:b:c', 'clientId:"\\', 'clientId:zoë 🦊', 'channel:chat:*', 'clientId: '];
    const objects = [
      { type: 'clientId', value: 'o:ne' },
      { type: 'revocationKey', value: 'two' },
      { type: 'channel', value: 'three' },
    ];
    const { results } = await revoke(own, { targets: [...odd, ...objects] });
    const wanted = [...odd, 'clientId:o:ne', 'revocationKey:two', 'channel:three'];
    equal(
      results.map(({ target }) => target),
      wanted,
    );
    equal(
      (await posted(own)).map(({ body }) => JSON.parse(body).targets),
      [wanted],
    );
  });
  test('a type that stands twice is a slip, unless it is written out', async () => {
    const own = await world(network);
    const wrong = [
      [{ clientId: 'clientId:ada' }, 'clientId', 'clientId'],
      [{ clientId: ['ada', 'clientId:ada'] }, 'clientId[1]', 'clientId'],
      [{ revocationKey: 'revocationKey:g' }, 'revocationKey', 'revocationKey'],
      [{ targets: ['channel:a', { type: 'clientId', value: 'clientId:ada' }] }, 'targets[1].value', 'clientId'],
    ];
    for (const [options, path, type] of wrong) {
      const error = await rejects(library.AblyAuthError, revoke(own, options), { kind: 'usage', path });
      equal(
        wholeMessage(error),
        `${path} is a whole target, because it begins with "${type}:"; give only the text after the colon, or targets: ["${type}:${type}:…"] if the value really begins like that`,
      );
    }
    equal(await posted(own), []);
    const meant = ['clientId:clientId:ada', 'clientId:revocationKey:g', 'clientId:clientIdx', 'channel:channel:a'];
    await revoke(own, {
      targets: [
        meant[0],
        { type: 'clientId', value: 'revocationKey:g' },
        { type: 'clientId', value: 'clientIdx' },
        { type: 'channel', value: 'channel:a' },
      ],
    });
    equal(JSON.parse((await posted(own))[0].body).targets, meant);
  });

  test('the list of old versions, all well and with failures', async () => {
    for (const refused of [{}, { 'clientId:1': REFUSAL }]) {
      const own = await world(network, { form: 'array', refused });
      const { results, successCount } = await revoke(own, { targets: many(3) });
      equal(results.map(short), ['revoked', refused['clientId:1'] ? 'usage 40000' : 'revoked', 'revoked']);
      equal(successCount, refused['clientId:1'] ? 2 : 3);
    }
  });
  test('one request of three fails: its targets have its error, the others are revoked', async () => {
    const own = await world(network, {
      faults: [null, { status: 503, error: { code: 50300, message: 'no' } }],
      only: '/revokeTokens',
    });
    const { results, successCount, failureCount } = await revoke(own, { targets: many(250), concurrency: 1 });
    equal([successCount, failureCount], [150, 100]);
    equal(results.map(short), [
      ...Array(100).fill('revoked'),
      ...Array(100).fill('service 50300'),
      ...Array(50).fill('revoked'),
    ]);
    equal((await posted(own)).length, 3);
  });
  test('all fail for one reason: it rejects, with the report', async () => {
    const own = await world(network, {
      faults: [{ status: 503, error: { code: 50300, message: 'no' } }],
      repeat: true,
      only: '/revokeTokens',
    });
    const error = await rejects(library.AblyAuthError, revoke(own, { targets: many(150) }), {
      kind: 'service',
      code: 50300,
      statusCode: 503,
    });
    equal([error.report.successCount, error.report.failureCount, error.report.results.length], [0, 150, 150]);
    equal(
      error.report.results.map(({ target }) => target),
      many(150),
    );
  });
  test('a key that is refused is not sent again and again', async () => {
    const own = await world(network);
    const error = await rejects(
      library.AblyAuthError,
      revoke(own, { key: 'xVLyHw.A-pwh7:wrong', targets: many(1000), concurrency: 1 }),
      {
        kind: 'key',
        code: 40101,
      },
    );
    equal((await posted(own)).length, 1);
    equal(error.report.failureCount, 1000);
  });
  test('an answer that leaves one out says so for that one', async () => {
    const results = [
      { target: 'clientId:1', issuedBefore: 5, appliesAt: 6 },
      { target: 'clientId:7', issuedBefore: 5, appliesAt: 6 },
    ];
    const own = await world(network, {
      faults: [{ json: { successCount: 1, failureCount: 0, results } }],
      only: '/revokeTokens',
    });
    equal((await revoke(own, { targets: many(2) })).results.map(short), ['service', 'revoked']);
  });

  test('never more requests at once than concurrency says', async () => {
    for (const concurrency of [1, 3]) {
      const own = await world(network, { faults: [{ delay: 100 }], repeat: true, only: '/revokeTokens' });
      await revoke(own, { targets: many(700), concurrency });
      const requests = await own.until((log) => log.every(({ sent }) => sent), 'that all is sent');
      const times = requests
        .filter(({ method }) => method === 'POST')
        .flatMap(({ at, closedAt }) => [
          [at, 1],
          [closedAt, -1],
        ]);
      // One that ends in the ms in which the next begins was before it.
      times.sort(([a, one], [b, other]) => a - b || one - other);
      let [now, most] = [0, 0];
      for (const [, step] of times) most = Math.max(most, (now += step));
      ok(most <= concurrency, `${most} at once`);
      // A platform may open fewer connections, but not one for three.
      ok(concurrency === 1 || most > 1, 'one after the other');
    }
  });
  test('onProgress comes to the end, and what it throws is its own affair', async () => {
    const own = await world(network);
    const told = [];
    const onProgress = (progress) => {
      told.push(progress);
      throw new Error('its own affair');
    };
    equal((await revoke(own, { targets: many(250), onProgress })).successCount, 250);
    equal(
      told.map(({ total }) => total),
      [250, 250, 250],
    );
    const done = told.map(({ done }) => done);
    equal([done.at(-1), done.every((count, i) => i === 0 || count > done[i - 1])], [250, true]);
  });

  test('issuedBefore: now by the clock of the server', async () => {
    const own = await world(network, { clock: -20 * 60_000 });
    const { results } = await revoke(own, { clientId: 'ada' });
    const [{ body }] = await posted(own);
    equal(results[0].issuedBefore, JSON.parse(body).issuedBefore);
    ok(Math.abs(results[0].issuedBefore - (Date.now() - 20 * 60_000)) < 60_000, String(results[0].issuedBefore));
  });
  test('issuedBefore: as given, as ms or Date', async () => {
    const moment = Date.now() - 20 * 60_000;
    for (const issuedBefore of [moment, new Date(moment)]) {
      const own = await world(network);
      equal((await revoke(own, { clientId: 'ada', issuedBefore })).results[0].issuedBefore, moment);
    }
  });
  test('issuedBefore in the future or over an hour back is refused before anything is revoked', async () => {
    for (const issuedBefore of [Date.now() + HOUR, Date.now() - HOUR - 60_000, 0]) {
      const own = await world(network);
      const error = await rejects(library.AblyAuthError, revoke(own, { clientId: 'ada', issuedBefore }), {
        kind: 'usage',
        path: 'issuedBefore',
      });
      equal([await posted(own), error.report], [[], undefined]);
    }
  });
  test('allowReauthMargin puts it off', async () => {
    const own = await world(network);
    const { results } = await revoke(own, { clientId: 'ada', allowReauthMargin: true });
    ok(results[0].appliesAt >= results[0].issuedBefore + 30_000, JSON.stringify(results));
    equal(JSON.parse((await posted(own))[0].body).allowReauthMargin, true);
  });
  test('with an access token: every key of the app that has revocable tokens', async () => {
    const keys = ['one', 'two', 'three'].map((id, i) => ({
      id,
      name: id,
      secret: `made-up-${id}`,
      capability: { '*': ['*'] },
      revocableTokens: i !== 1,
    }));
    const own = await world(network, { apps: [{ id: 'app1', name: 'My app', keys }] });
    const options = { endpoint: own.endpoint, accessToken: 'made-up-access-token', app: 'app1', clientId: ['a', 'b'] };
    const { keyNames, results, successCount } = await library.revokeTokens(options);
    equal([keyNames, successCount], [['app1.one', 'app1.three'], 4]);
    equal(
      results.map(({ keyName, target }) => `${keyName} ${target}`),
      ['app1.one clientId:a', 'app1.one clientId:b', 'app1.three clientId:a', 'app1.three clientId:b'],
    );
    equal((await posted(own)).map(({ path }) => path).sort(), [
      '/keys/app1.one/revokeTokens',
      '/keys/app1.three/revokeTokens',
    ]);
  });
};
