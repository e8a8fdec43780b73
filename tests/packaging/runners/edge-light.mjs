// Runs a script in Vercel's edge runtime, which compiles no WebAssembly from bytes: its wasm files
// come as globals, compiled beforehand.
//   node runners/edge-light.mjs FOLDER SCRIPT
import { EdgeVM } from '@edge-runtime/vm';
import { readFileSync, readdirSync } from 'node:fs';
import { join, parse } from 'node:path';

const [folder, script] = process.argv.slice(2);
const modules = readdirSync(folder)
  .filter((name) => name.endsWith('.wasm'))
  .map((name) => [parse(name).name, new WebAssembly.Module(readFileSync(join(folder, name)))]);

const vm = new EdgeVM({
  codeGeneration: { strings: false, wasm: false },
  extend: (context) => Object.assign(context, Object.fromEntries(modules), { EdgeRuntime: 'edge-runtime' }),
});
vm.evaluate(readFileSync(join(folder, script), 'utf8'));
