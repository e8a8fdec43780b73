// Runtimes that compile a wasm file when it is deployed, and never from bytes.
import assert from 'node:assert/strict';
import { cpSync, existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PATIENCE_MS } from '../../js/patience.mjs';
import { execute, tool } from '../processes.mjs';

const RUNNERS = fileURLToPath(new URL('../runners', import.meta.url));
const runner = (name) => [process.execPath, join(RUNNERS, name)];

export const edge = [
  { name: 'esbuild: for workerd, the wasm file copied', run: (project) => esbuild(project, 'plain') },
  { name: 'esbuild: for workerd, started by hand', run: (project) => esbuild(project, 'by-hand') },
  { name: "esbuild: the sandbox's Worker, the wasm file copied", run: sandboxWorker },
  { name: 'webpack: for workerd, the wasm file copied', run: webpackWorker },
  { name: 'tsup: for workerd, the wasm file copied', run: tsupWorker },
  { name: 'rollup: for workerd, the wasm file copied', run: rollupWorker },
  { name: 'esbuild: with the workerd condition, no loader, bytes inlined', run: esbuildInlined },
  { name: 'webpack: with the workerd condition, no loader, bytes inlined', run: webpackInlined },
  { name: 'wrangler: deploy --dry-run', run: (project) => wrangler(project, 'plain') },
  { name: 'wrangler: deploy --dry-run, started by hand', run: (project) => wrangler(project, 'by-hand') },
  { name: "vite with Cloudflare's plug-in: build", run: cloudflareBuild },
  { name: "vite with Cloudflare's plug-in: development server", run: cloudflareServer },
  { name: 'vitest in workerd', run: cloudflareTest },
  { name: 'edge-light: as Next builds it', run: next },
  {
    name: 'edge-light: the condition leads to a file that asks for ?module',
    run: (project) => asksForModule(project, 'ably-edge-auth', ['edge-light']),
  },
  {
    name: 'edge-light: the same for the sandbox',
    run: (project) => asksForModule(project, 'ably-edge-auth/sandbox', ['edge-light']),
  },
  {
    name: 'unwasm: the condition leads to a file that asks for ?module',
    run: (project) => asksForModule(project, 'ably-edge-auth', ['workerd', 'unwasm']),
  },
  {
    name: 'unwasm: the same for the sandbox',
    run: (project) => asksForModule(project, 'ably-edge-auth/sandbox', ['workerd', 'unwasm']),
  },
];

async function esbuild(project, worker) {
  await inWorkerd(await bundled(project, worker), 'worker.js');
}

/** That it runs, and keeps its state, is tested in tests/runtimes. */
async function sandboxWorker(project) {
  shipsOnce(await bundled(project, 'sandbox'), 'worker.js');
}

async function bundled(project, worker) {
  const out = join(project.folder, 'out', `workerd-${worker}`);
  const options = ['--bundle', '--minify', '--format=esm', '--conditions=workerd', '--loader:.wasm=copy'];
  await execute([tool('esbuild'), `workers/${worker}.mjs`, ...options, `--outfile=${out}/worker.js`], {
    cwd: project.folder,
  });
  return out;
}

/** For tools that leave the import as it is: the file is copied by hand, as docs/runtimes.md says. */
function copyWasm({ installed }, out) {
  cpSync(join(installed, 'generated/ably_edge_auth.wasm'), join(out, 'ably_edge_auth.wasm'));
}

async function webpackWorker(project) {
  const out = join(project.folder, 'out/workerd-webpack');
  const options = ['--config', 'workerd.webpack.cjs', '--devtool', 'false', '--output-path', out];
  await execute([tool('webpack'), 'build', ...options], { cwd: project.folder });
  copyWasm(project, out);
  await inWorkerd(out, 'worker.js');
}

async function tsupWorker(project) {
  const out = join(project.folder, 'out/workerd-tsup');
  await execute([tool('tsup'), '--config', 'workerd.tsup.mjs', '--out-dir', out], { cwd: project.folder });
  await inWorkerd(out, 'worker.js');
}

async function rollupWorker(project) {
  const out = join(project.folder, 'out/workerd-rollup');
  const options = ['--config', 'workerd.rollup.mjs', '--failAfterWarnings', '--file', join(out, 'worker.js')];
  await execute([tool('rollup'), ...options], { cwd: project.folder });
  copyWasm(project, out);
  await inWorkerd(out, 'worker.js');
}

