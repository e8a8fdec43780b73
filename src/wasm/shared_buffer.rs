//! The buffer that JavaScript and this module share: consecutive texts, and numbers for their lengths and for
//! everything else, in the slots of [`abi`](super::abi).
//!
//! JavaScript writes to it between calls, at the addresses returned here. No reference to it is held across a call.

use zeroize::Zeroize;

use super::abi::{ABSENT, ALL_SLOTS, FLAG_BITS, MAX_TEXTS, OUTPUT_AT, WITHOUT};
use crate::error::{Error, Kind, Result};

/// The start and end of a text in the buffer. `None`: the text is absent.
pub(super) type Place = Option<(usize, usize)>;

pub(super) struct SharedBuffer {
    numbers: Box<[f64; ALL_SLOTS]>,
    bytes: Vec<u8>,
    /// The end of the last text that was taken.
    read: usize,
}

impl SharedBuffer {
    pub(super) fn new() -> SharedBuffer {
        SharedBuffer {
            numbers: Box::new([0.0; ALL_SLOTS]),
            bytes: Vec::new(),
            read: 0,
        }
    }

    pub(super) fn numbers_at(&self) -> *const f64 {
        self.numbers.as_ptr()
    }

    /// The address of at least `length` bytes, which the caller overwrites.
    pub(super) fn reserve(&mut self, length: usize) -> *const u8 {
        if self.bytes.len() < length {
            self.bytes = vec![0; length];
        }
        self.bytes.as_ptr()
    }

    pub(super) fn number(&self, slot: usize) -> f64 {
        self.numbers.get(slot).copied().unwrap_or(f64::NAN)
    }

    /// A whole number, or `None` if it is absent (NaN).
    pub(super) fn whole(&self, slot: usize) -> Option<u32> {
        let number = self.number(slot);
        // JavaScript has checked that it is whole; `as` saturates.
        (!number.is_nan()).then_some(number as u32)
    }

    pub(super) fn milliseconds(&self, slot: usize) -> u64 {
        self.number(slot) as u64
    }

    pub(super) fn flags(&self) -> u32 {
        self.whole(FLAG_BITS).unwrap_or_default()
    }

    pub(super) fn has(&self, flag: u32) -> bool {
        self.flags() & flag != 0
    }

    /// Starts reading from the first text.
    pub(super) fn rewind(&mut self) {
        self.read = 0;
    }

    /// The place of the next text, whose length is in `slot`.
    fn next(&mut self, slot: usize) -> Place {
        let length = self.number(slot);
        if length <= ABSENT {
            return None;
        }
        let start = self.read;
        self.read = start + length as usize;
        Some((start, self.read))
    }

    /// The places of all texts of a function. Their number is that of a list in [`abi`](super::abi), so that a
    /// text that is added there has to be taken.
    pub(super) fn places<const COUNT: usize>(&mut self) -> [Place; COUNT] {
        const { assert!(COUNT <= MAX_TEXTS) };
        let mut places = [None; COUNT];
        self.fill(&mut places);
        places
    }

    // Not generic, so that it is compiled once.
    #[inline(never)]
    fn fill(&mut self, places: &mut [Place]) {
        for (slot, place) in places.iter_mut().enumerate() {
            *place = self.next(slot);
        }
    }

    /// The places of texts that a caller may leave out explicitly, which differs from being absent.
    pub(super) fn overrides<const COUNT: usize>(
        &mut self,
        first_slot: usize,
    ) -> [Option<Place>; COUNT] {
        let mut overrides = [None; COUNT];
        for (slot, given) in (first_slot..).zip(&mut overrides) {
            let without = self.number(slot) == WITHOUT;
            let place = self.next(slot);
            *given = (without || place.is_some()).then_some(place);
        }
        overrides
    }

    /// The text of a place.
    pub(super) fn text(&self, place: Place) -> Result<Option<&str>> {
        let Some((start, end)) = place else {
            return Ok(None);
        };
        let bytes = self.bytes.get(start..end).ok_or_else(broken)?;
        std::str::from_utf8(bytes).map(Some).map_err(|_| broken())
    }

    /// A text that is always there.
    pub(super) fn required(&self, place: Place) -> Result<&str> {
        self.text(place)?.ok_or_else(broken)
    }

    /// Passes a text that holds a secret to `read`, then wipes it.
    pub(super) fn secret<T>(
        &mut self,
        place: Place,
        read: impl FnOnce(&[u8]) -> Result<T>,
    ) -> Result<T> {
        let (start, end) = place.ok_or_else(broken)?;
        let bytes = self.bytes.get_mut(start..end).ok_or_else(broken)?;
        let done = read(bytes);
        bytes.zeroize();
        done
    }

    /// Writes the answer: consecutive parts, with their lengths in the slots from 0.
    pub(super) fn answer<const COUNT: usize>(&mut self, parts: [Option<&[u8]>; COUNT]) {
        const { assert!(COUNT <= MAX_TEXTS) };
        self.write(&parts);
    }

    fn write(&mut self, parts: &[Option<&[u8]>]) {
        self.reserve(parts.iter().flatten().map(|part| part.len()).sum());
        let mut rest = self.bytes.as_mut_slice();
        for (slot, part) in parts.iter().enumerate() {
            let length = part.map_or(ABSENT, |part| part.len() as f64);
            if let Some(number) = self.numbers.get_mut(slot) {
                *number = length;
            }
            let Some(part) = part else { continue };
            if let Some((place, after)) = std::mem::take(&mut rest).split_at_mut_checked(part.len())
            {
                place.copy_from_slice(part);
                rest = after;
            }
        }
        let at = self.bytes.as_ptr() as usize;
        if let Some(number) = self.numbers.get_mut(OUTPUT_AT) {
            *number = at as f64;
        }
    }

    /// Sets a number of the answer.
    pub(super) fn set(&mut self, slot: usize, value: f64) {
        if let Some(number) = self.numbers.get_mut(slot) {
            *number = value;
        }
    }
}

/// The error for lengths that do not fit the bytes. Only a faulty caller of the raw module causes it.
pub(super) fn broken() -> Error {
    Error::new(
        Kind::Usage,
        "the raw module was called with lengths that do not fit its buffer",
        &[],
    )
    .with_remediation("use the package's own functions")
}
