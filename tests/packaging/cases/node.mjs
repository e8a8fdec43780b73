// The packed package in Node.js itself, without any tool.
import Ajv from 'ajv';
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import { nodeFileTrace } from '@vercel/nft';
import { spawn } from '../../runtimes/start.mjs';
import { execute, npm } from '../processes.mjs';

const CASES = [
  { name: 'node: import', args: ['plain/app.mjs'] },
  { name: 'node: require()', args: ['plain/app.cjs'] },
  // Node 20.0 to 20.18 refuse to require() an ES module: they get the CommonJS file.
  { name: 'node: require() as in Node 20.18', args: ['--no-experimental-require-module', 'plain/app.cjs'] },
  { name: 'node: require() and import, one instance', args: ['both/app.cjs'] },
  { name: 'node: import and require(), one instance', args: ['both/app.mjs'] },
  { name: 'node: errors, import', args: ['errors/app.mjs'] },
  { name: 'node: errors, require(), one class of errors', args: ['errors/app.cjs'] },
  { name: 'node: sandbox, import', args: ['sandbox/app.mjs'] },
  { name: 'node: sandbox, require()', args: ['sandbox/app.cjs'] },
  { name: 'node: sandbox, require() as in Node 20.18', args: ['--no-experimental-require-module', 'sandbox/app.cjs'] },
  { name: 'node: sandbox, import and require(), one class of errors', args: ['sandbox/mixed.cjs'] },
];

const library = CASES.map(({ name, args }) => ({
  name,
  async run({ folder }) {
    const { stdout, stderr } = await execute([process.execPath, ...args], { cwd: folder });
    assert.equal(stdout, 'ok node\n');
    assert.equal(stderr, '', 'nothing is warned about');
  },
}));

/** The entries of a runtime, and how it gets them. */
const WITHOUT_WEBASSEMBLY = {
  'Node.js': [],
  'React Native': ['--conditions=react-native'],
  browsers: ['no-webassembly/app.mjs', '/inlined'],
};
const NO_WEBASSEMBLY =
  "this runtime has no WebAssembly, like React Native and iOS in Lockdown Mode; get a token from your server's token endpoint: new Ably.Realtime({ authUrl: 'https://…' })\n";

const withoutWebAssembly = Object.entries(WITHOUT_WEBASSEMBLY).map(([name, args]) => ({
  name: `node: no WebAssembly, as in ${name}`,
  async run({ folder }) {
    const command = args.length > 1 ? args : [...args, 'no-webassembly/app.mjs'];
    const { stdout } = await execute([process.execPath, ...command], { cwd: folder });
    assert.equal(stdout, NO_WEBASSEMBLY);
  },
}));

/** How a script without a key ends. */
const UNCAUGHT = {
  import: ['--input-type=module', "import { createTokenEndpoint } from 'ably-edge-auth'"],
  'require()': ['--input-type=commonjs', "const { createTokenEndpoint } = require('ably-edge-auth')"],
  'require() as in Node 20.18': [
    '--no-experimental-require-module',
    '--input-type=commonjs',
    "const { createTokenEndpoint } = require('ably-edge-auth')",
  ],
};
const MAX_UNCAUGHT = 2000;

const uncaught = Object.entries(UNCAUGHT).map(([how, command]) => ({
  name: `node: an uncaught error is readable, ${how}`,
  async run({ folder }) {
    const script = `${command.at(-1)};\ncreateTokenEndpoint({ source: {}, authenticate: () => null });`;
    const { stderr } = await execute([process.execPath, ...command.slice(0, -1), '--eval', script], {
      cwd: folder,
      exitCode: 1,
    });
    assert.match(stderr, /^AblyAuthError: source\.key is undefined$/m);
    assert.doesNotMatch(stderr, /\[AblyAuthError\]/, 'the class has its own name');
    assert.ok(stderr.length < MAX_UNCAUGHT, `${stderr.length} characters`);
    return `${stderr.length} characters`;
  },
}));

const byHand = [
  {
    name: 'node: the sandbox by hand, before its init()',
    async run({ folder }) {
      const script = `import { AblyAuthError, createSandbox } from 'ably-edge-auth/sandbox/wasm';
try { createSandbox(); } catch (error) { console.log(error instanceof AblyAuthError, error.message, error.remediation); }`;
      const { stdout } = await execute([process.execPath, '--input-type=module', '--eval', script], { cwd: folder });
      assert.equal(stdout, "true the module has not started await init() of 'ably-edge-auth/sandbox/wasm' first\n");
    },
  },
];

const KEY = 'aaaaaa.bbbbbb:made-up-secret-of-22-ch';

