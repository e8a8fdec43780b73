//! The functions that a server calls for every request, over the shared [`Frame`].
//!
//! Each gives 0 when it went well, with its answer in the frame, and 1 when it did not, with the
//! error in [`take_error`]; so the way that goes well costs no `Result` across the boundary.

use std::cell::{RefCell, RefMut};
use std::rc::Rc;

use wasm_bindgen::prelude::*;

use super::checked::Checked;
use super::frame::{Frame, broken};
use super::keys::Keys;
use super::lists::{check_revocations, read_keys};
use super::slots::Slots;
use super::to_js;
use crate::capability::{Capability, Issue};
use crate::error::{Error, Kind, Result};
use crate::json::{Flaw, Json};
use crate::jwt::hs256::HmacKey;
use crate::jwt::{
    ExtraClaims, Issuer, Overrides, TokenParams, VerifyOptions, open, read_capability, verify_with,
};
use crate::key::ApiKey;
use crate::key_source::{AppKey, KeyCache};
use crate::token_request::{TokenRequest, TokenRequestParams};

pub(super) struct State {
    pub(super) frame: Frame,
    keys: Keys,
    issuers: Slots<Issuer>,
    capabilities: Slots<Capability>,
    /// Those to be issued, and those that others have issued.
    strict: Checked,
    lenient: Checked,
    error: Option<Error>,
    warnings: Vec<Issue>,
    /// The keys of apps, as access tokens found them; and those chosen among them for one token each.
    pub(super) found: KeyCache,
    pub(super) chosen: Slots<AppKey>,
}

thread_local! {
    /// Leaked: it lives as long as the module, and is reached without a closure for every function.
    static STATE: &'static RefCell<State> = Box::leak(Box::new(RefCell::new(State {
        frame: Frame::new(),
        keys: Keys::new(),
        issuers: Slots::new(),
        capabilities: Slots::new(),
        strict: Checked::default(),
        lenient: Checked::default(),
        error: None,
        warnings: Vec::new(),
        found: KeyCache::default(),
        chosen: Slots::new(),
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
    Error::new(Kind::Usage, &["the module is busy with another call"])
}

