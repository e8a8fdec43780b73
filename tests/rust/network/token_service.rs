//! Ably's clock, and the exchange of a TokenRequest.

use std::collections::BTreeSet;

use crate::transport::*;
use ably_edge_auth::http::Network;
use ably_edge_auth::{
    ApiKey, Capability, Kind, TokenRequest, TokenRequestParams, request_token, server_time,
};
use serde_json::{Value, json};

const NONCE: &str = "0123456789abcdef";

fn key() -> ApiKey {
    "app.key:hush-hush".parse().expect("a key")
}

fn network() -> Network {
    Network::new(None, None).expect("a network")
}

fn exchange(world: &World<'_>, params: &TokenRequestParams<'_>) -> ably_edge_auth::Result<String> {
    let (network, key) = (network(), key());
    world.run(request_token(world, &network, &key, params, NOW, NONCE))
}

fn details() -> Value {
    json!({
        "token": "app.opaque", "keyName": "app.key", "issued": NOW, "expires": NOW + 3_600_000,
        "capability": "{\"*\":[\"*\"]}", "clientId": "ada",
    })
}

/// The request in a body, after checking its MAC.
#[track_caller]
fn verified(sent: &Sent) -> TokenRequest {
    let json = sent.json();
    let text = |name: &str| json[name].as_str().map(str::to_owned);
    let request = TokenRequest {
        key_name: text("keyName").expect("a name"),
        ttl: json["ttl"].as_u64(),
        capability: text("capability"),
        client_id: text("clientId"),
        timestamp: json["timestamp"].as_u64().expect("a time"),
        nonce: text("nonce").expect("a nonce"),
        mac: text("mac").expect("a mac"),
    };
    assert!(request.is_signed_by(&key()), "{request:?}");
    request
}

#[test]
fn the_clock_is_read_from_a_list_of_one_number() {
    for (body, time) in [
        ("[1700000000123]", 1_700_000_000_123),
        (" [ 7 ] ", 7),
        ("[0]", 0),
    ] {
        let world = World::of(vec![answer(200, body)]);
        assert_eq!(world.run(server_time(&world, &network())), Ok(time));
        let sent = &world.log()[0];
        assert_eq!((sent.method.as_str(), sent.path.as_str()), ("GET", "/time"));
        assert!(sent.body.is_empty());
    }
}

#[test]
fn a_clock_that_cannot_be_read_is_an_error_of_the_service() {
    for body in [
        "",
        "[]",
        "{}",
        "1700000000000",
        "[\"1700000000000\"]",
        "[1.5]",
        "[-1]",
        "[null]",
        "[1e400]",
        "[99999999999999999999999]",
        "<html>",
        "[1700000000000",
        "{\"time\":1}",
    ] {
        let world = World::of(vec![answer(200, body)]);
        let error = world.run(server_time(&world, &network())).unwrap_err();
        assert_eq!(
            (error.kind(), error.status()),
            (Kind::Service, Some(200)),
            "{body}"
        );
        assert_eq!(
            error.message(),
            "https://main.realtime.ably.net answered 200, but not with a time"
        );
        assert!(
            error
                .remediation()
                .expect("a hint")
                .starts_with("check the endpoint")
        );
    }
    let world = World::of(vec![answer(200, b"[\xff]")]);
    assert!(world.run(server_time(&world, &network())).is_err());
}

