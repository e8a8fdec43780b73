// How a command line is read.
import { readFlags } from '../../pkg/cli/flags.js';
import { equal } from '../js/assert.mjs';

const COMMAND = {
  args: [{ name: 'KEY', required: true, text: 'A key' }, { name: 'OTHER' }],
  flags: {
    app: { value: 'APP' },
    key: { value: 'KEY' },
    many: { value: 'X', multiple: true },
    ttl: { value: 'N', number: true },
    unit: { value: 'U', choices: ['day', 'hour'] },
    on: { negatable: true },
    force: { short: 'f' },
    'client-id': { value: 'ID' },
    'revocation-key': { value: 'G' },
  },
  exclusive: [['client-id', 'revocation-key']],
};

const READ = [
  [['k'], {}, ['k']],
  [['--app', 'a', 'k', '--force'], { app: 'a', force: true }, ['k']],
  [['--app=a', 'k', '-f', '-v'], { app: 'a', force: true, verbose: true }, ['k']],
  [['k', '-fv'], { force: true, verbose: true }, ['k']],
  // The key id of Ably's own sample, https://ably.com/docs/platform/account/control-api, begins with a hyphen.
  [['-frw5Q'], {}, ['-frw5Q']],
  [['-frw5Q', '--app', '28GY6a', 'other'], { app: '28GY6a' }, ['-frw5Q', 'other']],
  [['other', '-frw5Q'], {}, ['other', '-frw5Q']],
  [['-f', '-frw5Q', '-f'], { force: true }, ['-frw5Q']],
  [['--', '--app', '-f'], {}, ['--app', '-f']],
  [['k', '--key', '-frw5Q'], { key: '-frw5Q' }, ['k']],
  [['k', '--key', '--odd'], { key: '--odd' }, ['k']],
  [['k', '--key', '-'], { key: '-' }, ['k']],
  [['k', '--key=-'], { key: '-' }, ['k']],
  [['k', '--key=--app'], { key: '--app' }, ['k']],
  [['-', 'k'], {}, ['-', 'k']],
  [['k', '--key', ''], { key: '' }, ['k']],
  [['k', '--key', 'a=b=c'], { key: 'a=b=c' }, ['k']],
  [['k', '--many', '1', '--many=2'], { many: ['1', '2'] }, ['k']],
  [['k', '--ttl', '3600'], { ttl: 3600 }, ['k']],
  [['k', '--ttl', '-5'], { ttl: -5 }, ['k']],
  [['k', '--on'], { on: true }, ['k']],
  [['k', '--no-on'], { on: false }, ['k']],
  [['k', '--unit', 'day'], { unit: 'day' }, ['k']],
  [['k', '--json', '-v'], { json: true, verbose: true }, ['k']],
];

const REFUSED = [
  [['k', '--nope'], 'Nonexistent flag: --nope', 'See --help for the flags of this command.'],
  [['k', '--clientid', 'a'], 'Nonexistent flag: --clientid', 'Did you mean --client-id?'],
  [['k', '--CLIENT-ID', 'a'], 'Nonexistent flag: --CLIENT-ID', 'Did you mean --client-id?'],
  [['k', '--__proto__'], 'Nonexistent flag: --__proto__', 'See --help for the flags of this command.'],
  [['k', '-x'], 'Nonexistent flag: -x', 'See --help for the flags of this command.'],
  [['k', '--app'], 'Flag --app expects a value', undefined],
  [['k', '--app', '--force'], 'Flag --app expects a value', 'To use --force as the value, write --app=--force.'],
  [['k', '--app', '-f'], 'Flag --app expects a value', 'To use -f as the value, write --app=-f.'],
  [['k', '--force=yes'], 'Flag --force takes no value', undefined],
  [['k', '--app', 'a', '--app', 'b'], 'Flag --app can only be specified once', undefined],
  [['k', '--ttl', '1h'], 'Expected --ttl to be an integer but received: 1h', undefined],
  [['k', '--ttl', '1.5'], 'Expected --ttl to be an integer but received: 1.5', undefined],
  [['k', '--ttl', ''], 'Expected --ttl to be an integer but received: ', undefined],
  [['k', '--unit', 'week'], 'Expected --unit=week to be one of: day, hour', undefined],
  [
    ['k', '--client-id', 'a', '--revocation-key', 'b'],
    '--revocation-key cannot also be provided when using --client-id',
    'Use one of the two.',
  ],
  [['k', '--pretty-json', '--json'], '--pretty-json cannot also be provided when using --json', 'Use one of the two.'],
  [[], 'Missing argument: KEY', 'A key'],
  [['a', 'b', 'c'], '1 unexpected argument', 'Give KEY and OTHER only, and quote a value that contains spaces.'],
];

export function flags({ test }) {
  for (const [args, values, positionals] of READ)
    test(`${args.join(' ')} is read`, async () => equal(await readFlags(args, COMMAND), { values, positionals }));
  for (const [args, message, hint] of REFUSED)
    test(`${args.join(' ') || 'nothing'} is refused`, async () => {
      const error = await readFlags(args, COMMAND).catch((error) => error);
      equal([error.message, error.hint, error.exitCode], [message, hint, 2]);
    });
  test('a command without arguments takes none', async () => {
    const error = await readFlags(['a'], { flags: {} }).catch((error) => error);
    equal([error.message, error.hint], ['1 unexpected argument', 'Use flags only: this command has no arguments.']);
  });
}
