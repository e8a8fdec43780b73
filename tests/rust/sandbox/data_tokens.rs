//! `POST /keys/{key}/requestToken`: permissions, options and responses.

use crate::data_world::*;
use ably_edge_auth::{Capability, TokenRequest, TokenRequestParams};

const ROOT: &str = "/keys/sndbox.root01/requestToken";
const REVOCABLE: &str = "/keys/sndbox.revoc1/requestToken";
const NARROW: &str = "/keys/sndbox.narrow/requestToken";
const NONCE: &str = "0123456789abcdef";

/// A TokenRequest signed by a key, as JSON.
fn signed(key: &str, params: &TokenRequestParams<'_>, timestamp: u64, nonce: &str) -> Value {
    let request = TokenRequest::sign(parsed(key), params, timestamp, nonce).expect("a request");
    serde_json::from_str(&request.to_json()).expect("JSON")
}

fn plain(key: &str, timestamp: u64, nonce: &str) -> Value {
    signed(key, &TokenRequestParams::default(), timestamp, nonce)
}

/// Adds or replaces fields.
fn with(mut request: Value, other: Value) -> Value {
    for (name, value) in other.as_object().expect("fields") {
        request[name] = value.clone();
    }
    request
}

#[test]
fn the_answer_is_token_details() {
    let world = World::new();
    let key = world.credentials().revocable_key;
    // https://ably.com/docs/api/rest-api#request-token; SPEC RSA5: an hour
    let answer = world.post(REVOCABLE, &basic(&key), json!({}));
    assert_eq!(answer.status, 201);
    let details = answer.ok();
    let token = details["token"].as_str().expect("a token");
    assert_eq!(
        details,
        json!({
            "token": token, "keyName": "sndbox.revoc1", "issued": NOW, "expires": NOW + 3_600_000,
            "capability": r#"{"*":["*"]}"#,
        })
    );
    let capability = Capability::parse(r#"{"b":["subscribe"],"a":["publish"]}"#).expect("one");
    let params = TokenRequestParams {
        capability: Some(&capability),
        client_id: Some("ada"),
        ttl_seconds: Some(60),
    };
    let details = world
        .post(REVOCABLE, "", signed(&key, &params, NOW, NONCE))
        .ok();
    assert_eq!(
        details["capability"],
        r#"{"a":["publish"],"b":["subscribe"]}"#
    );
    assert_eq!(details["clientId"], "ada");
    assert_eq!(details["expires"], NOW + 60_000);
    assert_ne!(details["token"], token);
    // Without a body: everything that the key may do.
    world.post(ROOT, &world.root(), Value::Null).ok();
    // Only a hash of the token is stored.
    let state: Vec<String> = world
        .transport
        .sandbox()
        .snapshot()
        .map(|it| it.as_str().to_owned())
        .collect();
    assert!(!state.concat().contains(token));
}

#[test]
fn a_signed_request_counts_once_and_within_two_minutes() {
    let world = World::new();
    let key = world.credentials().root_key;
    for (index, (timestamp, refused)) in [
        (NOW, None),
        (NOW - 120_000, None),
        (NOW + 120_000, None),
        // ably-ruby: 180 s off are 401 / 40104
        (NOW - 180_000, Some((401, 40104))),
        (NOW - 120_001, Some((401, 40104))),
        (NOW + 120_001, Some((401, 40104))),
        (0, Some((401, 40104))),
    ]
    .into_iter()
    .enumerate()
    {
        let request = plain(&key, timestamp, &format!("{NONCE}{index}"));
        let answer = world.post(ROOT, "", request.clone());
        match refused {
            None => {
                answer.ok();
                assert_eq!(
                    world.post(ROOT, "", request).refusal(),
                    (401, 40105),
                    "once"
                );
            }
            Some(refusal) => assert_eq!(answer.refusal(), refusal, "{timestamp}"),
        }
    }
    // Nonces are per key, and after the window the timestamp alone is refused.
    let other = world.credentials().narrow_key;
    world
        .post(NARROW, "", plain(&other, NOW, &format!("{NONCE}0")))
        .ok();
    world.transport.advance(121_000);
    let late = plain(&key, NOW, &format!("{NONCE}0"));
    assert_eq!(world.post(ROOT, "", late).refusal(), (401, 40104));
    // With another timestamp, a nonce is a new one.
    let again = plain(&key, NOW + 121_000, &format!("{NONCE}0"));
    world.post(ROOT, "", again.clone()).ok();
    assert_eq!(world.post(ROOT, "", again).refusal(), (401, 40105));
}

#[test]
fn any_change_after_signing_is_refused() {
    let world = World::new();
    let key = world.credentials().root_key;
    let capability = Capability::parse(r#"{"chat":["publish"]}"#).expect("one");
    let params = TokenRequestParams {
        capability: Some(&capability),
        client_id: Some("ada"),
        ttl_seconds: Some(60),
    };
    let request = signed(&key, &params, NOW, NONCE);
    for other in [
        json!({ "mac": "12345" }),
        json!({ "mac": "" }),
        json!({ "ttl": 60_001 }),
        json!({ "ttl": null }),
        json!({ "clientId": "bob" }),
        json!({ "clientId": null }),
        json!({ "capability": r#"{"*":["*"]}"# }),
        json!({ "capability": "" }),
        json!({ "timestamp": NOW + 1 }),
        json!({ "nonce": "another-nonce-of-some-length" }),
    ] {
        let answer = world.post(ROOT, "", with(request.clone(), other.clone()));
        assert_eq!(answer.refusal(), (401, 40101), "{other}");
    }
    let by_another = plain("sndbox.root01:another-secret", NOW, NONCE);
    assert_eq!(world.post(ROOT, "", by_another).refusal(), (401, 40101));
    let of_another = plain(&world.credentials().narrow_key, NOW, NONCE);
    assert_eq!(world.post(ROOT, "", of_another).refusal(), (401, 40102));
    // Numbers may be strings, since the signed text is the same. A refused request uses up no
    // nonce.
    let texts = json!({ "ttl": "60000", "timestamp": NOW.to_string() });
    world.post(ROOT, "", with(request.clone(), texts)).ok();
    assert_eq!(world.post(ROOT, "", request).refusal(), (401, 40105));
    // A nonce is spent with its timestamp.
    let later = signed(&key, &params, NOW + 1, NONCE);
    world.post(ROOT, "", later).ok();
}

#[test]
fn who_may_ask_and_for_what() {
    let world = World::new();
    let credentials = world.credentials();
    let (root, narrow) = (basic(&credentials.root_key), basic(&credentials.narrow_key));
    let revocable = basic(&credentials.revocable_key);
    let token = world.post(ROOT, &root, json!({})).ok()["token"]
        .as_str()
        .expect("a token")
        .to_owned();
    let token = bearer(&token);
    for (name, path, authorization, body, status, code) in [
        ("no credentials", ROOT, "", json!({}), 401, 40106),
        ("by a token", ROOT, token.as_str(), json!({}), 401, 40162),
        ("by another key", ROOT, &narrow, json!({}), 401, 40102),
        (
            "for another key",
            ROOT,
            &root,
            json!({ "keyName": "sndbox.narrow" }),
            401,
            40102,
        ),
        (
            "of no app",
            "/keys/nobody.root01/requestToken",
            &root,
            json!({}),
            404,
            40400,
        ),
        (
            "of no key",
            "/keys/sndbox.nobody/requestToken",
            &root,
            json!({}),
            401,
            40400,
        ),
        ("a list", ROOT, &root, json!([]), 400, 40000),
        // ably-js test/rest/auth.test.js
        (
            "a year",
            ROOT,
            &root,
            json!({ "ttl": 31_536_000_000_u64 }),
            400,
            40003,
        ),
        ("negative", ROOT, &root, json!({ "ttl": -1 }), 400, 40003),
        (
            "no number",
            ROOT,
            &root,
            json!({ "ttl": "notanumber" }),
            400,
            40003,
        ),
        ("nothing", ROOT, &root, json!({ "ttl": 0 }), 400, 40003),
        ("a fraction", ROOT, &root, json!({ "ttl": 1.5 }), 400, 40003),
        (
            "a ms over a day",
            ROOT,
            &root,
            json!({ "ttl": 86_400_001 }),
            400,
            40003,
        ),
        // https://ably.com/docs/auth/revocation
        (
            "a ms over an hour",
            REVOCABLE,
            &revocable,
            json!({ "ttl": 3_600_001 }),
            400,
            40003,
        ),
        ("nobody", ROOT, &root, json!({ "clientId": "" }), 400, 40012),
        (
            "a number",
            ROOT,
            &root,
            json!({ "clientId": 7 }),
            400,
            40012,
        ),
        // ably-js test/rest/capability.test.js
        (
            "no operation",
            ROOT,
            &root,
            json!({ "capability": r#"{"channel0":["publish_"]}"# }),
            400,
            40000,
        ),
        (
            "all and one",
            ROOT,
            &root,
            json!({ "capability": r#"{"channel0":["*","publish"]}"# }),
            400,
            40000,
        ),
        (
            "none",
            ROOT,
            &root,
            json!({ "capability": r#"{"channel0":[]}"# }),
            400,
            40000,
        ),
        (
            "no JSON",
            ROOT,
            &root,
            json!({ "capability": "publish" }),
            400,
            40000,
        ),
        (
            "an object",
            ROOT,
            &root,
            json!({ "capability": { "*": ["*"] } }),
            400,
            40000,
        ),
        (
            "nothing left",
            NARROW,
            &narrow,
            json!({ "capability": r#"{"other":["publish"]}"# }),
            401,
            40160,
        ),
        (
            "nothing asked",
            NARROW,
            &narrow,
            json!({ "capability": "{}" }),
            401,
            40160,
        ),
        (
            "a short nonce",
            ROOT,
            "",
            json!({ "mac": "x", "timestamp": NOW, "nonce": "short" }),
            400,
            40000,
        ),
        (
            "no time",
            ROOT,
            "",
            json!({ "mac": "x", "nonce": NONCE }),
            400,
            40000,
        ),
        (
            "a line break",
            ROOT,
            "",
            json!({ "mac": "x", "timestamp": NOW, "nonce": format!("{NONCE}\nx") }),
            400,
            40000,
        ),
    ] {
        let answer = world.post(path, authorization, body);
        assert_eq!(answer.refusal(), (status, code), "{name}");
    }
    for (path, authorization, body, capability) in [
        (
            ROOT,
            &root,
            json!({ "ttl": 86_400_000 }),
            r#"{"[*]*":["*"]}"#,
        ),
        (
            ROOT,
            &root,
            json!({ "ttl": "1", "clientId": "*" }),
            r#"{"[*]*":["*"]}"#,
        ),
        (
            REVOCABLE,
            &revocable,
            json!({ "ttl": 3_600_000 }),
            r#"{"*":["*"]}"#,
        ),
        (
            NARROW,
            &narrow,
            json!({ "capability": r#"{"*":["publish"],"news":["*"]}"# }),
            r#"{"chat:*":["publish"],"news":["subscribe"]}"#,
        ),
    ] {
        let details = world.post(path, authorization, body).ok();
        assert_eq!(details["capability"], capability);
    }
}
