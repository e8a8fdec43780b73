//! Which of an app's keys is chosen.

use ably_edge_auth::control::{AppKey, KeyRequirements, choose, choose_revocable};
use ably_edge_auth::{Capability, Kind};

fn capability(text: &str) -> Capability {
    Capability::read(text).expect("a capability")
}

/// An enabled key with this capability.
fn key(id: &str, text: &str) -> AppKey {
    AppKey {
        key: format!("app.{id}:hush-{id}").parse().expect("a key"),
        capability: Some(capability(text)),
        revocable: false,
        enabled: true,
    }
}

fn revocable(id: &str, text: &str) -> AppKey {
    AppKey {
        revocable: true,
        ..key(id, text)
    }
}

fn revoked(id: &str, text: &str) -> AppKey {
    AppKey {
        enabled: false,
        ..key(id, text)
    }
}

const ALL: &str = r#"{"[*]*":["*"]}"#;
const CHAT: &str = r#"{"chat:*":["publish","subscribe"]}"#;
const NEWS: &str = r#"{"news":["subscribe"]}"#;

#[track_caller]
fn chosen<'k>(keys: &'k [AppKey], wish: &KeyRequirements<'_>) -> &'k str {
    choose(keys, wish).expect("a key").key.key_id()
}

fn named(name: &str) -> KeyRequirements<'_> {
    KeyRequirements {
        key_name: Some(name),
        ..KeyRequirements::default()
    }
}

#[test]
fn a_key_is_named_by_its_whole_name_or_the_second_half() {
    let keys = [key("one", ALL), key("-two", ALL)];
    for name in ["app.-two", "-two"] {
        assert_eq!(chosen(&keys, &named(name)), "-two");
    }
    for name in ["two", "app.", "app", "", "app.-TWO", "other.-two"] {
        let error = choose(&keys, &named(name)).unwrap_err();
        assert_eq!(
            (error.kind(), error.path()),
            (Kind::Key, Some("keyName")),
            "{name}"
        );
        assert_eq!(
            error.remediation(),
            Some("its enabled keys are app.one, app.-two")
        );
    }
}

