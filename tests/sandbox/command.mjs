// `ably-edge-auth sandbox`: what it prints, what it refuses, how it ends.
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { equal, ok } from '../js/assert.mjs';
import { bytesOf, ON_WINDOWS, openedAs, temporaryFolder } from './files.mjs';
import { basic, codes, request } from './http.mjs';
import { begin, CLI, run, startSandbox } from './processes.mjs';

const publish = ({ url, keys }, data = 'x') =>
  request(`${url}/channels/chat/messages`, {
    method: 'POST',
    headers: { ...basic(keys.root), 'content-type': 'application/json' },
    body: JSON.stringify({ data }),
  });
const history = async ({ url, keys }) =>
  JSON.parse((await request(`${url}/channels/chat/messages`, { headers: basic(keys.root) })).text).map(
    ({ data }) => data,
  );

export function command({ test }) {
  test('it tells of itself', async () => {
    const { version } = JSON.parse(readFileSync(new URL('../../pkg/package.json', import.meta.url), 'utf8'));
    const told = await run('--version');
    ok(told.code === 0 && told.stdout.includes(version), told.stdout + told.stderr);
    for (const args of [['--help'], [], ['sandbox', '--help']]) {
      const { code, stdout, stderr } = await run(...args);
      ok(code === 0 && stdout.includes('sandbox') && stderr === '', `${args}: ${stdout}${stderr}`);
    }
    for (const flag of ['--port', '--state', '--host', '--allow-host', '--allow-origin', '--revoke-channels', '--json'])
      ok((await run('sandbox', '--help')).stdout.includes(flag), flag);
  });

  for (const [args, words] of [
    [['sandbx'], 'sandbox'],
    [['sandbox', '--prot', '1'], '--port'],
    [['sandbox', '--stat=x'], '--state'],
    [['sandbox', '--port'], '--port'],
    [['sandbox', '--port', 'many'], 'many'],
    [['sandbox', 'further'], ''],
  ])
    test(`a wrong command line: ${args.join(' ')}`, async () => {
      const { code, stdout, stderr } = await run(...args);
      equal([code, stdout], [2, '']);
      ok(stderr.includes(words) && !stderr.includes('    at '), stderr);
    });

  test('a port that cannot be had', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => taken.once('listening', resolve));
    const { port } = taken.address();
    const { code, stderr } = await run('sandbox', '--port', String(port));
    taken.close();
    ok(code === 1 && stderr.includes(`127.0.0.1:${port}`) && stderr.includes('--port 0'), stderr);
    const wrong = await run('sandbox', '--port', '70000');
    ok(wrong.code === 1 && wrong.stderr.includes('1 to 65535'), wrong.stderr);
    const foreign = await run('sandbox', '--port', '0', '--host', '203.0.113.1');
    ok(foreign.code === 1 && foreign.stderr.includes('does not have that address'), foreign.stderr);
  });

  test('a state file that cannot be used', async () => {
    const folder = temporaryFolder();
    const path = join(folder, 'damaged');
    writeFileSync(path, 'ably-edge-auth sandbox state 1\n0000000000000000 {}\n');
    for (const [state, words] of [
      [folder, 'is a folder'],
      [join(folder, 'no', 'file'), 'mkdir'],
      [path, 'is damaged: line 2 (byte 31)'],
    ]) {
      const { code, stdout, stderr } = await run('sandbox', '--port', '0', '--state', state);
      equal([code, stdout], [1, '']);
      ok(stderr.includes(words) && stderr.includes(state) && !stderr.includes('    at '), stderr);
    }
  });

  test('changes that are whole and none of the sandbox: told with their line', async () => {
    const path = join(temporaryFolder(), 'state');
    const bytes = await bytesOf(['{"at":1,"changes":[{"setUp":{"version":99,"seed":null}}]}']);
    writeFileSync(path, bytes);
    const { code, stderr } = await run('sandbox', '--port', '0', '--state', path);
    ok(code === 1 && stderr.includes(`${path}, line 2: the change`), stderr);
    equal(readFileSync(path), bytes);
  });

  test('what it is told is there again; a second one is refused meanwhile', async () => {
    const path = join(temporaryFolder(), 'state');
    const first = await startSandbox('--state', path);
    equal((await publish(first, 'kept')).status, 201);
    const second = await run('sandbox', '--port', '0', '--state', path);
    ok(
      second.code === 1 && second.stderr.includes(path) && second.stderr.includes('is in use by another process'),
      second.stderr,
    );
    equal(await first.end('SIGTERM'), ON_WINDOWS ? { code: null, signal: 'SIGTERM' } : { code: 0, signal: null });
    const third = await startSandbox('--state', path);
    equal(await history(third), ['kept']);
    equal([third.keys, third.stderr()], [first.keys, '']);
    equal(await third.end('SIGKILL'), { code: null, signal: 'SIGKILL' });
    // Nobody holds the file any more.
    const fourth = await startSandbox('--state', path);
    equal(await history(fourth), ['kept']);
    await fourth.end();
  });

  if (!ON_WINDOWS)
    for (const signal of ['SIGINT', 'SIGTERM'])
      test(`${signal}: requests that are under way are answered, and kept`, async () => {
        const path = join(temporaryFolder(), 'state');
        const sandbox = await startSandbox('--state', path);
        const under = Array.from({ length: 20 }, (_, index) => publish(sandbox, `${index}`).catch(({ code }) => code));
        await under[0];
        equal(await sandbox.end(signal), { code: 0, signal: null });
        // Those that it had not come to are cut off or refused; none is answered and lost.
        const answered = (await Promise.all(under)).flatMap(({ status }, index) => (status === 201 ? [index] : []));
        const again = await startSandbox('--state', path);
        const kept = await history(again);
        ok(answered.length > 0 && answered.every((index) => kept.includes(`${index}`)), `${answered} of ${kept}`);
        equal((await openedAs(readFileSync(path))).told, []);
        await again.end();
      });

  test('other addresses: random credentials, told once and kept', async () => {
    const path = join(temporaryFolder(), 'state');
    const first = await startSandbox('--host', '0.0.0.0', '--allow-host', 'sandbox.example', '--state', path);
    for (const secret of [...Object.values(first.keys), first.accessToken, first.adminToken])
      ok(!secret.includes('not-a-secret'), 'a known one');
    equal((await publish(first)).status, 201);
    const named = (host) => request(`${first.url}/time`, { headers: { host } });
    equal([(await named('sandbox.example:1')).status, codes(await named('evil.example'))], [200, [421, 42100]]);
    await first.end('SIGKILL');
    const second = await startSandbox('--host', '0.0.0.0', '--state', path);
    equal([second.keys, second.accessToken], [undefined, undefined]);
    equal(await history({ ...first, url: second.url }), ['x']);
    await second.end();
    const third = await startSandbox('--host', '0.0.0.0');
    ok(third.keys.root !== first.keys.root);
    equal(codes(await publish({ ...first, url: third.url }))[0], 401);
    await third.end();
  });

  test('known keys are not served to other machines', async () => {
    const path = join(temporaryFolder(), 'state');
    const first = await startSandbox('--state', path);
    await publish(first);
    await first.end('SIGKILL');
    const { code, stderr } = await run('sandbox', '--port', '0', '--host', '0.0.0.0', '--state', path);
    ok(code === 1 && stderr.includes('so its keys are public'), stderr);
  });

  test('what it prints names everything that one needs, and nothing after that', async () => {
    const started = begin(process.execPath, [CLI, 'sandbox', '--port', '0']);
    await new Promise((resolve) =>
      started.child.stdout.on('data', () => started.stdout().includes('curl') && resolve()),
    );
    const printed = started.stdout();
    const [, url] = printed.match(/listening at (\S+)\. /);
    for (const words of [
      'for development and tests only',
      'sndbox.root01:',
      'sndbox.revoc1:',
      'sndbox.narrow:',
      'not-a-secret-sandbox-access-token',
      'not-a-secret-sandbox-admin-token',
      'in memory only',
      `curl -u sndbox.root01`,
    ])
      ok(printed.includes(words), words);
    for (const headers of [{}, basic('sndbox.root01:wrong'), { authorization: 'Bearer secret-token' }])
      await request(`${url}/channels/chat/messages?key=a.b:secret-in-query`, { headers });
    started.child.kill('SIGKILL');
    await started.ended;
    equal([started.stdout(), started.stderr()], [printed, '']);
  });

  /** On a port that was free a moment ago; settles when it answers. */
  async function answering(...args) {
    const taken = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => taken.once('listening', resolve));
    const port = String(taken.address().port);
    await new Promise((resolve) => taken.close(resolve));
    const started = begin(process.execPath, [CLI, 'sandbox', '--port', port, ...args]);
    if (!args.includes('--quiet')) started.child.stdout.destroy();
    const answers = () =>
      request(`http://127.0.0.1:${port}/time`).then(
        ({ status }) => status === 200,
        () => false,
      );
    started.ended.then(() => (started.hasEnded = true));
    while (!(await answers())) {
      ok(!started.hasEnded, `it ended: ${started.stderr()}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    return { ...started, answers };
  }

  test('--quiet prints nothing', async () => {
    const { child, ended, stdout, stderr } = await answering('--quiet');
    child.kill();
    await ended;
    equal([stdout(), stderr()], ['', '']);
  });

  test('nobody has to read what it prints', async () => {
    const { child, ended, stderr, answers } = await answering();
    ok(await answers());
    child.kill();
    const { code } = await ended;
    equal([code, stderr()], [ON_WINDOWS ? null : 0, '']);
  });
}
