// Completion: bash's really completes; zsh's and fish's are read by their shells, and complete where that can be asked for.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { everyCommand } from '../../pkg/cli/commands.js';
import { shownName } from '../../pkg/cli/shown-name.js';
import { find } from '../runtimes/find.mjs';
import { equal, ok } from '../js/assert.mjs';
import { cli, execute } from './run-cli.mjs';

const commands = await everyCommand();

// What is typed, and what may come next: all of it, or that it is among them.
const COMPLETED = [
  ['issue-j', { all: ['issue-jwt-token'] }],
  ['auth revoke', { all: ['revoke-token'] }],
  ['auth keys ', { all: ['create', 'get', 'list', 'revoke', 'rotate', 'update'] }],
  ['apps ', { all: ['channel-rules', 'create', 'delete', 'list', 'update'] }],
  ['apps channel-rules up', { all: ['update'] }],
  ['access-token ', { all: ['create', 'list', 'revoke', 'rotate'] }],
  ['channels ', { all: ['publish', 'subscribe'] }],
  ['completion ', { all: ['bash', 'fish', 'powershell', 'zsh'] }],
  ['issue-jwt-token --cap', { all: ['--capability'] }],
  ['auth issue-jwt-token --token-only --pre', { all: ['--pretty-json'] }],
  ['revoke-token --client-id ada --f', { all: ['--failed-to', '--force'] }],
  ['apps channel-rules create --no-pers', { all: ['--no-persist-last', '--no-persisted'] }],
  ['stats app --unit ', { all: ['day', 'hour', 'minute', 'month'] }],
  ['integrations update x --status en', { all: ['enabled'] }],
  ['verify-token --can push', { all: ['push-admin', 'push-subscribe'] }],
  ['check-capability x --can message-delete', { all: ['message-delete-any', 'message-delete-own'] }],
  ['channels publish --transport re', { all: ['realtime', 'rest'] }],
  ['issue-jwt-token --client-id ', { all: [] }],
  ['issue-jwt-token ', { all: [] }],
  ['check-capability {} --chat-room support:7 --can t', { all: ['typing'] }],
  ['check-capability {} --space=board --can m', { all: ['members'] }],
  ['check-capability {} --ai-conversation c1 --can c', { all: ['cancel'] }],
  ['check-capability {} --can typ', { all: [] }],
  ['issue-jwt-token --chat-room support:7=ty', { all: ['support:7=typing'] }],
  [
    'issue-jwt-token --chat-room support:7=send,occ',
    { all: ['occupancy', 'occupancy-get'].map((it) => `support:7=send,${it}`) },
  ],
  ['issue-jwt-token --space=board=lock', { all: ['--space=board=locks'] }],
  ['issue-jwt-token --ai-conversation c1=', { among: ['c1=use', 'c1=send'] }],
  ['issue-jwt-token --chat-room sup', { all: [] }],
  ['', { among: ['issue-jwt-token', 'revoke-token', 'auth', 'apps', 'channels', 'sandbox', 'completion'] }],
];

