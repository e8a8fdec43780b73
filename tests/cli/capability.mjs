// check-capability.
import { equal, ok } from '../js/assert.mjs';
import { cli, resultOf } from './run-cli.mjs';

const check = (...args) => cli(['check-capability', ...args]);

export function capability({ test }) {
  test('nothing is wrong', async () => {
    const { code, stdout, stderr } = await check('{"b":["subscribe"],"a":["*"]}');
    equal([code, stdout, stderr], [0, '✓ The capability is valid.\nCapability: {"a":["*"],"b":["subscribe"]}\n', '']);
  });

  test('every problem, with its place', async () => {
    const { code, stdout } = await check('{"chat*":["publish"],"b":["publsh"]}');
    equal(code, 1);
    equal(stdout.split('\n').slice(0, 6), [
      'warning: capability["chat*"] is a literal name: a star is a wildcard only as a whole segment between colons; did you mean "chat:*"?',
      '  {"chat*":["publish"],"b":["publsh"]}',
      '   ^^^^^^^',
      'error: capability["b"][0] is the unknown operation "publsh"; did you mean "publish"?',
      '  {"chat*":["publish"],"b":["publsh"]}',
      '                            ^^^^^^^^',
    ]);
  });

  test('as a record', async () => {
    const { code, stdout } = await check('{"a":["publsh"]}', '--json');
    const { capability, success } = resultOf(stdout);
    equal([code, success, capability.ok, capability.diagnostics[0].code], [1, true, false, 'unknown-operation']);
  });

  const ASKED = [
    [['{"chat:*":["publish"]}', '--can', 'publish', '--on', 'chat:42'], 0, /^✓ publish on chat:42 is allowed/],
    [['{"chat:*":["publish"]}', '--can', 'history', '--on', 'chat:42'], 1, /^✗ history on chat:42 is not allowed/],
    [['{"chat*":["publish"]}', '--can', 'publish', '--on', 'chat:42'], 1, /`chat:\*` would match/],
    [
      ['{"*":["*"]}', '--can', 'publish', '--on', 'chat:42', '--key-capability', '{"news":["*"]}'],
      1,
      /^✗ Key capability: publish on chat:42 is not allowed/,
    ],
    [
      ['{"*":["*"]}', '--can', 'publish', '--on', 'news', '--key-capability', '{"news":["*"]}'],
      0,
      /^✓ publish on news is allowed/,
    ],
  ];
  for (const [args, code, says] of ASKED)
    test(args.join(' '), async () => {
      const answer = await check(...args);
      equal(answer.code, code);
      ok(says.test(answer.stdout), answer.stdout);
    });

  test('an answer as a record', async () => {
    const { permission } = resultOf(
      (await check('{"a":["publish"]}', '--can', 'publish', '--on', 'a', '--json')).stdout,
    );
    equal([permission.allowed, permission.operation, permission.resource], [true, 'publish', 'a']);
  });

  test('from stdin', async () => equal((await cli(['check-capability', '-'], { stdin: '{"a":["publish"]}' })).code, 0));

  test('what cannot be read is no answer', async () => {
    const { code, stdout, stderr } = await check('[]', '--can', 'publish', '--on', 'a');
    equal([code, stdout], [1, '']);
    ok(stderr.startsWith('Error: the capability is an array, not an object'), stderr);
  });

  test('what needs a client id', async () => {
    const { stdout } = await check('{"a":["presence"]}', '--client-id', 'none');
    ok(stdout.startsWith('warning: '), stdout);
  });
}
