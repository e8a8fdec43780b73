//! Remarks on the entries that decide an answer, or look as if they did.

use super::Resource;
use super::choice::Choice;
use super::evaluate::Evaluator;
use super::needs::Need;
use super::product::{Asked, CURSORS, Reach, Surface, dead, product_form};
use crate::text::quoted;

impl<'a> Evaluator<'a> {
    /// Adds what is odd about the entries.
    #[inline(never)]
    pub(super) fn remark(&mut self, need: &Need<'a>, choice: &Choice<'a>) {
        let asked = &need.asked;
        let name = asked.product().map_or(asked.name(), |(room, _)| room);
        for grant in &choice.grants {
            if let Some(why) = grant.reach.why() {
                self.say(why, grant.entry, "", Some(name));
                // Documents of 2024 and 2025 name `[chat]` with these.
                let path = Resource::of(grant.entry).path;
                self.inferred |= path != name && path != "*";
            }
        }
        if choice.rank > 1 {
            self.inferred |= !self.is_plain_grant(asked, choice);
        } else {
            self.near_entries(asked, choice);
            self.near_operations(asked, choice);
        }
        if let Some((room, tag)) = asked.product()
            && asked.surface != Surface::Plain
        {
            for entry in self.given.entries() {
                if let Some(code) = dead(&entry.resource, room, tag) {
                    self.say(code, &entry.resource, "", Some(room));
                }
            }
        }
    }

    /// Whether one entry grants all of it in the documented way.
    fn is_plain_grant(&self, asked: &Asked, choice: &Choice<'_>) -> bool {
        let plain_product = asked.surface == Surface::Plain && asked.product().is_some();
        self.narrowed.entries().iter().any(|entry| {
            let resource = entry.resource.as_str();
            let mut grants = choice.grants.iter();
            grants.all(|grant| entry.operations.grant(grant.known))
                && asked.reach(resource) == Reach::Covers(None)
                && (!plain_product || resource == asked.resource || resource == "*")
        })
    }

    /// Entries that look as if they granted it, and do not.
    fn near_entries(&mut self, asked: &Asked, choice: &Choice<'_>) {
        let name = asked.name();
        let resource = asked.resource();
        let product = asked.product();
        let wanted = product.map_or(resource.path, |(room, _)| room);
        for entry in self.given.entries() {
            let pattern = Resource::of(&entry.resource);
            let is_unread = !matches!(pattern.kind, "" | "*" | "meta" | "queue" | "chat");
            if choice.rank == 0 && product.is_some() {
                self.inferred |= is_unread
                    || product_form(&pattern).is_some()
                    || (pattern.path != name && pattern.path.eq_ignore_ascii_case(name));
            }
            if is_unread && pattern.kind != resource.kind && pattern.path_covers(wanted) {
                self.say("unknown-qualifier", &entry.resource, pattern.kind, None);
            }
            for unknown in &entry.unknown {
                let meant = choice.first_missing;
                if unknown.eq_ignore_ascii_case(meant)
                    && asked.reach(&entry.resource) != Reach::Never
                {
                    let shown = quoted(unknown);
                    self.say("operation-case", &entry.resource, &shown, Some(meant));
                }
            }
        }
    }

    /// What is missing beside an operation that is granted.
    fn near_operations(&mut self, asked: &Asked, choice: &Choice<'_>) {
        let is_cursors = matches!(asked.product(), Some((_, CURSORS)));
        for (granted, missing, code) in BESIDE {
            let is = |wanted: &str, is_missing: bool| {
                let mut grants = choice.grants.iter();
                grants.any(|it| it.operation == wanted && it.is_missing() == is_missing)
            };
            if is(granted, false) && is(missing, true) && (is_cursors || missing != "presence") {
                self.say(code, asked.name(), "", Some(missing));
            }
        }
        if let Some(maybe) = &choice.maybe {
            let meant = Some(choice.first_missing);
            self.say("docs-contradict", asked.name(), maybe.operation, meant);
        }
    }
}

/// Operations that are of little use without others: the one that is granted, the one that is
/// missing, and what it is called.
const BESIDE: [(&str, &str, &str); 4] = [
    ("presence", "subscribe", "presence-without-subscribe"),
    ("publish", "presence", "cursors-need-presence"),
    (
        "object-publish",
        "object-subscribe",
        "object-publish-without-subscribe",
    ),
    ("publish", "message-update-own", "agent-needs-update"),
];
