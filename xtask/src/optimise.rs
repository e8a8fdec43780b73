//! Smaller and faster: wasm-opt for the wasm, esbuild for the glue.

use crate::{
    Result, files,
    layout::{Layout, Module},
    node, reader,
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

const STRIP: [&str; 2] = ["--strip-producers", "--strip-target-features"];

/// Kept to the last, for `npm run size -- --functions`: they change nothing else.
const NAMES: &str = "-g";

/// Data begins above the stack, at 512 KiB: no address under 1024 holds anything.
const UNUSED: &str = "--low-memory-unused";
/// A function that is called once moves to where it is called only up to this size: the larger ones
/// compress better among their like.
const INLINE: &str = "--one-caller-inline-max-function-size=40";
/// What is computed twice is written twice: that compresses better than the same kept in a local, whose
/// number is another one in each function.
const PLAIN: &str = "--skip-pass=local-cse";

pub fn wasm(layout: &Layout, module: &Module, from: &Path) -> Result<()> {
    let named = layout.named(module);
    let smaller = layout.between(module, "smaller.wat");
    let ordered = layout.between(module, "ordered.wat");
    // Control flow made anew, which LLVM leaves less simple than it could be; then for size, twice,
    // as the first round makes room for the second one.
    let rebuilt = ["--flatten", "--rereloop", "-Oz", "-Oz", "--converge"];
    wasm_opt(
        layout,
        from,
        &[&rebuilt[..], &STRIP, &["-S"]].concat(),
        &smaller,
    )?;
    node::order(layout, &smaller, &ordered)?;
    wasm_opt(
        layout,
        &ordered,
        &["-Oz", "--skip-pass=reorder-functions", NAMES],
        &named,
    )?;
    let shipped = reader::without_custom_sections(&files::read(&named)?)?;
    files::write(&layout.wasm(module), shipped)
}

fn wasm_opt(layout: &Layout, from: &Path, options: &[&str], to: &Path) -> Result<()> {
    let mut arguments = vec![from.as_os_str()];
    let always = FEATURES.iter().chain([&UNUSED, &INLINE, &PLAIN]);
    arguments.extend(options.iter().chain(always).map(OsStr::new));
    arguments.extend([OsStr::new("-o"), to.as_os_str()]);
    node::wasm_opt(layout, &arguments)
}

pub fn glue(layout: &Layout, module: &Module, source: &str) -> Result<()> {
    let unoptimised = layout.between(module, "glue.js");
    files::write(&unoptimised, source)?;
    node::esbuild(layout, "glue", &unoptimised, &layout.glue(module))
}
