// Rust beside Rust: this crate and the jsonwebtoken crate, compiled for this machine.
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { HERE, ROOT } from './places.mjs';

export function measureNative({ rounds }) {
  const manifest = join(HERE, 'native/Cargo.toml');
  const target = join(ROOT, 'target/bench');
  execFileSync(
    'cargo',
    ['build', '--release', '--locked', '--quiet', '--manifest-path', manifest, '--target-dir', target],
    { stdio: 'inherit' },
  );
  return JSON.parse(execFileSync(join(target, 'release/ably-edge-auth-bench'), [String(rounds)], { encoding: 'utf8' }));
}
