// Runs in Node.js. `import` first, then the CommonJS file that older ones get from `require`.
import { createRequire } from 'node:module';
import { run } from '../suite/index.mjs';
import { vectors } from '../.work/runtimes/vectors.mjs';
import { print, sum } from './report.mjs';
import { runSuite } from './suite.mjs';

const require = createRequire(new URL('../.work/runtimes/', import.meta.url));
const file = require.resolve('ably-edge-auth/package.json').replace('package.json', 'generated/index.cjs');
const report = sum(await runSuite(), await run({ library: require(file), vectors }));

if (!print(`Node.js ${process.versions.node}`, report)) process.exitCode = 1;
