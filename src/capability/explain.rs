//! Explains why an operation or an action is allowed, or what stands in its way.

use super::evaluate::{Evaluation, evaluate};
use super::near_miss::{Because, shown};
use super::needs::{ACTIONS, Needs, ids_of};
use super::verdict::{Certainty, ExplainContext, Verdict};
use super::{Capability, Operation, Resource};
use crate::diagnostic::Diagnostic;
use crate::suggest::nearest;
use crate::text::{concat, fill};

/// The result of [`Capability::explain`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explanation {
    /// Whether it is allowed: true only if the verdict is [`Verdict::Allowed`].
    pub allowed: bool,
    /// The answer.
    pub verdict: Verdict,
    /// What the answer rests on.
    pub certainty: Certainty,
    /// The operation or action, as given.
    pub operation: String,
    /// The resource, as given.
    pub resource: String,
    /// If allowed, every entry that grants what is needed. Otherwise the entry that came closest, if
    /// any.
    pub because: Vec<Because>,
    /// The whole explanation in one sentence.
    pub message: String,
    /// What else to know about the answer.
    pub diagnostics: Vec<Diagnostic>,
}

pub(super) fn explain(
    capability: &Capability,
    operation: &str,
    resource: &str,
    context: &ExplainContext<'_>,
) -> Explanation {
    let evaluation = answer(capability, ACTIONS, operation, resource, context);
    let mut because = Vec::new();
    for surface in evaluation.surfaces {
        because.extend(surface.because);
    }
    Explanation {
        allowed: evaluation.verdict == Verdict::Allowed,
        verdict: evaluation.verdict,
        certainty: evaluation.certainty,
        operation: operation.to_owned(),
        resource: resource.to_owned(),
        because,
        message: evaluation.message,
        diagnostics: evaluation.diagnostics,
    }
}

/// Answers about an operation, or about one of `actions`.
pub(crate) fn answer(
    capability: &Capability,
    actions: &str,
    operation: &str,
    resource: &str,
    context: &ExplainContext<'_>,
) -> Evaluation {
    let needs = Needs::of(actions, operation, resource);
    let subject = concat(&[shown(operation), " on ", shown(resource)]);
    let mut evaluation = evaluate(capability, &needs, &subject, context);
    let is_app_wide = Resource::of(resource).is_app_wide();
    let is_allowed = evaluation.verdict == Verdict::Allowed;
    let message = &mut evaluation.message;
    if Operation::is_app_wide(operation) && is_allowed && !is_app_wide {
        message.push_str(" (but statistics belong to the whole app: ask for `*`)");
    }
    if needs.is_operation && Operation::named(operation).is_none() {
        let known = match meant_by(actions, operation) {
            Some(meant) => concat(&["; did you mean ", meant, "?"]),
            None => String::new(),
        };
        message.push_str(&fill(
            " (unknown operation {}{})",
            &[shown(operation), &known],
        ));
    }
    evaluation
}

/// The operation or action that was probably meant.
fn meant_by<'a>(actions: &'a str, typed: &str) -> Option<&'a str> {
    if crate::text::find(typed, b'.').is_none() {
        return Operation::meant_by(typed);
    }
    nearest(typed, &ids_of(actions))
}
