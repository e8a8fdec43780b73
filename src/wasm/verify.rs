//! The functions that a server calls for every request, over the shared [`SharedBuffer`], issuing aside.
//!
//! Each returns [`DONE`], with its answer in the shared buffer, or [`FAILED`], with the error in [`take_error`]. So
//! success costs no `Result` across the boundary.

use std::cell::{RefCell, RefMut};

use wasm_bindgen::prelude::*;

use super::abi::{
    ALLOWS_TEXTS, ANSWER, CLAIMS_FROM, DONE, EMBEDDED, EXPIRES, FAILED, GONE, HANDLE, HAS_WARNINGS,
    ISSUED, MANY_KEYS, NOTES, NOW, PUT_CAPABILITY_TEXTS, SIGN_TOKEN_REQUEST_ANSWERS,
    SIGN_TOKEN_REQUEST_TEXTS, TOLERANCE, TTL, TTL_LIMIT, VERIFY_ANSWERS, VERIFY_TEXTS,
};
use super::capability_cache::CapabilityCache;
use super::handles::Handles;
use super::issuer_cache::IssuerCache;
use super::key_cache::KeyCache;
use super::lists::{check_revocations, read_keys};
use super::shared_buffer::SharedBuffer;
use super::to_js;
use crate::capability::{Capability, Diagnostic};
use crate::error::{Error, Kind, Result};
use crate::jwt::{Buffers, Issuer, SigningKey, VerifyOptions, read_capability, verify_with};
use crate::token_request::{TokenRequest, TokenRequestParams};

pub(super) struct State {
    pub(super) frame: SharedBuffer,
    pub(super) keys: KeyCache,
    /// The issuers that JavaScript prepared.
    pub(super) issuers: Handles<Issuer>,
    pub(super) prepared: IssuerCache,
    capabilities: Handles<Capability>,
    /// Capabilities of verified tokens.
    checked: CapabilityCache,
    /// Capabilities of the keys that signed them.
    key_capabilities: CapabilityCache,
    error: Option<Error>,
    pub(super) warnings: Vec<Diagnostic>,
    /// Buffers in which tokens are written.
    pub(super) buffers: Buffers,
}

thread_local! {
    /// Leaked, because it lives as long as the module, and each function then reaches it without a closure.
    static STATE: &'static RefCell<State> = Box::leak(Box::new(RefCell::new(State {
        frame: SharedBuffer::new(),
        keys: KeyCache::new(),
        issuers: Handles::new(),
        capabilities: Handles::new(),
        prepared: IssuerCache::new(),
        checked: CapabilityCache::new(),
        key_capabilities: CapabilityCache::new(),
        error: None,
        warnings: Vec::new(),
        buffers: Buffers::default(),
    })));
}

pub(super) fn state() -> Result<RefMut<'static, State>> {
    STATE
        .with(|state| *state)
        .try_borrow_mut()
        .map_err(|_| busy())
}

/// Never happens: no function calls JavaScript while it holds the state.
fn busy() -> Error {
    Error::new(Kind::Usage, "the module is busy with another call", &[])
}

/// Runs a frequently called function and keeps its error for [`take_error`].
pub(super) fn run(work: &mut dyn FnMut(&mut State) -> Result<()>) -> u32 {
    let Ok(mut state) = state() else {
        return FAILED;
    };
    state.frame.rewind();
    let outcome = work(&mut state);
    end(&mut state, outcome)
}

/// The result of a frequently called function.
pub(super) fn end(state: &mut State, outcome: Result<()>) -> u32 {
    match outcome {
        Ok(()) => DONE,
        Err(error) => {
            state.error = Some(error);
            FAILED
        }
    }
}

/// The error of the last call, as an `AblyAuthError`.
#[wasm_bindgen(js_name = takeError)]
pub fn take_error() -> JsValue {
    let error = state().ok().and_then(|mut state| state.error.take());
    to_js(&error.unwrap_or_else(busy))
}

/// The address of the numbers.
#[wasm_bindgen(js_name = numbersAt)]
pub fn numbers_at() -> u32 {
    state().map_or(0, |state| state.frame.numbers_at() as usize as u32)
}

/// The address of at least `length` bytes. It changes only here and when a function answers.
#[wasm_bindgen]
pub fn reserve(length: u32) -> u32 {
    state().map_or(0, |mut state| {
        state.frame.reserve(length as usize) as usize as u32
    })
}

/// Reads the option `keyCapability`.
pub(super) fn key_capability(text: Option<&str>) -> Result<Option<Capability>> {
    text.map(read_key_capability).transpose()
}

fn read_key_capability(text: &str) -> Result<Capability> {
    Capability::read(text).map_err(|error| error.in_place_of("keyCapability"))
}

