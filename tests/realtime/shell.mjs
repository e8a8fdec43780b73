// Runs the cases in Node.js, Deno or Bun. The arguments are the name of the runtime and the address of the sandboxes.
import Ably from 'ably';
import { library } from '../.work/runtimes/staged.mjs';
import { print } from '../runtimes/report.mjs';
import { runCases } from './cases.mjs';

const [name, origin] = process.argv.slice(2);
const passed = print(`${name}, ably-js`, await runCases({ Ably, library, origin }));
// The client keeps timers, which would keep the process.
process.exit(passed ? 0 : 1);
