//! Generated requests to the sandbox: some meaningful, some arbitrary.

use proptest::collection::vec;
use proptest::option::of;
use proptest::prelude::*;
use proptest::sample::select;

use super::data_world::{NOW, Value, json};

/// The ingredients of a request; times and tokens are filled in when it is sent.
#[derive(Debug, Clone)]
pub struct Ask {
    pub method: &'static str,
    pub path: String,
    pub credential: Shown,
    pub headers: Vec<(&'static str, String)>,
    pub body: Vec<u8>,
    /// Time since the previous request.
    pub later_ms: u64,
}

#[derive(Debug, Clone)]
pub enum Shown {
    Nothing,
    Root,
    Revocable,
    Narrow,
    Jwt(&'static str),
    /// The most recently issued Ably token.
    LastToken,
    AccessToken,
    Text(String),
}

fn credential() -> impl Strategy<Value = Shown> {
    prop_oneof![
        Just(Shown::Nothing),
        Just(Shown::Root),
        Just(Shown::Revocable),
        Just(Shown::Narrow),
        select(vec!["ada", "bob", "*"]).prop_map(Shown::Jwt),
        Just(Shown::LastToken),
        Just(Shown::AccessToken),
        "(Basic|Bearer|Digest)? ?[ -~é]{0,40}".prop_map(Shown::Text),
    ]
}

fn path() -> impl Strategy<Value = String> {
    let known = select(vec![
        "/time",
        "/keys/sndbox.root01/requestToken",
        "/keys/sndbox.revoc1/requestToken",
        "/keys/sndbox.revoc1/revokeTokens",
        "/keys/sndbox.narrow/revokeTokens",
        "/channels",
        "/channels/chat:a",
        "/channels/chat:a/messages",
        "/channels/%5B%3Fa%5Dchat:a/messages",
        "/channels/%5Bmeta%5Dlog/messages",
        "/channels/b/messages",
        "/channels/b/presence",
        "/channels/b/presence/history",
        "/messages",
        "/presence?channels=a,b",
        "/stats",
        "/apps",
        "/apps/sndbox",
        "/push/x",
        "/v1/me",
    ]);
    let query = prop_oneof![
        Just(String::new()),
        "[?&](limit|start|end|direction|unit|by|after|prefix|format|v|key|access_token|clientId)=[ -~]{0,20}",
    ];
    let known = (known, query).prop_map(|(path, query)| path.to_owned() + &query);
    prop_oneof![8 => known, 1 => "/[ -~é]{0,60}", 1 => "(/(keys|channels|stats|apps|%[0-9a-fA-F]{2}|[a-z:.*]{0,5})){0,5}"]
}

pub fn json_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        (0..200_000_u64).prop_map(|back| json!(NOW - back)),
        ".{0,12}".prop_map(Value::from),
        select(vec![
            "clientId:ada",
            "revocationKey:g",
            "channel:chat:*",
            "user:x",
            "sndbox.root01",
            "base64",
            "AQID",
            "chat:a",
            r#"{"*":["publish"]}"#,
            "0123456789abcdef",
            "2023-02-03:15:03",
            "*",
            "ada",
        ])
        .prop_map(Value::from),
    ];
    let name = select(vec![
        "name",
        "data",
        "encoding",
        "clientId",
        "id",
        "extras",
        "channels",
        "messages",
        "targets",
        "issuedBefore",
        "allowReauthMargin",
        "keyName",
        "ttl",
        "capability",
        "timestamp",
        "nonce",
        "mac",
        "keys",
        "namespaces",
        "presence",
        "intervalId",
        "inbound",
        "userClaim",
        "revocableTokens",
    ]);
    leaf.prop_recursive(4, 24, 6, move |inner| {
        prop_oneof![
            vec(inner.clone(), 0..5).prop_map(Value::from),
            vec((name.clone(), inner), 0..6).prop_map(|members| {
                Value::Object(
                    members
                        .into_iter()
                        .map(|(name, value)| (name.to_owned(), value))
                        .collect(),
                )
            }),
        ]
    })
}

fn message() -> impl Strategy<Value = Value> {
    let client_id = of(select(vec!["ada", "bob"]));
    (of("[a-c]{1,3}"), of("[a-b]{1,2}"), client_id, json_value()).prop_map(
        |(data, id, client_id, other)| {
            json!({ "data": data, "id": id, "clientId": client_id, "extras": { "x": other } })
        },
    )
}

/// Bodies that are more likely to be accepted.
fn likely() -> impl Strategy<Value = Value> {
    prop_oneof![
        message(),
        vec(message(), 0..4).prop_map(Value::from),
        vec(select(vec!["clientId:ada", "revocationKey:g", "clientId:bob", "nothing"]), 1..3)
            .prop_map(|targets| json!({ "targets": targets })),
        (select(vec!["ada", "bob", "*"]), 1..7_200_000_u64).prop_map(|(id, ttl)| json!({ "clientId": id, "ttl": ttl })),
        (select(vec!["chat:a", "b"]), "[a-c]{0,3}")
            .prop_map(|(channel, data)| json!({ "channels": [channel, "b"], "messages": { "data": data } })),
        (0..60_u8, 0..99_u8).prop_map(|(minute, count)| {
            json!({ "intervalId": format!("2023-02-03:15:{minute:02}"), "inbound": { "rest": { "count": count } } })
        }),
        Just(json!({ "keys": [{}, { "revocableTokens": true }], "channels": [{ "name": "b", "presence": [{ "clientId": "ada" }] }] })),
        Just(json!("signed")),
    ]
}

