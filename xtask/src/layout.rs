//! Where everything is.

use std::path::{Path, PathBuf};

/// The name of the crate's library, and so of what cargo makes from it.
pub const NAME: &str = "ably_edge_auth";

/// A wasm file made from the crate, of which there are several, each with some of its features.
pub struct Module {
    /// Of the wasm file and its glue.
    pub name: &'static str,
    /// Of its JavaScript entry, and of the bundle and the types that belong to it.
    pub entry: &'static str,
    pub features: &'static str,
    /// The wasm file as a JavaScript module.
    pub embedded: &'static str,
    /// How its bundle is made: a set of options in the script.
    pub commonjs: &'static str,
}

pub const MODULES: [Module; 2] = [
    Module {
        name: NAME,
        entry: "index",
        features: "javascript",
        embedded: "bytes.js",
        commonjs: "commonjs",
    },
    Module {
        name: "ably_edge_auth_sandbox",
        entry: "sandbox",
        features: "sandbox-javascript",
        embedded: "sandbox-bytes.js",
        commonjs: "commonjs beside index.cjs",
    },
];

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

    pub fn size_script(&self) -> PathBuf {
        self.root.join("xtask/size.mjs")
    }

    pub fn package(&self) -> PathBuf {
        self.root.join("pkg")
    }

    pub fn generated(&self) -> PathBuf {
        self.package().join("generated")
    }

    pub fn size_report(&self) -> PathBuf {
        self.generated().join("sizes.json")
    }

    /// Cargo's output folder for one module: in one that they shared, each would overwrite the other's.
    pub fn target_of(&self, module: &Module) -> PathBuf {
        self.target().join(module.features)
    }

    /// For what comes between two steps.
    pub fn between(&self, module: &Module, extension: &str) -> PathBuf {
        self.stamps().join(format!("{}.{extension}", module.name))
    }

    /// The wasm file as it is shipped, and the names of its functions; xtask/size.mjs reads it.
    pub fn named(&self, module: &Module) -> PathBuf {
        self.between(module, "named.wasm")
    }

    pub fn entry(&self, module: &Module) -> PathBuf {
        self.package().join(format!("{}.js", module.entry))
    }

    pub fn types(&self, module: &Module) -> PathBuf {
        self.package().join(format!("{}.d.ts", module.entry))
    }

    pub fn wasm(&self, module: &Module) -> PathBuf {
        self.generated().join(format!("{}.wasm", module.name))
    }

    pub fn glue(&self, module: &Module) -> PathBuf {
        self.generated().join(format!("{}.js", module.name))
    }

    pub fn embedded(&self, module: &Module) -> PathBuf {
        self.generated().join(module.embedded)
    }

    /// The main module with all of its JavaScript.
    pub fn one_file(&self) -> PathBuf {
        self.generated().join("index.js")
    }

    pub fn commonjs(&self, module: &Module) -> PathBuf {
        self.generated().join(format!("{}.cjs", module.entry))
    }

    pub fn commonjs_types(&self, module: &Module) -> PathBuf {
        self.generated().join(format!("{}.d.cts", module.entry))
    }
}
