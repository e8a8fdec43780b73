// Targets that look like a slip: refused with their place and what they were meant to be, before anything is sent.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { likelyTargets, oddTarget } from '../../pkg/lib/input/target-slip.js';
import { equal, ok } from '../js/assert.mjs';
import { cli, records } from './run-cli.mjs';

const SPACE = 'the client ID begins or ends with white space';
const TYPED = 'the client ID begins with the name of a type';
const SEVERAL = 'the client ID contains further targets';
const MEANT = 'If it is intended, use --allow-odd-targets.';
const FORM = 'Write clientId:ada, revocationKey:group1 or channel:chat:*, one per line.';

// A line, what is found in it, what it was meant to be; and whether it is a target all the same.
const LINES = [
  ['clientId: ada', SPACE, 'clientId:ada'],
  ['clientId:ada ', SPACE, 'clientId:ada'],
  ['clientId:ada\u00a0', SPACE, 'clientId:ada'],
  ['clientId:ada\t', SPACE, 'clientId:ada'],
  ['clientId:ada,clientId:bob', SEVERAL, 'clientId:ada and clientId:bob'],
  ['clientId:ada; channel:x', SEVERAL, 'clientId:ada and channel:x'],
  ['clientId:ada clientId:bob', SEVERAL, 'clientId:ada and clientId:bob'],
  ['clientId:ada\rclientId:bob', SEVERAL, 'clientId:ada and clientId:bob'],
  ['clientId:clientId:ada', TYPED, 'clientId:ada'],
  ['clientId: clientId:ada', TYPED, 'clientId:ada'],
  ['clientId:clientId:clientId:ada', TYPED, 'clientId:ada'],
  ['clientId:revocationKey:g', TYPED, 'revocationKey:g'],
  ['clientId:"ada"', 'the client ID is in quotation marks', 'clientId:ada'],
  ['clientId:“ada”', 'the client ID is in quotation marks', 'clientId:ada'],
  ['clientId:ada,', 'the client ID ends in a comma', 'clientId:ada'],
  ['clientId:ad\u200ba', 'the client ID contains an invisible character', 'clientId:ada'],
  ['clientId:ada\u200b', 'the client ID begins or ends with an invisible character', 'clientId:ada'],
  ['clientId:Jos\ufffd', 'the client ID contains a character that could not be decoded', ''],
  ['clientId: ', SPACE, ''],
  ['revocationKey: g', 'the revocation key begins or ends with white space', 'revocationKey:g'],
  ['channel:chat:* ', 'the channel begins or ends with white space', 'channel:chat:*'],
];
const NO_TARGETS = [
  ['"clientId:ada"', 'clientId:ada'],
  ["'clientId:ada'", 'clientId:ada'],
  ['"clientId:ada","clientId:bob"', 'clientId:ada and clientId:bob'],
  [' clientId:ada', 'clientId:ada'],
  ['client-id: ada', 'clientId:ada'],
  ['clientID:ada', 'clientId:ada'],
  ['revocation_key = g', 'revocationKey:g'],
  ['ada', ''],
  ['clientId:', ''],
];
const FLAGS = [
  [['--client-id', 'clientId:ada'], `--client-id: ${TYPED}`, '--client-id ada'],
  [['--client-id', 'ada,clientId:bob'], `--client-id: ${SEVERAL}`, '--client-id ada --client-id bob'],
  [['--client-id', ' ada'], `--client-id: ${SPACE}`, '--client-id ada'],
  [['--client-id', 'channel:a b'], `--client-id: ${TYPED}`, "--channel 'a b'"],
  [
    ['--revocation-key', 'g\n'],
    '--revocation-key: the revocation key begins or ends with white space',
    '--revocation-key g',
  ],
  [['--channel', 'channel:x'], '--channel: the channel begins with the name of a type', '--channel x'],
];
/** None of them is a slip that anybody could tell. */
const PLAIN = [
  'ada',
  'a:b',
  'client:1',
  'group 1',
  'ada,bob',
  'org.room:lobby',
  'ada@example.com',
  'Ąda',
  '👨‍👩‍👧',
  '-ada',
  '*',
  '"ada',
  'user-5f0c',
  'channels:x',
];

