//! What must hold for any token: it says what was asked for, and another library reads it alike.

use crate::generators::*;
use crate::vectors::{Value, jws};
use ably_edge_auth::{
    ApiKey, Issuer, Overrides, TokenParams, TokenRequest, TokenRequestParams, VerifyOptions,
    decode, issue, verify,
};
use proptest::collection::btree_map;
use proptest::prelude::*;
use serde_json::json;

fn key_of(text: &str) -> ApiKey {
    text.parse().expect("a key")
}

/// Every character beyond ASCII as an escape: legal, and what Python's json does.
fn escaped(json: &str) -> String {
    let mut out = String::new();
    for c in json.chars() {
        match c {
            ' '..='~' | '\n' => out.push(c),
            _ => {
                for unit in c.encode_utf16(&mut [0; 2]) {
                    out.push_str(&format!("\\u{unit:04x}"));
                }
            }
        }
    }
    out
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn issued_tokens_verify_and_say_what_was_asked_for(
        key in api_key(), params in token_params(), now in now()
    ) {
        let key = key_of(&key);
        let issued = match issue(&key, &params, now) {
            Ok(issued) => issued,
            Err(error) => {
                // The one thing that generated options may be: too much for a header.
                prop_assert_eq!(error.path(), Some("capability"));
                return Ok(());
            }
        };
        let verified = verify(&issued.token, [&key], &VerifyOptions::at(now)).expect("verifies");
        prop_assert_eq!(verified.key_name, key.name());
        prop_assert_eq!(&verified.client_id, &params.client_id);
        prop_assert_eq!(&verified.revocation_key, &params.revocation_key);
        prop_assert_eq!(verified.capability.as_ref(), Some(&params.capability));
        prop_assert_eq!(verified.issued, now / 1_000 * 1_000);
        prop_assert_eq!(verified.expires, verified.issued + u64::from(params.ttl_seconds) * 1_000);
        prop_assert_eq!((issued.issued, issued.expires), (verified.issued, verified.expires));
        prop_assert_eq!(issued.capability, params.capability.to_string());

        // As another JSON reader sees the claims; a duplicate name would be lost here.
        let claims: Value = serde_json::from_str(&verified.claims).expect("JSON");
        prop_assert_eq!(claims["jti"].as_str(), params.jwt_id.as_deref());
        prop_assert_eq!(claims.get("x-ably-clientType").is_some(), params.server);

        let decoded = decode(&issued.token, now).expect("decodes");
        prop_assert_eq!(decoded.client_id, params.client_id);
        prop_assert_eq!(decoded.claims, verified.claims);

        // The last millisecond, and the first one after.
        let at = |time| verify(&issued.token, [&key], &VerifyOptions::at(time));
        prop_assert!(at(verified.expires - 1).is_ok());
        prop_assert_eq!(at(verified.expires).unwrap_err().code(), Some(40142));
    }

    #[test]
    fn extra_claims_come_back_as_they_were(
        channels in btree_map(text(), ".{0,20}", 0..3),
        rates in btree_map(text(), 0.001..1e6f64, 0..3),
        own in btree_map(text(), some_json(), 0..4),
    ) {
        let key = key_of("app.key:secret");
        let mut params = TokenParams::default();
        let mut expected = serde_json::Map::new();
        for (resource, text) in &channels {
            params.extra.channel(resource, text).expect("a channel claim");
            params.extra.room(resource, text).expect("a room claim");
            expected.insert(format!("ably.channel.{resource}"), json!(text));
            expected.insert(format!("ably.room.{resource}"), json!(text));
        }
        for (resource, rate) in &rates {
            params.extra.publish_rate(resource, *rate).expect("a rate");
            let name = format!("ably.limits.publish.perAttachment.maxRate.{resource}");
            expected.insert(name, json!(rate));
        }
        for (name, value) in &own {
            params.extra.claim(&format!("x {name}"), &value.to_string()).expect("a claim");
            expected.insert(format!("x {name}"), value.clone());
        }
        expected.insert("iat".into(), json!(0));
        expected.insert("exp".into(), json!(3_600));
        expected.insert("x-ably-capability".into(), json!(r#"{"*":["*"]}"#));

        let issued = issue(&key, &params, 0).expect("a token");
        let verified = verify(&issued.token, [&key], &VerifyOptions::at(0)).expect("verifies");
        let claims: Value = serde_json::from_str(&verified.claims).expect("JSON");
        // Floats go through two printers and one reader that rounds in the last place.
        prop_assert!(same(&claims, &Value::Object(expected)), "{}", claims);
    }

    #[test]
    fn an_issuer_gives_what_issue_gives(
        key in api_key(), params in token_params(), now in now(),
        client_id in proptest::option::of(proptest::option::of(text())),
        ttl in proptest::option::of(1..=3_600u32),
        revocation_key in proptest::option::of(proptest::option::of(text())),
        jwt_id in proptest::option::of(proptest::option::of(text())),
    ) {
        let key = key_of(&key);
        let overrides = Overrides {
            client_id: client_id.as_ref().map(Option::as_deref),
            ttl_seconds: ttl,
            revocation_key: revocation_key.as_ref().map(Option::as_deref),
            jwt_id: jwt_id.as_ref().map(Option::as_deref),
        };
        let mut changed = params.clone();
        if let Some(client_id) = &client_id {
            changed.client_id = client_id.clone();
        }
        changed.ttl_seconds = ttl.unwrap_or(changed.ttl_seconds);
        changed.revocation_key = revocation_key.clone().unwrap_or(changed.revocation_key);
        changed.jwt_id = jwt_id.clone().unwrap_or(changed.jwt_id);

        let issuer = Issuer::new(&key, &params).expect("an issuer");
        let one = issuer.issue(&overrides, now);
        let other = issue(&key, &changed, now);
        match (one, other) {
            (Ok(one), Ok(other)) => {
                prop_assert_eq!(one.token, other.token);
                prop_assert_eq!(one.client_id, other.client_id);
                prop_assert_eq!((one.issued, one.expires), (other.issued, other.expires));
                prop_assert_eq!(one.ttl_seconds, other.ttl_seconds);
                prop_assert_eq!(one.warnings, other.warnings);
            }
            (one, other) => prop_assert_eq!(one.err(), other.err()),
        }
    }

    #[test]
    fn a_token_request_is_signed_by_its_key_alone(
        key in api_key(), other in api_key(),
        capability in proptest::option::of(capability()),
        client_id in proptest::option::of(text()), ttl in proptest::option::of(1..=86_400u32),
        timestamp in now(), nonce in "[ -~]{16,40}",
    ) {
        let (key, other) = (key_of(&key), key_of(&other));
        let params = TokenRequestParams {
            capability: capability.as_ref(),
            client_id: client_id.as_deref(),
            ttl_seconds: ttl,
        };
        match TokenRequest::sign(&key, &params, timestamp, &nonce) {
            Ok(request) => {
                prop_assert!(request.is_signed_by(&key));
                prop_assert_eq!(request.is_signed_by(&other), key.expose() == other.expose());
                prop_assert_eq!(request.signed_text().matches('\n').count(), 6);
            }
            Err(error) => {
                prop_assert_eq!(error.path(), Some("clientId"));
                prop_assert!(client_id.expect("a client id").contains(['\n', '\r']));
            }
        }
    }

    /// Claims and header members that mean nothing here, however they are written, change nothing.
    #[test]
    fn what_another_library_writes_is_understood(
        header in btree_map("[a-z]{1,6}", some_json(), 0..3),
        claims in btree_map("[a-z]{1,6}", some_json(), 0..3),
        client_id in text(), spaced in any::<bool>(),
    ) {
        let mut header: serde_json::Map<String, Value> = header.into_iter().collect();
        let mut payload: serde_json::Map<String, Value> = claims.into_iter().collect();
        for name in ["crit", "kid", "alg", "nbf", "iat", "exp"] {
            header.remove(name);
            payload.remove(name);
        }
        header.insert("alg".into(), json!("HS256"));
        header.insert("kid".into(), json!("app.key"));
        payload.insert("iat".into(), json!(1_700_000_000));
        payload.insert("exp".into(), json!(1_700_003_600));
        payload.insert("x-ably-clientId".into(), json!(client_id));
        let write = |object: &serde_json::Map<String, Value>| match spaced {
            true => serde_json::to_string_pretty(object),
            false => serde_json::to_string(object),
        };
        let token = jws(
            &escaped(&write(&header).expect("JSON")),
            &escaped(&write(&payload).expect("JSON")),
            "secret",
        );
        let key = key_of("app.key:secret");
        let options = VerifyOptions::at(1_700_000_000_000);
        let verified = verify(&token, &[key], &options).expect("verifies");
        prop_assert_eq!(verified.client_id, Some(client_id));
    }
}

/// Numbers may differ in the last place.
fn same(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Number(a), Value::Number(b)) => {
            let (a, b) = (
                a.as_f64().unwrap_or(f64::NAN),
                b.as_f64().unwrap_or(f64::NAN),
            );
            a == b || (a - b).abs() <= a.abs() * 1e-15
        }
        (Value::Array(a), Value::Array(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b))
        }
        (Value::Object(a), Value::Object(b)) => {
            a.len() == b.len()
                && a.iter()
                    .all(|(name, a)| b.get(name).is_some_and(|b| same(a, b)))
        }
        _ => one == other,
    }
}
