//! Properties of all capabilities, checked with generated ones against a second implementation.

use std::collections::{BTreeMap, BTreeSet};

use crate::generators::*;
use crate::vectors::Value;
use ably_edge_auth::{Capability, CheckContext};
use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::json;

// The second implementation: recursion over segments, written from the rules documented at
// https://ably.com/docs/auth/capabilities and in ably-server's tests, not from this crate.

fn type_and_path(resource: &str) -> (String, Vec<&str>) {
    if let Some(close) = resource.find(']').filter(|_| resource.starts_with('[')) {
        let inside = &resource[1..close];
        let kind = inside.split(['=', '?']).next().unwrap_or_default();
        (kind.to_owned(), resource[close + 1..].split(':').collect())
    } else {
        (String::new(), resource.split(':').collect())
    }
}

/// `least` is the minimum number of segments that a final star matches.
fn path_matches(pattern: &[&str], name: &[&str], least: usize) -> bool {
    match (pattern, name) {
        (["*"], rest) => rest.len() >= least,
        ([], []) => true,
        ([first, pattern @ ..], [found, name @ ..]) => {
            (*first == "*" || first == found) && path_matches(pattern, name, least)
        }
        _ => false,
    }
}

fn reference_allows(grants: &Grants, operation: &str, resource: &str, least: usize) -> bool {
    let (kind, name) = type_and_path(resource);
    grants.iter().any(|(entry, operations)| {
        let (entry_kind, pattern) = type_and_path(entry);
        (entry_kind == "*" || entry_kind == kind)
            && path_matches(&pattern, &name, least)
            && operations
                .iter()
                .any(|known| known == "*" || known == operation)
    })
}

fn asked() -> impl Strategy<Value = (&'static str, String)> {
    (
        select(vec!["publish", "subscribe", "history", "stats", "fly"]),
        resource(),
    )
}

/// Grants that can be read but not always issued: any names at all.
fn any_grants() -> impl Strategy<Value = Grants> {
    let known = select(known_operations()).prop_map(str::to_owned);
    let operations = vec(prop_oneof![".{0,8}", known], 0..6);
    btree_map(".{0,12}", operations, 0..6)
}

