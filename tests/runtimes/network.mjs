// Runs in Node.js, Deno and Bun: the subjects that go over the network. A process of its own, because Deno
// needs a permission for them, and all the others shall go without.
import process from 'node:process';
import { print } from './report.mjs';
import { runNetworkSuite } from './suite.mjs';

const [runtime, origin] = process.argv.slice(2);
// The exit code is left to Deno and Bun too: what keeps the process from ending by itself is a fault.
if (!print(`${runtime}, network`, await runNetworkSuite(origin))) process.exitCode = 1;
