//! Runs wasm-bindgen, as a library of exactly the version that the crate is built with:
//! `xtask COMPILED.wasm NAME FOLDER` writes FOLDER/NAME.wasm and its JavaScript glue, FOLDER/NAME.js.
//! `xtask abi` prints what the package's JavaScript and the module agree on, as a JavaScript module.
//!
//! The rest of the build is JavaScript, see scripts/build.

#![allow(clippy::disallowed_macros, reason = "it runs natively")]

#[path = "../../src/wasm/abi.rs"]
mod abi;
mod abi_js;
#[path = "../../src/http/read_headers.rs"]
mod read_headers;

use std::{env, path::Path, process::ExitCode};
use wasm_bindgen_cli_support::{Bindgen, Output};

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let outcome = match arguments.as_slice() {
        [command] if command == "abi" => {
            print!("{}", abi_js::module());
            Ok(())
        }
        [compiled, name, folder] => bind(Path::new(compiled), name, Path::new(folder)),
        _ => Err("usage: xtask COMPILED.wasm NAME FOLDER, or xtask abi".to_owned()),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("xtask: {message}");
            ExitCode::FAILURE
        }
    }
}

fn bind(compiled: &Path, name: &str, folder: &Path) -> Result<(), String> {
    let output = Bindgen::new()
        .input_path(compiled)
        .out_name(name)
        // No `import.meta.url`: workerd has none.
        .omit_default_module_path(true)
        // index.d.ts is written by hand.
        .typescript(false)
        // One ES module that is handed the compiled wasm, however a runtime comes by it.
        .web(true)
        .and_then(Bindgen::generate_output)
        .map_err(|error| format!("wasm-bindgen failed: {error:#}"))?;
    let snippets = output.snippets().values().flatten().count() + output.local_modules().len();
    if snippets > 0 {
        return Err(
            "a Rust dependency brings JavaScript snippets, which the package does not ship. Remove \
             that dependency, or copy them in scripts/build/wasm.mjs."
                .to_owned(),
        );
    }
    let (wasm, glue) = with_short_names(output);
    std::fs::create_dir_all(folder)
        .and_then(|()| std::fs::write(folder.join(format!("{name}.js")), glue))
        .and_then(|()| std::fs::write(folder.join(format!("{name}.wasm")), wasm))
        .map_err(|error| format!("cannot write to {}: {error}", folder.display()))
}

/// The module and its glue, with a number in place of each import's name. wasm-bindgen puts a hash in them, which
/// gzip cannot shorten, and they are in both files.
fn with_short_names(mut output: Output) -> (Vec<u8>, String) {
    let mut glue = output.js().to_owned();
    let module = output.wasm_mut();
    for (index, import) in module.imports.iter_mut().enumerate() {
        let short = format!("i{index}");
        glue = glue.replace(&import.name, &short);
        import.name = short;
    }
    (module.emit_wasm(), glue)
}
