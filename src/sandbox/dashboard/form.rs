//! The form that creates an access token, as JSON.

use serde_json::{Map, Value};

use crate::control::ACCESS_TOKEN_CAPABILITIES;
use crate::sandbox::Context;
use crate::sandbox::control::body::read_object;
use crate::sandbox::control::shape::Shape::{Anything, Name, Text};
use crate::sandbox::control::shape::{Field, Problems, check, needed, optional};
use crate::sandbox::error::Outcome;
use crate::sandbox::setup::ACCOUNT_ID;
use crate::suggest::{did_you_mean, nearest};
use crate::text::joined;

const DAY_MS: u64 = 24 * 3_600_000;
/// Source: <https://ably.com/docs/platform/account/access-tokens>; the first is the default.
const EXPIRY_DAYS: [u64; 3] = [30, 60, 90];

const EXPIRY: Field = optional("expiryDays", Anything);
const CREATION: &[Field] = &[
    needed("name", Name),
    optional("account", Text),
    EXPIRY,
    needed("capabilities", Anything),
];

/// The properties of a new access token.
pub(super) struct Creation {
    pub(super) name: String,
    pub(super) capabilities: Vec<String>,
    /// ms since 1970. `None`: never.
    pub(super) expires: Option<u64>,
}

pub(super) fn read_creation(context: &Context<'_>) -> Outcome<Creation> {
    let body = read_object(context)?;
    let mut problems = Problems::default();
    check(&body, CREATION, true, &mut problems);
    let account = body.get("account").and_then(Value::as_str);
    if account.is_some_and(|account| account != ACCOUNT_ID) {
        problems.add("account", "is not the id of this admin's account");
    }
    let expires = expiry(&body, context.now, &mut problems);
    let capabilities = match body.get("capabilities") {
        Some(given) => capabilities(given, &mut problems),
        None => Vec::new(),
    };
    problems.refuse()?;
    let name = body.get("name").and_then(Value::as_str);
    Ok(Creation {
        name: name.unwrap_or_default().to_owned(),
        capabilities,
        expires,
    })
}

/// Reads the expiry that is chosen along with a new value. Without a body, the default applies.
pub(super) fn read_rotation(context: &Context<'_>) -> Outcome<Option<u64>> {
    let body = match context.call.request.body.is_empty() {
        true => Map::new(),
        false => read_object(context)?,
    };
    let mut problems = Problems::default();
    check(&body, &[EXPIRY], true, &mut problems);
    let expires = expiry(&body, context.now, &mut problems);
    problems.refuse()?;
    Ok(expires)
}

fn expiry(body: &Map<String, Value>, now: u64, problems: &mut Problems) -> Option<u64> {
    let days = match body.get("expiryDays") {
        None => EXPIRY_DAYS.first().copied(),
        Some(Value::Null) => return None,
        Some(days) => days.as_u64().filter(|days| EXPIRY_DAYS.contains(days)),
    };
    if days.is_none() {
        problems.add("expiryDays", "is not 30, 60, 90 or null (never)");
    }
    Some(now.saturating_add(days? * DAY_MS))
}

/// The chosen capabilities, in the order of Ably's table.
fn capabilities(given: &Value, problems: &mut Problems) -> Vec<String> {
    let mut chosen = Vec::new();
    let groups = match given {
        Value::String(all) if all == "all" => return all_of(None),
        Value::Object(groups) => groups,
        _ => {
            let reason = r#"is neither "all" nor an object with groups, as {"Apps": ["read", "write"], "Keys": "all"}"#;
            problems.add("capabilities", reason);
            return chosen;
        }
    };
    let mut known: Vec<&str> = ACCESS_TOKEN_CAPABILITIES
        .iter()
        .map(|it| it.group)
        .collect();
    known.dedup();
    for (group, verbs) in groups {
        let Some(group) = known.iter().find(|it| *it == group) else {
            let reason = match nearest(group, &known) {
                Some(meant) => format!("has an unknown group; {}", did_you_mean(meant)),
                None => format!(
                    "has an unknown group; the groups are {}",
                    joined(&known, ", ")
                ),
            };
            problems.add("capabilities", &reason);
            continue;
        };
        let path = format!("capabilities.{group}");
        let all = all_of(Some(group));
        match verbs {
            Value::String(word) if word == "all" => chosen.extend(all),
            Value::Array(verbs) => {
                for (index, verb) in verbs.iter().enumerate() {
                    let verb = verb.as_str().unwrap_or_default();
                    let named = all
                        .iter()
                        .find(|it| it.split_once(':').is_some_and(|it| it.0 == verb));
                    match named {
                        Some(capability) => chosen.push(capability.clone()),
                        None => {
                            let verbs: Vec<&str> = all
                                .iter()
                                .filter_map(|it| Some(it.split_once(':')?.0))
                                .collect();
                            let reason = format!("is not one of {}", joined(&verbs, ", "));
                            problems.add(&format!("{path}[{index}]"), &reason);
                        }
                    }
                }
            }
            _ => problems.add(&path, r#"is neither "all" nor a list of read and write"#),
        }
    }
    let mut sorted = all_of(None);
    sorted.retain(|it| chosen.contains(it));
    if sorted.is_empty() {
        problems.add(
            "capabilities",
            "is empty: a token without capabilities is useless",
        );
    }
    sorted
}

/// The capabilities of one group, or of all groups.
fn all_of(group: Option<&str>) -> Vec<String> {
    let rows = ACCESS_TOKEN_CAPABILITIES.iter();
    let rows = rows.filter(|row| group.is_none_or(|group| row.group == group));
    rows.map(|row| row.capability.to_owned()).collect()
}
