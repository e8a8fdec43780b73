// The published scripts: pkg/generated/NAME.js and NAME.cjs are bundled from these files of pkg/.

/** For `import`. `inlined` decodes the embedded text; the others read or import the .wasm file. */
export const MODULES = {
  index: 'node/index.js',
  inlined: 'index.js',
  workerd: 'workerd.js',
  'edge-light': 'edge-light.js',
  'react-native': 'react-native.js',
  wasm: 'wasm.js',
  errors: 'errors.js',
  node: 'node.js',
  products: 'products.js',
  stores: 'stores.js',
  webhook: 'webhook.js',
  sandbox: 'node/sandbox.js',
  'sandbox-inlined': 'sandbox.js',
  'sandbox-workerd': 'sandbox/workerd.js',
  'sandbox-edge-light': 'sandbox/edge-light.js',
  'sandbox-react-native': 'sandbox/react-native.js',
  'sandbox-wasm': 'sandbox/wasm.js',
  'sandbox-durable-object': 'sandbox/durable-object.js',
  'sandbox-indexed-db': 'sandbox/indexed-db.js',
  cli: 'cli.js',
};

/** For `require`, in Node.js and Jest. Bundlers take the ES modules for it. */
export const SCRIPTS = Object.fromEntries(
  [
    'index',
    'wasm',
    'errors',
    'node',
    'products',
    'stores',
    'webhook',
    'sandbox',
    'sandbox-wasm',
    'sandbox-indexed-db',
  ].map((name) => [name, MODULES[name]]),
);

/** Declarations, in pkg/generated/NAME.d.cts, from these files of pkg/. NAME.d.ts repeats them for `import`. */
export const TYPES = {
  index: 'index.d.ts',
  wasm: 'wasm.d.ts',
  errors: 'errors.d.ts',
  node: 'node.d.ts',
  products: 'products.d.ts',
  stores: 'stores.d.ts',
  webhook: 'webhook.d.ts',
  sandbox: 'sandbox.d.ts',
  'sandbox-wasm': 'sandbox/wasm.d.ts',
  'sandbox-durable-object': 'sandbox/durable-object.d.ts',
  'sandbox-indexed-db': 'sandbox/indexed-db.d.ts',
};

/** What the build makes for the sources, and what only they use: not published, and not removed as left over. */
export const INTERMEDIATE = [
  'abi.js',
  'ably_edge_auth.js',
  'ably_edge_auth_sandbox.js',
  'actions.js',
  'bytes.js',
  'features.js',
  'sandbox-bytes.js',
];
