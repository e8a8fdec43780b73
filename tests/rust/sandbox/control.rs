//! The sandbox's Control API: apps, keys, queues, namespaces and statistics.

use crate::control_api::*;
use serde_json::{Value, json};

// Source: ably/ably-cli 1.2.1, src/services/control-api.ts: /v1 on a host named control, /api/v1 on any other.
#[test]
fn the_ably_cli_finds_it_under_api() {
    let desk = Desk::new();
    let apps = "/v1/accounts/sandbox/apps";
    let list = desk.ask("GET", apps, &Value::Null);
    let under_api = desk.ask("GET", &format!("/api{apps}"), &Value::Null);
    assert_eq!((under_api.status, under_api.body), (200, list.body));
    assert_eq!(desk.ask("GET", "/api/v2/me", &Value::Null).status, 404);
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
            "this account has no app with this id",
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
    // Lists include the secret, as at Ably.
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
        "this key has been revoked permanently: create another",
        Value::Null,
    );
}

#[test]
fn a_whole_key_name_is_not_a_key_id() {
    let desk = Desk::new();
    for id in ["sndbox.narrow", "nosuch", "NARROW"] {
        let answer = desk.ask("PATCH", &format!("/v1/apps/sndbox/keys/{id}"), &json!({}));
        answer.is_error(
            404,
            40400,
            "this app has no key with this id: the id is the part of the key between the dot and the colon",
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
    let reason = "is already the id of a namespace in this app";
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
        "this app has no namespace with this id",
        Value::Null,
    );
}

#[test]
fn the_life_of_a_queue() {
    let desk = Desk::new();
    let path = "/v1/apps/sndbox/queues";
    // The format of ids follows the examples in the OpenAPI document.
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
    let reason = "is already the name of a queue in this region";
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
    gone.is_error(
        404,
        40400,
        "this app has no queue with this id",
        Value::Null,
    );
}

#[test]
fn statistics_are_those_that_were_given() {
    let desk = Desk::new();
    for path in ["/v1/apps/sndbox/stats", "/v1/accounts/sandbox/stats"] {
        assert_eq!(desk.ask("GET", path, &Value::Null).body, json!([]));
        for (query, message) in [
            ("unit=week", "unit is not minute, hour, day or month"),
            (
                "direction=up",
                "direction is neither forwards nor backwards",
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
    // The format of a row follows the example in the OpenAPI document.
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
    // The whole of the hour that the start is in.
    let path = "/v1/apps/sndbox/stats?unit=hour&start=1722802560000&direction=forwards";
    let rows = desk.ask("GET", path, &Value::Null).body;
    let count = &rows[0]["entries"]["messages.inbound.realtime.messages.count"];
    assert_eq!(count, &json!(50), "{rows}");
    let of_hour = |path: &str| {
        desk.ask("GET", &format!("{path}?unit=hour&limit=2"), &Value::Null)
            .body
    };
    let entries = json!({
        "channels.peak": 3,
        "messages.inbound.realtime.messages.count": 50,
        "messages.inbound.realtime.all.count": 50,
        "messages.inbound.all.messages.count": 50,
        "messages.inbound.all.all.count": 50,
        "messages.all.messages.count": 50,
        "messages.all.all.count": 50,
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
