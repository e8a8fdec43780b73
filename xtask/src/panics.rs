//! Takes the text of panics out of the wasm file: nobody would ever see it.
//!
//! A panic on wasm32-unknown-unknown ends in `unreachable`, which is all that JavaScript gets to
//! know; what the standard library formats before that goes nowhere. So every panic may be that
//! instruction and nothing else, and text formatting, of which only panics make use, may go.

use crate::Result;
use std::collections::{HashMap, HashSet};
use walrus::ir::{self, Instr, InstrSeq, Value, Visitor, VisitorMut};
use walrus::{FunctionId, FunctionKind, LocalId, Module, ModuleLocals, ValType};

/// What never returns, beyond all that is in `core::panicking`.
const FAILURES: [&str; 5] = [
    "core::option::expect_failed",
    "core::result::unwrap_failed",
    "core::slice::index::slice_index_fail",
    "alloc::alloc::handle_alloc_error",
    "alloc::raw_vec::handle_error",
];
const FORMATTING: [&str; 3] = ["core::fmt::", "alloc::fmt::", "std::panicking::"];

/// `formats_text`: so does the crate's own code, and text formatting has to stay.
///
/// # Errors
/// Something else than a panic formats text: that function, and what to do about it.
pub fn silence(module: &mut Module, formats_text: bool) -> Result<()> {
    let formatting: &[&str] = if formats_text { &[] } else { &FORMATTING };
    let mut silenced = HashSet::new();
    let mut names = Vec::new();
    for (id, _) in module.funcs.iter_local() {
        let name = module.funcs.get(id).name.as_deref().map(plain);
        let name = name.unwrap_or_default();
        let fails = name.starts_with("core::panicking::") || FAILURES.contains(&name.as_str());
        if fails || formatting.iter().any(|part| name.contains(part)) {
            silenced.insert(id);
        }
        names.push((id, name));
    }
    for id in &silenced {
        empty(module, *id);
    }
    for (id, name) in &names {
        for called in calls(module, *id) {
            let Some((_, formats)) = names.iter().find(|(id, name)| {
                *id == called && !formats_text && name.contains("fmt::") && silenced.contains(id)
            }) else {
                continue;
            };
            return Err(format!(
                "{name} calls {formats}, which the build takes out of the wasm file. Put the text \
                 together with `text::concat`, or take xtask/src/panics.rs out of the build."
            ));
        }
    }
    silence_wrappers(module, &mut silenced);
    forget_arguments(module);
    Ok(())
}

/// What does nothing but call what is silenced: to add the words or the place of the panic.
fn silence_wrappers(module: &mut Module, silenced: &mut HashSet<FunctionId>) {
    loop {
        let mut wrappers = Vec::new();
        for (id, function) in module.funcs.iter_local() {
            let instrs = &function.block(function.entry_block()).instrs;
            let first = instrs.iter().find(|(instr, _)| !pushes(instr));
            if let Some((Instr::Call(call), _)) = first
                && silenced.contains(&call.func)
                && !silenced.contains(&id)
            {
                wrappers.push(id);
            }
        }
        if wrappers.is_empty() {
            return;
        }
        for id in wrappers {
            empty(module, id);
            silenced.insert(id);
        }
    }
}

/// What is handed to a parameter that nobody reads becomes zero, so that no address of a text is
/// left. Nobody reads those of what is silenced, nor those that were only passed on to it.
fn forget_arguments(module: &mut Module) {
    let mut unread = 0;
    loop {
        let parameters = unread_parameters(module);
        let found = parameters.values().flatten().filter(|it| **it).count();
        if found == unread {
            return;
        }
        unread = found;
        let mut forget = Forget {
            parameters: &parameters,
            locals: &module.locals,
        };
        for (_, function) in module.funcs.iter_local_mut() {
            let start = function.entry_block();
            ir::dfs_pre_order_mut(&mut forget, function, start);
        }
    }
}

/// For each function, for each parameter.
fn unread_parameters(module: &Module) -> HashMap<FunctionId, Vec<bool>> {
    struct Read(HashSet<LocalId>);
    impl<'i> Visitor<'i> for Read {
        fn visit_local_get(&mut self, get: &ir::LocalGet) {
            self.0.insert(get.local);
        }
    }
    let functions = module.funcs.iter_local().map(|(id, function)| {
        let mut read = Read(HashSet::new());
        ir::dfs_in_order(&mut read, function, function.entry_block());
        let parameters = function.args.iter();
        (id, parameters.map(|it| !read.0.contains(it)).collect())
    });
    functions.collect()
}

struct Forget<'a> {
    parameters: &'a HashMap<FunctionId, Vec<bool>>,
    locals: &'a ModuleLocals,
}

impl VisitorMut for Forget<'_> {
    fn start_instr_seq_mut(&mut self, sequence: &mut InstrSeq) {
        for at in 0..sequence.instrs.len() {
            let Instr::Call(call) = &sequence.instrs[at].0 else {
                continue;
            };
            let Some(unread) = self.parameters.get(&call.func) else {
                continue;
            };
            let before = sequence.instrs[..at].iter_mut().rev();
            let arguments = before.take_while(|(instr, _)| pushes(instr));
            for ((instr, _), unread) in arguments.zip(unread.iter().rev()) {
                if *unread && self.is_i32(instr) {
                    *instr = Instr::Const(ir::Const {
                        value: Value::I32(0),
                    });
                }
            }
        }
    }
}

impl Forget<'_> {
    fn is_i32(&self, instr: &Instr) -> bool {
        match instr {
            Instr::Const(constant) => matches!(constant.value, Value::I32(_)),
            Instr::LocalGet(get) => self.locals.get(get.local).ty() == ValType::I32,
            _ => false,
        }
    }
}

/// Whether all it does is to put one value on the stack.
fn pushes(instr: &Instr) -> bool {
    matches!(
        instr,
        Instr::Const(_) | Instr::LocalGet(_) | Instr::GlobalGet(_)
    )
}

fn empty(module: &mut Module, id: FunctionId) {
    if let FunctionKind::Local(function) = &mut module.funcs.get_mut(id).kind {
        let mut body = function.builder_mut().func_body();
        body.instrs_mut().clear();
        body.unreachable();
    }
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
