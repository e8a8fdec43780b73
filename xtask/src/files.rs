//! File operations whose errors say which file, and what was being done to it.

use crate::Result;
use std::{
    fs,
    path::{Path, PathBuf},
};

pub fn read(path: &Path) -> Result<Vec<u8>> {
    fs::read(path).map_err(|error| format!("cannot read {}: {error}.", path.display()))
}

pub fn read_text(path: &Path) -> Result<String> {
    fs::read_to_string(path).map_err(|error| format!("cannot read {}: {error}.", path.display()))
}

/// Through a neighbouring file, so that a reader never sees half of it, nor does an interrupted
/// build leave half of it behind.
pub fn write(path: &Path, contents: impl AsRef<[u8]>) -> Result<()> {
    let explain = |error| format!("cannot write {}: {error}.", path.display());
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(explain)?;
    }
    let mut unfinished = path.as_os_str().to_owned();
    unfinished.push(".part");
    fs::write(&unfinished, contents).map_err(explain)?;
    fs::rename(&unfinished, path).map_err(explain)
}

/// The files in a folder, in a fixed order; not those in its subfolders.
pub fn in_folder(folder: &Path) -> Result<Vec<PathBuf>> {
    let explain = |error| format!("cannot list {}: {error}.", folder.display());
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).map_err(explain)? {
        let path = entry.map_err(explain)?.path();
        if path.is_file() {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

pub fn with_extension(folder: &Path, extension: &str) -> Result<Vec<PathBuf>> {
    let mut found = in_folder(folder)?;
    found.retain(|path| path.extension().is_some_and(|it| it == extension));
    Ok(found)
}
