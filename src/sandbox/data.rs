//! The REST API of the data plane.

use serde_json::json;

use super::Context;
use super::refusal::{Outcome, Refusal};
use super::reply::Reply;

pub(super) fn answer(context: &mut Context<'_>, path: &[&str]) -> Outcome {
    match (context.call.method, path) {
        ("GET", ["time"]) => Ok(Reply::json(200, json!([context.now]))),
        _ => Err(Refusal::not_found("there is nothing here")),
    }
}
