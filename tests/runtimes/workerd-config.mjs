// Configurations for workerd, the runtime of Cloudflare Workers: the modules as they are, no bundler.
import { readdirSync, writeFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { find } from './find.mjs';
import { INSTALLED, resolveExport } from './resolve.mjs';
import { STAGE, TESTS } from './stage.mjs';
import { execFileSync } from './start.mjs';

export const program = find('workerd');
export const version = execFileSync(program, ['--version'], { encoding: 'utf8' }).trim();

const PACKAGE = relative(STAGE, INSTALLED).replaceAll(sep, '/');
/** To this machine only, and nowhere else. */
const NETWORK = ', (name = "loopback", network = (allow = ["local"]))';

/**
 * @param {string} name of the configuration, and of the file
 * @param {string[]} scripts in tests/runtimes/: the entry first, then what it imports from there
 * @param {{ bindings?: object, network?: boolean, sockets?: string, object?: object, kv?: object }} options texts by name;
 *   whether `fetch` reaches loopback; a Durable Object's class, binding, kind of storage, and the folder that it is kept in;
 *   a KV namespace's binding, and the script in tests/runtimes/ that answers for it, also bound as a service
 * @returns the path of the configuration
 */
export function writeConfig(name, scripts, { bindings = {}, network = false, sockets = '', object, kv } = {}) {
  const modules = [...modulesOf(scripts)].map(([path, content]) => `    (name = ${JSON.stringify(path)}, ${content}),`);
  const texts = Object.entries({ VERSION: version, ...bindings }).map(
    ([key, text]) => `(name = ${JSON.stringify(key)}, text = ${JSON.stringify(text)})`,
  );
  if (object) texts.push(`(name = "${object.binding}", durableObjectNamespace = "${object.className}")`);
  if (kv)
    texts.push(`(name = "${kv.binding}", kvNamespace = "kv")`, `(name = "${kv.binding}_SERVICE", service = "kv")`);
  const kvService = kv ? ', (name = "kv", worker = .kv)' : '';
  const kvWorker = kv
    ? `const kv :Workerd.Worker = (
  compatibilityDate = "2026-01-01",
  modules = [(name = "kv", esModule = embed ${JSON.stringify(relative(STAGE, join(TESTS, 'runtimes', `${kv.script}.mjs`)).replaceAll(sep, '/'))})],
);
`
    : '';
  const disk = object ? `, (name = "disk", disk = (path = ${JSON.stringify(object.folder)}, writable = true))` : '';
  const objects = object
    ? `  durableObjectNamespaces = [(className = "${object.className}", uniqueKey = "${object.className}", enableSql = ${object.sqlite})],
  durableObjectStorage = (localDisk = "disk"),
`
    : '';
  const config = join(STAGE, `${name}.capnp`);
  writeFileSync(
    config,
    `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (services = [(name = "suite", worker = .worker)${network ? NETWORK : ''}${disk}${kvService}]${sockets && `, sockets = [${sockets}]`});
const worker :Workerd.Worker = (
  compatibilityDate = "2026-01-01",
  bindings = [${texts.join(', ')}],
${network ? '  globalOutbound = "loopback",\n' : ''}${objects}  modules = [
${modules.join('\n')}
  ],
);
${kvWorker}`,
  );
  return config;
}

/** The port that `workerd serve` tells on its control pipe. */
export async function listening(pipe) {
  let text = '';
  for await (const chunk of pipe) {
    text += chunk;
    const line = text.split('\n').find((line) => line.includes('"listen"'));
    if (line && text.endsWith('\n')) return JSON.parse(line).port;
  }
  throw new Error(`workerd did not say where it listens: ${text}`);
}

/** Module name (its path in tests/) to what it holds. */
function modulesOf(scripts) {
  const modules = new Map();
  const add = (file, kind = 'esModule') => {
    const name = relative(TESTS, file).replaceAll(sep, '/');
    modules.set(name, `${kind} = embed ${JSON.stringify(relative(STAGE, file).replaceAll(sep, '/'))}`);
  };
  const addAll = (folder, wanted) => {
    for (const name of readdirSync(folder)) if (wanted.test(name)) add(join(folder, name));
  };

  for (const name of scripts) add(join(TESTS, 'runtimes', `${name}.mjs`));
  addAll(join(TESTS, 'js'), /\.mjs$/);
  for (const name of ['staged', 'vectors']) add(join(STAGE, `${name}.mjs`));
  addAll(join(INSTALLED, 'generated'), /^(?!cli).*\.js$/);
  for (const name of ['ably_edge_auth', 'ably_edge_auth_sandbox'])
    add(join(INSTALLED, 'generated', `${name}.wasm`), 'wasm');
  for (const folder of [
    '.',
    'lib',
    'lib/input',
    'lib/module',
    'lib/realtime',
    'lib/typed',
    'edge',
    'stores',
    'generated',
  ])
    addAll(join(STAGE, 'source', folder), /\.js$/);
  add(join(STAGE, 'source/generated/ably_edge_auth.wasm'), 'wasm');
  const module = "export { default as module } from './generated/ably_edge_auth.wasm';";
  modules.set('.work/runtimes/source/module.mjs', `esModule = ${JSON.stringify(module)}`);
  // A bare specifier stands for a module beside its importer.
  for (const subpath of ['', '/products', '/sandbox']) {
    const entry = resolveExport(`.${subpath}`, ['workerd', 'worker', 'import', 'default']);
    const text = `export * from '${subpath ? '../' : './'}${PACKAGE}/${entry.slice(2)}';`;
    modules.set(`.work/runtimes/ably-edge-auth${subpath}`, `esModule = ${JSON.stringify(text)}`);
  }
  // Some entries of the package import its main one.
  const main = resolveExport('.', ['workerd', 'worker', 'import', 'default']);
  modules.set(
    `.work/runtimes/${PACKAGE}/generated/ably-edge-auth`,
    `esModule = ${JSON.stringify(`export * from '.${main}';`)}`,
  );
  return modules;
}