#[test]
fn a_request_is_posted_signed_and_without_the_key() {
    let capability = Capability::parse(r#"{"chat:*":["publish"]}"#).expect("a capability");
    let params = TokenRequestParams {
        capability: Some(&capability),
        client_id: Some("ada"),
        ttl_seconds: Some(60),
    };
    let world = World::of(vec![answer_json(201, &details())]);
    let token = exchange(&world, &params).expect("a token");
    let token: Value = serde_json::from_str(&token).expect("JSON");
    assert_eq!(token, details());
    let sent = &world.log()[0];
    assert_eq!(
        (sent.method.as_str(), sent.path.as_str()),
        ("POST", "/keys/app.key/requestToken")
    );
    assert_eq!(sent.header("authorization"), None);
    let request = verified(sent);
    assert_eq!(request.nonce, NONCE);
    assert_eq!((request.ttl, request.timestamp), (Some(60_000), NOW));
    assert_eq!(request.client_id.as_deref(), Some("ada"));
    assert_eq!(
        request.capability.as_deref(),
        Some(r#"{"chat:*":["publish"]}"#)
    );
}

#[test]
fn what_is_absent_stays_absent() {
    let world = World::of(vec![answer_json(201, &details())]);
    exchange(&world, &TokenRequestParams::default()).expect("a token");
    let json = world.log()[0].json();
    let names: Vec<_> = json
        .as_object()
        .expect("an object")
        .keys()
        .cloned()
        .collect();
    assert_eq!(names, ["keyName", "mac", "nonce", "timestamp"]);
}

#[test]
fn every_attempt_has_a_nonce_of_its_own_and_a_mac_that_is_right() {
    let world = World::of(vec![
        never(),
        answer(429, "").header("retry-after", "1"),
        answer(429, ""),
        reset(),
        answer(503, ""),
        answer_json(201, &details()),
    ]);
    exchange(&world, &TokenRequestParams::default()).expect("a token");
    let log = world.log();
    let nonces: BTreeSet<_> = log.iter().map(|sent| verified(sent).nonce).collect();
    assert_eq!(nonces.len(), log.len());
    for sent in &log {
        assert!(verified(sent).nonce.starts_with(NONCE));
        assert_eq!(verified(sent).timestamp, NOW);
        assert_eq!(sent.header("authorization"), None);
    }
}

#[test]
fn an_answer_without_a_token_is_a_service_error() {
    let mut bad = vec![
        json!({}),
        json!([]),
        json!([details()]),
        json!("app.opaque"),
        json!(null),
    ];
    for name in ["token", "keyName", "issued", "expires", "capability"] {
        let mut less = details();
        less.as_object_mut().expect("an object").remove(name);
        bad.push(less);
        let mut wrong = details();
        wrong[name] = match wrong[name] {
            Value::String(_) => json!(7),
            _ => json!("7"),
        };
        bad.push(wrong);
    }
    for body in bad {
        let world = World::of(vec![answer_json(201, &body)]);
        let error = exchange(&world, &TokenRequestParams::default()).unwrap_err();
        assert_eq!(
            (error.kind(), error.status()),
            (Kind::Service, Some(201)),
            "{body}"
        );
        assert!(
            error
                .message()
                .ends_with("answered 201, but not with a token"),
            "{error}"
        );
    }
    for body in ["", "<html>", "{"] {
        let world = World::of(vec![answer(200, body)]);
        assert!(exchange(&world, &TokenRequestParams::default()).is_err());
    }
}

#[test]
fn a_client_id_may_be_absent_from_the_answer() {
    let mut anonymous = details();
    anonymous
        .as_object_mut()
        .expect("an object")
        .remove("clientId");
    let world = World::of(vec![answer_json(200, &anonymous)]);
    exchange(&world, &TokenRequestParams::default()).expect("a token");
}

#[test]
fn a_refused_key_is_named_as_what_is_wrong() {
    let body = json!({"error": {"code": 40101, "statusCode": 401, "message": "invalid mac"}});
    let world = World::of(vec![answer_json(401, &body)]);
    let error = exchange(&world, &TokenRequestParams::default()).unwrap_err();
    assert_eq!((error.kind(), error.path()), (Kind::Key, Some("key")));
    assert!(
        error
            .remediation()
            .expect("a hint")
            .starts_with("check the key")
    );

    let body = json!({"error": {"code": 40160, "statusCode": 401, "message": "no"}});
    let world = World::of(vec![answer_json(401, &body)]);
    let error = exchange(&world, &TokenRequestParams::default()).unwrap_err();
    assert_eq!((error.kind(), error.path()), (Kind::Capability, None));
}

#[test]
fn what_cannot_be_signed_is_never_sent() {
    let world = World::of(Vec::new());
    let params = TokenRequestParams {
        client_id: Some(""),
        ..TokenRequestParams::default()
    };
    assert_eq!(exchange(&world, &params).unwrap_err().code(), Some(40012));
    let (network, key) = (network(), key());
    let params = TokenRequestParams::default();
    let short = request_token(&world, &network, &key, &params, NOW, "short");
    assert_eq!(world.run(short).unwrap_err().path(), Some("nonce"));
}

#[test]
fn the_name_of_a_key_is_encoded_whole() {
    // A key name may contain characters with a meaning in paths.
    let key: ApiKey = "app.-k/?#%:hush-hush".parse().expect("a key");
    let world = World::of(vec![answer_json(201, &details())]);
    let network = network();
    let params = TokenRequestParams::default();
    let call = request_token(&world, &network, &key, &params, NOW, NONCE);
    world.run(call).expect("a token");
    assert_eq!(world.log()[0].path, "/keys/app.-k%2F%3F%23%25/requestToken");
}
