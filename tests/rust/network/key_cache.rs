//! The key cache: which keys it returns to whom, how long it keeps them, and how many.

use std::sync::Arc;

use ably_edge_auth::AccessToken;
use ably_edge_auth::control::{AppKey, AppKeyCache, AppKeyCacheKey};

const NOW: u64 = 1_700_000_000_000;
const MINUTE: u64 = 60_000;
const CONTROL: &str = "https://control.ably.net/v1";

fn place(control: &str, token: &str, app: &str, transport: u32) -> AppKeyCacheKey {
    let token = AccessToken::parse(token).expect("a token");
    AppKeyCacheKey::new(control, &token, app, transport)
}

fn one() -> AppKeyCacheKey {
    place(CONTROL, "token-one", "app", 1)
}

fn keys(secret: &str) -> Vec<AppKey> {
    vec![AppKey {
        key: format!("app.key:{secret}").parse().expect("a key"),
        capability: None,
        revocable: false,
        enabled: true,
    }]
}

fn secret(cache: &AppKeyCache, place: &AppKeyCacheKey, now: u64) -> Option<String> {
    let keys = cache.get(place, now)?;
    Some(keys[0].key.expose().rsplit(':').next()?.to_owned())
}

#[test]
fn what_was_found_is_there_for_three_minutes() {
    let cache = AppKeyCache::default();
    assert!(cache.get(&one(), NOW).is_none());
    let kept = cache.put(one(), NOW, keys("first"));
    for ms in [0, 1, MINUTE, 3 * MINUTE - 1] {
        let found = cache.get(&one(), NOW + ms).expect("keys");
        assert!(Arc::ptr_eq(&found, &kept));
    }
    assert!(cache.get(&one(), NOW + 3 * MINUTE).is_none());
    // And permanently removed.
    assert!(cache.get(&one(), NOW).is_none());
}

#[test]
fn being_asked_for_makes_nothing_live_longer() {
    let cache = AppKeyCache::default();
    cache.put(one(), NOW, keys("first"));
    for minute in 0..3 {
        assert!(cache.get(&one(), NOW + minute * MINUTE).is_some());
    }
    assert!(cache.get(&one(), NOW + 3 * MINUTE).is_none());
}

#[test]
fn a_clock_that_was_set_back_makes_nothing_live_longer() {
    let cache = AppKeyCache::default();
    cache.put(one(), NOW, keys("first"));
    assert!(cache.get(&one(), NOW - 1).is_none());
    assert!(cache.get(&one(), NOW).is_none());
}

#[test]
fn another_token_app_endpoint_or_transport_never_gets_it() {
    let cache = AppKeyCache::default();
    cache.put(one(), NOW, keys("first"));
    for other in [
        place(CONTROL, "token-two", "app", 1),
        place(CONTROL, "token-on", "app", 1),
        place(CONTROL, "token-one", "App", 1),
        place(CONTROL, "token-one", "app2", 1),
        place(CONTROL, "token-one", "", 1),
        place("https://control.example.com/v1", "token-one", "app", 1),
        place("https://control.ably.net", "token-one", "app", 1),
        place(CONTROL, "token-one", "app", 0),
        place(CONTROL, "token-one", "app", 2),
    ] {
        assert!(cache.get(&other, NOW).is_none());
    }
    assert!(cache.get(&one(), NOW).is_some());
}

#[test]
fn what_is_found_anew_takes_the_place_of_the_old() {
    let cache = AppKeyCache::default();
    let old = cache.put(one(), NOW, keys("first"));
    cache.put(one(), NOW + MINUTE, keys("second"));
    assert_eq!(
        secret(&cache, &one(), NOW + MINUTE).as_deref(),
        Some("second")
    );
    assert!(secret(&cache, &one(), NOW + 4 * MINUTE - 1).is_some());
    // No one but its recipient holds the old value.
    assert_eq!(Arc::strong_count(&old), 1);
}

#[test]
fn forgetting_takes_all_of_the_token_and_of_no_other() {
    let cache = AppKeyCache::default();
    let other = place(CONTROL, "token-two", "app", 1);
    let apps = ["app", "other", "third"].map(|app| place(CONTROL, "token-one", app, 7));
    for app in &apps {
        cache.put(app.clone(), NOW, keys("first"));
    }
    cache.put(other.clone(), NOW, keys("second"));
    cache.forget(&apps[1]);
    for app in &apps {
        assert!(cache.get(app, NOW).is_none());
    }
    assert_eq!(secret(&cache, &other, NOW).as_deref(), Some("second"));
}

#[test]
fn sixteen_are_kept_and_the_one_used_longest_ago_goes_first() {
    let cache = AppKeyCache::default();
    let app = |number: u32| place(CONTROL, "token-one", &format!("app{number}"), 1);
    let first = cache.put(app(0), NOW, keys("first"));
    for number in 1..16 {
        cache.put(app(number), NOW, keys("more"));
    }
    for number in 0..16 {
        assert!(cache.get(&app(number), NOW).is_some(), "{number}");
    }
    // Storing the same entry again removes no other.
    cache.put(app(15), NOW, keys("more"));
    assert!(cache.get(&app(0), NOW).is_some());
    cache.put(app(16), NOW, keys("more"));
    assert!(cache.get(&app(1), NOW).is_none());
    for number in 2..16 {
        assert!(cache.get(&app(number), NOW).is_some(), "{number}");
    }
    assert_eq!(Arc::strong_count(&first), 2);
    cache.put(app(17), NOW, keys("more"));
    assert!(cache.get(&app(0), NOW).is_none());
    assert_eq!(Arc::strong_count(&first), 1);
}

#[test]
fn expired_state_is_dropped_at_any_request() {
    let cache = AppKeyCache::default();
    let old = cache.put(one(), NOW, keys("first"));
    assert!(
        cache
            .get(&place(CONTROL, "token-two", "app", 1), NOW + 3 * MINUTE)
            .is_none()
    );
    assert_eq!(Arc::strong_count(&old), 1);
}
