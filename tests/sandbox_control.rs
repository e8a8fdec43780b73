//! The sandbox's Control API: apps, keys, queues and namespaces; who may call what.

#![cfg(feature = "sandbox")]

#[path = "common/control_api.rs"]
mod control_api;

use ably_edge_auth::ACCESS_TOKEN_CAPABILITIES;
use ably_edge_auth::control::{OPERATIONS, Operation};
use control_api::*;
use serde_json::{Value, json};

/// A path of the operation, in the app that every sandbox has.
fn path_of(operation: &Operation) -> String {
    let path = operation.path.replace("{account_id}", "sandbox");
    let path = match path.starts_with("/accounts/") {
        true => path.replace("{id}", "sandbox"),
        false => path.replace("{id}", "sndbox"),
    };
    let path = path
        .replace("{app_id}", "sndbox")
        .replace("{key_id}", "narrow");
    let path = path
        .replace("{rule_id}", "nosuch")
        .replace("{queue_id}", "nosuch");
    format!("/v1{}", path.replace("{namespace_id}", "nosuch"))
}

fn pkcs12() -> Operation {
    Operation {
        name: "apps.pkcs12",
        method: "POST",
        path: "/apps/{id}/pkcs12",
        needs: "write:app",
    }
}

/// The choice of the dashboard's form that gives this capability alone.
fn choice(capability: &str) -> Value {
    let row = ACCESS_TOKEN_CAPABILITIES
        .iter()
        .find(|row| row.capability == capability);
    let verb = capability.split(':').next().expect("a verb");
    json!({ row.expect("a capability").group: [verb] })
}

#[test]
fn each_capability_unlocks_its_operations_and_no_other() {
    let desk = Desk::new();
    let mut operations = OPERATIONS.to_vec();
    operations.push(pkcs12());
    let (mut allowed, mut refused) = (0, 0);
    for row in &ACCESS_TOKEN_CAPABILITIES {
        let (_, token) = desk.token(choice(row.capability));
        for operation in &operations {
            let answer = desk.ask_as(&token, operation.method, &path_of(operation), &Value::Null);
            let name = format!("{} with {}", operation.name, row.capability);
            if operation.needs.is_empty() || operation.needs == row.capability {
                // What is wrong with the call is found after the capability.
                assert!(
                    matches!(answer.status, 200 | 204 | 400 | 404),
                    "{name}: {}",
                    answer.status
                );
                assert_ne!(
                    answer.message(),
                    "the sandbox does not have this operation",
                    "{name}"
                );
                allowed += 1;
                continue;
            }
            let needs = ACCESS_TOKEN_CAPABILITIES
                .iter()
                .find(|it| it.capability == operation.needs);
            let message = format!(
                "{} needs {}, shown in the dashboard as {}; this token has {}",
                operation.name,
                operation.needs,
                needs.expect("a capability").label,
                row.capability,
            );
            answer.is_error(403, 40300, &message, Value::Null);
            refused += 1;
        }
        // Deleting the app was allowed to one of them.
        if row.capability == "write:app" {
            assert_eq!(
                desk.ask("GET", "/v1/accounts/sandbox/apps", &Value::Null)
                    .body,
                json!([])
            );
        }
    }
    assert_eq!((allowed, refused), (24 + 10, 11 * 24 - 34));
}

#[test]
fn a_token_without_capabilities_may_ask_who_it_is_and_no_more() {
    let desk = Desk::new();
    let admin = &desk.credentials.admin_token;
    for operation in OPERATIONS {
        let answer = desk.ask_as(admin, operation.method, &path_of(&operation), &Value::Null);
        match operation.needs {
            "" => assert_eq!(answer.status, 200),
            _ => assert_eq!(
                (answer.status, answer.body["code"].clone()),
                (403, json!(40300))
            ),
        }
    }
    let answer = desk.ask_as(admin, "GET", "/v1/apps/sndbox/keys", &Value::Null);
    answer.is_error(
        403,
        40300,
        "keys.list needs read:key, shown in the dashboard as Read Key; this token has none",
        Value::Null,
    );
}

