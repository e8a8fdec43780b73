// Our output held against recorded facts of the Ably CLI's, and the table of intended differences in the documents.
import { readFileSync } from 'node:fs';
import { equal, ok } from '../js/assert.mjs';
import { cli, records, resultOf } from './run-cli.mjs';

const FACTS = JSON.parse(readFileSync(new URL('./ably-cli.json', import.meta.url), 'utf8'));
const PAGE = readFileSync(new URL('../../docs/cli.md', import.meta.url), 'utf8');
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

export function ablyCli({ test, sandbox }) {
  const kept = {};
  const filled = (args) => args.map((arg) => arg.replace(/^\{([A-Z]+)\}$/, (_, name) => kept[name]));
  const environments = {
    key: { ABLY_API_KEY: sandbox.keys.root },
    'revocable key': { ABLY_API_KEY: sandbox.keys.revocable },
    'access token': { ABLY_ACCESS_TOKEN: sandbox.accessToken },
    'no access token': { ABLY_ACCESS_TOKEN: 'wrong' },
  };
  const run = (args, name) => cli(filled(args), { env: { ABLY_ENDPOINT: sandbox.endpoint, ...environments[name] } });

  for (const { run: args, command, with: name, result, keep = {}, absent = [], unordered } of FACTS.results)
    test(`the record of ${args.join(' ')}`, async () => {
      const { code, stdout, stderr } = await run([...args, '--json'], name);
      equal([code, stderr], [0, ''], stdout);
      const [first, last, ...others] = records(stdout);
      equal([others.length, last], [0, { type: 'status', command, status: 'completed', exitCode: 0 }]);
      equal(Object.keys(first).slice(0, 3), ['type', 'command', 'success']);
      equal([first.type, first.command, first.success], ['result', command, true]);
      fits(first, result, 'the record', unordered);
      for (const path of absent) equal(at(first, path), undefined, path);
      for (const [named, path] of Object.entries(keep)) kept[named] = at(first, path);
    });

  for (const { run: args, with: name, exitCode, error, beside = {} } of FACTS.errors)
    test(`the record of the error of ${args.join(' ')}`, async () => {
      const { code, stdout } = await run(args, name);
      const [record] = records(stdout);
      equal([record.type, record.success], ['error', false]);
      fits(record, { ...beside, error: {} }, 'the record');
      for (const [member, wanted] of Object.entries(error))
        if (['string', 'number'].includes(wanted)) equal(typeof record.error[member], wanted, member);
        else equal(record.error[member], wanted, member);
      // See the table of differences: our exit code does not depend on the format.
      ok(code === exitCode || code === 2, `exit code ${code}`);
    });

  for (const { run: args, with: name, exitCode, stdout = [], stderr = [] } of FACTS.texts)
    test(`the text of ${args.join(' ')}`, async () => {
      const answer = await run(args, name);
      equal(answer.code, exitCode, answer.stderr);
      for (const [stream, lines] of Object.entries({ stdout, stderr })) {
        const said = answer[stream].split('\n');
        for (const [index, line] of lines.entries()) ok(said[index].startsWith(line), `${stream}: ${said[index]}`);
      }
    });

  test('both forms of a script', async () => {
    const { stdout } = await run(['revoke-token', '--client-id', 'a', '--force', '--json'], 'revocable key');
    const { revocation } = resultOf(stdout);
    equal([revocation.response[0].target, revocation.successCount], ['clientId:a', 1]);
  });

  test('docs/cli.md has the table of intended differences', () => {
    const rows = FACTS.differences.map(({ what, ably, here, why }) => `| ${what} | ${ably} | ${here} | ${why} |`);
    const table = ['| situation | Ably CLI 1.2.1 | here | because |', '|---|---|---|---|', ...rows].join('\n');
    ok(PAGE.includes(`\n${table}\n`), `docs/cli.md differs from tests/cli/ably-cli.json; it should have\n${table}`);
  });
}

const at = (value, path) => path.split('.').reduce((inner, name) => inner?.[name], value);

/** Each member of the shape is there, of its type, and in the same order. */
function fits(value, shape, place, unordered) {
  if (typeof shape === 'string') {
    const types = shape.split('|');
    ok(
      types.some((type) => isOfType(value, type)),
      `${place} is ${JSON.stringify(value)}, not ${shape}`,
    );
    return;
  }
  if (Array.isArray(shape)) {
    ok(
      Array.isArray(value) && value.length > 0,
      `${place} is ${JSON.stringify(value)}, not a list with something in it`,
    );
    for (const item of value) fits(item, shape[0], `${place}[]`, unordered);
    return;
  }
  const names = Object.keys(value).filter((name) => Object.hasOwn(shape, name));
  equal(unordered ? names.sort() : names, unordered ? Object.keys(shape).sort() : Object.keys(shape), place);
  for (const [name, inner] of Object.entries(shape)) fits(value[name], inner, `${place}.${name}`, unordered);
}

function isOfType(value, type) {
  if (type === 'time') return typeof value === 'string' && TIME.test(value);
  if (type === 'list') return Array.isArray(value);
  if (type === 'null') return value === null;
  if (type === 'object') return typeof value === 'object' && value !== null && !Array.isArray(value);
  return typeof value === type;
}
