//! Builds the npm package from the Rust crate: `cargo run -p xtask -- build`.
//!
//! ```text
//! src/**.rs --compile--> .wasm --bindgen--> .wasm + glue --optimise--> small .wasm --embed--> bytes.js
//!                                     pkg/*.js + all of it  --bundle--> index.js and index.cjs
//! ```
//! So it goes for the main module and for the sandbox, see [`layout::MODULES`]. Each step is skipped while nothing it reads has changed.

mod bindgen;
mod bundle;
mod compile;
mod documents;
mod embed;
mod files;
mod layout;
mod node;
mod optimise;
mod stamp;

use layout::{Layout, MODULES, Module};
use stamp::Step;
use std::{env, path::PathBuf, process::ExitCode};

/// What went wrong and what to do about it, in plain sentences.
type Result<T> = std::result::Result<T, String>;

const USAGE: &str = "usage: cargo run -p xtask -- build";

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let outcome = match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["build"] => build(&Layout::of_this_workspace()),
        _ => Err(USAGE.to_owned()),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(sentence) => {
            eprintln!("xtask: {sentence}");
            ExitCode::FAILURE
        }
    }
}

fn build(layout: &Layout) -> Result<()> {
    for module in &MODULES {
        make(layout, module)?;
    }
    let made =
        |path: fn(&Layout, &Module) -> PathBuf| MODULES.iter().map(move |it| path(layout, it));
    Step {
        name: "bundles and sizes",
        inputs: [
            files::with_extension(&layout.package(), "js")?,
            files::with_extension(&layout.package().join("sandbox"), "js")?,
            made(Layout::types).collect(),
            made(Layout::glue).collect(),
            made(Layout::embedded).collect(),
            vec![
                layout.javascript_script(),
                layout.size_script(),
                layout.recipe(),
                layout.tools_lock(),
            ],
        ]
        .concat(),
        outputs: [
            made(Layout::commonjs).collect(),
            made(Layout::commonjs_types).collect(),
            vec![layout.one_file(), layout.size_report()],
        ]
        .concat(),
    }
    .run(layout, || {
        for module in &MODULES {
            bundle::commonjs(layout, module)?;
            bundle::commonjs_types(layout, module)?;
        }
        bundle::one_file(layout)?;
        node::measure(layout)
    })?;

    documents::copy_into_package(layout)
}

/// One wasm file with its glue.
fn make(layout: &Layout, module: &Module) -> Result<()> {
    let compiled = compile::to_wasm(layout, module)?;

    Step {
        name: module.name,
        inputs: vec![
            compiled.clone(),
            layout.recipe(),
            layout.javascript_script(),
            layout.tools_lock(),
        ],
        outputs: vec![
            layout.named(module),
            layout.wasm(module),
            layout.glue(module),
            layout.embedded(module),
        ],
    }
    .run(layout, || {
        let bound = bindgen::bind(layout, module, &compiled)?;
        optimise::wasm(layout, module, &bound.wasm)?;
        optimise::glue(layout, module, &bound.glue)?;
        embed::as_module(&layout.wasm(module), &layout.embedded(module))
    })
}
