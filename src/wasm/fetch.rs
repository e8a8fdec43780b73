//! `fetch`, as a [`Transport`]: the global one of whatever runtime this is, or the caller's own.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::task::Poll;

use js_sys::{Function, Promise, Uint8Array};
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortController, AbortSignal, Headers, RequestInit};

use crate::rest::{Failure, MAX_BODY_BYTES, READ_HEADERS, Request, Response, Transport};
use crate::text::holds;

#[wasm_bindgen]
extern "C" {
    /// What a call of JavaScript's brings along for the network: see pkg/network.js.
    #[derive(Clone)]
    pub type Call;

    #[wasm_bindgen(method, getter)]
    fn fetch(this: &Call) -> Option<Function>;

    /// Settles when the time is up (false) or the caller's signal ends the call (true).
    #[wasm_bindgen(method)]
    fn wait(this: &Call, ms: u32) -> Promise;

    /// Puts a wait away, its timer and its listener with it.
    #[wasm_bindgen(method)]
    fn stop(this: &Call, wait: &Promise);

    /// Whether the caller's signal has ended the call.
    #[wasm_bindgen(method, js_name = isEnded)]
    fn has_ended(this: &Call) -> bool;

    /// Tells how far it has come. What the caller's function throws goes no further.
    #[wasm_bindgen(method)]
    pub fn progress(this: &Call, done: f64, total: f64);

    /// The body in one piece, and behind it a line break and the value of each of [`READ_HEADERS`]: to
    /// cross once, as bytes. Nothing when the body is longer than `most`.
    #[wasm_bindgen(method)]
    fn read(this: &Call, answer: &web_sys::Response, most: u32) -> Promise;

    /// Adds how it is sent: redirects, cookies, caches.
    #[wasm_bindgen(method)]
    fn complete(this: &Call, init: &RequestInit);

    /// The words of whatever was thrown, in UTF-8.
    #[wasm_bindgen(method)]
    fn reason(this: &Call, thrown: &JsValue) -> Uint8Array;

    /// The global one, called without a `this`: workerd refuses any other.
    #[wasm_bindgen(catch, js_name = fetch)]
    fn global_fetch(request: &web_sys::Request) -> Result<Promise, JsValue>;
}

impl Transport for Call {
    async fn send(&self, request: &Request, timeout_ms: u32) -> Result<Response, Failure> {
        let controller = AbortController::new().map_err(|thrown| self.failure(&thrown))?;
        let wait = self.wait(timeout_ms);
        // A `fetch` that does not heed the signal is not waited for either.
        let answer = either(
            self.exchange(request, controller.signal()),
            JsFuture::from(wait.clone()),
        )
        .await;
        self.stop(&wait);
        match answer {
            Ok(answer) => answer.map_err(|thrown| self.failure(&thrown))?,
            Err(ended) => {
                controller.abort();
                Err(ended_by(ended))
            }
        }
    }

    async fn sleep(&self, ms: u32) -> Result<(), Failure> {
        match ended_by(JsFuture::from(self.wait(ms)).await) {
            Failure::Timeout => Ok(()),
            failure => Err(failure),
        }
    }

    fn is_ended(&self) -> bool {
        self.has_ended()
    }

    fn now(&self) -> u64 {
        js_sys::Date::now() as u64
    }

    fn random(&self) -> f64 {
        js_sys::Math::random()
    }
}

impl Call {
    fn failure(&self, thrown: &JsValue) -> Failure {
        let reason = text(self.reason(thrown).to_vec());
        if holds(&reason, "Too many subrequests") {
            return Failure::NoMoreRequests;
        }
        Failure::Network(reason)
    }

    /// What was thrown is the outer error; the inner result is what came of an exchange.
    async fn exchange(
        &self,
        request: &Request,
        signal: AbortSignal,
    ) -> Result<Result<Response, Failure>, JsValue> {
        let headers = Headers::new()?;
        for (name, value) in &request.headers {
            headers.set(name, value)?;
        }
        let init = RequestInit::new();
        init.set_method(&request.method);
        init.set_headers(&headers);
        init.set_signal(Some(&signal));
        if let Ok(body @ [_, ..]) = std::str::from_utf8(&request.body).map(str::as_bytes) {
            let text = std::str::from_utf8(body).unwrap_or_default();
            init.set_body(&JsValue::from_str(text));
        }
        self.complete(&init);
        let own = self.fetch();
        // Held to the end: with a Request that is collected goes what tells it of its signal, and Node
        // leaves the connection open.
        let held;
        let answer = match &own {
            // Another realm's `fetch` (undici's, a mock's) does not take this realm's Request.
            Some(fetch) => Promise::resolve(&fetch.call2(
                &JsValue::UNDEFINED,
                &JsValue::from_str(&request.url),
                &init,
            )?),
            None => {
                held = web_sys::Request::new_with_str_and_init(&request.url, &init)?;
                global_fetch(&held)?
            }
        };
        let answer: web_sys::Response = JsFuture::from(answer).await?.unchecked_into();
        let status = match answer.status() {
            // A redirect in a browser, which hides all that it says.
            0 => 302,
            status => status,
        };
        let read = JsFuture::from(self.read(&answer, MAX_BODY_BYTES as u32)).await?;
        if read.is_undefined() {
            return Ok(Err(Failure::TooLong));
        }
        let bytes: Uint8Array = read.unchecked_into();
        let mut body = bytes.to_vec();
        // There may be keys in it.
        bytes.fill(0, 0, bytes.length());
        let mut headers = Vec::new();
        for name in READ_HEADERS.into_iter().rev() {
            let end = body.iter().rposition(|byte| *byte == b'\n');
            let mut line = body.split_off(end.unwrap_or_default());
            if line.len() > 1 {
                line.remove(0);
                headers.push((name.to_owned(), text(line)));
            }
        }
        Ok(Ok(Response {
            status,
            headers,
            body,
        }))
    }
}

/// Bytes that JavaScript made from a text.
fn text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap_or_default()
}

fn ended_by(wait: Result<JsValue, JsValue>) -> Failure {
    match wait {
        Ok(aborted) if aborted.is_truthy() => Failure::Aborted,
        _ => Failure::Timeout,
    }
}

/// Whichever is ready first; the other one is dropped.
async fn either<A: Future, B: Future>(one: A, other: B) -> Result<A::Output, B::Output> {
    let (mut one, mut other) = (pin!(one), pin!(other));
    poll_fn(|context| {
        if let Poll::Ready(done) = one.as_mut().poll(context) {
            return Poll::Ready(Ok(done));
        }
        other.as_mut().poll(context).map(Err)
    })
    .await
}
