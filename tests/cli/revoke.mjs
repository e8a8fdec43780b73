// revoke-token: what is sent, what is said, what is counted.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { equal, ok } from '../js/assert.mjs';
import { cli, records, resultOf } from './run-cli.mjs';

const MARGIN = ' Connected clients have a 30s grace period to obtain new tokens before disconnection.';

export function revoke({ test, world, folder, sandbox }) {
  const run = async (args, { script, ...io } = {}) => {
    const { endpoint, key, log } = await world(script);
    const answer = await cli(['revoke-token', ...args], { ...io, env: { ABLY_ENDPOINT: endpoint, ABLY_API_KEY: key } });
    const sent = (await log()).filter(({ method, path }) => method === 'POST' && path.endsWith('/revokeTokens'));
    return {
      ...answer,
      sent: sent.map(({ path, headers, body }) => ({
        path,
        authorization: headers.authorization,
        body: JSON.parse(body),
      })),
    };
  };

  // Texts: the Ably CLI's (src/commands/auth/revoke-token.ts of ably/ably-cli 1.2.1).
  const ONE = [
    ['a client id', ['--client-id', 'userClientId'], 'clientId:userClientId', 'client id userClientId', false],
    ['a revocation key', ['--revocation-key', 'group1'], 'revocationKey:group1', 'revocation key group1', false],
    ['with the margin', ['--client-id', 'a:b', '--allow-reauth-margin'], 'clientId:a:b', 'client id a:b', true],
    ['a channel', ['--channel', 'chat:*'], 'channel:chat:*', 'channel chat:*', false],
    ['an id that begins with a hyphen', ['--client-id', '-ada'], 'clientId:-ada', 'client id -ada', false],
  ];
  for (const [name, args, target, words, margin] of ONE) {
    test(name, async () => {
      const { code, stdout, stderr, sent } = await run([...args, '--force']);
      equal([code, stdout, stderr], [0, '', `✓ Tokens matching ${words} have been revoked.${margin ? MARGIN : ''}\n`]);
      equal(sent.length, 1);
      const {
        path,
        authorization,
        body: { issuedBefore, ...body },
      } = sent[0];
      equal(
        [path, authorization],
        ['/keys/xVLyHw.A-pwh7/revokeTokens', `Basic ${btoa('xVLyHw.A-pwh7:made-up-secret')}`],
      );
      equal(body, { targets: [target], ...(margin && { allowReauthMargin: true }) });
      ok(Number.isInteger(issuedBefore), 'the moment is sent');
    });

    test(`${name}, as a record`, async () => {
      const { code, stdout, stderr } = await run([...args, '--force', '--json']);
      const { type, command, success, revocation } = records(stdout)[0];
      equal([code, stderr, type, command, success], [0, '', 'result', 'auth:revoke-token', true]);
      equal(Object.keys(revocation), [
        'allowReauthMargin',
        'message',
        'target',
        'response',
        'successCount',
        'failureCount',
      ]);
      const { allowReauthMargin, message, target: of, response } = revocation;
      equal(
        [allowReauthMargin, message, of],
        [margin, `Tokens matching ${words} have been revoked.${margin ? MARGIN : ''}`, target],
      );
      equal([revocation.successCount, revocation.failureCount, response[0].target], [1, 0, target]);
      equal(Object.keys(response[0]).sort(), ['appliesAt', 'issuedBefore', 'target']);
    });
  }

  test('-f is --force', async () => equal((await run(['--client-id', 'a', '-f'])).code, 0));

  test('several, of several kinds', async () => {
    const { code, stderr, sent } = await run(['--client-id', 'a', '--client-id', 'b', '--channel', 'c', '--force']);
    equal(
      [code, stderr, sent[0].body.targets],
      [0, '✓ Tokens matching 3 targets have been revoked.\n', ['clientId:a', 'clientId:b', 'channel:c']],
    );
  });

  test('issued before a moment', async () => {
    const moment = Date.now() - 60_000;
    for (const given of [String(moment), new Date(moment).toISOString()])
      equal((await run(['--client-id', 'a', '--force', '--issued-before', given])).sent[0].body.issuedBefore, moment);
  });

  test('one target that Ably refuses', async () => {
    const script = { refused: { 'clientId:ada': { code: 40000, statusCode: 400, message: 'Bad target' } } };
    const { code, stdout, stderr } = await run(['--client-id', 'ada', '--force'], { script });
    equal([code, stdout], [1, '']);
    ok(/^Error: .*Bad target\nAbly error code: 40000 /s.test(stderr), stderr);
    const record = records((await run(['--client-id', 'ada', '--force', '--json'], { script })).stdout)[0];
    equal([record.type, record.success, record.target, record.error.code], ['error', false, 'clientId:ada', 40000]);
  });

  test('some that Ably refuses: each is shown, and the exit code is 1', async () => {
    const script = { refused: { 'clientId:b': { code: 40121, statusCode: 400, message: 'Not enabled' } } };
    const { code, stdout, stderr } = await run(['--client-id', 'a', '--client-id', 'b', '--force'], { script });
    equal([code, stdout], [1, '']);
    ok(/^✗ Client ID: b: .*Not enabled.* \(40121\)\nError: 1 of 2 revoked, 1 failed\n$/.test(stderr), stderr);
  });

  test('5,000 from a file, some of which fail', async () => {
    const targets = Array.from({ length: 5_000 }, (_, index) =>
      index % 2 ? `clientId:user-${index}` : `revocationKey:group ${index}`,
    );
    const bad = targets.filter((_, index) => index % 500 === 7);
    const path = join(folder, 'targets');
    writeFileSync(path, `\uFEFF${targets.join('\r\n')}\r\n\r\n`);
    const script = {
      refused: Object.fromEntries(
        bad.map((target) => [target, { code: 40000, statusCode: 400, message: 'Bad target' }]),
      ),
    };
    const { code, stdout, stderr, sent } = await run(['--targets-file', path, '--force', '--json'], { script });
    const { revocation, success } = resultOf(stdout);
    equal([code, stderr, success], [1, '', false]);
    equal([revocation.message, revocation.targets], ['4990 of 5000 revoked, 10 failed.', 5000]);
    equal([revocation.successCount, revocation.failureCount], [4990, 10]);
    equal(
      revocation.response.map(({ target }) => target),
      targets,
    );
    equal(
      revocation.response.filter(({ error }) => error).map(({ target }) => target),
      bad,
    );
    equal([sent.length, sent.every(({ body }) => body.targets.length <= 100)], [50, true]);
    equal(new Set(sent.map(({ body }) => body.issuedBefore)).size, 1);
    equal(records(stdout).at(-1), { type: 'status', command: 'auth:revoke-token', status: 'completed', exitCode: 1 });
  });

  test('the same as text: the first of those that failed, and how many more', async () => {
    const targets = Array.from({ length: 60 }, (_, index) => `clientId:${index}`);
    const script = {
      refused: Object.fromEntries(
        targets.slice(0, 30).map((target) => [target, { code: 40000, statusCode: 400, message: 'Bad target' }]),
      ),
    };
    const { code, stderr } = await run(['--targets-file', '-', '--force'], { script, stdin: targets.join('\n') });
    const lines = stderr.trimEnd().split('\n');
    equal(
      [code, lines.length, lines.slice(-2)],
      [1, 22, ['and 10 more. Use --json to see all of them.', 'Error: 30 of 60 revoked, 30 failed']],
    );
  });

  test('a bar on a terminal, and nothing of it elsewhere', async () => {
    const stdin = Array.from({ length: 250 }, (_, index) => `clientId:${index}`).join('\n');
    const onTerminal = await run(['--targets-file', '-', '--force'], { stdin, tty: true });
    ok(
      /K█+░* (100|200|250)\/250 targets/.test(onTerminal.stderr) && onTerminal.stderr.includes('\r\x1b[K'),
      JSON.stringify(onTerminal.stderr),
    );
    equal(
      (await run(['--targets-file', '-', '--force'], { stdin })).stderr,
      '✓ Tokens matching 250 targets have been revoked.\n',
    );
    equal((await run(['--targets-file', '-', '--force', '--json'], { stdin, tty: true })).stderr, '');
  });

  const FILES = [
    ['an empty file', '', 1, 'stdin contains no targets'],
    ['a line that is no target', 'clientId:a\nada\n', 1, 'stdin:2: not a target'],
    ['a type without a value', 'clientId:\n', 1, 'stdin:1: not a target'],
  ];
  for (const [name, stdin, code, says] of FILES)
    test(`targets: ${name}`, async () => {
      const answer = await run(['--targets-file', '-', '--force'], { stdin });
      equal([answer.code, answer.stderr.split('\n')[0], answer.sent], [code, `Error: ${says}`, []]);
    });

  test('an interruption: what is known, and 130', async () => {
    const ending = new AbortController();
    const { endpoint, key } = await world({ faults: [null, { stop: 'headers' }], repeat: true, only: 'revokeTokens' });
    const fetch = async (url, init) => {
      const answer = globalThis.fetch(url, init);
      // The second is never answered.
      if (url.endsWith('/revokeTokens'))
        answer.then(
          () => setTimeout(() => ending.abort(), 300),
          () => {},
        );
      return answer;
    };
    const stdin = Array.from({ length: 200 }, (_, index) => `clientId:${index}`).join('\n');
    const { code, stderr } = await cli(['revoke-token', '--targets-file', '-', '--force'], {
      stdin,
      fetch,
      signal: ending.signal,
      env: { ABLY_ENDPOINT: endpoint, ABLY_API_KEY: key },
    });
    equal(code, 130);
    ok(/Error: Interrupted: 100 of 200 revoked, 100 unanswered\n$/.test(stderr), stderr);
  });

  test('without an answer to the question nothing is sent', async () => {
    const { code, stderr, sent } = await run(['--client-id', 'ada'], { stdin: '' });
    equal([code, sent], [1, []]);
    ok(
      stderr.endsWith(
        '\nError: Cannot ask for confirmation: stdin has ended\nUse --force to continue without confirmation.\n',
      ),
      stderr,
    );
  });

  for (const [answer, revoked] of [
    ['y', true],
    ['YES', true],
    ['yes ', true],
    ['n', false],
    ['', false],
    ['yep', false],
    ['no', false],
  ])
    test(`${JSON.stringify(answer)} is ${revoked ? 'yes' : 'no'}`, async () => {
      const { code, stdout, stderr, sent } = await run(['--client-id', 'ada'], { stdin: `${answer}\n` });
      equal([code, stdout, sent.length], [0, '', revoked ? 1 : 0]);
      ok(
        stderr.endsWith(revoked ? '✓ Tokens matching client id ada have been revoked.\n' : '⚠ Revocation cancelled.\n'),
        stderr,
      );
    });

  test('with an access token: every key of the app that has revocable tokens', async () => {
    const key = (id, revocableTokens) => ({
      id,
      name: id,
      secret: `made-up-secret-${id}`,
      capability: { '*': ['*'] },
      revocableTokens,
    });
    const { endpoint, accessToken } = await world({
      apps: [{ id: 'xVLyHw', name: 'My app', keys: [key('first1', true), key('secon1', true), key('third1', false)] }],
    });
    const { code, stdout } = await cli(['revoke-token', '--client-id', 'ada', '--app', 'My app', '--force', '--json'], {
      env: { ABLY_ENDPOINT: endpoint, ABLY_ACCESS_TOKEN: accessToken },
    });
    equal(code, 0);
    equal(
      resultOf(stdout).revocation.response.map(({ keyName }) => keyName),
      ['xVLyHw.first1', 'xVLyHw.secon1'],
    );
  });

  test('in the sandbox: a key without revocable tokens', async () => {
    const { code, stderr } = await cli(['revoke-token', '--client-id', 'ada', '--force'], {
      env: { ABLY_ENDPOINT: sandbox.endpoint, ABLY_API_KEY: sandbox.keys.root },
    });
    equal(code, 1);
    ok(stderr.includes('Ably error code: 40164'), stderr);
  });
}
