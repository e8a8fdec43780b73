// What `npm test` runs, in this order, two at a time (lanes.mjs). A step is a command; its exit code says whether it passed.
//
// A step that runs many tests prints a line `<name>: 12 passed, 0 failed` (`, 1 skipped` may
// follow), which is added up; cargo's own lines are understood too. Any other step counts as one.
// What a step cannot do on this machine it says in a line `SKIPPED: <what> (<why>)`. That line is
// repeated at the very end, and in CI it is a failure. A line `NOT IN CI: <what> (<why>)` is repeated there too, and is none.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './run.mjs';

const node = (name, script, ...args) => ({ name, program: process.execPath, args: [script, ...args] });
const biome = (name, ...args) => node(name, 'node_modules/@biomejs/biome/bin/biome', ...args);
// Cargo locks its folder, so that a second one would only wait.
const cargo = (name, args, env) => ({ name, program: 'cargo', args: args.split(' '), env, uses: 'cargo' });
const after = (names, ...steps) => steps.map((step) => ({ ...step, after: [...names, ...(step.after ?? [])] }));

const WARNINGS_ARE_ERRORS = '-- -D warnings';

/** The npm packages that the tests in a folder need; npm's cache is used by one at a time. */
const packages = (name, folder) => ({ ...node(name, 'scripts/packages.mjs', folder), uses: 'npm' });
const [FOR_PACKAGING, FOR_TESTS, FOR_CONTROL_API, FOR_PRODUCTS, FOR_EXAMPLES, FOR_LARAVEL_ECHO, FOR_SITE] = [
  'packaging tests',
  'tests',
  'Control API tests',
  'product tests',
  'examples',
  'Laravel Echo tests',
  'site',
].map((what) => `packages for the ${what}`);

export const STEPS = [
  { ...node('build', 'scripts/build.mjs'), uses: 'cargo' },
  biome('javascript: format', 'format'),
  biome('javascript: lint', 'lint', '--error-on-warnings'),
  cargo('rust: format', 'fmt --all --check'),
  cargo('rust: lint', `clippy --locked --workspace --all-targets --all-features ${WARNINGS_ARE_ERRORS}`),
  cargo(
    'rust: lint for wasm',
    `clippy --locked --package ably-edge-auth --lib --target wasm32-unknown-unknown --all-features ${WARNINGS_ARE_ERRORS}`,
  ),
  // Without the door to JavaScript: as a Rust program that compiles to wasm has it.
  cargo(
    'rust: lint for wasm, as a library',
    `clippy --locked --package ably-edge-auth --lib --target wasm32-unknown-unknown ${WARNINGS_ARE_ERRORS}`,
  ),
  cargo(
    'rust: tests',
    'test --locked --workspace --features ably-edge-auth/sandbox,ably-edge-auth/products --no-fail-fast',
  ),
  cargo('rust: documentation', 'doc --locked --package ably-edge-auth --all-features --no-deps', {
    RUSTDOCFLAGS: '-D warnings',
  }),
  cargo('rust: crate packs and builds', 'package --locked --offline --package ably-edge-auth --allow-dirty'),
  node('what the tests need of the machine', 'tests/ci/run.mjs'),
  node('documents', 'tests/documents/run.mjs'),
  packages(FOR_TESTS, 'tests'),
  packages(FOR_PACKAGING, 'tests/packaging'),
  packages(FOR_CONTROL_API, 'tests/control-api'),
  packages(FOR_PRODUCTS, 'tests/products'),
  packages(FOR_EXAMPLES, 'tests/examples'),
  packages(FOR_LARAVEL_ECHO, 'tests/laravel-echo'),
  packages(FOR_SITE, 'docs'),
  ...after(
    ['build'],
    // The longest first, so that none is left over at the end.
    ...after(
      [FOR_TESTS],
      ...(existsSync(join(ROOT, 'tests/page')) ? ['chromium', 'firefox', 'webkit'] : []).map((name) =>
        node(`page in ${name}`, 'tests/page/run.mjs', name),
      ),
      ...['node', 'newer node', 'deno', 'bun', 'workerd', 'chromium', 'firefox'].map((name) =>
        node(`suite in ${name}`, 'tests/run.mjs', name),
      ),
      ...['node', 'newer node', 'deno', 'bun', 'chromium', 'firefox'].map((name) =>
        node(`ably-js in ${name}`, 'tests/realtime/run.mjs', name),
      ),
      node('command line', 'tests/cli/run.mjs'),
    ),
    ...after(
      [FOR_PACKAGING],
      node('types', 'tests/types/run.mjs'),
      ...after([FOR_TESTS], node('packaging', 'tests/packaging/run.mjs')),
    ),
    ...after([FOR_PRODUCTS], node('SDKs of Chat and Spaces', 'tests/products/run.mjs')),
    ...after(
      [FOR_TESTS],
      ...['state', 'server', 'command', 'webhook', 'ably', 'endpoint', 'tls', 'kill', 'full disk'].map((name) =>
        node(`sandbox: ${name}`, 'tests/sandbox/run.mjs', name),
      ),
      // npm installs each app's packages.
      { ...node('frameworks', 'tests/frameworks/run.mjs'), uses: 'npm' },
      ...after([FOR_EXAMPLES], node('examples', 'tests/examples/run.mjs')),
      ...after([FOR_CONTROL_API], node('control API against its OpenAPI document', 'tests/control-api/run.mjs')),
      node('cross-check with jose and jsonwebtoken', 'tests/cross-check.mjs'),
      ...after(
        [FOR_SITE],
        ...after([FOR_PACKAGING], node('examples of README and docs', 'tests/documents/examples.mjs')),
        node('site', 'tests/site/run.mjs'),
      ),
    ),
    ...after([FOR_LARAVEL_ECHO], node('Laravel Echo', 'tests/laravel-echo/run.mjs')),
    node('sandbox driven by schemathesis', 'tests/sandbox/fuzz/run.mjs'),
    node('test server of the network tests', 'tests/network/self-test.mjs'),
    node('sources', 'tests/source/run.mjs'),
    node('size', 'scripts/size.mjs'),
    node('build tools', 'scripts/self-test.mjs'),
  ),
];
