// --failed-to: what is left for the next run, however this one ends.
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { spawn } from '../runtimes/start.mjs';
import { setTimeout as sleep } from 'node:timers/promises';
import { equal, ok } from '../js/assert.mjs';
import { CLI, cli } from './run-cli.mjs';

const BAD = { code: 40000, statusCode: 400, message: 'Bad target' };

export function failedTo({ test, world, folder }) {
  let files = 0;
  const fresh = () => join(folder, `left${files++}`);
  const targets = (count) => Array.from({ length: count }, (_, index) => `clientId:${index}`);
  const run = async (args, { script, ...io } = {}) => {
    const { endpoint, key, log } = await world(script);
    const answer = await cli(['revoke-token', '--force', ...args], {
      ...io,
      env: { ABLY_ENDPOINT: endpoint, ABLY_API_KEY: key },
    });
    const sent = (await log()).filter(({ method }) => method === 'POST');
    return { ...answer, sent: sent.flatMap(({ body }) => JSON.parse(body).targets) };
  };

  test('those that failed, each once, in their order; and then none', async () => {
    const path = fresh();
    const stdin = [...targets(250), 'clientId:7', 'clientId:3'].join('\n');
    const refused = { 'clientId:7': BAD, 'clientId:3': BAD };
    const first = await run(['--targets-file', '-', '--failed-to', path], { stdin, script: { refused } });
    equal([first.code, readFileSync(path, 'utf8')], [1, 'clientId:3\nclientId:7\n']);
    ok(first.stderr.includes(`\nTo retry: --targets-file ${path} (2 targets)\n`), first.stderr);
    const next = await run(['--targets-file', path, '--failed-to', path]);
    equal(
      [next.code, next.sent, next.stderr, readFileSync(path, 'utf8')],
      [0, ['clientId:3', 'clientId:7'], '✓ Tokens matching 2 targets have been revoked.\n', ''],
    );
  });

  test('all, when nobody can be asked, or the key is refused', async () => {
    for (const script of [
      { faults: [{ status: 401, error: { code: 40101, message: 'No' } }], repeat: true },
      { faults: [{ cut: 'headers' }], repeat: true },
    ]) {
      const path = fresh();
      const { code } = await run(['--targets-file', '-', '--failed-to', path], {
        stdin: targets(150).join('\n'),
        script,
      });
      equal(
        [code, readFileSync(path, 'utf8')],
        [
          1,
          targets(150)
            .map((target) => `${target}\n`)
            .join(''),
        ],
      );
    }
  });

  test('an interruption: revoked, unanswered and not sent are told apart, and what is not revoked is left', async () => {
    const path = fresh();
    const ending = new AbortController();
    const { endpoint, key } = await world({ faults: [null, { stop: 'headers' }], repeat: true, only: 'revokeTokens' });
    const fetch = async (url, init) => {
      if (url.endsWith('/revokeTokens')) setTimeout(() => ending.abort(), 300);
      return globalThis.fetch(url, init);
    };
    const all = targets(1_000);
    const { code, stderr } = await cli(['revoke-token', '--targets-file', '-', '--force', '--failed-to', path], {
      stdin: all.join('\n'),
      fetch,
      signal: ending.signal,
      env: { ABLY_ENDPOINT: endpoint, ABLY_API_KEY: key },
    });
    const [, revoked, unanswered, unsent] =
      /Error: Interrupted: (\d+) of 1000 revoked, (\d+) unanswered, (\d+) not sent\n/.exec(stderr) ?? [];
    equal([code, Number(revoked) + Number(unanswered) + Number(unsent)], [130, 1_000], stderr);
    ok(revoked >= 100 && unanswered >= 100 && unsent >= 100, stderr);
    ok(!stderr.includes('✗ Client ID: 999:'), 'of those that were not sent there is nothing to say one by one');
    const left = readFileSync(path, 'utf8').trimEnd().split('\n');
    equal(left.length, 1_000 - revoked);
    equal(
      left,
      all.filter((target) => left.includes(target)),
    );
  });

  test('a run that is killed leaves all of them', async () => {
    const path = fresh();
    const { endpoint, key, log } = await world({ faults: [{ stop: 'headers' }], repeat: true, only: 'revokeTokens' });
    const child = spawn(
      process.execPath,
      [CLI, 'revoke-token', '--targets-file', '-', '--force', '--failed-to', path],
      {
        env: { PATH: process.env.PATH, ABLY_ENDPOINT: endpoint, ABLY_API_KEY: key },
        stdio: ['pipe', 'ignore', 'ignore'],
      },
    );
    const exited = once(child, 'exit');
    child.stdin.end(targets(300).join('\n'));
    while (!(await log()).some(({ method }) => method === 'POST')) await sleep(50);
    child.kill('SIGKILL');
    await exited;
    equal(readFileSync(path, 'utf8').trimEnd().split('\n'), targets(300));
  });

  test('nothing is written when nothing is begun', async () => {
    const path = fresh();
    for (const args of [
      ['--targets-file', '-', '--failed-to', path],
      ['--client-id', ' x', '--failed-to', path],
    ])
      equal((await run(args, { stdin: 'x' })).code, 1);
    const { endpoint, key } = await world();
    equal(
      (
        await cli(['revoke-token', '--client-id', 'ada', '--failed-to', path], {
          stdin: 'n\n',
          env: { ABLY_ENDPOINT: endpoint, ABLY_API_KEY: key },
        })
      ).code,
      0,
    );
    ok(!existsSync(path), 'it was cancelled');
  });

  test('what cannot be written is told before anything is sent', async () => {
    const inside = join(folder, 'nowhere', 'left');
    const cases = [
      [inside, 1, `Cannot write --failed-to ${inside}: ENOENT. Nothing was sent`],
      [folder, 1, `--failed-to ${folder} is not a regular file\nGive the path of a file.`],
      ['/dev/full', 1, '--failed-to /dev/full is not a regular file\nGive the path of a file.'],
      ['-', 2, '--failed-to is not a file name\nGive the path of a file.'],
      ['', 2, '--failed-to is not a file name\nGive the path of a file.'],
    ];
    for (const [path, code, says] of cases) {
      const answer = await run(['--client-id', 'ada', `--failed-to=${path}`]);
      equal([answer.code, answer.stderr, answer.sent], [code, `Error: ${says}\n`, []]);
    }
    const odd = await run(['--client-id', 'a\nb', '--allow-odd-targets', '--failed-to', fresh()]);
    equal(
      [odd.code, odd.stderr, odd.sent],
      [1, 'Error: A target contains a line break, so --failed-to cannot record it\nLeave out --failed-to.\n', []],
    );
  });

  test('a link leads to its file, which keeps its mode; nothing is left beside it', async () => {
    const at = join(folder, `linked${files++}`);
    mkdirSync(at);
    writeFileSync(join(at, 'file'), 'old');
    chmodSync(join(at, 'file'), 0o600);
    symlinkSync(join(at, 'file'), join(at, 'link'));
    await run(['--client-id', 'ada', '--client-id', 'bob', '--failed-to', join(at, 'link')], {
      script: { refused: { 'clientId:ada': BAD } },
    });
    equal(
      [readFileSync(join(at, 'file'), 'utf8'), statSync(join(at, 'file')).mode & 0o777, readdirSync(at).sort()],
      ['clientId:ada\n', 0o600, ['file', 'link']],
    );
  });

  test('a disk that fills up on the way: all of them are there still', async () => {
    const path = fresh();
    const { endpoint, key } = await world({ refused: { 'clientId:1': BAD } });
    let isFull = false;
    const fetch = async (url, init) => {
      if (url.endsWith('/revokeTokens') && !isFull) {
        isFull = true;
        mkdirSync(`${path}.${process.pid}.tmp`); // the name that it writes under is taken
      }
      return globalThis.fetch(url, init);
    };
    const { code, stderr } = await cli(
      ['revoke-token', '--client-id', '1', '--client-id', '2', '--force', '--failed-to', path],
      { fetch, env: { ABLY_ENDPOINT: endpoint, ABLY_API_KEY: key } },
    );
    equal([code, readFileSync(path, 'utf8')], [1, 'clientId:1\nclientId:2\n']);
    ok(stderr.includes(`⚠ Cannot update ${path}, which still lists all targets: EEXIST\n`), stderr);
  });

  test('the suggested line is one that runs', async () => {
    const path = fresh();
    const first = await run(['--client-id', ' ada', '--client-id', 'bob', '--allow-odd-targets', '--failed-to', path], {
      script: { refused: { 'clientId: ada': BAD } },
    });
    const [, args] = /To retry: (.*) \(1 target\)\n/.exec(first.stderr);
    equal((await run(args.split(' '))).sent, ['clientId: ada']);
  });
}
