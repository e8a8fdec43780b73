//! One request for at most a hundred targets, and its response in every known form.
//!
//! Newer versions return `{successCount, failureCount, results}`. Older ones return the bare list,
//! or status 400 with `batchResponse` if some targets failed. All are read, because a proxy or an
//! older server may be in between.

use std::rc::Rc;

use super::report::Outcome;
use crate::error::{Error, Kind, Result};
use crate::http::{Credential, Exchange, Response, Transport, json_of, read_error, segment};
use crate::json::{Json, List, Writer};
use crate::key::ApiKey;
use crate::steps::steps;
use crate::text::{fill, order};

/// Maximum number of targets that Ably accepts in one request.
pub(super) const MAX_TARGETS_PER_REQUEST: usize = 100;

/// The path of the request.
pub(super) fn path(key: &ApiKey) -> String {
    fill("/keys/{}/revokeTokens", &[&segment(key.name())])
}

/// The body of the request.
pub(super) fn body(targets: &[&str], issued_before: u64, allow_reauth_margin: bool) -> String {
    let mut list = List::new();
    for target in targets {
        list.text(target);
    }
    let mut body = Writer::new();
    body.json("targets", &list.finish());
    body.number("issuedBefore", issued_before);
    if allow_reauth_margin {
        body.flag("allowReauthMargin", true);
    }
    body.finish()
}

/// Reads the outcome of each target, in request order.
pub(super) fn read<T: Transport>(
    exchange: &Exchange<'_, T>,
    response: &Response,
    key: &ApiKey,
    targets: &[&str],
) -> Result<Vec<Outcome>> {
    let items = items(response);
    match items.and_then(|items| outcomes(items, targets, Credential::Key(key))) {
        Some(outcomes) => Ok(outcomes),
        None if matches!(response.status, 200..=299) => {
            Err(exchange.unreadable(response, "the outcomes of a revocation"))
        }
        None => Err(exchange.refusal(response)),
    }
}

/// The list of outcomes in a response, if there is one.
fn items(response: &Response) -> Option<Json<'_>> {
    let json = json_of(response)?;
    let list = match response.status {
        200..=299 if json.is_list() => Some(json),
        200..=299 => json.member("results"),
        400 => json.member("batchResponse"),
        _ => None,
    };
    list.filter(|list| list.is_list())
}

/// The outcome of each target, or `None` if the response mentions none of them.
fn outcomes(items: Json<'_>, targets: &[&str], credential: Credential<'_>) -> Option<Vec<Outcome>> {
    let message = "Ably's response does not mention this target";
    let silent = Outcome::Failed(Rc::new(Error::new(Kind::Service, message, &[])), false);
    let mut outcomes = alike(&silent, targets.len());
    let mut speaks = false;
    // Matches by text: neither the order nor the number of items is guaranteed.
    let sorted = order(targets.len(), &|one, other| {
        targets.get(one).cmp(&targets.get(other))
    });
    let place_of = |wanted: &str| {
        let place = sorted.binary_search_by(|place| {
            steps(1);
            targets.get(*place).copied().cmp(&Some(wanted))
        });
        place.ok().and_then(|place| sorted.get(place).copied())
    };
    for item in items.list() {
        let target = item.member("target").and_then(Json::string);
        let place = target.and_then(|target| place_of(&target));
        let place = place.and_then(|place| outcomes.get_mut(place));
        if let (Some(place), Some(outcome)) = (place, read_item(item, credential)) {
            *place = outcome;
            speaks = true;
        }
    }
    speaks.then_some(outcomes)
}

/// The same outcome for `count` targets.
pub(super) fn alike(outcome: &Outcome, count: usize) -> Vec<Outcome> {
    let mut outcomes = Vec::with_capacity(count);
    for _ in 0..count {
        outcomes.push(outcome.clone());
    }
    outcomes
}

fn read_item(item: Json<'_>, credential: Credential<'_>) -> Option<Outcome> {
    let time = |name: &str| item.member(name).and_then(Json::whole);
    if let Some(told) = item
        .member("error")
        .and_then(|it| read_error(it, credential))
    {
        let kind = told.kind(credential);
        let error = told.into_error(kind, "Ably refused it");
        return Some(Outcome::Failed(Rc::new(error), false));
    }
    Some(Outcome::Revoked {
        issued_before: time("issuedBefore")?,
        applies_at: time("appliesAt")?,
    })
}
