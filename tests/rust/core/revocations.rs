//! Which tokens a revocation revokes, for single entries and for lists.

use crate::generators::{capability, config, resource};
use crate::vectors::{Case, each, refusal, revocations, same_error};
use ably_edge_auth::{
    Bearer, Capability, Result, RevocationEntry, RevocationList, Target, TargetKind, VerifyOptions,
    verify,
};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

#[test]
fn as_the_vectors_say() {
    each("revocations.json", |case| {
        match case.get("error") {
            Some(error) => same_error(
                &refusal(case.verify()),
                error,
                Some(&["kind", "code", "text"]),
            ),
            None => assert!(case.verify().is_ok()),
        }
        lists_say_the_same(case);
    });
}

/// The order of insertion must not matter.
fn lists_say_the_same(case: &Case) {
    let entries = revocations(&case.object("options")).expect("entries");
    let mut without = case.object("options");
    without.0["revocations"] = serde_json::json!([]);
    let mut other = Case(case.0.clone());
    other.0["options"] = without.0;
    let Ok(verified) = other.verify() else {
        return; // it is refused for another reason
    };
    let (bearer, now) = (verified.bearer(), case.number("now"));
    let forwards: RevocationList = entries.iter().cloned().collect();
    let backwards: RevocationList = entries.iter().rev().cloned().collect();
    assert_eq!(forwards, backwards);
    if let Some(error) = case.get("error").filter(|it| it["kind"] == "usage") {
        let refused = refusal(forwards.revokes(&bearer, now));
        same_error(&refused, error, Some(&["kind", "code", "text"]));
        let mut errors = entries
            .iter()
            .filter_map(|it| it.revokes(&bearer, now).err());
        assert_eq!(errors.next(), Some(refused));
        return;
    }
    let falls = any_revokes(&entries, &bearer, now).expect("known");
    assert_eq!(falls, case.get("error").is_some());
    assert_eq!(forwards.revokes(&bearer, now), Ok(falls));
}

fn any_revokes(entries: &[RevocationEntry], bearer: &Bearer<'_>, now: u64) -> Result<bool> {
    // Evaluates all entries, since any of them may be undecidable.
    let outcomes = entries.iter().map(|entry| entry.revokes(bearer, now));
    let outcomes: Vec<bool> = outcomes.collect::<Result<_>>()?;
    Ok(outcomes.contains(&true))
}

fn entry(issued_before: u64, applies_at: u64) -> RevocationEntry {
    RevocationEntry {
        key_name: "app.key".into(),
        target: "clientId:ada".parse().expect("a target"),
        issued_before,
        applies_at,
    }
}

/// `iat` counts seconds, so the cut-off may lie within the second of the token.
#[test]
fn a_token_of_the_second_of_the_cut_off_falls() {
    let falls = |iat: u64, issued_before| {
        let bearer = Bearer {
            key_name: "app.key",
            client_id: Some("ada"),
            revocation_key: None,
            capability: None,
            issued: iat * 1_000,
        };
        let falls = entry(issued_before, 0).revokes(&bearer, 6_000);
        falls.expect("it is no channel")
    };
    assert!(falls(5, 5_500));
    assert!(falls(5, 5_001));
    assert!(!falls(5, 5_000));
    assert!(!falls(6, 5_999));
}

#[test]
fn a_list_keeps_what_makes_a_difference() {
    let mut list = RevocationList::default();
    assert!(list.add(entry(10, 10)));
    assert!(!list.add(entry(10, 10)), "the same");
    assert!(!list.add(entry(10, 40)), "later in force");
    assert!(!list.add(entry(9, 10)), "an earlier cut-off");
    assert!(list.add(entry(20, 50)), "a later cut-off, later in force");
    assert!(list.add(entry(5, 5)), "earlier in force");
    let kept = |list: &RevocationList| list.iter().map(|it| it.issued_before).collect::<Vec<_>>();
    assert_eq!(kept(&list), [5, 10, 20]);
    assert!(list.add(entry(15, 5)), "it covers two of them");
    assert_eq!(kept(&list), [15, 20]);
    let mut other_key = entry(1, 60);
    other_key.key_name = "app.other".into();
    assert!(list.add(other_key));
    assert_eq!(list.iter().count(), 3);
}

#[test]
fn a_list_forgets_which_keys_had_channels_with_the_last_of_them() {
    let channel = |name: &str, issued_before| RevocationEntry {
        target: name.parse().expect("a target"),
        ..entry(issued_before, 0)
    };
    let mut list = RevocationList::default();
    list.extend([
        entry(7, 0),
        channel("channel:a", 8),
        channel("channel:b", 9),
    ]);
    let bearer = Bearer {
        key_name: "app.key",
        client_id: Some("ada"),
        revocation_key: None,
        capability: None,
        issued: 5,
    };
    let other = Bearer {
        key_name: "app.other",
        ..bearer
    };
    for least in [0, 9] {
        list.retain(|entry| entry.issued_before >= least || entry.issued_before == 7);
        assert!(list.revokes(&bearer, 10).is_err());
        assert_eq!(list.revokes(&other, 10), Ok(false));
    }
    list.retain(|entry| entry.issued_before == 7);
    assert_eq!(list.revokes(&bearer, 10), Ok(true));
}

