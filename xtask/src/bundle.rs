//! One CommonJS file with everything in it, for what cannot load ES modules by `require`: Node.js
//! before 20.19, and Jest.

use crate::{Result, files, layout::Layout, node};

pub fn commonjs(layout: &Layout) -> Result<()> {
    node::esbuild(layout, "commonjs", &layout.entry(), &layout.commonjs())
}

/// The same text under the name that makes TypeScript read it as CommonJS.
pub fn commonjs_types(layout: &Layout) -> Result<()> {
    let types = files::read_text(&layout.types())?;
    if types.contains("from './") || types.contains("from \"./") {
        return Err(
            "pkg/index.d.ts imports a neighbour, which its CommonJS copy in another folder would \
             not find. Keep it one file, or teach xtask/src/bundle.rs to rewrite the path."
                .to_owned(),
        );
    }
    files::write(&layout.commonjs_types(), types)
}
