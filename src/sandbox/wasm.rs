//! The JavaScript interface: converts strings and bytes, and contains no logic.

mod sockets;

use js_sys::{Array, Object, Reflect, Uint8Array};
use wasm_bindgen::prelude::*;

use super::{Change, MAX_REQUEST_BYTES, Options, Sandbox, Webhook};
use crate::error::{Error, Kind};
use crate::http::{Request, Response};
use crate::suggest::misspelt;
use crate::text::{fill, joined, quoted};

// In a separate file; the main module uses the same allocator.
#[cfg(not(feature = "javascript"))]
#[global_allocator]
static ALLOCATOR: rlsf::SmallGlobalTlsf = rlsf::SmallGlobalTlsf::new();

/// The exception to throw: the fields of an `AblyAuthError`, as JSON.
fn thrown(error: &Error) -> JsValue {
    JsValue::from_str(&error.to_json())
}

/// Maximum length of a request. JavaScript need not read more, as it is refused anyway.
#[wasm_bindgen(js_name = maxRequestBytes)]
pub fn max_request_bytes() -> u32 {
    MAX_REQUEST_BYTES as u32
}

/// The message for an unknown option.
#[wasm_bindgen(js_name = unknownOption)]
pub fn unknown_option(name: &str, known: Vec<String>) -> String {
    let known: Vec<&str> = known.iter().map(String::as_str).collect();
    let error = Error::new(Kind::Usage, "there is no option {}", &[&quoted(name)]).at(name);
    let all = fill("the options are {}", &[&joined(&known, ", ")]);
    misspelt(error, name, &known, &all).to_json()
}

fn bytes32(entropy: &[u8]) -> Result<&[u8; 32], JsValue> {
    let error = |_| thrown(&Error::new(Kind::Usage, "the entropy is not 32 bytes", &[]));
    entropy.try_into().map_err(error)
}

/// Builds a request. `headers` alternates names and values.
fn request(method: String, url: String, headers: Vec<String>, body: Vec<u8>) -> Request {
    let mut pairs = Vec::new();
    let mut headers = headers.into_iter();
    while let (Some(name), Some(value)) = (headers.next(), headers.next()) {
        pairs.push((name, value));
    }
    Request {
        method,
        url,
        headers: pairs,
        body,
    }
}

/// Builds an object with `filter`, `channel`, `url`, `headers`, which alternates names and values,
/// and `body`.
fn webhook(webhook: &Webhook) -> Result<Object, JsValue> {
    let Webhook {
        channel_filter,
        channel,
        request,
    } = webhook;
    let object = Object::new();
    for (name, text) in [
        ("filter", channel_filter),
        ("channel", channel),
        ("url", &request.url),
    ] {
        Reflect::set(&object, &name.into(), &text.as_str().into())?;
    }
    Reflect::set(&object, &"headers".into(), &alternating(&request.headers)?)?;
    let body = Uint8Array::from(request.body.as_slice());
    Reflect::set(&object, &"body".into(), &body)?;
    Ok(object)
}

fn alternating(headers: &[(String, String)]) -> Result<JsValue, JsValue> {
    let texts: Vec<&str> = headers
        .iter()
        .flat_map(|(name, value)| [name.as_str(), value.as_str()])
        .collect();
    Ok(serde_wasm_bindgen::to_value(&texts)?)
}

/// Builds an object with `status`, `headers`, which alternates names and values, and `body`.
fn answer(response: &Response) -> Result<Object, JsValue> {
    let headers = alternating(&response.headers)?;
    let answer = Object::new();
    Reflect::set(&answer, &"status".into(), &response.status.into())?;
    Reflect::set(&answer, &"headers".into(), &headers)?;
    let body = Uint8Array::from(response.body.as_slice());
    Reflect::set(&answer, &"body".into(), &body)?;
    Ok(answer)
}

/// The sandbox behind JavaScript's `createSandbox`. Its functions are synchronous and keep none of
/// their arguments.
#[wasm_bindgen]
pub struct RawSandbox {
    sandbox: Sandbox,
    /// The change of the latest response, until it is committed or dropped.
    change: Option<Change>,
    snapshot: Vec<Change>,
}

#[wasm_bindgen]
impl RawSandbox {
    /// Creates a sandbox. `port` 0 means any.
    #[wasm_bindgen(constructor)]
    pub fn new(
        seed: Option<String>,
        hosts: Vec<String>,
        port: u16,
        origins: Vec<String>,
        revoke_channels: bool,
    ) -> RawSandbox {
        let options = Options {
            seed,
            hosts,
            port: (port != 0).then_some(port),
            origins,
            revoke_channels,
        };
        RawSandbox {
            sandbox: Sandbox::new(options),
            change: None,
            snapshot: Vec::new(),
        }
    }

    /// Replays a stored change.
    pub fn restore(&mut self, change: &str) -> Result<(), JsValue> {
        let change = Change::from_text(change);
        self.sandbox
            .restore(&change)
            .map_err(|error| thrown(&error))
    }

    /// Account, app, keys and tokens, in the order of `Credentials`.
    pub fn credentials(&self) -> Vec<String> {
        let it = self.sandbox.credentials();
        vec![
            it.account_id,
            it.account_name,
            it.app_id,
            it.app_name,
            it.root_key,
            it.revocable_key,
            it.narrow_key,
            it.access_token,
            it.admin_token,
        ]
    }

    /// Handles a request. The result may contain a `change`, the text to store before calling
    /// `commit`, and the `webhooks` to send after that.
    pub fn handle(
        &mut self,
        method: String,
        url: String,
        headers: Vec<String>,
        body: Vec<u8>,
        now: f64,
        entropy: &[u8],
    ) -> Result<Object, JsValue> {
        let entropy = bytes32(entropy)?;
        let request = request(method, url, headers, body);
        let (response, change) = self.sandbox.handle(&request, now as u64, entropy);
        let answer = answer(&response)?;
        if let Some(change) = &change {
            Reflect::set(&answer, &"change".into(), &change.as_str().into())?;
            let webhooks = self.sandbox.webhooks(change);
            if !webhooks.is_empty() {
                let webhooks: Array = webhooks.iter().map(webhook).collect::<Result<_, _>>()?;
                Reflect::set(&answer, &"webhooks".into(), &webhooks)?;
            }
        }
        self.change = change;
        Ok(answer)
    }

    /// The response to a request that could not be completed.
    pub fn failure(
        &self,
        method: String,
        url: String,
        headers: Vec<String>,
        message: &str,
    ) -> Result<Object, JsValue> {
        let request = request(method, url, headers, Vec::new());
        answer(&self.sandbox.failure(&request, message))
    }

    /// Commits the change of the latest response.
    pub fn commit(&mut self) {
        if let Some(change) = self.change.take() {
            self.sandbox.commit(&change);
        }
    }

    /// Starts a snapshot and returns its number of changes.
    #[wasm_bindgen(js_name = beginSnapshot)]
    pub fn begin_snapshot(&mut self) -> u32 {
        self.snapshot = self.sandbox.snapshot().collect();
        self.snapshot.reverse();
        self.snapshot.len() as u32
    }

    /// The next change of the snapshot.
    #[wasm_bindgen(js_name = nextOfSnapshot)]
    pub fn next_of_snapshot(&mut self) -> Option<String> {
        let change = self.snapshot.pop()?;
        Some(change.as_str().to_owned())
    }
}
