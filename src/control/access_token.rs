//! The 11 capabilities of an access token, the credential of the Control API and the Ably CLI.
//!
//! Source: <https://ably.com/docs/platform/account/access-tokens>. Write access does not imply read
//! access.

use super::OPERATIONS;
use crate::error::{Error, Kind, Result};
use crate::suggest::{did_you_mean, nearest};
use crate::text::{fill, quoted};

/// One capability and the calls it allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AccessTokenCapability {
    /// The name in `/me` and in API responses.
    pub capability: &'static str,
    /// The label in the dashboard, which calls a `rule` an integration and a `namespace` a rule.
    pub label: &'static str,
    /// The group in the dashboard's creation form.
    pub group: &'static str,
    /// The Ably CLI commands it allows.
    pub commands: &'static [&'static str],
}

impl AccessTokenCapability {
    /// The Control API calls it allows, such as `GET /apps/{app_id}/keys`.
    pub fn endpoints(&self) -> impl Iterator<Item = String> {
        let needs = self.capability;
        let unlocked = OPERATIONS.iter().filter(move |it| it.needs == needs);
        unlocked.map(|it| fill("{} {}", &[it.method, it.path]))
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

/// Returns whether an access token with these capabilities has `need`.
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

/// Same as [`check_need`], with the lists of names and labels as arguments.
pub(crate) fn check_named(need: &str, names: &[&str], labels: &[&str]) -> Result<()> {
    if !names.contains(&need) {
        let place = labels.iter().position(|it| it.eq_ignore_ascii_case(need));
        let by_label = place.and_then(|place| names.get(place).copied());
        // Repeat the text only if it resembles a name: it may be a misplaced access token.
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
