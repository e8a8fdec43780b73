//! The core's Control API client against the sandbox, and the effect of disabling keys with it.

use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use crate::control_api::*;
use ably_edge_auth::control::{KeyRequirements, choose, choose_revocable, keys_of_app};
use ably_edge_auth::control::{OPERATIONS, Operation, call};
use ably_edge_auth::http::Network;
use ably_edge_auth::{AccessToken, Capability, Kind, Result, TokenParams, issue};
use serde_json::{Value, json};

/// Never waits: the sandbox responds at once, and waiting moves its clock.
fn run<T>(future: impl Future<Output = T>) -> T {
    let mut future = pin!(future);
    let mut context = Context::from_waker(Waker::noop());
    loop {
        if let Poll::Ready(value) = future.as_mut().poll(&mut context) {
            return value;
        }
    }
}

fn network() -> Network {
    Network::new(Some("http://127.0.0.1:8000"), None).expect("a network")
}

struct Client<'a> {
    desk: &'a Desk,
    token: AccessToken,
}

impl Client<'_> {
    fn new<'a>(desk: &'a Desk, token: &str) -> Client<'a> {
        let token = AccessToken::parse(token).expect("a token");
        Client { desk, token }
    }

    fn call(&self, name: &str, parameters: &[&str], body: &Value) -> Result<Value> {
        let operation = Operation::named(name).expect("an operation");
        let parameters: Vec<String> = parameters.iter().map(|it| (*it).to_owned()).collect();
        let body = match body {
            Value::Null => String::new(),
            body => body.to_string(),
        };
        let network = network();
        let (transport, token) = (&self.desk.transport, &self.token);
        let answer = run(call(
            transport,
            &network,
            token,
            operation,
            &parameters,
            "",
            &body,
        ))?;
        Ok(match answer.as_str() {
            "" => Value::Null,
            text => serde_json::from_str(text).expect("JSON"),
        })
    }
}

#[test]
fn the_client_reads_the_answer_of_each_operation() {
    let desk = Desk::new();
    let client = Client::new(&desk, &desk.credentials.access_token);
    let rule = json!({
        "ruleType": "http", "requestMode": "single", "source": { "channelFilter": "", "type": "channel.message" },
        "target": { "url": "https://example.com", "format": "json" },
    });
    let mut called = Vec::new();
    let mut ask = |name: &'static str, parameters: &[&str], body: Value| {
        called.push(name);
        client
            .call(name, parameters, &body)
            .unwrap_or_else(|error| panic!("{name}: {error}"))
    };
    let none = Value::Null;
    let text = |value: &Value| value["id"].as_str().expect("an id").to_owned();
    let account = ask("me", &[], none.clone())["account"]["id"]
        .as_str()
        .expect("an id")
        .to_owned();
    let app = text(&ask("apps.create", &[&account], json!({ "name": "a" })));
    let app = app.as_str();
    assert_eq!(
        ask("apps.list", &[&account], none.clone())
            .as_array()
            .map(Vec::len),
        Some(2)
    );
    ask("apps.update", &[app], json!({ "name": "b" }));
    let key = text(&ask(
        "keys.create",
        &[app],
        json!({ "name": "k", "capability": { "*": ["*"] } }),
    ));
    ask("keys.update", &[app, &key], json!({ "name": "l" }));
    assert_eq!(ask("keys.list", &[app], none.clone())[0]["name"], "l");
    ask("keys.revoke", &[app, &key], none.clone());
    let id = text(&ask("rules.create", &[app], rule.clone()));
    ask(
        "rules.update",
        &[app, &id],
        json!({ "ruleType": "http", "requestMode": "batch" }),
    );
    assert_eq!(
        ask("rules.get", &[app, &id], none.clone()),
        ask("rules.list", &[app], none.clone())[0]
    );
    ask("rules.delete", &[app, &id], none.clone());
    let queue = json!({ "name": "q/1", "ttl": 60, "maxLength": 10, "region": "us-east-1-a" });
    let id = text(&ask("queues.create", &[app], queue));
    ask("queues.list", &[app], none.clone());
    ask("queues.delete", &[app, &id], none.clone());
    let id = text(&ask("namespaces.create", &[app], json!({ "id": "a/b c" })));
    ask(
        "namespaces.update",
        &[app, &id],
        json!({ "persisted": true }),
    );
    ask("namespaces.list", &[app], none.clone());
    ask("namespaces.delete", &[app, &id], none.clone());
    ask("stats.account", &[&account], none.clone());
    ask("stats.app", &[app], none.clone());
    ask("apps.delete", &[app], none.clone());
    called.sort_unstable();
    called.dedup();
    let mut all = OPERATIONS.map(|it| it.name);
    all.sort_unstable();
    assert_eq!(called, all);
}

