//! No request panics, and every refusal has Ably's format. Replaying the changes, or a snapshot,
//! leads to a sandbox with the same responses.

use crate::data_world::{HOST, NOW, Value, basic, bearer, json, parsed};
use crate::random_requests::{Ask, Shown, ask, json_value};
use ably_edge_auth::http::{Request, Response};
use ably_edge_auth::sandbox::{Change, Options, Sandbox};
use ably_edge_auth::{TokenParams, TokenRequest, TokenRequestParams, issue};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

/// A sandbox, its clock, and all of its changes.
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

    /// Handles a request and returns the resulting change.
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

    /// Another sandbox, restored from these changes.
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

/// When a revocation is dropped once depended on when the sandbox last looked for one, which no
/// snapshot holds.
#[test]
fn a_snapshot_drops_revocations_when_the_changes_do() {
    let at = |later_ms: u64, path: &'static str, body: Value| Ask {
        method: "POST",
        path: path.to_owned(),
        credential: Shown::Revocable,
        headers: Vec::new(),
        body: body.to_string().into_bytes(),
        later_ms,
    };
    let request_token = |later_ms| at(later_ms, "/keys/sndbox.revoc1/requestToken", json!({}));
    let revoke = json!({ "targets": ["clientId:ada"], "allowReauthMargin": false });
    let mut life = Life::new();
    life.answer(&at(0, "/keys/sndbox.revoc1/revokeTokens", revoke));
    life.answer(&request_token(86_455_000));
    let revocations = |life: &Life| life.snapshot().concat().matches("\"revoke\"").count();
    for later_ms in [10_000, 7_200_000] {
        let mut reloaded = life.restored(&life.snapshot());
        let mut replayed = life.restored(&life.changes);
        for life in [&mut life, &mut reloaded, &mut replayed] {
            assert_eq!(life.answer(&request_token(later_ms)).status, 201);
        }
        assert_eq!(reloaded.snapshot(), life.snapshot());
        assert_eq!(replayed.snapshot(), life.snapshot());
    }
    assert_eq!(revocations(&life), 0);
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
        let mut step = vec![json!(mutation)];
        match fields {
            Value::Array(fields) => step.extend(fields),
            field => step.push(field),
        }
        let record = json!([at, step]);
        let _ = sandbox.restore(&Change::from_text(record.to_string()));
    }
}
