// Runs the tests of the sandbox as a server that are named, or all: node tests/sandbox/run.mjs state server
import { print } from '../runtimes/report.mjs';
import { joined, runSubjects } from '../js/harness.mjs';
import { find } from '../runtimes/find.mjs';
import { ON_WINDOWS } from './files.mjs';
import { endAll } from './processes.mjs';

const GROUPS = {
  state: async () =>
    joined(await import('./state-damage.mjs'), await import('./state-life.mjs'), await import('./state-lock.mjs')),
  server: async () => {
    const { server, endServer } = await import('./server.mjs');
    return { server, end: ({ test }) => test('it ends', endServer) };
  },
  command: () => import('./command.mjs'),
  ...(find('openssl') && { tls: () => import('./tls.mjs') }),
  webhook: () => import('./webhook.mjs'),
  ably: async () => {
    const { end, ...clients } = await import('./ably.mjs');
    return { ...clients, end };
  },
  endpoint: () => import('./endpoint.mjs'),
  kill: async () => joined(await import('./kill.mjs'), await import('./kill-rewriting.mjs')),
  // Windows limits no file's size.
  ...(!ON_WINDOWS && { 'full disk': () => import('./full-disk.mjs') }),
};

const names = process.argv.slice(2);
if (!GROUPS.tls) console.log('SKIPPED: the sandbox with TLS (openssl is not installed)');
const unknown = names.filter((name) => !(name in GROUPS || ['full disk', 'tls'].includes(name)));
if (unknown.length > 0)
  throw new Error(`There are no tests named ${unknown.join()}; there are ${Object.keys(GROUPS).join(', ')}.`);
for (const [name, load] of Object.entries(GROUPS)) {
  if (names.length > 0 && !names.includes(name)) continue;
  const report = await runSubjects(await load(), {});
  if (!print(`sandbox ${name}`, report)) process.exitCode = 1;
  endAll();
}
