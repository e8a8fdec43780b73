// Help and progress in windows of three widths, and in one that is resized.
import { everyCommand } from '../../pkg/cli/commands.js';
import { Progress } from '../../pkg/cli/progress.js';
import { commandHelp, topicHelp } from '../../pkg/cli/help.js';
import { find } from '../runtimes/find.mjs';
import { equal, ok } from '../js/assert.mjs';
import { terminal } from './run-cli.mjs';

const WIDTHS = [40, 80, 200];

export function windows({ test, world }) {
  test('no line of a help is wider than its window, but an example and a word', async () => {
    for (const width of WIDTHS) {
      const commands = [...(await everyCommand())];
      const helps = await Promise.all(commands.map(([name, command]) => commandHelp(command, name, width)));
      for (const help of [...helps, await topicHelp('', width), await topicHelp('auth', width)])
        for (const line of help.split('\n'))
          ok(
            line.length <= width || line.includes('$ ') || !line.trim().includes(' '),
            `${line.length} of ${width} columns: ${line}`,
          );
    }
  });

  test('a narrow window stacks the columns', async () => {
    const help = await commandHelp({ summary: 'It does something', flags: { long: { text: 'A flag' } } }, 'x', 40);
    ok(help.includes('\n      --long\n      A flag\n'), help);
  });

  test('the bar has room for its count, in any window', () => {
    const written = [];
    const stream = { columns: 80, write: (text) => written.push(text) };
    const progress = new Progress(stream, 'targets');
    for (const columns of [80, 40, 20, 10, 200, undefined]) {
      stream.columns = columns;
      progress.show(1_000, 100_000);
    }
    progress.end();
    const [last, ...shown] = written.map((text) => text.replace('\r\x1b[K', '')).reverse();
    equal(last, '');
    equal(
      shown.reverse().map((line) => [line.length, line.includes('░'), line.includes('1000/100')]),
      [
        [50, true, true],
        [39, true, true],
        [19, false, true],
        [9, false, true],
        [50, true, true],
        [50, true, true],
      ],
    );
  });

  if (!find('python with pty')) {
    console.log('SKIPPED: windows in a pseudo-terminal (python3 is not installed)');
    return;
  }

  const linesOf = (screen) => screen.replaceAll('\r\n', '\n').split('\n');

  for (const columns of WIDTHS)
    test(`help in a terminal of ${columns} columns`, async () => {
      const { code, screen } = await terminal(['revoke-token', '--help'], [], { columns });
      equal(code, 0);
      const lines = linesOf(screen).filter((line) => !line.includes('$ ') && line.trim().includes(' '));
      const longest = Math.max(...lines.map((line) => line.length));
      ok(longest <= columns && longest > Math.min(columns, 120) - 20, `${longest} of ${columns} columns`);
    });

  for (const columns of WIDTHS)
    test(`progress in a terminal of ${columns} columns, which is resized to 24`, async () => {
      const { endpoint, key } = await world({ faults: [{ stop: 'headers' }], repeat: true, only: 'revokeTokens' });
      const args = ['revoke-token', '--client-id', 'a', '--client-id', 'b', '--force'];
      // It waits for an answer that never comes; the interrupt ends it.
      const { code, screen } = await terminal(args, [['0/2 targets', '\x03', 24]], {
        columns,
        env: { ABLY_ENDPOINT: endpoint, ABLY_API_KEY: key, NO_COLOR: '1' },
      });
      equal(code, 130);
      // biome-ignore lint/suspicious/noControlCharactersInRegex: the sequences that a terminal gets
      const bars = screen.match(/\x1b\[K[█░]+ \d+\/2 targets/g).map((bar) => bar.slice(3));
      for (const bar of bars) ok(bar.length < columns, bar);
    });
}
