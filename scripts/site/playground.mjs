// Bundles the playground for a static host: what is loaded together travels in one file, without comments. The sources in
// www/ need no build step, so `npm start` serves them as they are.
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { buildSync, transformSync } from 'esbuild';
import { ROOT } from '../run.mjs';

const WORKER = 'offline-worker.js';
const STYLE = 'style.css';
/** The oldest browsers that have what the page needs. */
const TARGET = 'es2022';
const FILES = /const FILES = \[[^\]]*\];/;

/** The files of the page's sources, from the list in its offline worker. */
export function sourceFiles() {
  const worker = readFileSync(join(ROOT, 'www', WORKER), 'utf8');
  const listed = [...worker.matchAll(/^ {2}'\.\/(.+)',$/gm)].map(([, file]) => file);
  return ['index.html', WORKER, ...listed];
}

/** Writes the page into a folder that is new or empty, and returns the names of its files. */
export function makePlayground(folder) {
  // The page finds the package beside itself, as the server of `npm start` puts it.
  const staged = mkdtempSync(join(tmpdir(), 'ably-edge-auth-playground-'));
  try {
    for (const file of sourceFiles()) copy(join(ROOT, file.startsWith('pkg/') ? '.' : 'www', file), join(staged, file));
    const scripts = bundleScripts(staged, folder);
    const assets = sourceFiles().filter((file) => /\.(svg|wasm)$/.test(file));
    for (const file of assets) copy(join(staged, file), join(folder, file));
    writeFileSync(join(folder, 'index.html'), bundlePage(staged, folder, scripts));
    const files = [...assets, STYLE, ...scripts.all].sort();
    const list = ['', ...files].map((file) => `  './${file}',`);
    const worker = readFileSync(join(staged, WORKER), 'utf8');
    writeFileSync(
      join(folder, WORKER),
      worker.replace(FILES, () => `const FILES = [\n${list.join('\n')}\n];`),
    );
    return ['index.html', WORKER, ...files];
  } finally {
    rmSync(staged, { recursive: true, force: true });
  }
}

function copy(from, to) {
  mkdirSync(dirname(to), { recursive: true });
  cpSync(from, to);
}

/** Chunks are in a folder, so that their relative addresses of other files stay true: those of www/ are in folders too. */
function bundleScripts(staged, folder) {
  const { metafile } = buildSync({
    absWorkingDir: staged,
    entryPoints: ['app.js'],
    outdir: folder,
    bundle: true,
    splitting: true,
    format: 'esm',
    target: TARGET,
    minify: true,
    legalComments: 'none',
    chunkNames: 'chunks/[name]-[hash]',
    metafile: true,
    logLevel: 'error',
  });
  const nameOf = (output) => relative(folder, join(staged, output)).replaceAll('\\', '/');
  const outputs = new Map(Object.entries(metafile.outputs).map(([name, output]) => [nameOf(name), output]));
  /** What app.js imports in any way, and what that imports at once. */
  const first = new Set();
  const follow = (name) => {
    if (first.has(name)) return;
    first.add(name);
    for (const { path, kind } of outputs.get(name).imports)
      if (kind === 'import-statement' || name === 'app.js') follow(nameOf(path));
  };
  follow('app.js');
  return { all: [...outputs.keys()], first: [...first].filter((name) => name !== 'app.js').sort() };
}

/** One style sheet, and the chunks that the first token needs, in place of the sources. */
function bundlePage(staged, folder, { first }) {
  const html = readFileSync(join(staged, 'index.html'), 'utf8');
  const sheets = [...html.matchAll(/<link rel="stylesheet" href="\.\/([^"]+)">\n/g)];
  const css = sheets.map(([, sheet]) => readFileSync(join(staged, sheet), 'utf8')).join('\n');
  writeFileSync(join(folder, STYLE), transformSync(css, { loader: 'css', minify: true }).code);
  const [[firstSheet]] = sheets;
  const links = [
    `<link rel="stylesheet" href="./${STYLE}">`,
    ...first.map((file) => `<link rel="modulepreload" href="./${file}">`),
  ];
  return html
    .replace(firstSheet, () => `${links.join('\n')}\n`)
    .replace(/<link rel="stylesheet" href="\.\/style\/[^"]+">\n/g, '')
    .replace(/<link rel="modulepreload" href="\.\/(?!chunks\/)[^"]+">\n/g, '');
}
