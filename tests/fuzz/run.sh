#!/usr/bin/env bash
# Fuzzes every target, or those that are named, for SECONDS_EACH (20) seconds each:
#   tests/fuzz/run.sh            SECONDS_EACH=300 tests/fuzz/run.sh signed token
set -euo pipefail
cd "$(dirname "$0")"

if ! cargo +nightly --version >/dev/null 2>&1; then
  echo "The nightly toolchain is missing: rustup toolchain install nightly" >&2
  exit 1
fi
if ! cargo +nightly fuzz --version >/dev/null 2>&1; then
  echo "cargo-fuzz is missing: cargo install cargo-fuzz" >&2
  exit 1
fi

targets=("$@")
[ "${#targets[@]}" -gt 0 ] || for file in fuzz_targets/*.rs; do targets+=("$(basename "$file" .rs)"); done

# Inside a crate of this very layout cargo-fuzz must be told where it is.
for target in "${targets[@]}"; do
  mkdir -p "corpus/$target"
  echo "=== $target"
  cargo +nightly fuzz run --fuzz-dir . "$target" "corpus/$target" "seeds/$target" -- \
    -max_total_time="${SECONDS_EACH:-20}" -timeout=5 -rss_limit_mb=2048 -dict=words.dict -print_final_stats=1 -print_funcs=0 -verbosity=0
  echo "--- $target: nothing found"
done
