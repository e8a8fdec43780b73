//! Access tokens of the sandbox: made, used, rotated, revoked, expired; and how often they may call.

#![cfg(feature = "sandbox")]

#[path = "common/control_api.rs"]
mod control_api;

use ably_edge_auth::rest::Response;
use ably_edge_auth::sandbox::{Change, Options, Sandbox};
use control_api::*;
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
const UNKNOWN: &str = "access denied: no access token has this value; it was mistyped, or revoked, or rotated and has a new value since";

#[test]
fn a_token_is_made_and_its_value_told_once() {
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
    // The one that every sandbox has, and this one: the admin's is none.
    assert_eq!(tokens.len(), 2);
    assert!(tokens.contains(&shown));
    assert!(!list.body.to_string().contains(&value));
    // Nor is it in what is written down.
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
    let none = "has none: a token that may do nothing is of no use";
    let form = r#"is neither "all" nor an object with groups, as {"Apps": ["read", "write"], "Keys": "all"}"#;
    let expiry = "is not 30, 60, 90 or null, which is never";
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
            json!({ "capabilities": [r#"has a group that there is not; did you mean "Apps"?"#] }),
        ),
        (
            json!({ "name": "n", "capabilities": { "Users": "all", "Keys": "all" } }),
            json!({ "capabilities": ["has a group that there is not; the groups are Apps, Keys, Rules, Queues, Namespaces, Statistics"] }),
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
            json!({ "account": ["is not the id of an account whose admin this is"] }),
        ),
        (
            json!({ "name": "n", "capabilities": "all", "expires": 30 }),
            json!({ "expires": [r#"is no field of this; its fields are name, account, expiryDays, capabilities"#] }),
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
        // The admin may give it another value, and it counts again.
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
    let reason = "is no field of this; its fields are expiryDays";
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
    let none = "this account has no access token of this id";
    for (method, path) in [("DELETE", ""), ("POST", "/rotate")] {
        let answer = desk.admin(method, &format!("/{id}{path}"), &Value::Null);
        answer.is_error(404, 40400, none, Value::Null);
    }
    // The admin's own, which stands for a login, is none of these.
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
            "access tokens are the business of the account's admins: send the admin token, which is no access token's",
            Value::Null,
        );
        ask(None).is_error(
            401,
            40100,
            "access denied: there is no access token; send Authorization: Bearer and one",
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
        "this path has no such method; it has GET, POST",
        Value::Null,
    );
    assert_eq!(answer.header("allow"), Some("GET, POST"));
    let answer = desk.ask_as(
        &desk.credentials.admin_token,
        "GET",
        "/dashboard/users",
        &Value::Null,
    );
    let message = "of the dashboard, the sandbox has /dashboard/access_tokens only";
    answer.is_error(404, 40400, message, Value::Null);
}

#[test]
fn the_last_use_is_told_to_ten_minutes_and_written_down_when_it_changes() {
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

/// Calls `/me` at this time, in a sandbox whose state does not matter.
fn status(sandbox: &mut Sandbox, token: Option<&str>, now: u64) -> (u16, Option<u64>, String) {
    let authorization = token.map(|token| format!("Bearer {token}"));
    let me = request("GET", "/v1/me", authorization.as_deref(), &Value::Null);
    let (response, change): (Response, Option<Change>) = sandbox.handle(&me, now, &[7; 32]);
    if let Some(change) = change {
        sandbox.commit(&change);
    }
    let wait = response
        .header("retry-after")
        .map(|it| it.parse().expect("seconds"));
    (response.status, wait, read(&response).message().to_owned())
}

/// A sandbox with further access tokens.
fn sandbox_with(count: usize) -> (Sandbox, Vec<String>) {
    let desk = Desk::new();
    let mut tokens = vec![desk.credentials.access_token.clone()];
    tokens.extend((0..count).map(|_| desk.token(json!("all")).1));
    let mut sandbox = Sandbox::new(Options::default());
    for change in desk.transport.sandbox().snapshot() {
        sandbox.restore(&change).expect("a change");
    }
    (sandbox, tokens)
}

/// Source: <https://ably.com/docs/platform/pricing/limits>.
#[test]
fn each_limit_of_an_hour_is_told_with_the_time_to_come_back() {
    for (count, limit, whose) in [
        (0, 60, "without an access token that counts"),
        (1, 2_000, "with this access token"),
        (5, 4_000, "of this account"),
    ] {
        let (mut sandbox, tokens) = sandbox_with(count);
        // One a second: after an hour they become free again, one by one.
        let caller = |index: u64| match count {
            0 => [None, Some("nobody's")][index as usize % 2],
            1 => Some(tokens[1].as_str()),
            _ => Some(tokens[index as usize % tokens.len()].as_str()),
        };
        let good = if count == 0 { 401 } else { 200 };
        for index in 0..limit {
            let (answered, wait, _) = status(&mut sandbox, caller(index), NOW + index * 500);
            assert_eq!((answered, wait), (good, None), "{whose}, {index}");
        }
        let mut now = NOW + limit * 500 + 250;
        // A wait that is told is true, and no longer than it has to be.
        for index in limit..limit + 5 {
            // What became free while it was waited is used up first.
            let refused = (0..10).map(|_| status(&mut sandbox, caller(index), now));
            let (_, wait, message) = { refused }
                .find(|(answered, ..)| *answered == 429)
                .expect("a call that is refused");
            let wait = wait.expect("Retry-After");
            assert_eq!(
                message,
                format!(
                    "the limit of {limit} calls of the Control API in an hour {whose} is reached; the next one is answered in {wait} s"
                )
            );
            let early = now + (wait - 1) * 1_000;
            assert_eq!(status(&mut sandbox, caller(index), early).0, 429, "{whose}");
            now += wait * 1_000;
            assert_eq!(status(&mut sandbox, caller(index), now).0, good, "{whose}");
        }
        // Another hour, and none counts.
        now += HOUR;
        for index in 0..60 {
            assert_eq!(status(&mut sandbox, caller(index), now).0, good);
        }
    }
}

#[test]
fn a_limit_of_one_is_not_that_of_another() {
    let (mut sandbox, tokens) = sandbox_with(2);
    for _ in 0..2_000 {
        status(&mut sandbox, Some(&tokens[1]), NOW);
    }
    for _ in 0..60 {
        status(&mut sandbox, None, NOW);
    }
    assert_eq!(status(&mut sandbox, Some(&tokens[1]), NOW).0, 429);
    assert_eq!(status(&mut sandbox, None, NOW).0, 429);
    for _ in 0..2_000 {
        assert_eq!(status(&mut sandbox, Some(&tokens[2]), NOW).0, 200);
    }
    assert_eq!(status(&mut sandbox, Some(&tokens[0]), NOW).0, 429);
    // The dashboard is not the Control API.
    let admin = format!("Bearer {}", sandbox.credentials().admin_token);
    let list = request(
        "GET",
        "/dashboard/access_tokens",
        Some(&admin),
        &Value::Null,
    );
    assert_eq!(sandbox.handle(&list, NOW, &[7; 32]).0.status, 200);
}

#[test]
fn rotation_is_no_way_round_a_limit() {
    let desk = Desk::new();
    let (id, value) = desk.token(json!("all"));
    for _ in 0..2_000 {
        assert_eq!(
            desk.ask_as(&value, "GET", "/v1/me", &Value::Null).status,
            200
        );
    }
    let value = desk
        .admin("POST", &format!("/{id}/rotate"), &Value::Null)
        .text("/value");
    let answer = desk.ask_as(&value, "GET", "/v1/me", &Value::Null);
    assert_eq!(
        (answer.status, answer.body["code"].clone()),
        (429, json!(42910))
    );
    assert_eq!(answer.header("retry-after"), Some("3600"));
}

#[test]
fn as_many_tokens_as_are_kept_and_no_more() {
    let desk = Desk::new();
    // Two stand in every sandbox.
    for _ in 2..200 {
        desk.token(json!("all"));
    }
    let body = json!({ "name": "n", "capabilities": "all" });
    let message = "the sandbox keeps 200 access tokens at the most: delete some";
    desk.admin("POST", "", &body)
        .is_error(422, 42200, message, Value::Null);
}

#[test]
fn another_sandbox_that_takes_the_changes_answers_the_same() {
    let mut first = Sandbox::new(Options::default());
    let credentials = first.credentials();
    let mut changes = Vec::new();
    let mut asked = 0_u8;
    let mut ask = |token: &str, method: &str, path: &str, body: &Value| {
        asked += 1;
        let request = request(method, path, Some(&format!("Bearer {token}")), body);
        let (response, change) = first.handle(&request, NOW, &[asked; 32]);
        if let Some(change) = change {
            first.commit(&change);
            changes.push(change);
        }
        read(&response)
    };
    let tokens = "/dashboard/access_tokens";
    let admin = credentials.admin_token.as_str();
    let made = ask(
        admin,
        "POST",
        tokens,
        &json!({ "name": "n", "capabilities": "all" }),
    );
    let revoked = ask(
        admin,
        "POST",
        tokens,
        &json!({ "name": "m", "capabilities": "all" }),
    );
    ask(
        admin,
        "DELETE",
        &format!("{tokens}/{}", revoked.text("/id")),
        &Value::Null,
    );
    let rotated = ask(
        admin,
        "POST",
        &format!("{tokens}/{}/rotate", made.text("/id")),
        &Value::Null,
    );
    let token = rotated.text("/value");
    let app = ask(
        &token,
        "POST",
        "/v1/accounts/sandbox/apps",
        &json!({ "name": "a" }),
    )
    .text("/id");
    let site = format!("/v1/apps/{app}");
    let key = ask(
        &token,
        "POST",
        &format!("{site}/keys"),
        &json!({ "name": "k", "capability": { "*": ["*"] } }),
    );
    ask(
        &token,
        "POST",
        &format!("{site}/keys/{}/revoke", key.text("/id")),
        &Value::Null,
    );
    ask(
        &token,
        "POST",
        &format!("{site}/namespaces"),
        &json!({ "id": "n", "persisted": true }),
    );
    ask(
        &token,
        "POST",
        &format!("{site}/namespaces"),
        &json!({ "id": "m" }),
    );
    ask(
        &token,
        "PATCH",
        &format!("{site}/namespaces/m"),
        &json!({ "pushEnabled": true }),
    );
    ask(
        &token,
        "DELETE",
        &format!("{site}/namespaces/n"),
        &Value::Null,
    );
    ask(
        &token,
        "POST",
        &format!("{site}/queues"),
        &json!({ "name": "q", "ttl": 1, "maxLength": 1, "region": "eu-west-1-a" }),
    );
    let rule = json!({ "ruleType": "http/zapier", "requestMode": "single",
        "source": { "channelFilter": "", "type": "channel.message" }, "target": { "url": "https://example.com" } });
    let rule = ask(&token, "POST", &format!("{site}/rules"), &rule);
    assert_eq!(rule.status, 201);
    ask(&token, "DELETE", "/v1/apps/sndbox", &Value::Null);

    let mut asks = vec![
        (admin.to_owned(), tokens.to_owned()),
        (made.text("/value"), "/v1/me".to_owned()),
        (revoked.text("/value"), "/v1/me".to_owned()),
        (token.clone(), "/v1/me".to_owned()),
        (token.clone(), "/v1/accounts/sandbox/apps".to_owned()),
        (token.clone(), "/v1/apps/sndbox/keys".to_owned()),
    ];
    for part in ["keys", "namespaces", "queues", "rules", "stats"] {
        asks.push((token.clone(), format!("{site}/{part}")));
    }
    let snapshot: Vec<Change> = first.snapshot().collect();
    for kept in [&changes, &snapshot] {
        let mut second = Sandbox::new(Options::default());
        for change in kept {
            let text = change.as_str();
            assert!(!text.contains('\n'));
            second.restore(&Change::from_text(text)).expect("a change");
        }
        for (token, path) in &asks {
            let get = request("GET", path, Some(&format!("Bearer {token}")), &Value::Null);
            let expected = first.handle(&get, NOW, &[9; 32]).0;
            let answer = second.handle(&get, NOW, &[9; 32]).0;
            assert!(!expected.body.is_empty());
            assert_eq!(read(&answer), read(&expected), "{path}");
        }
    }
}
