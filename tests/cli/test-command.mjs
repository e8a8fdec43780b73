// test: files of capability tests, and the formats that tell their results.
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { PRODUCT_NAMES } from '../../pkg/cli/feature.js';
import { readPlaces } from '../../pkg/cli/test/json-places.js';
import { productFeatures } from '../../pkg/products/features.js';
import { equal, ok } from '../js/assert.mjs';
import { CLI, cli, execute, resultOf, shell } from './run-cli.mjs';

const read = (path) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const MODULE = `export function grant(user) {
  if (user === null) return null;
  if (user === 'broken') throw new Error('no such user');
  return { clientId: user.id, capability: Object.fromEntries(user.rooms.map((room) => ['chat:' + room, ['publish', 'presence']])) };
}
export const other = async () => ({ capability: { news: ['subscribe'] } });
`;

/** By name: the members of one grant, and further ones of the file; then the messages of what fails. */
const RUNS = [
  ['a right', { capability: { a: ['publish'] }, allow: { a: ['publish'] } }, {}, []],
  [
    'a missing right',
    { capability: { a: ['publish'] }, allow: { a: ['history'] } },
    {},
    ['history on a is not allowed: `a` matches but grants publish, not history'],
  ],
  [
    'a right too many',
    { capability: { 'a:*': ['publish'] }, deny: { 'a:b': ['publish'] } },
    {},
    ['publish on a:b is allowed: `a:*` matches and grants publish'],
  ],
  ['a right that is denied', { capability: { a: ['publish'] }, deny: { b: ['*'], a: ['history'] } }, {}, []],
  ['every operation', { capability: { a: ['*'] }, clientId: 'c', allow: { a: ['*'] } }, {}, []],
  [
    'every operation, but for some',
    { capability: { a: ['publish'] }, allow: { a: ['*'] } },
    {},
    [/^subscribe on a is not allowed/],
  ],
  ['no operation at all', { capability: { a: ['history'] }, deny: { a: ['*'] } }, {}, [/^history on a is allowed/]],
  [
    'a pattern stands for all channels, when allowed',
    { capability: { '*': ['publish'] }, allow: { 'a:*': ['publish'] } },
    {},
    [],
  ],
  [
    'a pattern of which some are missing',
    { capability: { 'a:b': ['publish'] }, allow: { 'a:*': ['publish'] } },
    {},
    [/^publish on a:example is not allowed/],
  ],
  [
    'a pattern stands for any channel, when denied',
    { capability: { 'admin:1': ['publish'] }, deny: { 'admin:*': ['publish'] } },
    {},
    [/^publish on admin:1 is allowed/],
  ],
  ['a pattern that meets none', { capability: { 'a:1': ['publish'] }, deny: { 'a:*:b': ['publish'] } }, {}, []],
  ['statistics of the app', { capability: { '*': ['stats'] }, allow: { '*': ['stats'] } }, {}, []],
  ['no statistics of the app', { capability: { a: ['stats'] }, deny: { '*': ['stats'] } }, {}, []],
  [
    'metachannels',
    {
      capability: { '[*]*': ['subscribe'] },
      allow: { '[meta]log': ['subscribe'] },
      deny: { '[queue]*': ['subscribe'] },
    },
    {},
    [/^subscribe on \[queue\]example is allowed/],
  ],
  [
    'presence without a client id',
    { capability: { a: ['presence'] }, allow: { a: ['presence'] } },
    {},
    ['presence needs a client id, and the grant has none'],
  ],
  ['presence without a client id, denied', { capability: { a: ['presence'] }, deny: { a: ['presence'] } }, {}, []],
  ['presence with a client id', { capability: { a: ['presence'] }, clientId: 'c', allow: { a: ['presence'] } }, {}, []],
  [
    'under a key',
    { capability: { '*': ['publish'] }, allow: { 'b:1': ['publish'] }, deny: { 'c:1': ['publish'] } },
    { keyCapability: { 'a:*': ['*'] } },
    [/^under the capability of the key, publish on b:1 is not allowed/],
  ],
  [
    'under a key of the grant',
    { capability: { '*': ['publish'] }, keyCapability: '{"b:*":["*"]}', allow: { 'b:1': ['publish'] } },
    { keyCapability: { 'a:*': ['*'] } },
    [],
  ],
  ['nothing left under the key', { capability: { b: ['publish'] } }, { keyCapability: { a: ['*'] } }, [/the key/]],
  ['a short token', { capability: { a: ['publish'] }, maxLength: 1000 }, {}, []],
  ['a long token', { capability: { a: ['publish'] }, maxLength: 100 }, {}, [/^the token has \d{3} characters$/]],
  ['further options', { capability: { a: ['publish'] }, options: { ttlSeconds: 90_000 } }, {}, [/90000/]],
  ['a capability that cannot be issued', { capability: { a: ['publsh'] } }, {}, [/unknown operation "publsh"/]],
  [
    'of a module',
    { user: { id: 'ada', rooms: [1] }, allow: { 'chat:1': ['publish', 'presence'] }, deny: { 'chat:2': ['*'] } },
    { module: './grants.mjs' },
    [],
  ],
  [
    'of a module, wrong',
    { user: { id: 'ada', rooms: [1] }, allow: { 'chat:2': ['publish'] } },
    { module: './grants.mjs' },
    [/^publish on chat:2 is not allowed/],
  ],
  [
    'a user whom the module refuses',
    { user: null, allow: { a: ['publish'] }, deny: { a: ['publish'] } },
    { module: './grants.mjs' },
    ['the module refuses this user'],
  ],
  ['a module that throws', { user: 'broken', allow: { a: ['publish'] } }, { module: './grants.mjs' }, ['no such user']],
  [
    'features of products',
    {
      capability: { 'support:7': ['publish', 'subscribe'], s: ['presence', 'subscribe'], 'conv:1': ['publish'] },
      clientId: 'ada',
      allow: { 'support:7': ['chat: send', 'chat: typing'], s: ['spaces: enter'], 'conv:1': ['ai: send', 'publish'] },
      deny: { 'support:8': ['chat: send'], 'conv:1': ['ai: agent-stream'] },
    },
    {},
    [],
  ],
  [
    'features that are wrong',
    {
      capability: { 'support:7': ['publish'] },
      clientId: 'ada',
      allow: { 'support:7': ['chat: typing'] },
      deny: { 'support:7': ['chat: send'] },
    },
    {},
    [/^typing in the chat room support:7 is not allowed/, /^send in the chat room support:7 is allowed/],
  ],
  [
    'a feature without a client id',
    { capability: { a: ['publish'] }, allow: { a: ['chat: send'] } },
    {},
    ['chat: send needs a client id, and the grant has none'],
  ],
  [
    'a feature under a key',
    { capability: { a: ['publish'] }, clientId: 'c', allow: { a: ['chat: send'] } },
    { keyCapability: { '*': ['subscribe'], a: ['publish'] } },
    [],
  ],
  ['another function', { user: 1, allow: { news: ['subscribe'] } }, { module: './grants.mjs', export: 'other' }, []],
];

