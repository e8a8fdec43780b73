//! wasm-bindgen, as a library: the wasm file and the JavaScript glue that calls it.

use crate::{
    Result, files,
    layout::{Layout, Module},
};
use std::{
    fmt::Display,
    path::{Path, PathBuf},
};
use wasm_bindgen_cli_support::Bindgen;

pub struct Bound {
    pub wasm: PathBuf,
    pub glue: String,
}

pub fn bind(layout: &Layout, module: &Module, compiled: &Path) -> Result<Bound> {
    let mut output = Bindgen::new()
        .input_path(compiled)
        .out_name(module.name)
        // No `import.meta.url`: workerd has none.
        .omit_default_module_path(true)
        // index.d.ts is written by hand.
        .typescript(false)
        // One ES module that is handed the compiled wasm, however a runtime comes by it.
        .web(true)
        .map_err(explain)?
        .generate_output()
        .map_err(explain)?;
    let snippets = output.snippets().values().flatten().count() + output.local_modules().len();
    if snippets > 0 {
        return Err(
            "a Rust dependency brings JavaScript snippets of its own, which the package does not \
             ship. Remove that dependency, or teach xtask/src/bindgen.rs to copy them."
                .to_owned(),
        );
    }
    let wasm = layout.between(module, "wasm");
    files::write(&wasm, output.wasm_mut().emit_wasm())?;
    Ok(Bound {
        wasm,
        glue: output.js().to_owned(),
    })
}

fn explain(error: impl Display) -> String {
    format!("wasm-bindgen failed: {error:#}")
}
