// Serves a Next route in Vercel's edge runtime, bundled as Next bundles it: by the `edge-light` condition,
// its wasm file compiled beforehand. It compiles no code of its own.
//   node next-edge.mjs FOLDER [ROUTE], with PORT and the route's own variables in the environment
import { EdgeVM } from '@edge-runtime/vm';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { serveRoute } from './next-server.mjs';

const [, , folder, route = 'app/auth/route.js'] = process.argv;
const wasm = {
  name: 'wasm as a global',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /\.wasm\?module$/ }, ({ path, resolveDir }) => ({
      path: join(resolveDir, path.replace('?module', '')),
      namespace: 'wasm',
    }));
    onLoad({ filter: /.*/, namespace: 'wasm' }, ({ path }) => {
      modules.wasm_module = new WebAssembly.Module(readFileSync(path));
      return { contents: 'export default wasm_module' };
    });
  },
};
const modules = {};
const { outputFiles } = await build({
  entryPoints: [join(folder, route)],
  bundle: true,
  write: false,
  format: 'iife',
  globalName: 'route',
  conditions: ['edge-light'],
  plugins: [wasm],
});
const vm = new EdgeVM({
  codeGeneration: { strings: false, wasm: false },
  extend: (context) =>
    Object.assign(context, modules, { EdgeRuntime: 'edge-runtime', process: { env: { ...process.env } } }),
});
vm.evaluate(`${outputFiles[0].text}\nglobalThis.route = route;`);

serveRoute(vm.context.route, vm.context.Request);
