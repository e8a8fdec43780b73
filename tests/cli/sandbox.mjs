// The command that serves the sandbox, as a process of its own.
import { once } from 'node:events';
import { join } from 'node:path';
import { spawn } from '../runtimes/start.mjs';
import { equal, ok } from '../js/assert.mjs';
import { CLI, cli, resultOf } from './run-cli.mjs';

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
    const look = () => /^State: |"endpoint"/m.test(printed.stdout) && resolve();
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
}
