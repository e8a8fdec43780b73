//! The 11 capabilities of an access token, which is what the Control API and the Ably CLI take.
//!
//! Source: <https://ably.com/docs/platform/account/access-tokens>. Writing does not imply reading.

use std::fmt;

use zeroize::Zeroizing;

use super::OPERATIONS;
use crate::error::{Error, Kind, Result};
use crate::lookalike::name_of_whole_key;
use crate::suggest::{did_you_mean, nearest};
use crate::text::{fill, quoted};

/// One capability and what it unlocks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AccessTokenCapability {
    /// As in `/me` and in API answers.
    pub capability: &'static str,
    /// As in the dashboard, which calls `rule` an integration and `namespace` a rule.
    pub label: &'static str,
    /// The group of the dashboard's creation form.
    pub group: &'static str,
    /// The Ably CLI commands it unlocks.
    pub commands: &'static [&'static str],
}

impl AccessTokenCapability {
    /// The Control API calls it unlocks, as `GET /apps/{app_id}/keys`.
    pub fn endpoints(&self) -> impl Iterator<Item = String> {
        let needs = self.capability;
        let unlocked = OPERATIONS.iter().filter(move |it| it.needs == needs);
        unlocked.map(|it| fill("{} {}", &[it.method, it.path]))
    }
}

/// An access token of the Ably dashboard: opaque, and a secret.
///
/// It is never printed, and wiped when dropped.
#[derive(Clone)]
pub struct AccessToken(Zeroizing<String>);

/// None is known to be longer than some hundred characters.
const MAX_TOKEN_BYTES: usize = 4_096;

impl AccessToken {
    /// Takes a token as it is, if a header can carry it.
    ///
    /// # Errors
    /// [`Kind::Usage`]: what is wrong with it. The text itself is never repeated.
    pub fn parse(text: &str) -> Result<AccessToken> {
        let wrong = match () {
            () if text.is_empty() => "is empty",
            () if text.len() > MAX_TOKEN_BYTES => "is over 4096 bytes long",
            () if !text.bytes().all(|byte| byte.is_ascii_graphic()) => {
                "has white space, a line end or a character outside ASCII"
            }
            () if matches!(text.as_bytes().first(), Some(b'"' | b'\'')) => {
                "begins with a quotation mark"
            }
            () if name_of_whole_key(text).is_some() => "is an API key",
            () => return Ok(AccessToken(Zeroizing::new(text.to_owned()))),
        };
        Err(Error::new(Kind::Usage, "accessToken {}", &[wrong])
            .at("accessToken")
            .with_remediation(
                "give an access token of https://ably.com/users/access_tokens, as it was shown",
            ))
    }

    /// The text, as it is sent.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for AccessToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AccessToken(***)")
    }
}

const fn row(
    capability: &'static str,
    label: &'static str,
    group: &'static str,
    commands: &'static [&'static str],
) -> AccessTokenCapability {
    AccessTokenCapability {
        capability,
        label,
        group,
        commands,
    }
}

/// The 11 capabilities, in the order of Ably's table.
pub const ACCESS_TOKEN_CAPABILITIES: [AccessTokenCapability; 11] = [
    row("read:app", "Read App", "Apps", &["apps list"]),
    row(
        "write:app",
        "Write App",
        "Apps",
        &["apps create", "apps update", "apps delete"],
    ),
    row(
        "read:key",
        "Read Key",
        "Keys",
        &["auth keys list", "auth keys get"],
    ),
    row(
        "write:key",
        "Write Key",
        "Keys",
        &["auth keys create", "auth keys update", "auth keys revoke"],
    ),
    row(
        "read:rule",
        "Read Integration",
        "Rules",
        &["integrations list", "integrations get"],
    ),
    row(
        "write:rule",
        "Write Integration",
        "Rules",
        &[
            "integrations create",
            "integrations update",
            "integrations delete",
        ],
    ),
    row("read:queue", "Read Queue", "Queues", &["queues list"]),
    row(
        "write:queue",
        "Write Queue",
        "Queues",
        &["queues create", "queues delete"],
    ),
    row(
        "read:namespace",
        "Read Rule",
        "Namespaces",
        &["apps channel-rules list"],
    ),
    row(
        "write:namespace",
        "Write Rule",
        "Namespaces",
        &[
            "apps channel-rules create",
            "apps channel-rules update",
            "apps channel-rules delete",
        ],
    ),
    row(
        "read:stats",
        "Read Stats",
        "Statistics",
        &["stats account", "stats app"],
    ),
];

