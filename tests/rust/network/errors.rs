//! Error responses of every form become complete errors.

use crate::transport::*;
use ably_edge_auth::http::Network;
use ably_edge_auth::{AccessToken, Error, Kind, control, server_time};
use serde_json::json;

const HOST: &str = "https://rest.example.com";

/// As a REST API error.
fn refused(answer: Answer) -> Error {
    let network = Network::new(Some("rest.example.com"), None).expect("a network");
    let world = World::of(vec![answer]);
    world.run(server_time(&world, &network)).unwrap_err()
}

/// As a Control API error.
fn refused_by_control(answer: Answer) -> Error {
    let network = Network::new(None, None).expect("a network");
    let token = AccessToken::parse("an-access-token").expect("a token");
    let operation = control::Operation::named("keys.create").expect("an operation");
    let world = World::of(vec![answer]);
    let app = ["app".to_owned()];
    let call = control::call(&world, &network, &token, operation, &app, "", "{}");
    world.run(call).unwrap_err()
}

#[test]
fn a_wrapped_error_gives_all_of_its_members() {
    let body = json!({"error": {
        "code": 40101, "statusCode": 401, "message": "invalid credentials",
        "href": "https://help.ably.io/error/40101", "serverId": "s1", "requestId": "r1",
    }});
    let error = refused(answer_json(401, &body));
    assert_eq!(error.kind(), Kind::Key);
    assert_eq!((error.code(), error.status()), (Some(40101), Some(401)));
    assert_eq!(
        error.message(),
        "https://rest.example.com answered 401, code 40101: invalid credentials"
    );
    assert_eq!(error.href(), Some("https://help.ably.io/error/40101"));
    assert_eq!(error.server_id(), Some("s1"));
    assert_eq!(error.request_id(), Some("r1"));
}

#[test]
fn a_flat_error_and_one_with_its_numbers_swapped_say_the_same() {
    for body in [
        json!({"code": 40100, "statusCode": 401, "message": "Access denied", "details": null}),
        json!({"code": 401, "statusCode": 40100, "message": "Access denied"}),
        json!({"error": {"code": 401, "statusCode": 40100, "message": "Access denied"}}),
    ] {
        let error = refused_by_control(answer_json(401, &body));
        assert_eq!((error.code(), error.status()), (Some(40100), Some(401)));
        assert_eq!(error.kind(), Kind::Token);
        assert_eq!(
            error.message(),
            "https://control.ably.net/v1 answered 401, code 40100: Access denied"
        );
        let hint = error.remediation().expect("a hint");
        assert!(
            hint.contains("https://ably.com/users/access_tokens"),
            "{hint}"
        );
    }
}

#[test]
fn details_are_listed_by_field() {
    for (details, text) in [
        (json!({"name": ["is too long"]}), "name: is too long"),
        (
            json!({"capability": ["is unknown"], "name": ["is too long", "is taken"]}),
            "capability: is unknown; name: is too long; name: is taken",
        ),
        (json!({"name": "is too long"}), "name: is too long"),
        (json!("see the log"), "see the log"),
    ] {
        let body = json!({"message": "Unprocessable", "code": 42200, "details": details});
        let error = refused_by_control(answer_json(422, &body));
        assert_eq!(error.kind(), Kind::Usage);
        let wanted =
            format!("https://control.ably.net/v1 answered 422, code 42200: Unprocessable ({text})");
        assert_eq!(error.message(), wanted);
    }
    for details in [
        json!(null),
        json!({}),
        json!([]),
        json!(7),
        json!({"name": [1, null]}),
    ] {
        let body = json!({"message": "Unprocessable", "details": details});
        let error = refused_by_control(answer_json(422, &body));
        assert!(error.message().ends_with("422: Unprocessable"), "{error}");
    }
}

#[test]
fn details_replace_a_missing_message() {
    let body = json!({"details": {"name": ["is too long"]}});
    let error = refused_by_control(answer_json(422, &body));
    assert_eq!(
        error.message(),
        "https://control.ably.net/v1 answered 422: (name: is too long)"
    );
}

#[test]
fn an_error_in_headers_only_is_read_from_them() {
    let error = refused(
        answer(429, "")
            .header("retry-after", "60")
            .header("X-Ably-ErrorCode", "42922")
            .header("X-Ably-ErrorMessage", "rate limit exceeded")
            .header("X-Ably-ServerId", "frontend.1")
            .header("X-Request-Id", "r2"),
    );
    assert_eq!((error.code(), error.status()), (Some(42922), Some(429)));
    assert_eq!(error.kind(), Kind::RateLimited);
    assert!(
        error
            .message()
            .ends_with(", code 42922: rate limit exceeded"),
        "{error}"
    );
    assert_eq!(error.server_id(), Some("frontend.1"));
    assert_eq!(error.request_id(), Some("r2"));
}

#[test]
fn the_body_takes_precedence_over_the_headers() {
    let body = json!({"error": {"code": 40300, "message": "from the body", "requestId": "body"}});
    let error = refused(
        answer_json(403, &body)
            .header("x-ably-errorcode", "40101")
            .header("x-ably-errormessage", "from the header")
            .header("x-request-id", "header"),
    );
    assert_eq!(error.code(), Some(40300));
    assert!(error.message().ends_with("from the body"));
    assert_eq!(error.request_id(), Some("body"));
}

