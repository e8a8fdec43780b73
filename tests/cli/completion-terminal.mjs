// Completion as somebody at a terminal has it: each shell reads the script, and the Tab key is pressed.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { find } from '../runtimes/find.mjs';
import { equal, ok } from '../js/assert.mjs';
import { cli, inTerminal } from './run-cli.mjs';

const PROMPT = 'ready>';
/** Empties the line, so that Enter shows the prompt again. */
const CONTROL_U = '\x15';
/** What is typed before Tab is pressed, and what the line then contains. */
const TYPED = [
  ['ably-edge-auth issue-j', 'issue-jwt-token'],
  ['ably-edge-auth verify-token --can hist', '--can history'],
  ['ably-edge-auth verify-token --can=hist', '--can=history'],
  ['ably-edge-auth check-capability @cap', '@capability.json'],
  ['ably-edge-auth issue-jwt-token --capability @cap', '@capability.json'],
  ['ably-edge-auth revoke-token --targets-file leak', '--targets-file leaked.txt'],
  ['ably-edge-auth apps channel-rules create --no-persisted --mutable', '--mutable-messages'],
];

/** The program, its arguments, and files in the home folder, in which the script is `completion`. */
const SHELLS = {
  bash: { args: ['--rcfile', '.bashrc', '-i'], files: { '.bashrc': `PS1='${PROMPT}'; source completion` } },
  zsh: {
    args: ['-i'],
    files: { '.zshrc': `PS1='${PROMPT}'; autoload -Uz compinit && compinit -D -u; source completion` },
  },
  fish: {
    args: ['--no-config', '-i', '-C', `function fish_prompt; echo -n '${PROMPT}'; end; source completion`],
    files: {},
  },
};

export function completionTerminal({ test, folder }) {
  for (const [shell, { args, files }] of Object.entries(SHELLS)) {
    if (!find(shell) || !find('python with pty')) {
      console.log(`SKIPPED: completion in a pseudo-terminal (${find(shell) ? 'python3' : shell} is not installed)`);
      continue;
    }
    test(`${shell}: what the Tab key completes`, async () => {
      const home = join(folder, `home-${shell}`);
      mkdirSync(home);
      const { stdout } = await cli(['completion', shell]);
      const all = { ...files, completion: stdout, 'capability.json': '{}', 'leaked.txt': '' };
      for (const [name, text] of Object.entries(all)) writeFileSync(join(home, name), text);
      const steps = TYPED.flatMap(([typed, completed]) => [
        [PROMPT, `${typed}\t`],
        [completed, `${CONTROL_U}\r`],
      ]);
      const { screen, stepsLeft } = await inTerminal([find(shell), ...args], [...steps, [PROMPT, 'exit\r']], {
        cwd: home,
        columns: 200,
        env: { HOME: home, ZDOTDIR: home, TERM: 'xterm', HISTFILE: '' },
      });
      equal(stepsLeft, 0, JSON.stringify(screen));
    });
  }

  test('powershell: every word, flag, operation and choice is in the script', async () => {
    const { code, stdout } = await cli(['completion', 'powershell']);
    equal(code, 0);
    ok(stdout.includes('Register-ArgumentCompleter -Native -CommandName ably-edge-auth -ScriptBlock {'), stdout);
    ok(stdout.includes("'apps channel-rules create' = @{"), 'a path');
    ok(/'--can' = @\('annotation-publish', .*'subscribe'\)/.test(stdout), 'operations');
    ok(stdout.includes("'--unit' = @('minute', 'hour', 'day', 'month')"), 'choices');
    ok(stdout.includes("'--targets-file' = 'file'"), 'files');
    // A single quote inside a text is written twice.
    ok(stdout.includes("Show an access token''s owner, expiry and capabilities"), 'quotes');
  });
}
