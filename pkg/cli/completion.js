// completion: prints a shell script generated from the command definitions. The script runs no program, which keeps
// completion fast.
import { bash } from './completion-bash.js';
import { fish } from './completion-fish.js';
import { powershell } from './completion-powershell.js';
import { zsh } from './completion-zsh.js';
import { misuse } from './failure.js';
import { COMMON } from './flags.js';
import { echoed } from './redact.js';
import { shownName } from './shown-name.js';

const SHELLS = { bash, zsh, fish, powershell };

export const command = {
  summary: 'Print a shell completion script',
  args: [{ name: 'SHELL', required: true, text: 'bash, zsh, fish or powershell' }],
  examples: [
    ['bash, in ~/.bashrc', 'eval "$(ably-edge-auth completion bash)"'],
    ['zsh, in ~/.zshrc after compinit', 'eval "$(ably-edge-auth completion zsh)"'],
    ['fish', 'ably-edge-auth completion fish > ~/.config/fish/completions/ably-edge-auth.fish'],
    ['PowerShell, in $PROFILE', 'ably-edge-auth completion powershell | Out-String | Invoke-Expression'],
  ],
  run,
};

async function run({ positionals: [shell], output, everyCommand }) {
  if (!Object.hasOwn(SHELLS, shell))
    throw misuse(`Unknown shell ${JSON.stringify(echoed(shell))}`, `Use one of ${Object.keys(SHELLS).join(', ')}.`);
  const { FEATURES } = await import('./products.js');
  const script = SHELLS[shell](describe(await everyCommand(), FEATURES));
  output.reveal(script);
  if (output.json !== undefined) return output.result({ completion: { shell, script } });
  output.print(script);
}

/**
 * Lists each path of words with the words (and their summaries) and the flags that may follow it.
 * @param {Map<string, object>} everyCommand
 * @param {Record<string, string[]>} features the features of each product, by the flag that takes them
 * @returns {{ path: string, words: [string, string][], flags: object[] }[]}
 */
function describe(everyCommand, features) {
  const commands = [...everyCommand].map(([name, of]) => [shownName(name), of]);
  // The Ably CLI puts these commands under `auth`, so that form is completed too.
  const all = new Map([
    ...commands,
    ...commands
      .filter(([name]) => name.endsWith('-token') || name === 'check-capability')
      .map(([name, of]) => [`auth ${name}`, of]),
  ]);
  const paths = new Set(['']);
  for (const name of all.keys()) {
    const words = name.split(' ');
    for (let count = 1; count <= words.length; count++) paths.add(words.slice(0, count).join(' '));
  }
  return [...paths].map((path) => ({
    path,
    words: nextWords(path, all),
    flags: all.has(path) ? flagsOf(all.get(path), features) : [],
  }));
}

function nextWords(path, all) {
  const words = new Map();
  const depth = path === '' ? 0 : path.split(' ').length;
  for (const [name, { summary }] of all) {
    if (path !== '' && !name.startsWith(`${path} `)) continue;
    const parts = name.split(' ');
    if (parts.length <= depth) continue;
    const word = parts[depth];
    if (parts.length === depth + 1 || !words.has(word))
      words.set(word, parts.length === depth + 1 ? summary : `${word} …`);
  }
  if (path === 'completion') for (const shell of Object.keys(SHELLS)) words.set(shell, `For ${shell}`);
  return [...words];
}

/**
 * Each flag, and what its value is: one of `words`, a `list` of them as NAME=WORD,WORD, a `file`, any other `text`, or
 * undefined if it takes none. `instead` has words by another flag, if that is on the line.
 */
function flagsOf({ flags = {} }, features) {
  return Object.entries({ ...flags, ...COMMON }).flatMap(([name, given]) => {
    const { value, choices, completes, completesList, completesWith = [], ...flag } = given;
    const words = choices ?? completes ?? features[completesList] ?? [];
    return [
      {
        name,
        ...flag,
        takes: value === undefined ? undefined : takes({ value, words, completesList }),
        words,
        instead: completesWith.map((other) => [other, features[other]]),
      },
      ...(flag.negatable ? [{ name: `no-${name}`, text: `Not --${name}`, words: [], instead: [] }] : []),
    ];
  });
}

function takes({ value, words, completesList }) {
  if (completesList) return 'list';
  if (words.length > 0) return 'words';
  return value === 'FILE' ? 'file' : 'text';
}
