//! Issuing tokens, over the shared [`SharedBuffer`].

use wasm_bindgen::prelude::*;

use super::issuer_cache::IssuerCacheKey;
use super::shared_buffer::{BATCH, BATCH_AT, IN_BATCH, Place, SharedBuffer, broken};
use super::verify::{FLAGS, GONE, NOW, State, TTL, end, key_capability, run, state};
use crate::capability::Capability;
use crate::error::{Error, Kind, Result};
use crate::json::{Json, JsonError};
use crate::jwt::{DEFAULT_TTL_SECONDS, ExtraClaims, Issuer, Overrides, SigningKey, TokenParams};

const REVOCABLE: u32 = 1;
const SERVER: u32 = 2;

pub(super) const KEY_SLOT: usize = 0;

/// Where the texts stand behind the key.
#[derive(Clone, Copy)]
pub(super) struct Places {
    capability: Place,
    client_id: Place,
    revocation_key: Place,
    jwt_id: Place,
    key_capability: Place,
    extra: Place,
}

impl Places {
    pub(super) fn next(frame: &mut SharedBuffer) -> Places {
        let mut slot = KEY_SLOT;
        let mut next = || {
            slot += 1;
            frame.next(slot)
        };
        Places {
            capability: next(),
            client_id: next(),
            revocation_key: next(),
            jwt_id: next(),
            key_capability: next(),
            extra: next(),
        }
    }
}

fn new_issuer(frame: &SharedBuffer, places: Places, key: &SigningKey) -> Result<Issuer> {
    Issuer::of(key, read_params(frame, places)?)
}

pub(super) fn read_params(frame: &SharedBuffer, places: Places) -> Result<TokenParams> {
    let owned = |place| frame.at(place).map(|text| text.map(str::to_owned));
    Ok(TokenParams {
        capability: match frame.at(places.capability)? {
            Some(text) => Capability::parse(text)?,
            None => Capability::all_channels(),
        },
        client_id: owned(places.client_id)?,
        revocation_key: owned(places.revocation_key)?,
        jwt_id: owned(places.jwt_id)?,
        key_capability: key_capability(frame.at(places.key_capability)?)?,
        extra: frame
            .at(places.extra)?
            .map(read_extra)
            .transpose()?
            .unwrap_or_default(),
        ttl_seconds: frame.whole(TTL).unwrap_or(DEFAULT_TTL_SECONDS),
        revocable: frame.has(FLAGS, REVOCABLE),
        server: frame.has(FLAGS, SERVER),
    })
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

fn not_an_object(option: &str, flaw: &JsonError) -> Error {
    Error::new(Kind::Usage, "{} {}", &[option, &flaw.text()]).at(option)
}

/// Issues one token. Texts: key, and those of [`Places`]. Answer: token, capability; issued, expires, ttl,
/// and whether there are warnings.
///
/// Most programs issue the same to one client after the other: what the tokens share is prepared once.
#[wasm_bindgen]
pub fn issue() -> u32 {
    run(&mut |state| {
        let frame = &mut state.frame;
        let key = frame.secret(KEY_SLOT, |text| state.keys.find(text))?;
        let places = Places::next(frame);
        let shared = IssuerCacheKey {
            key: &key,
            texts: [
                frame.at(places.capability)?,
                frame.at(places.key_capability)?,
                frame.at(places.extra)?,
            ],
            flags: frame.whole(FLAGS).unwrap_or_default(),
        };
        let issuer = match state.prepared.find(&shared) {
            Some(issuer) => issuer,
            None => {
                let issuer = new_issuer(frame, places, &key)?;
                state.prepared.keep(&shared, issuer)
            }
        };
        // What the issuer was prepared with is another token's: all of it is said anew.
        let varying = Varying([places.client_id, places.revocation_key, places.jwt_id].map(Some));
        let ttl = frame.whole(TTL).unwrap_or(DEFAULT_TTL_SECONDS);
        answer_issued(state, &issuer, varying, Some(ttl))
    })
}

/// Prepares an issuer. Answer: its number, behind the capability.
#[wasm_bindgen]
pub fn prepare() -> u32 {
    run(&mut |state| {
        let frame = &mut state.frame;
        let key = frame.secret(KEY_SLOT, |text| state.keys.find(text))?;
        let places = Places::next(frame);
        let issuer = new_issuer(frame, places, &key)?;
        frame.answer(&[Some(issuer.capability().as_bytes())]);
        let number = state.issuers.put(issuer);
        state.frame.set(1, f64::from(number));
        Ok(())
    })
}

/// In place of a length: without what the issuer has.
const WITHOUT: f64 = -2.0;

/// What is said of clientId, revocationKey and jwtId, if anything.
#[derive(Clone, Copy, Default)]
struct Varying([Option<Place>; 3]);

impl Varying {
    /// Of the next texts, whose lengths stand from this slot on.
    fn next(frame: &mut SharedBuffer, slot: usize) -> Varying {
        let mut varying = Varying::default();
        for (index, said) in varying.0.iter_mut().enumerate() {
            let without = frame.number(slot + index) == WITHOUT;
            let place = frame.next(slot + index);
            *said = (without || place.is_some()).then_some(place);
        }
        varying
    }

    fn over<'a>(&self, frame: &'a SharedBuffer, ttl_seconds: Option<u32>) -> Result<Overrides<'a>> {
        let [client_id, revocation_key, jwt_id] = self.0;
        let text = |said: Option<Place>| said.map(|place| frame.at(place)).transpose();
        Ok(Overrides {
            client_id: text(client_id)?,
            revocation_key: text(revocation_key)?,
            jwt_id: text(jwt_id)?,
            ttl_seconds,
        })
    }
}