const commandLine = [
  {
    name: 'node: the command, as npm links it',
    async run({ folder }) {
      const { stdout, stderr } = await execute(
        [...npm(), 'exec', '--offline', '--no', '--', 'ably-edge-auth', 'issue-jwt-token', '--token-only'],
        { cwd: folder, env: { ...process.env, ABLY_API_KEY: KEY } },
      );
      assert.match(stdout, /^[\w-]+\.[\w-]+\.[\w-]+\n$/);
      assert.equal(stderr, '');
    },
  },
  {
    name: 'node: the sandbox, as npx starts it, and a realtime connection',
    async run({ folder }) {
      const [program, ...args] = [...npm(), 'exec', '--offline', '--no', '--', 'ably-edge-auth', 'sandbox'];
      // A group of its own: npm does not pass every signal on.
      const npx = spawn(program, [...args, '--port', '0', '--json'], { cwd: folder, detached: true });
      try {
        const lines = createInterface({ input: npx.stdout });
        const [line] = await once(lines, 'line');
        const { url, keys } = JSON.parse(line);
        const { WebSocket } = await import(pathToFileURL(join(folder, 'node_modules/ws/wrapper.mjs')).href);
        const socket = new WebSocket(`${url.replace('http', 'ws')}/?v=6&key=${keys.root}`);
        const [frame] = await once(socket, 'message');
        assert.equal(JSON.parse(frame).action, 4);
        socket.close();
      } finally {
        process.kill(-npx.pid, 'SIGTERM');
      }
    },
  },
  {
    name: "node: the command, with the Ably CLI's configuration",
    async run({ folder, work }) {
      const config = join(work, 'ably');
      mkdirSync(config, { recursive: true });
      writeFileSync(
        join(config, 'config'),
        `[current]\naccount = "a"\n[accounts.a]\ncurrentAppId = "aaaaaa"\n[accounts.a.apps.aaaaaa]\napiKey = "${KEY}"\n`,
      );
      const { ABLY_API_KEY: _, ...env } = process.env;
      const cli = join(folder, 'node_modules/ably-edge-auth/generated/cli.js');
      const { stdout } = await execute([process.execPath, cli, 'issue-jwt-token', '--token-only'], {
        cwd: folder,
        env: { ...env, ABLY_CLI_CONFIG_DIR: config },
      });
      assert.match(stdout, /^[\w-]+\.[\w-]+\.[\w-]+\n$/);
    },
  },
];

// Nitro, Next.js and Vercel deploy only the files that a trace of the server finds. A trace and Node.js must agree on one
// file for each import.
const TRACES = {
  'as Vercel traces': { moduleSyncCatchall: true },
  'as Nitro traces': { conditions: ['node', 'import', 'module', 'production', 'default'] },
};

const traced = Object.entries(TRACES).flatMap(([how, options]) =>
  ['plain/app.mjs', 'plain/app.cjs', 'sandbox/app.mjs'].map((app) => ({
    name: `node: deployed ${how}: ${app}`,
    async run({ folder, work }) {
      const { fileList } = await nodeFileTrace([join(folder, app)], { base: folder, exportsOnly: true, ...options });
      const deployed = join(work, 'traced', how.replaceAll(' ', '-'), app.replace('/', '-'));
      for (const file of fileList) {
        mkdirSync(dirname(join(deployed, file)), { recursive: true });
        cpSync(join(folder, file), join(deployed, file));
      }
      const { stdout } = await execute([process.execPath, app], { cwd: deployed });
      assert.equal(stdout, 'ok node\n');
    },
  })),
);

const TESTS = {
  $schema: './node_modules/ably-edge-auth/capability-test.schema.json',
  module: './grants.mjs',
  keyCapability: { '*': ['*'] },
  grants: {
    member: { user: { room: 42 }, allow: { 'chat:42': ['publish'] }, deny: { 'chat:*': ['history'] }, maxLength: 1000 },
    guest: { description: 'reads', capability: '{"news":["subscribe"]}', clientId: null, deny: { '*': ['publish'] } },
  },
};
/** What is wrong with it in turn. */
const WRONG_TESTS = [
  {},
  { grants: {} },
  { ...TESTS, grant: {} },
  { grants: { a: {} } },
  { grants: { a: { capability: {}, user: 1 } } },
  { grants: { a: { capability: {}, allow: { b: ['publsh'] } } } },
  { grants: { a: { capability: {}, allow: { b: [] } } } },
  { grants: { a: { capability: {}, allow: ['b'] } } },
  { grants: { a: { capability: {}, maxLength: 0 } } },
];

const capabilityTests = [
  {
    name: 'node: the schema of capability tests, where the file names it',
    run({ folder }) {
      const validate = new Ajv().compile(JSON.parse(readFileSync(join(folder, TESTS.$schema), 'utf8')));
      assert.ok(validate(TESTS), JSON.stringify(validate.errors));
      for (const tests of WRONG_TESTS) assert.ok(!validate(tests), JSON.stringify(tests));
    },
  },
  {
    name: 'node: capability tests, as npm runs them',
    async run({ folder }) {
      writeFileSync(join(folder, 'capability.test.json'), JSON.stringify(TESTS));
      writeFileSync(
        join(folder, 'grants.mjs'),
        "export const grant = ({ room }) => ({ capability: { ['chat:' + room]: ['publish'] } });\n",
      );
      const { stdout } = await execute([...npm(), 'exec', '--offline', '--no', '--', 'ably-edge-auth', 'test'], {
        cwd: folder,
      });
      assert.match(stdout, /\n6 passed, 0 failed\n$/);
    },
  },
];

export const node = [
  ...library,
  ...withoutWebAssembly,
  ...uncaught,
  ...byHand,
  ...traced,
  ...commandLine,
  ...capabilityTests,
];
