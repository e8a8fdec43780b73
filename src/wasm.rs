//! The door to JavaScript: values cross, nothing is decided here.
//!
//! Texts go in through one shared buffer, all of them at once, which is several times cheaper than
//! one crossing for each. What the functions answer comes back the same way: as texts and numbers
//! from the hot ones (issue, token, verify), as one text of JSON from the others.

mod abi;
mod async_calls;
mod capability_cache;
mod fetch;
mod handles;
mod inspect;
mod issue;
mod issuer_cache;
mod key_cache;
mod lists;
mod options;
mod revocations;
mod shared_buffer;
mod vectors;
mod verify;

use wasm_bindgen::prelude::*;

use crate::error::Error;

#[wasm_bindgen(raw_module = "../lib/error.js")]
extern "C" {
    #[wasm_bindgen(js_name = makeError)]
    fn make_error(json: &str) -> JsValue;
}

/// An `AblyAuthError`.
fn to_js(error: &Error) -> JsValue {
    make_error(&error.to_json())
}

/// TLSF: every operation in constant time and free neighbours merged at once, so a process that
/// runs for months does not fragment; and a quarter of the size of the standard library's.
#[global_allocator]
static ALLOCATOR: rlsf::SmallGlobalTlsf = rlsf::SmallGlobalTlsf::new();
