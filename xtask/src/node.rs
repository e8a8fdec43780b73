//! The tools that come from npm, run by Node.js.

use crate::{Result, layout::Layout};
use std::{ffi::OsStr, path::Path, process::Command};

pub fn wasm_opt(layout: &Layout, arguments: &[&OsStr]) -> Result<()> {
    installed(layout, "binaryen")?;
    script(layout, &layout.tool("binaryen/bin/wasm-opt"), arguments)
}

/// `recipe` names a set of options in the script.
pub fn esbuild(layout: &Layout, recipe: &str, from: &Path, to: &Path) -> Result<()> {
    installed(layout, "esbuild")?;
    let arguments = [recipe.as_ref(), from.as_os_str(), to.as_os_str()];
    script(layout, &layout.javascript_script(), &arguments)
}

pub fn measure(layout: &Layout) -> Result<()> {
    script(layout, &layout.size_script(), &["--write".as_ref()])
}

fn installed(layout: &Layout, package: &str) -> Result<()> {
    if layout.tool(package).is_dir() {
        return Ok(());
    }
    Err(format!(
        "the npm package {package} is not installed. Run `npm ci` in {} first, or `npm run build`, \
         which does so itself.",
        layout.root().display()
    ))
}

fn script(layout: &Layout, file: &Path, arguments: &[&OsStr]) -> Result<()> {
    let status = Command::new("node")
        .current_dir(layout.root())
        .arg(file)
        .args(arguments)
        .status()
        .map_err(|error| {
            format!("cannot start node: {error}. Install Node.js 20 or newer and try again.")
        })?;
    if status.success() {
        return Ok(());
    }
    Err(format!(
        "{} failed; its own words are above.",
        file.display()
    ))
}