#[test]
fn whose_token_it_is() {
    let desk = Desk::new();
    let me = desk.ask("GET", "/v1/me", &Value::Null);
    let capabilities: Vec<&str> = ACCESS_TOKEN_CAPABILITIES
        .iter()
        .map(|it| it.capability)
        .collect();
    assert_eq!(
        (me.status, me.body),
        (
            200,
            json!({
                "token": {
                    "id": "sandbox",
                    "name": "Sandbox access token",
                    "capabilities": capabilities,
                    "expires_at": null,
                    "last_used_at": "2023-11-14T22:10:00Z",
                },
                "user": { "id": 1, "email": "sandbox@example.com" },
                "account": { "id": "sandbox", "name": "Sandbox account" },
            })
        )
    );
}

#[test]
fn the_life_of_an_app() {
    let desk = Desk::new();
    let apps = "/v1/accounts/sandbox/apps";
    let given = json!({
        "name": "Chat", "status": "enabled", "tlsOnly": true, "fcmKey": null,
        "apnsSigningKey": "hush", "apnsAuthType": "token", "fcmServiceAccount": null,
    });
    let made = desk.ask("POST", apps, &given);
    let id = made.text("/id");
    let shown = json!({
        "accountId": "sandbox", "id": id, "name": "Chat", "status": "enabled", "tlsOnly": true,
        "apnsAuthType": "token", "apnsUseSandboxEndpoint": false, "apnsCertificateConfigured": false,
        "apnsSigningKeyConfigured": true, "fcmServiceAccountConfigured": false,
        "created": NOW, "modified": NOW,
    });
    assert_eq!((made.status, &made.body), (201, &shown));
    let list = desk.ask("GET", apps, &Value::Null);
    assert!(list.body.as_array().expect("a list").contains(&shown));

    desk.transport.advance(5);
    let changed = desk.ask(
        "PATCH",
        &format!("/v1/apps/{id}"),
        &json!({ "name": "Talk", "tlsOnly": null }),
    );
    let mut expected = shown.clone();
    expected["name"] = json!("Talk");
    expected["tlsOnly"] = Value::Null;
    expected["modified"] = json!(NOW + 5);
    assert_eq!((changed.status, changed.body), (200, expected));

    let gone = desk.ask("DELETE", &format!("/v1/apps/{id}"), &Value::Null);
    assert_eq!((gone.status, &gone.body), (204, &Value::Null));
    assert_eq!(gone.header("content-type"), None);
    for (method, path) in [
        ("DELETE", ""),
        ("PATCH", ""),
        ("GET", "/keys"),
        ("GET", "/stats"),
    ] {
        let answer = desk.ask(method, &format!("/v1/apps/{id}{path}"), &json!({}));
        answer.is_error(
            404,
            40400,
            "this account has no app of this id",
            Value::Null,
        );
    }
}

#[test]
fn the_life_of_a_key() {
    let desk = Desk::new();
    let keys = "/v1/apps/sndbox/keys";
    let given =
        json!({ "name": "New", "capability": { "b": ["subscribe", "history"], "a:*": ["*"] } });
    let made = desk.ask("POST", keys, &given);
    let (id, whole) = (made.text("/id"), made.text("/key"));
    assert_eq!(id.len(), 6);
    assert!(whole.starts_with(&format!("sndbox.{id}:")) && whole.len() == 7 + 6 + 1 + 43);
    let mut shown = json!({
        "appId": "sndbox", "id": id, "name": "New", "revocableTokens": false, "status": 0, "key": whole,
        "capability": { "a:*": ["*"], "b": ["history", "subscribe"] }, "created": NOW, "modified": NOW,
    });
    assert_eq!((made.status, &made.body), (201, &shown));
    // The secret is on the list, too: fact of Ably's.
    assert!(
        desk.ask("GET", keys, &Value::Null)
            .body
            .as_array()
            .expect("a list")
            .contains(&shown)
    );

    desk.transport.advance(1);
    let path = format!("{keys}/{id}");
    let changed = desk.ask(
        "PATCH",
        &path,
        &json!({ "revocableTokens": true, "capability": { "*": ["stats"] } }),
    );
    shown["revocableTokens"] = json!(true);
    shown["capability"] = json!({ "*": ["stats"] });
    shown["modified"] = json!(NOW + 1);
    assert_eq!((changed.status, &changed.body), (200, &shown));
    let changed = desk.ask(
        "PATCH",
        &path,
        &json!({ "name": "Other", "revocableTokens": null }),
    );
    shown["name"] = json!("Other");
    shown["revocableTokens"] = json!(false);
    assert_eq!((changed.status, &changed.body), (200, &shown));

    for _ in 0..2 {
        let revoked = desk.ask("POST", &format!("{path}/revoke"), &Value::Null);
        assert_eq!((revoked.status, revoked.body), (200, Value::Null));
    }
    shown["status"] = json!(1);
    assert!(
        desk.ask("GET", keys, &Value::Null)
            .body
            .as_array()
            .expect("a list")
            .contains(&shown)
    );
    let changed = desk.ask("PATCH", &path, &json!({ "name": "Back" }));
    changed.is_error(
        422,
        42200,
        "this key has been revoked, for good: create another",
        Value::Null,
    );
}