#[test]
fn the_client_tells_what_was_wrong() {
    let desk = Desk::new();
    let (_, narrow) = desk.token(json!({ "Keys": ["read"] }));
    let all = desk.credentials.access_token.as_str();
    let key = json!({ "name": "n", "capability": {} });
    for (token, name, parameters, body, kind, code, says) in [
        (
            "nobody's",
            "me",
            &[][..],
            Value::Null,
            Kind::Token,
            40100,
            "no access token has this value",
        ),
        (
            &narrow,
            "apps.list",
            &["sandbox"],
            Value::Null,
            Kind::Forbidden,
            40300,
            "needs read:app, shown in the dashboard as Read App",
        ),
        (
            all,
            "apps.list",
            &["other"],
            Value::Null,
            Kind::Usage,
            40400,
            "belongs to another account: see GET /v1/me",
        ),
        (
            all,
            "keys.list",
            &["nosuch"],
            Value::Null,
            Kind::Usage,
            40400,
            "this account has no app with this id",
        ),
        (
            all,
            "keys.create",
            &["sndbox"],
            key,
            Kind::Usage,
            42200,
            "capability",
        ),
        (
            all,
            "keys.create",
            &["sndbox"],
            json!([]),
            Kind::Usage,
            40000,
            "not an object",
        ),
    ] {
        let error = Client::new(&desk, token)
            .call(name, parameters, &body)
            .unwrap_err();
        assert_eq!((error.kind(), error.code()), (kind, Some(code)), "{error}");
        assert!(error.to_string().contains(says), "{error}");
        assert!(!format!("{error}{error:?}").contains(token), "{error}");
    }
}

/// Waiting for up to an hour is left to the caller.
#[test]
fn a_limit_is_reported_with_its_number() {
    let desk = Desk::new();
    let client = Client::new(&desk, &desk.credentials.access_token);
    for _ in 0..2_000 {
        client.call("me", &[], &Value::Null).expect("an answer");
    }
    let error = client.call("me", &[], &Value::Null).unwrap_err();
    assert_eq!(
        (error.kind(), error.status()),
        (Kind::RateLimited, Some(429))
    );
    assert!(
        error
            .to_string()
            .contains("the limit of 2000 Control API calls"),
        "{error}"
    );
}

fn keys(desk: &Desk, token: &str, app: &str) -> Result<Vec<ably_edge_auth::control::AppKey>> {
    let token = AccessToken::parse(token).expect("a token");
    run(keys_of_app(&desk.transport, &network(), &token, app))
}

