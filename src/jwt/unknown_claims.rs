//! Claims with Ably's prefixes that Ably does not have. Most are misspelt, so the intended claim is missing.

use super::claims::{
    CAPABILITY, CHANNEL, CLIENT_ID, CLIENT_TYPE, EMBEDDED, RATE, REVOCATION_KEY, ROOM,
};
use crate::capability::{Diagnostic, Severity};
use crate::json;
use crate::suggest::nearest;
use crate::text::{concat, fill, quoted, split};

/// The Ably CLI writes it.
const APP_ID: &str = "x-ably-appId";
const X_ABLY: &str = "x-ably-";
const ABLY: &str = "ably.";
/// Rates per channel. In very old documentation the channel follows directly.
const LIMITS: &str = "ably.limits.";
/// The prefix of today's rate limits, which is not a channel of an old one.
const PUBLISH_LIMITS: &str = "ably.limits.publish.";

const NAMES: [&str; 6] = [
    CAPABILITY,
    CLIENT_ID,
    REVOCATION_KEY,
    CLIENT_TYPE,
    EMBEDDED,
    APP_ID,
];
/// Each is followed by a channel, a pattern or a room.
const PREFIXES: [&str; 3] = [CHANNEL, ROOM, RATE];

/// Limits the work: an untrusted token may have thousands of claims.
const MAX_SUGGESTIONS: usize = 16;
const MAX_SHOWN_BYTES: usize = 100;

/// Returns whether Ably reserves a name, in upper or lower case: `x-ably-…`, `x_ably_…` or `ably.…`.
pub(super) fn is_reserved(name: &str) -> bool {
    // The first letter rules out nearly every other claim.
    matches!(name.as_bytes().first(), Some(b'x' | b'X' | b'a' | b'A'))
        && (behind_x_ably(name).is_some() || begins(name, ABLY))
}

/// Returns whether a name is reserved but is not a claim of Ably's.
pub(super) fn is_unknown(name: &str) -> bool {
    is_reserved(name) && !is_known(name)
}

fn is_known(name: &str) -> bool {
    let has_resource = |prefix: &&str| name.len() > prefix.len() && name.starts_with(*prefix);
    NAMES.contains(&name)
        || PREFIXES.iter().any(has_resource)
        || has_resource(&LIMITS) && !name.starts_with(PUBLISH_LIMITS)
}

/// The existing claim that is nearest to an unknown one, if one is near.
pub(super) fn nearest_claim(name: &str) -> Option<String> {
    if let Some(own) = behind_x_ably(name) {
        // Without the common prefix, which would make every name look near.
        let mut known = Vec::new();
        for name in NAMES {
            known.push(name.strip_prefix(X_ABLY).unwrap_or_default());
        }
        return nearest(own, &known).map(|found| concat(&[X_ABLY, found]));
    }
    // Compares as many parts as the known name has, and keeps the rest.
    for prefix in [RATE, CHANNEL, ROOM, LIMITS] {
        let parts = split(prefix, b'.').count() - 1;
        let Some(end) = end_of_parts(name, parts) else {
            continue;
        };
        let (typed, resource) = name.split_at_checked(end)?;
        let typed_own = typed.get(ABLY.len()..).unwrap_or_default();
        let known_own = prefix.get(ABLY.len()..).unwrap_or_default();
        let is_near = nearest(typed_own, &[known_own]).is_some() && !resource.is_empty();
        if is_near && (prefix == RATE || !name.starts_with(PUBLISH_LIMITS)) {
            let real = if prefix == LIMITS { RATE } else { prefix };
            return Some(concat(&[real, resource]));
        }
    }
    None
}

/// The index after this many parts, each with its final dot.
fn end_of_parts(name: &str, parts: usize) -> Option<usize> {
    let mut dots = name.bytes().enumerate().filter(|(_, byte)| *byte == b'.');
    dots.nth(parts.checked_sub(1)?).map(|(place, _)| place + 1)
}

fn begins(name: &str, prefix: &str) -> bool {
    let beginning = name.get(..prefix.len());
    beginning.is_some_and(|beginning| beginning.eq_ignore_ascii_case(prefix))
}

/// The part after `x-ably-`, which may be written with underscores or capitals.
fn behind_x_ably(name: &str) -> Option<&str> {
    let (beginning, rest) = name.split_at_checked(X_ABLY.len())?;
    let same = |(byte, wanted): (u8, u8)| {
        byte.eq_ignore_ascii_case(&wanted) || byte == b'_' && wanted == b'-'
    };
    let mut pairs = beginning.bytes().zip(X_ABLY.bytes());
    pairs.all(same).then_some(rest)
}

