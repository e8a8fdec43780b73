//! Prepared things behind numbers.
//!
//! JavaScript has no destructors, so what it holds is a number and all that is needed to prepare
//! the thing again; here only the last few are kept. A number that has gone is answered with
//! nothing, and the caller prepares anew. So memory is bounded whatever a program does.

use std::rc::Rc;

use crate::lru::LruCache;

const MAX_HANDLES: usize = 64;

pub(super) struct Handles<T> {
    next: u32,
    kept: LruCache<(u32, Rc<T>)>,
}

impl<T> Handles<T> {
    pub(super) const fn new() -> Handles<T> {
        Handles {
            next: 1,
            kept: LruCache::new(MAX_HANDLES),
        }
    }

    /// Keeps it, and gives the number to ask for it by: never 0.
    pub(super) fn put(&mut self, thing: T) -> u32 {
        let number = self.next;
        self.next = self.next.checked_add(1).unwrap_or(1);
        self.kept.put((number, Rc::new(thing)));
        number
    }

    pub(super) fn get(&mut self, number: u32) -> Option<Rc<T>> {
        let (_, thing) = self.kept.find(|(kept, _)| *kept == number)?;
        Some(Rc::clone(thing))
    }
}
