//! Counts the work that an input causes. A measured time would say as much about the machine.
//!
//! Readers of untrusted input count their inner steps, only in this crate's tests, which compare the counts with
//! the length of the input.

/// Counts steps of an inner loop: compared names, pairs of entries, bytes read.
#[inline(always)]
pub(crate) fn steps(_count: usize) {
    #[cfg(test)]
    tests::STEPS.with(|steps| steps.set(steps.get() + _count));
}

/// Returns the number of steps that `work` takes.
#[cfg(test)]
pub(crate) fn count(work: impl FnOnce()) -> usize {
    let before = tests::STEPS.with(std::cell::Cell::get);
    work();
    tests::STEPS.with(std::cell::Cell::get) - before
}

#[cfg(test)]
mod tests;