export function oddTargets({ test, world, folder }) {
  const run = async (args, { script, ...io } = {}) => {
    const { endpoint, key, log } = await world(script);
    const answer = await cli(['revoke-token', '--force', ...args], {
      ...io,
      env: { ABLY_ENDPOINT: endpoint, ABLY_API_KEY: key },
    });
    const sent = (await log()).filter(({ method }) => method === 'POST');
    return { ...answer, sent: sent.map(({ body }) => JSON.parse(body).targets) };
  };
  const advice = (likely, ...more) =>
    [likely === '' ? '' : `Did you mean ${likely}?`, ...more].filter(Boolean).join(' ');

  for (const [line, found, likely] of LINES)
    test(`a file with ${JSON.stringify(line)}`, async () => {
      const path = join(folder, 'odd-targets');
      writeFileSync(path, `clientId:carol\n\n${line}\n`);
      equal(await run(['--targets-file', path]), {
        code: 1,
        stdout: '',
        stderr: `Error: ${path}:3: ${found}\n${advice(likely, MEANT)}\n`,
        sent: [],
      });
      const meant = await run(['--targets-file', path, '--allow-odd-targets']);
      equal([meant.code, meant.sent], [0, [['clientId:carol', line]]]);
    });

  for (const [line, likely] of NO_TARGETS)
    test(`a file with ${JSON.stringify(line)}, which is none`, async () => {
      for (const more of [[], ['--allow-odd-targets']]) {
        const { code, stderr, sent } = await run(['--targets-file', '-', ...more], { stdin: `${line}\n` });
        equal(
          [code, stderr, sent],
          [1, `Error: stdin:1: not a target\n${advice(likely, likely === '' ? FORM : '')}\n`, []],
        );
      }
    });

  for (const [args, found, likely] of FLAGS)
    test(args.map((arg) => JSON.stringify(arg)).join(' '), async () => {
      equal(await run(args), { code: 1, stdout: '', stderr: `Error: ${found}\n${advice(likely, MEANT)}\n`, sent: [] });
      equal((await run([...args, '--allow-odd-targets'])).sent.length, 1);
    });

  for (const value of PLAIN)
    test(`${JSON.stringify(value)} is taken as it stands`, async () => {
      equal((await run([`--client-id=${value}`])).sent, [[`clientId:${value}`]]);
      equal((await run(['--targets-file', '-'], { stdin: `channel:${value}` })).sent, [[`channel:${value}`]]);
    });

  test('all lines that are wrong are told at once', async () => {
    const stdin = Array.from({ length: 30 }, (_, index) => `clientId: ${index}`).join('\n');
    const { code, stderr, sent } = await run(['--targets-file', '-', '--channel', 'x '], { stdin });
    const lines = stderr.trimEnd().split('\n');
    equal([code, sent, lines.length], [1, [], 23]);
    equal(lines.slice(0, 3), [
      'Error: --channel: the channel begins or ends with white space, and 30 more of the targets look wrong',
      '--channel: the channel begins or ends with white space; did you mean --channel x?',
      `stdin:1: ${SPACE}; did you mean clientId:0?`,
    ]);
    equal(lines.slice(-2), ['and 11 more', 'If they are intended, use --allow-odd-targets.']);
  });

  test('as a record: where, and what to do', async () => {
    const { stdout } = await run(['--targets-file', '-', '--json'], { stdin: 'clientId: ada' });
    equal(records(stdout)[0].error, { message: `stdin:1: ${SPACE}`, hint: `Did you mean clientId:ada? ${MEANT}` });
  });

  test('a key and a token are never repeated', async () => {
    for (const secret of ['aaaaaa.bbbbbb:hush-hush-secret-x', 'eyJhbGciOiJIUzI1NiJ9.eyJodXNoIjoxfQ.hush-hush'])
      for (const [args, stdin] of [
        [['--client-id', secret]],
        [['--targets-file', '-'], `clientId:${secret}`],
        [['--targets-file', '-'], ` clientId:${secret}`],
        [['--targets-file', '-'], `x\nclientId: ${secret}`],
      ]) {
        const { code, stdout, stderr, sent } = await run(args, { stdin });
        equal([code, sent], [1, []]);
        ok(!`${stdout}${stderr}`.includes('hush') && !stderr.includes('eyJ'), stderr);
      }
  });

  test('what is meant is never odd itself, and it takes no long time to tell', () => {
    const pieces = ['"', ',', ' ', 'clientId:', ', ', '"clientId:', ' clientId:a', '\u200b', '“', ';channel:'];
    for (const piece of pieces)
      for (const text of [piece.repeat(20_000), `a${piece.repeat(20_000)}b`, `${piece}a${piece}`, `clientId:${piece}a`])
        for (const { type, value } of [...likelyTargets(text), ...(oddTarget('clientId', text)?.likely ?? [])])
          equal(oddTarget(type, value), undefined, JSON.stringify([text.slice(0, 30), value.slice(0, 30)]));
  });
}