/** By name: the text of the file, and what is said of it. */
const grantOf = (members) => `{\n  "grants": {\n    "g": ${JSON.stringify(members)}\n  }\n}`;
const FAULTS = [
  ['no JSON', '{"grants": ', /test\.json is not JSON/],
  ['a list', '[]', /is not a JSON object/],
  ['no grants', '{}', /grants is not an object with at least one grant/],
  ['an unknown member', '{\n "grant": {} }', /test\.json:2:2: unknown member "grant"\nDid you mean grants\?/],
  [
    'an unknown member of a grant',
    grantOf({ capability: {}, alow: {} }),
    /:3:27: unknown member "alow"\nDid you mean allow\?/,
  ],
  ['neither capability nor user', grantOf({ allow: {} }), /:3:5: a grant has neither capability nor user/],
  ['both', grantOf({ capability: {}, user: 1 }), /not both/],
  ['a user without a module', grantOf({ user: 1 }), /user needs a module/],
  [
    'an unknown operation',
    grantOf({ capability: {}, allow: { a: ['publish', 'histroy'] } }),
    /:3:51: unknown operation "histroy"\nDid you mean history\?/,
  ],
  [
    'an unknown feature',
    grantOf({ capability: {}, allow: { a: ['chat: snd'] } }),
    /:3:41: unknown feature "snd" of chat\ndid you mean "send"\?/,
  ],
  ['a feature on a pattern', grantOf({ capability: {}, deny: { 'a:*': ['chat: send'] } }), /chat: send on a pattern/],
  ['no list', grantOf({ capability: {}, allow: { a: 'publish' } }), /a has no list of operations/],
  ['an empty list', grantOf({ capability: {}, deny: { a: [] } }), /a has no list of operations/],
  ['rights as a list', grantOf({ capability: {}, deny: ['a'] }), /deny is not an object/],
  ['a broken key', grantOf({ capability: {}, keyCapability: { a: ['x'] } }), /unknown operation "x"/],
  ['a length that is none', grantOf({ capability: {}, maxLength: -1 }), /maxLength is not a whole number/],
  [
    'a channel twice',
    '{"grants":{"g":{"capability":{},"deny":{"a":["publish"],\n"a":["history"]}}}}',
    /:2:1: a is there twice/,
  ],
  [
    'a module that is missing',
    '{"module":"./no.mjs","grants":{"g":{"user":1}}}',
    /Cannot import the module \.\/no\.mjs/,
  ],
  [
    'a module without the function',
    '{"module":"./grants.mjs","export":"nothing","grants":{"g":{"user":1}}}',
    /has no function nothing/,
  ],
];

