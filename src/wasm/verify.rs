//! The functions that a server calls for every request, over the shared [`SharedBuffer`], issuing aside.
//!
//! Each gives 0 when it went well, with its answer in the frame, and 1 when it did not, with the
//! error in [`take_error`]; so the way that goes well costs no `Result` across the boundary.

use std::cell::{RefCell, RefMut};

use wasm_bindgen::prelude::*;

use super::capability_cache::CapabilityCache;
use super::handles::Handles;
use super::issuer_cache::IssuerCache;
use super::key_cache::KeyCache;
use super::lists::{check_revocations, read_keys};
use super::shared_buffer::{SharedBuffer, broken};
use super::to_js;
use crate::capability::{Capability, Issue};
use crate::error::{Error, Kind, Result};
use crate::jwt::{Buffers, Issuer, SigningKey, VerifyOptions, read_capability, verify_with};
use crate::token_request::{TokenRequest, TokenRequestParams};

pub(super) struct State {
    pub(super) frame: SharedBuffer,
    pub(super) keys: KeyCache,
    /// Those that JavaScript asked for, and those made for one token.
    pub(super) issuers: Handles<Issuer>,
    pub(super) prepared: IssuerCache,
    capabilities: Handles<Capability>,
    /// The capabilities that others have issued.
    checked: CapabilityCache,
    error: Option<Error>,
    pub(super) warnings: Vec<Issue>,
    /// What tokens are written to before they are answered.
    pub(super) buffers: Buffers,
}

