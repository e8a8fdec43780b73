//! A server that echoes a credential never gets it into messages that people read.

use std::fmt::Debug;

use crate::transport::*;
use ably_edge_auth::control::{choose, keys_of_app};
use ably_edge_auth::http::{Failure, Network};
use ably_edge_auth::revocation::revoke::{RevokeParams, revoke};
use ably_edge_auth::{AccessToken, ApiKey, Error, TokenRequestParams, control, request_token};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;

/// A text that no message contains by chance.
const SECRET: &str = "Hush7Zq-Qx_9vWk3";
const TOKEN: &str = "Mum0Pz.Lr-4tYb8_Xe6";

fn key() -> ApiKey {
    format!("app.key:{SECRET}").parse().expect("a key")
}

fn network() -> Network {
    Network::new(Some("rest.example.com"), None).expect("a network")
}

fn said(error: &Error) -> String {
    let (hint, path, href) = (error.remediation(), error.path(), error.href());
    let ids = (error.request_id(), error.server_id());
    format!(
        "{error} {error:?} {error:#?} {} {hint:?} {path:?} {href:?} {ids:?}",
        error.message()
    )
}

#[track_caller]
fn silent(output: &str) {
    let sent = STANDARD.encode(format!("app.key:{SECRET}"));
    for secret in [SECRET, TOKEN, &sent] {
        assert!(!output.contains(secret), "{secret} is in {output}");
        let half = &secret[..secret.len() / 2];
        assert!(!output.contains(half), "half of {secret} is in {output}");
    }
}

#[track_caller]
fn silent_value(value: &impl Debug) {
    silent(&format!("{value:?} {value:#?}"));
}

/// The credential in every form in which a server receives it.
fn echoes() -> Vec<String> {
    let key = format!("app.key:{SECRET}");
    let basic = STANDARD.encode(&key);
    let mut echoes = vec![
        format!("Basic {basic}"),
        basic,
        key,
        SECRET.to_owned(),
        format!("Bearer {TOKEN}"),
        TOKEN.to_owned(),
        format!("{SECRET}{SECRET}"),
        format!("{TOKEN}{TOKEN}"),
    ];
    // Truncation must not leave part of it.
    for room in [284, 290, 299, 300] {
        echoes.push(format!("{}{SECRET}", "x".repeat(room)));
        echoes.push(format!("{}{TOKEN}", "x".repeat(room)));
    }
    echoes
}

/// Every place in a response where it may appear.
fn answers(echo: &str) -> Vec<(&'static str, Answer)> {
    let members = |name: &str| json!({ name: echo });
    let error = |inner| answer_json(400, &json!({ "error": inner }));
    vec![
        ("text", answer(400, echo)),
        ("JSON text", answer_json(400, &json!(echo))),
        ("error", answer_json(400, &members("error"))),
        ("message", error(members("message"))),
        ("href", error(members("href"))),
        ("requestId", error(members("requestId"))),
        ("serverId", error(members("serverId"))),
        ("details", error(members("details"))),
        ("a detail", error(json!({"details": {"name": [echo]}}))),
        ("another detail", error(json!({"details": {"name": echo}}))),
        (
            "the name of a detail",
            error(json!({"details": {echo: ["is wrong"]}})),
        ),
        (
            "message header",
            answer(400, "").header("x-ably-errormessage", echo),
        ),
        (
            "code header",
            answer(400, "").header("x-ably-errorcode", echo),
        ),
        (
            "server header",
            answer(400, "").header("x-ably-serverid", echo),
        ),
        (
            "request header",
            answer(400, "").header("x-request-id", echo),
        ),
        ("location", answer(307, "").header("location", echo)),
        ("a good answer", answer(200, echo)),
        ("a good JSON answer", answer_json(200, &json!(echo))),
        ("a failure", failure(Failure::Network(echo.to_owned()))),
    ]
}

#[test]
fn a_revocation_never_repeats_the_key() {
    for echo in echoes().into_iter().filter(|echo| !echo.contains(TOKEN)) {
        for place in 0..answers("").len() {
            let world = World::at(NOW, |_| answers(&echo).swap_remove(place).1);
            let params = RevokeParams {
                targets: vec!["clientId:ada".parse().expect("a target")],
                ..RevokeParams::default()
            };
            let (network, keys) = (network(), [key()]);
            let ended = world.run(revoke(&world, &network, &keys, &params, &mut |_, _| {}));
            let refused = ended.unwrap_err();
            let report = refused.report.as_ref().expect("a report");
            silent(&said(&refused.error));
            silent_value(&refused);
            silent(&report.to_json(Some(&refused.error)));
        }
    }
}