/// Does an access token with these capabilities have `need`?
///
/// # Errors
/// [`Kind::Usage`]: `need` is not one of the 11.
pub fn access_token_allows<S: AsRef<str>>(capabilities: &[S], need: &str) -> Result<bool> {
    check_need(need)?;
    Ok(capabilities
        .iter()
        .any(|capability| capability.as_ref() == need))
}

fn no_capability(what: &str) -> Error {
    let form = "{} is not a capability of an access token";
    Error::new(Kind::Usage, form, &[what]).at("need")
}

/// # Errors
/// [`Kind::Usage`]: `need` is not one of the 11.
fn check_need(need: &str) -> Result<()> {
    let mut names = Vec::new();
    let mut labels = Vec::new();
    for row in &ACCESS_TOKEN_CAPABILITIES {
        names.push(row.capability);
        labels.push(row.label);
    }
    check_named(need, &names, &labels)
}

/// The same, by the names of all capabilities and their labels.
pub(crate) fn check_named(need: &str, names: &[&str], labels: &[&str]) -> Result<()> {
    if !names.contains(&need) {
        let place = labels.iter().position(|it| it.eq_ignore_ascii_case(need));
        let by_label = place.and_then(|place| names.get(place).copied());
        // Repeated only if it comes near a name: it may be an access token, put in the wrong place.
        return Err(match by_label.or_else(|| nearest(need, names)) {
            Some(meant) => no_capability(&quoted(need)).with_remediation(&did_you_mean(meant)),
            None => no_capability("what is needed")
                .with_remediation("the 11 names are in accessTokenCapabilities"),
        });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writing_does_not_imply_reading() {
        assert_eq!(access_token_allows(&["write:key"], "read:key"), Ok(false));
        assert_eq!(access_token_allows(&["write:key"], "write:key"), Ok(true));
        assert_eq!(access_token_allows::<&str>(&[], "read:app"), Ok(false));
    }

    #[test]
    fn a_need_that_does_not_exist_is_refused() {
        for (need, says) in [
            (
                "read:keys",
                r#""read:keys" is not a capability of an access token; did you mean "read:key"?"#,
            ),
            (
                "Read Integration",
                r#""Read Integration" is not a capability of an access token; did you mean "read:rule"?"#,
            ),
            (
                "fly",
                r#"what is needed is not a capability of an access token; the 11 names are in accessTokenCapabilities"#,
            ),
        ] {
            assert_eq!(
                access_token_allows(&["read:app"], need)
                    .unwrap_err()
                    .to_string(),
                says
            );
        }
    }

    #[test]
    fn what_no_header_can_carry_is_no_access_token_and_is_not_repeated() {
        let long = "x".repeat(MAX_TOKEN_BYTES + 1);
        for (text, says) in [
            ("", "is empty"),
            (long.as_str(), "is over 4096 bytes long"),
            ("hush hush", "has white space"),
            ("hush-hush\n", "has white space"),
            ("\thush-hush", "has white space"),
            ("hush\u{0}hush", "has white space"),
            ("hushé", "has white space"),
            ("\"hush-hush\"", "begins with a quotation mark"),
            ("'hush-hush'", "begins with a quotation mark"),
            ("app.key:hush-hush", "is an API key"),
            ("app.key%3Ahush-hush", "is an API key"),
            ("YXBwLmtleTpodXNoLWh1c2g=", "is an API key"),
            ("app.key:***", "is an API key"),
        ] {
            let error = AccessToken::parse(text).unwrap_err();
            let (kind, path) = (error.kind(), error.path());
            assert_eq!((kind, path), (Kind::Usage, Some("accessToken")), "{text}");
            assert!(error.message().contains(says), "{error}");
            assert!(!error.to_string().contains("hush"), "{error}");
        }
        for good in ["x", &long[1..], "a.b.c", "a:b", "A-_~+/=", "app.key"] {
            assert_eq!(AccessToken::parse(good).unwrap().expose(), good);
        }
        let token = AccessToken::parse("hush-hush").unwrap();
        assert_eq!(
            format!("{token:?} {token:#?}"),
            "AccessToken(***) AccessToken(***)"
        );
    }

    #[test]
    fn every_endpoint_that_a_capability_unlocks_is_an_operation() {
        let unlocked: Vec<String> = ACCESS_TOKEN_CAPABILITIES
            .iter()
            .flat_map(AccessTokenCapability::endpoints)
            .collect();
        let needing = OPERATIONS.iter().filter(|it| !it.needs.is_empty());
        let needing: Vec<String> = needing
            .map(|it| format!("{} {}", it.method, it.path))
            .collect();
        assert_eq!(unlocked.len(), needing.len());
        assert!(needing.iter().all(|it| unlocked.contains(it)));
    }
}
