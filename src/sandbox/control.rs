//! The Control API, at `/v1`: the operations in [`OPERATIONS`], which lists the capability that
//! each one needs.
//!
//! A call is checked in this order: its credential (401), the rate limit (429), the capability
//! (403), the ids in the path (404), and the body (400, 422).

mod apps;
pub(super) mod body;
pub(super) mod credential;
mod keys;
pub(super) mod me;
mod namespaces;
mod queues;
pub(super) mod room;
mod rule_shapes;
mod rules;
pub(super) mod shape;
mod stats;

use super::Context;
use super::change::{AccessTokenRecord, Mutation};
use super::error::{Outcome, Refusal};
use super::setup::ACCOUNT_ID;
use super::state::App;
use crate::control::{OPERATIONS, Operation};
use crate::text::{joined, views};

/// Uploads a certificate for push notifications. It is in Ably's OpenAPI document, but this crate's
/// client does not have it.
const PKCS12: Operation = Operation {
    name: "apps.pkcs12",
    method: "POST",
    path: "/apps/{id}/pkcs12",
    needs: "write:app",
};

/// `last_used_at` is accurate to ten minutes.
const USE_STEP_MS: u64 = 600_000;

/// The app that a call refers to.
struct Site<'a> {
    id: &'a str,
    app: &'a App,
}

pub(super) fn answer(context: &mut Context<'_>, path: &[&str]) -> Outcome {
    let now = context.now;
    let token = match credential::access_token(context) {
        Ok(token) => token,
        Err(refusal) => {
            context.rates.count_nobody(now)?;
            return Err(refusal);
        }
    };
    context.rates.count(&token.id, now)?;
    let token = touch(context, token);
    let (operation, ids) = route(context.call.method, path)?;
    check_capability(operation, &token)?;
    run(context, operation, &ids, &token)
}

/// Updates the time of last use and returns the updated token.
fn touch(context: &mut Context<'_>, token: &AccessTokenRecord) -> AccessTokenRecord {
    let mut token = token.clone();
    let used = Some(context.now - context.now % USE_STEP_MS);
    if token.last_used != used {
        token.last_used = used;
        let token = token.clone();
        context.change(Mutation::PutAccessToken { token });
    }
    token
}

/// The operation of a method and a path, with the ids in the path.
fn route<'a>(method: &str, path: &[&'a str]) -> Outcome<(&'static Operation, Vec<&'a str>)> {
    let mut allowed = Vec::new();
    for operation in OPERATIONS.iter().chain([&PKCS12]) {
        let Some(ids) = matched(operation.path, path) else {
            continue;
        };
        if operation.method == method {
            return Ok((operation, ids));
        }
        allowed.push(operation.method);
    }
    if allowed.is_empty() {
        return Err(Refusal::not_found("the Control API has no such path"));
    }
    let allowed = joined(&allowed, ", ");
    let message = format!("this path does not support the method; it supports {allowed}");
    Err(Refusal::new(405, 40500, message).header("Allow", allowed))
}

fn matched<'a>(pattern: &str, path: &[&'a str]) -> Option<Vec<&'a str>> {
    let mut ids = Vec::new();
    let mut segments = path.iter();
    for part in pattern.split('/').skip(1) {
        let segment = segments.next()?;
        match part.starts_with('{') {
            true => ids.push(*segment),
            false if part == *segment => {}
            false => return None,
        }
    }
    segments.next().is_none().then_some(ids)
}

fn check_capability(operation: &Operation, token: &AccessTokenRecord) -> Outcome<()> {
    let needs = operation.needs;
    if needs.is_empty() || token.capabilities.iter().any(|it| it == needs) {
        return Ok(());
    }
    let has = match joined(&views(&token.capabilities), ", ") {
        has if has.is_empty() => "none".to_owned(),
        has => has,
    };
    let message = format!("{}; this token has {has}", operation.order().needed());
    Err(Refusal::new(403, 40300, message))
}

fn run(
    context: &mut Context<'_>,
    operation: &Operation,
    ids: &[&str],
    token: &AccessTokenRecord,
) -> Outcome {
    let (first, second) = match ids {
        [] => return Ok(me::show(token)),
        [first, rest @ ..] => (*first, rest.first().copied().unwrap_or_default()),
    };
    if operation.path.starts_with("/accounts/") {
        if first != ACCOUNT_ID {
            return Err(Refusal::not_found(
                "this access token belongs to another account: see GET /v1/me",
            ));
        }
        return match operation.name {
            "apps.list" => Ok(apps::list(context)),
            "apps.create" => apps::create(context),
            "stats.account" => stats::of_account(context),
            _ => Err(nothing()),
        };
    }
    let state = context.state;
    let Some((id, app)) = state.apps.with_name(first) else {
        return Err(Refusal::not_found("this account has no app with this id"));
    };
    let site = Site { id, app };
    match operation.name {
        "apps.update" => apps::update(context, &site),
        "apps.delete" => Ok(apps::delete(context, &site)),
        "apps.pkcs12" => Err(Refusal::bad(
            "the sandbox sends no push notifications, and accepts no certificates for them",
        )),
        "keys.list" => Ok(keys::list(&site)),
        "keys.create" => keys::create(context, &site),
        "keys.update" => keys::update(context, &site, second),
        "keys.revoke" => keys::revoke(context, &site, second),
        "rules.list" => Ok(rules::list(&site)),
        "rules.get" => rules::get(&site, second),
        "rules.create" => rules::create(context, &site),
        "rules.update" => rules::update(context, &site, second),
        "rules.delete" => rules::delete(context, &site, second),
        "queues.list" => Ok(queues::list(&site)),
        "queues.create" => queues::create(context, &site),
        "queues.delete" => queues::delete(context, &site, second),
        "namespaces.list" => Ok(namespaces::list(&site)),
        "namespaces.create" => namespaces::create(context, &site),
        "namespaces.update" => namespaces::update(context, &site, second),
        "namespaces.delete" => namespaces::delete(context, &site, second),
        "stats.app" => stats::of_app(context, &site),
        _ => Err(nothing()),
    }
}

/// For an operation of the table that is not implemented; a test detects it.
fn nothing() -> Refusal {
    Refusal::not_found("the sandbox does not have this operation")
}
