//! Takes the text of panics out of the wasm file: nobody would ever see it.
//!
//! A panic on wasm32-unknown-unknown ends in `unreachable`, which is all that JavaScript gets to
//! know; what the standard library formats before that goes nowhere. So every panic may be that
//! instruction and nothing else, and text formatting, of which only panics make use, may go.

use crate::Result;
use std::collections::HashSet;
use walrus::ir::{self, Visitor};
use walrus::{FunctionId, FunctionKind, Module};

/// What never returns, beyond all that is in `core::panicking`.
const FAILURES: [&str; 5] = [
    "core::option::expect_failed",
    "core::result::unwrap_failed",
    "core::slice::index::slice_index_fail",
    "alloc::alloc::handle_alloc_error",
    "alloc::raw_vec::handle_error",
];
const FORMATTING: [&str; 3] = ["core::fmt::", "alloc::fmt::", "std::panicking::"];

/// # Errors
/// Something else than a panic formats text: that function, and what to do about it.
pub fn silence(module: &mut Module) -> Result<()> {
    let mut silenced = HashSet::new();
    let mut names = Vec::new();
    for (id, _) in module.funcs.iter_local() {
        let name = module.funcs.get(id).name.as_deref().map(plain);
        let name = name.unwrap_or_default();
        let fails = name.starts_with("core::panicking::") || FAILURES.contains(&name.as_str());
        if fails || FORMATTING.iter().any(|part| name.contains(part)) {
            silenced.insert(id);
        }
        names.push((id, name));
    }
    for id in &silenced {
        if let FunctionKind::Local(function) = &mut module.funcs.get_mut(*id).kind {
            let mut body = function.builder_mut().func_body();
            body.instrs_mut().clear();
            body.unreachable();
        }
    }
    for (id, name) in &names {
        for called in calls(module, *id) {
            let Some((_, formats)) = names.iter().find(|(id, name)| {
                *id == called && name.contains("fmt::") && silenced.contains(id)
            }) else {
                continue;
            };
            return Err(format!(
                "{name} calls {formats}, which the build takes out of the wasm file. Put the text \
                 together with `text::concat`, or take xtask/src/panics.rs out of the build."
            ));
        }
    }
    Ok(())
}

/// Which functions it calls by name.
fn calls(module: &Module, id: FunctionId) -> Vec<FunctionId> {
    struct Calls(Vec<FunctionId>);
    impl<'i> Visitor<'i> for Calls {
        fn visit_call(&mut self, call: &ir::Call) {
            self.0.push(call.func);
        }
    }
    let mut calls = Calls(Vec::new());
    if let FunctionKind::Local(function) = &module.funcs.get(id).kind {
        ir::dfs_in_order(&mut calls, function, function.entry_block());
    }
    calls.0
}

/// Names carry the hash of their crate: `core[c5930c85a12de822]::panicking::panic`.
fn plain(name: &str) -> String {
    let mut plain = String::new();
    for part in name.split('[') {
        plain.push_str(part.split_once(']').map_or(part, |(_, rest)| rest));
    }
    plain
}
