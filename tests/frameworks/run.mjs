// A smallest app for each framework, built and started by the framework's own tools, on the packed package. The token is
// fetched over HTTP and verified with jose; a page is opened in Chromium.
//   node tests/frameworks/run.mjs [WORD…]      only what has one of the words in its name: `next`, 'next, development'
// An app that passed with the same files, lock file and package is not run again, except in CI.
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { equal } from '../js/assert.mjs';
import { execute } from '../packaging/processes.mjs';
import { find } from '../runtimes/find.mjs';
import { APPS, NOT_IN_CI } from './apps.mjs';
import { verifyPage } from './page.mjs';
import { BUILD_MS, fingerprintOf, install, located } from './project.mjs';
import { freePort, startServer } from './server.mjs';
import { KEY, verifyToken } from './token.mjs';

const HERE = fileURLToPath(new URL('.', import.meta.url));
const EXAMPLES = join(HERE, '../../examples');
const WORK = join(HERE, '../.work/frameworks');
const AT_ONCE = 2;

const folders = readdirSync(HERE, { withFileTypes: true }).filter((entry) => entry.isDirectory());
equal(folders.map(({ name }) => name).sort(), Object.keys(APPS).sort(), 'the folders, and the apps of apps.mjs');

const words = process.argv.slice(2);
const isChosen = (name) => words.length === 0 || words.some((word) => name.includes(word));
const waiting = Object.entries(APPS)
  .map(([name, app]) => ({ name, ...app, modes: app.modes.filter(({ mode }) => isChosen(`${name}, ${mode}`)) }))
  .filter(({ modes }) => modes.length > 0);
const total = { passed: 0, failed: 0 };
mkdirSync(WORK, { recursive: true });
await Promise.all(Array.from({ length: AT_ONCE }, work));
console.log(`frameworks: ${total.passed} passed, ${total.failed} failed`);
if (words.length === 0)
  for (const [name, reason] of Object.entries(NOT_IN_CI)) console.log(`NOT IN CI: ${name} (${reason})`);
process.exit(total.failed === 0 && total.passed > 0 ? 0 : 1);

async function work() {
  for (let next = waiting.shift(); next; next = waiting.shift()) await runApp(next);
}

async function runApp({ name, example, ...app }) {
  const folder = join(WORK, name);
  const stamp = join(WORK, `${name}.passed`);
  const sources = [join(HERE, name), ...(example ? [join(EXAMPLES, example)] : [])];
  const fingerprint = fingerprintOf(sources, JSON.stringify(app));
  const known = existsSync(stamp) && readFileSync(stamp, 'utf8') === fingerprint;
  if (known && !process.env.CI && words.length === 0) {
    total.passed += app.modes.length;
    console.log(`ok               ${name}: unchanged since it passed`);
    return;
  }
  rmSync(stamp, { force: true });
  const node = app.node === 'newer' ? find('node') : process.execPath;
  if (node === undefined) {
    console.log(`SKIPPED: ${name} (the node package for this platform is not installed)`);
    return;
  }
  try {
    await install(sources, folder, node);
    const outcomes = [];
    for (const mode of app.modes) outcomes.push(await runMode({ name, folder, node, mode }));
    total.passed += outcomes.filter((outcome) => outcome === 'passed').length;
    total.failed += outcomes.filter((outcome) => outcome === 'failed').length;
    if (outcomes.every((outcome) => outcome === 'passed')) writeFileSync(stamp, fingerprint);
  } catch (error) {
    total.failed += app.modes.length;
    console.log(`FAILED           ${name}: it does not install\n${indented(error)}`);
  }
  rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
}

async function runMode({
  name,
  folder,
  node,
  mode: { mode, build = [], holdsModuleOnce, deploy, serve, paths = ['/auth'], page, runtime },
}) {
  const program = runtime === undefined ? node : find(runtime);
  if (program === undefined) {
    console.log(`SKIPPED: ${name}, ${mode} (${runtime} is not installed)`);
    return 'skipped';
  }
  const start = performance.now();
  const port = await freePort();
  const env = environment(port);
  const deployed = deploy === undefined ? folder : `${folder}.deployed`;
  try {
    for (const command of build)
      await execute([node, ...located(folder, command)], { cwd: folder, env, timeoutMs: BUILD_MS });
    // The module as a text is the only string of its size.
    const copies = holdsModuleOnce && readFileSync(join(folder, holdsModuleOnce), 'utf8').match(/[^\n"'`\\]{100000,}/g);
    if (holdsModuleOnce) equal(copies?.length, 1, `copies of the module in ${holdsModuleOnce}`);
    if (deploy !== undefined) cpSync(join(folder, deploy), join(deployed, deploy), { recursive: true });
    const started = performance.now();
    const server = startServer(program, located(folder, serve, { '<port>': port, '<key>': KEY }), {
      cwd: deployed,
      env: { ...process.env, ...env },
    });
    let first;
    try {
      const origin = `http://127.0.0.1:${port}`;
      for (const path of paths) {
        await verifyToken(server, origin + path);
        first ??= performance.now();
      }
      if (page) await verifyPage(server, `${origin}/`);
    } finally {
      await server.stop();
    }
    console.log(
      `ok      ${seconds(performance.now() - start)}  ${name}, ${mode}: token after${seconds(first - started)}`,
    );
    return 'passed';
  } catch (error) {
    console.log(`FAILED  ${seconds(performance.now() - start)}  ${name}, ${mode}\n${indented(error)}`);
    return 'failed';
  } finally {
    if (deploy !== undefined) rmSync(deployed, { recursive: true, force: true, maxRetries: 3 });
  }
}

/** What `npm test` and CI add to the environment would change what the tools do and print. */
function environment(port) {
  const removed = Object.keys(process.env).filter((name) => /^(npm_|NODE_|CI$|FORCE_COLOR$)/i.test(name));
  return {
    ...Object.fromEntries(removed.map((name) => [name, undefined])),
    ...{ ABLY_API_KEY: KEY, PORT: String(port), HOST: '127.0.0.1', HOSTNAME: '127.0.0.1', NO_COLOR: '1' },
    ORIGIN: `http://127.0.0.1:${port}`,
    // The tools keep to themselves, and ask nobody anything.
    NEXT_TELEMETRY_DISABLED: '1',
    NUXT_TELEMETRY_DISABLED: '1',
    ASTRO_TELEMETRY_DISABLED: '1',
    WRANGLER_SEND_METRICS: 'false',
    CLOUDFLARE_CF_FETCH_ENABLED: 'false',
    XDG_CONFIG_HOME: join(WORK, 'config'),
  };
}

function seconds(ms) {
  return `${(ms / 1000).toFixed(1).padStart(6)} s`;
}

function indented(error) {
  return String(error.stack ?? error)
    .slice(0, 6000)
    .replace(/^/gm, '        ');
}
