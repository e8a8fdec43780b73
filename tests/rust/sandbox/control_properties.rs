//! Any request to the Control API and the dashboard gets a valid response, without a panic and
//! without a secret in an error.

use crate::control_api::*;
use ably_edge_auth::control::OPERATIONS;
use ably_edge_auth::http::Request;
use ably_edge_auth::sandbox::{Options, Sandbox};
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value, json};

const ACCESS: &str = "not-a-secret-sandbox-access-token";
const ADMIN: &str = "not-a-secret-sandbox-admin-token";
const ROOT: &str = "sndbox.root01:not-a-secret-sandbox-root-key";

fn config() -> ProptestConfig {
    ProptestConfig {
        failure_persistence: None,
        cases: 1_000,
        ..ProptestConfig::default()
    }
}

/// Values for a field: valid elsewhere, misplaced secrets, or arbitrary.
fn word() -> impl Strategy<Value = String> {
    let known = vec![
        "sandbox",
        "sndbox",
        "root01",
        "narrow",
        "n",
        "admin",
        "nosuch",
        "",
        ".",
        "..",
        "%2F",
        "%",
        "%FF",
        ACCESS,
        ADMIN,
        ROOT,
        "30",
        "all",
        "access_tokens",
        "rotate",
        "keys",
        "rules",
        "revoke",
    ];
    prop_oneof![4 => select(known).prop_map(str::to_owned), 1 => any::<String>(), 1 => "[a-z0-9%/?&=#:-]{0,12}"]
}

fn path() -> impl Strategy<Value = String> {
    let mut patterns: Vec<String> = OPERATIONS
        .iter()
        .map(|it| format!("/v1{}", it.path))
        .collect();
    for path in ["", "/{id}", "/{id}/rotate"] {
        patterns.push(format!("/dashboard/access_tokens{path}"));
    }
    patterns.push("/v1/apps/{id}/pkcs12".to_owned());
    patterns.push("/v1/{a}/{b}/{c}/{d}".to_owned());
    (
        select(patterns),
        word(),
        word(),
        prop_oneof![2 => Just(String::new()), 1 => word()],
    )
        .prop_map(|(pattern, first, second, query)| {
            let mut values = [first, second].into_iter().cycle();
            let parts = pattern.split('/').map(|part| match part.starts_with('{') {
                true => values.next().unwrap_or_default(),
                false => part.to_owned(),
            });
            let path = parts.collect::<Vec<_>>().join("/");
            match query.as_str() {
                "" => path,
                query => format!("{path}?unit={query}&limit={query}&start={query}"),
            }
        })
}

fn json_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        word().prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 24, 5, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            proptest::collection::vec((field(), inner), 0..6)
                .prop_map(|fields| { Value::Object(fields.into_iter().collect()) }),
        ]
    })
}

fn field() -> impl Strategy<Value = String> {
    let names = vec![
        "name",
        "capability",
        "revocableTokens",
        "status",
        "tlsOnly",
        "id",
        "persisted",
        "batchingInterval",
        "ttl",
        "maxLength",
        "region",
        "ruleType",
        "requestMode",
        "source",
        "target",
        "url",
        "headers",
        "authentication",
        "authenticationMode",
        "capabilities",
        "expiryDays",
        "account",
        "Apps",
        "Keys",
        "thresholds",
    ];
    prop_oneof![6 => select(names).prop_map(str::to_owned), 1 => word()]
}

fn body() -> impl Strategy<Value = Vec<u8>> {
    let right = select(vec![
        json!({ "name": "n" }),
        json!({ "name": "n", "capability": { "*": ["*"] } }),
        json!({ "name": "n", "capabilities": "all" }),
        json!({ "id": "n" }),
        json!({ "name": "q", "ttl": 1, "maxLength": 1, "region": "us-east-1-a" }),
        json!({
            "ruleType": "http/zapier", "requestMode": "single", "target": { "url": "u" },
            "source": { "channelFilter": "", "type": "channel.message" },
        }),
    ]);
    prop_oneof![
        2 => right.prop_map(|value| value.to_string().into_bytes()),
        6 => json_value().prop_map(|value| value.to_string().into_bytes()),
        1 => any::<Vec<u8>>(),
        1 => Just(Vec::new()),
    ]
}

fn authorization() -> impl Strategy<Value = Option<String>> {
    prop_oneof![
        6 => Just(Some(format!("Bearer {ACCESS}"))),
        3 => Just(Some(format!("Bearer {ADMIN}"))),
        1 => Just(Some(format!("Bearer {ROOT}"))),
        1 => word().prop_map(|word| Some(format!("Basic {word}"))),
        1 => word().prop_map(Some),
        1 => Just(None),
    ]
}

fn any_request() -> impl Strategy<Value = Request> {
    let methods = vec![
        "GET", "POST", "PATCH", "DELETE", "PUT", "OPTIONS", "get", "",
    ];
    let media = vec![
        "application/json",
        "application/json",
        "application/json",
        "application/x-msgpack",
        "text/plain",
        "",
    ];
    (
        select(methods),
        path(),
        authorization(),
        body(),
        select(media),
    )
        .prop_map(|(method, path, authorization, body, media)| {
            let mut request = request(method, &path, authorization.as_deref(), &Value::Null);
            request.headers.push(("Content-Type".into(), media.into()));
            request.body = body;
            request
        })
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn each_request_has_an_answer_that_tells_no_secret(
        requests in proptest::collection::vec((any_request(), any::<u64>()), 1..8),
    ) {
        let mut sandbox = Sandbox::new(Options::default());
        let mut kept = Vec::new();
        for (index, (request, now)) in requests.iter().enumerate() {
            let (response, change) = sandbox.handle(request, *now, &[index as u8; 32]);
            prop_assert!((200..500).contains(&response.status), "{}", response.status);
            let answer = read(&response);
            let is_about_control = request.url.contains("/v1/") || request.url.contains("/dashboard/");
            if response.status >= 400 && is_about_control {
                let text = format!("{}{:?}", answer.body, answer.headers);
                for secret in ["access-token", "admin-token", "root-key", "revocable-key", "narrow-key"] {
                    let secret = format!("not-a-secret-sandbox-{secret}");
                    prop_assert!(!text.contains(&secret), "{text}");
                }
                prop_assert_eq!(answer.body["statusCode"].as_u64(), Some(u64::from(response.status)));
                prop_assert_eq!(answer.header("content-type"), Some("application/json"));
            }
            if let Some(change) = change {
                sandbox.commit(&change);
                kept.push(change);
            }
        }
        // Replaying the stored changes leads to the same state.
        let mut other = Sandbox::new(Options::default());
        for change in &kept {
            prop_assert!(other.restore(change).is_ok());
        }
        let whole = |sandbox: &Sandbox| {
            let changes = sandbox.snapshot().map(|change| change.as_str().to_owned());
            changes.collect::<Vec<_>>()
        };
        prop_assert_eq!(whole(&sandbox), whole(&other));
    }
}
