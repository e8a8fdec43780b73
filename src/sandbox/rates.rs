//! How many calls of the Control API there were in an hour.

/// Calls, counted.
#[derive(Default)]
pub(super) struct Rates {}
