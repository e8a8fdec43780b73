// Features of Chat rooms, spaces and AI conversations: check-capability asks about them, issue-jwt-token grants them.
import { equal, ok } from '../js/assert.mjs';
import { claimsOf, cli, resultOf } from './run-cli.mjs';

const env = { ABLY_API_KEY: 'aaaaaa.-bbbbb:made-up-secret-of-22-ch' };
const check = (...args) => cli(['check-capability', ...args]);
const issue = (...args) => cli(['issue-jwt-token', ...args], { env });
const granted = async (...args) => {
  const { code, stdout, stderr } = await issue('--token-only', ...args);
  equal([code, stderr], [0, '']);
  return JSON.parse(claimsOf(stdout).claims['x-ably-capability']);
};

const ASKED = [
  [
    ['{"support:*":["publish","subscribe"]}', '--can', 'typing', '--chat-room', 'support:7'],
    0,
    /^✓ typing in the chat room support:7 is allowed: `support:\*` .*\n$/,
  ],
  [
    ['{"support:*":["publish"]}', '--can', 'typing', '--chat-room', 'support:7'],
    1,
    /^✗ typing in the chat room support:7 is not allowed: it needs subscribe/,
  ],
  [
    ['{"r::$chat":["publish"]}', '--can', 'send', '--chat-room', 'r'],
    1,
    /^\? send .* is uncertain: .*\nCertainty: inferred/,
  ],
  [
    ['{"board":["*"]}', '--can', 'cursors', '--space', 'board'],
    0,
    /^✓ cursors in the space board is allowed.*\nCertainty: inferred/,
  ],
  [['{"c:*":["*"]}', '--can', 'use', '--ai-conversation', 'c:1'], 0, /^✓ use in the AI conversation c:1 is allowed/],
  [
    ['{"r":["publish"]}', '--can', 'send', '--chat-room', 'r', '--key-capability', '{"*":["subscribe"]}'],
    1,
    /^✗ send .* is not allowed: .*key/,
  ],
  [['{"r":["publish"]}', '--can', 'send', '--chat-room', 'r', '--client-id', 'none'], 1, /^✗ send .*client id/],
  [['{"r":["presence"]}', '--can', 'presence', '--on', 'r', '--client-id', 'none'], 1, /^✗ presence on r .*client id/],
  [['{"r":["history"]}', '--can', 'message.get', '--on', 'r'], 0, /^✓ message\.get on r is allowed/],
];

const MISUSED = [
  [['check-capability', '{}', '--can', 'typng', '--chat-room', 'r'], 'Unknown feature "typng"', 'Did you mean typing?'],
  [['check-capability', '{}', '--can', 'xyz', '--space', 's'], 'Unknown feature "xyz"', 'Use one of enter, members'],
  [['check-capability', '{}', '--can', 'send', '--chat-room', ''], '--chat-room is empty', 'Write --chat-room NAME.'],
  [['check-capability', '{}', '--can', 'send'], '--can is given without --on', '--chat-room support:7'],
  [['check-capability', '{}', '--space', 's'], '--space is given without --can', '--on chat:42'],
  [
    ['check-capability', '{}', '--can', 'send', '--space', 's', '--chat-room', 'r'],
    '--space cannot also be provided when using --chat-room',
    '',
  ],
  [['issue-jwt-token', '--chat-room', 'r'], '--chat-room r names no features', '--chat-room NAME=FEATURE,FEATURE'],
  [['issue-jwt-token', '--space', 's=,'], '--space s=, names no features', 'enter, members'],
  [['issue-jwt-token', '--chat-room', '=send'], '--chat-room =send names no features', 'attach, send'],
  [['issue-jwt-token', '--ai-conversation', 'c=use,snd'], 'Unknown feature "snd"', 'Did you mean send?'],
];

export function products({ test }) {
  for (const [args, code, says] of ASKED)
    test(args.join(' '), async () => {
      const answer = await check(...args);
      equal(answer.code, code);
      ok(says.test(answer.stdout), answer.stdout);
    });

  test('an answer as a record', async () => {
    const args = ['{"r":["publish"]}', '--can', 'typing', '--chat-room', 'r', '--json'];
    const { permission } = resultOf((await check(...args)).stdout);
    equal(
      [permission.allowed, permission.verdict, permission.certainty, permission.operations],
      [false, 'denied', 'documented', ['publish', 'subscribe']],
    );
  });

  test('a finding is shown once, at its place', async () => {
    const { stdout, stderr } = await check('{"[chat]r":["publish"]}', '--can', 'send', '--chat-room', 'r');
    ok(stdout.startsWith('? send in the chat room r is uncertain'), stdout);
    equal(stderr.split('\n').slice(1), ['  {"[chat]r":["publish"]}', '   ^^^^^^^^^', '']);
  });

  test('a finding about the client id marks no place of the capability', async () => {
    const args = ['{"r":["presence"]}', '--can', 'presence-read', '--chat-room', 'r', '--client-id', '*'];
    const { stderr } = await check(...args);
    ok(/⚠ (clientId|--client-id) is \*/.test(stderr) && !stderr.includes('^^'), stderr);
  });

  for (const [args, message, hint] of MISUSED)
    test(args.join(' '), async () => {
      const { code, stdout, stderr } = await cli(args, { env });
      equal([code, stdout], [2, '']);
      ok(stderr.includes(message) && stderr.includes(hint), stderr);
    });

  test('a token for features', async () => {
    equal(await granted('--chat-room', 'support:7=send, receive'), { 'support:7': ['publish', 'subscribe'] });
    equal(await granted('--space', 'board=members', '--ai-conversation', 'c1=use', '--chat-room', 'a=b=send'), {
      'a=b': ['publish'],
      board: ['presence', 'subscribe'],
      'board::$space': ['presence', 'subscribe'],
      c1: ['history', 'publish', 'subscribe'],
    });
  });

  test('a flag that is repeated, and --capability, add up', async () => {
    equal(
      await granted('--chat-room', 'r=send', '--chat-room', 'r=receive', '--capability', '{"r":["history"],"b":["*"]}'),
      { b: ['*'], r: ['history', 'publish', 'subscribe'] },
    );
    equal(await granted('--chat-room', '__proto__=send'), JSON.parse('{"__proto__":["publish"]}'));
  });

  test('errors of --capability are shown at their places', async () => {
    const { code, stderr } = await issue('--chat-room', 'r=send', '--capability', '{"a":["publsh"]}');
    equal(code, 1);
    ok(stderr.includes('unknown operation "publsh"') && stderr.includes('      ^^^^^^^^\n'), stderr);
  });

  test('what features need besides the capability is said', async () => {
    const { code, stderr } = await issue('--ai-conversation', 'c1=agent-stream', '--token-only');
    equal([code, stderr], [0, 'Note: --ai-conversation c1 needs the channel rule mutableMessages on its namespace\n']);
    const anonymous = await issue('--chat-room', 'r=send', '--client-id', 'none', '--token-only');
    equal([anonymous.code, anonymous.stderr], [0, 'Note: --chat-room r needs a token with a client id\n']);
  });

  for (const command of ['check-capability', 'issue-jwt-token'])
    test(`${command} --help lists the features`, async () => {
      const { stdout } = await cli([command, '--help']);
      ok(/\nFEATURES\n {2}--chat-room +attach, send, receive,/.test(stdout), stdout);
    });
}
