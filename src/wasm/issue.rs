//! Issuing tokens, over the shared [`SharedBuffer`].

use wasm_bindgen::prelude::*;

use super::abi::{
    BATCH_AT, BATCH_CLIENT_ID, BATCH_NOW, BATCH_TTL, COUNT, EXPIRES, FAILED, GONE, HANDLE,
    HAS_WARNINGS, IN_BATCH, ISSUE_ANSWERS, ISSUE_TEXTS, ISSUED, ISSUED_TTL, ISSUER_TEXTS,
    MAX_BATCH, NOW, OVERRIDE_TEXTS, REVOCABLE, SERVER, TTL,
};
use super::issuer_cache::{IssuerCacheKey, Shared};
use super::shared_buffer::{Place, SharedBuffer, broken};
use super::verify::{State, end, key_capability, run, state};
use crate::capability::Capability;
use crate::error::{Error, Kind, Result};
use crate::json::{Json, JsonError};
use crate::jwt::{DEFAULT_TTL_SECONDS, ExtraClaims, Issuer, Overrides, TokenParams};

/// The places of the [`ISSUE_TEXTS`].
#[derive(Clone, Copy)]
pub(super) struct Places {
    key: Place,
    shared: [Place; ISSUER_TEXTS.len()],
    overrides: [Place; OVERRIDE_TEXTS.len()],
}

impl Places {
    pub(super) fn take(frame: &mut SharedBuffer) -> Places {
        let [
            key,
            capability,
            key_capability,
            claims,
            client_id,
            revocation_key,
            jwt_id,
        ] = frame.places::<{ ISSUE_TEXTS.len() }>();
        Places {
            key,
            shared: [capability, key_capability, claims],
            overrides: [client_id, revocation_key, jwt_id],
        }
    }

    fn shared<'a>(&self, frame: &'a SharedBuffer) -> Result<Shared<'a>> {
        let mut texts = [None; ISSUER_TEXTS.len()];
        for (text, place) in texts.iter_mut().zip(self.shared) {
            *text = frame.text(place)?;
        }
        Ok(Shared {
            texts,
            flags: frame.flags(),
        })
    }

    pub(super) fn params(&self, frame: &SharedBuffer) -> Result<TokenParams> {
        params(self.shared(frame)?, self.overrides(), frame)
    }

    fn overrides(&self) -> Varying {
        Varying(self.overrides.map(Some))
    }
}

