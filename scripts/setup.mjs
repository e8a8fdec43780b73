// Checks the requirements of every command: Node.js, Rust with the WebAssembly target, and the npm packages. Installs
// missing parts or says how to. Takes a quarter of a second if nothing is missing.
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { installPackages } from './packages.mjs';
import { ROOT, ask, run, stop } from './run.mjs';

const WASM = 'wasm32-unknown-unknown';

export function setup() {
  checkNode();
  checkRust();
  addWasmTarget();
  installPackages(ROOT);
}

function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major < 20 || (major === 20 && minor < 19))
    stop(`This is Node.js ${process.versions.node}, but 20.19 or newer is required. See https://nodejs.org.`);
}

function checkRust() {
  if (!ask('cargo', '--version').found)
    stop(
      'Rust is missing: there is no cargo in PATH. Install it from https://rustup.rs, open a new terminal and try again.',
    );
  let rustc = ask('rustc', '--version');
  if (!rustc.ok && findRustupHome()) rustc = ask('rustc', '--version');
  if (!rustc.ok)
    stop(
      'Rust is installed but does not run. Its message:',
      // Without the backtrace that may follow.
      rustc.words.trim().split('\n\n')[0],
      `If rustup has no toolchain, run: rustup default stable. If another user's Rust is in PATH (HOME is ${process.env.HOME}), set RUSTUP_HOME to that user's .rustup folder.`,
    );
  const has = rustc.text.match(/\d+\.\d+(\.\d+)?/)[0];
  const needs = readFileSync(join(ROOT, 'Cargo.toml'), 'utf8').match(/rust-version = "([\d.]+)"/)[1];
  if (isOlder(has, needs))
    stop(`This is Rust ${has}, but ${needs} or newer is required. With rustup, run: rustup update stable.`);
}

/** rustup looks for toolchains in HOME, which may have been changed. They are next to its programs. */
function findRustupHome() {
  if (process.env.RUSTUP_HOME) return false;
  const rustc = process.platform === 'win32' ? 'rustc.exe' : 'rustc';
  const bin = process.env.PATH.split(delimiter).find((folder) => existsSync(join(folder, rustc)));
  const home = join(dirname(dirname(bin)), '.rustup');
  if (!existsSync(join(home, 'toolchains'))) return false;
  console.log(`rustup has no toolchain in this HOME; using ${home}`);
  process.env.RUSTUP_HOME = home;
  return true;
}

function isOlder(has, needs) {
  const [a, b] = [has, needs].map((version) => version.split('.').map(Number));
  return a[0] < b[0] || (a[0] === b[0] && a[1] < b[1]);
}

function addWasmTarget() {
  if (hasWasmTarget()) return;
  if (!ask('rustup', '--version').found)
    stop(
      `Rust's target ${WASM} is missing, and so is rustup, which could add it. Install your system's package for it, or install Rust from https://rustup.rs.`,
    );
  console.log(`Adding the Rust target ${WASM}`);
  run('rustup', ['target', 'add', WASM]);
}

function hasWasmTarget() {
  const folder = ask('rustc', '--print', 'target-libdir', '--target', WASM).text.trim();
  return existsSync(folder) && readdirSync(folder).some((name) => name.startsWith('libcore'));
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) setup();
