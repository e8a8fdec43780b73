// explain-error.
import { equal, ok } from '../js/assert.mjs';
import { cli, resultOf, shell } from './run-cli.mjs';

const KEY = 'aaaaaa.bbbbbb:made-up-secret-of-22-ch';
const env = { ABLY_API_KEY: KEY };
const issue = async (...args) => (await cli(['issue-jwt-token', '--token-only', ...args], { env })).stdout.trim();

export function explainError({ test }) {
  test('by its code', async () => {
    const { code, stdout, stderr } = await cli(['explain-error', '40105']);
    equal([code, stderr], [0, '']);
    equal(stdout.split('\n'), [
      '40105 (status 401): The nonce has been used before.',
      'Causes, the most likely first:',
      '  - the TokenRequest was cached by a CDN or a framework',
      '  - one TokenRequest was given to two clients',
      'Remediation: Answer with Cache-Control: no-store, or issue JWTs.',
      'More: https://help.ably.io/error/40105',
      '',
    ]);
  });
  test('by its message, by a process of its own', async () => {
    const { code, stdout } = await shell('ably explain-error "operation not permitted with provided capability"');
    equal(code, 0);
    ok(stdout.startsWith('40160 (status 401): '), stdout);
  });
  test('by the JSON of a log, from stdin, with its cause', async () => {
    const stdin = '{"code":80019,"statusCode":403,"cause":{"code":40300,"statusCode":403}}\n';
    const { code, stdout } = await cli(['explain-error', '-'], { stdin });
    equal(code, 0);
    ok(/^80019 \(status 403\): .*\n\nIt is caused by\n40300 \(status 403\): /s.test(stdout), stdout);
  });
  test('with the token, it says which one it is here', async () => {
    const token = await issue('--capability', '{"chat:1":["subscribe"]}');
    const args = ['explain-error', '40160', '--token', '-', '--channel', 'chat:1', '--can', 'publish'];
    const { stdout } = await cli(args, { stdin: `${token}\n` });
    equal(stdout.split('\n').slice(1, 3), [
      'Here: publish on chat:1 is not allowed: `chat:1` matches but grants subscribe, not publish',
      '  grant publish on chat:1',
    ]);
    equal(
      (
        await cli(
          args.filter((arg) => arg !== '--token' && arg !== '-'),
          { env: { ABLY_TOKEN: token } },
        )
      ).stdout,
      stdout,
    );
  });
  test('the key as the reason', async () => {
    const args = ['--channel', 'chat:1', '--can', 'publish', '--key-capability', '{"news":["*"]}', '--json'];
    const { stdout } = await cli(['explain-error', '40160', ...args], { env: { ABLY_TOKEN: await issue() } });
    const { explanation } = resultOf(stdout);
    equal([explanation.code, explanation.here.length], [40160, 1]);
    ok(explanation.here[0].message.startsWith('the key does not allow it: '), explanation.here[0].message);
  });
  test('what is not in the table is exit code 1, with its page', async () => {
    const { code, stdout } = await cli(['explain-error', '45678']);
    equal(code, 1);
    ok(stdout.includes('https://help.ably.io/error/45678'), stdout);
    equal((await cli(['explain-error', 'hello'])).code, 1);
  });
  test('an operation that does not exist', async () => {
    const { code, stderr } = await cli(['explain-error', '40160', '--channel', 'a', '--can', 'publsh']);
    equal([code, stderr.includes('Did you mean --can publish?')], [2, true]);
  });
  test('the token is never shown', async () => {
    const token = await issue();
    for (const args of [['--token', token], [`--token=${token}`]])
      for (const code of ['40142', '40160', '40144', token]) {
        const { stdout, stderr } = await cli(['explain-error', code, ...args]);
        ok(!`${stdout}${stderr}`.includes(token.slice(0, 30)), stdout);
      }
    const { stdout, stderr } = await cli([
      'explain-error',
      '40160',
      '--token',
      'not-a-flag-but-secret',
      '--chanel',
      'a',
    ]);
    ok(!`${stdout}${stderr}`.includes('not-a-flag-but-secret'), stderr);
  });
}
