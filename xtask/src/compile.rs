//! Rust to wasm, by cargo.

use crate::{
    Result,
    layout::{Layout, Module, NAME},
};
use std::{
    env,
    ffi::OsString,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

const TARGET: &str = "wasm32-unknown-unknown";

/// Half of the default 1 MiB, so that the address of any data fits in three bytes of LEB128.
const STACK: &str = "-Clink-arg=-zstack-size=524288";

/// Turns off what LLVM does for speed even when it optimises for size: strength reduction of loops, copies
/// word by word, duplicated code. Together they save 3 % of the gzipped module.
const SMALLER: [&str; 5] = [
    "-Cllvm-args=-disable-lsr",
    "-Cllvm-args=-max-store-memcpy=1",
    "-Cllvm-args=-enable-pre=false",
    "-Cllvm-args=-enable-load-pre=false",
    "-Cllvm-args=-inline-threshold=15",
];

/// Compiles the crate; cargo itself skips what has not changed.
pub fn to_wasm(layout: &Layout, module: &Module) -> Result<PathBuf> {
    let status = cargo()
        .current_dir(layout.root())
        .args([
            "build",
            "--locked",
            "--package",
            "ably-edge-auth",
            "--lib",
            "--features",
            module.features,
        ])
        .args(["--profile", "wasm", "--target", TARGET, "--target-dir"])
        .arg(layout.target_of(module))
        // Set here and not in a .cargo/config.toml: this form wins over a developer's own
        // RUSTFLAGS, so the file comes out the same for everybody.
        .env("CARGO_ENCODED_RUSTFLAGS", rust_flags(layout)?)
        .status()
        .map_err(|error| format!("cannot start cargo: {error}."))?;
    if !status.success() {
        return Err("the crate did not compile for WebAssembly; cargo says why above.".to_owned());
    }
    Ok(layout
        .target_of(module)
        .join(TARGET)
        .join("wasm")
        .join(format!("{NAME}.wasm")))
}

/// SIMD for sha2, smaller code, and no folder of this machine in panic messages.
fn rust_flags(layout: &Layout) -> Result<OsString> {
    let mut flags = OsString::from("-Ctarget-feature=+simd128");
    flags.push("\u{1f}");
    flags.push(STACK);
    for flag in SMALLER {
        // A compiler with another LLVM may not know it; it makes a larger file then.
        if rustc(&[flag, "--print", "cfg"]).is_ok() {
            flags.push("\u{1f}");
            flags.push(flag);
        }
    }
    for (from, to) in path_names(layout.root())? {
        flags.push("\u{1f}--remap-path-prefix=");
        flags.push(from);
        flags.push("=");
        flags.push(to);
    }
    Ok(flags)
}

/// What stands in the wasm file for each folder that source code is compiled from.
fn path_names(root: &Path) -> Result<Vec<(PathBuf, String)>> {
    let mut names = vec![(root.to_owned(), "ably-edge-auth".to_owned())];
    // Below registry/src is one folder for each registry, named after its host.
    if let Ok(registries) = fs::read_dir(cargo_home()?.join("registry/src")) {
        for registry in registries.flatten() {
            names.push((registry.path(), "crates".to_owned()));
        }
    }
    // Only there when the rust-src component is installed; otherwise std has this name already.
    let library =
        PathBuf::from(rustc(&["--print", "sysroot"])?.trim()).join("lib/rustlib/src/rust");
    let version = rustc(&["--version", "--verbose"])?;
    let commit = version
        .lines()
        .find_map(|line| line.strip_prefix("commit-hash: "))
        .unwrap_or("unknown");
    names.push((library, format!("/rustc/{commit}")));
    Ok(names)
}

fn cargo_home() -> Result<PathBuf> {
    env::var_os("CARGO_HOME")
        .map(PathBuf::from)
        .or_else(|| Some(env::home_dir()?.join(".cargo")))
        .ok_or_else(|| "cannot tell where cargo's home folder is; set CARGO_HOME.".to_owned())
}

/// The cargo that runs this program.
fn cargo() -> Command {
    Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}

fn rustc(arguments: &[&str]) -> Result<String> {
    let program = env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let output = Command::new(program)
        .args(arguments)
        .output()
        .map_err(|error| format!("cannot start rustc: {error}."))?;
    if !output.status.success() {
        return Err(format!(
            "rustc failed: {}",
            String::from_utf8_lossy(&output.stderr)
        ));
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}
