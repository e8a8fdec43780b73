//! Whether a capability allows an operation: the question that servers ask for every request.

use super::explain::answer;
use super::needs::{ACTIONS, action};
use super::product::bare_name;
use super::{Capability, Entry, ExplainContext, Operation, Resource, Verdict};
use crate::text::split;

impl Capability {
    /// Returns whether the capability allows `operation` on `resource`.
    ///
    /// Every entry that covers the resource counts, not just the most specific one. A resource is
    /// a channel name, `[meta]…`, `[queue]…`, or `*` for what concerns the whole app (statistics,
    /// listing channels).
    ///
    /// The bare name of a Chat room or a space covers the channels that the product opens for it,
    /// such as `lobby::$chat`. An action, such as `message.get`, is asked about like an operation.
    pub fn allows(&self, operation: &str, resource: &str) -> bool {
        self.allows_by(ACTIONS, operation, resource)
    }

    /// Same as [`Capability::allows`], with the table of actions.
    pub(crate) fn allows_by(&self, actions: &str, operation: &str, resource: &str) -> bool {
        let known = Operation::named(operation);
        if known.is_none() && action(actions, operation).is_some() {
            let context = ExplainContext::default();
            let evaluation = answer(self, actions, operation, resource, &context);
            return evaluation.verdict == Verdict::Allowed;
        }
        let (resource, operation) = (Resource::of(resource), known);
        let segment = split(resource.path, b':').next().unwrap_or_default();
        // A pattern that covers the resource starts with the same segment, a star or a qualifier.
        let beginnings: &[&str] = match resource.kind {
            "" => &[segment, "*", "["],
            _ => &["["],
        };
        let is_covered = beginnings.iter().any(|beginning| {
            let mut entries = self.beginning_with(beginning);
            entries.any(|entry| entry.operations.grant(operation) && entry.covers(&resource))
        });
        is_covered
            || bare_name(&resource)
                .and_then(|name| self.entry(name))
                .is_some_and(|entry| entry.operations.grant(operation))
    }

    /// The entry of exactly this resource.
    pub(super) fn entry(&self, resource: &str) -> Option<&Entry> {
        let entries = self.entries();
        let found = entries.binary_search_by(|entry| entry.resource.as_str().cmp(resource));
        found.ok().and_then(|index| entries.get(index))
    }

    /// The entries that start with `beginning`. Entries are sorted, so these are adjacent.
    fn beginning_with(&self, beginning: &str) -> impl Iterator<Item = &Entry> {
        let entries = self.entries();
        let start = entries.partition_point(|entry| entry.resource.as_str() < beginning);
        let entries = entries.get(start..).unwrap_or_default().iter();
        entries.take_while(move |entry| entry.resource.starts_with(beginning))
    }
}
