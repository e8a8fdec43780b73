// doctor, against endpoints that are broken in one way each (doctor-endpoints.mjs).
import { once } from 'node:events';
import { createServer } from 'node:http';
import { createControlClient, createTokenRequest, issueJwtSync } from '../../pkg/index.js';
import { examineEndpoint } from '../../pkg/cli/doctor/endpoint.js';
import { examineAnswer } from '../../pkg/cli/doctor/examine-answer.js';
import { Report } from '../../pkg/cli/doctor/report.js';
import { examineRights } from '../../pkg/cli/doctor/rights.js';
import { equal, ok } from '../js/assert.mjs';
import { BROKEN, FINE, jwt, KEY, ORIGIN, signed, text } from './doctor-endpoints.mjs';
import { cli, resultOf, shell } from './run-cli.mjs';

const ODD = [
  null,
  undefined,
  true,
  0,
  -1,
  1.5,
  1e300,
  '',
  'x',
  '*',
  '{',
  '{"a":["publish"]}',
  [],
  {},
  [1],
  { a: 1 },
  1_700_000_000,
  1_700_000_000_000,
];

const failed = (checks) => checks.filter(({ status }) => status === 'fail');

/** Serves an endpoint while `use` runs, and notes what it is asked. */
async function serving(endpoint, use) {
  const requests = [];
  const server = createServer((request, response) => {
    requests.push({ method: request.method, url: request.url, headers: request.headers });
    const answer = endpoint(request.method);
    if (answer === undefined) return; // never
    response.writeHead(answer.status, answer.headers).end(answer.body);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const origin = `http://127.0.0.1:${server.address().port}`;
  try {
    return await use({ origin, url: `${origin}/auth`, requests });
  } finally {
    server.close();
    server.closeAllConnections();
  }
}

async function examine(endpoint, args = [], env = {}) {
  return serving(endpoint, async ({ origin, url }) => {
    const given = args.map((arg) => (arg === 'own' ? origin : arg));
    const { code, stdout, stderr } = await cli(['doctor', url, ...given, '--json'], { env });
    ok(resultOf(stdout) !== undefined, stderr || stdout);
    return { code, stdout, stderr, ...resultOf(stdout).doctor };
  });
}

export function doctor({ test, sandbox }) {
  for (const [name, [endpoint, args]] of Object.entries(FINE))
    test(`fine: ${name}`, async () => {
      const { code, checks } = await examine(endpoint, args);
      equal(failed(checks), []);
      equal(code, 0);
    });
  for (const [name, [endpoint, check, says, args, env]] of Object.entries(BROKEN))
    test(`broken: ${name}`, async () => {
      const { code, checks, stdout, stderr } = await examine(endpoint, args, env);
      const faults = failed(checks);
      equal(
        faults.map((fault) => fault.check),
        [check],
        JSON.stringify(faults),
      );
      ok(says.test(faults[0].message), faults[0].message);
      ok(/^[A-Z].*\.$|^give|^[a-z]/s.test(faults[0].remediation), faults[0].remediation);
      equal(code, 1);
      ok(!`${stdout}${stderr}`.includes(KEY.split(':')[1]), 'the secret is shown');
    });

  test('broken: an endpoint that does not answer in time', () =>
    serving(
      () => undefined,
      async ({ url }) => {
        const report = new Report();
        await examineEndpoint(report, { url: new URL(url), headers: [] }, { timeoutMs: 50 });
        equal(
          failed(report.checks).map(({ check }) => check),
          ['slow'],
        );
      },
    ));
  test('broken: any field of any answer, in many ways', () => {
    const answers = [
      { kind: 'details', value: issueJwtSync({ key: KEY, clientId: 'ada' }) },
      {
        kind: 'details',
        value: { token: `aaaaaa.${'A'.repeat(60)}`, issued: Date.now(), expires: Date.now() + 1e6, capability: '{}' },
      },
      {
        kind: 'request',
        value: createTokenRequest({ key: KEY, clientId: 'ada', ttlSeconds: 3600, capability: '{"a":["*"]}' }),
      },
      ...Object.entries({
        iat: 1,
        exp: 1,
        'x-ably-capability': 1,
        'x-ably-clientId': 1,
        'x-ably-token': 1,
        kid: 1,
        alg: 1,
      }).flatMap(([name]) => ODD.map((odd) => ({ kind: 'token', token: signed({ [name]: odd }, { [name]: odd }) }))),
    ];
    const wanted = { channel: 'a', can: 'presence' };
    for (const { kind, token, value } of answers)
      for (const name of value === undefined ? ['token'] : Object.keys(value))
        for (const odd of value === undefined ? [token] : ODD) {
          const changed = { ...value, [name]: odd };
          const report = new Report();
          const facts = examineAnswer(
            report,
            { kind, value: value && changed, token: changed.token },
            { now: Date.now(), key: KEY },
          );
          if (facts !== undefined) examineRights(report, facts, wanted);
          ok(report.checks.length > 0, JSON.stringify(changed));
        }
  });
  test('broken: what a server sends cannot command the terminal', () =>
    serving(
      () => ({ status: 302, headers: { location: '/\u009b31m' }, body: '' }),
      async ({ url }) => {
        const { stdout } = await cli(['doctor', url]);
        ok(!stdout.includes('\u009b') && stdout.includes('/\ufffd31m'), JSON.stringify(stdout));
      },
    ));
  test('broken: nobody is there', async () => {
    const url = await serving(
      () => text(''),
      ({ url }) => url,
    );
    const { code, stdout } = await cli(['doctor', url]);
    equal([code, stdout.split('\n')[0]], [1, '✗ the endpoint cannot be reached: ECONNREFUSED']);
  });
  test('broken: plain HTTP', async () => {
    const fetch = async () => new Response(jwt({ jwtId: true }), { headers: { 'content-type': 'text/plain' } });
    const { stdout } = await cli(['doctor', 'http://app.example/auth', '--json'], { fetch });
    equal(
      failed(resultOf(stdout).doctor.checks).map(({ check }) => check),
      ['https'],
    );
  });

  test('it asks as ably-js does: both methods, twice, after a preflight', () =>
    serving(
      () => text(jwt(), { 'access-control-allow-origin': ORIGIN }),
      async ({ url, requests }) => {
        await cli(['doctor', `${url}?room=1`, '--origin', ORIGIN]);
        equal(requests.map(({ method }) => method).sort(), ['GET', 'GET', 'OPTIONS', 'POST', 'POST']);
        for (const { method, url, headers } of requests) {
          ok(url.startsWith('/auth?room=1'), url);
          equal(headers.origin, ORIGIN);
          if (method === 'OPTIONS') continue;
          equal(headers.accept, 'application/json, text/plain');
          ok(/rnd=\d+/.test(url), url);
          equal(headers['content-type'], method === 'POST' ? 'application/x-www-form-urlencoded' : undefined);
        }
      },
    ));
  test('--method asks by this method only', () =>
    serving(
      () => text(jwt()),
      async ({ url, requests }) => {
        await cli(['doctor', url, '--method', 'POST']);
        equal(
          requests.map(({ method }) => method),
          ['POST', 'POST'],
        );
      },
    ));

  test('credentials go to the URL and nowhere else', () =>
    serving(
      () => text(jwt()),
      (other) =>
        serving(
          () => ({ status: 302, headers: { location: other.url }, body: '' }),
          async ({ url, requests }) => {
            const secret = 'a-session-that-is-secret';
            const env = { ABLY_API_KEY: KEY };
            const { stdout, stderr } = await cli(['doctor', url, '--header', `Cookie: session=${secret}`, '-v'], {
              env,
            });
            equal(other.requests, []);
            equal(
              requests.every(({ headers }) => headers.cookie === `session=${secret}`),
              true,
            );
            ok(!JSON.stringify(requests).includes(KEY.split(':')[1]), 'the key is sent');
            ok(!`${stdout}${stderr}`.includes(secret), 'the session is shown');
          },
        ),
    ));

  test('text output: a line for each check, and what to do below a fault', () =>
    serving(
      () => text(jwt({ ttlSeconds: 60 })),
      async ({ url }) => {
        const { code, stdout, stderr } = await cli(['doctor', url, '--channel', 'chat:1', '--can', 'publish']);
        equal([code, stderr], [1, '']);
        equal(stdout.split('\n'), [
          '✓ GET and POST: the answer can be used (a token)',
          '✓ each request gets a new answer',
          '✗ the token lives for 60 s only',
          '  Let tokens live for 10 minutes or more.',
          '✓ the client id is "ada"',
          '- the signature is not checked: there is no key',
          '✓ the token allows publish on chat:1',
          '',
        ]);
      },
    ));

  test('a token on stdin, by a process of its own', async () => {
    const { code, stdout } = await shell('ably issue-jwt-token --token-only | ably doctor --token -', {
      env: { ABLY_API_KEY: KEY },
    });
    equal(code, 0, stdout);
    ok(stdout.includes('✓ the signature matches the key aaaaaa.bbbbbb'), stdout);
  });
  test('TokenDetails and TokenRequests in place of a token', async () => {
    const { token, issued, expires } = issueJwtSync({ key: KEY, ttlSeconds: 30, clientId: 'ada' });
    const stdin = JSON.stringify({ token, issued, expires });
    const { code, stdout } = await cli(['doctor', '--token', '-'], { stdin });
    equal(code, 1);
    ok(stdout.startsWith('✗ the token lives for 30 s only'), stdout);
  });
  test('the key in the environment', async () => {
    const { code, stdout } = await cli(['doctor'], { env: { ABLY_API_KEY: KEY } });
    equal([code, stdout], [0, '✓ the key aaaaaa.bbbbbb has the form of an API key\n']);
    const asked = await cli(['doctor', '--channel', 'a', '--can', 'presence'], { env: { ABLY_API_KEY: KEY } });
    equal(
      [asked.code, asked.stdout.split('\n')[1]],
      [0, '- it is not known whether presence is allowed on a: the capability cannot be read'],
    );
    const bad = await cli(['doctor'], { env: { ABLY_API_KEY: 'not-a-key-at-all' } });
    equal(bad.code, 1);
    ok(!`${bad.stdout}${bad.stderr}`.includes('not-a-key-at-all'), bad.stdout);
  });

  const MISUSES = [
    [[], {}, /^Error: There is nothing to examine\n/],
    [['app.example/auth'], {}, /"app\.example\/auth" is not a URL/],
    [['https://a.example', '--origin', 'https://b.example/'], {}, /Did you mean https:\/\/b\.example\?/],
    [['https://a.example', '--can', 'publish'], {}, /--can is given without --channel/],
    [['https://ada:hush@a.example'], {}, /^Error: The URL contains a user name or password/],
    [
      ['https://a.example', '--channel', 'a', '--feature', 'chat: snd'],
      {},
      /unknown feature "snd" of chat\ndid you mean "send"\?/,
    ],
    [['https://a.example', '--channel', 'a', '--feature', 'send'], {}, /not a feature of a product\nwrite/],
    [
      ['https://a.example', '--channel', 'a', '--feature', 'chat: send', '--can', 'publish'],
      {},
      /cannot also be provided/,
    ],
    [['https://a.example', '--channel', 'a', '--can', 'publsh'], {}, /Did you mean --can publish\?/],
    [['https://a.example', '--header', 'secret-without-colon'], {}, /--header is not a header/],
    [['https://a.example', '--token', '-'], {}, /A URL and a token are given/],
    [['--header', 'A: b'], { ABLY_API_KEY: KEY }, /--header needs the URL/],
  ];
  for (const [args, env, says] of MISUSES)
    test(`misuse: doctor ${args.join(' ')}`, async () => {
      const { code, stderr } = await cli(['doctor', ...args], { env });
      equal(code, 2);
      ok(says.test(stderr), stderr);
    });

  account({ test, sandbox });
}

/** With an access token: the key, its capability and the rules of the namespace. */
function account({ test, sandbox }) {
  const env = { ABLY_ENDPOINT: sandbox.endpoint, ABLY_ACCESS_TOKEN: sandbox.accessToken };
  const control = createControlClient({ accessToken: sandbox.accessToken, endpoint: sandbox.endpoint });
  const look = async (token, args = []) => {
    const { stdout, stderr } = await cli(['doctor', '--token', '-', ...args, '--json'], { env, stdin: token });
    ok(resultOf(stdout) !== undefined, stderr);
    return failed(resultOf(stdout).doctor.checks).map(({ check, message }) => [check, message]);
  };
  const issue = (options) => issueJwtSync({ clientId: 'ada', ...options }).token;
  const asking = (channel, can) => ['--channel', channel, '--can', can];

  test('account: all is well', async () => {
    const token = issue({ key: sandbox.keys.root, capability: { 'plain:*': ['publish'] } });
    equal(await look(token, asking('plain:1', 'publish')), []);
    equal(await look(token), []);
  });
  test('account: a key that does not exist', async () => {
    const token = issue({ key: `${sandbox.app.id}.nosuch:made-up-secret-of-22-ch` });
    equal(await look(token), [['key', `the app has no key ${sandbox.app.id}.nosuch`]]);
  });
  test('account: too long for a revocable key', async () => {
    const [[check]] = await look(issue({ key: sandbox.keys.revocable, ttlSeconds: 7200 }));
    equal(check, 'lifetime');
  });
  test('account: the key does not allow it', async () => {
    const token = issue({ key: sandbox.keys.narrow, capability: { '*': ['*'] } });
    const [[check, message], ...others] = await look(token, asking('other', 'publish'));
    equal([check, others], ['key-rights', []]);
    ok(/^the key does not allow it: publish on other is not allowed/.test(message), message);
  });
  test('account: nothing is left under the key', async () => {
    const [[check], ...others] = await look(issue({ key: sandbox.keys.narrow, capability: { other: ['publish'] } }));
    equal([check, others], ['key-rights', []]);
  });
  test('account: the rule for mutable messages is missing, then there', async () => {
    const token = issue({ key: sandbox.keys.root, capability: { '*': ['*'] } });
    const args = asking('doctor-mutable:1', 'message-update-any');
    const [[check, message]] = await look(token, args);
    equal(check, 'rule');
    ok(message.includes('doctor-mutable (93002)'), message);
    await control.namespaces.create(sandbox.app.id, { id: 'doctor-mutable', mutableMessages: true });
    equal(await look(token, args), []);
  });
  test('account: the rules of a feature', async () => {
    const token = issue({ key: sandbox.keys.root, capability: { '*': ['*'] } });
    const asked = (channel, feature) => ['--channel', channel, '--feature', feature];
    equal(await look(token, asked('doctor-ai:1', 'ai: send')), []);
    const [[check, message], ...others] = await look(token, asked('doctor-ai:1', 'ai: agent-stream'));
    equal([check, others], ['rule', []]);
    ok(message.startsWith('ai: agent-stream needs the rule "mutable messages" on the namespace doctor-ai'), message);
    await control.namespaces.create(sandbox.app.id, { id: 'doctor-ai', mutableMessages: true });
    equal(await look(token, asked('doctor-ai:1', 'ai: agent-stream')), []);
    equal(await look(token, asked('room:1', 'chat: update-own')), []);
  });
  test('account: the namespace wants identified clients', async () => {
    await control.namespaces.create(sandbox.app.id, { id: 'doctor-known', authenticated: true });
    const token = issue({ key: sandbox.keys.root, clientId: null, capability: { '*': ['*'] } });
    const [[check, message], ...others] = await look(token, asking('doctor-known:1', 'publish'));
    equal([check, others], ['rule', []]);
    ok(message.includes('40161'), message);
  });
  test('account: the key alone', async () => {
    const keyed = { ...env, ABLY_API_KEY: sandbox.keys.narrow };
    const look = async (channel) => (await cli(['doctor', ...asking(channel, 'publish')], { env: keyed })).stdout;
    ok((await look('chat:1')).includes('\n✓ the key allows publish on chat:1\n'), await look('chat:1'));
    ok((await look('other')).includes('\n✗ the key does not allow it: publish on other'), await look('other'));
  });
  test('account: the access token goes to the Control API only', async () => {
    const sent = [];
    const fetch = async (url, init) => {
      const { host } = new URL(url);
      const headers = Object.fromEntries(new Headers(init.headers));
      sent.push([host, JSON.stringify(headers).includes(sandbox.accessToken)]);
      if (host === 'app.example')
        return new Response(jwt({ jwtId: true }), { headers: { 'content-type': 'text/plain' } });
      return Response.json([]);
    };
    await cli(['doctor', 'https://app.example/auth'], { env: { ABLY_ACCESS_TOKEN: sandbox.accessToken }, fetch });
    ok(
      sent.some(([host]) => host !== 'app.example'),
      JSON.stringify(sent),
    );
    for (const [host, withToken] of sent) equal(withToken, host === 'control.ably.net', host);
  });
  test('account: a Control API that cannot be reached is a note', async () => {
    const { stdout } = await cli(['doctor', '--token', '-', '--json'], {
      env: { ...env, ABLY_ENDPOINT: 'http://127.0.0.1:1', ABLY_CONTROL_HOST: 'http://127.0.0.1:1' },
      stdin: issue({ key: sandbox.keys.root }),
    });
    const { checks } = resultOf(stdout).doctor;
    ok(
      checks.some(
        ({ check, status, message }) => check === 'key' && status === 'note' && /^not checked: /.test(message),
      ),
      stdout,
    );
  });
  test('account: an access token that may not read keys is a note', async () => {
    const { stdout } = await cli(['doctor', '--token', '-', '--json'], {
      env: { ...env, ABLY_ACCESS_TOKEN: 'an-access-token-that-is-unknown' },
      stdin: issue({ key: sandbox.keys.root }),
    });
    const { checks } = resultOf(stdout).doctor;
    equal(failed(checks), []);
    ok(
      checks.some(({ check, status }) => check === 'key' && status === 'note'),
      stdout,
    );
  });
}