export function completion({ test, folder }) {
  const script = async (shell) => {
    const { code, stdout, stderr } = await cli(['completion', shell]);
    equal([code, stderr], [0, '']);
    const path = join(folder, `completion.${shell}`);
    writeFileSync(path, stdout);
    return path;
  };
  const check = (found, { all, among }, what) => {
    if (all) equal(found, all, what);
    else for (const word of among) ok(found.includes(word), `${what}: ${word} is not among ${found}`);
  };

  const inBash = async (words, wanted, typed) => {
    const line = `source "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _ably_edge_auth; printf '%s\\n' "\${COMPREPLY[@]}"`;
    const all = ['-c', line, 'bash', await script('bash'), 'ably-edge-auth', ...words];
    const { stdout, stderr } = await execute(find('bash'), all);
    equal(stderr, '');
    check(stdout.split('\n').filter(Boolean).sort(), wanted, typed);
  };

  for (const [typed, wanted] of COMPLETED) {
    const words = typed.split(' ');
    test(`bash: ably-edge-auth ${typed}`, () => inBash(words, wanted, typed));
    const last = words.at(-1);
    // It splits words at these, and replaces what comes after the last of them.
    const replaced = last.slice(0, last.search(/[^=:]*$/));
    if (replaced === '') continue;
    const split = words.flatMap((word) => word.split(/([=:]+)/).filter((part) => part !== ''));
    const left = Object.fromEntries(
      Object.entries(wanted).map(([how, found]) => [how, found.map((it) => it.slice(replaced.length))]),
    );
    test(`bash, which splits words: ably-edge-auth ${typed}`, () => inBash(split, left, typed));
  }

  test('bash: every command, and every flag of it', async () => {
    const path = await script('bash');
    for (const [name, { flags = {} }] of commands) {
      const words = [...shownName(name).split(' '), '--'];
      const line = `source "$1"; shift; COMP_WORDS=(ably-edge-auth "$@"); COMP_CWORD=$#; _ably_edge_auth; printf '%s\\n' "\${COMPREPLY[@]}"`;
      const { stdout } = await execute(find('bash'), ['-c', line, 'bash', path, ...words]);
      for (const flag of Object.keys(flags)) ok(stdout.includes(`--${flag}\n`), `${name} --${flag}`);
    }
  });

  test('bash: it is registered', async () => {
    const { stdout } = await execute(find('bash'), [
      '-c',
      'source "$1"; complete -p ably-edge-auth',
      'bash',
      await script('bash'),
    ]);
    equal(stdout, 'complete -F _ably_edge_auth ably-edge-auth\n');
  });

  for (const shell of ['zsh', 'fish'])
    test(`${shell}: every command and flag is in it`, async () => {
      const { stdout } = await cli(['completion', shell]);
      for (const [name, { flags = {} }] of commands) {
        ok(stdout.includes(name.split(' ').at(-1)), name);
        for (const flag of Object.keys(flags))
          ok(stdout.includes(shell === 'fish' ? `-l ${flag} ` : `--${flag}:`), `${name} --${flag}`);
      }
    });

  if (!find('zsh')) console.log('SKIPPED: completion in zsh (zsh is not installed)');
  else {
    test('zsh: the script is read, and names its function', async () => {
      const path = await script('zsh');
      equal((await execute(find('zsh'), ['-n', path])).code, 0);
      const { code, stdout, stderr } = await execute(find('zsh'), [
        '-f',
        '-c',
        `autoload -Uz compinit && compinit -D -u && source ${path} && print -r -- $_comps[ably-edge-auth]`,
      ]);
      equal([code, stdout, stderr], [0, '_ably_edge_auth\n', '']);
    });
    // zsh's own functions choose among what they are given, so it is these that are looked at.
    const STUBS = `
      compdef() { }; _files() { }; _describe() { print -rl -- \${(P)@[-1]%%:*} }
      before='' rest=$@[-1]
      compset() {
        local left; (( $# == 3 )) && left=\${rest#$~3} || left=\${rest##$~2}
        before+=\${rest[1,$#rest-$#left]} rest=$left
      }
      compadd() { local word; for word in \${(P)@[-1]}; do print -r -- $before$word; done }`;
    for (const [typed, wanted] of COMPLETED)
      test(`zsh: ably-edge-auth ${typed}`, async () => {
        const line = `${STUBS}\nsource "$1"; shift; words=("$@"); CURRENT=$#; _ably_edge_auth`;
        const { stdout, stderr } = await execute(find('zsh'), [
          '-f',
          '-c',
          line,
          'zsh',
          await script('zsh'),
          'ably-edge-auth',
          ...typed.split(' '),
        ]);
        equal(stderr, '');
        check(
          stdout
            .split('\n')
            .filter((word) => word !== '' && word.startsWith(typed.split(' ').at(-1)))
            .sort(),
          wanted,
          typed,
        );
      });
  }

  if (!find('fish')) console.log('SKIPPED: completion in fish (fish is not installed)');
  else
    for (const [typed, wanted] of COMPLETED)
      test(`fish: ably-edge-auth ${typed}`, async () => {
        const { stdout, stderr } = await execute(find('fish'), [
          '--no-config',
          '-c',
          `source ${await script('fish')}; complete -C "ably-edge-auth ${typed}"`,
        ]);
        equal(stderr, '');
        check(
          stdout
            .split('\n')
            .filter(Boolean)
            .map((line) => line.split('\t')[0])
            .sort(),
          wanted,
          typed,
        );
      });
}
