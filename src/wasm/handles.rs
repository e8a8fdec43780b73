//! Prepared objects that JavaScript refers to by number.
//!
//! JavaScript has no destructors, so it holds a number and everything needed to prepare the object again. Only
//! the most recently used objects are kept here, which bounds the memory. The caller prepares an evicted one again.

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

    /// Stores an object and returns its number, which is never 0.
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
