//! npm packs what is in the package's folder only; these are written once, at the root.

use crate::{Result, files, layout::Layout};

const DOCUMENTS: [&str; 3] = ["README.md", "LICENSE", "CHANGELOG.md"];

pub fn copy_into_package(layout: &Layout) -> Result<()> {
    for name in DOCUMENTS {
        let original = layout.root().join(name);
        if original.is_file() {
            files::write(&layout.package().join(name), files::read(&original)?)?;
        }
    }
    Ok(())
}
