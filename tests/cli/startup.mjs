// A figure, not a test: how long `issue-jwt-token --token-only` takes as a whole process, against one that
// does nothing.
//   node tests/cli/startup.mjs [ROUNDS] [NODE]
import { spawnSync } from 'node:child_process';
import { CLI } from './run-cli.mjs';

const [rounds = '40', node = process.execPath] = process.argv.slice(2);
const env = { PATH: process.env.PATH, HOME: process.env.HOME, ABLY_API_KEY: 'aaaaaa.bbbbbb:made-up-secret-of-22-ch' };
const COMMANDS = { 'node -e 0': ['-e', '0'], 'issue-jwt-token --token-only': [CLI, 'issue-jwt-token', '--token-only'], '--version': [CLI, '--version'] };

const times = Object.fromEntries(Object.keys(COMMANDS).map((name) => [name, []]));
// In turns: whatever else the machine does falls on all of them alike.
for (let round = 0; round < Number(rounds); round++)
  for (const [name, args] of Object.entries(COMMANDS)) {
    const start = performance.now();
    const { status } = spawnSync(node, args, { env, stdio: 'ignore' });
    if (status !== 0) throw new Error(`${name} ended with ${status}`);
    times[name].push(performance.now() - start);
  }

const median = (list) => list.sort((a, b) => a - b)[Math.floor(list.length / 2)];
const base = median(times['node -e 0']);
for (const [name, list] of Object.entries(times)) console.log(`${name}: median ${median(list).toFixed(1)} ms (${(median(list) - base).toFixed(1)} ms more), least ${list[0].toFixed(1)} ms`);
