//! Everything in one file. As an ES module for Node.js, Bun and Deno, which start sooner with it; as
//! CommonJS for what cannot load ES modules by `require`: Node.js before 20.19, and Jest.

use crate::{
    Result, files,
    layout::{Layout, MODULES, Module},
    node,
};

pub fn one_file(layout: &Layout) -> Result<()> {
    let [main, ..] = &MODULES;
    node::esbuild(layout, "one file", &layout.entry(main), &layout.one_file())
}

pub fn commonjs(layout: &Layout, module: &Module) -> Result<()> {
    node::esbuild(
        layout,
        module.commonjs,
        &layout.entry(module),
        &layout.commonjs(module),
    )
}

/// The same text under the name that makes TypeScript read it as CommonJS.
pub fn commonjs_types(layout: &Layout, module: &Module) -> Result<()> {
    let types = files::read_text(&layout.types(module))?;
    if types.contains("from './") || types.contains("from \"./") {
        return Err(format!(
            "pkg/{}.d.ts imports a neighbour, which its CommonJS copy in another folder would not \
             find. Keep it one file, or teach xtask/src/bundle.rs to rewrite the path.",
            module.entry
        ));
    }
    files::write(&layout.commonjs_types(module), types)
}