async function esbuildInlined(project) {
  const out = join(project.folder, 'out/inlined-esbuild/app.mjs');
  const options = ['--bundle', '--format=esm', '--conditions=workerd', `--outfile=${out}`];
  await execute([tool('esbuild'), 'inlined/app.mjs', ...options], { cwd: project.folder });
  await runsInNode(out);
}

async function webpackInlined(project) {
  const out = join(project.folder, 'out/inlined-webpack');
  const options = ['--config', 'inlined.webpack.cjs', '--output-path', out, '--output-filename', 'app.cjs'];
  await execute([tool('webpack'), 'build', ...options], { cwd: project.folder });
  await runsInNode(join(out, 'app.cjs'));
}

async function runsInNode(script) {
  const { stdout } = await execute([process.execPath, script], { cwd: dirname(script) });
  assert.equal(stdout, 'ok node\n');
}

async function wrangler(project, worker) {
  const out = join(project.folder, 'out', `wrangler-${worker}`);
  const options = ['--dry-run', '--minify', '--config', 'workers/wrangler.json', '--outdir', out];
  await execute([tool('wrangler'), 'deploy', `workers/${worker}.mjs`, ...options], {
    cwd: project.folder,
    env: alone(project),
  });
  await inWorkerd(out, `${worker}.js`);
}

async function cloudflareBuild(project) {
  const out = join(project.folder, 'out/vite-cloudflare');
  const options = ['--config', 'cloudflare.vite.config.mjs', '--outDir', out];
  await execute([tool('vite'), 'build', ...options], { cwd: project.folder, env: alone(project) });
  await inWorkerd(join(out, 'worker'), 'index.js');
}

async function cloudflareServer(project) {
  const { stdout } = await execute([...runner('vite-server.mjs'), project.folder, 'cloudflare.vite.config.mjs'], {
    cwd: project.folder,
    env: alone(project),
  });
  assert.equal(stdout, 'ok workerd\n');
}

async function cloudflareTest(project) {
  const { stdout } = await execute(
    [tool('vitest'), 'run', `--testTimeout=${PATIENCE_MS}`, '--config', 'cloudflare.vitest.config.mjs'],
    {
      cwd: project.folder,
      env: alone(project),
    },
  );
  assert.match(stdout, /1 passed/);
}

async function inWorkerd(out, script) {
  shipsOnce(out, script);
  const { stdout } = await execute([...runner('workerd.mjs'), out, script], { cwd: out });
  assert.equal(stdout, 'ok workerd\n');
}

function shipsOnce(out, script) {
  const wasm = readdirSync(out, { recursive: true }).filter((name) => name.endsWith('.wasm'));
  assert.equal(wasm.length, 1, 'one wasm file belongs beside the script');
  // The module is shipped once, not as text too.
  assert.ok(readFileSync(join(out, script)).length < 100_000, 'the script holds the module as text');
}

async function next(project) {
  const out = join(project.folder, 'out/edge-light');
  const options = ['--config', 'next-edge.webpack.cjs', '--output-path', out, '--output-filename', 'app.js'];
  await execute([tool('webpack'), 'build', ...options], { cwd: project.folder });
  const { stdout } = await execute([...runner('edge-light.mjs'), out, 'app.js'], { cwd: out });
  assert.equal(stdout, 'ok edge-light\n');
}

async function asksForModule(project, specifier, conditions) {
  const ask = `console.log(import.meta.resolve('${specifier}'))`;
  const { stdout } = await execute(
    [process.execPath, ...conditions.map((name) => `--conditions=${name}`), '--input-type=module', '--eval', ask],
    { cwd: project.folder },
  );
  const entry = fileURLToPath(stdout.trim());
  const [, wasm] =
    readFileSync(entry, 'utf8').match(/from ?["'](.+\.wasm)\?module["']/) ?? assert.fail(`${entry} asks for no module`);
  assert.ok(existsSync(join(dirname(entry), wasm)), `${wasm} is missing`);
}

/** Cloudflare's tools keep to the project, and ask nobody anything. */
function alone({ work }) {
  return {
    CI: 'true',
    CLOUDFLARE_CF_FETCH_ENABLED: 'false',
    WRANGLER_SEND_METRICS: 'false',
    XDG_CONFIG_HOME: join(work, 'config'),
  };
}
