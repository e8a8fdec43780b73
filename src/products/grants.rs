//! The table of features, and capabilities made from it.

use super::{FeatureExplanation, Place, answer_row};
use crate::capability::{
    Capability, CheckContext, Diagnostic, ExplainContext, Operation, Severity,
};
use crate::error::{Error, Kind, Result};
use crate::suggest::misspelt;
use crate::text::{joined, quoted};

/// A row each: the product, the feature, what it needs. The build makes the JavaScript table from it.
const FEATURES: &str = include_str!("features.txt");

const CHANNELS_OF_A_SPACE: [(&str, &str); 2] = [("space:", "::$space"), ("cursors:", "::$cursors")];

impl Place<'_> {
    /// The name of the product in the table, and in JavaScript.
    fn product(self) -> &'static str {
        match self {
            Place::ChatRoom(_) => "chat",
            Place::Space(_) => "spaces",
            Place::AiConversation(_) => "aiTransport",
        }
    }
}

fn rows(place: Place<'_>) -> impl Iterator<Item = (&'static str, &'static str)> {
    FEATURES.lines().filter_map(move |line| {
        let row = line.strip_prefix(place.product())?.strip_prefix(' ')?;
        row.split_once(' ')
    })
}

/// The features of the product of a place; its name is of no consequence.
///
/// ```
/// use ably_edge_auth::products::{Place, features};
///
/// assert!(features(Place::ChatRoom("")).any(|feature| feature == "typing"));
/// ```
pub fn features(place: Place<'_>) -> impl Iterator<Item = &'static str> {
    rows(place).map(|(feature, _)| feature)
}

fn row(place: Place<'_>, feature: &str) -> Result<&'static str> {
    let found = rows(place).find(|(name, _)| *name == feature);
    found.map(|(_, row)| row).ok_or_else(|| {
        let names: Vec<_> = features(place).collect();
        let texts = [&*quoted(feature), place.product()];
        let error = Error::new(Kind::Usage, "unknown feature {} of {}", &texts).at("feature");
        let all = format!("the features are {}", joined(&names, ", "));
        misspelt(error, feature, &names, &all)
    })
}

/// Explains whether a capability allows a feature of a product.
///
/// ```
/// use ably_edge_auth::products::{Place, explain_feature};
/// use ably_edge_auth::{Capability, ExplainContext};
///
/// let capability = Capability::read(r#"{"support:*":["publish","subscribe"]}"#)?;
/// let room = Place::ChatRoom("support:7");
/// let typing = explain_feature(&capability, room, "typing", &ExplainContext::default())?;
/// assert!(typing.allowed);
/// assert_eq!(typing.surfaces[0].channel, "support:7::$chat");
/// # Ok::<(), ably_edge_auth::Error>(())
/// ```
///
/// # Errors
/// [`Kind::Usage`]: the product has no such feature.
pub fn explain_feature(
    capability: &Capability,
    place: Place<'_>,
    feature: &str,
    context: &ExplainContext<'_>,
) -> Result<FeatureExplanation> {
    let row = row(place, feature)?;
    let evaluation = answer_row(capability, place, feature, row, context);
    Ok(FeatureExplanation::of(evaluation))
}

/// The result of [`capability_for`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Granted {
    /// The capability.
    pub capability: Capability,
    /// What to know about it, such as a mode to ask for or a channel rule to set.
    pub diagnostics: Vec<Diagnostic>,
}

/// Makes the capability that allows these features, and operations on `channels`, and no more.
///
/// A name may be a pattern, such as `support:*`. A space gets its bare name and the names of its two
/// channels, because Ably's documents do not say how its service gets from one to the other.
///
/// ```
/// use ably_edge_auth::products::{Place, capability_for};
///
/// let granted = capability_for(
///     &[(Place::ChatRoom("support:*"), &["send", "receive"])],
///     &[("news", &["subscribe"])],
/// )?;
/// assert_eq!(
///     granted.capability.to_string(),
///     r#"{"news":["subscribe"],"support:*":["publish","subscribe"]}"#
/// );
/// # Ok::<(), ably_edge_auth::Error>(())
/// ```
///
/// # Errors
/// [`Kind::Usage`]: a product has no such feature. The errors of [`Capability::new`].
pub fn capability_for(
    places: &[(Place<'_>, &[&str])],
    channels: &[(&str, &[&str])],
) -> Result<Granted> {
    let mut entries: Vec<(String, Vec<&str>)> = Vec::new();
    let mut diagnostics = Vec::new();
    for (place, features) in places {
        for feature in *features {
            let row = row(*place, feature)?;
            for need in row.split(' ') {
                let Some((where_, alternatives)) = need.split_once(':') else {
                    continue;
                };
                let operations = alternatives.split('|').next().unwrap_or_default();
                for resource in resources(*place, where_) {
                    grant(&mut entries, resource, operations.split('+'));
                }
            }
        }
    }
    for (channel, operations) in channels {
        grant(
            &mut entries,
            (*channel).to_owned(),
            operations.iter().copied(),
        );
    }
    let views: Vec<_> = entries
        .iter()
        .map(|(resource, operations)| (resource.as_str(), operations.as_slice()))
        .collect();
    let capability = Capability::new(&views)?;
    for (place, features) in places {
        for feature in *features {
            remarks(&capability, *place, feature, &mut diagnostics)?;
        }
    }
    diagnostics.extend(capability.warnings(&CheckContext::default()));
    Ok(Granted {
        capability,
        diagnostics,
    })
}

/// The resources to write for a need: the name, and for a space the channel, too.
fn resources(place: Place<'_>, need: &str) -> Vec<String> {
    let name = place.name();
    let mut resources = vec![name.to_owned()];
    let is_pattern = name == "*" || name.ends_with(":*");
    if matches!(place, Place::Space(_)) && !is_pattern {
        let tags = CHANNELS_OF_A_SPACE.iter();
        let tag = tags.filter(|(of, _)| of.strip_suffix(':') == Some(need));
        resources.extend(tag.map(|(_, tag)| format!("{name}{tag}")));
    }
    resources
}

fn grant<'a>(
    entries: &mut Vec<(String, Vec<&'a str>)>,
    resource: String,
    operations: impl Iterator<Item = &'a str>,
) {
    let mut operations: Vec<_> = operations.collect();
    match entries.iter_mut().find(|(known, _)| *known == resource) {
        Some((_, list)) => {
            operations.retain(|operation| !list.contains(operation));
            list.extend(operations);
        }
        None => entries.push((resource, operations)),
    }
}

/// Adds what a feature needs besides operations.
fn remarks(
    capability: &Capability,
    place: Place<'_>,
    feature: &str,
    diagnostics: &mut Vec<Diagnostic>,
) -> Result<()> {
    let row = row(place, feature)?;
    let path = format!("{}[{}]", place.product(), quoted(place.name()));
    let mut say = |code, message: &str| {
        let known = |other: &Diagnostic| other.code == code && other.message == message;
        if !diagnostics.iter().any(known) {
            diagnostics.push(Diagnostic::new(Severity::Info, code, &path, message));
        }
    };
    let explained = explain_feature(capability, place, feature, &ExplainContext::default())?;
    let own = |name: &String| Operation::named(name).is_some_and(Operation::needs_client_id);
    if row.contains(" identity") || explained.operations.iter().any(own) {
        say(
            "unidentified",
            &format!("{path} needs a token with a client id"),
        );
    }
    if let Some(rule) = row.split(' ').find_map(|word| word.strip_prefix("rule=")) {
        let message = format!("{path} needs the channel rule {rule} on its namespace");
        say("rule-missing", &message);
    }
    for found in explained.diagnostics {
        say(found.code, &found.message);
    }
    Ok(())
}
