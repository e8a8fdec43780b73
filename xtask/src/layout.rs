//! Where everything is.

use std::path::{Path, PathBuf};

/// The name of the crate's library, and so of the files made from it.
pub const NAME: &str = "ably_edge_auth";

pub struct Layout {
    root: PathBuf,
}

impl Layout {
    pub fn of_this_workspace() -> Layout {
        let xtask = Path::new(env!("CARGO_MANIFEST_DIR"));
        let root = xtask.parent().unwrap_or(xtask).to_owned();
        Layout { root }
    }

    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Not cargo's own choice of folder: that can come from a setting that only cargo can read.
    pub fn target(&self) -> PathBuf {
        self.root.join("target")
    }

    pub fn stamps(&self) -> PathBuf {
        self.target().join("xtask")
    }

    /// The build's own code: when it changes, so may everything that it makes.
    pub fn recipe(&self) -> PathBuf {
        self.root.join("xtask/src")
    }

    /// Pins the versions of the tools that come from npm.
    pub fn tools_lock(&self) -> PathBuf {
        self.root.join("package-lock.json")
    }

    pub fn tool(&self, path: &str) -> PathBuf {
        self.root.join("node_modules").join(path)
    }

    pub fn javascript_script(&self) -> PathBuf {
        self.root.join("xtask/javascript.mjs")
    }

    pub fn order_script(&self) -> PathBuf {
        self.root.join("xtask/order.mjs")
    }

    pub fn size_script(&self) -> PathBuf {
        self.root.join("xtask/size.mjs")
    }

    pub fn package(&self) -> PathBuf {
        self.root.join("pkg")
    }

    pub fn entry(&self) -> PathBuf {
        self.package().join("index.js")
    }

    pub fn types(&self) -> PathBuf {
        self.package().join("index.d.ts")
    }

    pub fn generated(&self) -> PathBuf {
        self.package().join("generated")
    }

    pub fn wasm(&self) -> PathBuf {
        self.generated().join(format!("{NAME}.wasm"))
    }

    pub fn glue(&self) -> PathBuf {
        self.generated().join(format!("{NAME}.js"))
    }

    pub fn embedded_bytes(&self) -> PathBuf {
        self.generated().join("bytes.js")
    }

    pub fn commonjs(&self) -> PathBuf {
        self.generated().join("index.cjs")
    }

    pub fn commonjs_types(&self) -> PathBuf {
        self.generated().join("index.d.cts")
    }

    pub fn size_report(&self) -> PathBuf {
        self.generated().join("sizes.json")
    }
}