export function testCommand({ test, folder }) {
  const place = (name) => {
    const at = mkdtempSync(join(folder, `${name}-`));
    writeFileSync(join(at, 'grants.mjs'), MODULE);
    return join(at, 'capability.test.json');
  };
  const write = (content) => {
    const file = place('tests');
    writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content, null, 2));
    return file;
  };

  for (const [name, grant, further, expected] of RUNS)
    test(`assertions: ${name}`, async () => {
      const { code, stdout, stderr } = await cli(['test', write({ ...further, grants: { g: grant } }), '--json']);
      ok(stdout !== '', stderr);
      const { assertions, passed, failed, ok: isWell } = resultOf(stdout).test;
      const messages = assertions.filter((one) => !one.passed).map(({ message }) => message);
      equal(messages.length, expected.length, messages.join('\n'));
      for (const [index, wanted] of expected.entries())
        ok(wanted instanceof RegExp ? wanted.test(messages[index]) : wanted === messages[index], messages[index]);
      equal([passed, failed, isWell], [assertions.length - expected.length, expected.length, expected.length === 0]);
      equal(code, expected.length === 0 ? 0 : 1);
    });
  for (const line of ["import 'node:fs';", 'export const user = import.meta.url;', 'await 0;'])
    test(`a file at fault: a module that package.json makes CommonJS, with ${line}`, async () => {
      const file = write({ module: './grants.js', grants: { g: { user: 1 } } });
      writeFileSync(join(dirname(file), 'package.json'), '{"type":"commonjs"}');
      writeFileSync(join(dirname(file), 'grants.js'), `${line}\n`);
      // A process of its own: a test process keeps what Node.js has read of package.json.
      const { code, stderr } = await execute(process.execPath, [CLI, 'test', file]);
      equal(code, 2, stderr);
      const hint =
        /^Error: Cannot import the module \.\/grants\.js: .*\nNode\.js reads it as CommonJS: rename it to \.mjs, or set "type": "module" in its package\.json\n$/m;
      ok(hint.test(stderr), stderr);

      writeFileSync(join(dirname(file), 'grants.js'), 'const broken = {');
      const broken = await execute(process.execPath, [CLI, 'test', file]);
      ok(!broken.stderr.includes('rename'), broken.stderr);
    });
  for (const [name, content, says] of FAULTS)
    test(`a file at fault: ${name}`, async () => {
      const { code, stdout, stderr } = await cli(['test', write(content)]);
      equal([code, stdout], [2, ''], stderr);
      ok(says.test(stderr), stderr);
    });
  test('a file that is missing', async () => {
    const { code, stderr } = await cli(['test', join(folder, 'no.json')]);
    equal(code, 2);
    ok(/Cannot read the file .*no\.json: ENOENT\nGive the path of a test file/.test(stderr), stderr);
  });

  const FAILING = {
    grants: {
      'a <guest> & "co"': {
        capability: { a: ['publish'] },
        allow: { a: ['publish'] },
        deny: { 'a,b: %\n': ['publish'] },
      },
      'grüße, 50 %': { capability: { a: ['publish'] }, allow: { a: ['history'] } },
    },
  };
  /** Where the operation is that fails. */
  const LINE =
    JSON.stringify(FAILING, null, 2)
      .split('\n')
      .findIndex((line) => line.includes('"history"')) + 1;
  test('pretty, in the folder, by a process of its own', async () => {
    const file = write(FAILING);
    const { code, stdout } = await shell('ably test', { cwd: join(file, '..') });
    equal(code, 1);
    equal(stdout.split('\n').slice(-6), [
      'grüße, 50 %',
      '  ✓ can be issued',
      '  ✗ allows history on a',
      '      history on a is not allowed: `a` matches but grants publish, not history',
      '4 passed, 1 failed',
      '',
    ]);
  });
  test('github', async () => {
    const file = write(FAILING);
    const { stdout } = await cli(['test', file, '--format', 'github'], {
      env: { GITHUB_WORKSPACE: join(file, '../..') },
    });
    const path = file.split('/').slice(-2).join('/');
    equal(stdout.split('\n'), [
      `::error file=${path},line=${LINE},col=11,title=grüße%2C 50 %25%3A allows history on a::history on a is not allowed: \`a\` matches but grants publish, not history`,
      '4 passed, 1 failed',
      '',
    ]);
  });
  test('junit is well-formed XML', async () => {
    const { stdout } = await cli(['test', write(FAILING), '--format', 'junit']);
    const tags = [...stdout.matchAll(/<(\/?)([a-z]+)((?: [a-z]+="[^"<>]*")*)(\/?)>/g)];
    const open = [];
    for (const [, closing, name, , alone] of tags)
      if (closing) equal(open.pop(), name);
      else if (!alone) open.push(name);
    equal(open, []);
    ok(!/[<>]/.test(stdout.replace(/<\/?[a-z]+(?: [a-z]+="[^"<>]*")*\/?>|<\?xml [^<>]*\?>/g, '')), stdout);
    ok(stdout.includes('<testsuite name="a &lt;guest&gt; &amp; &quot;co&quot;" tests="3" failures="0">'), stdout);
    ok(stdout.includes('tests="5" failures="1">'), stdout);
    ok(/<failure message="history on a is not allowed/.test(stdout), stdout);
  });
  test('sarif', async () => {
    const { code, stdout } = await cli(['test', write(FAILING), '--format', 'sarif']);
    equal(code, 1);
    const { version, runs } = JSON.parse(stdout);
    const [{ tool, results }] = runs;
    equal([version, tool.driver.name, results.length], ['2.1.0', 'ably-edge-auth', 1]);
    const [{ ruleId, locations }] = results;
    ok(
      tool.driver.rules.some(({ id }) => id === ruleId),
      ruleId,
    );
    equal(locations[0].physicalLocation.region, { startLine: LINE, startColumn: 11 });
  });
  test('--format and --json exclude each other', async () =>
    equal((await cli(['test', '--format', 'junit', '--json'])).code, 2));

  test('the schema has every operation that the types have', () => {
    const { definitions } = JSON.parse(read('pkg/capability-test.schema.json'));
    const types = read('pkg/index.d.ts');
    const names = ['Operation', 'UndocumentedOperation'].flatMap((name) => {
      const [, union] = new RegExp(`^export type ${name} =\\n((?: {2}\\| '[^']+';?\\n)+)`, 'm').exec(types);
      return [...union.matchAll(/'([^']+)'/g)].map(([, operation]) => operation);
    });
    equal([...definitions.operation.enum].sort(), ['*', ...names].sort());
  });
  test('the schema has every feature', () => {
    const { definitions } = JSON.parse(read('pkg/capability-test.schema.json'));
    const features = Object.entries(PRODUCT_NAMES).flatMap(([name, product]) =>
      productFeatures[product].map((feature) => `${name}: ${feature}`),
    );
    equal([...definitions.feature.enum].sort(), features.sort());
  });
  test('the places of JSON', () => {
    const text = '{\n  "a": [1, {"b" : "x:,{}"}],\n  "c": {}, "d": []\n}';
    const { placeOf, twice } = readPlaces(text);
    equal(twice, undefined);
    equal(placeOf(['a']), { line: 2, column: 3 });
    equal(placeOf(['a', 1, 'b']), { line: 2, column: 13 });
    equal(placeOf(['c']), { line: 3, column: 3 });
    equal(placeOf(['d', 5]), { line: 3, column: 12 });
    equal(placeOf([]), { line: 1, column: 1 });
    equal(readPlaces('{"a":{"b":1,"b":2}}').twice, ['a', 'b']);
    equal(readPlaces('5').placeOf(['x']), { line: 1, column: 1 });
  });

  test('the steps of docs/ci/action.yml, as GitHub runs them', async () => {
    const action = read('docs/ci/action.yml');
    ok(action.trim().split('\n').length <= 10, 'it has ten lines');
    const [, run] = /^ {6}run: (.*)$/m.exec(action);
    ok(
      /^ {6}env: \{ FILE: '\$\{\{ inputs\.file \}\}' \}$/m.test(action) && /^ {4}- shell: bash$/m.test(action),
      action,
    );
    const file = write(FAILING);
    const cwd = join(file, '..');
    // npx is told not to install anything; what it would start is this command line.
    const script = `npx() { [ "$1 $2" = "--no ably-edge-auth" ] && shift 2 && ably "$@"; }\nset -eo pipefail\n${run}`;
    const failing = await shell(script, { cwd, env: { FILE: 'capability.test.json', GITHUB_WORKSPACE: cwd } });
    equal(failing.code, 1);
    ok(failing.stdout.startsWith(`::error file=capability.test.json,line=${LINE},`), failing.stdout);
    mkdirSync(join(cwd, 'a folder'));
    writeFileSync(join(cwd, 'a folder/x.json'), JSON.stringify({ grants: { g: { capability: { a: ['publish'] } } } }));
    const passing = await shell(script, { cwd, env: { FILE: 'a folder/x.json', GITHUB_WORKSPACE: cwd } });
    equal([passing.code, passing.stdout], [0, '1 passed, 0 failed\n']);
  });
}
