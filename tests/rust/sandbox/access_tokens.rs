//! Access tokens of the sandbox: creation, use, rotation, revocation and expiry.

use crate::control_api::*;
use ably_edge_auth::sandbox::{Options, Sandbox};
use serde_json::{Value, json};

const ALL: [&str; 11] = [
    "read:app",
    "write:app",
    "read:key",
    "write:key",
    "read:rule",
    "write:rule",
    "read:queue",
    "write:queue",
    "read:namespace",
    "write:namespace",
    "read:stats",
];
const UNKNOWN: &str =
    "access denied: no access token has this value; it may be mistyped, revoked or rotated";

#[test]
fn a_token_is_created_and_its_value_shown_once() {
    let desk = Desk::new();
    let made = desk.admin("POST", "", &json!({ "name": "CI", "capabilities": "all" }));
    let (id, value) = (made.text("/id"), made.text("/value"));
    let mut shown = json!({
        "id": id, "name": "CI", "account": { "id": "sandbox", "name": "Sandbox account" },
        "capabilities": ALL, "created_at": "2023-11-14T22:13:20Z", "expires_at": "2023-12-14T22:13:20Z",
        "last_used_at": null, "value": value,
    });
    assert_eq!((made.status, &made.body), (201, &shown));
    assert_eq!(value.len(), 43);
    shown.as_object_mut().expect("an object").remove("value");
    let list = desk.admin("GET", "", &Value::Null);
    assert_eq!(list.status, 200);
    let tokens = list.body.as_array().expect("a list");
    // The default token and this one; the admin's is not listed.
    assert_eq!(tokens.len(), 2);
    assert!(tokens.contains(&shown));
    assert!(!list.body.to_string().contains(&value));
    // Stored changes don't contain it either.
    for change in desk.transport.sandbox().snapshot() {
        assert!(!change.as_str().contains(&value));
    }
}

#[test]
fn capabilities_are_chosen_by_the_groups_of_the_form() {
    let desk = Desk::new();
    for (chosen, capabilities) in [
        (json!("all"), json!(ALL)),
        (json!({ "Apps": ["read"] }), json!(["read:app"])),
        (
            json!({ "Apps": ["write", "read", "write"] }),
            json!(["read:app", "write:app"]),
        ),
        (json!({ "Statistics": "all" }), json!(["read:stats"])),
        (
            json!({ "Namespaces": "all", "Keys": ["write"], "Queues": [] }),
            json!(["write:key", "read:namespace", "write:namespace"]),
        ),
        (
            json!({ "Apps": "all", "Keys": "all", "Rules": "all", "Queues": "all", "Namespaces": "all", "Statistics": "all" }),
            json!(ALL),
        ),
    ] {
        let made = desk.admin("POST", "", &json!({ "name": "n", "capabilities": chosen }));
        assert_eq!(
            (made.status, &made.body["capabilities"]),
            (201, &capabilities),
            "{chosen}"
        );
        let me = desk.ask_as(&made.text("/value"), "GET", "/v1/me", &Value::Null);
        assert_eq!(me.body["token"]["capabilities"], capabilities);
    }
}

