//! `fetch`, as a [`Transport`]: the global one of whatever runtime this is, or the caller's own.
//!
//! What takes many small steps in JavaScript (timers, signals, reading a stream) is done there, in
//! pkg/network.js: each function that is imported from it is paid for, here and in the glue.

use std::future::poll_fn;
use std::task::Poll;

use js_sys::{Promise, Uint8Array};
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;
use web_sys::{AbortController, Headers, RequestInit};

use crate::rest::{Failure, MAX_BODY_BYTES, READ_HEADERS, Request, Response, Transport};
use crate::text::{holds, joined};

#[wasm_bindgen]
extern "C" {
    /// What a call of JavaScript's brings along for the network: see pkg/network.js.
    pub type Call;

    /// The caller's own `fetch`, if there is one.
    #[wasm_bindgen(method, catch)]
    fn own(this: &Call, url: &str, init: &RequestInit) -> Result<Option<Promise>, JsValue>;

    /// Begins to wait for this promise, or for nothing but the time.
    #[wasm_bindgen(method)]
    fn wait(this: &Call, ms: u32, promise: Option<&Promise>) -> Wait;

    /// Whether the caller's signal has ended the call.
    #[wasm_bindgen(method, js_name = isEnded)]
    fn has_ended(this: &Call) -> bool;

    /// Tells how far it has come. What the caller's function throws goes no further.
    #[wasm_bindgen(method)]
    pub fn progress(this: &Call, done: f64, total: f64);

    /// Adds what not every runtime knows, and what is always the same.
    #[wasm_bindgen(method)]
    fn complete(this: &Call, init: &RequestInit);

    /// The words of whatever was thrown, in UTF-8.
    #[wasm_bindgen(method)]
    fn reason(this: &Call, thrown: &JsValue) -> Uint8Array;

    /// Something that is waited for. The call goes on whenever its `state` has changed.
    type Wait;

    #[wasm_bindgen(method, getter)]
    fn state(this: &Wait) -> u32;

    #[wasm_bindgen(method, getter)]
    fn value(this: &Wait) -> JsValue;

    /// Waits on, in the time that is left, for the whole of an answer: its body, and behind it a line
    /// for each of these headers.
    #[wasm_bindgen(method)]
    fn read(this: &Wait, answer: &web_sys::Response, headers: &str, most: u32);

    /// The global one, called without a `this`: workerd refuses any other.
    #[wasm_bindgen(catch, js_name = fetch)]
    fn global_fetch(request: &web_sys::Request) -> Result<Promise, JsValue>;
}

// The states of a `Wait`, as in pkg/network.js; anything else is one of something thrown.
const PENDING: u32 = 0;
const FULFILLED: u32 = 1;
const TIMED_OUT: u32 = 2;
const ABORTED: u32 = 3;
const TOO_LONG: u32 = 4;

impl Transport for Call {
    async fn send(&self, request: &Request, timeout_ms: u32) -> Result<Response, Failure> {
        let sending = match self.start(request, timeout_ms) {
            Ok(sending) => sending,
            Err(thrown) => return Err(self.failure(&thrown)),
        };
        let settled = sending.wait.settled().await;
        if settled != FULFILLED {
            return Err(self.ended(&sending, settled));
        }
        let status = sending.read_answer();
        match sending.wait.settled().await {
            FULFILLED => Ok(sending.response(status)),
            settled => Err(self.ended(&sending, settled)),
        }
    }

    async fn sleep(&self, ms: u32) -> Result<(), Failure> {
        match self.wait(ms, None).settled().await {
            ABORTED => Err(Failure::Aborted),
            _ => Ok(()),
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

impl Wait {
    async fn settled(&self) -> u32 {
        // There is nothing to register: JavaScript resumes the call when there is more to see.
        poll_fn(|_| match self.state() {
            PENDING => Poll::Pending,
            state => Poll::Ready(state),
        })
        .await
    }
}

/// A request that is under way.
struct Sending {
    wait: Wait,
    controller: AbortController,
    /// Held to the end: with a Request that is collected goes what tells it of its signal, and Node
    /// leaves the connection open.
    _held: Option<web_sys::Request>,
}

impl Sending {
    /// Begins to read the answer, and gives its status.
    fn read_answer(&self) -> u16 {
        let answer: web_sys::Response = self.wait.value().unchecked_into();
        let headers = joined(&READ_HEADERS, ",");
        self.wait.read(&answer, &headers, MAX_BODY_BYTES as u32);
        match answer.status() {
            // Browsers hide everything about a redirect but that it is one.
            0 => 302,
            status => status,
        }
    }

    fn response(&self, status: u16) -> Response {
        let bytes: Uint8Array = self.wait.value().unchecked_into();
        let mut body = bytes.to_vec();
        let mut headers = Vec::new();
        // From the end on, since a body may hold line feeds too.
        for name in READ_HEADERS.iter().rev() {
            let mut at = body.len();
            while at > 0 {
                at -= 1;
                if body.get(at) == Some(&b'\n') {
                    break;
                }
            }
            let value = body.get(at + 1..).unwrap_or_default();
            let value = std::str::from_utf8(value).unwrap_or_default();
            if !value.is_empty() {
                headers.push(((*name).to_owned(), value.to_owned()));
            }
            body.truncate(at);
        }
        Response {
            status,
            headers,
            body,
        }
    }
}

impl Call {
    fn start(&self, request: &Request, timeout_ms: u32) -> Result<Sending, JsValue> {
        let controller = AbortController::new()?;
        let headers = Headers::new()?;
        for (name, value) in &request.headers {
            headers.set(name, value)?;
        }
        let init = RequestInit::new();
        init.set_method(&request.method);
        init.set_headers(&headers);
        init.set_signal(Some(&controller.signal()));
        let body = std::str::from_utf8(&request.body).unwrap_or_default();
        if !body.is_empty() {
            init.set_body(&JsValue::from_str(body));
        }
        self.complete(&init);
        let mut held = None;
        let answer = match self.own(&request.url, &init)? {
            Some(answer) => answer,
            None => {
                let request = web_sys::Request::new_with_str_and_init(&request.url, &init)?;
                let answer = global_fetch(&request)?;
                held = Some(request);
                answer
            }
        };
        Ok(Sending {
            wait: self.wait(timeout_ms, Some(&answer)),
            controller,
            _held: held,
        })
    }

    /// Why a request came to nothing.
    fn ended(&self, sending: &Sending, state: u32) -> Failure {
        let failure = match state {
            TIMED_OUT => Failure::Timeout,
            ABORTED => Failure::Aborted,
            TOO_LONG => return Failure::TooLong,
            _ => return self.failure(&sending.wait.value()),
        };
        sending.controller.abort();
        failure
    }

    fn failure(&self, thrown: &JsValue) -> Failure {
        let reason = String::from_utf8(self.reason(thrown).to_vec()).unwrap_or_default();
        if holds(&reason, "Too many subrequests") {
            return Failure::NoMoreRequests;
        }
        Failure::Network(reason)
    }
}
