// A smallest app for each framework, built and started by the framework's own tools, on the packed package. The token is
// fetched over HTTP and verified with jose.
//   node tests/frameworks/run.mjs [WORD…]      only the apps whose name contains one of the words
// An app that passed with the same files, lock file and package is not run again, except in CI.
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { jwtVerify } from 'jose';
import { equal, ok } from '../js/assert.mjs';
import { PATIENCE_MS } from '../js/patience.mjs';
import { find } from '../runtimes/find.mjs';
import { execFileSync, npm, spawn } from '../runtimes/start.mjs';
import { APPS } from './apps.mjs';

const HERE = fileURLToPath(new URL('.', import.meta.url));
const PACKAGE = join(HERE, '../../pkg');
const WORK = join(HERE, '../.work/frameworks');
const AT_ONCE = 2;
/** Installing and building wait for the network and for compilers. */
const BUILD_MS = 5 * PATIENCE_MS;

const KEY = 'aaaaaa.bbbbbb:made-up-secret-of-22-ch';
const [KEY_NAME, SECRET] = KEY.split(':');

const folders = readdirSync(HERE, { withFileTypes: true }).filter((entry) => entry.isDirectory());
equal(folders.map(({ name }) => name).sort(), Object.keys(APPS).sort(), 'the folders, and the apps of apps.mjs');

const packed = packedFiles();
const words = process.argv.slice(2);
const waiting = Object.entries(APPS).filter(
  ([name]) => words.length === 0 || words.some((word) => name.includes(word)),
);
const total = { passed: 0, failed: 0 };
mkdirSync(WORK, { recursive: true });
await Promise.all(Array.from({ length: AT_ONCE }, work));
console.log(`frameworks: ${total.passed} passed, ${total.failed} failed`);
process.exit(total.failed === 0 && total.passed > 0 ? 0 : 1);

async function work() {
  for (let next = waiting.shift(); next; next = waiting.shift()) await runApp(...next);
}

async function runApp(name, app) {
  const folder = join(WORK, name);
  const stamp = join(WORK, `${name}.passed`);
  const fingerprint = fingerprintOf(join(HERE, name), JSON.stringify(app));
  const known = existsSync(stamp) && readFileSync(stamp, 'utf8') === fingerprint;
  if (known && !process.env.CI && words.length === 0) {
    total.passed += app.modes.length;
    console.log(`ok               ${name}: unchanged since it passed`);
    return;
  }
  const node = app.node === 'newer' ? find('node') : process.execPath;
  if (node === undefined) {
    console.log(`SKIPPED: ${name} (the node package for this platform is not installed)`);
    return;
  }
  let failed = 0;
  try {
    install(name, folder);
    for (const mode of app.modes) if (!(await runMode({ name, folder, node, mode }))) failed++;
  } catch (error) {
    failed++;
    console.log(`FAILED           ${name}: it does not install\n${indented(error)}`);
  }
  total.passed += app.modes.length - Math.min(failed, app.modes.length);
  total.failed += failed;
  if (failed === 0) writeFileSync(stamp, fingerprint);
  rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
}

