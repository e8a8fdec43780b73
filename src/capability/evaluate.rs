//! Decides whether a capability has what an action or a feature needs, and says what gets in the way.

use super::choice::{Choice, best};
use super::near_miss::{Because, nearest_miss, reason_of};
use super::needs::{Need, Needs};
use super::product::{Asked, Reach, Surface};
use super::product_diagnostic::add;
use super::verdict::{Certainty, ExplainContext, SurfaceExplanation, Verdict};
use super::{Capability, Operation};
use crate::diagnostic::Diagnostic;
use crate::text::{concat, fill, joined};

pub(crate) struct Evaluation {
    pub(crate) verdict: Verdict,
    pub(crate) certainty: Certainty,
    pub(crate) message: String,
    pub(crate) surfaces: Vec<SurfaceExplanation>,
    pub(crate) diagnostics: Vec<Diagnostic>,
}

pub(super) struct Evaluator<'a> {
    pub(super) context: &'a ExplainContext<'a>,
    pub(super) needs: &'a Needs<'a>,
    /// The token's own capability, and the part of it that the key grants.
    pub(super) given: &'a Capability,
    pub(super) narrowed: &'a Capability,
    pub(super) diagnostics: Vec<Diagnostic>,
    /// Something is concluded that no document says.
    pub(super) inferred: bool,
    /// The best that the answer can be, by what stands in the way besides operations.
    pub(super) limit: Verdict,
}

/// Answers whether a capability has what is needed. `subject` begins the message.
pub(crate) fn evaluate(
    capability: &Capability,
    needs: &Needs<'_>,
    subject: &str,
    context: &ExplainContext<'_>,
) -> Evaluation {
    let mut narrowed = capability.clone();
    if let Some(key) = context.key_capability {
        let part = key.intersect(capability);
        narrowed = part.unwrap_or_else(|_| Capability::of(Vec::new()));
    }
    let mut evaluator = Evaluator {
        context,
        needs,
        given: capability,
        narrowed: &narrowed,
        diagnostics: Vec::new(),
        inferred: needs.has("inferred") || context.key_capability.is_some(),
        limit: Verdict::Allowed,
    };
    let mut verdict = Verdict::Allowed;
    let mut surfaces: Vec<SurfaceExplanation> = Vec::new();
    let mut reason = String::new();
    let mut first = None;
    for need in &needs.on {
        let (choice, mut answer) = evaluator.choose(need);
        if need.special().is_none() {
            evaluator.remark(need, &choice);
        }
        let has_rest = surfaces.last().is_some_and(|before| before.allowed);
        if answer == Verdict::Denied && has_rest {
            evaluator.only_rest(&need.asked, &choice);
            answer = Verdict::Uncertain;
        }
        let (surface, why) = evaluator.surface(need, &choice);
        if answer.is_worse_than(verdict) || reason.is_empty() {
            verdict = answer;
            reason = why;
        }
        surfaces.push(surface);
        first.get_or_insert((&need.asked, choice));
    }
    let certain = evaluator.diagnostics.len();
    if let Some((asked, choice)) = first {
        evaluator.limits(verdict, asked, &choice);
    }
    let mut certainty = match evaluator.inferred {
        true => Certainty::Inferred,
        false => Certainty::Documented,
    };
    let limit = evaluator.limit;
    if limit.is_worse_than(verdict) {
        verdict = limit;
        if limit == Verdict::Denied {
            certainty = Certainty::Documented;
        }
        if let Some(first) = evaluator.diagnostics.get(certain) {
            reason.clone_from(&first.message);
        }
    }
    Evaluation {
        verdict,
        certainty,
        message: concat(&[subject, verdict.words(), &reason]),
        surfaces,
        diagnostics: evaluator.diagnostics,
    }
}

// The parts of an answer are not inlined, because one function of 10 KB compresses worse than they do.
impl<'a> Evaluator<'a> {
    /// Adds a diagnostic about `subject`: an entry, or a namespace.
    pub(super) fn say(&mut self, code: &str, subject: &str, text: &str, meant: Option<&str>) {
        self.inferred |= add(&mut self.diagnostics, code, subject, text, meant);
    }

    /// The REST API has what it needs, so that only the channel lacks something.
    fn only_rest(&mut self, asked: &Asked, choice: &Choice<'_>) {
        if asked.surface == Surface::Realtime {
            self.say("rest-only", asked.name(), choice.first_missing, None);
        }
    }

    /// The surface of a need, and its part of the message.
    #[inline(never)]
    fn surface(&self, need: &Need<'a>, choice: &Choice<'a>) -> (SurfaceExplanation, String) {
        let asked = &need.asked;
        let mut because = Vec::new();
        let reason = match need.special() {
            Some((_, sentence)) => sentence.to_owned(),
            None if choice.rank == 0 && choice.maybe.is_none() => {
                self.missing(asked, choice, &mut because)
            }
            None => self.granted(asked, choice, &mut because),
        };
        let mut operations = Vec::new();
        for grant in &choice.grants {
            operations.push(grant.operation.to_owned());
        }
        let surface = SurfaceExplanation {
            surface: match asked.surface {
                Surface::Rest => "rest",
                _ => "realtime",
            },
            channel: asked.shown().to_owned(),
            operations,
            allowed: choice.rank > 1 && !choice.is_blocked,
            because,
        };
        (surface, reason)
    }

    /// The entries that grant it: the first one that grants all of it, or those that do so together.
    #[inline(never)]
    fn granted(&self, asked: &Asked, choice: &Choice<'_>, because: &mut Vec<Because>) -> String {
        let capability = match choice.rank {
            1 => self.given,
            _ => self.narrowed,
        };
        let wanted = match &choice.maybe {
            Some(maybe) => std::slice::from_ref(maybe),
            None => choice.grants.as_slice(),
        };
        let mut reason = String::new();
        let mut is_whole = false;
        for entry in capability.entries() {
            let rank = asked.reach(&entry.resource).rank();
            if rank < choice.rank.clamp(1, 2) {
                continue;
            }
            let mut granted = Vec::new();
            for grant in wanted {
                if entry.operations.grant(grant.known) {
                    granted.push(grant.operation);
                }
            }
            if granted.is_empty() {
                continue;
            }
            let names = joined(&granted, ", ");
            let why = reason_of(entry, &names, asked.name(), choice.rank == 1);
            if !is_whole {
                is_whole = granted.len() == wanted.len();
                if is_whole {
                    reason.clear();
                } else if !reason.is_empty() {
                    reason.push_str("; ");
                }
                reason.push_str(&why);
            }
            because.push(Because::of(entry, why, None));
        }
        reason
    }

    /// What is missing, with the entry that comes closest.
    #[inline(never)]
    fn missing(&self, asked: &Asked, choice: &Choice<'_>, because: &mut Vec<Because>) -> String {
        let missing = choice.first_missing;
        let reason = if best(self.given, Operation::named(missing), asked).0 != Reach::Never {
            "the token's capability grants it, and its key does not".to_owned()
        } else if let Some(miss) = nearest_miss(self.narrowed, missing, asked.name()) {
            let reason = miss.reason.clone();
            because.push(miss);
            reason
        } else if self.narrowed.entries().is_empty() {
            "the capability grants nothing".to_owned()
        } else {
            "no entry matches".to_owned()
        };
        match self.needs.is_operation {
            true => reason,
            false => fill("it needs {}, and {}", &[missing, &reason]),
        }
    }
}
