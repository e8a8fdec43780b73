//! What wasm-bindgen writes in JavaScript, made smaller before esbuild gets it.
//!
//! Its text is checked before it is changed: another release of wasm-bindgen may write it
//! otherwise, and then the build says so.

use crate::Result;
use std::{collections::HashMap, mem};
use walrus::Module;

/// Where the part begins that compiles and starts the module, and how it ends.
const START: &str = "let wasmModule, wasmInstance, wasm;";
const END: &str = "export { initSync, __wbg_init as default };";

/// What is done once the module is compiled stands between these two.
const STARTED: &str = "wasmInstance = instance; wasm = instance.exports; wasmModule = module;";
const DONE: &str = "return wasm; }";

/// pkg/frame.js reads it by this name.
const MEMORY: &str = "memory";

/// Leaves out the ways to start that nothing here uses: pkg/load.js compiles by itself, and starts
/// once only.
pub fn trim(glue: &str) -> Result<String> {
    let (kept, start) = glue
        .split_once(START)
        .ok_or_else(|| explain("starts the module in another way"))?;
    if !start.trim_end().ends_with(END) {
        return Err(explain("ends in other exports"));
    }
    if ["wasmModule", "wasmInstance", "wasm["]
        .iter()
        .any(|it| kept.contains(it))
    {
        return Err(explain("uses the module in another way"));
    }
    let words: Vec<&str> = start.split_whitespace().collect();
    let words = words.join(" ");
    let begin = words
        .split_once(STARTED)
        .and_then(|(_, rest)| rest.split_once(DONE))
        .map(|(begin, _)| begin)
        .ok_or_else(|| explain("starts the compiled module in another way"))?;
    Ok(format!(
        "{kept}
let wasm;
export function initSync({{ module }}) {{
  if (!(module instanceof WebAssembly.Module)) module = new WebAssembly.Module(module);
  wasm = new WebAssembly.Instance(module, __wbg_get_imports()).exports;
  {begin}
  return wasm;
}}
"
    ))
}

fn explain(what: &str) -> String {
    format!(
        "the glue of wasm-bindgen {what} than it did: see what it does now, and teach it to \
         xtask/src/glue.rs."
    )
}

/// One letter for each name that the module and its glue know each other by: the names of
/// wasm-bindgen carry hashes, which do not compress. An export that the glue never reads goes.
pub fn shorten_names(module: &mut Module, glue: &str) -> Result<String> {
    let mut glue = glue.to_owned();
    let mut modules = Vec::new();
    for (number, import) in module.imports.iter_mut().enumerate() {
        let short = letters(number);
        replace_once(&mut glue, &import.name, &short)?;
        import.name = short;
        if !modules.contains(&import.module) {
            modules.push(import.module.clone());
        }
        import.module = letters(0);
    }
    let [module_name] = modules.as_slice() else {
        return Err(format!(
            "the wasm file imports from {} places, not from one: see xtask/src/glue.rs.",
            modules.len()
        ));
    };
    replace_once(&mut glue, &format!("\"{module_name}\""), &letters(0))?;

    let read = split_reads(&glue);
    let mut short_names = HashMap::new();
    let mut unread = Vec::new();
    for export in module.exports.iter_mut() {
        if !read.iter().any(|(name, _)| *name == export.name) {
            unread.push(export.id());
        } else if export.name != MEMORY {
            let short = letters(short_names.len());
            short_names.insert(mem::replace(&mut export.name, short.clone()), short);
        }
    }
    let mut renamed = String::new();
    for (name, rest) in read {
        renamed.push_str(short_names.get(name).map_or(name, String::as_str));
        renamed.push_str(rest);
    }
    for export in unread {
        module.exports.delete(export);
    }
    Ok(renamed)
}

/// A key of the object that the module gets its imports from.
fn replace_once(glue: &mut String, name: &str, short: &str) -> Result<()> {
    let long = format!("{name}: ");
    if glue.matches(&long).count() != 1 {
        return Err(format!(
            "the glue of wasm-bindgen does not have `{long}` exactly once: see xtask/src/glue.rs."
        ));
    }
    *glue = glue.replacen(&long, &format!("{short}: "), 1);
    Ok(())
}

/// The name behind each `wasm.`, and the text up to and with the next `wasm.`. The first name is empty.
fn split_reads(glue: &str) -> Vec<(&str, &str)> {
    let ends_name = |next: char| !next.is_alphanumeric() && next != '_' && next != '$';
    let parts = glue.split_inclusive("wasm.").enumerate();
    let parts = parts.map(|(at, part)| {
        let end = if at == 0 {
            Some(0)
        } else {
            part.find(ends_name)
        };
        part.split_at(end.unwrap_or(part.len()))
    });
    parts.collect()
}

/// a to z, then ba, bb and so on.
fn letters(number: usize) -> String {
    let last = char::from(b'a' + (number % 26) as u8);
    match number / 26 {
        0 => last.to_string(),
        more => letters(more) + &last.to_string(),
    }
}