#[test]
fn keys_are_found_by_the_app_s_id_and_name_and_chosen_by_what_they_may_do() {
    let desk = Desk::new();
    let credentials = &desk.credentials;
    for app in ["sndbox", "Sandbox app"] {
        let found = keys(&desk, &credentials.access_token, app).expect("keys");
        assert_eq!(found.len(), 3);
        let chat = Capability::parse(r#"{"chat:lobby":["publish"]}"#).expect("a capability");
        for (wish, key) in [
            (
                KeyRequirements {
                    key_name: Some("sndbox.root01"),
                    ..KeyRequirements::default()
                },
                &credentials.root_key,
            ),
            (
                KeyRequirements {
                    key_name: Some("narrow"),
                    ..KeyRequirements::default()
                },
                &credentials.narrow_key,
            ),
            (
                KeyRequirements {
                    capability: Some(&chat),
                    revocable: true,
                    ..KeyRequirements::default()
                },
                &credentials.revocable_key,
            ),
        ] {
            assert_eq!(choose(&found, &wish).expect("a key").key.expose(), key);
        }
        let revocable = choose_revocable(&found, None).expect("keys");
        assert_eq!(revocable.len(), 1);
        assert_eq!(revocable[0].key.expose(), credentials.revocable_key);
    }
    let error = keys(&desk, &credentials.access_token, "nosuch").unwrap_err();
    assert_eq!(error.kind(), Kind::Usage);
    // Finding an app by id only takes the right to read keys; finding it by name takes more.
    let (_, narrow) = desk.token(json!({ "Keys": ["read"] }));
    assert_eq!(keys(&desk, &narrow, "sndbox").expect("keys").len(), 3);
    let error = keys(&desk, &narrow, "Sandbox app").unwrap_err();
    assert_eq!(error.kind(), Kind::Usage);
    assert!(error.to_string().contains("read:app"), "{error}");
}

/// Publishes with a key, and with a JWT signed by it.
fn publish(desk: &Desk, key: &str) -> [(u16, Value); 2] {
    use base64::Engine;
    let standard = &base64::engine::general_purpose::STANDARD;
    let parsed = ably_edge_auth::ApiKey::parse(key).expect("a key");
    let jwt = issue(&parsed, &TokenParams::default(), desk.now())
        .expect("a token")
        .token;
    [
        format!("Basic {}", standard.encode(key)),
        format!("Bearer {jwt}"),
    ]
    .map(|authorization| {
        let app_message = json!({ "name": "n", "data": "d" });
        let request = request(
            "POST",
            "/channels/news/messages",
            Some(&authorization),
            &app_message,
        );
        let answer = read(&desk.transport.answer(&request));
        (answer.status, answer.body["error"]["code"].clone())
    })
}

#[test]
fn a_key_works_from_its_making_until_its_revocation() {
    let desk = Desk::new();
    let path = "/v1/apps/sndbox/keys";
    let body = json!({ "name": "n", "capability": { "news": ["publish"] } });
    let made = desk.ask("POST", path, &body);
    let (id, key) = (made.text("/id"), made.text("/key"));
    assert_eq!(
        publish(&desk, &key),
        [(201, Value::Null), (201, Value::Null)]
    );
    // Narrowing a key's capability also narrows its tokens.
    let narrowed = json!({ "capability": { "news": ["subscribe"] } });
    desk.ask("PATCH", &format!("{path}/{id}"), &narrowed);
    assert_eq!(publish(&desk, &key)[0], (401, json!(40160)));
    desk.ask("PATCH", &format!("{path}/{id}"), &body_of(&body));
    assert_eq!(
        publish(&desk, &key),
        [(201, Value::Null), (201, Value::Null)]
    );
    desk.ask("POST", &format!("{path}/{id}/revoke"), &Value::Null);
    // Source of the code: ably/ably-common, errors/codes/40131.md.
    assert_eq!(publish(&desk, &key)[0], (401, json!(40131)));
    assert_eq!(publish(&desk, &key)[1].0, 401);
}

fn body_of(created: &Value) -> Value {
    json!({ "capability": created["capability"] })
}

#[test]
fn nothing_of_a_deleted_app_works() {
    let desk = Desk::new();
    let key = desk.credentials.root_key.clone();
    assert_eq!(publish(&desk, &key)[0].0, 201);
    desk.ask("DELETE", "/v1/apps/sndbox", &Value::Null);
    // Source: ably-js, test/rest/auth.test.js: an unknown app is 404, 40400.
    assert_eq!(publish(&desk, &key)[0], (404, json!(40400)));
}

#[test]
fn a_disabled_app_is_refused_until_it_is_enabled() {
    let desk = Desk::new();
    let key = desk.credentials.root_key.clone();
    desk.ask("PATCH", "/v1/apps/sndbox", &json!({ "status": "disabled" }));
    // Source of the code: ably/ably-common, errors/codes/40120.md.
    assert_eq!(publish(&desk, &key)[0].1, json!(40120));
    desk.ask("PATCH", "/v1/apps/sndbox", &json!({ "status": "enabled" }));
    assert_eq!(publish(&desk, &key)[0].0, 201);
}
