// Runs in Bun.
import { print } from './report.mjs';
import { runSuite } from './suite.mjs';

if (!print(`Bun ${Bun.version}`, await runSuite())) process.exitCode = 1;