/// Builds the parameters from the shared options, by which issuers are cached, and from the overrides of one token.
fn params(shared: Shared<'_>, varying: Varying, frame: &SharedBuffer) -> Result<TokenParams> {
    let Shared { texts, flags } = shared;
    let [capability, of_key, extra] = texts;
    let capability = match capability {
        Some(text) => Capability::parse(text)?,
        None => Capability::all_channels(),
    };
    let overrides = varying.over(frame, frame.whole(TTL))?;
    let owned = |text: Option<Option<&str>>| text.flatten().map(str::to_owned);
    Ok(TokenParams {
        capability,
        client_id: owned(overrides.client_id),
        revocation_key: owned(overrides.revocation_key),
        jwt_id: owned(overrides.jwt_id),
        key_capability: key_capability(of_key)?,
        extra: extra.map(read_extra).transpose()?.unwrap_or_default(),
        ttl_seconds: overrides.ttl_seconds.unwrap_or(DEFAULT_TTL_SECONDS),
        revocable: flags & REVOCABLE != 0,
        server: flags & SERVER != 0,
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
            // Ably documents text here. Other values are written as their JSON text.
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

/// Issues one token. Texts: [`ISSUE_TEXTS`]. Answer: [`ISSUE_ANSWERS`]; [`ISSUED`], [`EXPIRES`], [`ISSUED_TTL`]
/// and [`HAS_WARNINGS`].
///
/// Most programs issue similar tokens to many clients, so what the tokens share is prepared once.
#[wasm_bindgen]
pub fn issue() -> u32 {
    run(&mut |state| {
        let frame = &mut state.frame;
        let places = Places::take(frame);
        let key = frame.secret(places.key, |text| state.keys.find(text))?;
        let wanted = IssuerCacheKey {
            key: &key,
            shared: places.shared(frame)?,
        };
        // The issuer may have been prepared with another token's values, so all overrides are stated.
        let varying = places.overrides();
        let issuer = match state.prepared.find(&wanted) {
            Some(issuer) => issuer,
            None => {
                let issuer = Issuer::of(&key, params(wanted.shared, varying, frame)?)?;
                state.prepared.keep(&wanted, issuer)
            }
        };
        let ttl = frame.whole(TTL).unwrap_or(DEFAULT_TTL_SECONDS);
        answer_issued(state, &issuer, varying, Some(ttl))
    })
}

/// Prepares an issuer. Texts: [`ISSUE_TEXTS`]. Answer: the capability; its [`HANDLE`].
#[wasm_bindgen]
pub fn prepare() -> u32 {
    run(&mut |state| {
        let frame = &mut state.frame;
        let places = Places::take(frame);
        let key = frame.secret(places.key, |text| state.keys.find(text))?;
        let issuer = Issuer::of(&key, places.params(frame)?)?;
        frame.answer([Some(issuer.capability().as_bytes())]);
        let number = state.issuers.put(issuer);
        frame.set(HANDLE, f64::from(number));
        Ok(())
    })
}

/// The [`OVERRIDE_TEXTS`] that are given.
#[derive(Clone, Copy)]
struct Varying([Option<Place>; OVERRIDE_TEXTS.len()]);

impl Varying {
    /// Takes the next texts, whose lengths start at this slot.
    fn next(frame: &mut SharedBuffer, slot: usize) -> Varying {
        Varying(frame.overrides(slot))
    }

    fn over<'a>(&self, frame: &'a SharedBuffer, ttl_seconds: Option<u32>) -> Result<Overrides<'a>> {
        let [client_id, revocation_key, jwt_id] = self.0;
        let text = |given: Option<Place>| given.map(|place| frame.text(place)).transpose();
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
    let capability = issuer.capability().as_bytes();
    frame.answer::<{ ISSUE_ANSWERS.len() }>([Some(&buffers.token), Some(capability)]);
    frame.set(ISSUED, (times.issued * 1_000) as f64);
    frame.set(EXPIRES, (times.expires * 1_000) as f64);
    frame.set(ISSUED_TTL, f64::from(ttl));
    frame.set(HAS_WARNINGS, f64::from(u8::from(!warnings.is_empty())));
    state.warnings = warnings;
    Ok(())
}

/// Runs `work` with a prepared issuer. Returns [`GONE`] if it is no longer kept.
fn with_issuer(number: u32, work: fn(&mut State, &Issuer) -> Result<()>) -> u32 {
    let Ok(mut state) = state() else {
        return FAILED;
    };
    let Some(issuer) = state.issuers.get(number) else {
        return GONE;
    };
    state.frame.rewind();
    let outcome = work(&mut state, &issuer);
    end(&mut state, outcome)
}

/// Issues one token of a prepared issuer. Texts: [`OVERRIDE_TEXTS`]. Answer: token.
#[wasm_bindgen]
pub fn token(issuer: u32) -> u32 {
    with_issuer(issuer, |state, issuer| {
        let State { frame, buffers, .. } = state;
        let varying = Varying::next(frame, 0);
        let overrides = varying.over(frame, frame.whole(TTL))?;
        buffers.token.clear();
        issuer.write_token(buffers, &overrides, frame.milliseconds(NOW))?;
        frame.answer([Some(&buffers.token)]);
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

/// Issues as many tokens as [`COUNT`] says, [`MAX_BATCH`] at most, of a prepared issuer. Texts:
/// [`OVERRIDE_TEXTS`] for each; their lengths, ttl and time stand from [`BATCH_AT`] on. Answer: the tokens one
/// behind the other, each with its length in [`BATCH_CLIENT_ID`].
#[wasm_bindgen]
pub fn tokens(issuer: u32) -> u32 {
    with_issuer(issuer, |state, issuer| {
        let State { frame, buffers, .. } = state;
        let count = (frame.number(COUNT) as usize).min(MAX_BATCH);
        buffers.token.clear();
        for index in 0..count {
            let slot = BATCH_AT + index * IN_BATCH;
            let varying = Varying::next(frame, slot);
            let overrides = varying.over(frame, frame.whole(slot + BATCH_TTL))?;
            let before = buffers.token.len();
            issuer.write_token(buffers, &overrides, frame.milliseconds(slot + BATCH_NOW))?;
            let length = buffers.token.len() - before;
            frame.set(slot + BATCH_CLIENT_ID, length as f64);
        }
        frame.answer([Some(&buffers.token)]);
        Ok(())
    })
}
