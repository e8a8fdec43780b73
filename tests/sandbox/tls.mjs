// `ably-edge-auth sandbox --tls`: by whom it is trusted, where its files are, what it refuses.
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { dirname, join } from 'node:path';
import { connect } from 'node:tls';
import { WebSocket } from 'ws';
import { equal, ok } from '../js/assert.mjs';
import { ON_WINDOWS, temporaryFolder } from './files.mjs';
import { raw } from './http.mjs';
import { begin, CLI, run, startSandbox } from './processes.mjs';

/** The status of an answer to a client that trusts this file and nothing else. */
function statusOf(url, ca) {
  return new Promise((resolve, reject) => {
    const sent = request(`${url}/time`, { ca, agent: false }, (response) => {
      response.resume();
      response.on('end', () => resolve(response.statusCode));
    });
    sent.on('error', reject);
    sent.end();
  });
}

export function tls({ test }) {
  test('who trusts the printed file is served, by every name and by WebSocket', async () => {
    const sandbox = await startSandbox('--tls', '--allow-host', 'sandbox.example');
    const ca = readFileSync(sandbox.caFile);
    const { port, protocol } = new URL(sandbox.url);
    equal(protocol, 'https:');
    for (const name of ['127.0.0.1', 'localhost', '[::1]'])
      equal(await statusOf(`https://${name}:${port}`, ca).catch(({ code }) => code), 200, name);
    const named = connect({ port, host: '127.0.0.1', servername: 'sandbox.example', ca });
    await new Promise((resolve, reject) => named.once('secureConnect', resolve).once('error', reject));
    named.destroy();

    const socket = new WebSocket(`${sandbox.url.replace('https', 'wss')}/?v=6&key=${sandbox.keys.root}`, { ca });
    const first = await new Promise((resolve, reject) => socket.once('message', resolve).once('error', reject));
    equal(JSON.parse(first).action, 4);
    socket.terminate();

    const untrusted = await statusOf(sandbox.url, undefined).catch(({ code }) => code);
    equal(untrusted, 'UNABLE_TO_VERIFY_LEAF_SIGNATURE');
    equal(await raw(sandbox.url, 'GET /time HTTP/1.1\r\nHost: localhost\r\n\r\n').catch(({ code }) => code), '');
    equal([await statusOf(sandbox.url, ca), sandbox.stderr()], [200, '']);
    // The key with which further certificates could be signed is nowhere.
    ok(!existsSync(join(dirname(sandbox.caFile), 'ca.key')));
    await sandbox.end();
    equal(existsSync(sandbox.caFile), ON_WINDOWS);
  });

  test('beside a state file, clients go on trusting the same', async () => {
    const path = join(temporaryFolder(), 'state');
    const first = await startSandbox('--tls', '--state', path);
    const ca = readFileSync(first.caFile);
    equal(first.caFile, `${path}.ca.pem`);
    if (!ON_WINDOWS) equal(statSync(`${path}.key.pem`).mode & 0o777, 0o600);
    await first.end('SIGKILL');
    const second = await startSandbox('--tls', '--state', path);
    equal([readFileSync(second.caFile), await statusOf(second.url, ca)], [ca, 200]);
    await second.end('SIGKILL');
    // Another name is in no certificate that was made before.
    const third = await startSandbox('--tls', '--state', path, '--allow-host', 'other.example');
    ok(!readFileSync(third.caFile).equals(ca));
    await third.end('SIGKILL');

    const own = await startSandbox('--tls-cert', `${path}.cert.pem`, '--tls-key', `${path}.key.pem`);
    equal(await statusOf(own.url, readFileSync(`${path}.ca.pem`)), 200);
    await own.end();
    const refused = await run('sandbox', '--port', '0', '--tls-cert', `${path}.ca.pem`, '--tls-key', `${path}.key.pem`);
    ok(refused.code === 1 && refused.stderr.includes('are not a certificate and its key'), refused.stderr);
    ok(!refused.stderr.includes('PRIVATE'), refused.stderr);
  });

  test('files that cannot be used, and no openssl', async () => {
    const nonsense = join(temporaryFolder(), 'nonsense');
    writeFileSync(nonsense, 'nonsense');
    for (const [args, words] of [
      [['--tls-cert', nonsense], 'belong together'],
      [['--tls', '--tls-key', nonsense], 'belong together'],
      [['--tls-cert', `${nonsense}.pem`, '--tls-key', nonsense], `cannot read ${nonsense}.pem`],
      [['--tls-cert', nonsense, '--tls-key', nonsense], 'are not a certificate and its key'],
    ]) {
      const { code, stdout, stderr } = await run('sandbox', '--port', '0', ...args);
      equal([code, stdout], [1, ''], `${args}`);
      ok(stderr.includes(words) && !stderr.includes('    at '), stderr);
    }
    const without = begin(process.execPath, [CLI, 'sandbox', '--port', '0', '--tls'], {
      env: { ...process.env, PATH: temporaryFolder() },
    });
    const { code } = await without.ended;
    ok(code === 1 && without.stderr().includes('install openssl, or give a certificate'), without.stderr());
  });
}
