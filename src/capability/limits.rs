//! What stands in the way besides operations: the client id, channel rules, modes.

use super::choice::{Choice, is_own};
use super::evaluate::Evaluator;
use super::product::{Asked, SPACE, Surface};
use super::verdict::{Client, Verdict};
use crate::text::split;

impl<'a> Evaluator<'a> {
    /// Adds a diagnostic that makes the answer no better than `verdict`.
    fn limit(&mut self, verdict: Verdict, code: &str, subject: &str, text: &str) {
        let meant = match code {
            "mode-not-default" => Some(text),
            "needs-entered-space" => Some(subject),
            _ => None,
        };
        self.say(code, subject, text, meant);
        if verdict.is_worse_than(self.limit) {
            self.limit = verdict;
        }
    }

    /// Looks for what limits the answer so far, of which `asked` and `choice` are the first need.
    #[inline(never)]
    pub(super) fn limits(&mut self, so_far: Verdict, asked: &Asked, choice: &Choice<'_>) {
        let needs = self.needs;
        match self.context.client {
            Client::Unidentified if needs.has("identity") || choice.is_blocked => {
                self.limit(Verdict::Denied, "unidentified", "", "");
            }
            Client::Is("*")
                if needs.has("identity")
                    || (!needs.is_operation
                        && !needs.has("any-client")
                        && choice.grants.iter().any(is_own)) =>
            {
                self.limit(Verdict::Uncertain, "wildcard-client-id", "", "");
            }
            Client::Is(_) if choice.is_blocked => {
                self.limit(Verdict::Denied, "other-client", "", "");
            }
            _ => {}
        }
        if let Some(has_rule) = self.context.rules {
            let path = asked.resource().path;
            let namespace = split(path, b':').next().unwrap_or_default();
            if let Some(rule) = needs.value("rule=")
                && !has_rule(namespace, rule)
            {
                self.limit(Verdict::Denied, "rule-missing", namespace, rule);
            }
            if self.context.client == Client::Unidentified && has_rule(namespace, "authenticated") {
                self.limit(Verdict::Denied, "rule-identified", namespace, "");
            }
        }
        if so_far == Verdict::Denied {
            return; // what follows makes no difference without the right
        }
        for word in split(needs.row, b' ') {
            let Some(mode) = word.strip_prefix("mode=") else {
                continue;
            };
            let is_default = !mode.starts_with("OBJECT_") && mode != "ANNOTATION_SUBSCRIBE";
            match self.context.modes {
                Some(modes) if modes.contains(&mode) => {}
                None if is_default => {}
                Some(_) => self.limit(Verdict::Denied, "mode-not-default", "", mode),
                None => self.limit(Verdict::Uncertain, "mode-not-default", "", mode),
            }
        }
        if needs.has("entered") {
            let name = asked.name();
            let space = Asked::of(Surface::Realtime, name, SPACE);
            if self.grant("presence", &space).reach.rank() < 2 {
                self.limit(Verdict::Uncertain, "needs-entered-space", name, "");
            }
        }
    }
}
