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

/// What wasm-bindgen exports to start the module, and what of that pkg/load.js uses: it compiles the
/// module itself, so that there is one way to start.
const STARTS: &str = "export { initSync, __wbg_init as default };";
const START: &str = "export { initSync };";

pub fn glue(layout: &Layout, source: &str) -> Result<()> {
    let unoptimised = layout.stamps().join("glue.js");
    let Some((source, "")) = source.trim_end().split_once(STARTS) else {
        return Err(format!(
            "the glue of wasm-bindgen no longer ends in `{STARTS}`: see xtask/src/optimise.rs."
        ));
    };
    files::write(&unoptimised, source.to_owned() + START)?;
    node::esbuild(layout, "glue", &unoptimised, &layout.glue())
}
