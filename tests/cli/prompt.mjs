// The question, as somebody at a terminal is asked it.
import { find } from '../runtimes/find.mjs';
import { equal, ok } from '../js/assert.mjs';
import { terminal } from './run-cli.mjs';

const QUESTION =
  'This will permanently revoke all matching tokens, and any applications using those tokens will need to be issued new tokens. Are you sure? [y/n] ';
const CONTROL_C = '\x03';
const CONTROL_D = '\x04';

export function prompt({ test, world }) {
  if (!find('python with pty')) {
    console.log('SKIPPED: the question in a pseudo-terminal (python3 is not installed)');
    test('there is no terminal to ask in', () => {});
    return;
  }

  const ask = async (steps, args = ['auth', 'revoke-token', '--client-id', 'userClientId'], script) => {
    const { endpoint, key, log } = await world(script);
    const answer = await terminal(args, steps, { env: { ABLY_ENDPOINT: endpoint, ABLY_API_KEY: key, NO_COLOR: '1' } });
    const sent = (await log()).filter(({ path }) => path.endsWith('/revokeTokens'));
    return { ...answer, screen: answer.screen.replaceAll('\r\n', '\n'), sent: sent.length };
  };

  test('the question, word for word; yes', async () => {
    const { code, screen, sent, stepsLeft } = await ask([[QUESTION, 'y\n']]);
    equal([code, sent, stepsLeft], [0, 1, 0]);
    ok(
      screen.startsWith(`\nYou are about to revoke all tokens matching:\nClient ID: userClientId\n\n${QUESTION}y\n`),
      screen,
    );
    ok(screen.includes('✓ Tokens matching client id userClientId have been revoked.\n'), screen);
  });

  test('no', async () => {
    const { code, screen, sent } = await ask([[QUESTION, 'n\n']]);
    equal([code, sent], [0, 0]);
    ok(screen.endsWith('n\n⚠ Revocation cancelled.\n'), screen);
  });

  test('an empty line is no', async () => {
    const { code, sent } = await ask([[QUESTION, '\n']]);
    equal([code, sent], [0, 0]);
  });

  test('what is typed in pieces, and taken back', async () => {
    const { code, sent } = await ask([
      [QUESTION, 'no'],
      ['no', '\x7f\x7fyes\n'],
    ]);
    equal([code, sent], [0, 1]);
  });

  test('an interruption at the question: 130, and nothing is sent', async () => {
    const { code, screen, sent } = await ask([[QUESTION, CONTROL_C]]);
    equal([code, sent], [130, 0]);
    ok(screen.endsWith('Error: Interrupted.\n'), screen);
  });

  test('an interruption while it waits for Ably: 130', async () => {
    const { code, screen } = await ask(
      [['0/2 targets', CONTROL_C]],
      ['revoke-token', '--client-id', 'a', '--client-id', 'b', '--force'],
      { faults: [{ stop: 'headers' }], repeat: true, only: 'revokeTokens' },
    );
    equal(code, 130, screen);
  });

  test('the end of the input is no answer', async () => {
    const { code, sent } = await ask([[QUESTION, CONTROL_D]]);
    equal([code, sent], [1, 0]);
  });

  test('a revocation key', async () => {
    const { screen } = await ask([[QUESTION, 'n\n']], ['revoke-token', '--revocation-key', 'group1']);
    ok(screen.startsWith('\nYou are about to revoke all tokens matching:\nRevocation Key: group1\n\n'), screen);
  });

  test('--force asks nothing', async () => {
    const { code, screen, sent } = await ask([], ['revoke-token', '--client-id', 'a', '--force']);
    equal([code, sent, screen.includes('Are you sure')], [0, 1, false]);
  });
}
