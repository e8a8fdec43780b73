//! What the linker knows of addresses: which bytes of data belong together under one symbol, and
//! every place that has the address of one (`--emit-relocs`).
//!
//! The format: <https://github.com/WebAssembly/tool-conventions/blob/main/Linking.md>. Each place is
//! compared with what it has to contain, so a mistake here fails the build.

use crate::{Result, reader::Reader};
use std::{collections::HashSet, ops::Range};

const CODE: u8 = 10;
const DATA: u8 = 11;
const SYMBOL_TABLE: u8 = 8;
const UNDEFINED: u32 = 0x10;
const ABSOLUTE: u32 = 0x200;
const NAMED: u32 = 0x40;

#[derive(Default)]
pub struct Relocations {
    /// The addresses of what each symbol stands for; nothing for what is not data.
    pub symbols: Vec<Option<Range<u32>>>,
    /// What data points to, and from which address.
    pub pointers: Vec<(u32, Target)>,
    /// Symbols that code addresses by a number outside of them: by their end, to count up to it, or
    /// from before their start, as a table whose first index is 48.
    pub addressed_from_outside: HashSet<usize>,
    /// Slots of the function table that code takes the number of.
    pub slots_in_code: HashSet<u32>,
}

pub enum Target {
    Symbol(usize),
    Slot(u32),
}

struct Segment {
    /// Where its bytes are in the data section.
    place: Range<usize>,
    address: u32,
}

pub fn read(wasm: &[u8]) -> Result<Relocations> {
    let mut found = Relocations::default();
    let (mut code, mut data) = (&wasm[..0], &wasm[..0]);
    let mut segments = Vec::new();
    let mut lists = 0;
    let mut file = Reader::of_file(wasm);
    while file.at < wasm.len() {
        let (id, section) = file.part()?;
        let mut reader = Reader::of(section);
        match id {
            CODE => code = section,
            DATA => {
                data = section;
                segments = reader.segments()?;
            }
            0 => match reader.text()? {
                b"linking" => found.symbols = reader.symbols(&segments)?,
                b"reloc.CODE" => found.read_list(&mut reader, code, None)?,
                b"reloc.DATA" => found.read_list(&mut reader, data, Some(&segments))?,
                _ => continue,
            },
            _ => continue,
        }
        lists += 1;
    }
    if lists == 5 {
        return Ok(found);
    }
    Err(explain("some of it is missing"))
}

fn explain(what: &str) -> String {
    format!(
        "what the linker wrote about addresses cannot be read: {what}. See \
         xtask/src/relocations.rs."
    )
}

impl Relocations {
    /// `segments` if it is about data.
    fn read_list(
        &mut self,
        reader: &mut Reader,
        section: &[u8],
        segments: Option<&[Segment]>,
    ) -> Result<()> {
        reader.number()?; // The section's index.
        for _ in 0..reader.number()? {
            let kind = reader.byte()?;
            let place = reader.number()? as usize;
            let index = reader.number()? as usize;
            let mut there = Reader {
                bytes: section,
                at: place,
            };
            match (kind, segments) {
                // Functions, types, globals and tables: by their index, not by an address.
                (0 | 6 | 7 | 20, None) => {}
                (1, None) => {
                    self.slots_in_code.insert(there.signed()?);
                }
                (2, Some(segments)) => {
                    let pointer = (address(segments, place)?, Target::Slot(there.word()?));
                    self.pointers.push(pointer);
                }
                (3 | 4, None) => {
                    let addend = reader.signed()?;
                    self.check(index, addend, there.signed()?)?;
                    let size = self.symbols[index].as_ref().map_or(0, |it| it.len() as u32);
                    if addend >= size {
                        self.addressed_from_outside.insert(index);
                    }
                }
                (5, Some(segments)) => {
                    self.check(index, reader.signed()?, there.word()?)?;
                    let pointer = (address(segments, place)?, Target::Symbol(index));
                    self.pointers.push(pointer);
                }
                _ => return Err(explain(&format!("relocations of kind {kind} are new"))),
            }
        }
        Ok(())
    }

    /// That what stands in a place is the symbol's address and `addend`.
    fn check(&self, index: usize, addend: u32, there: u32) -> Result<()> {
        match self.symbols.get(index) {
            Some(None) => Ok(()),
            Some(Some(symbol)) if symbol.start.wrapping_add(addend) == there => Ok(()),
            _ => Err(explain("an address is not where it should be")),
        }
    }
}

fn address(segments: &[Segment], place: usize) -> Result<u32> {
    let segment = segments.iter().find(|it| it.place.contains(&place));
    let segment = segment.ok_or_else(|| explain("a pointer is outside of the data"))?;
    Ok(segment.address + (place - segment.place.start) as u32)
}

impl Reader<'_> {
    fn segments(&mut self) -> Result<Vec<Segment>> {
        let mut segments = Vec::new();
        for _ in 0..self.number()? {
            // In memory 0, at `i32.const` this.
            if self.take(2)? != [0, 0x41] {
                return Err(explain("a data segment has no fixed address"));
            }
            let address = self.signed()?;
            if self.byte()? != 0x0b {
                return Err(explain("a data segment has no fixed address"));
            }
            let length = self.text()?.len();
            segments.push(Segment {
                place: self.at - length..self.at,
                address,
            });
        }
        Ok(segments)
    }

    fn symbols(&mut self, segments: &[Segment]) -> Result<Vec<Option<Range<u32>>>> {
        self.number()?; // The version.
        while self.at < self.bytes.len() {
            let (kind, part) = self.part()?;
            if kind != SYMBOL_TABLE {
                continue;
            }
            let mut table = Reader::of(part);
            let count = table.number()?;
            return (0..count).map(|_| table.symbol(segments)).collect();
        }
        Err(explain("there is no table of symbols"))
    }

    fn symbol(&mut self, segments: &[Segment]) -> Result<Option<Range<u32>>> {
        let kind = self.byte()?;
        let flags = self.number()?;
        match kind {
            1 => return self.data_symbol(flags, segments),
            3 => {
                self.number()?;
            }
            _ => {
                self.number()?;
                if flags & UNDEFINED == 0 || flags & NAMED != 0 {
                    self.text()?;
                }
            }
        }
        Ok(None)
    }

    fn data_symbol(&mut self, flags: u32, segments: &[Segment]) -> Result<Option<Range<u32>>> {
        // Between such symbols is all data of one kind, which no pointer leads to.
        if self.text()?.starts_with(b"__start_") {
            return Err(explain("data is found by the name of its section"));
        }
        if flags & UNDEFINED != 0 {
            return Ok(None);
        }
        let segment = self.number()? as usize;
        let offset = self.number()?;
        let size = self.number()?;
        let base = match segments.get(segment) {
            _ if flags & ABSOLUTE != 0 => 0,
            Some(segment) => segment.address,
            None => return Err(explain("a symbol is outside of the data")),
        };
        Ok(Some(base + offset..base + offset + size))
    }
}