#[test]
fn what_is_said_of_one_target_never_repeats_the_key() {
    for echo in echoes().into_iter().filter(|echo| !echo.contains(TOKEN)) {
        for name in [
            "message",
            "href",
            "requestId",
            "serverId",
            "details",
            "error",
        ] {
            let item = json!({"target": "clientId:ada", "error": {name: echo, "code": 40000}});
            let world = World::at(NOW, |_| answer_json(201, &json!([item])));
            let params = RevokeParams {
                targets: vec!["clientId:ada".parse().expect("a target")],
                ..RevokeParams::default()
            };
            let (network, keys) = (network(), [key()]);
            let ended = world.run(revoke(&world, &network, &keys, &params, &mut |_, _| {}));
            let report = ended.expect("a report");
            silent_value(&report);
            silent(&report.to_json(None));
        }
    }
}

#[test]
fn the_control_api_never_repeats_the_access_token() {
    let token = AccessToken::parse(TOKEN).expect("a token");
    silent_value(&token);
    for echo in echoes().into_iter().filter(|echo| echo.contains(TOKEN)) {
        for (name, answer) in answers(&echo) {
            let operation = control::Operation::named("keys.create").expect("an operation");
            let world = World::of(vec![answer]);
            let network = network();
            let app = ["app".to_owned()];
            let call = control::call(&world, &network, &token, operation, &app, "", "{}");
            match world.run(call) {
                Err(error) => silent(&said(&error)),
                Ok(_) => panic!("{name} is no answer"),
            }
        }
    }
}

#[test]
fn an_exchange_never_repeats_the_key() {
    for echo in echoes() {
        for (name, answer) in answers(&echo) {
            let world = World::of(vec![answer]);
            let params = TokenRequestParams::default();
            let (network, key) = (network(), key());
            let call = request_token(&world, &network, &key, &params, NOW, "0123456789abcdef");
            let error = world.run(call).expect_err(name);
            // The request contained no credential except the MAC, so only that can be echoed.
            let sent = &world.log()[0];
            assert!(!sent.body.contains(SECRET) && sent.header("authorization").is_none());
            assert!(!said(&error).is_empty());
        }
    }
}

#[test]
fn the_mac_is_not_repeated_either() {
    let world = World::new(|sent: &Sent| {
        answer_json(400, &json!({"error": {"message": sent.json()["mac"]}}))
    });
    let params = TokenRequestParams::default();
    let (network, key) = (network(), key());
    let call = request_token(&world, &network, &key, &params, NOW, "0123456789abcdef");
    let error = world.run(call).unwrap_err();
    let mac = world.log()[0].json()["mac"]
        .as_str()
        .expect("a mac")
        .to_owned();
    assert!(!said(&error).contains(&mac), "{error}");
}

#[test]
fn the_keys_of_an_app_are_never_printed() {
    let world = World::new(|sent| match sent.path.as_str() {
        "/v1/me" => answer(200, r#"{"token":{"capabilities":["read:key"]}}"#),
        _ => answer_json(
            200,
            &json!([{"key": format!("app.key:{SECRET}"), "status": 0, "capability": {"*": ["*"]}}]),
        ),
    });
    let token = AccessToken::parse(TOKEN).expect("a token");
    let network = network();
    let keys = world.run(keys_of_app(&world, &network, &token, "app"));
    let keys = keys.expect("keys");
    silent_value(&keys);
    // The whole key in place of its name.
    let whole = format!("app.other:{SECRET}");
    let wish = ably_edge_auth::control::KeyRequirements {
        key_name: Some(&whole),
        ..Default::default()
    };
    silent(&said(&choose(&keys, &wish).unwrap_err()));
}

#[test]
fn a_list_of_keys_that_cannot_be_read_is_not_repeated() {
    let list = format!(r#"[{{"key":"{SECRET}","status":0}}]"#);
    for list in [
        list.clone(),
        list[..30].to_owned(),
        format!("app.key:{SECRET}"),
    ] {
        let world = World::new(|sent| match sent.path.as_str() {
            "/v1/me" => answer(200, r#"{"token":{"capabilities":["read:key"]}}"#),
            _ => answer(200, &list),
        });
        let token = AccessToken::parse(TOKEN).expect("a token");
        let network = network();
        let error = world
            .run(keys_of_app(&world, &network, &token, "app"))
            .unwrap_err();
        silent(&said(&error));
    }
}
