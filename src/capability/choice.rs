//! Weighs the alternatives of a need: how each operation is granted, and which alternative comes closest.

use super::evaluate::Evaluator;
use super::needs::Need;
use super::product::{Asked, Reach};
use super::verdict::{Client, Verdict};
use super::{Capability, Operation};

/// How an operation is granted, and the entry that does it best.
pub(super) struct Grant<'a> {
    pub(super) operation: &'a str,
    pub(super) known: Option<Operation>,
    pub(super) reach: Reach,
    pub(super) entry: &'a str,
}

impl Grant<'_> {
    pub(super) fn is_missing(&self) -> bool {
        self.reach == Reach::Never
    }
}

/// An alternative of a need.
#[derive(Default)]
pub(super) struct Choice<'a> {
    pub(super) grants: Vec<Grant<'a>>,
    /// That of [`Reach::rank`], the lowest of all operations.
    pub(super) rank: u32,
    missing: usize,
    pub(super) first_missing: &'a str,
    /// The client id of the token, or its absence, stands in the way.
    pub(super) is_blocked: bool,
    /// An operation that is granted, and enough by one document and not by another. Only if something
    /// is missing.
    pub(super) maybe: Option<Grant<'a>>,
}

impl Choice<'_> {
    /// How close it is to being granted.
    fn closeness(&self) -> (u32, u32, usize) {
        let usable = if self.is_blocked { 0 } else { self.rank };
        (usable, self.rank, usize::MAX - self.missing)
    }
}

impl<'a> Evaluator<'a> {
    pub(super) fn grant(&self, operation: &'a str, asked: &Asked) -> Grant<'a> {
        let known = Operation::named(operation);
        let (mut reach, mut entry) = best(self.narrowed, known, asked);
        // The token and its key both grant it, in forms of which nobody knows whether they meet.
        if reach == Reach::Never
            && asked.product().is_some()
            && let Some(key) = self.context.key_capability
            && best(key, known, asked).0 != Reach::Never
        {
            (reach, entry) = best(self.given, known, asked);
            if reach != Reach::Never {
                reach = Reach::Uncertain("key-intersection");
            }
        }
        Grant {
            operation,
            known,
            reach,
            entry,
        }
    }

    fn weigh(&self, need: &Need<'a>, operations: &'a str) -> Choice<'a> {
        let mut choice = Choice {
            rank: 3,
            ..Choice::default()
        };
        for operation in need.operations(operations) {
            let grant = self.grant(operation, &need.asked);
            choice.rank = choice.rank.min(grant.reach.rank());
            if !grant.is_missing() {
                choice.is_blocked |= self.is_blocked(&grant);
            } else {
                if choice.missing == 0 {
                    choice.first_missing = operation;
                }
                choice.missing += 1;
            }
            choice.grants.push(grant);
        }
        choice
    }

    /// The alternative that comes closest, and whether it is granted.
    #[inline(never)]
    pub(super) fn choose(&self, need: &Need<'a>) -> (Choice<'a>, Verdict) {
        let mut nearest: Option<Choice<'a>> = None;
        if let Some((verdict, _)) = need.special() {
            return (Choice::default(), verdict);
        }
        let mut all = true;
        for operations in need.alternatives() {
            let choice = self.weigh(need, operations);
            all &= choice.rank > 1;
            if nearest
                .as_ref()
                .is_none_or(|it| choice.closeness() > it.closeness())
            {
                nearest = Some(choice);
            }
        }
        let mut choice = nearest.unwrap_or_default();
        if choice.rank == 0 {
            let maybe = self.needs.value("maybe=");
            choice.maybe = maybe
                .map(|operation| self.grant(operation, &need.asked))
                .filter(|grant| grant.reach.rank() > 1);
        }
        let verdict = match choice.rank {
            0 if choice.maybe.is_none() => Verdict::Denied,
            2.. if all || !self.needs.has("guess") => Verdict::Allowed,
            _ => Verdict::Uncertain,
        };
        (choice, verdict)
    }

    /// Whether the client id of the token keeps it from an operation that it is granted.
    fn is_blocked(&self, grant: &Grant<'_>) -> bool {
        match (self.context.client, self.context.for_client_id) {
            (Client::Unidentified, _) => is_own(grant),
            (Client::Is(id), Some(other)) if id != "*" && id != other => {
                is_own(grant) || grant.operation == "push-subscribe"
            }
            _ => false,
        }
    }
}

/// Whether it does nothing for a client without an id.
pub(super) fn is_own(grant: &Grant<'_>) -> bool {
    grant.known.is_some_and(Operation::needs_client_id)
}

/// The entry that grants an operation best.
pub(super) fn best<'c>(
    capability: &'c Capability,
    operation: Option<Operation>,
    asked: &Asked,
) -> (Reach, &'c str) {
    let mut best = (Reach::Never, "");
    for entry in capability.entries() {
        if entry.operations.grant(operation) {
            let reach = asked.reach(&entry.resource);
            if reach.rank() > best.0.rank() {
                best = (reach, &entry.resource);
            }
        }
    }
    best
}
