//! Lint rules for those who use Ably's products. Only what is written for a product counts: a plain
//! channel may be called `team-space`, and may have presence without subscribe.

use super::product::{CHAT, product_form};
use super::product_diagnostic::add;
use super::{Capability, Entry, Operation, Resource};
use crate::diagnostic::Diagnostic;
use crate::text::{concat, find, find_text};

pub(super) fn product_diagnostics(
    capability: &Capability,
    unidentified: bool,
    diagnostics: &mut Vec<Diagnostic>,
) {
    let has = |name: &str| capability.entry(name).is_some();
    // The pair of entries that a page of the documentation shows, or the name of the channel.
    let is_space = |name: &str| has(name) || has(&concat(&[name, "::$space"]));
    for entry in capability.entries() {
        let text = entry.resource.as_str();
        let old = [
            ("-cursors", "docs-name-mismatch"),
            ("-space", "dead-channel-name"),
        ];
        for (suffix, code) in old {
            if text.strip_suffix(suffix).is_some_and(is_space) {
                add(diagnostics, code, text, "", None);
            }
        }
        // Few names have a dollar sign, and finding one is faster than preparing the search.
        let is_dead = find(text, b'$').is_some() && find_text(text, "::$chat::$").is_some();
        if is_dead || text.starts_with("_ably_space_") {
            add(diagnostics, "dead-channel-name", text, "", None);
        }
        let resource = Resource::of(text);
        let Some(tag) = product_form(&resource) else {
            continue;
        };
        if resource.kind == "chat" {
            // Nobody is told to grant everything.
            let bare = (resource.path != "*").then_some(resource.path);
            add(diagnostics, "deprecated-qualifier", text, "", bare);
        }
        if grants(entry, "presence") && !grants(entry, "subscribe") {
            let code = "presence-without-subscribe";
            add(diagnostics, code, text, "", Some("subscribe"));
        }
        if tag == CHAT && unidentified {
            add(diagnostics, "unidentified", "", "", None);
        }
    }
}

fn grants(entry: &Entry, operation: &str) -> bool {
    entry.operations.grant(Operation::named(operation))
}
