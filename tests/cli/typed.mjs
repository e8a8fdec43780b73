// A capability as people type it: what is wrong, and the corrected text to paste, however it is given.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { correction } from '../../pkg/cli/capability-report.js';
import { equal, ok } from '../js/assert.mjs';
import { claimsOf, cli, records, resultOf, shell } from './run-cli.mjs';

const CASES = JSON.parse(readFileSync(new URL('../vectors/capability-typed.json', import.meta.url), 'utf8'));
const CORRECTED = CASES.filter(({ suggestion }) => suggestion !== undefined);
const env = { ABLY_API_KEY: 'aaaaaa.bbbbbb:0123456789abcdef' };
const quoted = (text) => `'${text.replaceAll("'", `'\\''`)}'`;
/** A warning does not keep a token from being issued. */
const isWarning = ({ typed }) => typed.includes('/*"');

export function typed({ test, folder }) {
  for (const { name, typed, messages, suggestion } of CASES.filter((one) => !isWarning(one)))
    test(`--capability: ${name}`, async () => {
      // A text that begins like a flag needs an equals sign.
      const { code, stdout, stderr } = await cli(['issue-jwt-token', `--capability=${typed}`], { env });
      equal([code, stdout], [1, '']);
      ok(stderr.startsWith(`Error: ${messages[0]}`), stderr);
      equal(/^Corrected: --capability (.*)$/m.exec(stderr)?.[1], suggestion && quoted(suggestion));
    });

  for (const { name, typed, suggestion } of CORRECTED)
    test(`check-capability from a file and from stdin: ${name}`, async () => {
      const path = join(folder, 'typed.json');
      writeFileSync(path, typed);
      const file = await cli(['check-capability', `@${path}`]);
      equal(/^Corrected: (.*)$/m.exec(file.stdout)?.[1], suggestion);
      equal(await cli(['check-capability', '-'], { stdin: typed }), file);
      writeFileSync(path, suggestion);
      equal((await cli(['check-capability', `@${path}`])).code, 0, 'the correction passes');
    });

  // By a real shell: the line that is printed is pasted back.
  for (const typed of [
    `{'chat:*':['publish']}`,
    '{chat:*:[publish,subscribe]}',
    `{"o'neil":["publsh"]}`,
    'chat:*: publish, subscribe',
    `{"$HOME \`x\` \\"":["read"]}`,
  ])
    test(`the corrected line is pasted: ${typed}`, async () => {
      const { code, stderr } = await shell('ably auth issue-jwt-token --capability "$TYPED"', {
        env: { ...env, TYPED: typed },
      });
      equal(code, 1);
      const [, pasted] = /^Corrected: (.*)$/m.exec(stderr);
      const again = await shell(`ably auth issue-jwt-token --token-only ${pasted}`, { env });
      equal([again.code, again.stderr], [0, '']);
      ok(claimsOf(again.stdout).claims['x-ably-capability'].length > 2);
      const checked = await shell(`ably check-capability ${pasted.replace('--capability ', '')}`);
      equal(checked.code, 0, checked.stdout);
    });

  test('as a record', async () => {
    const failed = records(
      (await cli(['issue-jwt-token', '--json', '--capability', "{'a':['read']}"], { env })).stdout,
    );
    equal(failed[0].error.suggestion, '{"a":["subscribe"]}');
    const checked = resultOf((await cli(['check-capability', '{"a":"publish,subscribe"}', '--json'])).stdout);
    equal(checked.capability.suggestion, '{"a":["publish","subscribe"]}');
  });

  test('quotes that PowerShell or cmd removed: a file keeps them', async () => {
    const { stderr } = await cli(['issue-jwt-token', '--capability', '{chat:*:[publish]}'], { env });
    ok(
      stderr.includes(
        'PowerShell and cmd remove double quotes: save the text as capability.json, and use --capability "@capability.json".\n',
      ),
      stderr,
    );
    const single = await cli(['issue-jwt-token', '--capability', `{'chat:*':['publish']}`], { env });
    ok(!single.stderr.includes('PowerShell'), 'these quotes are still there');
    const file = await cli(['check-capability', '-'], { stdin: '{chat:*:[publish]}' });
    ok(!file.stdout.includes('PowerShell'), 'no shell was in between');
    equal(correction('{"a":["*"]}', "{'a':['*']}", { flag: '--capability', given: "{'a':['*']}" }, 'win32'), [
      'Corrected: --capability {"a":["*"]}',
      'PowerShell and cmd remove double quotes: save the text as capability.json, and use --capability "@capability.json".',
    ]);
  });

  test('JSON that a shell split at its spaces', async () => {
    const args = ['{chat:*:[publish,subscribe],', 'status:*:[subscribe]}'];
    for (const before of [['issue-jwt-token', '--capability'], ['check-capability']]) {
      const { code, stderr } = await cli([...before, ...args], { env });
      equal(
        [code, stderr],
        [
          2,
          'Error: The shell split the JSON into several arguments\nPut it in single quotes, or save it as capability.json and use "@capability.json": PowerShell and cmd remove double quotes.\n',
        ],
      );
    }
  });

  test('the capability of a key, in both places', async () => {
    const { code, stderr } = await cli(['check-capability', '{"a":["*"]}', '--key-capability', "{'a':['*']}"]);
    equal(code, 1);
    ok(stderr.includes(`\nCorrected: --key-capability '{"a":["*"]}'\n`), stderr);
    const created = await cli(['keys', 'create', '--name', 'K', '--capabilities', "{'a':['*']}"], {
      env: { ABLY_ACCESS_TOKEN: 'x' },
    });
    ok(created.stderr.includes(`\nCorrected: --capabilities '{"a":["*"]}'\n`), created.stderr);
  });

  test('a correction that is too long to print', () =>
    equal(correction('x'.repeat(3_000), '"', { given: '-' }), ['The corrected text is in the output of --json.']));

  for (const [operation, hint] of [
    ['publsh', 'Did you mean --can publish?'],
    ['read', 'Did you mean --can subscribe?'],
    ['publish,subscribe', 'Use one of annotation-publish'],
    ['fly', 'Use one of annotation-publish'],
  ])
    for (const command of [
      ['check-capability', '{"*":["*"]}'],
      ['verify-token', 'x.y.z'],
    ])
      test(`${command[0]} --can ${operation} is a wrong flag`, async () => {
        const { code, stdout, stderr } = await cli([...command, '--can', operation, '--on', 'a']);
        equal([code, stdout], [2, '']);
        ok(stderr.startsWith(`Error: Unknown operation for --can: "${operation}"\n${hint}`), stderr);
      });

  test('verify-token --can gives one verdict', async () => {
    const token = await cli(['issue-jwt-token', '--token-only', '--capability', '{"a":["publish"]}'], { env });
    for (const [operation, code, verdict] of [
      ['publish', 0, '✓ publish on a is allowed'],
      ['history', 1, '✗ history on a is not allowed'],
    ]) {
      const answer = await cli(['verify-token', '-', '--can', operation, '--on', 'a'], { env, stdin: token.stdout });
      equal([answer.code, answer.stdout.match(/[✓✗]/g).length], [code, 1]);
      ok(answer.stdout.startsWith(verdict), answer.stdout);
    }
  });

  for (const [ttl, seconds] of [
    ['60m', 3600],
    ['1h', 3600],
    ['90s', 90],
    ['1d', 86400],
    ['3600', 3600],
  ])
    test(`--ttl ${ttl}`, async () => {
      const { stdout } = await cli(['issue-jwt-token', '--ttl', ttl, '--json'], { env });
      equal(resultOf(stdout).token.ttl, seconds);
    });

  for (const ttl of ['1w', '1 h', '1.5h', 'h', '60 minutes', ''])
    test(`--ttl ${JSON.stringify(ttl)} is a wrong flag`, async () => {
      const { code, stderr } = await cli(['issue-jwt-token', '--ttl', ttl], { env });
      equal(code, 2);
      ok(stderr.endsWith('Give seconds such as 3600, or a duration such as 90s, 60m, 1h.\n'), stderr);
    });

  test('times as people read them, and exact', async () => {
    const { stdout: token } = await cli(['issue-jwt-token', '--token-only', '--ttl', '1h'], { env });
    const { stdout } = await cli(['decode-token', '-'], { stdin: token });
    ok(/^Expires: \d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.000Z \(in \d+ \w+\)$/m.test(stdout), stdout);
  });

  test('--issued-before takes a duration', async () => {
    const { code, stderr } = await cli(['revoke-token', '--client-id', 'a', '--issued-before', '10w', '--force']);
    equal([code, /10m for ten minutes ago/.test(stderr)], [2, true]);
  });
}