#[test]
fn the_whole_key_in_place_of_its_name_is_not_repeated() {
    let keys = [key("one", ALL)];
    let error = choose(&keys, &named("app.other:hush-other")).unwrap_err();
    assert_eq!(error.message(), r#"the app has no key "app.other""#);
    let error = choose(&keys, &named("app.one:hush-one")).unwrap_err();
    assert!(!error.to_string().contains("hush"), "{error}");
}

#[test]
fn a_named_key_that_was_revoked_is_refused() {
    let keys = [revoked("one", ALL), key("two", ALL)];
    let error = choose(&keys, &named("one")).unwrap_err();
    assert_eq!(error.message(), "the key app.one has been revoked");
    assert_eq!((error.kind(), error.path()), (Kind::Key, Some("keyName")));
}

#[test]
fn a_named_key_is_used_even_if_another_would_suit_better() {
    let keys = [key("one", CHAT), key("two", ALL)];
    let wished = capability(r#"{"[*]*":["*"]}"#);
    let wish = KeyRequirements {
        capability: Some(&wished),
        ..named("one")
    };
    assert_eq!(chosen(&keys, &wish), "one");
}

#[test]
fn without_any_wish_it_is_the_first_enabled_one() {
    let keys = [revoked("one", ALL), key("two", CHAT), key("three", ALL)];
    assert_eq!(chosen(&keys, &KeyRequirements::default()), "two");
}

#[test]
fn one_that_covers_all_that_is_wished_comes_before_one_that_covers_a_part() {
    let wished = capability(r#"{"chat:*":["publish"],"news":["subscribe"]}"#);
    let wish = KeyRequirements {
        capability: Some(&wished),
        ..KeyRequirements::default()
    };
    assert_eq!(chosen(&[key("one", CHAT), key("two", ALL)], &wish), "two");
    assert_eq!(chosen(&[key("one", CHAT), key("two", NEWS)], &wish), "one");
    assert_eq!(
        chosen(&[revoked("one", ALL), key("two", NEWS)], &wish),
        "two"
    );
}

#[test]
fn a_key_that_leaves_nothing_of_it_is_never_chosen() {
    let wished = capability(NEWS);
    let wish = KeyRequirements {
        capability: Some(&wished),
        ..KeyRequirements::default()
    };
    assert_eq!(chosen(&[key("one", CHAT), key("two", NEWS)], &wish), "two");
    for keys in [
        vec![key("one", CHAT)],
        vec![
            key("one", CHAT),
            revoked("two", NEWS),
            revocable("three", CHAT),
        ],
    ] {
        let error = choose(&keys, &wish).unwrap_err();
        assert_eq!(
            (error.kind(), error.code()),
            (Kind::Capability, Some(40160))
        );
    }
    let wish = KeyRequirements {
        key_name: Some("one"),
        ..wish
    };
    let keys = [key("one", CHAT), key("two", NEWS)];
    assert_eq!(choose(&keys, &wish).unwrap_err().code(), Some(40160));
}

#[test]
fn a_key_whose_capability_is_not_known_may_do_all() {
    let unknown = AppKey {
        capability: None,
        ..key("two", ALL)
    };
    let wished = capability(NEWS);
    let wish = KeyRequirements {
        capability: Some(&wished),
        ..KeyRequirements::default()
    };
    assert_eq!(chosen(&[key("one", CHAT), unknown], &wish), "two");
}

#[test]
fn for_a_long_life_a_key_without_revocable_tokens_is_preferred() {
    let keys = [revocable("one", ALL), key("two", ALL)];
    for (ttl, id) in [(None, "one"), (Some(3_600), "one"), (Some(3_601), "two")] {
        let wish = KeyRequirements {
            ttl_seconds: ttl,
            ..KeyRequirements::default()
        };
        assert_eq!(chosen(&keys, &wish), id, "{ttl:?}");
    }
    // If it is the only key, it is still chosen, so that the refusal explains the problem with the
    // TTL.
    let wish = KeyRequirements {
        ttl_seconds: Some(86_400),
        ..KeyRequirements::default()
    };
    assert_eq!(chosen(&keys[..1], &wish), "one");
}

#[test]
fn for_revocable_tokens_a_key_that_has_them_is_preferred() {
    let keys = [key("one", ALL), revocable("two", ALL)];
    let wish = KeyRequirements {
        revocable: true,
        ..KeyRequirements::default()
    };
    assert_eq!(chosen(&keys, &wish), "two");
    assert_eq!(chosen(&keys[..1], &wish), "one");
    // A suitable lifetime takes precedence over a covering capability.
    let wished = capability(r#"{"chat:*":["publish"],"news":["subscribe"]}"#);
    let wish = KeyRequirements {
        capability: Some(&wished),
        ..wish
    };
    assert_eq!(
        chosen(&[key("one", ALL), revocable("two", CHAT)], &wish),
        "two"
    );
}

#[test]
fn an_app_without_an_enabled_key_is_refused() {
    for keys in [vec![], vec![revoked("one", ALL)]] {
        let error = choose(&keys, &KeyRequirements::default()).unwrap_err();
        assert_eq!((error.kind(), error.path()), (Kind::Key, Some("app")));
        assert_eq!(error.message(), "the app has no enabled key");
    }
}

#[test]
fn revoking_takes_every_enabled_key_with_revocable_tokens() {
    let gone = AppKey {
        enabled: false,
        ..revocable("four", ALL)
    };
    let keys = [
        revocable("one", ALL),
        key("two", ALL),
        revocable("three", CHAT),
        gone,
    ];
    let found = choose_revocable(&keys, None).expect("keys");
    let ids: Vec<_> = found.iter().map(|it| it.key.key_id()).collect();
    assert_eq!(ids, ["one", "three"]);
}

#[test]
fn revoking_uses_the_named_key_without_asking_the_list() {
    let keys = [
        revocable("one", ALL),
        key("two", ALL),
        revoked("three", ALL),
    ];
    for name in ["two", "app.two"] {
        let found = choose_revocable(&keys, Some(name)).expect("a key");
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].key.key_id(), "two");
    }
    assert_eq!(
        choose_revocable(&keys, Some("four")).unwrap_err().kind(),
        Kind::Key
    );
    assert_eq!(
        choose_revocable(&keys, Some("three")).unwrap_err().kind(),
        Kind::Key
    );
}

#[test]
fn no_key_with_revocable_tokens_is_40164() {
    for keys in [vec![], vec![key("one", ALL)]] {
        let error = choose_revocable(&keys, None).unwrap_err();
        assert_eq!((error.kind(), error.code()), (Kind::Key, Some(40164)));
        assert_eq!((error.status(), error.path()), (Some(401), Some("app")));
        assert!(
            error
                .remediation()
                .expect("a hint")
                .contains("revocableTokens: true")
        );
    }
}
