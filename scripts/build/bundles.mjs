// Bundles pkg/ into the scripts that are published. Each source is in one of them, so nothing is loaded or started twice,
// and each entry consists of few files: in a short run, loading thirty files takes longer than signing a token.
import { dirname, join, relative, sep } from 'node:path';
import { transform } from 'esbuild';
import { rollup } from 'rollup';
import { stop } from '../run.mjs';
import { MODULES, SCRIPTS } from './entries.mjs';
import { ABI, GENERATED, MAIN, PACKAGE, SANDBOX } from './modules.mjs';

const TARGET = 'es2022';
const EXTERNAL = /^(node:.*|ws|smol-toml)$/;
const WASM_FILE = /\.wasm(\?module)?$/;

/** The embedded text is not in index.js but beside it, where it is loaded as a whole or not at all. */
const TEXTS = { [MAIN.embedded]: 'text', [SANDBOX.embedded]: 'sandbox-text' };

/** What the main entry consists of. The realtime client is in no entry but the command line. */
const OF_LIBRARY = /^(edge|lib(?!\/realtime))\//;

/** What all entries of the sandbox share. */
const OF_SANDBOX = /^sandbox\/(create|load|message|options|sockets|upgrade|webhooks|websocket)\.js$/;

const inputs = (entries) =>
  Object.fromEntries(Object.entries(entries).map(([name, source]) => [name, join(PACKAGE, source)]));

/** Imports of what is no source: the package itself, so that its conditions decide what starts, and the wasm files. */
const outside = {
  name: 'outside',
  resolveId(source, importer) {
    if (EXTERNAL.test(source)) return { id: source, external: true };
    if (WASM_FILE.test(source)) return { id: `./${source.replace(/.*\//, '')}`, external: 'relative' };
    // products.js and errors.js of the sources start index.js, because JSR has no conditions.
    const isEntry = importer !== undefined && join(dirname(importer), source) === join(PACKAGE, 'index.js');
    return isEntry ? { id: 'ably-edge-auth', external: true } : null;
  },
};

/** For CommonJS: there are no conditions to decide, and the wasm file is always there. */
const inside = {
  name: 'inside',
  // Rollup itself would ask the document where the script is, and Jest's jsdom environment has one.
  resolveImportMeta: () => "require('node:url').pathToFileURL(__filename).href",
  resolveId(source) {
    if (EXTERNAL.test(source)) return { id: source, external: true };
    return source === './index.js' ? join(PACKAGE, SCRIPTS.index) : null;
  },
  async load(id) {
    if (!(id in TEXTS)) return null;
    const { length } = await import(`file://${id}`);
    const { name } = [MAIN, SANDBOX].find(({ embedded }) => embedded === id);
    return `export const length = ${length};
export function bytes() { throw new Error('${name}.wasm of this version is not beside the script; a bundler should take the ES module'); }`;
  },
};

/**
 * Marks the constants of a source, so that a bundler drops those that are not used. The manifest says that these sources
 * have no side effects, and a bundler would drop one as a whole; of a bundle it drops only what is marked.
 */
const droppable = {
  name: 'droppable',
  transform(code, id) {
    if (!/^(lib|edge|errors|products|stores|webhook)$/.test(relative(PACKAGE, id).split(sep)[0])) return null;
    const declarations = this.parse(code).body.map((node) =>
      node.type === 'ExportNamedDeclaration' ? node.declaration : node,
    );
    const computed = declarations
      .filter((node) => node?.type === 'VariableDeclaration')
      .flatMap((node) => node.declarations)
      .filter(({ id, init }) => id.type === 'Identifier' && init && computes(init));
    // From the end, so that what is before keeps its place.
    return computed.reduceRight(
      (text, { init: { start, end } }) =>
        `${text.slice(0, start)}${MARK}(() => ${bodyOf(text.slice(start, end))})()${text.slice(end)}`,
      code,
    );
  },
};

/** Stands for the comment that bundlers look for, which esbuild removes together with the others. */
const MARK = '__PURE__';
const COMMENT = '/*@__PURE__*/';

