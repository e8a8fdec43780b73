//! Control API calls: where requests go, and how responses are read.

use crate::transport::*;
use ably_edge_auth::control::{OPERATIONS, Operation, call};
use ably_edge_auth::http::Network;
use ably_edge_auth::{AccessToken, Kind, Result};
use serde_json::json;

fn ask(
    world: &World<'_>,
    name: &str,
    parameters: &[&str],
    query: &str,
    body: &str,
) -> Result<String> {
    let network = Network::new(None, None).expect("a network");
    let token = AccessToken::parse("an-access-token").expect("a token");
    let operation = Operation::named(name).expect("an operation");
    let parameters: Vec<String> = parameters.iter().map(|it| (*it).to_owned()).collect();
    world.run(call(
        world,
        &network,
        &token,
        operation,
        &parameters,
        query,
        body,
    ))
}

/// A successful response.
fn good(operation: &Operation) -> &'static str {
    match operation.name {
        name if name.ends_with(".list") || name.starts_with("stats.") => "[]",
        name if name.ends_with(".delete") || name.ends_with(".revoke") => "",
        _ => "{}",
    }
}

#[test]
fn each_operation_has_its_method_and_its_path() {
    for operation in &OPERATIONS {
        let world = World::of(vec![answer(200, good(operation))]);
        ask(&world, operation.name, &["one", "two"], "", "").expect(operation.name);
        let sent = &world.log()[0];
        assert_eq!(sent.method, operation.method);
        let mut values = ["one", "two"].into_iter();
        let parts = operation.path.split('/');
        let path: Vec<_> = parts
            .map(|part| match part.starts_with('{') {
                true => values.next().expect("at most two"),
                false => part,
            })
            .collect();
        assert_eq!(sent.path, format!("/v1{}", path.join("/")));
        assert_eq!(sent.header("content-type"), None);
    }
}

#[test]
fn an_unknown_operation_is_none() {
    for name in ["", "keys", "keys.", "keys.get", "Keys.list", "keys.list "] {
        assert_eq!(Operation::named(name), None, "{name}");
    }
}

#[test]
fn every_id_is_encoded_whole_and_leads_to_no_other_path() {
    for (id, encoded) in [
        ("a/b", "a%2Fb"),
        ("../me", "..%2Fme"),
        ("../../accounts/x", "..%2F..%2Faccounts%2Fx"),
        ("...", "..."),
        ("%2e%2e", "%252e%252e"),
        ("%2F", "%252F"),
        ("a?b=c", "a%3Fb%3Dc"),
        ("a#b", "a%23b"),
        ("a;b", "a%3Bb"),
        ("a\\b", "a%5Cb"),
        ("a b", "a%20b"),
        ("a+b", "a%2Bb"),
        ("a@b:c", "a%40b%3Ac"),
        ("\r\nHost: evil", "%0D%0AHost%3A%20evil"),
        ("\0", "%00"),
        ("é😀", "%C3%A9%F0%9F%98%80"),
        ("-_.~", "-_.~"),
        ("{app_id}", "%7Bapp_id%7D"),
    ] {
        let world = World::of(vec![answer(200, "{}")]);
        ask(&world, "keys.update", &["app", id], "", "{}").expect("an answer");
        assert_eq!(
            world.log()[0].path,
            format!("/v1/apps/app/keys/{encoded}"),
            "{id:?}"
        );
        assert_eq!(world.log()[0].host, "https://control.ably.net", "{id:?}");
    }
}

#[test]
fn an_invalid_id_is_refused_before_anything_is_sent() {
    for (id, says) in [
        ("", " is empty"),
        (".", " is a relative path, not an id"),
        ("..", " is a relative path, not an id"),
    ] {
        let world = World::of(Vec::new());
        for (parameters, name) in [([id, "key"], "app_id"), (["app", id], "key_id")] {
            let error = ask(&world, "keys.update", &parameters, "", "{}").unwrap_err();
            assert_eq!((error.kind(), error.path()), (Kind::Usage, Some(name)));
            assert_eq!(error.message(), format!("{name}{says}"));
        }
    }
    let world = World::of(Vec::new());
    let error = ask(&world, "keys.update", &["app"], "", "{}").unwrap_err();
    assert_eq!(error.path(), Some("key_id"));
}