#[test]
fn what_verify_asks_can_be_asked_afterwards() {
    each("revocations.json", |case| {
        let entries = revocations(&case.object("options")).expect("entries");
        let options = VerifyOptions {
            revocations: &entries,
            ..VerifyOptions::at(case.number("now"))
        };
        let token = case.token();
        let Ok(verified) = verify(&token, case.keys(), &VerifyOptions::at(options.now_ms)) else {
            return;
        };
        let list: RevocationList = entries.iter().cloned().collect();
        let revoking = list.revoking(&verified.bearer(), options.now_ms);
        let error = verify(&token, case.keys(), &options).err();
        match revoking {
            Ok(revoking) => assert_eq!(revoking.is_some(), error.is_some()),
            Err(unknown) => assert_eq!(Some(unknown), error),
        }
    });
}

/// A small set, so that entries often match.
fn name() -> impl Strategy<Value = &'static str> {
    select(vec!["a", "b", "a:b", "*", "é"])
}

fn key_name() -> impl Strategy<Value = &'static str> {
    select(vec!["app.key", "app.other"])
}

fn target() -> impl Strategy<Value = Target> {
    let of = |kind| move |value: &'static str| Target::new(kind, value).expect("a target");
    prop_oneof![
        name().prop_map(of(TargetKind::ClientId)),
        name().prop_map(of(TargetKind::RevocationKey)),
        resource()
            .prop_filter("no channel is nameless", |it| !it.is_empty())
            .prop_map(|it| Target::new(TargetKind::Channel, &it).expect("a target")),
    ]
}

/// Times that are close together, and arbitrary ones.
fn time() -> impl Strategy<Value = u64> {
    prop_oneof![4 => 0..8u64, 1 => any::<u64>(), 1 => Just(u64::MAX)]
}

prop_compose! {
    fn entries()(
        some in vec((key_name(), target(), time(), time()), 0..12)
    ) -> Vec<RevocationEntry> {
        some.into_iter().map(|(key_name, target, issued_before, applies_at)| RevocationEntry {
            key_name: key_name.to_owned(), target, issued_before, applies_at,
        }).collect()
    }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn lists_and_single_entries_agree_in_any_order(
        (entries, shuffled) in entries()
            .prop_flat_map(|it| (Just(it.clone()), Just(it).prop_shuffle())),
        key_name in key_name(),
        client_id in proptest::option::of(name()),
        revocation_key in proptest::option::of(name()),
        capability in proptest::option::of(capability()),
        issued in time(), now in time(),
    ) {
        let bearer = Bearer {
            key_name, client_id, revocation_key, capability: capability.as_ref(), issued,
        };
        let falls = any_revokes(&entries, &bearer, now);
        let list: RevocationList = entries.iter().cloned().collect();
        // Undecidable if the capability is unknown and a channel of its key is revoked, whatever
        // the token and the time.
        let is_open = capability.is_none() && entries.iter().any(|entry| {
            entry.key_name == key_name && entry.target.kind() == TargetKind::Channel
        });
        prop_assert_eq!(falls.is_err(), is_open);
        prop_assert_eq!(list.revokes(&bearer, now), falls);
        if let Ok(Some(entry)) = list.revoking(&bearer, now) {
            prop_assert!(entries.contains(entry) && entry.revokes(&bearer, now) == Ok(true));
        }
        // Neither order nor repetition makes a difference.
        let mut other: RevocationList = shuffled.into_iter().collect();
        prop_assert_eq!(&other, &list);
        for entry in entries {
            prop_assert!(!other.add(entry));
        }
        prop_assert_eq!(other, list);
    }

    /// A revoked token stays revoked, and so do tokens issued before it.
    #[test]
    fn revocations_only_ever_grow(
        entry in entries().prop_filter_map("none", |mut it| it.pop()),
        issued in time(), earlier in time(), now in time(), later in time(),
    ) {
        let capability = Capability::read(&format!(
            "{{{}:[]}}", serde_json::json!(entry.target.value())
        )).expect("a capability");
        let (key_name, target) = (entry.key_name.clone(), entry.target.clone());
        let bearer = |issued| Bearer {
            key_name: &key_name,
            client_id: Some(target.value()),
            revocation_key: Some(target.value()),
            capability: Some(&capability),
            issued,
        };
        let falls = issued < entry.issued_before && now >= entry.applies_at;
        prop_assert_eq!(entry.revokes(&bearer(issued), now), Ok(falls));
        if falls {
            prop_assert_eq!(entry.revokes(&bearer(issued.min(earlier)), now.max(later)), Ok(true));
        }
    }

    #[test]
    fn targets_say_what_they_were_made_of(kind in 0..3usize, value in ".{1,40}") {
        let kind = [TargetKind::ClientId, TargetKind::RevocationKey, TargetKind::Channel][kind];
        let target = Target::new(kind, &value).expect("a target");
        prop_assert_eq!((target.kind(), target.value()), (kind, value.as_str()));
        prop_assert_eq!(target.text(), format!("{}:{value}", kind.as_str()));
        prop_assert_eq!(target.text().parse::<Target>(), Ok(target.clone()));
        prop_assert_eq!(target.to_string(), target.text());
    }

    #[test]
    fn no_text_panics_as_a_target(text in any::<String>()) {
        let found = text.parse::<Target>();
        prop_assert!(found.is_err() || found.is_ok_and(|target| target.text() == text));
    }
}
