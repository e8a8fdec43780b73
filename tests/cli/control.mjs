// The commands of the Control API: each against the sandbox, once through its whole life.
import { CONTROL_TABLE } from '../../pkg/cli/control-table.js';
import { OPERATIONS } from '../../pkg/lib/control-operations.js';
import { equal, ok } from '../js/assert.mjs';
import { cli, records, resultOf } from './run-cli.mjs';

export function control({ test, sandbox }) {
  const env = { ABLY_ENDPOINT: sandbox.endpoint, ABLY_ACCESS_TOKEN: sandbox.accessToken };
  const run = (line, io = {}) => cli(typeof line === 'string' ? line.split(' ') : line, { env, ...io });
  const json = async (line, io) => {
    const answer = await run(typeof line === 'string' ? `${line} --json` : [...line, '--json'], io);
    equal([answer.code, answer.stderr], [0, ''], answer.stdout);
    return resultOf(answer.stdout);
  };
  const APP = sandbox.app.id;

  test('every operation has a command, and every command an operation', () => {
    const named = new Set(CONTROL_TABLE.map(({ operation }) => operation));
    const known = OPERATIONS.map(([name]) => name);
    equal([...named].sort(), known.filter((name) => name !== 'me').sort());
  });

  test('apps: create, list, update, delete', async () => {
    const { app, command, success } = await json(['apps', 'create', '--name', 'My New App', '--tls-only']);
    equal([command, success, app.name, app.tlsOnly], ['apps:create', true, 'My New App', true]);
    ok(
      (await json('apps list')).apps.some(({ id }) => id === app.id),
      'it is listed',
    );
    const updated = (await json(['apps', 'update', 'My New App', '--name', 'Other', '--no-tls-only'])).app;
    equal([updated.id, updated.name, updated.tlsOnly], [app.id, 'Other', false]);
    equal((await json(`apps delete ${app.id} --force`)).app, { id: app.id, name: 'Other' });
    ok(!(await json('apps list')).apps.some(({ id }) => id === app.id), 'it has gone');
  });

  test('apps as text', async () => {
    const { code, stdout, stderr } = await run(['apps', 'create', '--name', 'Text']);
    const id = stdout.match(/^App: (\w+)\n/)[1];
    ok(stdout.includes('\n  Name: Text\n') && stdout.includes('\n  TLS Only: No\n'), stdout);
    equal([code, stderr], [0, `✓ App created: Text (${id}).\n`]);
    const gone = await run(`apps delete ${id} -f`);
    equal([gone.code, gone.stdout, gone.stderr], [0, '', `✓ App deleted: "Text" (${id}).\n`]);
  });

  test('a deletion asks, and no is no', async () => {
    const { code, stdout, stderr } = await run(`apps delete ${APP}`, { stdin: 'n\n' });
    equal([code, stdout], [0, '']);
    equal(
      stderr,
      `\nYou are about to delete this app:\n"${sandbox.app.name}" (${APP})\n\nThis action cannot be undone. Are you sure? [y/n] ⚠ Deletion cancelled.\n`,
    );
  });

  for (const line of [
    'apps delete x',
    'auth keys revoke a.b',
    'integrations delete x',
    'queues delete x',
    'apps channel-rules delete x',
  ])
    test(`${line} --json needs --force, before anything is sent`, async () => {
      const { code, stdout } = await cli([...line.split(' '), '--json']);
      const about = line.includes('revoke') ? 'revocation' : 'deletion';
      equal(
        [code, records(stdout)[0].error.message],
        [1, `The --force flag is required when using --json to confirm ${about}`],
      );
    });

  test('keys: create, list, get, update, revoke; secrets masked unless asked for', async () => {
    const { key, command } = await json([
      'auth',
      'keys',
      'create',
      '--name',
      'K',
      '--capabilities',
      'publish, subscribe',
      '--app',
      APP,
    ]);
    const { key: whole } = (await json(`auth keys get ${key.keyName} --show-secrets`)).key;
    equal([command, key.capability, key.key], ['auth:keys:create', { '*': ['publish', 'subscribe'] }, whole]);
    ok(whole.startsWith(`${key.keyName}:`) && !whole.includes('*'), 'a new key is shown whole');
    equal((await json(`auth keys get ${key.keyName}`)).key.key, `${key.keyName}:***`);
    for (const args of [[key.id, '--app', APP], [whole], [key.keyName, '--app', sandbox.app.name]])
      equal((await json(['keys', 'get', ...args])).key.id, key.id);
    const listed = await json(`auth keys list --app ${APP}`);
    equal([listed.appId, listed.hasMore, Object.keys(listed.keys[0]).includes('current')], [APP, false, true]);
    ok(
      listed.keys.every((one) => one.key === `${one.keyName}:***`),
      'masked',
    );
    const { key: change } = await json([
      'auth',
      'keys',
      'update',
      key.keyName,
      '--name',
      'L',
      '--capabilities',
      '{"a":["*"]}',
      '--revocable-tokens',
    ]);
    equal(change, {
      keyName: key.keyName,
      name: { before: 'K', after: 'L' },
      capabilities: { before: { '*': ['publish', 'subscribe'] }, after: { a: ['*'] } },
      revocableTokens: { before: false, after: true },
    });
    equal((await json(`auth keys revoke ${key.keyName} --force`)).key, {
      keyName: key.keyName,
      message: 'Key has been revoked',
    });
  });

  test('keys as text', async () => {
    const { stdout } = await run(`auth keys get ${sandbox.keys.narrow.split(':')[0]}`);
    ok(
      stdout.startsWith(`Key: ${sandbox.keys.narrow.split(':')[0]}\n`) &&
        stdout.includes('  Full key: sndbox.narrow:***\n') &&
        stdout.includes('  Key Label: Narrow\n'),
      stdout,
    );
  });

  test('a capability of a key is checked before it is sent', async () => {
    const { code, stderr } = await cli(['auth', 'keys', 'create', '--name', 'K', '--capabilities', 'publsh'], {
      env: { ABLY_ACCESS_TOKEN: 'x' },
    });
    equal(
      [code, stderr.split('\n').slice(0, 4)],
      [
        1,
        [
          'Error: capability["*"][0] is the unknown operation "publsh"',
          '  {"*":["publsh"]}',
          '        ^^^^^^^^',
          'did you mean "publish"?',
        ],
      ],
    );
    const empty = await cli(['auth', 'keys', 'create', '--name', 'K', '--capabilities', ' , '], {
      env: { ABLY_ACCESS_TOKEN: 'x' },
    });
    equal([empty.code, empty.stderr], [1, 'Error: Capabilities must contain at least one non-empty capability.\n']);
  });

  test('integrations: create, get, list, update, delete', async () => {
    const { integration } = await json([
      'integrations',
      'create',
      '--app',
      APP,
      '--rule-type',
      'http',
      '--source-type',
      'channel.message',
      '--target-url',
      'https://example.com/hook',
      '--channel-filter',
      '^chat:',
    ]);
    equal(
      [
        integration.ruleType,
        integration.requestMode,
        integration.source,
        integration.target.url,
        integration.target.format,
      ],
      ['http', 'single', { channelFilter: '^chat:', type: 'channel.message' }, 'https://example.com/hook', 'json'],
    );
    equal((await json(`integrations get ${integration.id} --app ${APP}`)).rule.id, integration.id);
    ok(
      (await json(`integrations list --app ${APP}`)).integrations.some(({ id }) => id === integration.id),
      'it is listed',
    );
    const updated = (
      await json(
        `integrations update ${integration.id} --app ${APP} --target-url https://example.com/other --status disabled`,
      )
    ).rule;
    equal(
      [updated.target.url, updated.target.format, updated.status, updated.source.channelFilter],
      ['https://example.com/other', 'json', 'disabled', '^chat:'],
    );
    equal((await json(`integrations delete ${integration.id} --app ${APP} --force`)).integration, {
      appId: APP,
      id: integration.id,
      ruleType: 'http',
      sourceType: 'channel.message',
    });
  });

  test('an integration of any type, with its target as JSON', async () => {
    const target =
      '{"url":"amqps://user:hush@example.com","routingKey":"r","mandatoryRoute":true,"persistentMessages":false}';
    const { integration } = await json([
      'integrations',
      'create',
      '--app',
      APP,
      '--rule-type',
      'amqp/external',
      '--source-type',
      'channel.message',
      '--target',
      target,
    ]);
    equal([integration.ruleType, integration.target.url], ['amqp/external', 'amqps://user:***@example.com']);
    await json(`integrations delete ${integration.id} --app ${APP} --force`);
  });

  test('an HTTP integration needs its URL', async () => {
    const { code, stderr } = await run('integrations create --rule-type http --source-type channel.message');
    equal([code, stderr], [2, 'Error: --target-url is required for HTTP integrations\n']);
  });

  test('queues: create, list, delete', async () => {
    const { queue } = await json(`queues create --name my-queue --app ${APP}`);
    equal([queue.name, queue.ttl, queue.maxLength, queue.region], ['my-queue', 60, 10_000, 'us-east-1-a']);
    ok(
      (await json(`queues list --app ${APP}`)).queues.some(({ id }) => id === queue.id),
      'it is listed',
    );
    equal((await json(`queues delete my-queue --app ${APP} --force`)).queue, { id: queue.id, name: 'my-queue' });
  });

  test('channel rules: create, list, update, delete', async () => {
    const { rule, command } = await json(`apps channel-rules create --name chat --persisted --app ${APP}`);
    equal([command, rule.id, rule.persisted], ['apps:channel-rules:create', 'chat', true]);
    ok(
      (await json(`apps channel-rules list --app ${APP}`)).rules.some(({ id }) => id === 'chat'),
      'it is listed',
    );
    equal(
      (await json(`apps channel-rules update chat --no-persisted --push-enabled --app ${APP}`)).rule.persisted,
      false,
    );
    equal((await json(`apps channel-rules delete chat --force --app ${APP}`)).rule, { id: 'chat' });
  });

  test('names as arguments and as flags; both names of channel rules', async () => {
    for (const words of [
      ['apps', 'create'],
      ['auth', 'keys', 'create'],
      ['queues', 'create'],
      ['apps', 'rules', 'create'],
      ['apps', 'channel-rules', 'create'],
    ]) {
      const kind = { keys: 'key', queues: 'queue', rules: 'rule', 'channel-rules': 'rule' }[words.at(-2)] ?? 'app';
      const app = kind === 'app' ? [] : ['--app', APP];
      for (const [index, name] of [['As argument'], ['--name', 'As flag']].entries()) {
        const given = kind === 'rule' ? name.map((word) => word.replace(' ', '')) : name;
        const { command, [kind]: made } = await json([...words, ...given, ...app]);
        equal(command, words.join(':'));
        equal(made[kind === 'rule' ? 'id' : 'name'], given.at(-1), `${words.join(' ')}, ${index}`);
        if (kind === 'app') await json(['apps', 'delete', made.id, '--force']);
        if (kind === 'key') await json(['keys', 'revoke', made.keyName, '--force']);
        if (kind === 'queue') await json(['queues', 'delete', made.id, ...app, '--force']);
        if (kind === 'rule') await json([...words.slice(0, -1), 'delete', made.id, ...app, '--force']);
      }
    }
  });

  test('a list is cut at --limit, and says so', async () => {
    const { keys, hasMore } = await json(`auth keys list --app ${APP} --limit 1`);
    equal([keys.length, hasMore], [1, true]);
    const { stderr } = await run(`auth keys list --app ${APP} --limit 1`);
    ok(/^Showing 1 of \d+\. Use --limit to see more\.\n$/.test(stderr), stderr);
  });

  test('statistics', async () => {
    ok(Array.isArray((await json('stats account --unit hour')).stats), 'a list');
    equal((await json(`stats app ${APP} --start 1d --end 1h --limit 5 --unit day`)).appId, APP);
    equal((await run(`stats app ${APP}`)).stderr, 'No statistics found.\n');
  });

  test('further fields as JSON, and flags over them', async () => {
    const { app } = await json([
      'apps',
      'create',
      '--fields',
      '{"name":"From fields","status":"disabled"}',
      '--name',
      'From the flag',
    ]);
    equal([app.name, app.status], ['From the flag', 'disabled']);
    await json(`apps delete ${app.id} --force`);
  });

  const WRONG = [
    ['apps create', 2, 'Missing argument: NAME\nGive it as the argument or with --name, or set name in --fields.'],
    ['apps create a --name b', 2, 'The name is given both as an argument and with --name\nUse one of the two.'],
    ['apps list --limit 0', 2, '--limit is below 1'],
    [`apps update ${APP}`, 2, 'No updates specified\nUse at least one of --name, --tls-only, --status.'],
    ['apps create --name x --fields [1]', 1, '--fields is not a JSON object'],
    ['apps create --name x --fields {', 1, '--fields is not JSON'],
    ['queues create --name x --ttl long', 2, 'Expected --ttl to be an integer but received: long'],
    ['stats app --unit week', 2, 'Expected --unit=week to be one of: minute, hour, day, month'],
    [
      'stats account --start 1790000000',
      2,
      '--start is 1790000000, which looks like seconds\nGive ISO 8601, ms since 1970, or a duration ago such as 1h.',
    ],
    [
      'stats account --start yesterday',
      2,
      '--start is not a time\nGive ISO 8601, ms since 1970, or a duration ago such as 1h.',
    ],
    ['auth keys get', 2, 'Missing argument: KEY\nAPP_ID.KEY_ID, or KEY_ID with --app'],
    [
      `apps delete ${APP} --app other1 --force`,
      2,
      'The app is given both as an argument and with --app\nUse one of the two.',
    ],
  ];
  for (const [line, code, text] of WRONG)
    test(`${line} is refused`, async () => equal(await run(line), { code, stdout: '', stderr: `Error: ${text}\n` }));

  test('an app that is not there, and what there is', async () => {
    const { code, stderr } = await run(['queues', 'list', '--app', 'Nobody']);
    equal(
      [code, stderr.split('\n').slice(0, 2)],
      [1, ['Error: The account has no app "Nobody"', 'Choose one of its apps:']],
    );
    ok(stderr.includes(`  ${APP}  ${sandbox.app.name}`), stderr);
  });

  test('a capability that the access token lacks: by name and label', async () => {
    const { code, stdout } = await run('access-token create --name Reader --capabilities read:app,read:key --json', {
      env: { ...env, ABLY_ADMIN_TOKEN: sandbox.adminToken },
    });
    equal(code, 0, stdout);
    const { accessToken } = resultOf(stdout);
    const answer = await run(['auth', 'keys', 'create', '--name', 'K', '--app', APP], {
      env: { ...env, ABLY_ACCESS_TOKEN: accessToken.value },
    });
    equal(answer.code, 1);
    ok(/auth keys create needs write:key, shown in the dashboard as Write Key/.test(answer.stderr), answer.stderr);
  });
}