/// Runs a hot function, and keeps what went wrong for [`take_error`].
pub(super) fn run(work: &mut dyn FnMut(&mut State) -> Result<()>) -> u32 {
    let Ok(mut state) = state() else {
        return 1;
    };
    state.frame.rewind();
    match work(&mut state) {
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

/// Where the sixteen numbers are.
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

const TTL: usize = 7;
pub(super) const NOW: usize = 8;
pub(super) const FLAGS: usize = 9;
const REVOCABLE: u32 = 1;
const SERVER: u32 = 2;

/// Texts: key, capability, clientId, revocationKey, jwtId, keyCapability, extra claims. A key that was
/// `found`, and what is known of it, takes the place of what was written.
fn read_issuer(state: &mut State, found: Option<&AppKey>) -> Result<Issuer> {
    let State {
        frame,
        keys,
        strict,
        ..
    } = state;
    let key = frame.secret(0, |text| match found {
        Some(found) => Ok(Rc::new(found.key.clone())),
        None => keys.find(text),
    })?;
    let capability = match frame.text(1)? {
        Some(text) => strict.read(text, &|| Capability::parse(text))?,
        None => Capability::all_channels(),
    };
    let params = TokenParams {
        capability,
        client_id: frame.owned(2)?,
        revocation_key: frame.owned(3)?,
        jwt_id: frame.owned(4)?,
        key_capability: match (read_key_capability(frame, 5)?, found) {
            (None, Some(found)) => found.capability.clone(),
            (given, _) => given,
        },
        extra: frame
            .text(6)?
            .map(read_extra)
            .transpose()?
            .unwrap_or_default(),
        ttl_seconds: frame.whole(TTL).unwrap_or(crate::jwt::DEFAULT_TTL_SECONDS),
        revocable: frame.has(FLAGS, REVOCABLE) || found.is_some_and(|it| it.revocable),
        server: frame.has(FLAGS, SERVER),
    };
    Issuer::of(&key, params)
}

pub(super) fn read_key_capability(frame: &mut Frame, slot: usize) -> Result<Option<Capability>> {
    let text = frame.text(slot)?;
    text.map(|text| Capability::read(text).map_err(|error| error.in_place_of("keyCapability")))
        .transpose()
}

/// `{"channelClaims":{…},"roomClaims":{…},"publishRateLimits":{…},"claims":{…}}`
fn read_extra(text: &str) -> Result<ExtraClaims> {
    let mut extra = ExtraClaims::default();
    for (option, object) in Json::parse(text)
        .and_then(Json::members)
        .map_err(|_| broken())?
    {
        for (name, value) in object
            .members()
            .map_err(|flaw| not_an_object(&option, &flaw))?
        {
            // Ably documents text here; whatever else is given goes in as its JSON text.
            let text = || value.string().unwrap_or(value.text().into());
            match option.as_ref() {
                "channelClaims" => extra.channel(&name, &text())?,
                "roomClaims" => extra.room(&name, &text())?,
                "publishRateLimits" => extra.publish_rate_json(&name, value)?,
                _ => extra.claim(&name, value.text())?,
            };
        }
    }
    Ok(extra)
}

fn not_an_object(option: &str, flaw: &Flaw) -> Error {
    Error::new(Kind::Usage, &[option, " ", &flaw.text()]).at(option)
}

/// Issues one token. Answer: token, capability; issued, expires, ttl, and whether there are warnings.
#[wasm_bindgen]
pub fn issue() -> u32 {
    run(&mut |state| {
        let issuer = read_issuer(state, None)?;
        answer_issued(state, &issuer, &Overrides::default())
    })
}

/// The same with a key that `findKey` gave; [`GONE`] if it has gone.
#[wasm_bindgen(js_name = issueFound)]
pub fn issue_found(number: u32) -> u32 {
    let found = state().ok().and_then(|mut state| state.chosen.take(number));
    let Some(found) = found else {
        return GONE;
    };
    run(&mut |state| {
        let issuer = read_issuer(state, Some(&found))?;
        answer_issued(state, &issuer, &Overrides::default())
    })
}

fn answer_issued(state: &mut State, issuer: &Issuer, overrides: &Overrides<'_>) -> Result<()> {
    let frame = &mut state.frame;
    let mut token = Vec::new();
    let times = issuer.write_token(&mut token, overrides, frame.milliseconds(NOW))?;
    state.warnings = issuer.warnings(overrides, token.len());
    frame.answer(&[Some(&token), Some(issuer.capability().as_bytes())]);
    frame.set(2, (times.issued * 1_000) as f64);
    frame.set(3, (times.expires * 1_000) as f64);
    frame.set(4, f64::from(issuer.ttl_seconds(overrides)));
    frame.set(5, f64::from(u8::from(!state.warnings.is_empty())));
    Ok(())
}

/// Prepares an issuer. Answer: its number, behind the capability.
#[wasm_bindgen]
pub fn prepare() -> u32 {
    run(&mut |state| {
        let issuer = read_issuer(state, None)?;
        state.frame.answer(&[Some(issuer.capability().as_bytes())]);
        let number = state.issuers.put(issuer);
        state.frame.set(1, f64::from(number));
        Ok(())
    })
}

/// In place of a length: without what the issuer has.
const WITHOUT: f64 = -2.0;

fn read_override(frame: &mut Frame, slot: usize) -> Result<Option<Option<String>>> {
    if frame.number(slot) == WITHOUT {
        return Ok(Some(None));
    }
    Ok(frame.owned(slot)?.map(Some))
}

/// What [`token`] and [`issue_with`] give when the issuer has gone: prepare it again.
const GONE: u32 = 2;

fn with_issuer(number: u32, work: fn(&mut State, &Issuer, &Overrides<'_>) -> Result<()>) -> u32 {
    let Some(issuer) = state().ok().and_then(|mut state| state.issuers.get(number)) else {
        return GONE;
    };
    run(&mut |state| {
        let client_id = read_override(&mut state.frame, 0)?;
        let revocation_key = read_override(&mut state.frame, 1)?;
        let jwt_id = read_override(&mut state.frame, 2)?;
        let overrides = Overrides {
            client_id: client_id.as_ref().map(Option::as_deref),
            revocation_key: revocation_key.as_ref().map(Option::as_deref),
            jwt_id: jwt_id.as_ref().map(Option::as_deref),
            ttl_seconds: state.frame.whole(TTL),
        };
        work(state, &issuer, &overrides)
    })
}

/// Issues one token of a prepared issuer. Texts: clientId, revocationKey, jwtId. Answer: token.
#[wasm_bindgen]
pub fn token(issuer: u32) -> u32 {
    with_issuer(issuer, |state, issuer, overrides| {
        let mut token = Vec::new();
        issuer.write_token(&mut token, overrides, state.frame.milliseconds(NOW))?;
        state.frame.answer(&[Some(&token)]);
        Ok(())
    })
}

/// The same, with the answer of [`issue`].
#[wasm_bindgen(js_name = issueWith)]
pub fn issue_with(issuer: u32) -> u32 {
    with_issuer(issuer, answer_issued)
}

const TOLERANCE: usize = 10;
const MAX_TTL: usize = 11;
const MANY_KEYS: u32 = 1;
const EMBEDDED: u32 = 2;

/// Verifies a token. Texts: key (or keys, as a JSON list), token, keyCapability, revocations (a JSON
/// list). Answer: key name, claims, capability; issued, expires, and the bits of the notes.
#[wasm_bindgen(js_name = verify)]
pub fn verify_token() -> u32 {
    run(&mut |state| {
        let State {
            frame,
            keys,
            lenient,
            ..
        } = state;
        let many = frame.has(FLAGS, MANY_KEYS);
        let keys: Vec<Rc<ApiKey>> = frame.secret(0, |text| {
            if many {
                read_keys(keys, text)
            } else {
                Ok(vec![keys.find(text)?])
            }
        })?;
        let token = frame.owned(1)?.ok_or_else(broken)?;
        let key_capability = read_key_capability(frame, 2)?;
        let now_ms = frame.milliseconds(NOW);
        let options = VerifyOptions {
            clock_tolerance_seconds: frame.whole(TOLERANCE),
            max_ttl_seconds: frame.whole(MAX_TTL).unwrap_or(crate::jwt::MAX_TTL_SECONDS),
            key_capability: key_capability.as_ref(),
            embedded: frame.has(FLAGS, EMBEDDED),
            ..VerifyOptions::at(now_ms)
        };
        let verified = verify_with(&token, &keys, &options, &mut |claim| {
            lenient.read(claim.text(), &|| read_capability(claim))
        })?;
        if let Some(revocations) = frame.text(3)? {
            check_revocations(revocations, &verified.bearer(), now_ms)?;
        }
        let capability = verified.capability.as_ref().map(Capability::text);
        frame.answer(&[
            Some(verified.key_name.as_bytes()),
            Some(verified.claims.as_bytes()),
            capability.map(str::as_bytes),
        ]);
        frame.set(3, verified.issued as f64);
        frame.set(4, verified.expires as f64);
        frame.set(5, f64::from(verified.notes.bits()));
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
    let kept = state()
        .ok()
        .and_then(|mut state| state.capabilities.get(number));
    if number != 0 && kept.is_none() {
        return GONE;
    }
    run(&mut |state| {
        let frame = &mut state.frame;
        let operation = frame.owned(0)?.unwrap_or_default();
        let resource = frame.owned(1)?.unwrap_or_default();
        let allowed = match &kept {
            Some(capability) => capability.allows(&operation, &resource),
            None => {
                Capability::read(frame.text(2)?.unwrap_or_default())?.allows(&operation, &resource)
            }
        };
        frame.set(0, f64::from(u8::from(allowed)));
        Ok(())
    })
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
        let request = TokenRequest::sign(&key, &params, frame.milliseconds(NOW), &nonce)?;
        frame.answer(&[
            Some(request.key_name.as_bytes()),
            request.capability.as_ref().map(String::as_bytes),
            Some(request.mac.as_bytes()),
        ]);
        Ok(())
    })
}

/// HMAC-SHA-256 of raw bytes (key, message), so that published vectors can be run through this very
/// file. Answer: the tag.
#[wasm_bindgen]
pub fn hs256() -> u32 {
    run(&mut |state| {
        let frame = &mut state.frame;
        let key = frame.secret(0, |key| Ok(HmacKey::new(key)))?;
        let tag = frame.secret(1, |message| Ok(key.sign(message)))?;
        frame.answer(&[Some(&tag)]);
        Ok(())
    })
}

/// The payload of a compact JWS signed with a raw key (key, token), for the same purpose.
#[wasm_bindgen(js_name = openJws)]
pub fn open_jws() -> u32 {
    run(&mut |state| {
        let frame = &mut state.frame;
        let key = frame.secret(0, |key| Ok(HmacKey::new(key)))?;
        let token = frame.owned(1)?.ok_or_else(broken)?;
        let payload = open(&token, &key)?;
        frame.answer(&[Some(&payload)]);
        Ok(())
    })
}
