//! Questions about a capability in the words of Ably's products: may this client send in that room?
//!
//! Sources: <https://ably.com/docs/chat/authentication>, <https://ably.com/docs/spaces/authentication>,
//! <https://ably.com/docs/ai-transport>, and the channels that Ably's SDKs open.

#[cfg(feature = "products")]
mod grants;

use crate::capability::{
    Capability, Certainty, Diagnostic, Evaluation, ExplainContext, Needs, SurfaceExplanation,
    Verdict, evaluate,
};
use crate::text::concat;

#[cfg(feature = "products")]
pub use grants::{Granted, capability_for, explain_feature, features};

/// A product and the name of what is used in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place<'a> {
    /// A room of Ably Chat.
    ChatRoom(&'a str),
    /// A space of Ably Spaces.
    Space(&'a str),
    /// A conversation of Ably AI Transport: the name of its channel.
    AiConversation(&'a str),
}

impl<'a> Place<'a> {
    /// The name.
    pub fn name(self) -> &'a str {
        match self {
            Place::ChatRoom(name) | Place::Space(name) | Place::AiConversation(name) => name,
        }
    }

    fn words(self) -> &'static str {
        match self {
            Place::ChatRoom(_) => " in the chat room ",
            Place::Space(_) => " in the space ",
            Place::AiConversation(_) => " in the AI conversation ",
        }
    }
}

/// The result of [`explain_feature`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FeatureExplanation {
    /// Whether it is allowed: true only if the verdict is [`Verdict::Allowed`].
    pub allowed: bool,
    /// The answer.
    pub verdict: Verdict,
    /// What the answer rests on.
    pub certainty: Certainty,
    /// The answer in one sentence.
    pub message: String,
    /// The operations that the feature needs, sorted.
    pub operations: Vec<String>,
    /// Where it needs them, and which entries grant them.
    pub surfaces: Vec<SurfaceExplanation>,
    /// What else to know about the answer.
    pub diagnostics: Vec<Diagnostic>,
}

impl FeatureExplanation {
    #[cfg(feature = "products")]
    fn of(evaluation: Evaluation) -> FeatureExplanation {
        let mut operations: Vec<String> = Vec::new();
        for surface in &evaluation.surfaces {
            operations.extend(surface.operations.iter().cloned());
        }
        operations.sort();
        operations.dedup();
        FeatureExplanation {
            allowed: evaluation.verdict == Verdict::Allowed,
            verdict: evaluation.verdict,
            certainty: evaluation.certainty,
            message: evaluation.message,
            operations,
            surfaces: evaluation.surfaces,
            diagnostics: evaluation.diagnostics,
        }
    }
}

/// Answers for a feature by its row, as in `features.txt`.
pub(crate) fn answer_row(
    capability: &Capability,
    place: Place<'_>,
    feature: &str,
    row: &str,
    context: &ExplainContext<'_>,
) -> Evaluation {
    let needs = Needs::feature(row, place.name());
    let subject = concat(&[feature, place.words(), place.name()]);
    evaluate(capability, &needs, &subject, context)
}