#[test]
fn a_whole_key_name_is_no_key_id() {
    let desk = Desk::new();
    for id in ["sndbox.narrow", "nosuch", "NARROW"] {
        let answer = desk.ask("PATCH", &format!("/v1/apps/sndbox/keys/{id}"), &json!({}));
        answer.is_error(
            404,
            40400,
            "this app has no key of this id: it is the part of the key between the dot and the colon",
            Value::Null,
        );
    }
}

#[test]
fn the_life_of_a_namespace() {
    let desk = Desk::new();
    let path = "/v1/apps/sndbox/namespaces";
    let made = desk.ask(
        "POST",
        path,
        &json!({ "id": "a/b", "persisted": true, "conflationKey": "k" }),
    );
    let mut shown = json!({
        "appId": "sndbox", "id": "a/b", "authenticated": false, "persisted": true, "persistLast": false,
        "pushEnabled": false, "batchingEnabled": false, "batchingInterval": 20, "conflationEnabled": false,
        "conflationKey": "k", "tlsOnly": false, "exposeTimeserial": false, "mutableMessages": false,
        "populateChannelRegistry": false, "created": NOW, "modified": NOW,
    });
    assert_eq!((made.status, &made.body), (201, &shown));
    let again = desk.ask("POST", path, &json!({ "id": "a/b" }));
    let reason = "is the id of a namespace that this app has already";
    again.is_error(
        422,
        42200,
        &format!("id {reason}"),
        json!({ "id": [reason] }),
    );
    desk.transport.advance(9);
    let changed = desk.ask(
        "PATCH",
        &format!("{path}/a%2Fb"),
        &json!({ "persisted": false }),
    );
    shown["persisted"] = json!(false);
    shown["modified"] = json!(NOW + 9);
    assert_eq!((changed.status, &changed.body), (200, &shown));
    assert_eq!(desk.ask("GET", path, &Value::Null).body, json!([shown]));
    assert_eq!(
        desk.ask("DELETE", &format!("{path}/a%2Fb"), &Value::Null)
            .status,
        204
    );
    let gone = desk.ask("DELETE", &format!("{path}/a%2Fb"), &Value::Null);
    gone.is_error(
        404,
        40400,
        "this app has no namespace of this id",
        Value::Null,
    );
}

#[test]
fn the_life_of_a_queue() {
    let desk = Desk::new();
    let path = "/v1/apps/sndbox/queues";
    // Source of the form of the ids: the OpenAPI document's examples.
    let given =
        json!({ "name": "My queue", "ttl": 60, "maxLength": 10_000, "region": "us-east-1-a" });
    let made = desk.ask("POST", path, &given);
    assert_eq!(made.status, 201);
    assert_eq!(made.body["id"], "sndbox:us-east-1-a:My queue");
    assert_eq!(made.body["amqp"]["queueName"], "sndbox:My queue");
    assert_eq!(
        made.body["stomp"]["destination"],
        "/amqp/queue/sndbox:My queue"
    );
    assert_eq!(made.body["deadletterId"], "sndbox:us-east-1-a:deadletter");
    assert_eq!(desk.ask("GET", path, &Value::Null).body, json!([made.body]));
    let again = desk.ask("POST", path, &given);
    let reason = "is the name of a queue that this region has already";
    again.is_error(
        422,
        42200,
        &format!("name {reason}"),
        json!({ "name": [reason] }),
    );
    let gone = desk.ask(
        "DELETE",
        &format!("{path}/sndbox:us-east-1-a:My%20queue"),
        &Value::Null,
    );
    assert_eq!(gone.status, 204);
    let gone = desk.ask("DELETE", &format!("{path}/nosuch"), &Value::Null);
    gone.is_error(404, 40400, "this app has no queue of this id", Value::Null);
}

