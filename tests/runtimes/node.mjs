// Runs in Node.js. `import` first, then the CommonJS file that older ones get from `require`.
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { run } from '../js/index.mjs';
import { vectors } from '../.work/runtimes/vectors.mjs';
import { print, sum } from './report.mjs';
import { runSuite } from './suite.mjs';

const require = createRequire(new URL('../.work/runtimes/', import.meta.url));
const folder = dirname(require.resolve('ably-edge-auth/package.json'));
const [library, sandbox] = ['index', 'sandbox'].map((name) => require(join(folder, 'generated', `${name}.cjs`)));
const report = sum(await runSuite(), await run({ library, sandbox, vectors }));

if (!print(`Node.js ${process.versions.node}`, report)) process.exitCode = 1;
