//! Whatever is sent: no panic, and every refusal is one of Ably's form; whatever was sent: the changes, and a
//! snapshot, lead to a sandbox that answers the same.
#![cfg(feature = "sandbox")]

#[path = "common/sandbox_data.rs"]
mod sandbox_data;

use ably_edge_auth::rest::{Request, Response};
use ably_edge_auth::sandbox::{Change, Options, Sandbox};
use ably_edge_auth::{TokenParams, TokenRequest, TokenRequestParams, issue};
use proptest::collection::vec;
use proptest::option::of;
use proptest::prelude::*;
use proptest::sample::select;
use sandbox_data::{HOST, NOW, Value, basic, bearer, json, parsed};

/// What a request is made from; times and tokens are filled in when it is its turn.
#[derive(Debug, Clone)]
struct Ask {
    method: &'static str,
    path: String,
    credential: Shown,
    headers: Vec<(&'static str, String)>,
    body: Vec<u8>,
    /// Since the request before.
    later_ms: u64,
}

#[derive(Debug, Clone)]
enum Shown {
    Nothing,
    Root,
    Revocable,
    Narrow,
    Jwt(&'static str),
    /// The Ably token that was issued last.
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

fn json_value() -> impl Strategy<Value = Value> {
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

/// Bodies that come further than those.
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

/// What does something, most of the time.
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

fn ask() -> impl Strategy<Value = Ask> {
    prop_oneof![3 => sensible(), 2 => anything()]
}

/// A sandbox, its time, and all that came of it.
struct Life {
    sandbox: Sandbox,
    now: u64,
    asked: u8,
    last_token: String,
    changes: Vec<String>,
}

impl Life {
    fn new() -> Life {
        Life {
            sandbox: Sandbox::new(Options::default()),
            now: NOW,
            asked: 0,
            last_token: String::new(),
            changes: Vec::new(),
        }
    }

    fn request(&self, ask: &Ask) -> Request {
        let credentials = self.sandbox.credentials();
        let authorization = match &ask.credential {
            Shown::Nothing => None,
            Shown::Root => Some(basic(&credentials.root_key)),
            Shown::Revocable => Some(basic(&credentials.revocable_key)),
            Shown::Narrow => Some(basic(&credentials.narrow_key)),
            Shown::Jwt(client_id) => {
                let params = TokenParams {
                    client_id: Some((*client_id).to_owned()),
                    revocation_key: Some("g".to_owned()),
                    ..TokenParams::default()
                };
                let key = parsed(&credentials.revocable_key);
                Some(bearer(
                    &issue(&key, &params, self.now).expect("a token").token,
                ))
            }
            Shown::LastToken => Some(bearer(&self.last_token)),
            Shown::AccessToken => Some(bearer(&credentials.access_token)),
            Shown::Text(text) => Some(text.clone()),
        };
        let mut headers: Vec<_> = ask
            .headers
            .iter()
            .map(|(name, value)| ((*name).to_owned(), value.clone()))
            .collect();
        headers.extend(authorization.map(|it| ("Authorization".to_owned(), it)));
        let body = if ask.body == b"\"signed\"" {
            let key = parsed(&credentials.root_key);
            let nonce = format!("0123456789abcdef{}", self.asked % 3);
            let request =
                TokenRequest::sign(&key, &TokenRequestParams::default(), self.now, &nonce);
            request.expect("a request").to_json().into_bytes()
        } else {
            ask.body.clone()
        };
        Request {
            method: ask.method.to_owned(),
            url: format!("{HOST}{}", ask.path),
            headers,
            body,
        }
    }

    /// Answers, and says what that would change.
    fn handle(&mut self, ask: &Ask) -> (Response, Option<Change>) {
        self.now += ask.later_ms;
        self.asked = self.asked.wrapping_add(1);
        let request = self.request(ask);
        self.sandbox.handle(&request, self.now, &[self.asked; 32])
    }

    fn answer(&mut self, ask: &Ask) -> Response {
        let (response, change) = self.handle(ask);
        if let Some(change) = change {
            self.sandbox.commit(&change);
            self.changes.push(change.as_str().to_owned());
        }
        let json: Option<Value> = serde_json::from_slice(&response.body).ok();
        if let Some(token) = json.as_ref().and_then(|json| json.get("token")?.as_str()) {
            self.last_token = token.to_owned();
        }
        response
    }

    fn snapshot(&self) -> Vec<String> {
        let changes = self.sandbox.snapshot();
        changes.map(|change| change.as_str().to_owned()).collect()
    }

    /// Another one with the state that these changes lead to.
    fn restored(&self, changes: &[String]) -> Life {
        let mut sandbox = Sandbox::new(Options::default());
        for change in changes {
            sandbox
                .restore(&Change::from_text(change.as_str()))
                .expect("a change");
        }
        Life {
            sandbox,
            last_token: self.last_token.clone(),
            changes: Vec::new(),
            ..*self
        }
    }
}

fn assert_well_formed(response: &Response, ask: &Ask) {
    let status = response.status;
    assert!((200..500).contains(&status), "{status} {ask:?}");
    assert!(response.header("x-ably-sandbox").is_some());
    if status < 400 {
        return;
    }
    let code = response.header("x-ably-errorcode").expect("a code");
    let message = response.header("x-ably-errormessage").expect("a message");
    assert!(
        (40_000..50_000).contains(&code.parse::<u32>().expect("a number")),
        "{code}"
    );
    assert!(
        !message.is_empty() && !message.contains("not-a-secret"),
        "{message}"
    );
    if let Ok(json) = serde_json::from_slice::<Value>(&response.body) {
        let error = json.get("error").unwrap_or(&json);
        assert_eq!(error["code"].to_string(), code, "{ask:?}");
        assert_eq!(error["statusCode"], json!(status), "{ask:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, ..ProptestConfig::default() })]

    #[test]
    fn no_request_makes_it_panic_and_each_refusal_is_one_of_ablys(asks in vec(ask(), 1..40)) {
        let mut life = Life::new();
        for ask in &asks {
            let response = life.answer(ask);
            assert_well_formed(&response, ask);
        }
    }

    #[test]
    fn no_time_makes_it_panic(asks in vec((ask(), any::<u64>()), 1..10)) {
        let mut sandbox = Sandbox::new(Options::default());
        for (ask, now) in &asks {
            let request = Life::new().request(ask);
            let (response, change) = sandbox.handle(&request, *now, &[1; 32]);
            assert_well_formed(&response, ask);
            change.iter().for_each(|change| sandbox.commit(change));
        }
    }

    #[test]
    fn changes_and_snapshot_lead_to_one_that_answers_the_same(
        asks in vec(ask(), 1..40),
        then in vec(ask(), 1..10),
    ) {
        let mut life = Life::new();
        for ask in &asks {
            life.answer(ask);
        }
        let snapshot = life.snapshot();
        let mut replayed = life.restored(&life.changes);
        let mut reloaded = life.restored(&snapshot);
        prop_assert_eq!(&replayed.snapshot(), &snapshot);
        prop_assert_eq!(&reloaded.snapshot(), &snapshot);
        for ask in &then {
            let answer = life.answer(ask);
            for other in [&mut replayed, &mut reloaded] {
                let same = other.answer(ask);
                prop_assert_eq!(answer.status, same.status, "{:?}", ask);
                prop_assert_eq!(&answer.body, &same.body, "{:?}", ask);
            }
        }
        prop_assert_eq!(reloaded.snapshot(), life.snapshot());
    }

    #[test]
    fn nothing_changes_before_it_is_committed(asks in vec(ask(), 1..30)) {
        let mut life = Life::new();
        for ask in &asks {
            let before = life.snapshot();
            life.handle(ask);
            prop_assert_eq!(life.snapshot(), before);
            life.answer(ask);
        }
    }

    #[test]
    fn no_text_makes_restoring_panic(
        text in ".{0,80}",
        mutation in select(vec!["putApp", "putKey", "revoke", "publish", "issueToken", "useNonce", "putStats", "setUp"]),
        fields in json_value(),
        at in any::<u64>(),
    ) {
        let mut sandbox = Sandbox::new(Options::default());
        let _ = sandbox.restore(&Change::from_text(text));
        let record = json!({ "at": at, "changes": [{ mutation: fields }] });
        let _ = sandbox.restore(&Change::from_text(record.to_string()));
    }
}
