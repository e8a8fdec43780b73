//! Builds the npm package from the Rust crate: `cargo run -p xtask -- build`.
//!
//! ```text
//! src/**.rs --compile--> .wasm --bindgen--> .wasm + glue --optimise--> small .wasm --embed--> bytes.js
//!                                               pkg/*.js + all of it  --bundle--> index.cjs
//! ```
//! Each step is skipped while nothing it reads has changed.

mod bindgen;
mod bundle;
mod compile;
mod documents;
mod embed;
mod files;
mod glue;
mod layout;
mod node;
mod optimise;
mod panics;
mod relocations;
mod stamp;
mod unused;

use layout::Layout;
use stamp::Step;
use std::{env, process::ExitCode};

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
    let compiled = compile::to_wasm(layout)?;

    Step {
        name: "wasm and glue",
        inputs: vec![
            compiled.clone(),
            layout.recipe(),
            layout.javascript_script(),
            layout.order_script(),
            layout.tools_lock(),
        ],
        outputs: vec![layout.wasm(), layout.glue(), layout.embedded_bytes()],
    }
    .run(layout, || {
        let bound = bindgen::bind(layout, &compiled)?;
        optimise::wasm(layout, &bound.wasm)?;
        optimise::glue(layout, &bound.glue)?;
        embed::as_module(&layout.wasm(), &layout.embedded_bytes())
    })?;

    Step {
        name: "CommonJS bundle and sizes",
        inputs: [
            files::with_extension(&layout.package(), "js")?,
            vec![layout.types(), layout.glue(), layout.embedded_bytes()],
            vec![
                layout.javascript_script(),
                layout.size_script(),
                layout.recipe(),
                layout.tools_lock(),
            ],
        ]
        .concat(),
        outputs: vec![
            layout.commonjs(),
            layout.commonjs_types(),
            layout.size_report(),
        ],
    }
    .run(layout, || {
        bundle::commonjs(layout)?;
        bundle::commonjs_types(layout)?;
        node::measure(layout)
    })?;

    documents::copy_into_package(layout)
}
