// Runs the suite in workerd, the runtime of Cloudflare Workers, from the modules as they are: no bundler.
import { execFileSync, spawn } from 'node:child_process';
import { readdirSync, writeFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { find } from './find.mjs';
import { INSTALLED, resolveExport } from './resolve.mjs';
import { STAGE, TESTS } from './stage.mjs';

const PACKAGE = relative(STAGE, INSTALLED).replaceAll(sep, '/');

/** Module name (its path in tests/) to what it holds. */
const modules = new Map();
const add = (file, kind = 'esModule') => {
  const name = relative(TESTS, file).replaceAll(sep, '/');
  modules.set(name, `${kind} = embed ${JSON.stringify(relative(STAGE, file).replaceAll(sep, '/'))}`);
};
const addAll = (folder, wanted) => readdirSync(folder).filter((name) => wanted.test(name)).forEach((name) => add(join(folder, name)));

add(join(TESTS, 'runtimes', 'worker.mjs')); // first: the entry
addAll(join(TESTS, 'suite'), /\.mjs$/);
for (const name of ['module-scope', 'report', 'suite']) add(join(TESTS, 'runtimes', `${name}.mjs`));
for (const name of ['staged', 'vectors']) add(join(STAGE, `${name}.mjs`));
addAll(INSTALLED, /\.js$/);
addAll(join(INSTALLED, 'generated'), /\.js$/);
add(join(INSTALLED, 'generated', 'ably_edge_auth.wasm'), 'wasm');
// A bare specifier stands for a module beside its importer.
const entry = resolveExport('.', ['workerd', 'worker', 'import', 'default']);
modules.set('.work/runtimes/ably-edge-auth', `esModule = ${JSON.stringify(`export * from './${PACKAGE}/${entry.slice(2)}';`)}`);

const list = [...modules].map(([name, content]) => `    (name = ${JSON.stringify(name)}, ${content}),`).join('\n');
const program = find('workerd');
const version = execFileSync(program, ['--version'], { encoding: 'utf8' }).trim();
const config = join(STAGE, 'workerd.capnp');
writeFileSync(config, `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (services = [(name = "suite", worker = .worker)]);
const worker :Workerd.Worker = (
  compatibilityDate = "2026-01-01",
  bindings = [(name = "VERSION", text = ${JSON.stringify(version)})],
  modules = [
${list}
  ],
);
`);

spawn(program, ['test', config], { stdio: 'inherit' }).on('exit', (code) => (process.exitCode = code ?? 1));