/** Whether a bundler cannot tell that an expression has no effect. */
function computes(node) {
  if (/Function|Class/.test(node.type)) return false;
  if (/^(Call|New|Member|Await|TaggedTemplate)Expression$|^SpreadElement$/.test(node.type)) return true;
  return Object.values(node)
    .flat()
    .some((child) => typeof child?.type === 'string' && computes(child));
}

/** An object literal would be read as the function's block. */
const bodyOf = (expression) => (expression.startsWith('{') ? `(${expression})` : expression);

/** In characters. Node.js prints the whole line that throws, and a break costs a byte or two of the tarball. */
const LINE_LIMIT = 300;
const MINIFY = { minify: true, target: TARGET, legalComments: 'none' };

/** Names go too: the tarball has a bound. Errors have their own names, and messages say the place. */
const minified = {
  name: 'minified',
  async renderChunk(code, { fileName, name }) {
    const isText = Object.values(TEXTS).includes(name);
    // The command line prints its errors itself.
    const isCommandLine = fileName.startsWith('cli');
    const format = fileName.endsWith('.js') ? 'esm' : 'cjs';
    const { code: small } = await transform(code, {
      ...MINIFY,
      format,
      ...(!isText && !isCommandLine && { lineLimit: LINE_LIMIT }),
    });
    return small.replaceAll(`${MARK}(`, `${COMMENT}(`);
  },
};

/**
 * Which file a shared source goes into. `common` has what an entry needs that does without the wasm module; nothing that
 * loads a module is in it.
 */
function chunks() {
  let common;
  return (id, getModuleInfo) => {
    if (id in TEXTS) return TEXTS[id];
    common ??= withoutModule(getModuleInfo);
    const path = relative(PACKAGE, id).split(sep).join('/');
    const ofLibrary = (id) =>
      id === MAIN.glue || id === ABI || OF_LIBRARY.test(relative(PACKAGE, id).split(sep).join('/'));
    // Rollup would put into the library what only the library imports beside an entry.
    if (common.has(id) && [id, ...getModuleInfo(id).importers].some(ofLibrary)) return 'common';
    if (ofLibrary(id)) return 'library';
    return id === SANDBOX.glue || OF_SANDBOX.test(path) ? 'sandbox-library' : undefined;
  };
}

/** The sources of every entry that does not import the main module. */
function withoutModule(getModuleInfo) {
  const found = new Set();
  for (const entry of Object.values(inputs(MODULES))) {
    const sources = new Set([entry]);
    for (const id of sources) for (const imported of getModuleInfo(id)?.importedIds ?? []) sources.add(imported);
    if (!sources.has(MAIN.glue)) for (const id of sources) found.add(id);
  }
  return found;
}

/** Bundles all entries, and returns the names of the files in pkg/generated/. */
export async function bundleAll() {
  const modules = await write(MODULES, outside, { format: 'es', extension: 'js' });
  const scripts = await write(SCRIPTS, inside, { format: 'cjs', extension: 'cjs' });
  return [...modules, ...scripts];
}

async function write(entries, resolver, { format, extension }) {
  const bundle = await rollup({
    input: inputs(entries),
    plugins: [resolver, ...(format === 'es' ? [droppable] : []), minified],
    onwarn: (warning) => stop(`Rollup warns: ${warning.message}`),
  });
  const chunkOf = chunks();
  const { output } = await bundle.write({
    dir: GENERATED,
    format,
    entryFileNames: `[name].${extension}`,
    chunkFileNames: ({ name, moduleIds }) =>
      moduleIds.every((id) => id.startsWith(join(PACKAGE, 'cli')))
        ? `cli-${name}.${extension}`
        : `${name}.${extension}`,
    manualChunks: (id, { getModuleInfo }) => chunkOf(id, getModuleInfo),
    exports: 'named',
    generatedCode: 'es2015',
    hoistTransitiveImports: false,
  });
  await bundle.close();
  return output.map(({ fileName }) => fileName);
}