thread_local! {
    /// Leaked: it lives as long as the module, and is reached without a closure for every function.
    static STATE: &'static RefCell<State> = Box::leak(Box::new(RefCell::new(State {
        frame: SharedBuffer::new(),
        keys: KeyCache::new(),
        issuers: Handles::new(),
        capabilities: Handles::new(),
        prepared: IssuerCache::new(),
        checked: CapabilityCache::new(),
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

/// Never seen: nothing here calls out to JavaScript while it holds the state.
fn busy() -> Error {
    Error::new(Kind::Usage, "the module is busy with another call", &[])
}

/// Runs a hot function, and keeps what went wrong for [`take_error`].
pub(super) fn run(work: &mut dyn FnMut(&mut State) -> Result<()>) -> u32 {
    let Ok(mut state) = state() else {
        return 1;
    };
    state.frame.rewind();
    let outcome = work(&mut state);
    end(&mut state, outcome)
}

/// What a hot function gives in the end.
pub(super) fn end(state: &mut State, outcome: Result<()>) -> u32 {
    match outcome {
        Ok(()) => 0,
        Err(error) => {
            state.error = Some(error);
            1
        }
    }
}

/// The error of the call before, as an `AblyAuthError`.
#[wasm_bindgen(js_name = takeError)]
pub fn take_error() -> JsValue {
    let error = state().ok().and_then(|mut state| state.error.take());
    to_js(&error.unwrap_or_else(busy))
}

pub(super) fn take_warnings() -> Vec<Issue> {
    state()
        .map(|mut state| std::mem::take(&mut state.warnings))
        .unwrap_or_default()
}

/// Where the numbers are.
#[wasm_bindgen(js_name = numbersAt)]
pub fn numbers_at() -> u32 {
    state().map_or(0, |state| state.frame.numbers_at() as usize as u32)
}

/// Where at least `length` bytes are; the place moves only here and when a function answers.
#[wasm_bindgen]
pub fn reserve(length: u32) -> u32 {
    state().map_or(0, |mut state| {
        state.frame.reserve(length as usize) as usize as u32
    })
}

pub(super) const TTL: usize = 7;
pub(super) const NOW: usize = 8;
pub(super) const FLAGS: usize = 9;

/// What the functions give that use something prepared, when that has gone: prepare it again.
pub(super) const GONE: u32 = 2;

pub(super) fn read_key_capability(
    frame: &mut SharedBuffer,
    slot: usize,
) -> Result<Option<Capability>> {
    let place = frame.next(slot);
    key_capability(frame.at(place)?)
}

/// What the key may do, as it is given.
pub(super) fn key_capability(text: Option<&str>) -> Result<Option<Capability>> {
    text.map(|text| Capability::read(text).map_err(|error| error.in_place_of("keyCapability")))
        .transpose()
}

const TOLERANCE: usize = 10;
const MAX_TTL: usize = 11;
const MANY_KEYS: u32 = 1;
const EMBEDDED: u32 = 2;

/// Verifies a token. Texts: key (or keys, as a JSON list), token, keyCapability, revocations (a JSON
/// list). Answer: key name, claims, capability, clientId, revocationKey; issued, expires, the bits of the notes,
/// and two numbers. If the second is 1, [`warnings`](super::inspect::warnings) has the issues, not the notes. If the
/// first is not 0, the claims begin behind their first one, which is the capability; and if
/// there is nothing behind it, what the rest of the answer says is all, in the order capability, iat, exp,
/// clientId, revocationKey.
#[wasm_bindgen(js_name = verify)]
pub fn verify_token() -> u32 {
    run(&mut |state| {
        let State {
            frame,
            keys,
            checked,
            warnings,
            ..
        } = state;
        let one: SigningKey;
        let many: Vec<SigningKey>;
        let keys: &[SigningKey] = if frame.has(FLAGS, MANY_KEYS) {
            many = frame.secret(0, |text| read_keys(keys, text))?;
            &many
        } else {
            one = frame.secret(0, |text| keys.find(text))?;
            std::slice::from_ref(&one)
        };
        let token = frame.next(1);
        let key_capability = read_key_capability(frame, 2)?;
        let now_ms = frame.milliseconds(NOW);
        let options = VerifyOptions {
            clock_tolerance_seconds: frame.whole(TOLERANCE),
            max_ttl_seconds: frame.whole(MAX_TTL).unwrap_or(crate::jwt::MAX_TTL_SECONDS),
            key_capability: key_capability.as_ref(),
            embedded: frame.has(FLAGS, EMBEDDED),
            ..VerifyOptions::at(now_ms)
        };
        let token = frame.at(token)?.ok_or_else(broken)?;
        let (verified, claims_left) = verify_with(token, keys, &options, &mut |claim| {
            checked.read(claim.text(), &|| read_capability(claim))
        })?;
        if let Some(revocations) = frame.text(3)? {
            check_revocations(revocations, &verified.bearer(), now_ms)?;
        }
        let claims_from = claims_left.start(&verified.claims);
        let capability = verified.capability.as_ref().map(Capability::text);
        frame.answer(&[
            Some(verified.key_name.as_bytes()),
            verified.claims.get(claims_from..).map(str::as_bytes),
            capability.map(str::as_bytes),
            verified.client_id.as_ref().map(String::as_bytes),
            verified.revocation_key.as_ref().map(String::as_bytes),
        ]);
        frame.set(5, verified.issued as f64);
        frame.set(6, verified.expires as f64);
        frame.set(7, f64::from(verified.notes.bits()));
        frame.set(8, claims_from as f64);
        if verified.notes.has_unknown_claims() {
            frame.set(9, 1.0);
            *warnings = verified.issues();
        } else {
            frame.set(9, 0.0);
        }
        Ok(())
    })
}

/// Reads a capability for good. Text: the capability. Answer: its number.
#[wasm_bindgen(js_name = putCapability)]
pub fn put_capability() -> u32 {
    run(&mut |state| {
        let capability = Capability::read(state.frame.text(0)?.unwrap_or_default())?;
        let number = state.capabilities.put(capability);
        state.frame.set(0, f64::from(number));
        Ok(())
    })
}

/// Asks a capability by its number, or one that is given (number 0). Texts: operation, resource,
/// capability. Answer: 1 or 0.
#[wasm_bindgen]
pub fn allows(number: u32) -> u32 {
    let Ok(mut state) = state() else {
        return 1;
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
    let [operation, resource, given] = frame.places(0);
    let text = |place| frame.at(place).map(Option::unwrap_or_default);
    let read;
    let capability = match kept {
        Some(capability) => capability,
        None => {
            read = Capability::read(text(given)?)?;
            &read
        }
    };
    let allowed = capability.allows(text(operation)?, text(resource)?);
    frame.set(0, f64::from(u8::from(allowed)));
    Ok(())
}

/// Signs a TokenRequest. Texts: key, capability, clientId, nonce. Answer: key name, capability, mac.
#[wasm_bindgen(js_name = signTokenRequest)]
pub fn sign_token_request() -> u32 {
    run(&mut |state| {
        let State { frame, keys, .. } = state;
        let key = frame.secret(0, |text| keys.find(text))?;
        let capability = frame.text(1)?.map(Capability::parse).transpose()?;
        let client_id = frame.owned(2)?;
        let nonce = frame.owned(3)?.unwrap_or_default();
        let params = TokenRequestParams {
            capability: capability.as_ref(),
            client_id: client_id.as_deref(),
            ttl_seconds: frame.whole(TTL),
        };
        let request = TokenRequest::sign_with(&key, &params, frame.milliseconds(NOW), &nonce)?;
        frame.answer(&[
            Some(request.key_name.as_bytes()),
            request.capability.as_ref().map(String::as_bytes),
            Some(request.mac.as_bytes()),
        ]);
        Ok(())
    })
}
