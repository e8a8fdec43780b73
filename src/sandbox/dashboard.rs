//! The dashboard part.

use super::Context;
use super::refusal::{Outcome, Refusal};

pub(super) fn answer(_context: &mut Context<'_>, _path: &[&str]) -> Outcome {
    Err(Refusal::not_found("there is nothing here"))
}
