//! Which access tokens may call which operations of the sandbox's Control API, and the errors for
//! others.

use crate::control_api::*;
use ably_edge_auth::ACCESS_TOKEN_CAPABILITIES;
use ably_edge_auth::control::{OPERATIONS, Operation};
use serde_json::{Value, json};

/// A path of the operation, for the default app.
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

/// The dashboard form's selection for this capability alone.
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
                // The capability is checked before the rest of the call.
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
        // Only one of them may delete the app.
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
fn credentials_and_rights_are_checked_before_existence() {
    let desk = Desk::new();
    let other = "this access token belongs to another account: see GET /v1/me";
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
            "this path does not support the method; it supports GET, POST",
        ),
        (
            "GET",
            "/v1/apps/sndbox/keys/narrow",
            405,
            40500,
            "this path does not support the method; it supports PATCH",
        ),
        ("GET", "/v1/accounts/VgQpOZ/apps", 404, 40400, other),
        ("POST", "/v1/accounts/VgQpOZ/apps", 404, 40400, other),
        ("GET", "/v1/accounts/VgQpOZ/stats", 404, 40400, other),
        (
            "GET",
            "/v1/apps/sandbox/keys",
            404,
            40400,
            "this account has no app with this id",
        ),
        (
            "GET",
            "/v1/apps/SNDBOX/keys",
            404,
            40400,
            "this account has no app with this id",
        ),
        (
            "POST",
            "/v1/apps/sndbox/pkcs12",
            400,
            40000,
            "the sandbox sends no push notifications, and accepts no certificates for them",
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
    // The credential is checked first, so that callers cannot find out which apps exist.
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
