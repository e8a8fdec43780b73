// Help, version, names of commands.
import { accessTokenCapabilities } from '../../pkg/index.js';
import { everyCommand } from '../../pkg/cli/commands.js';
import { shownName } from '../../pkg/cli/shown-name.js';
import { OPERATIONS } from '../../pkg/lib/control-operations.js';
import { equal, ok } from '../js/assert.mjs';
import { cli } from './run-cli.mjs';

const commands = await everyCommand();

export function help({ test }) {
  for (const [name, { summary, flags = {} }] of commands)
    test(`${name} --help`, async () => {
      const { code, stdout, stderr } = await cli([...name.split(' '), '--help']);
      equal([code, stderr], [0, '']);
      ok(stdout.startsWith(`${summary}\n\nUSAGE\n  $ ably-edge-auth ${shownName(name)}`), stdout.slice(0, 120));
      for (const flag of [...Object.keys(flags), 'json', 'pretty-json', 'verbose'])
        ok(new RegExp(`--(\\[no-\\])?${flag}\\b`).test(stdout), flag);
      ok(stdout.includes('\nEXAMPLES\n'), 'it has examples');
      for (const line of stdout.split('\n'))
        ok(line.length <= 100 || line.includes('$ '), `a line of ${line.length} characters: ${line}`);
    });

  test('every command is in the list, with its summary', async () => {
    const { stdout } = await cli([]);
    for (const [name, { summary }] of commands)
      ok(stdout.includes(`${shownName(name)} `) && stdout.includes(summary), name);
    equal((await cli(['--help'])).stdout, stdout);
    equal((await cli(['help'])).stdout, stdout);
  });

  // Source: https://ably.com/docs/platform/account/access-tokens
  for (const { capability, commands: named } of accessTokenCapabilities)
    for (const command of named)
      test(`${command} is there, and is what ${capability} unlocks`, async () => {
        const found = commands.get(command.replace(/^auth /, ''));
        const [, , , needs] = OPERATIONS.find(([name]) => name === found.operation);
        equal(needs, capability);
      });

  test('--version', async () => {
    const { code, stdout } = await cli(['--version']);
    equal(code, 0);
    ok(/^ably-edge-auth\/\d+\.\d+\.\d+ node-v\d+\.\d+\.\d+\n$/.test(stdout), stdout);
  });

  test('a topic lists what is under it', async () => {
    const { code, stdout } = await cli(['apps', 'channel-rules']);
    equal([code, stdout.match(/^ {2}apps channel-rules \w+/gm).length], [0, 4]);
  });

  const UNKNOWN = [
    [['frob'], 'Error: command frob not found\nSee --help for the commands.\n'],
    [['isue-jwt-token'], 'Error: command isue-jwt-token not found\nDid you mean issue-jwt-token?\n'],
    [['auth', 'issue'], 'Error: command issue not found\nDid you mean issue-jwt-token?\n'],
    [['apps', 'lst'], 'Error: command apps lst not found\nDid you mean apps list?\n'],
    [
      ['--json', 'apps', 'list'],
      'Error: Nonexistent flag: --json\nPut flags after the command. See --help for the commands.\n',
    ],
  ];
  for (const [args, says] of UNKNOWN)
    test(`${args.join(' ')} is no command`, async () => {
      const { code, stdout, stderr } = await cli(args);
      equal([code, stdout, stderr], [2, '', says]);
    });

  test('the colon form of the Ably CLI', async () => {
    equal((await cli(['auth:issue-jwt-token', '--help'])).stdout, (await cli(['issue-jwt-token', '--help'])).stdout);
    equal((await cli(['apps:list', '--help'])).stdout, (await cli(['apps', 'list', '--help'])).stdout);
  });

  test('help COMMAND is COMMAND --help', async () => {
    for (const words of [
      ['issue-jwt-token'],
      ['auth', 'issue-jwt-token'],
      ['auth', 'keys', 'create'],
      ['apps', 'rules', 'list'],
      ['apps'],
      ['auth'],
    ])
      equal(await cli(['help', ...words]), await cli([...words, '--help']), words.join(' '));
  });

  test('auth alone lists what is under it', async () => {
    const { code, stdout } = await cli(['auth']);
    equal(code, 0);
    const names = stdout.match(/^ {2}auth [\w -]+?(?= {2})/gm).map((line) => line.trim().slice(5));
    equal(names, [
      'issue-jwt-token',
      'issue-ably-token',
      'revoke-token',
      'keys rotate',
      'verify-token',
      'decode-token',
      'check-capability',
      'keys list',
      'keys get',
      'keys create',
      'keys update',
      'keys revoke',
    ]);
    equal((await cli(['auth', '--help'])).stdout, stdout);
  });

  test('apps rules is apps channel-rules', async () => {
    const [one, other] = [await cli(['apps', 'rules']), await cli(['apps', 'channel-rules'])];
    equal(
      one.stdout.replaceAll('apps rules', 'apps channel-rules').replace(/ +/g, ' '),
      other.stdout.replace(/ +/g, ' '),
    );
    equal(
      (await cli(['apps', 'rules', 'crate'])).stderr,
      'Error: command apps rules crate not found\nDid you mean apps rules create?\n',
    );
  });
}
