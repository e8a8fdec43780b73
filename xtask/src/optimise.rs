//! wasm-opt for the wasm, esbuild for the glue.

use crate::{
    Result, files,
    layout::{Layout, Module},
    node,
};
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

pub fn wasm(layout: &Layout, module: &Module, from: &Path) -> Result<()> {
    let named = layout.named(module);
    // `npm run size -- --functions` reads the copy that keeps the names of functions (-g).
    wasm_opt(layout, from, &["-Oz", "-g"], &named)?;
    let strip = [
        "--strip-debug",
        "--strip-producers",
        "--strip-target-features",
    ];
    wasm_opt(layout, &named, &strip, &layout.wasm(module))
}

fn wasm_opt(layout: &Layout, from: &Path, options: &[&str], to: &Path) -> Result<()> {
    let mut arguments = vec![from.as_os_str()];
    arguments.extend(options.iter().chain(&FEATURES).map(OsStr::new));
    arguments.extend([OsStr::new("-o"), to.as_os_str()]);
    node::wasm_opt(layout, &arguments)
}

pub fn glue(layout: &Layout, module: &Module, source: &str) -> Result<()> {
    let unoptimised = layout.between(module, "glue.js");
    files::write(&unoptimised, source)?;
    node::esbuild(layout, "glue", &unoptimised, &layout.glue(module))
}
