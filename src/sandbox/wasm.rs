//! The door to JavaScript: texts and bytes cross, nothing is decided here.

use js_sys::{Array, Object, Reflect, Uint8Array};
use wasm_bindgen::prelude::*;

use super::{Change, Options, Sandbox};
use crate::error::{Error, Kind};
use crate::rest::Request;

// In a file of their own; the main module has the same.
#[cfg(not(feature = "javascript"))]
#[global_allocator]
static ALLOCATOR: rlsf::SmallGlobalTlsf = rlsf::SmallGlobalTlsf::new();

/// What is thrown: the fields of an `AblyAuthError`, as JSON.
fn thrown(error: &Error) -> JsValue {
    JsValue::from_str(&error.to_json())
}

/// A sandbox, which JavaScript's `createSandbox` holds. None of its functions waits for anything, and
/// none keeps what it is given.
#[wasm_bindgen]
pub struct RawSandbox {
    sandbox: Sandbox,
    /// What the last answer changes, until it is made or dropped.
    change: Option<Change>,
    snapshot: Vec<Change>,
}

#[wasm_bindgen]
impl RawSandbox {
    /// `port`: 0 for any.
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

    /// Makes a change that was made before.
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

    /// Answers. `headers`: names and values in turn; so are those of the answer, whose members are
    /// `status`, `headers`, `body` and `change`: the text to keep before `commit`, if there is any.
    pub fn handle(
        &mut self,
        method: String,
        url: String,
        headers: Vec<String>,
        body: Vec<u8>,
        now: f64,
        entropy: &[u8],
    ) -> Result<JsValue, JsValue> {
        let mut pairs = Vec::new();
        let mut headers = headers.into_iter();
        while let (Some(name), Some(value)) = (headers.next(), headers.next()) {
            pairs.push((name, value));
        }
        let request = Request {
            method,
            url,
            headers: pairs,
            body,
        };
        let entropy = entropy
            .try_into()
            .map_err(|_| thrown(&Error::new(Kind::Usage, &["the entropy is not 32 bytes"])))?;
        let (response, change) = self.sandbox.handle(&request, now as u64, entropy);
        let headers = Array::new();
        for (name, value) in &response.headers {
            headers.push(&name.as_str().into());
            headers.push(&value.as_str().into());
        }
        let answer = Object::new();
        Reflect::set(&answer, &"status".into(), &response.status.into())?;
        Reflect::set(&answer, &"headers".into(), &headers)?;
        let body = Uint8Array::from(response.body.as_slice());
        Reflect::set(&answer, &"body".into(), &body)?;
        if let Some(change) = &change {
            Reflect::set(&answer, &"change".into(), &change.as_str().into())?;
        }
        self.change = change;
        Ok(answer.into())
    }

    /// Makes the change of the last answer.
    pub fn commit(&mut self) {
        if let Some(change) = self.change.take() {
            self.sandbox.commit(&change);
        }
    }

    /// Begins a snapshot; says how many changes it has.
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