/// Verifies a token. Texts: [`VERIFY_TEXTS`]. Answer: [`VERIFY_ANSWERS`]; [`ISSUED`], [`EXPIRES`], [`NOTES`],
/// [`CLAIMS_FROM`], and [`HAS_WARNINGS`]: if that is 1, [`warnings`](super::inspect::warnings) has the diagnostics,
/// not the notes.
#[wasm_bindgen(js_name = verify)]
pub fn verify_token() -> u32 {
    run(&mut |state| {
        let State {
            frame,
            keys,
            checked,
            key_capabilities,
            warnings,
            ..
        } = state;
        let one: SigningKey;
        let many: Vec<SigningKey>;
        let [key, token, of_key, revocations] = frame.places::<{ VERIFY_TEXTS.len() }>();
        let keys: &[SigningKey] = if frame.has(MANY_KEYS) {
            many = frame.secret(key, |text| read_keys(keys, text))?;
            &many
        } else {
            one = frame.secret(key, |text| keys.find(text))?;
            std::slice::from_ref(&one)
        };
        let key_capability = frame
            .text(of_key)?
            .map(|text| key_capabilities.read(text, &|| read_key_capability(text)))
            .transpose()?;
        let now_ms = frame.milliseconds(NOW);
        let options = VerifyOptions {
            clock_tolerance_seconds: frame.whole(TOLERANCE),
            max_ttl_seconds: frame
                .whole(TTL_LIMIT)
                .unwrap_or(crate::jwt::MAX_TTL_SECONDS),
            key_capability: key_capability.as_ref(),
            embedded: frame.has(EMBEDDED),
            ..VerifyOptions::at(now_ms)
        };
        let token = frame.required(token)?;
        let (verified, claims_left) = verify_with(token, keys, &options, &mut |claim| {
            checked.read(claim.text(), &|| read_capability(claim))
        })?;
        if let Some(revocations) = frame.text(revocations)? {
            check_revocations(revocations, &verified.bearer(), now_ms)?;
        }
        let claims_from = claims_left.start(&verified.claims);
        let capability = verified.capability.as_ref().map(Capability::text);
        frame.answer::<{ VERIFY_ANSWERS.len() }>([
            Some(verified.key_name.as_bytes()),
            verified.claims.get(claims_from..).map(str::as_bytes),
            capability.map(str::as_bytes),
            verified.client_id.as_ref().map(String::as_bytes),
            verified.revocation_key.as_ref().map(String::as_bytes),
        ]);
        frame.set(ISSUED, verified.issued as f64);
        frame.set(EXPIRES, verified.expires as f64);
        frame.set(NOTES, f64::from(verified.notes.bits()));
        frame.set(CLAIMS_FROM, claims_from as f64);
        let has_unknown_claims = verified.notes.has_unknown_claims();
        frame.set(HAS_WARNINGS, f64::from(u8::from(has_unknown_claims)));
        if has_unknown_claims {
            *warnings = verified.diagnostics();
        }
        Ok(())
    })
}

/// Parses a capability and keeps it. Texts: [`PUT_CAPABILITY_TEXTS`]. Answer: its canonical text; its
/// [`HANDLE`].
#[wasm_bindgen(js_name = putCapability)]
pub fn put_capability() -> u32 {
    run(&mut |state| {
        let frame = &mut state.frame;
        let [text] = frame.places::<{ PUT_CAPABILITY_TEXTS.len() }>();
        let capability = Capability::read(frame.required(text)?)?;
        frame.answer([Some(capability.text().as_bytes())]);
        let number = state.capabilities.put(capability);
        frame.set(HANDLE, f64::from(number));
        Ok(())
    })
}

/// Asks a kept capability by its number, or the given one (number 0). Texts: [`ALLOWS_TEXTS`]. Answer:
/// [`ANSWER`].
#[wasm_bindgen]
pub fn allows(number: u32) -> u32 {
    let Ok(mut state) = state() else {
        return FAILED;
    };
    let kept = state.capabilities.get(number);
    if number != 0 && kept.is_none() {
        return GONE;
    }
    state.frame.rewind();
    let outcome = ask(&mut state.frame, kept.as_deref());
    end(&mut state, outcome)
}

fn ask(frame: &mut SharedBuffer, kept: Option<&Capability>) -> Result<()> {
    let [operation, resource, given, actions] = frame.places::<{ ALLOWS_TEXTS.len() }>();
    let read;
    let capability = match kept {
        Some(capability) => capability,
        None => {
            read = Capability::read(frame.required(given)?)?;
            &read
        }
    };
    let actions = frame.text(actions)?.unwrap_or_default();
    let (operation, resource) = (frame.required(operation)?, frame.required(resource)?);
    let allowed = capability.allows_by(actions, operation, resource);
    frame.set(ANSWER, f64::from(u8::from(allowed)));
    Ok(())
}

/// Signs a TokenRequest. Texts: [`SIGN_TOKEN_REQUEST_TEXTS`]. Answer: [`SIGN_TOKEN_REQUEST_ANSWERS`].
#[wasm_bindgen(js_name = signTokenRequest)]
pub fn sign_token_request() -> u32 {
    run(&mut |state| {
        let State { frame, keys, .. } = state;
        let [key, capability, client_id, nonce] =
            frame.places::<{ SIGN_TOKEN_REQUEST_TEXTS.len() }>();
        let key = frame.secret(key, |text| keys.find(text))?;
        let capability = frame.text(capability)?.map(Capability::parse).transpose()?;
        let params = TokenRequestParams {
            capability: capability.as_ref(),
            client_id: frame.text(client_id)?,
            ttl_seconds: frame.whole(TTL),
        };
        let nonce = frame.required(nonce)?;
        let request = TokenRequest::sign_with(&key, &params, frame.milliseconds(NOW), nonce)?;
        frame.answer::<{ SIGN_TOKEN_REQUEST_ANSWERS.len() }>([
            Some(request.key_name.as_bytes()),
            request.capability.as_ref().map(String::as_bytes),
            Some(request.mac.as_bytes()),
        ]);
        Ok(())
    })
}