#[test]
fn what_the_form_does_not_have_is_refused() {
    let desk = Desk::new();
    let none = "is empty: a token without capabilities is useless";
    let form = r#"is neither "all" nor an object with groups, as {"Apps": ["read", "write"], "Keys": "all"}"#;
    let expiry = "is not 30, 60, 90 or null (never)";
    for (body, details) in [
        (
            json!({}),
            json!({ "name": ["is missing"], "capabilities": ["is missing"] }),
        ),
        (
            json!({ "name": "", "capabilities": "all" }),
            json!({ "name": ["is empty"] }),
        ),
        (
            json!({ "name": "n", "capabilities": "All" }),
            json!({ "capabilities": [form] }),
        ),
        (
            json!({ "name": "n", "capabilities": ["read:app"] }),
            json!({ "capabilities": [form] }),
        ),
        (
            json!({ "name": "n", "capabilities": {} }),
            json!({ "capabilities": [none] }),
        ),
        (
            json!({ "name": "n", "capabilities": { "Apps": [] } }),
            json!({ "capabilities": [none] }),
        ),
        (
            json!({ "name": "n", "capabilities": { "App": "all", "Keys": "all" } }),
            json!({ "capabilities": [r#"has an unknown group; did you mean "Apps"?"#] }),
        ),
        (
            json!({ "name": "n", "capabilities": { "Users": "all", "Keys": "all" } }),
            json!({ "capabilities": ["has an unknown group; the groups are Apps, Keys, Rules, Queues, Namespaces, Statistics"] }),
        ),
        (
            json!({ "name": "n", "capabilities": { "Keys": ["read", "delete", 1] } }),
            json!({ "capabilities.Keys[1]": ["is not one of read, write"], "capabilities.Keys[2]": ["is not one of read, write"] }),
        ),
        (
            json!({ "name": "n", "capabilities": { "Keys": "all", "Statistics": ["write"] } }),
            json!({ "capabilities.Statistics[0]": ["is not one of read"] }),
        ),
        (
            json!({ "name": "n", "capabilities": { "Keys": true, "Apps": "all" } }),
            json!({ "capabilities.Keys": [r#"is neither "all" nor a list of read and write"#] }),
        ),
        (
            json!({ "name": "n", "capabilities": "all", "expiryDays": 31 }),
            json!({ "expiryDays": [expiry] }),
        ),
        (
            json!({ "name": "n", "capabilities": "all", "expiryDays": "30" }),
            json!({ "expiryDays": [expiry] }),
        ),
        (
            json!({ "name": "n", "capabilities": "all", "expiryDays": 0 }),
            json!({ "expiryDays": [expiry] }),
        ),
        (
            json!({ "name": "n", "capabilities": "all", "account": "VgQpOZ" }),
            json!({ "account": ["is not the id of this admin's account"] }),
        ),
        (
            json!({ "name": "n", "capabilities": "all", "expires": 30 }),
            json!({ "expires": [r#"is an unknown field; the fields are name, account, expiryDays, capabilities"#] }),
        ),
    ] {
        let answer = desk.admin("POST", "", &body);
        assert_eq!(
            (answer.status, &answer.body["code"]),
            (422, &json!(42200)),
            "{body}"
        );
        assert_eq!(answer.body["details"], details, "{body}");
    }
    assert_eq!(
        desk.admin("GET", "", &Value::Null)
            .body
            .as_array()
            .map(Vec::len),
        Some(1)
    );
}

#[test]
fn a_token_counts_until_its_end_and_not_at_it() {
    const DAY: u64 = 24 * HOUR;
    for (chosen, days, end) in [
        (None, Some(30), "2023-12-14T22:13:20Z"),
        (Some(json!(30)), Some(30), "2023-12-14T22:13:20Z"),
        (Some(json!(60)), Some(60), "2024-01-13T22:13:20Z"),
        (Some(json!(90)), Some(90), "2024-02-12T22:13:20Z"),
        (Some(Value::Null), None, ""),
    ] {
        let desk = Desk::new();
        let mut body = json!({ "name": "n", "capabilities": "all", "account": "sandbox" });
        if let Some(chosen) = &chosen {
            body["expiryDays"] = chosen.clone();
        }
        let made = desk.admin("POST", "", &body);
        let (id, value) = (made.text("/id"), made.text("/value"));
        let me = || desk.ask_as(&value, "GET", "/v1/me", &Value::Null);
        let Some(days) = days else {
            assert_eq!(made.body["expires_at"], Value::Null);
            desk.transport.advance(100 * 365 * DAY);
            assert_eq!(me().body["token"]["expires_at"], Value::Null);
            continue;
        };
        assert_eq!(made.body["expires_at"], end);
        desk.transport.advance(days * DAY - 1);
        assert_eq!(me().body["token"]["expires_at"], end);
        desk.transport.advance(1);
        let message = format!(
            "access denied: the access token {id} expired at {end}; rotate it at POST /dashboard/access_tokens/{id}/rotate"
        );
        me().is_error(401, 40100, &message, Value::Null);
        assert_eq!(me().header("www-authenticate"), Some("Bearer"));
        // The admin can give it a new value, which makes it valid again.
        let rotated = desk.admin(
            "POST",
            &format!("/{id}/rotate"),
            &json!({ "expiryDays": 90 }),
        );
        assert_eq!(
            desk.ask_as(&rotated.text("/value"), "GET", "/v1/me", &Value::Null)
                .status,
            200
        );
    }
}

#[test]
fn rotation_keeps_all_but_value_and_end() {
    let desk = Desk::new();
    let made = desk.admin(
        "POST",
        "",
        &json!({ "name": "n", "capabilities": { "Keys": ["read"] }, "expiryDays": 90 }),
    );
    let (id, old) = (made.text("/id"), made.text("/value"));
    assert_eq!(
        desk.ask_as(&old, "GET", "/v1/apps/sndbox/keys", &Value::Null)
            .status,
        200
    );
    desk.transport.advance(HOUR);
    for (body, end) in [
        (json!({ "expiryDays": 60 }), json!("2024-01-13T23:13:20Z")),
        (json!({ "expiryDays": null }), Value::Null),
        (json!({}), json!("2023-12-14T23:13:20Z")),
        (Value::Null, json!("2023-12-14T23:13:20Z")),
    ] {
        let rotated = desk.admin("POST", &format!("/{id}/rotate"), &body);
        let mut expected = made.body.clone();
        expected["value"] = json!(rotated.text("/value"));
        expected["expires_at"] = end;
        expected["last_used_at"] = json!("2023-11-14T22:10:00Z");
        assert_eq!((rotated.status, &rotated.body), (200, &expected));
        assert_ne!(rotated.text("/value"), old);
    }
    desk.ask_as(&old, "GET", "/v1/me", &Value::Null)
        .is_error(401, 40100, UNKNOWN, Value::Null);
    let last = desk
        .admin("POST", &format!("/{id}/rotate"), &Value::Null)
        .text("/value");
    let keys = desk.ask_as(&last, "GET", "/v1/apps/sndbox/keys", &Value::Null);
    assert_eq!(keys.status, 200);
    let wrong = desk.admin("POST", &format!("/{id}/rotate"), &json!({ "name": "m" }));
    let reason = "is an unknown field; the fields are expiryDays";
    wrong.is_error(
        422,
        42200,
        &format!("name {reason}"),
        json!({ "name": [reason] }),
    );
    assert_eq!(
        desk.ask_as(&last, "GET", "/v1/me", &Value::Null).status,
        200
    );
}

#[test]
fn revocation_is_at_once_and_for_good() {
    let desk = Desk::new();
    let (id, value) = desk.token(json!("all"));
    assert_eq!(
        desk.ask_as(&value, "GET", "/v1/me", &Value::Null).status,
        200
    );
    let gone = desk.admin("DELETE", &format!("/{id}"), &Value::Null);
    assert_eq!((gone.status, gone.body), (204, Value::Null));
    desk.ask_as(&value, "GET", "/v1/me", &Value::Null)
        .is_error(401, 40100, UNKNOWN, Value::Null);
    let none = "this account has no access token with this id";
    for (method, path) in [("DELETE", ""), ("POST", "/rotate")] {
        let answer = desk.admin(method, &format!("/{id}{path}"), &Value::Null);
        answer.is_error(404, 40400, none, Value::Null);
    }
    // The admin's own token, which represents a login, is not among them.
    desk.admin("DELETE", "/admin", &Value::Null)
        .is_error(404, 40400, none, Value::Null);
}

#[test]
fn the_dashboard_is_for_admins() {
    let desk = Desk::new();
    let (id, value) = desk.token(json!("all"));
    let rotate = format!("/{id}/rotate");
    let one = format!("/{id}");
    for (method, path) in [
        ("GET", ""),
        ("POST", ""),
        ("POST", rotate.as_str()),
        ("DELETE", one.as_str()),
        ("GET", "/nothing"),
    ] {
        let path = format!("/dashboard/access_tokens{path}");
        let ask = |authorization: Option<&str>| {
            read(
                &desk
                    .transport
                    .answer(&request(method, &path, authorization, &json!({}))),
            )
        };
        ask(Some(&format!("Bearer {value}"))).is_error(
            403,
            40300,
            "only an account admin can manage access tokens: send the admin token",
            Value::Null,
        );
        ask(None).is_error(
            401,
            40100,
            "access denied: the request has no access token; send it as Authorization: Bearer",
            Value::Null,
        );
        ask(Some("Bearer nobody's")).is_error(401, 40100, UNKNOWN, Value::Null);
        for other in ["Basic c25kYm94", "Bearer", ""] {
            assert_eq!(ask(Some(other)).status, 401, "{other}");
        }
    }
    let answer = desk.admin("PUT", "", &Value::Null);
    answer.is_error(
        405,
        40500,
        "this path does not support the method; it supports GET, POST",
        Value::Null,
    );
    assert_eq!(answer.header("allow"), Some("GET, POST"));
    let answer = desk.ask_as(
        &desk.credentials.admin_token,
        "GET",
        "/dashboard/users",
        &Value::Null,
    );
    let message = "the only dashboard path of the sandbox is /dashboard/access_tokens";
    answer.is_error(404, 40400, message, Value::Null);
}

#[test]
fn the_last_use_is_rounded_to_ten_minutes_and_saved_when_it_changes() {
    let mut sandbox = Sandbox::new(Options::default());
    let token = sandbox.credentials().access_token;
    let me = request(
        "GET",
        "/v1/me",
        Some(&format!("Bearer {token}")),
        &Value::Null,
    );
    let mut written = Vec::new();
    for minute in 0..25 {
        let (response, change) = sandbox.handle(&me, NOW + minute * 60_000, &[7; 32]);
        let used = read(&response).text("/token/last_used_at");
        // 22:13:20 and so on
        assert_eq!(
            used,
            format!("2023-11-14T22:{:02}:00Z", (13 + minute) / 10 * 10)
        );
        if let Some(change) = change {
            sandbox.commit(&change);
            written.push(minute);
        }
    }
    assert_eq!(written, [0, 7, 17]);
}

#[test]
fn as_many_tokens_as_are_kept_and_no_more() {
    let desk = Desk::new();
    // Every sandbox starts with two.
    for _ in 2..200 {
        desk.token(json!("all"));
    }
    let body = json!({ "name": "n", "capabilities": "all" });
    let message = "the sandbox keeps 200 access tokens at the most: delete some";
    desk.admin("POST", "", &body)
        .is_error(422, 42200, message, Value::Null);
}
