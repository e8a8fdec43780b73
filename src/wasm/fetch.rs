//! `fetch` as a [`Transport`]: the runtime's global one or the caller's own.

use js_sys::{Function, Promise, Uint8Array};
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Headers, RequestInit};

use super::abi::{ABORTED, NETWORK, NO_MORE_REQUESTS, TIMEOUT, TOO_LONG};
use crate::http::{Failure, MAX_BODY_BYTES, READ_HEADERS, Request, Response, Transport};
use crate::text::{ascii, digits, split};

#[wasm_bindgen]
extern "C" {
    /// The network side of one call: see pkg/lib/module/fetch-call.js.
    pub type Call;

    #[wasm_bindgen(method, getter)]
    fn fetch(this: &Call) -> Option<Function>;

    /// Starts an exchange and its timeout. Returns the options of the request.
    #[wasm_bindgen(method)]
    fn begin(this: &Call, ms: u32) -> RequestInit;

    /// Resolves with the outcome, in the form that [`read`] reads, by the timeout at the latest.
    #[wasm_bindgen(method)]
    fn end(this: &Call, exchange: &RequestInit, answer: &JsValue, most: u32) -> Promise;

    /// Resolves when the time is up (false) or the caller's signal aborts the call (true).
    #[wasm_bindgen(method)]
    fn wait(this: &Call, ms: u32) -> Promise;

    /// Returns whether the caller's signal has aborted the call.
    #[wasm_bindgen(method, js_name = isEnded)]
    fn has_ended(this: &Call) -> bool;

    /// Reports progress. Ignores what the caller's function throws.
    #[wasm_bindgen(method)]
    pub fn progress(this: &Call, done: f64, total: f64);

    /// The global `fetch`, called without a `this`, because workerd refuses any other.
    #[wasm_bindgen(catch, js_name = fetch)]
    fn global_fetch(request: &web_sys::Request) -> Result<JsValue, JsValue>;
}

impl Transport for Call {
    async fn send(&self, request: &Request, timeout_ms: u32) -> Result<Response, Failure> {
        let exchange = self.begin(timeout_ms);
        // If the Request is garbage-collected, Node no longer forwards its signal and leaves the connection
        // open.
        let mut held = None;
        let answer = self.start(request, &exchange, &mut held);
        let answer = answer.unwrap_or_else(|thrown| Promise::reject(&thrown).into());
        let came = JsFuture::from(self.end(&exchange, &answer, MAX_BODY_BYTES as u32)).await;
        drop(held);
        read(&came.unwrap_or_default().unchecked_into())
    }

    async fn sleep(&self, ms: u32) -> Result<(), Failure> {
        match JsFuture::from(self.wait(ms)).await {
            Ok(ended) if ended.is_truthy() => Err(Failure::Aborted),
            _ => Ok(()),
        }
    }

    fn is_ended(&self) -> bool {
        self.has_ended()
    }

    fn now(&self) -> u64 {
        js_sys::Date::now() as u64
    }

    fn date(&self, text: &str) -> Option<u64> {
        let date = js_sys::Date::parse(text);
        (date >= 0.0).then_some(date as u64)
    }

    fn random(&self) -> f64 {
        js_sys::Math::random()
    }
}

impl Call {
    /// Starts the request and returns the promise of its response.
    fn start(
        &self,
        request: &Request,
        init: &RequestInit,
        held: &mut Option<web_sys::Request>,
    ) -> Result<JsValue, JsValue> {
        let headers = Headers::new()?;
        for (name, value) in &request.headers {
            headers.set(name, value)?;
        }
        init.set_method(&request.method);
        init.set_headers(&headers);
        let body = std::str::from_utf8(&request.body).unwrap_or_default();
        if !body.is_empty() {
            init.set_body(&JsValue::from_str(body));
        }
        match self.fetch() {
            // Another realm's `fetch` (undici's, a mock's) does not take this realm's Request.
            Some(fetch) => fetch.call2(&JsValue::UNDEFINED, &JsValue::from_str(&request.url), init),
            None => {
                let made = web_sys::Request::new_with_str_and_init(&request.url, init)?;
                global_fetch(held.insert(made))
            }
        }
    }
}

/// Reads an outcome: the body, or the message of an error; then a NUL, a line for the status and one for each of
/// [`READ_HEADERS`]. The last NUL counts, because no header contains one.
fn read(came: &Uint8Array) -> Result<Response, Failure> {
    let mut body = came.to_vec();
    // The response may contain keys.
    came.fill(0, 0, came.length());
    let end = body.iter().rposition(|byte| *byte == 0).unwrap_or_default();
    let lines = ascii(body.get(end + 1..).unwrap_or_default().to_vec());
    body.truncate(end);
    let mut lines = split(&lines, b'\n');
    let status = lines.next().and_then(digits).unwrap_or_default();
    match status {
        TIMEOUT => return Err(Failure::Timeout),
        ABORTED => return Err(Failure::Aborted),
        NETWORK => return Err(Failure::Network(ascii(body))),
        NO_MORE_REQUESTS => return Err(Failure::NoMoreRequests),
        TOO_LONG => return Err(Failure::TooLong),
        _ => {}
    }
    let mut headers = Vec::new();
    for (name, value) in READ_HEADERS.into_iter().zip(lines) {
        if !value.is_empty() {
            headers.push((name.to_owned(), value.to_owned()));
        }
    }
    Ok(Response {
        status: status as u16,
        headers,
        body,
    })
}