#[test]
fn query_and_body_are_passed_as_they_are() {
    let world = World::of(vec![answer(200, "[]"), answer(201, "{}")]);
    ask(&world, "stats.app", &["app"], "unit=hour&limit=2", "").expect("an answer");
    ask(&world, "keys.create", &["app"], "", r#"{"name":"é"}"#).expect("an answer");
    let log = world.log();
    assert_eq!(log[0].path, "/v1/apps/app/stats?unit=hour&limit=2");
    assert_eq!(log[1].body, r#"{"name":"é"}"#);
    assert_eq!(log[1].header("content-type"), Some("application/json"));
    assert_eq!(log[1].header("accept"), Some("application/json"));
}

#[test]
fn the_answer_comes_back_as_text() {
    let body = r#"{"id":"a", "more": [1, "é"]}"#;
    let world = World::of(vec![answer(201, body)]);
    assert_eq!(
        ask(&world, "keys.create", &["app"], "", "{}").expect("an answer"),
        body
    );
    for status in [200, 204] {
        let world = World::of(vec![answer(status, "")]);
        assert_eq!(
            ask(&world, "apps.delete", &["app"], "", "").expect("nothing"),
            ""
        );
    }
}

#[test]
fn a_good_status_with_a_page_is_an_error_of_the_service() {
    for operation in &OPERATIONS {
        for body in ["<html>signed out</html>", "{", "signed out"] {
            let world = World::of(vec![answer(200, body)]);
            let error = ask(&world, operation.name, &["one", "two"], "", "");
            let error = error.expect_err(operation.name);
            assert_eq!((error.kind(), error.status()), (Kind::Service, Some(200)));
            let hint = error.remediation().expect("a hint");
            assert!(hint.starts_with("check the endpoint"), "{hint}");
        }
    }
}

#[test]
fn an_unexpected_answer_is_a_service_error() {
    for (name, body) in [
        ("keys.list", "{}"),
        ("keys.list", ""),
        ("keys.list", "null"),
        ("stats.app", "{}"),
        ("keys.create", "[]"),
        ("keys.create", ""),
        ("me", "[]"),
        ("me", "\"me\""),
    ] {
        let world = World::of(vec![answer(200, body)]);
        let error = ask(&world, name, &["one"], "", "").unwrap_err();
        assert_eq!(error.kind(), Kind::Service, "{name} {body}");
    }
    let world = World::of(vec![answer(200, b"{\"a\":\"\xff\"}")]);
    assert!(ask(&world, "me", &[], "", "").is_err());
}

fn refused(name: &str, status: u16, code: u32) -> ably_edge_auth::Error {
    let body = json!({"message": "no", "code": code, "statusCode": status, "details": null});
    let answer = answer_json(status, &body).header("retry-after", "3600");
    ask(&World::of(vec![answer]), name, &["one", "two"], "", "").unwrap_err()
}

#[test]
fn unauthorised_says_where_access_tokens_are() {
    let error = refused("keys.list", 401, 40100);
    assert_eq!((error.kind(), error.code()), (Kind::Token, Some(40100)));
    assert_eq!(
        error.remediation(),
        Some(
            "the access token has expired, was rotated or revoked: see https://ably.com/users/access_tokens"
        )
    );
}

#[test]
fn forbidden_says_what_is_needed_by_its_name_and_its_label() {
    for (name, hint) in [
        (
            "keys.create",
            "keys.create needs write:key, shown in the dashboard as Write Key",
        ),
        (
            "rules.list",
            "rules.list needs read:rule, shown in the dashboard as Read Integration",
        ),
        (
            "namespaces.list",
            "namespaces.list needs read:namespace, shown in the dashboard as Read Rule",
        ),
    ] {
        let error = refused(name, 403, 40300);
        assert_eq!((error.kind(), error.status()), (Kind::Forbidden, Some(403)));
        assert_eq!(error.remediation(), Some(hint));
    }
}

#[test]
fn forbidden_names_no_capability_where_none_is_needed() {
    let error = refused("me", 403, 40300);
    assert_eq!(error.kind(), Kind::Forbidden);
    let hint = error.remediation().unwrap_or_default();
    assert!(!hint.contains("needs"), "{hint}");
}

#[test]
fn not_found_and_unprocessable_are_about_the_call() {
    for (status, code) in [(404, 40400), (422, 42200), (400, 40000)] {
        let error = refused("keys.update", status, code);
        assert_eq!((error.kind(), error.code()), (Kind::Usage, Some(code)));
        assert!(error.message().ends_with(": no"));
    }
}

#[test]
fn too_many_requests_says_what_the_limits_are() {
    let error = refused("keys.list", 429, 42900);
    assert_eq!(error.kind(), Kind::RateLimited);
    assert!(
        error
            .remediation()
            .expect("a hint")
            .contains("2000 from one access token")
    );
}

#[test]
fn a_refusal_of_the_rate_is_waited_for_here_too() {
    let world = World::of(vec![
        answer(429, "").header("retry-after", "5"),
        answer(200, "{}"),
    ]);
    ask(&world, "me", &[], "", "").expect("an answer");
    assert_eq!(world.sleeps(), [5_000]);
}

#[test]
fn a_capability_that_is_missing_is_named_before_anything_is_asked() {
    let held = |names: &[&str]| names.iter().map(|it| (*it).to_owned()).collect::<Vec<_>>();
    for operation in &OPERATIONS {
        assert_eq!(operation.check(&held(&[operation.needs])), Ok(()));
        assert_eq!(
            operation.check(&held(&[])).is_ok(),
            operation.needs.is_empty()
        );
    }
    let operation = Operation::named("keys.list").expect("an operation");
    let error = operation
        .check(&held(&["read:app", "write:key"]))
        .unwrap_err();
    assert_eq!((error.kind(), error.status()), (Kind::Forbidden, Some(403)));
    assert_eq!(
        error.to_string(),
        "keys.list needs read:key, shown in the dashboard as Read Key; this token has read:app, write:key; make one that has it at https://ably.com/users/access_tokens"
    );
    let error = operation.check(&[]).unwrap_err();
    assert!(error.message().ends_with("; this token has none"));
}
