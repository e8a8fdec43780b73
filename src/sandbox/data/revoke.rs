//! `POST /keys/{key}/revokeTokens`
//!
//! Source: <https://ably.com/docs/auth/revocation>.

use serde_json::{Map, Value};

use super::batch::Batch;
use super::caller::{AuthMethod, Caller, key_named};
use super::fields::{field, flag, object};
use super::wrong_method;
use crate::revocation::{Target, TargetKind};
use crate::sandbox::Context;
use crate::sandbox::change::Mutation;
use crate::sandbox::error::{Outcome, Refusal};
use crate::sandbox::limits::MAX_REVOCATIONS;
use crate::sandbox::object::set;

const MAX_TARGETS: usize = 100;
/// How far in the past `issuedBefore` may be.
const MAX_AGE_MS: u64 = 3_600_000;
/// Delay of a revocation that lets clients renew their tokens. SDK tests expect **more** than 30 s
/// (ably-js test/rest/batch.test.js).
const MARGIN_MS: u64 = 30_001;

pub(super) fn revoke(context: &mut Context<'_>, key_name: &str) -> Outcome {
    let (_, _, key) = key_named(context.state, key_name)?;
    if context.call.method != "POST" {
        return wrong_method("POST");
    }
    let caller = Caller::of(context)?;
    if caller.how == AuthMethod::Token {
        return Err(Refusal::new(
            401,
            40162,
            "tokens cannot revoke tokens: give the key by Basic authentication",
        ));
    }
    if caller.key.key.name() != key_name {
        return Err(Refusal::new(
            401,
            40133,
            "tokens can only be revoked with the key that issued them",
        ));
    }
    if !key.record.revocable_tokens {
        return Err(Refusal::new(
            401,
            40164,
            "the key does not have revocable tokens: switch them on with the Control API",
        ));
    }
    let body = context.call.body()?;
    let fields = object(&body, "the body")?;
    let targets = targets(fields)?;
    let issued_before = issued_before(fields, context.now)?;
    let margin = match flag(fields, "allowReauthMargin")? {
        true => MARGIN_MS,
        false => 0,
    };
    let applies_at = context.now + margin;

    let mut batch = Batch::default();
    let mut revoked = Vec::new();
    for text in targets {
        let outcome = target(context, text).map(|target| {
            revoked.push(target.text());
            let mut result = Map::new();
            set(&mut result, "issuedBefore", issued_before);
            set(&mut result, "appliesAt", applies_at);
            result
        });
        batch.add("target", text, outcome);
    }
    if context.state.revocation_count + revoked.len() > MAX_REVOCATIONS {
        let message = format!(
            "the sandbox holds {MAX_REVOCATIONS} revocations, and these would exceed that: each is dropped a day after it was made"
        );
        return Err(Refusal::new(429, 42910, message));
    }
    if !revoked.is_empty() {
        context.change(Mutation::Revoke {
            key_name: key_name.to_owned(),
            targets: revoked,
            issued_before,
            applies_at,
        });
    }
    Ok(batch.reply(context.call, 201))
}

fn targets(fields: &Map<String, Value>) -> Outcome<Vec<&str>> {
    let targets = field(fields, "targets").and_then(Value::as_array);
    let texts = targets.and_then(|targets| targets.iter().map(Value::as_str).collect());
    let texts: Vec<&str> = texts.ok_or_else(|| {
        Refusal::bad("targets is not a list of texts, each of the form type:value")
    })?;
    if !(1..=MAX_TARGETS).contains(&texts.len()) {
        let message = format!("there are {} targets, not 1 to {MAX_TARGETS}", texts.len());
        return Err(Refusal::bad(message));
    }
    Ok(texts)
}

fn issued_before(fields: &Map<String, Value>, now: u64) -> Outcome<u64> {
    let Some(value) = field(fields, "issuedBefore") else {
        return Ok(now);
    };
    let found = match value.as_u64() {
        None => "not a whole number of ms since 1970",
        Some(time) if time > now => "in the future",
        Some(time) if time < now.saturating_sub(MAX_AGE_MS) => "over an hour ago",
        Some(time) => return Ok(time),
    };
    let message = format!("issuedBefore is {found}");
    Err(Refusal::new(400, 40003, message))
}

fn target(context: &Context<'_>, text: &str) -> Outcome<Target> {
    let target = Target::parse_at(text, "target")?;
    if target.kind() == TargetKind::Channel && !context.options.revoke_channels {
        return Err(Refusal::new(
            401,
            40121,
            "revoking by channel is not enabled: Ably enables it per account on request, the sandbox when it is started with that option",
        ));
    }
    Ok(target)
}
