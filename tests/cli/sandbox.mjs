// The command that serves the sandbox, as a process of its own.
import { once } from 'node:events';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { spawn } from '../runtimes/start.mjs';
import { equal, ok } from '../js/assert.mjs';
import { controlAddress, withPlainHttp } from '../../pkg/cli/plain-http.js';
import { exportsOf } from '../../pkg/cli/sandbox-exports.js';
import { CLI, cli, resultOf, shell } from './run-cli.mjs';

const NAMES = ['Endpoint', 'Root key', 'Revocable key', 'Narrow key', 'Access token', 'Admin token', 'State'];

/** @returns what it printed once it serves, and `end(signal)` */
async function start(...args) {
  const child = spawn(process.execPath, [CLI, 'sandbox', '--port', '0', ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const printed = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'])
    child[name].setEncoding('utf8').on('data', (text) => (printed[name] += text));
  const exited = once(child, 'close');
  await new Promise((resolve, reject) => {
    // The last lines are how to try it, where the keys are shown, and else its state.
    const ends = /^ {2}curl .*\n|"endpoint"|^The keys and access tokens are[\s\S]*^State: .*\n/m;
    const look = () => ends.test(printed.stdout) && resolve();
    child.stdout.on('data', look);
    exited.then(() => reject(new Error(`it ended at once: ${printed.stderr}`)));
  });
  const values = Object.fromEntries(
    [...printed.stdout.matchAll(/^([A-Z]\w+(?: \w+)?): (.+)$/gm)].map(([, name, value]) => [name, value]),
  );
  return {
    printed,
    values,
    end: async (signal) => {
      child.kill(signal);
      const [code] = await exited;
      return code;
    },
  };
}

export function sandboxCommand({ test, folder }) {
  test('prints its names, one a line; serves; ends', async () => {
    const { values, printed, end } = await start();
    equal(Object.keys(values), NAMES);
    ok(/^http:\/\/127\.0\.0\.1:\d+$/.test(values.Endpoint), values.Endpoint);
    const env = { ABLY_ENDPOINT: values.Endpoint };
    equal(
      (
        await cli(['revoke-token', '--client-id', 'ada', '--force'], {
          env: { ...env, ABLY_API_KEY: values['Revocable key'] },
        })
      ).code,
      0,
    );
    equal(
      (await cli(['channels', 'publish', 'news', 'Hello'], { env: { ...env, ABLY_API_KEY: values['Root key'] } })).code,
      0,
    );
    equal(
      (await cli(['channels', 'publish', 'other', 'Hello'], { env: { ...env, ABLY_API_KEY: values['Narrow key'] } }))
        .code,
      1,
    );
    equal((await cli(['access-token'], { env: { ...env, ABLY_ACCESS_TOKEN: values['Access token'] } })).code, 0);
    equal((await cli(['access-token', 'list'], { env: { ...env, ABLY_ADMIN_TOKEN: values['Admin token'] } })).code, 0);
    equal([await end('SIGINT'), printed.stderr], [0, '']);
  });

  test('as a record; and told to end as a service is', async () => {
    const { printed, end } = await start('--json');
    const { type, command, success, ...facts } = resultOf(printed.stdout);
    equal(
      [type, command, success, Object.keys(facts)],
      ['result', 'sandbox', true, ['url', 'endpoint', 'account', 'app', 'keys', 'accessToken', 'adminToken']],
    );
    equal([await end('SIGTERM'), printed.stderr], [0, '']);
  });

  test('off loopback its keys are random, and told once', async () => {
    const path = join(folder, 'open.state');
    const first = await start('--host', '0.0.0.0', '--state', path);
    ok(!JSON.stringify(first.values).includes('not-a-secret'), 'they are random');
    await first.end('SIGTERM');
    const second = await start('--host', '0.0.0.0', '--state', path);
    equal(Object.keys(second.values), ['Endpoint', 'State']);
    await second.end('SIGTERM');
  });

  test('keeps its state in a file', async () => {
    const path = join(folder, 'sandbox.state');
    const create = async ({ values }, ...args) =>
      (
        await cli(['apps', ...args, '--json'], {
          env: { ABLY_ENDPOINT: values.Endpoint, ABLY_ACCESS_TOKEN: values['Access token'] },
        })
      ).stdout;
    const first = await start('--state', path);
    const { app } = resultOf(await create(first, 'create', '--name', 'Kept'));
    await first.end('SIGKILL');
    const second = await start('--state', path);
    ok(
      resultOf(await create(second, 'list')).apps.some(({ id, name }) => id === app.id && name === 'Kept'),
      'it is there again',
    );
    await second.end('SIGTERM');
  });

  test('a state file that cannot be', async () => {
    const { code, stdout, stderr } = await cli(['sandbox', '--port', '0', '--state', '/nonexistent/folder/state']);
    equal(
      [code, stdout, stderr.split('\n')[0]],
      [1, '', 'Error: the folder of /nonexistent/folder/state does not exist'],
    );
  });

  const part = (stdout, heading) => stdout.split(`\n${heading}`)[1].split('\n').slice(1);
  const indented = (lines) =>
    lines
      .slice(
        0,
        lines.findIndex((line) => !line.startsWith('  ')),
      )
      .join('\n');

  test('the exports are pasted into a shell, and the commands find the sandbox', async () => {
    const { printed, end } = await start();
    const exports = indented(part(printed.stdout, 'For these commands:'));
    const { code, stdout, stderr } = await shell(`${exports}
      ably issue-ably-token --token-only > /dev/null || exit 90
      ably channels publish news Hello > /dev/null || exit 91
      ably apps list > /dev/null || exit 92
      ably access-token list > /dev/null || exit 93`);
    await end('SIGTERM');
    equal([code, stdout, stderr], [0, '', '✓ Message published to channel: news.\n']);
  });

  // What the Ably CLI makes of these: ably/ably-cli 1.2.1, src/base-command.ts and src/services/control-api.ts.
  test('the exports for the Ably CLI and the options for ably-js lead to the sandbox', async () => {
    const { printed, values, end } = await start();
    const lines = indented(part(printed.stdout, 'For the Ably CLI'));
    const { port } = new URL(values.Endpoint);
    const [, control] = /ABLY_CONTROL_HOST='(.*)'/.exec(lines) ?? [];
    const [options] = part(printed.stdout, 'For ably-js');
    const [, key, host, ownPort] = /key: '(.*)', endpoint: '(.*)', port: (\d+), tls: false/.exec(options) ?? [];
    const headers = { Authorization: `Bearer ${values['Access token']}` };
    const asked = await Promise.all([
      fetch(`http://${control}/api/v1/me`, { headers }),
      fetch(`http://${host}:${ownPort}/time`),
    ]);
    // Our commands take the same variable.
    const listed = await cli(['apps', 'list'], {
      env: { ABLY_CONTROL_HOST: control, ABLY_ACCESS_TOKEN: values['Access token'] },
    });
    await end('SIGTERM');
    ok(lines.includes("export ABLY_ENDPOINT='localhost'\n") && lines.endsWith(`--port ${port} --tls false`), lines);
    equal([control, key, ownPort], [`localhost:${port}`, values['Root key'], port]);
    equal([...asked.map(({ status }) => status), listed.code], [200, 200, 0]);
  });

  test('in PowerShell', () => {
    const facts = { url: 'http://127.0.0.1:1', keys: { root: 'k' }, accessToken: 't', adminToken: 'a' };
    ok(exportsOf(facts, [], 'win32').includes("  $env:ABLY_ENDPOINT = 'http://127.0.0.1:1'"));
  });

  test('with TLS, what it prints names the file to trust and the port for TLS', () => {
    const facts = {
      url: 'https://127.0.0.1:7',
      keys: { root: 'k' },
      accessToken: 't',
      adminToken: 'a',
      caFile: '/ca.pem',
    };
    const lines = exportsOf(facts, ['https://192.0.2.1:7'], 'linux');
    for (const line of [
      "  export NODE_EXTRA_CA_CERTS='/ca.pem'",
      '  ably channels publish my-channel "Hello" --tls-port 7',
      "  const options = { key: 'k', endpoint: 'localhost', tlsPort: 7 };",
      "  export ABLY_CONTROL_HOST='https://192.0.2.1:7/v1'",
    ])
      ok(lines.includes(line), `${line} is not in ${lines.join('\n')}`);
    const trusting = lines.filter((line) => line.includes('NODE_EXTRA_CA_CERTS'));
    equal(trusting.length, 2, 'our commands and the Ably CLI');
    ok(!lines.some((line) => line.includes('PLAIN_HTTP') || line.includes('http://')), lines.join('\n'));
  });

  test('on all addresses: those that work are printed, and our commands take one that is named', async () => {
    const { printed, values, end } = await start('--host', '0.0.0.0');
    const answers = [];
    const others = Object.values(networkInterfaces())
      .flat()
      .filter(({ internal, family }) => !internal && family === 'IPv4');
    for (const { address } of others) {
      const url = `http://${address}:${new URL(values.Endpoint).port}`;
      const env = Object.fromEntries(
        [...indented(part(printed.stdout, `From other machines, by ${url}`)).matchAll(/export (\w+)='(.*)'/g)].map(
          ([, name, value]) => [name, value],
        ),
      );
      const credentials = { ABLY_API_KEY: values['Revocable key'], ABLY_ACCESS_TOKEN: values['Access token'] };
      for (const args of [
        ['channels', 'publish', 'a', 'b'],
        ['revoke-token', '--client-id', 'a', '-f'],
        ['apps', 'list'],
      ]) {
        const { ABLY_PLAIN_HTTP_HOST: _, ...unnamed } = env;
        answers.push([
          env.ABLY_ENDPOINT === url,
          (await cli(args, { env: { ...env, ...credentials } })).code,
          (await cli(args, { env: { ...unnamed, ...credentials } })).code > 0,
        ]);
      }
    }
    const { status } = await fetch(`${values.Endpoint}/time`);
    await end('SIGTERM');
    equal([status, answers], [200, answers.map(() => [true, 0, true])]);
  });

  test('plain HTTP is for the named host alone', () => {
    const sent = [];
    const network = (endpoint, host) => withPlainHttp({ endpoint, fetch: (url) => sent.push(url) }, host);
    const named = network('http://10.0.0.1:8585', '10.0.0.1:8585');
    equal(named.endpoint, 'https://10.0.0.1:8585');
    const urls = ['https://10.0.0.1:8585/time', 'https://10.0.0.1:85850/time', 'https://10.0.0.1:8585.example.com/'];
    for (const url of urls) named.fetch(url);
    equal(sent, ['http://10.0.0.1:8585/time', ...urls.slice(1)]);
    for (const [endpoint, host] of [
      ['http://10.0.0.2:8585', '10.0.0.1:8585'],
      ['https://10.0.0.1:8585', '10.0.0.1:8585'],
      ['http://10.0.0.1:8585', ''],
      ['http://user@10.0.0.1', 'user@10.0.0.1'],
    ])
      equal(network(endpoint, host).endpoint, endpoint);
  });

  test('a control host is plain HTTP on loopback only', () => {
    for (const [given, address] of [
      ['localhost:8585', 'http://localhost:8585/api/v1'],
      ['127.0.0.1', 'http://127.0.0.1/api/v1'],
      ['[::1]:1', 'http://[::1]:1/api/v1'],
      ['localhost.example.com', 'localhost.example.com'],
      ['control.example.com', 'control.example.com'],
      ['http://localhost:8585', 'http://localhost:8585'],
      [undefined, undefined],
    ])
      equal(controlAddress(given), address, String(given));
  });

  for (const [args, env] of [
    [['channels', 'publish', 'a', 'b'], { ABLY_ENDPOINT: 'http://127.0.0.1:9', ABLY_TOKEN: 'x.y.z' }],
    [
      ['revoke-token', '--client-id', 'a', '-f'],
      { ABLY_ENDPOINT: 'http://localhost:9', ABLY_API_KEY: 'aaaaaa.bbbbbb:0123456789abcdef' },
    ],
    [['apps', 'list'], { ABLY_CONTROL_HOST: 'localhost:9', ABLY_ACCESS_TOKEN: 'token' }],
  ])
    test(`${args[0]}: a sandbox that has ended is asked for`, async () => {
      const { code, stderr } = await cli(args, { env });
      equal(code, 1);
      ok(stderr.endsWith('Is the sandbox running? Start it with: ably-edge-auth sandbox\n'), stderr);
    });

  const SANDBOX_KEY = 'sndbox.root01:not-a-secret-sandbox-root-key';
  const unreachable = () => Promise.reject(new TypeError('fetch failed'));
  /** As Ably answers to a key of an app that it does not have. */
  const unknownApp = async () =>
    Response.json({ error: { code: 40400, statusCode: 404, message: 'No application found' } }, { status: 404 });
  for (const args of [
    ['channels', 'publish', 'a', 'b'],
    ['revoke-token', '--client-id', 'a', '--force'],
    ['revoke-token', '--client-id', 'a', '--client-id', 'b', '--force'],
    ['issue-ably-token'],
  ]) {
    test(`${args.join(' ')}: a key of the sandbox without its endpoint`, async () => {
      const { code, stderr } = await cli(args, { env: { ABLY_API_KEY: SANDBOX_KEY }, fetch: unreachable });
      equal(code, 1);
      const hint =
        '\nThis is a key of the sandbox: start it with `npx ably-edge-auth sandbox` and export ABLY_ENDPOINT=http://127.0.0.1:8585\n';
      ok(stderr.endsWith(hint), stderr);
      const unknown = await cli(args, { env: { ABLY_API_KEY: SANDBOX_KEY }, fetch: unknownApp });
      ok(unknown.stderr.includes(hint), unknown.stderr);
      const elsewhere = { ABLY_API_KEY: SANDBOX_KEY, ABLY_ENDPOINT: 'https://sandbox.example.com' };
      const other = await cli(args, { env: elsewhere, fetch: unreachable });
      ok(!other.stderr.includes('export'), other.stderr);
    });

    for (const endpoint of ['127.0.0.1:8585', '127.0.0.1', 'localhost:8585', 'localhost', '[::1]:8585'])
      test(`${args.join(' ')}: the endpoint ${endpoint} has no scheme`, async () => {
        const env = { ABLY_API_KEY: SANDBOX_KEY, ABLY_ENDPOINT: endpoint };
        const { code, stderr } = await cli(args, { env, fetch: unreachable });
        ok(code !== 0);
        const hint = `\nWithout a scheme ABLY_ENDPOINT is https. For a sandbox, set it to http://${endpoint}\n`;
        ok(stderr.endsWith(hint), stderr);
      });
  }

  test('Ably itself is not taken for a sandbox', async () => {
    for (const env of [{ ABLY_TOKEN: 'x.y.z' }, { ABLY_API_KEY: 'aaaaaa.bbbbbb:0123456789abcdef' }]) {
      const { stderr } = await cli(['channels', 'publish', 'a', 'b'], { env, fetch: unreachable });
      ok(!stderr.includes('sandbox'), stderr);
    }
  });
}
