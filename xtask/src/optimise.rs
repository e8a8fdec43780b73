//! Smaller and faster: wasm-opt for the wasm, esbuild for the glue.

use crate::{Result, files, layout::Layout, node};
use std::{ffi::OsStr, path::Path};

/// The features that rustc's target has by default, and SIMD.
const FEATURES: [&str; 7] = [
    "--enable-simd",
    "--enable-bulk-memory",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-multivalue",
    "--enable-sign-ext",
];

const STRIP: [&str; 3] = [
    "--strip-debug",
    "--strip-producers",
    "--strip-target-features",
];

pub fn wasm(layout: &Layout, from: &Path) -> Result<()> {
    let to = layout.wasm();
    // Data begins above the stack, at 1 MiB: no address under 1024 holds anything.
    let mut arguments: Vec<&OsStr> = ["-Oz", "--low-memory-unused", "--converge"]
        .map(OsStr::new)
        .to_vec();
    arguments.push(from.as_os_str());
    arguments.extend(FEATURES.map(OsStr::new));
    arguments.extend(STRIP.map(OsStr::new));
    arguments.extend([OsStr::new("-o"), to.as_os_str()]);
    std::fs::create_dir_all(layout.generated())
        .map_err(|error| format!("cannot make {}: {error}.", layout.generated().display()))?;
    node::wasm_opt(layout, &arguments)
}

pub fn glue(layout: &Layout, source: &str) -> Result<()> {
    let unoptimised = layout.stamps().join("glue.js");
    files::write(&unoptimised, source)?;
    node::esbuild(layout, "glue", &unoptimised, &layout.glue())
}