/** As `npm install` would, but with the package that was just built. */
function install(name, folder) {
  rmSync(folder, { recursive: true, force: true });
  cpSync(join(HERE, name), folder, { recursive: true, filter: (path) => !path.includes('node_modules') });
  const [program, ...args] = npm();
  const quietly = ['--prefer-offline', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  execFileSync(program, [...args, 'ci', ...quietly], { cwd: folder, timeout: BUILD_MS, stdio: 'pipe' });
  for (const file of packed) {
    const to = join(folder, 'node_modules/ably-edge-auth', file);
    mkdirSync(dirname(to), { recursive: true });
    cpSync(join(PACKAGE, file), to);
  }
}

async function runMode({
  name,
  folder,
  node,
  mode: { mode, build = [], serve, paths = ['/auth'], pages = {}, runtime },
}) {
  const start = performance.now();
  const label = () => `${((performance.now() - start) / 1000).toFixed(1).padStart(6)} s  ${name}, ${mode}`;
  const program = runtime === undefined ? node : find(runtime);
  if (program === undefined) {
    console.log(`SKIPPED: ${name}, ${mode} (${runtime} is not installed)`);
    return true;
  }
  const port = await freePort();
  const env = environment(port);
  try {
    for (const command of build)
      execFileSync(node, located(folder, command), { cwd: folder, env, timeout: BUILD_MS, stdio: 'pipe' });
    const server = startServer(program, located(folder, serve, port), { cwd: folder, env });
    try {
      for (const path of paths) await verifyToken(server, `http://127.0.0.1:${port}${path}`);
      for (const [path, text] of Object.entries(pages)) await hasText(server, `http://127.0.0.1:${port}${path}`, text);
    } finally {
      await server.stop();
    }
    console.log(`ok      ${label()}`);
    return true;
  } catch (error) {
    console.log(`FAILED  ${label()}\n${indented(error)}`);
    return false;
  }
}

/** `bin:next` is a command of the app's own packages; PORT is the port. */
function located(folder, command, port) {
  return command.map((word) =>
    word.startsWith('bin:') ? binOf(folder, word.slice('bin:'.length)) : word.replace('PORT', String(port)),
  );
}

/** The script behind a command. The files in .bin are shell scripts on some systems. */
function binOf(folder, name) {
  const [packageName, command = packageName.split('/').at(-1)] = name.split('#');
  const manifest = JSON.parse(readFileSync(join(folder, 'node_modules', packageName, 'package.json'), 'utf8'));
  const bin = typeof manifest.bin === 'string' ? manifest.bin : manifest.bin[command];
  return join(folder, 'node_modules', packageName, bin);
}

function startServer(program, args, options) {
  const child = spawn(program, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (printed += text));
  const ended = new Promise((resolve) => child.on('close', (code, signal) => resolve({ code, signal })));
  const server = { printed: () => printed, hasEnded: false };
  ended.then(() => (server.hasEnded = true));
  server.stop = async () => {
    if (!server.hasEnded) process.kill(-child.pid, 'SIGTERM');
    const timer = setTimeout(() => process.kill(-child.pid, 'SIGKILL'), PATIENCE_MS);
    const { code, signal } = await ended;
    clearTimeout(timer);
    // 143 is what a shell makes of SIGTERM, and 130 what a server answers that treats it as Ctrl+C.
    if (signal !== 'SIGTERM' && ![0, 130, 143].includes(code))
      throw new Error(`it ended with ${code ?? signal}\n${printed}`);
  };
  return server;
}

/** Both ways in which ably-js asks. */
async function verifyToken(server, url) {
  const headers = { Accept: 'application/json' };
  await verifyAnswer(server, url, { headers });
  const { origin } = new URL(url);
  await verifyAnswer(server, url, {
    method: 'POST',
    body: new URLSearchParams({ room: '7' }),
    headers: { ...headers, Origin: origin },
  });
}

async function hasText(server, url, text) {
  const page = await (await answerOf(server, url, {})).text();
  ok(page.includes(text), `${url}: ${page.slice(0, 2000)}\n${server.printed()}`);
}

async function verifyAnswer(server, url, init) {
  const response = await answerOf(server, url, init);
  const text = await response.text();
  equal(response.status, 200, `${init.method ?? 'GET'} ${url}: ${text.slice(0, 2000)}\n${server.printed()}`);
  const { token } = JSON.parse(text);
  const { payload, protectedHeader } = await jwtVerify(token, new TextEncoder().encode(SECRET), {
    algorithms: ['HS256'],
  });
  equal(
    [protectedHeader.kid, payload['x-ably-clientId'], payload['x-ably-capability']],
    [KEY_NAME, 'ada', '{"chat:*":["publish","subscribe"]}'],
  );
}

/** The first answer that the server gives; until it listens there is none. */
async function answerOf(server, url, init) {
  const end = Date.now() + BUILD_MS;
  while (Date.now() < end) {
    if (server.hasEnded) throw new Error(`the server ended\n${server.printed()}`);
    try {
      return await fetch(url, { ...init, signal: AbortSignal.timeout(PATIENCE_MS) });
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }
  throw new Error(`${url} was not answered\n${server.printed()}`);
}

function freePort() {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

/** What `npm test` adds to the environment would change what the tools do and print. */
function environment(port) {
  const kept = Object.entries(process.env).filter(([name]) => !/^(npm_|NODE_|CI$|FORCE_COLOR$)/i.test(name));
  const own = { ABLY_API_KEY: KEY, PORT: String(port), HOST: '127.0.0.1', HOSTNAME: '127.0.0.1', NO_COLOR: '1' };
  const quiet = {
    NEXT_TELEMETRY_DISABLED: '1',
    NUXT_TELEMETRY_DISABLED: '1',
    ASTRO_TELEMETRY_DISABLED: '1',
    WRANGLER_SEND_METRICS: 'false',
  };
  return { ...Object.fromEntries(kept), ...own, ...quiet };
}

function packedFiles() {
  const [program, ...args] = npm();
  const output = execFileSync(
    program,
    [...args, 'pack', PACKAGE, '--dry-run', '--json', '--ignore-scripts', '--loglevel=error'],
    {
      encoding: 'utf8',
    },
  );
  return JSON.parse(output)[0].files.map(({ path }) => path);
}

function fingerprintOf(folder, settings) {
  const hash = createHash('sha256').update(settings).update(process.version);
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.parentPath.includes('node_modules'))
    .map((entry) => join(entry.parentPath, entry.name));
  for (const file of files.sort()) hash.update(file).update(readFileSync(file));
  for (const file of packed) hash.update(file).update(readFileSync(join(PACKAGE, file)));
  return hash.digest('hex');
}

function indented(error) {
  const output = [error.message, error.stdout, error.stderr].filter(Boolean).join('\n');
  return String(output).slice(-4000).replace(/^/gm, '        ');
}
