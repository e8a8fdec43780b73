//! Invalid bodies of Control API requests.

use crate::control_api::*;
use serde_json::{Value, json};

#[test]
fn problems_of_a_body_are_listed_by_field() {
    let desk = Desk::new();
    let keys = ("POST", "/v1/apps/sndbox/keys");
    let key = ("PATCH", "/v1/apps/sndbox/keys/narrow");
    let apps = ("POST", "/v1/accounts/sandbox/apps");
    let queues = ("POST", "/v1/apps/sndbox/queues");
    let long = "x".repeat(257);
    for ((method, path), body, message, details) in [
        (
            keys,
            json!({}),
            "name is missing; and 1 more: see details",
            json!({ "name": ["is missing"], "capability": ["is missing"] }),
        ),
        (
            keys,
            json!({ "name": 7, "capability": "{}" }),
            "name is not a text; and 1 more: see details",
            json!({ "name": ["is not a text"], "capability": ["is not an object"] }),
        ),
        (
            keys,
            json!({ "name": "n", "capability": {}, "revocableTokens": "yes" }),
            "revocableTokens is not true or false",
            json!({ "revocableTokens": ["is not true or false"] }),
        ),
        (
            keys,
            json!({ "name": "n", "capability": { "*": ["*"] }, "capabilities": {} }),
            r#"capabilities is an unknown field; did you mean "capability"?"#,
            json!({ "capabilities": [r#"is an unknown field; did you mean "capability"?"#] }),
        ),
        (
            key,
            json!({ "status": 1 }),
            "status is an unknown field; the fields are name, capability, revocableTokens",
            json!({ "status": ["is an unknown field; the fields are name, capability, revocableTokens"] }),
        ),
        (
            key,
            json!({ "name": " " }),
            "name is empty",
            json!({ "name": ["is empty"] }),
        ),
        (
            key,
            json!({ "name": long }),
            "name is over 256 characters long",
            json!({ "name": ["is over 256 characters long"] }),
        ),
        (
            key,
            json!({ "name": null }),
            "name is not a text",
            json!({ "name": ["is not a text"] }),
        ),
        (
            apps,
            json!({ "name": "n", "tlsOnly": "yes", "apnsAuthType": "magic" }),
            "tlsOnly is not true or false; and 1 more: see details",
            json!({ "tlsOnly": ["is not true or false"], "apnsAuthType": ["is not one of certificate, token"] }),
        ),
        (
            queues,
            json!({ "name": "q", "ttl": "60", "maxLength": 0.5, "region": "moon" }),
            "ttl is not a whole number from 1 on; and 2 more: see details",
            json!({
                "ttl": ["is not a whole number from 1 on"],
                "maxLength": ["is not a whole number from 1 on"],
                "region": ["is not one of us-east-1-a, eu-west-1-a"],
            }),
        ),
        (
            ("PATCH", "/v1/apps/sndbox"),
            json!({ "id": "x" }),
            "id is an unknown field; the fields are name, status, tlsOnly, fcmKey, fcmServiceAccount, fcmProjectId, apnsCertificate, apnsPrivateKey, apnsUseSandboxEndpoint, apnsAuthType, apnsSigningKey, apnsSigningKeyId, apnsIssuerKey, apnsTopicHeader",
            json!({ "id": ["is an unknown field; the fields are name, status, tlsOnly, fcmKey, fcmServiceAccount, fcmProjectId, apnsCertificate, apnsPrivateKey, apnsUseSandboxEndpoint, apnsAuthType, apnsSigningKey, apnsSigningKeyId, apnsIssuerKey, apnsTopicHeader"] }),
        ),
    ] {
        desk.ask(method, path, &body)
            .is_error(422, 42200, message, details);
    }
}

#[test]
fn a_wrong_capability_is_refused_with_its_place() {
    let desk = Desk::new();
    for (capability, place, message) in [
        (
            json!({ "chat:*": ["publsh"] }),
            r#"capability["chat:*"][0]"#,
            r#"capability["chat:*"][0] is the unknown operation "publsh"; did you mean "publish"?"#,
        ),
        (
            json!({ "*": [] }),
            r#"capability["*"]"#,
            r#"capability["*"] is an empty list, which Ably refuses; leave the resource out to grant nothing"#,
        ),
    ] {
        let body = json!({ "name": "n", "capability": capability });
        let answer = desk.ask("POST", "/v1/apps/sndbox/keys", &body);
        assert_eq!((answer.status, &answer.body["code"]), (422, &json!(42200)));
        assert_eq!(answer.body["details"], json!({ place: [answer.message()] }));
        assert_eq!(answer.message(), message);
    }
    // JSON readers keep the last of two duplicate names, so the first would be lost silently.
    let mut request = request(
        "POST",
        "/v1/apps/sndbox/keys",
        Some("Bearer not-a-secret-sandbox-access-token"),
        &json!({}),
    );
    request.body = br#"{"name":"n","capability":{"a":["publish"],"a":["*"]}}"#.to_vec();
    let answer = read(&desk.transport.answer(&request));
    assert_eq!(
        (answer.status, answer.body["details"].clone()),
        (422, json!({ r#"capability["a"]"#: [answer.message()] }))
    );
}

#[test]
fn an_invalid_body_is_refused() {
    let desk = Desk::new();
    let bearer = format!("Bearer {}", desk.credentials.access_token);
    for (media_type, body, status, code, message) in [
        (
            "application/json",
            "",
            400,
            40000,
            "there is no body: send a JSON object".to_owned(),
        ),
        (
            "application/json",
            "[]",
            400,
            40000,
            "the body is JSON, but not an object".to_owned(),
        ),
        (
            "application/json; charset=utf-8",
            "null",
            400,
            40000,
            "the body is JSON, but not an object".to_owned(),
        ),
        (
            "application/json",
            "{",
            400,
            40000,
            "the body is not JSON: EOF while parsing an object at line 1 column 1".to_owned(),
        ),
        (
            "text/plain",
            "{}",
            400,
            40000,
            "the body is not declared as JSON: send it with Content-Type: application/json"
                .to_owned(),
        ),
        (
            "application/json",
            &format!("{{{}}}", " ".repeat(64 * 1024)),
            413,
            40009,
            "the body is over the bound of 65536 bytes".to_owned(),
        ),
    ] {
        let mut request = request("POST", "/v1/apps/sndbox/keys", Some(&bearer), &Value::Null);
        request
            .headers
            .push(("Content-Type".into(), media_type.into()));
        request.body = body.as_bytes().to_vec();
        read(&desk.transport.answer(&request)).is_error(status, code, &message, Value::Null);
    }
}