/// A warning for each of the unknown claims of a payload.
pub(super) fn diagnostics(payload: &str) -> Vec<Diagnostic> {
    let mut diagnostics = Vec::new();
    for (name, _) in json::object(payload).unwrap_or_default() {
        if !is_unknown(&name) {
            continue;
        }
        let shown = quoted(&clipped(&name));
        let message = fill(
            "unknown Ably claim {}: Ably documents no claim of this name, so it has no effect",
            &[&shown],
        );
        let path = fill("claims[{}]", &[&shown]);
        let mut diagnostic = Diagnostic::new(Severity::Warning, "unknown-claim", &path, &message);
        if diagnostics.len() < MAX_SUGGESTIONS && name.len() <= MAX_SHOWN_BYTES {
            diagnostic.suggestion = nearest_claim(&name);
        }
        diagnostics.push(diagnostic);
    }
    diagnostics
}

fn clipped(name: &str) -> String {
    if name.len() <= MAX_SHOWN_BYTES {
        return name.to_owned();
    }
    let mut end = MAX_SHOWN_BYTES;
    while !name.is_char_boundary(end) {
        end -= 1;
    }
    fill("{}…", &[name.get(..end).unwrap_or_default()])
}

#[cfg(test)]
mod tests {
    use super::{MAX_SUGGESTIONS, diagnostics, is_reserved, is_unknown, nearest_claim};

    #[test]
    fn knows_the_claims_of_ably() {
        for name in [
            "x-ably-capability",
            "x-ably-clientId",
            "x-ably-revocation-key",
            "x-ably-clientType",
            "x-ably-token",
            "x-ably-appId",
            "ably.channel.chat:*",
            "ably.channel.*",
            "ably.room.a.b",
            "ably.limits.publish.perAttachment.maxRate.chat:*",
            "ably.limits.chat",
        ] {
            assert!(is_reserved(name) && !is_unknown(name), "{name}");
        }
        for name in [
            "",
            "x",
            "iat",
            "jti",
            "sub",
            "aud",
            "ably",
            "xably",
            "x-able-capability",
            "capability",
            "ablyy.channel",
            "é",
            "x-abl\u{fc}-",
        ] {
            assert!(!is_reserved(name) && !is_unknown(name), "{name}");
        }
    }

    #[test]
    fn finds_the_nearest_existing_claim() {
        for (name, meant) in [
            ("x-ably-capabilities", Some("x-ably-capability")),
            ("x-ably-capabilty", Some("x-ably-capability")),
            ("x-ably-Capability", Some("x-ably-capability")),
            ("X-Ably-Capability", Some("x-ably-capability")),
            ("x_ably_capability", Some("x-ably-capability")),
            ("x-ably-clientID", Some("x-ably-clientId")),
            ("x-ably-client-id", Some("x-ably-clientId")),
            ("x-ably-client_id", Some("x-ably-clientId")),
            ("x-ably-clientid", Some("x-ably-clientId")),
            ("x-ably-client-type", Some("x-ably-clientType")),
            ("x-ably-revocationKey", Some("x-ably-revocation-key")),
            ("x-ably-tokens", Some("x-ably-token")),
            ("x-ably-app-id", Some("x-ably-appId")),
            ("x-ably-foo", None),
            ("x-ably-", None),
            ("ably.channels.x", Some("ably.channel.x")),
            ("ably.Channel.x.y", Some("ably.channel.x.y")),
            ("Ably.channel.x", Some("ably.channel.x")),
            ("ably.rooms.x", Some("ably.room.x")),
            (
                "ably.limit.x",
                Some("ably.limits.publish.perAttachment.maxRate.x"),
            ),
            (
                "ably.limits.publish.perattachment.maxrate.chat:*",
                Some("ably.limits.publish.perAttachment.maxRate.chat:*"),
            ),
            (
                "ably.limit.publish.perAttachment.maxRate.a.b",
                Some("ably.limits.publish.perAttachment.maxRate.a.b"),
            ),
            ("ably.limits.publish.perConnection.x", None),
            ("ably.channel.", None),
            ("ably.channel", None),
            ("ably.", None),
            ("ably.user", None),
        ] {
            assert!(is_unknown(name), "{name}");
            assert_eq!(nearest_claim(name).as_deref(), meant, "{name}");
            assert!(meant.is_none_or(|meant| !is_unknown(meant)), "{name}");
        }
    }

    #[test]
    fn names_each_unknown_claim_and_suggests_for_the_first_few() {
        let member = |number| {
            format!(
                "\"x-ably-capabilities{}\":1",
                "s".repeat(number % 2) + &"_".repeat(number)
            )
        };
        let members: Vec<String> = (0..90).map(member).collect();
        let found = diagnostics(&format!("{{{}}}", members.join(",")));
        assert_eq!(found.len(), 90);
        let suggested = found.iter().filter(|it| it.suggestion.is_some());
        assert!((1..=MAX_SUGGESTIONS).contains(&suggested.count()));
        let long = diagnostics(&format!("{{\"x-ably-{}\":1}}", "é".repeat(50_000)));
        assert_eq!(long.len(), 1);
        assert!(
            long.iter()
                .all(|it| it.message.len() < 300 && it.path.len() < 150)
        );
    }
}
