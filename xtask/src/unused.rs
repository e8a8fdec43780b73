//! Blanks the data that only panics used: their words, and where in the source code they happen.
//!
//! The linker has left out what nothing refers to, but when it did so the panics were still there.
//! So its work is done once more, on its own list of what refers to what. Nothing is moved: blank
//! data is zeros, which wasm-opt leaves out, and a slot of the function table that is in use no more
//! gets the function of another one, so that its own can be left out.

use crate::{
    Result,
    relocations::{self, Relocations, Target},
};
use std::collections::HashSet;
use walrus::ir::{self, Instr, Value, Visitor};
use walrus::{
    ConstExpr, Data, DataId, DataKind, ElementItems, ElementKind, GlobalKind, Module, passes,
};

/// `compiled` is the file that the module was made from.
pub fn blank(module: &mut Module, compiled: &[u8]) -> Result<()> {
    let known = relocations::read(compiled)?;
    for name in ["linking", "reloc.CODE", "reloc.DATA"] {
        module.customs.remove_raw(name);
    }
    // A slot that becomes free may be all that kept a function, and that all that kept some data.
    let live = loop {
        passes::gc::run(module);
        let live = live_symbols(&known, &constants(module));
        if !free_slots(module, &live_slots(&known, &live)) {
            break live;
        }
    };
    blank_symbols(module, &known, &live)
}

/// Every number in the module's code that may be an address.
fn constants(module: &Module) -> HashSet<u32> {
    struct Constants(HashSet<u32>);
    impl<'i> Visitor<'i> for Constants {
        fn visit_instr(&mut self, instr: &'i Instr, _: &'i ir::InstrLocId) {
            match instr {
                Instr::Const(ir::Const {
                    value: Value::I32(value),
                }) => {
                    self.0.insert(*value as u32);
                }
                Instr::Load(ir::Load { arg, .. })
                | Instr::Store(ir::Store { arg, .. })
                | Instr::LoadSimd(ir::LoadSimd { arg, .. })
                | Instr::AtomicRmw(ir::AtomicRmw { arg, .. })
                | Instr::Cmpxchg(ir::Cmpxchg { arg, .. })
                | Instr::AtomicNotify(ir::AtomicNotify { arg, .. })
                | Instr::AtomicWait(ir::AtomicWait { arg, .. }) => {
                    self.0.insert(arg.offset as u32);
                }
                _ => {}
            }
        }
    }
    let mut constants = Constants(HashSet::new());
    for (_, function) in module.funcs.iter_local() {
        ir::dfs_in_order(&mut constants, function, function.entry_block());
    }
    for global in module.globals.iter() {
        if let GlobalKind::Local(ConstExpr::Value(Value::I32(value))) = global.kind {
            constants.0.insert(value as u32);
        }
    }
    constants.0
}

/// By their place in the linker's list: what code can reach, and what data can that code can reach.
fn live_symbols(known: &Relocations, constants: &HashSet<u32>) -> HashSet<usize> {
    let mut live = known.addressed_from_outside.clone();
    for (index, symbol) in known.symbols.iter().enumerate() {
        let Some(symbol) = symbol else { continue };
        if symbol.clone().any(|address| constants.contains(&address)) {
            live.insert(index);
        }
    }
    loop {
        let before = live.len();
        for (from, to) in &known.pointers {
            if let Target::Symbol(symbol) = to
                && is_live(known, &live, *from)
            {
                live.insert(*symbol);
            }
        }
        if live.len() == before {
            return live;
        }
    }
}

fn live_slots(known: &Relocations, live: &HashSet<usize>) -> HashSet<u32> {
    let mut slots = known.slots_in_code.clone();
    for (from, to) in &known.pointers {
        if let Target::Slot(slot) = to
            && is_live(known, live, *from)
        {
            slots.insert(*slot);
        }
    }
    slots
}

/// Whether the byte at this address is in use, or nobody knows what it is.
fn is_live(known: &Relocations, live: &HashSet<usize>, address: u32) -> bool {
    let mut unknown = true;
    for (index, symbol) in known.symbols.iter().enumerate() {
        if symbol.as_ref().is_some_and(|it| it.contains(&address)) {
            if live.contains(&index) {
                return true;
            }
            unknown = false;
        }
    }
    unknown
}

/// Whether there was anything to do.
fn free_slots(module: &mut Module, live: &HashSet<u32>) -> bool {
    let mut changed = false;
    for element in module.elements.iter_mut() {
        let ElementKind::Active {
            offset: ConstExpr::Value(Value::I32(first)),
            ..
        } = element.kind
        else {
            continue;
        };
        let ElementItems::Functions(functions) = &mut element.items else {
            continue;
        };
        let is_live = |at: usize| live.contains(&(first as u32 + at as u32));
        let Some(mut neighbour) = (0..functions.len()).find(|at| is_live(*at)) else {
            continue;
        };
        for at in 0..functions.len() {
            if is_live(at) {
                neighbour = at;
            } else if functions[at] != functions[neighbour] {
                functions[at] = functions[neighbour];
                changed = true;
            }
        }
    }
    changed
}

fn blank_symbols(module: &mut Module, known: &Relocations, live: &HashSet<usize>) -> Result<()> {
    let segments: Vec<DataId> = module.data.iter().map(Data::id).collect();
    for id in segments {
        let segment = module.data.get_mut(id);
        let DataKind::Active {
            offset: ConstExpr::Value(Value::I32(start)),
            ..
        } = segment.kind
        else {
            return Err("a data segment has no fixed address: see xtask/src/unused.rs.".to_owned());
        };
        for (at, byte) in segment.value.iter_mut().enumerate() {
            if !is_live(known, live, start as u32 + at as u32) {
                *byte = 0;
            }
        }
    }
    Ok(())
}
