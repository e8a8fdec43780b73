//! Each credential is sent only to its own hosts, in the form meant for them.

use crate::transport::*;
use ably_edge_auth::control::keys_of_app;
use ably_edge_auth::http::Network;
use ably_edge_auth::revocation::revoke::{RevokeParams, revoke};
use ably_edge_auth::{
    AccessToken, ApiKey, TokenRequestParams, control, request_token, server_time,
};

const BASIC: &str = "Basic YXBwLmtleTpodXNoLWh1c2g="; // app.key:hush-hush
const BEARER: &str = "Bearer an-access-token";

fn key() -> ApiKey {
    "app.key:hush-hush".parse().expect("a key")
}

fn token() -> AccessToken {
    AccessToken::parse("an-access-token").expect("a token")
}

/// Every request that is sent with these endpoints.
fn all(network: &Network, script: impl Fn(&Sent) -> Answer) -> Vec<Sent> {
    let world = World::new(|sent: &Sent| script(sent));
    let params = TokenRequestParams::default();
    let _ = world.run(server_time(&world, network));
    let _ = world.run(request_token(
        &world,
        network,
        &key(),
        &params,
        NOW,
        "0123456789abcdef",
    ));
    let revocation = RevokeParams {
        targets: vec!["clientId:ada".parse().expect("a target")],
        ..RevokeParams::default()
    };
    let _ = world.run(revoke(
        &world,
        network,
        &[key()],
        &revocation,
        &mut |_, _| {},
    ));
    let _ = world.run(keys_of_app(&world, network, &token(), "app"));
    for operation in &control::OPERATIONS {
        let ids = ["one".to_owned(), "two".to_owned()];
        let token = token();
        let call = control::call(&world, network, &token, operation, &ids, "", "{}");
        let _ = world.run(call);
    }
    world.log()
}

fn scripts() -> Vec<fn(&Sent) -> Answer> {
    vec![
        |sent| match sent.path.as_str() {
            "/time" => answer(200, format!("[{NOW}]")),
            path if path.ends_with("/revokeTokens") => revoked(sent),
            _ => answer(200, "{}"),
        },
        |sent| match sent.path.as_str() {
            "/time" => answer(200, format!("[{NOW}]")),
            _ => reset(),
        },
        |sent| match sent.path.as_str() {
            "/time" => answer(200, format!("[{NOW}]")),
            _ => answer(307, "").header("location", "https://elsewhere.example/"),
        },
        |sent| match sent.path.as_str() {
            "/time" => answer(200, format!("[{NOW}]")),
            _ => answer(429, "").header("retry-after", "0"),
        },
    ]
}

#[track_caller]
fn each_stays_where_it_belongs(network: &Network, data: &[&str], control: &str) {
    for script in scripts() {
        let log = all(network, script);
        assert!(
            log.iter()
                .any(|it| it.header("authorization") == Some(BASIC))
        );
        assert!(
            log.iter()
                .any(|it| it.header("authorization") == Some(BEARER))
        );
        for sent in log {
            let place = format!("{} {}{}", sent.method, sent.host, sent.path);
            let wanted = match sent.path.as_str() {
                "/time" => None,
                path if path.ends_with("/requestToken") => None,
                path if path.ends_with("/revokeTokens") => Some(BASIC),
                _ => Some(BEARER),
            };
            assert_eq!(sent.header("authorization"), wanted, "{place}");
            match wanted {
                Some(BEARER) => {
                    assert!(
                        format!("{}{}", sent.host, sent.path).starts_with(control),
                        "{place}"
                    );
                    assert_eq!(sent.header("x-ably-version"), None, "{place}");
                }
                _ => {
                    assert!(data.contains(&sent.host.as_str()), "{place}");
                    assert_eq!(sent.header("x-ably-version"), Some("3"), "{place}");
                }
            }
            // The credential appears nowhere else.
            let rest = format!("{place} {}", sent.body);
            for secret in ["hush-hush", "aHVzaC1odXNo", "an-access-token", &BASIC[6..]] {
                assert!(!rest.contains(secret), "{place}");
            }
            let names: Vec<_> = sent.headers.iter().map(|(name, _)| name.as_str()).collect();
            assert_eq!(names[..2], ["Accept", "Ably-Agent"], "{place}");
            let has_body = sent.header("content-type") == Some("application/json");
            assert_eq!(has_body, !sent.body.is_empty(), "{place}");
        }
    }
}

