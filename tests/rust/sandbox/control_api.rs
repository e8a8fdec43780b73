//! A sandbox with helpers for Control API and dashboard requests.

use ably_edge_auth::http::{Request, Response, Transport};
use ably_edge_auth::sandbox::{Credentials, Options, SandboxTransport};
use serde_json::Value;

/// 14 November 2023, 22:13:20; not a multiple of ten minutes.
pub const NOW: u64 = 1_700_000_000_000;
pub const HOUR: u64 = 3_600_000;

pub struct Desk {
    pub transport: SandboxTransport,
    pub credentials: Credentials,
}

/// A parsed response.
#[derive(Debug, PartialEq)]
pub struct Answer {
    pub status: u16,
    pub body: Value,
    pub headers: Vec<(String, String)>,
}

impl Desk {
    pub fn new() -> Desk {
        let transport = SandboxTransport::new(Options::default(), NOW);
        let credentials = transport.sandbox().credentials();
        Desk {
            transport,
            credentials,
        }
    }

    pub fn now(&self) -> u64 {
        self.transport.now()
    }

    /// Sends a request with the default access token, which has all capabilities.
    pub fn ask(&self, method: &str, path: &str, body: &Value) -> Answer {
        self.ask_as(&self.credentials.access_token, method, path, body)
    }

    /// Sends a request to `/dashboard/access_tokens` with the admin token.
    pub fn admin(&self, method: &str, path: &str, body: &Value) -> Answer {
        let path = format!("/dashboard/access_tokens{path}");
        self.ask_as(&self.credentials.admin_token, method, &path, body)
    }

    pub fn ask_as(&self, token: &str, method: &str, path: &str, body: &Value) -> Answer {
        let authorization = format!("Bearer {token}");
        read(
            &self
                .transport
                .answer(&request(method, path, Some(&authorization), body)),
        )
    }

    /// Creates an access token. Returns its id and value.
    pub fn token(&self, capabilities: Value) -> (String, String) {
        let body = serde_json::json!({ "name": "made", "capabilities": capabilities });
        let made = self.admin("POST", "", &body);
        assert_eq!(made.status, 201, "{}", made.body);
        (made.text("/id"), made.text("/value"))
    }
}

pub fn request(method: &str, path: &str, authorization: Option<&str>, body: &Value) -> Request {
    let mut headers = Vec::new();
    let mut add = |name: &str, value: &str| headers.push((name.to_owned(), value.to_owned()));
    if let Some(authorization) = authorization {
        add("Authorization", authorization);
    }
    if !body.is_null() {
        add("Content-Type", "application/json");
    }
    Request {
        method: method.to_owned(),
        url: format!("http://127.0.0.1:8000{path}"),
        headers,
        body: match body {
            Value::Null => Vec::new(),
            body => body.to_string().into_bytes(),
        },
    }
}

pub fn read(response: &Response) -> Answer {
    let body = match response.body.as_slice() {
        [] => Value::Null,
        text => serde_json::from_slice(text).expect("JSON"),
    };
    Answer {
        status: response.status,
        body,
        headers: response.headers.clone(),
    }
}

impl Answer {
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut headers = self.headers.iter();
        let found = headers.find(|(it, _)| it.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }

    #[track_caller]
    pub fn text(&self, pointer: &str) -> String {
        let text = self.body.pointer(pointer).and_then(Value::as_str);
        text.unwrap_or_else(|| panic!("no text at {pointer} of {}", self.body))
            .to_owned()
    }

    pub fn message(&self) -> &str {
        self.body["message"].as_str().unwrap_or_default()
    }

    /// Asserts that this is a Control API error, including its headers.
    #[track_caller]
    pub fn is_error(&self, status: u16, code: u32, message: &str, details: Value) {
        let body = serde_json::json!({
            "message": message,
            "code": code,
            "statusCode": status,
            "href": format!("https://help.ably.io/error/{code}"),
            "details": details,
        });
        assert_eq!((self.status, &self.body), (status, &body));
        assert_eq!(self.header("content-type"), Some("application/json"));
        assert_eq!(
            self.header("x-ably-errorcode"),
            Some(code.to_string().as_str())
        );
        assert_eq!(self.header("x-ably-errormessage"), Some(message));
    }
}
