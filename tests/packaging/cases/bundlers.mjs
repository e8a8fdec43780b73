// Every bundler, as installed and with no plug-in for WebAssembly.
import assert from 'node:assert/strict';
import { cpSync, existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { BUNDLE } from '../../../scripts/budgets.mjs';
import { serve } from '../../../scripts/serve.mjs';
import { firstWords } from '../browser.mjs';
import { execute, tool } from '../processes.mjs';

/** Stands for a case's own output folder. */
const OUT = '<out>';
const PRODUCTION = ['--mode', 'production', '--devtool', 'false', '--output-path', OUT];
const NODE_RESOLVE = ['--plugin', 'node-resolve'];

// `command` runs in the project; each of `checks` gets the output folder.
const BUILDS = [
  {
    name: 'vite: for browsers',
    command: ['vite', 'build', 'plain', '--outDir', OUT],
    checks: [inBrowser],
  },
  {
    name: 'vite: on a server, package left outside',
    command: ['vite', 'build', 'plain', '--ssr', 'app.mjs', '--outDir', OUT],
    checks: [inNode('app.js')],
  },
  {
    name: 'vite: on a server, package bundled',
    command: ['vite', 'build', 'plain', '--ssr', 'app.mjs', '--outDir', OUT, '--config', 'bundled.vite.config.mjs'],
    checks: [isWhole, inNode('app.js')],
  },
  {
    name: 'vite: the wasm file by its address',
    command: ['vite', 'build', 'by-hand-vite', '--outDir', OUT],
    checks: [shipsWasm, inBrowser, measured],
  },
  {
    name: 'webpack: for browsers',
    command: ['webpack', 'build', './plain/app.mjs', '--target', 'web', ...PRODUCTION, '--output-filename', 'app.mjs'],
    checks: [isWhole, inNode('app.mjs'), inBrowser],
  },
  {
    name: 'webpack: for node',
    command: ['webpack', 'build', './plain/app.mjs', '--target', 'node', ...PRODUCTION, '--output-filename', 'app.cjs'],
    checks: [isWhole, inNode('app.cjs')],
  },
  {
    name: 'webpack: require()',
    command: ['webpack', 'build', './plain/app.cjs', '--target', 'node', ...PRODUCTION, '--output-filename', 'app.cjs'],
    checks: [isWhole, inNode('app.cjs')],
  },
  {
    name: 'webpack: the wasm file by its address',
    command: [
      'webpack',
      'build',
      './by-hand-webpack/app.mjs',
      '--target',
      'web',
      ...PRODUCTION,
      '--output-filename',
      'app.mjs',
    ],
    checks: [shipsWasm, inBrowser],
  },
  {
    name: 'esbuild: for browsers',
    command: ['esbuild', 'plain/app.mjs', '--bundle', '--minify', '--format=esm', `--outfile=${OUT}/app.mjs`],
    checks: [isWhole, inNode('app.mjs'), inBrowser],
  },
  {
    name: 'esbuild: for node, as CommonJS',
    command: ['esbuild', 'plain/app.mjs', '--bundle', '--platform=node', '--format=cjs', `--outfile=${OUT}/app.cjs`],
    checks: [isWhole, inNode('app.cjs')],
  },
  {
    name: 'esbuild: require()',
    command: ['esbuild', 'plain/app.cjs', '--bundle', '--platform=node', `--outfile=${OUT}/app.cjs`],
    checks: [isWhole, inNode('app.cjs')],
  },
  {
    name: 'rollup with node-resolve',
    command: ['rollup', 'plain/app.mjs', ...NODE_RESOLVE, '--file', `${OUT}/app.mjs`, '--failAfterWarnings'],
    checks: [isWhole, inNode('app.mjs'), inBrowser],
  },

  {
    name: 'vite: sandbox, for browsers',
    command: ['vite', 'build', 'sandbox', '--outDir', OUT],
    checks: [inBrowser],
  },
  {
    name: 'webpack: sandbox, for browsers',
    command: [
      'webpack',
      'build',
      './sandbox/app.mjs',
      '--target',
      'web',
      ...PRODUCTION,
      '--output-filename',
      'app.mjs',
    ],
    checks: [isWhole, inNode('app.mjs'), inBrowser],
  },
  {
    name: 'esbuild: sandbox, for node, as CommonJS',
    command: ['esbuild', 'sandbox/app.mjs', '--bundle', '--platform=node', '--format=cjs', `--outfile=${OUT}/app.cjs`],
    checks: [isWhole, inNode('app.cjs')],
  },
  {
    name: 'esbuild: sandbox, require()',
    command: ['esbuild', 'sandbox/app.cjs', '--bundle', '--platform=node', `--outfile=${OUT}/app.cjs`],
    checks: [isWhole, inNode('app.cjs')],
  },
  {
    name: 'rollup: sandbox',
    command: ['rollup', 'sandbox/app.mjs', ...NODE_RESOLVE, '--file', `${OUT}/app.mjs`, '--failAfterWarnings'],
    checks: [isWhole, inNode('app.mjs'), inBrowser],
  },

  // An entry that imports the main one.
  {
    name: 'vite: errors, for browsers',
    command: ['vite', 'build', 'errors', '--outDir', OUT],
    checks: [hasOneModule, inBrowser],
  },
  {
    name: 'webpack: errors, for browsers',
    command: ['webpack', 'build', './errors/app.mjs', '--target', 'web', ...PRODUCTION, '--output-filename', 'app.mjs'],
    checks: [isWhole, hasOneModule, inNode('app.mjs')],
  },
  {
    name: 'esbuild: errors, for node, as CommonJS',
    command: ['esbuild', 'errors/app.mjs', '--bundle', '--platform=node', '--format=cjs', `--outfile=${OUT}/app.cjs`],
    checks: [isWhole, hasOneModule, inNode('app.cjs')],
  },
  {
    name: 'rollup: errors',
    command: ['rollup', 'errors/app.mjs', ...NODE_RESOLVE, '--file', `${OUT}/app.mjs`, '--failAfterWarnings'],
    checks: [isWhole, hasOneModule, inNode('app.mjs')],
  },

  // Re-exported by a package without side effects, so that whole files may be dropped.
  {
    name: 'vite: re-exported',
    command: [
      'vite',
      'build',
      'reexported',
      '--ssr',
      'app.mjs',
      '--outDir',
      OUT,
      '--config',
      'bundled.vite.config.mjs',
    ],
    checks: [isWhole, inNode('app.js')],
  },
  {
    name: 'webpack: re-exported',
    command: [
      'webpack',
      'build',
      './reexported/app.mjs',
      '--target',
      'node',
      ...PRODUCTION,
      '--output-filename',
      'app.cjs',
    ],
    checks: [isWhole, inNode('app.cjs')],
  },
  {
    name: 'esbuild: re-exported',
    command: ['esbuild', 'reexported/app.mjs', '--bundle', '--minify', '--format=esm', `--outfile=${OUT}/app.mjs`],
    checks: [isWhole, inNode('app.mjs')],
  },
  {
    name: 'rollup: re-exported',
    command: ['rollup', 'reexported/app.mjs', ...NODE_RESOLVE, '--file', `${OUT}/app.mjs`],
    checks: [isWhole, inNode('app.mjs')],
  },

  // Imported in one file, required in another.
  {
    name: 'webpack: imported and required, one instance',
    command: ['webpack', 'build', './both/app.mjs', '--target', 'node', ...PRODUCTION, '--output-filename', 'app.cjs'],
    checks: [isWhole, inNode('app.cjs')],
  },
  {
    name: 'esbuild: imported and required, one instance',
    command: ['esbuild', 'both/app.mjs', '--bundle', '--minify', '--format=esm', `--outfile=${OUT}/app.mjs`],
    checks: [isWhole, inNode('app.mjs')],
  },
  {
    name: 'vite: imported and required, one instance',
    command: ['vite', 'build', 'both', '--ssr', 'app.mjs', '--outDir', OUT, '--config', 'bundled.vite.config.mjs'],
    checks: [isWhole, inNode('app.js')],
  },

  // One function: the rest of what is written in JavaScript goes.
  {
    name: 'vite: issueJwtSync alone',
    command: ['vite', 'build', 'only-issue', '--outDir', OUT],
    checks: [isShaken, inBrowser, isSmall, measured],
  },
  {
    name: 'webpack: issueJwtSync alone',
    command: [
      'webpack',
      'build',
      './only-issue/app.mjs',
      '--target',
      'node',
      ...PRODUCTION,
      '--output-filename',
      'app.cjs',
    ],
    checks: [isShaken, inNode('app.cjs'), measured],
  },
  {
    name: 'esbuild: issueJwtSync alone',
    command: ['esbuild', 'only-issue/app.mjs', '--bundle', '--minify', '--format=esm', `--outfile=${OUT}/app.mjs`],
    checks: [isShaken, inNode('app.mjs'), measured],
  },
  {
    name: 'rollup: issueJwtSync alone',
    command: ['rollup', 'only-issue/app.mjs', ...NODE_RESOLVE, '--file', `${OUT}/app.mjs`],
    checks: [isShaken, inNode('app.mjs')],
  },
];

export const bundlers = [
  ...BUILDS.map(({ name, command: [program, ...args], checks }) => ({
    name,
    async run(project) {
      const out = join(project.folder, 'out', name.replace(/\W+/g, '-'));
      const filled = args.map((arg) => arg.replace(OUT, out));
      await execute([tool(program), ...filled], { cwd: project.folder });
      let note;
      for (const check of checks) note = (await check(out, project)) ?? note;
      return note;
    },
  })),
  { name: 'vite: development server', run: inDevelopment },
];

function inNode(file) {
  return async (out) => {
    const { stdout } = await execute([process.execPath, join(out, file)], { cwd: out });
    assert.match(stdout, /^ok( node)?\n$/);
  };
}

async function inBrowser(out, project) {
  // Vite writes a page of its own.
  if (!existsSync(join(out, 'index.html'))) cpSync(join(project.folder, 'plain/index.html'), join(out, 'index.html'));
  const server = await serve({ '/': out }, 0);
  try {
    assert.match(await firstWords(`http://127.0.0.1:${server.address().port}/`), /^ok( browser)?$/);
  } finally {
    server.close();
  }
}

async function inDevelopment(project) {
  const { createServer } = await import('vite');
  const server = await createServer({
    root: join(project.folder, 'plain'),
    cacheDir: join(project.folder, 'out/vite-cache'),
    configFile: false,
    logLevel: 'error',
    server: { host: '127.0.0.1', port: 0, fs: { allow: [project.folder] } },
  });
  try {
    await server.listen();
    assert.equal(await firstWords(server.resolvedUrls.local[0]), 'ok browser');
  } finally {
    await server.close();
  }
}

/** Nothing is left to find in node_modules. */
function isWhole(out) {
  assert.doesNotMatch(scripts(out), /(from|require\(|import\()\s*["']ably-edge-auth/);
}

/** The wasm file as a text is the only string of its size. */
function hasOneModule(out) {
  assert.equal(scripts(out).match(/[^\n"'`\\]{100000,}/g)?.length, 1);
}

/** The file is shipped as it is, and the script does not hold it a second time. */
function shipsWasm(out) {
  const { size } = statSync(files(out).find((file) => file.endsWith('.wasm')));
  assert.ok(scripts(out).length < size, 'the script holds the module too');
}

function isShaken(out) {
  // An option of verifyJwt.
  assert.doesNotMatch(scripts(out), /clockToleranceSeconds/);
}

const gzipped = (bytes) => gzipSync(bytes, { level: 9 }).length;

function isSmall(out) {
  const size = gzipped(scripts(out));
  assert.ok(
    size <= BUNDLE,
    `${size} bytes with gzip, over the budget of ${BUNDLE}: see what grew, or change it in scripts/budgets.mjs on purpose`,
  );
}

function measured(out) {
  const size = (bytes) =>
    `${bytes.length} bytes, ${gzipped(bytes)} with gzip, ${brotliCompressSync(bytes).length} with brotli`;
  const wasm = files(out)
    .filter((file) => file.endsWith('.wasm'))
    .map((file) => `; wasm ${size(readFileSync(file))}`);
  return `script ${size(Buffer.from(scripts(out)))}${wasm}`;
}

function scripts(out) {
  const found = files(out).filter((file) => /\.[cm]?js$/.test(file));
  assert.ok(found.length > 0, 'no script was written');
  return found.map((file) => readFileSync(file, 'utf8')).join('\n');
}

function files(folder) {
  return readdirSync(folder, { recursive: true })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile());
}