#[test]
fn at_ably() {
    let network = Network::new(None, None).expect("a network");
    let hosts = [
        "https://main.realtime.ably.net",
        "https://main.a.fallback.ably-realtime.com",
        "https://main.b.fallback.ably-realtime.com",
        "https://main.c.fallback.ably-realtime.com",
        "https://main.d.fallback.ably-realtime.com",
        "https://main.e.fallback.ably-realtime.com",
    ];
    each_stays_where_it_belongs(&network, &hosts, "https://control.ably.net/v1/");
}

#[test]
fn a_data_endpoint_of_ones_own_never_sees_the_access_token() {
    for endpoint in ["rest.example.com", "https://rest.example.com", "localhost"] {
        let network = Network::new(Some(endpoint), None).expect("a network");
        let host = format!("https://{}", endpoint.trim_start_matches("https://"));
        each_stays_where_it_belongs(&network, &[&host], "https://control.ably.net/v1/");
    }
}

#[test]
fn a_control_endpoint_of_ones_own_never_sees_the_key() {
    let network = Network::new(None, Some("https://control.example.com/base"));
    let network = network.expect("a network");
    let log = all(&network, scripts()[0]);
    for sent in log
        .iter()
        .filter(|it| it.host == "https://control.example.com")
    {
        assert!(sent.path.starts_with("/base/"), "{}", sent.path);
        assert_eq!(sent.header("authorization"), Some(BEARER));
    }
    for sent in log
        .iter()
        .filter(|it| it.header("authorization") == Some(BASIC))
    {
        assert_eq!(sent.host, "https://main.realtime.ably.net");
    }
}

#[test]
fn a_server_on_loopback_serves_both() {
    let network = Network::new(Some("http://127.0.0.1:8787"), None).expect("a network");
    let host = "http://127.0.0.1:8787";
    each_stays_where_it_belongs(&network, &[host], "http://127.0.0.1:8787/v1/");
}

#[test]
fn the_control_api_has_no_fallback_host() {
    let network = Network::new(None, None).expect("a network");
    let operation = control::Operation::named("me").expect("an operation");
    let faults: [fn() -> Answer; 3] = [reset, never, || answer(503, "")];
    for fault in faults {
        let world = World::of(vec![fault()]);
        let token = token();
        let call = control::call(&world, &network, &token, operation, &[], "", "");
        assert!(world.run(call).is_err());
        assert_eq!(world.hosts(), ["https://control.ably.net"]);
    }
}

#[test]
fn requests_and_answers_are_never_printed_whole() {
    use ably_edge_auth::http::{Request, Response};
    let headers = vec![("Authorization".to_owned(), BASIC.to_owned())];
    let request = Request {
        method: "POST".to_owned(),
        url: "https://rest.example.com/keys".to_owned(),
        headers: headers.clone(),
        body: b"hush-hush".to_vec(),
    };
    let response = Response {
        status: 200,
        headers,
        body: b"hush-hush".to_vec(),
    };
    assert_eq!(request.header("AUTHORIZATION"), Some(BASIC));
    assert_eq!(response.header("authorization"), Some(BASIC));
    let printed = format!("{request:?} {response:?} {request:#?} {response:#?}");
    assert!(
        !printed.contains(&BASIC[6..]) && !printed.contains("hush"),
        "{printed}"
    );
    assert!(!printed.contains("104, 117"), "{printed}");
}
