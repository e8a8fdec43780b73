//! Shared by the data plane tests: a sandbox whose clock stands still, and helpers for requests.

use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use ably_edge_auth::ApiKey;
use ably_edge_auth::http::{Network, Request, Response, Transport};
use ably_edge_auth::jwt::hmac_sha256::HmacKey;
use ably_edge_auth::sandbox::{Credentials, Options, SandboxTransport};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
pub use serde_json::{Value, json};

pub const NOW: u64 = 1_700_000_000_000;
pub const HOST: &str = "http://127.0.0.1:8080";

pub struct World {
    pub transport: SandboxTransport,
}

pub struct Answer {
    pub status: u16,
    pub response: Response,
}

impl Answer {
    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.response.body).expect("JSON")
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.response.header(name)
    }

    /// The lines of the `Link` header: one for each relation.
    pub fn links(&self) -> Vec<&str> {
        let headers = self.response.headers.iter();
        let links = headers.filter(|(name, _)| name.eq_ignore_ascii_case("link"));
        links.map(|(_, value)| value.as_str()).collect()
    }

    /// Status and code of an error response.
    #[track_caller]
    pub fn refusal(&self) -> (u16, u64) {
        let json = self.json();
        let error = &json["error"];
        let code = error["code"]
            .as_u64()
            .unwrap_or_else(|| panic!("no error: {} {json}", self.status));
        assert_eq!(error["statusCode"], json!(self.status));
        assert_eq!(
            self.header("x-ably-errorcode"),
            Some(code.to_string().as_str())
        );
        assert!(self.header("x-ably-errormessage").is_some());
        (self.status, code)
    }

    /// The body of a successful response.
    #[track_caller]
    pub fn ok(&self) -> Value {
        assert!(
            matches!(self.status, 200..=299),
            "{} {}",
            self.status,
            self.json()
        );
        self.json()
    }
}

pub fn basic(key: &str) -> String {
    format!("Basic {}", STANDARD.encode(key))
}

pub fn bearer(token: &str) -> String {
    format!("Bearer {token}")
}

impl World {
    pub fn new() -> World {
        World::with(Options::default())
    }

    pub fn with(options: Options) -> World {
        World {
            transport: SandboxTransport::new(options, NOW),
        }
    }

    pub fn credentials(&self) -> Credentials {
        self.transport.sandbox().credentials()
    }

    pub fn now(&self) -> u64 {
        self.transport.now()
    }

    /// Sends a request with an optional `Authorization`, further headers, and an optional body.
    pub fn send(
        &self,
        method: &str,
        path: &str,
        authorization: &str,
        headers: &[(&str, &str)],
        body: &Value,
    ) -> Answer {
        let mut all = vec![("Content-Type".to_owned(), "application/json".to_owned())];
        if !authorization.is_empty() {
            all.push(("Authorization".to_owned(), authorization.to_owned()));
        }
        let headers = headers.iter();
        all.extend(headers.map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        let response = self.transport.answer(&Request {
            method: method.to_owned(),
            url: format!("{HOST}{path}"),
            headers: all,
            body: match body {
                Value::Null => Vec::new(),
                body => serde_json::to_vec(body).expect("JSON"),
            },
        });
        Answer {
            status: response.status,
            response,
        }
    }

    pub fn get(&self, path: &str, authorization: &str) -> Answer {
        self.send("GET", path, authorization, &[], &Value::Null)
    }

    pub fn post(&self, path: &str, authorization: &str, body: Value) -> Answer {
        self.send("POST", path, authorization, &[], &body)
    }

    /// Sends the protocol version from which batch responses include counts.
    pub fn post_v3(&self, path: &str, authorization: &str, body: Value) -> Answer {
        self.send(
            "POST",
            path,
            authorization,
            &[("X-Ably-Version", "3")],
            &body,
        )
    }

    pub fn root(&self) -> String {
        basic(&self.credentials().root_key)
    }
}

pub fn parsed(key: &str) -> ApiKey {
    key.parse().expect("a key")
}

pub fn network() -> Network {
    Network::new(Some(HOST), None).expect("an endpoint")
}

/// Runs a future that never waits, because the sandbox responds at once.
#[track_caller]
pub fn run<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    let mut context = Context::from_waker(Waker::noop());
    match future.as_mut().poll(&mut context) {
        Poll::Ready(output) => output,
        Poll::Pending => panic!("it waits"),
    }
}

/// [`NOW`] as a token has it.
pub const S: u64 = NOW / 1_000;

/// A JWT with any header and claims.
pub fn signed(key: &str, header: Value, claims: Value) -> String {
    let (_, secret) = key.split_once(':').expect("a key");
    let part = |value: Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let signed = format!("{}.{}", part(header), part(claims));
    let signature = HmacKey::new(secret.as_bytes()).sign(signed.as_bytes());
    format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature))
}

pub fn header(key: &str) -> Value {
    let (kid, _) = key.split_once(':').expect("a key");
    json!({ "typ": "JWT", "alg": "HS256", "kid": kid })
}

/// Valid claims, with others added or replaced.
pub fn claims(other: Value) -> Value {
    let mut claims = json!({ "iat": S, "exp": S + 600 });
    for (name, value) in other.as_object().expect("claims") {
        claims[name] = value.clone();
    }
    claims
}

pub fn jwt(key: &str, other: Value) -> String {
    signed(key, header(key), claims(other))
}

pub fn ably_token(world: &World, key: &str, fields: Value) -> String {
    let (name, _) = key.split_once(':').expect("a key");
    let answer = world.post(&format!("/keys/{name}/requestToken"), &basic(key), fields);
    answer.ok()["token"].as_str().expect("a token").to_owned()
}