fn anything() -> impl Strategy<Value = Ask> {
    let method = select(vec![
        "GET", "GET", "POST", "POST", "POST", "POST", "DELETE", "HEAD", "PUT", "OPTIONS", "x",
    ]);
    let header = prop_oneof![
        select(vec!["application/x-msgpack", "application/json", "*/*"])
            .prop_map(|it| ("Accept", it.to_owned())),
        select(vec![
            "application/x-msgpack",
            "application/json",
            "text/plain"
        ])
        .prop_map(|it| ("Content-Type", it.to_owned())),
        select(vec!["1", "2", "3", "6", "x"]).prop_map(|it| ("X-Ably-Version", it.to_owned())),
        select(vec!["YWRh", "Kg==", "?"]).prop_map(|it| ("X-Ably-ClientId", it.to_owned())),
        "[ -~]{0,20}".prop_map(|it| ("Origin", it)),
    ];
    let body = prop_oneof![
        6 => likely().prop_map(|it| it.to_string().into_bytes()),
        3 => json_value().prop_map(|it| it.to_string().into_bytes()),
        1 => vec(any::<u8>(), 0..60),
        1 => Just(Vec::new()),
    ];
    let later = prop_oneof![6 => 0..50_u64, 2 => 0..100_000_u64, 1 => 0..90_000_000_u64];
    (method, path(), credential(), vec(header, 0..3), body, later).prop_map(
        |(method, path, credential, headers, body, later_ms)| Ask {
            method,
            path,
            credential,
            headers,
            body,
            later_ms,
        },
    )
}

/// Requests that usually have an effect.
fn sensible() -> impl Strategy<Value = Ask> {
    use Shown::{Jwt, LastToken, Narrow, Revocable, Root};
    let make = |method: &'static str,
                path: &'static str,
                shown: Vec<Shown>,
                body: BoxedStrategy<Value>| {
        let version = of(Just(("X-Ably-Version", "3".to_owned())));
        (select(shown), version, body, 0..2_000_u64).prop_map(
            move |(credential, version, body, later_ms)| Ask {
                method,
                path: path.to_owned(),
                credential,
                headers: version.into_iter().collect(),
                body: match &body {
                    Value::Null => Vec::new(),
                    body => body.to_string().into_bytes(),
                },
                later_ms,
            },
        )
    };
    let nothing = || Just(Value::Null).boxed();
    let messages = || prop_oneof![message(), vec(message(), 1..4).prop_map(Value::from)].boxed();
    let token = (of(select(vec!["ada", "bob", "*"])), 1..4_000_000_u64);
    let token = token
        .prop_map(|(id, ttl)| json!({ "clientId": id, "ttl": ttl }))
        .boxed();
    let targets = vec(
        select(vec![
            "clientId:ada",
            "revocationKey:g",
            "clientId:bob",
            "nothing",
        ]),
        1..3,
    );
    let targets = (targets, any::<bool>(), of(0..4_000_000_u64)).prop_map(|(targets, margin, back)| {
        json!({ "targets": targets, "allowReauthMargin": margin, "issuedBefore": back.map(|back| NOW - back) })
    });
    let channel = "/channels/chat:a/messages";
    prop_oneof![
        make(
            "POST",
            channel,
            vec![Root, Narrow, Jwt("ada"), LastToken],
            messages()
        ),
        make(
            "POST",
            "/channels/b/messages",
            vec![Revocable, Jwt("*"), LastToken],
            messages()
        ),
        make(
            "GET",
            channel,
            vec![Root, Jwt("ada"), Jwt("bob"), LastToken],
            nothing()
        ),
        make(
            "POST",
            "/keys/sndbox.revoc1/requestToken",
            vec![Revocable],
            token
        ),
        make(
            "POST",
            "/keys/sndbox.root01/requestToken",
            vec![Shown::Nothing],
            Just(json!("signed")).boxed()
        ),
        make(
            "POST",
            "/keys/sndbox.revoc1/revokeTokens",
            vec![Revocable],
            targets.boxed()
        ),
        make("GET", "/stats?unit=hour", vec![Root, LastToken], nothing()),
        make("GET", "/channels?limit=1", vec![Root, LastToken], nothing()),
        make(
            "POST",
            "/v1/apps/sndbox/keys/narrow/revoke",
            vec![Shown::AccessToken],
            nothing()
        ),
    ]
}

pub fn ask() -> impl Strategy<Value = Ask> {
    prop_oneof![3 => sensible(), 2 => anything()]
}
