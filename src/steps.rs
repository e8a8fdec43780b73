//! How much work an input makes, counted and not timed: time says as much about the machine.
//!
//! The inner steps of readers that meet strangers' bytes are counted, in this crate's own tests alone, which
//! hold the counts against the length of the input.

/// So many steps of an inner loop: comparisons of names, pairs of entries, bytes that are gone through.
#[inline(always)]
pub(crate) fn steps(_count: usize) {
    #[cfg(test)]
    tests::STEPS.with(|steps| steps.set(steps.get() + _count));
}

/// How many steps something takes.
#[cfg(test)]
pub(crate) fn count(work: impl FnOnce()) -> usize {
    let before = tests::STEPS.with(std::cell::Cell::get);
    work();
    tests::STEPS.with(std::cell::Cell::get) - before
}

#[cfg(test)]
mod tests;