#[test]
fn any_unexpected_body_gives_a_complete_error() {
    let control_character = "x\u{7}y\nz";
    for (body, says) in [
        ("", "with an empty body"),
        (" \r\n ", "with an empty body"),
        (
            "<!doctype html><p>Bad gateway",
            "with a page, not with JSON",
        ),
        ("Bad gateway", "Bad gateway"),
        (control_character, "x y z"),
        (r#"{"error":"Unauthorized"}"#, "Unauthorized"),
        (r#"{"error":"","message":"Unauthorized"}"#, "Unauthorized"),
        (r#""quoted""#, r#""quoted""#),
    ] {
        let error = refused(answer(402, body));
        assert_eq!(
            error.message(),
            format!("{HOST} answered 402: {says}"),
            "{body:?}"
        );
        assert_eq!(
            (error.kind(), error.code(), error.status()),
            (Kind::Usage, None, Some(402))
        );
    }
    for body in [
        "{}",
        "[]",
        "{",
        "[1,2]",
        r#"{"error":{}}"#,
        r#"{"error":null}"#,
        r#"{"error":7}"#,
        r#"{"error":{"code":"x"}}"#,
        r#"{"code":-1}"#,
        r#"{"message":7}"#,
        r#"{"other":1}"#,
    ] {
        let error = refused(answer(402, body));
        assert!(
            error
                .message()
                .starts_with("https://rest.example.com answered 402"),
            "{body}"
        );
        assert_eq!(
            (error.kind(), error.code(), error.status()),
            (Kind::Usage, None, Some(402))
        );
    }
    assert_eq!(refused(answer(402, b"\xff\xfe\0")).status(), Some(402));
    let deep = "[".repeat(100_000);
    assert_eq!(refused(answer(402, deep)).status(), Some(402));
}

#[test]
fn a_long_text_is_cut() {
    for body in [
        "é".repeat(100_000),
        json!({"error": {"message": "é".repeat(100_000)}}).to_string(),
    ] {
        let error = refused(answer(402, body));
        assert_eq!(error.message().matches('é').count(), 300);
    }
}

#[test]
fn many_details_are_cut_too() {
    let fields: serde_json::Map<_, _> = (0..10_000)
        .map(|field| (format!("field{field}"), json!(["is wrong"])))
        .collect();
    let body = json!({"message": "Unprocessable", "details": fields});
    let error = refused_by_control(answer_json(422, &body));
    assert!(
        error.message().len() < 5_000,
        "{} bytes",
        error.message().len()
    );
}

#[test]
fn redirects_are_refused_and_never_followed() {
    let network = Network::new(None, None).expect("a network");
    for status in [301, 302, 303, 304, 305, 307, 308] {
        let elsewhere = answer(status, "").header("location", "https://elsewhere.example/time");
        let world = World::of(vec![elsewhere]);
        let error = world.run(server_time(&world, &network)).unwrap_err();
        assert_eq!(world.hosts(), ["https://main.realtime.ably.net"]);
        assert_eq!(
            (error.kind(), error.status()),
            (Kind::Service, Some(status))
        );
        assert!(
            error
                .remediation()
                .expect("a hint")
                .contains("redirects are never followed")
        );
        assert!(!error.to_string().contains("elsewhere"));
    }
}

#[test]
fn the_kind_goes_by_the_code_and_then_by_the_status() {
    for (status, code, kind, control_kind) in [
        (401, 40142, Kind::Expired, Kind::Expired),
        (401, 40141, Kind::Token, Kind::Token),
        (401, 40140, Kind::Token, Kind::Token),
        (401, 40160, Kind::Capability, Kind::Capability),
        (401, 40101, Kind::Key, Kind::Token),
        (401, 40150, Kind::Key, Kind::Token),
        (403, 40300, Kind::Forbidden, Kind::Forbidden),
        (429, 42910, Kind::RateLimited, Kind::RateLimited),
        (400, 40000, Kind::Usage, Kind::Usage),
        (404, 40400, Kind::Usage, Kind::Usage),
        (422, 42200, Kind::Usage, Kind::Usage),
        (500, 50000, Kind::Service, Kind::Service),
        (302, 0, Kind::Service, Kind::Service),
    ] {
        let make = || {
            answer_json(status, &json!({"code": code, "message": "m"})).header("retry-after", "60")
        };
        assert_eq!(refused(make()).kind(), kind, "{code}");
        assert_eq!(refused_by_control(make()).kind(), control_kind, "{code}");
    }
}

#[test]
fn hints_say_what_to_do() {
    for (status, code, says) in [
        (401, 40133, "with the key that issued them"),
        (401, 40163, "switch revocable tokens on"),
        (401, 40164, "switch revocable tokens on"),
        (401, 40101, "check the key"),
        (429, 42910, "at a lower rate"),
    ] {
        let body = json!({"code": code, "message": "m"});
        let error = refused(answer_json(status, &body).header("retry-after", "60"));
        let hint = error.remediation().expect("a hint");
        assert!(hint.contains(says), "{hint}");
    }
    let error = refused_by_control(answer(429, "").header("retry-after", "60"));
    let hint = error.remediation().expect("a hint");
    assert!(hint.contains("4000") && hint.contains("2000") && hint.contains("60"));
}
