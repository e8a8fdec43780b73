// Runs in Deno, without a single permission.
import { print } from './report.mjs';
import { runSuite } from './suite.mjs';

if (!print(`Deno ${Deno.version.deno}`, await runSuite())) Deno.exit(1);