/// Names from a small alphabet that includes all special characters, so that many overlap.
fn odd_grants() -> impl Strategy<Value = Grants> {
    let name = prop_oneof![
        "[*:ab]{0,5}",
        "\\[[*a?=]{0,3}\\]?[*:ab]{0,4}",
        "(a|b|\\*|\\*a)(:(a|b|\\*|a\\*)){0,3}",
    ];
    let operations = vec(select(vec!["publish", "subscribe", "history", "*"]), 1..3)
        .prop_map(|names| names.into_iter().map(str::to_owned).collect());
    btree_map(name, operations, 0..8)
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn matching_agrees_with_the_reference(grants in grants(), questions in vec(asked(), 1..20)) {
        let capability = parse(&grants);
        for (operation, resource) in &questions {
            let expected = reference_allows(&grants, operation, resource, 0);
            let found = capability.allows(operation, resource);
            prop_assert_eq!(found, expected, "{} on {}", operation, resource);
            prop_assert_eq!(capability.explain(operation, resource).allowed, expected);
        }
    }

    /// Applying the suggestion to the entry grants the request.
    #[test]
    fn suggestions_help(grants in grants(), (operation, resource) in asked()) {
        let explained = parse(&grants).explain(operation, &resource);
        for because in &explained.because {
            let Some(suggestion) = &because.suggestion else { continue };
            let mut operations = because.operations.clone();
            operations.push(suggestion.clone());
            let added = Capability::read(&json!({ &because.entry: operations }).to_string());
            let replaced = Capability::read(&json!({ suggestion: ["*"] }).to_string());
            let helps = [added, replaced]
                .into_iter()
                .any(|changed| changed.expect("a capability").allows(operation, &resource));
            prop_assert!(helps, "{}, {:?}", explained.message, because);
        }
    }

    #[test]
    fn an_intersection_allows_what_both_allow(
        one in grants(), other in grants(), questions in vec(asked(), 1..20)
    ) {
        let (a, b) = (parse(&one), parse(&other));
        let met = a.intersect(&b).ok();
        prop_assert_eq!(&met, &b.intersect(&a).ok(), "which of the two is the key does not matter");
        // Also uses the patterns themselves as names, with stars as literal text.
        let names = one.keys().chain(other.keys()).cloned();
        let in_met = met.iter().flat_map(|met| met.entries()).map(|it| it.resource().to_owned());
        let names: Vec<_> = names.chain(in_met).map(|name| ("publish", name)).collect();
        for (operation, resource) in questions.iter().chain(&names) {
            let allowed = met.as_ref().is_some_and(|met| met.allows(operation, resource));
            for either in [&a, &b] {
                let may = either.allows(operation, resource);
                prop_assert!(may || !allowed, "{} on {}: {} does not", operation, resource, either);
            }
            // The reverse holds unless a final star matches no segment: by Ably's rule, `foo:*` and
            // `foo` have no intersection.
            let both = reference_allows(&one, operation, resource, 1)
                && reference_allows(&other, operation, resource, 1);
            if both {
                prop_assert!(allowed, "{} on {}: both allow it", operation, resource);
            }
        }
    }

    /// Candidate entries are found by an index. None may be missed, however unusual its name.
    #[test]
    fn an_intersection_is_that_of_every_pair(one in odd_grants(), other in odd_grants()) {
        let read = |grants: &Grants| Capability::read(&json!(grants).to_string()).expect("a capability");
        let mut pooled: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for (mine, operations) in &one {
            let key = read(&Grants::from([(mine.clone(), operations.clone())]));
            for (theirs, operations) in &other {
                let requested = read(&Grants::from([(theirs.clone(), operations.clone())]));
                for entry in key.intersect(&requested).iter().flat_map(|met| met.entries()) {
                    let names = pooled.entry(entry.resource().to_owned()).or_default();
                    names.extend(entry.names().into_iter().map(str::to_owned));
                }
            }
        }
        // `*` absorbs all other names.
        for names in pooled.values_mut().filter(|names| names.contains("*")) {
            names.retain(|name| name == "*");
        }
        let wanted = (!pooled.is_empty()).then(|| Capability::read(&json!(pooled).to_string()).expect("a capability"));
        prop_assert_eq!(read(&one).intersect(&read(&other)).ok(), wanted);
    }

    #[test]
    fn an_intersection_with_itself_changes_nothing(
        grants in grants(), questions in vec(asked(), 1..20)
    ) {
        let before = parse(&grants);
        let after = before.intersect(&before).expect("something is left");
        for (operation, resource) in &questions {
            let [one, other] = [&before, &after].map(|it| it.allows(operation, resource));
            prop_assert_eq!(one, other, "{} on {}", operation, resource);
        }
    }

    #[test]
    fn canonical_text_reads_back_as_itself(grants in any_grants()) {
        let capability = Capability::read(&json!(grants).to_string()).expect("a capability");
        let text = capability.to_string();
        let again = Capability::read(&text).expect("canonical text");
        prop_assert_eq!(&again, &capability);
        prop_assert_eq!(again.to_string(), &*text);
        // Another JSON reader sees the same entries, none lost or added.
        let seen: BTreeMap<String, BTreeSet<String>> =
            grants.into_iter().map(|(name, list)| (name, list.into_iter().collect())).collect();
        let value: Value = serde_json::from_str(&text).expect("JSON");
        prop_assert_eq!(json!(seen), value);
    }

    #[test]
    fn the_order_and_white_space_of_a_text_do_not_matter(
        (given, shuffled) in grants()
            .prop_map(|grants| grants.into_iter().collect::<Vec<_>>())
            .prop_flat_map(|entries| {
                let lists: Vec<_> = entries
                    .iter()
                    .map(|(name, list)| {
                        let name = name.clone();
                        Just(list.clone()).prop_shuffle().prop_map(move |list| (name.clone(), list))
                    })
                    .collect();
                (Just(entries), lists.prop_flat_map(|lists| Just(lists).prop_shuffle()))
            })
    ) {
        let text = |entries: &[(String, Vec<String>)], space: &str| {
            let members: Vec<String> = entries
                .iter()
                .map(|(name, list)| format!("{space}{}{space}:{space}{}", json!(name), json!(list)))
                .collect();
            format!("{{{}{space}}}", members.join(","))
        };
        let one = Capability::parse(&text(&given, "")).expect("a capability");
        let other = Capability::parse(&text(&shuffled, " \t\r\n")).expect("a capability");
        prop_assert_eq!(one.to_string(), other.to_string());
    }

    #[test]
    fn what_can_be_issued_has_no_error_in_its_report(text in jsonish()) {
        let report = Capability::check(&text, &CheckContext::default());
        let parsed = Capability::parse(&text);
        prop_assert_eq!(report.is_ok(), parsed.is_ok());
        prop_assert_eq!(&report.capability, &Capability::read(&text).ok());
        if let Err(error) = parsed {
            let told = report.diagnostics.iter().any(|diagnostic| {
                error.message().starts_with(&diagnostic.message) || error.to_string() == diagnostic.message
            });
            prop_assert!(told, "{} is not in the report", error);
        }
    }

    #[test]
    fn json_is_read_as_another_reader_reads_it(text in jsonish()) {
        let theirs: Option<Value> = serde_json::from_str(&text).ok();
        match Capability::read(&text) {
            Ok(ours) => {
                let theirs = theirs.expect("ours took what is no JSON");
                let theirs = theirs.as_object().expect("an object");
                prop_assert_eq!(theirs.len(), ours.entries().len());
                for entry in ours.entries() {
                    for name in theirs[entry.resource()].as_array().expect("a list") {
                        prop_assert!(entry.names().contains(&name.as_str().expect("text")));
                    }
                }
            }
            Err(error) => {
                let lists = theirs.as_ref().and_then(Value::as_object).is_some_and(|object| {
                    object.values().all(|list| {
                        list.as_array().is_some_and(|list| list.iter().all(Value::is_string))
                    })
                });
                // The other reader silently accepts duplicate names.
                prop_assert!(!lists || error.message().contains("is listed twice"), "{}", error);
            }
        }
    }
}