fn answer_issued(
    state: &mut State,
    issuer: &Issuer,
    varying: Varying,
    ttl: Option<u32>,
) -> Result<()> {
    let State { frame, buffers, .. } = state;
    let overrides = varying.over(frame, ttl)?;
    buffers.token.clear();
    let times = issuer.write_token(buffers, &overrides, frame.milliseconds(NOW))?;
    let warnings = issuer.warnings(&overrides, buffers.token.len());
    let ttl = issuer.ttl_seconds(&overrides);
    frame.answer(&[Some(&buffers.token), Some(issuer.capability().as_bytes())]);
    frame.set(2, (times.issued * 1_000) as f64);
    frame.set(3, (times.expires * 1_000) as f64);
    frame.set(4, f64::from(ttl));
    frame.set(5, f64::from(u8::from(!warnings.is_empty())));
    state.warnings = warnings;
    Ok(())
}

/// What a prepared issuer does, or [`GONE`].
fn with_issuer(number: u32, work: fn(&mut State, &Issuer) -> Result<()>) -> u32 {
    let Ok(mut state) = state() else {
        return 1;
    };
    let Some(issuer) = state.issuers.get(number) else {
        return GONE;
    };
    state.frame.rewind();
    let outcome = work(&mut state, &issuer);
    end(&mut state, outcome)
}

/// Issues one token of a prepared issuer. Texts: clientId, revocationKey, jwtId. Answer: token.
#[wasm_bindgen]
pub fn token(issuer: u32) -> u32 {
    with_issuer(issuer, |state, issuer| {
        let State { frame, buffers, .. } = state;
        let varying = Varying::next(frame, 0);
        let overrides = varying.over(frame, frame.whole(TTL))?;
        buffers.token.clear();
        issuer.write_token(buffers, &overrides, frame.milliseconds(NOW))?;
        frame.answer(&[Some(&buffers.token)]);
        Ok(())
    })
}

/// The same, with the answer of [`issue`].
#[wasm_bindgen(js_name = issueWith)]
pub fn issue_with(issuer: u32) -> u32 {
    with_issuer(issuer, |state, issuer| {
        let varying = Varying::next(&mut state.frame, 0);
        let ttl = state.frame.whole(TTL);
        answer_issued(state, issuer, varying, ttl)
    })
}

/// Issues as many tokens as number 0 says, [`BATCH`] at most, of a prepared issuer. Texts: those of
/// [`token()`] for each; their lengths, ttl and time stand from [`BATCH_AT`] on. Answer: the tokens one
/// behind the other, each with its length in the place of the first of these.
#[wasm_bindgen]
pub fn tokens(issuer: u32) -> u32 {
    with_issuer(issuer, |state, issuer| {
        let State { frame, buffers, .. } = state;
        let count = (frame.number(0) as usize).min(BATCH);
        buffers.token.clear();
        for index in 0..count {
            let slot = BATCH_AT + index * IN_BATCH;
            let varying = Varying::next(frame, slot);
            let overrides = varying.over(frame, frame.whole(slot + 3))?;
            let before = buffers.token.len();
            issuer.write_token(buffers, &overrides, frame.milliseconds(slot + 4))?;
            frame.set(slot, (buffers.token.len() - before) as f64);
        }
        frame.answer(&[Some(&buffers.token)]);
        Ok(())
    })
}