#[test]
fn what_is_wrong_with_a_body_is_told_field_by_field() {
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
            r#"capabilities is no field of this; did you mean "capability"?"#,
            json!({ "capabilities": [r#"is no field of this; did you mean "capability"?"#] }),
        ),
        (
            key,
            json!({ "status": 1 }),
            "status is no field of this; its fields are name, capability, revocableTokens",
            json!({ "status": ["is no field of this; its fields are name, capability, revocableTokens"] }),
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
            "id is no field of this; its fields are name, status, tlsOnly, fcmKey, fcmServiceAccount, fcmProjectId, apnsCertificate, apnsPrivateKey, apnsUseSandboxEndpoint, apnsAuthType, apnsSigningKey, apnsSigningKeyId, apnsIssuerKey, apnsTopicHeader",
            json!({ "id": ["is no field of this; its fields are name, status, tlsOnly, fcmKey, fcmServiceAccount, fcmProjectId, apnsCertificate, apnsPrivateKey, apnsUseSandboxEndpoint, apnsAuthType, apnsSigningKey, apnsSigningKeyId, apnsIssuerKey, apnsTopicHeader"] }),
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
            r#"capability["chat:*"][0] is "publsh", which is no operation; did you mean "publish"?"#,
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
    // JSON readers keep the last of two; what stood before would be granted by nobody's wish.
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
fn what_is_no_body_is_refused() {
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
            "the body is not called JSON: send it with Content-Type: application/json".to_owned(),
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

#[test]
fn what_is_not_there_is_told_after_who_asks_and_what_may_be() {
    let desk = Desk::new();
    let other = "this access token is of another account: GET /v1/me says of which";
    for (method, path, status, code, message) in [
        ("GET", "/v1", 404, 40400, "the Control API has no such path"),
        (
            "GET",
            "/v1/apps",
            404,
            40400,
            "the Control API has no such path",
        ),
        (
            "GET",
            "/v1/apps/sndbox/tokens",
            404,
            40400,
            "the Control API has no such path",
        ),
        (
            "GET",
            "/v1/me/accounts",
            404,
            40400,
            "the Control API has no such path",
        ),
        (
            "PUT",
            "/v1/apps/sndbox/keys",
            405,
            40500,
            "this path has no such method; it has GET, POST",
        ),
        (
            "GET",
            "/v1/apps/sndbox/keys/narrow",
            405,
            40500,
            "this path has no such method; it has PATCH",
        ),
        ("GET", "/v1/accounts/VgQpOZ/apps", 404, 40400, other),
        ("POST", "/v1/accounts/VgQpOZ/apps", 404, 40400, other),
        ("GET", "/v1/accounts/VgQpOZ/stats", 404, 40400, other),
        (
            "GET",
            "/v1/apps/sandbox/keys",
            404,
            40400,
            "this account has no app of this id",
        ),
        (
            "GET",
            "/v1/apps/SNDBOX/keys",
            404,
            40400,
            "this account has no app of this id",
        ),
        (
            "POST",
            "/v1/apps/sndbox/pkcs12",
            400,
            40000,
            "the sandbox sends no push notifications, and takes no certificate for them",
        ),
        (
            "GET",
            "/v1/apps/%FF/keys",
            400,
            40000,
            "the path or the query is not percent-encoded UTF-8",
        ),
    ] {
        desk.ask(method, path, &Value::Null)
            .is_error(status, code, message, Value::Null);
    }
    let wrong = desk.ask("PUT", "/v1/apps/sndbox/keys", &Value::Null);
    assert_eq!(wrong.header("allow"), Some("GET, POST"));
    // Who asks comes first: nobody learns which apps there are.
    for path in [
        "/v1/apps/nosuch/keys",
        "/v1/nowhere",
        "//v1/me",
        "/%76%31/me",
    ] {
        let answer = desk.ask_as("nobody's", "GET", path, &Value::Null);
        assert_eq!(
            (answer.status, answer.body["code"].clone()),
            (401, json!(40100)),
            "{path}"
        );
    }
}

#[test]
fn statistics_are_those_that_were_given() {
    let desk = Desk::new();
    for path in ["/v1/apps/sndbox/stats", "/v1/accounts/sandbox/stats"] {
        assert_eq!(desk.ask("GET", path, &Value::Null).body, json!([]));
        for (query, message) in [
            ("unit=week", "unit is none of minute, hour, day and month"),
            (
                "direction=up",
                "direction is none of forwards and backwards",
            ),
            ("limit=1001", "limit is not a whole number from 1 to 1000"),
            ("limit=0", "limit is not a whole number from 1 to 1000"),
            ("limit=many", "limit is not a whole number from 1 to 1000"),
            (
                "start=2026-11-01:00:00",
                "start is not a time in ms since 1970",
            ),
            ("end=", "end is not a time in ms since 1970"),
        ] {
            let answer = desk.ask("GET", &format!("{path}?{query}"), &Value::Null);
            answer.is_error(400, 40000, message, Value::Null);
        }
    }
    // Form of a row: the OpenAPI document's example.
    let root = format!("Basic {}", base64(&desk.credentials.root_key));
    let rows = json!([
        { "intervalId": "2024-08-04:20:15", "inbound": { "realtime": { "messages": { "count": 50 } } } },
        { "intervalId": "2024-08-04:20:16", "channels": { "peak": 3 } },
        { "intervalId": "2024-08-05:00:00", "channels": { "peak": 4 } },
    ]);
    let put = desk
        .transport
        .answer(&request("POST", "/stats", Some(&root), &rows));
    assert_eq!(put.status, 201);
    let intervals = |query: &str| {
        let path = format!("/v1/apps/sndbox/stats?{query}");
        let answer = desk.ask("GET", &path, &Value::Null);
        let rows = answer.body.as_array().expect("a list").clone();
        let ids = rows.iter().map(|row| row["intervalId"].clone());
        Value::Array(ids.collect())
    };
    for (query, expected) in [
        (
            "",
            json!(["2024-08-05:00:00", "2024-08-04:20:16", "2024-08-04:20:15"]),
        ),
        ("limit=2", json!(["2024-08-05:00:00", "2024-08-04:20:16"])),
        ("direction=forwards&limit=1", json!(["2024-08-04:20:15"])),
        ("unit=hour", json!(["2024-08-05:00", "2024-08-04:20"])),
        (
            "unit=day&direction=forwards",
            json!(["2024-08-04", "2024-08-05"]),
        ),
        ("unit=month", json!(["2024-08"])),
        // 2024-08-04, 20:16 and 20:15:59
        (
            "start=1722802560000",
            json!(["2024-08-05:00:00", "2024-08-04:20:16"]),
        ),
        ("end=1722802559000", json!(["2024-08-04:20:15"])),
        (
            "start=-1&end=99999999999999999",
            json!(["2024-08-05:00:00", "2024-08-04:20:16", "2024-08-04:20:15"]),
        ),
        ("start=99999999999999999", json!([])),
    ] {
        assert_eq!(intervals(query), expected, "{query}");
    }
    let of_hour = |path: &str| {
        desk.ask("GET", &format!("{path}?unit=hour&limit=2"), &Value::Null)
            .body
    };
    let entries = json!({
        "channels.peak": 3,
        "messages.inbound.realtime.messages.count": 50,
        "messages.inbound.all.messages.count": 50,
    });
    assert_eq!(
        of_hour("/v1/apps/sndbox/stats")[1],
        json!({
            "intervalId": "2024-08-04:20", "unit": "hour", "appId": "sndbox", "entries": entries,
            "schema": "https://schemas.ably.com/json/app-stats-0.0.5.json",
        })
    );
    assert_eq!(
        of_hour("/v1/accounts/sandbox/stats")[1],
        json!({
            "intervalId": "2024-08-04:20", "unit": "hour", "accountId": "sandbox", "entries": entries,
            "schema": "https://schemas.ably.com/json/account-stats-0.0.3.json",
        })
    );
}

fn base64(text: &str) -> String {
    use base64::Engine;
    base64::engine::general_purpose::STANDARD.encode(text)
}
