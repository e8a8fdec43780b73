// Runs cargo: builds the crate as WebAssembly, and the program that runs wasm-bindgen.
import { copyFileSync, mkdirSync, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { ROOT, ask, runAsync, stop } from '../run.mjs';
import { WASM_TARGET } from './modules.mjs';
import { step } from './step.mjs';

const TARGET = 'wasm32-unknown-unknown';
/** Enables SIMD for sha2, and halves the default stack of 1 MiB, so that the address of any data fits into three bytes. */
const CODE_GENERATION = ['-Ctarget-feature=+simd128', '-Clink-arg=-zstack-size=524288'];

/**
 * Turns off optimisations for speed that LLVM applies even when it optimises for size: strength reduction of loops,
 * copies word by word, and duplicated code. Together these flags save 3 % of the gzipped module.
 */
const SMALLER = [
  '-Cllvm-args=-disable-lsr',
  '-Cllvm-args=-max-store-memcpy=1',
  '-Cllvm-args=-enable-pre=false',
  '-Cllvm-args=-enable-load-pre=false',
  '-Cllvm-args=-disable-licm-promotion',
  '-Cllvm-args=-inline-threshold=5',
  '-Cllvm-args=-inlinecold-threshold=0',
  '-Cllvm-args=-switch-to-lookup=false',
  '-Cllvm-args=-sink-common-insts',
];

/** Downloads the crates for both builds, so that neither waits for the other's downloads. */
export const fetchCrates = () => runAsync('cargo', ['fetch', '--locked', '--quiet']);

export const buildBindgen = () => runAsync('cargo', ['build', '--quiet', '--locked', '--package', 'xtask']);

/** Compiles a module unless it is up to date. Cargo alone would always recompile, because both modules have the same output path. */
export function compile(module) {
  const files = {
    inputs: ['src', 'Cargo.toml', 'Cargo.lock', 'scripts/build'].map((path) => join(ROOT, path)),
    outputs: [module.compiled],
    tool: print('rustc', '--version', '--verbose'),
  };
  return step(`${module.name} compiled`, files, async () => {
    await runAsync(
      'cargo',
      [
        ...['rustc', '--locked', '--package', 'ably-edge-auth', '--lib', '--features', module.features],
        ...['--profile', 'wasm', '--target', TARGET, '--target-dir', WASM_TARGET],
        // Without the Rust library that Cargo.toml also asks for, whose public functions would have to stay callable.
        // That is 4 % of the gzipped module.
        ...['--crate-type', 'cdylib'],
      ],
      // Unlike .cargo/config.toml, this overrides a developer's RUSTFLAGS, so that every machine builds the same file.
      { env: { ...process.env, CARGO_ENCODED_RUSTFLAGS: rustFlags().join('\x1f') } },
    );
    mkdirSync(dirname(module.compiled), { recursive: true });
    copyFileSync(join(WASM_TARGET, TARGET, 'wasm/ably_edge_auth.wasm'), module.compiled);
  });
}

function rustFlags() {
  // A compiler with another LLVM may lack some of the flags; its file is then larger.
  const known = SMALLER.filter((flag) => ask('rustc', flag, '--print', 'cfg').ok);
  const renamed = sourceFolders().map(([from, to]) => `--remap-path-prefix=${from}=${to}`);
  return [...CODE_GENERATION, ...known, ...renamed];
}

/** Replacements for this machine's folders, so that panic messages do not contain them. */
function sourceFolders() {
  const registries = join(process.env.CARGO_HOME ?? join(homedir(), '.cargo'), 'registry/src');
  const [, commit = 'unknown'] = print('rustc', '--version', '--verbose').match(/^commit-hash: (\w+)/m) ?? [];
  return [
    [ROOT.replace(/[\\/]$/, ''), 'ably-edge-auth'],
    // One folder for each registry, named after its host.
    ...readdirSync(registries).map((name) => [join(registries, name), 'crates']),
    // Exists only with the component rust-src; otherwise std already has this name.
    [join(print('rustc', '--print', 'sysroot').trim(), 'lib/rustlib/src/rust'), `/rustc/${commit}`],
  ];
}

function print(program, ...args) {
  const { ok, text, words } = ask(program, ...args);
  if (!ok) stop(`${program} ${args.join(' ')} failed:`, words);
  return text;
}
