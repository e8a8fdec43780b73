//! The functions that are called once in a while: strings in, objects out by serde-wasm-bindgen.

use wasm_bindgen::prelude::*;

use super::hot::take_warnings;
use super::to_js;
use super::value::Value;
use crate::access_token::{ACCESS_TOKEN_CAPABILITIES, access_token_allows};
use crate::capability::{Capability, CheckContext, Issue};
use crate::error::{Error, Kind, Result};
use crate::jwt::{Notes, decode};
use crate::nearest::{did_you_mean, nearest};
use crate::text::{joined, quoted};

type JsResult<T> = std::result::Result<T, JsValue>;

fn js<T>(result: Result<T>) -> JsResult<T> {
    result.map_err(|error| to_js(&error))
}

fn issues(issues: Vec<Issue>) -> Value {
    let values = issues.into_iter().map(|issue| {
        Value::object([
            ("severity", issue.severity.as_str().into()),
            ("code", issue.code.into()),
            ("path", issue.path.into()),
            ("message", issue.message.into()),
            ("suggestion", issue.suggestion.into()),
        ])
    });
    Value::List(values.collect())
}

/// Every problem of a capability.
#[wasm_bindgen(js_name = checkCapability)]
pub fn check_capability(
    text: &str,
    unidentified: bool,
    key_capability: Option<String>,
) -> JsResult<JsValue> {
    let key_capability = key_capability
        .as_deref()
        .map(read_key_capability)
        .transpose();
    let key_capability = js(key_capability)?;
    let context = CheckContext {
        unidentified,
        key_capability: key_capability.as_ref(),
    };
    let report = Capability::check(text, &context);
    Value::object([
        ("ok", Value::Flag(report.is_ok())),
        (
            "canonical",
            report.capability.as_ref().map(Capability::to_text).into(),
        ),
        ("issues", issues(report.issues)),
    ])
    .into_js()
}

fn read_key_capability(text: &str) -> Result<Capability> {
    Capability::read(text).map_err(|error| error.in_place_of("keyCapability"))
}

/// The canonical text of a capability.
#[wasm_bindgen(js_name = canonical)]
pub fn canonical(text: &str) -> JsResult<String> {
    js(Capability::read(text)).map(|capability| capability.to_text())
}

/// Why it is allowed or not.
#[wasm_bindgen(js_name = explain)]
pub fn explain(text: &str, operation: &str, resource: &str) -> JsResult<JsValue> {
    let capability = js(Capability::read(text))?;
    let explanation = capability.explain(operation, resource);
    let because = explanation.because.into_iter().map(|because| {
        Value::object([
            ("entry", because.entry.into()),
            (
                "operations",
                Value::List(because.operations.into_iter().map(Value::Text).collect()),
            ),
            ("reason", because.reason.into()),
            ("suggestion", because.suggestion.into()),
        ])
    });
    Value::object([
        ("allowed", Value::Flag(explanation.allowed)),
        ("operation", explanation.operation.into()),
        ("resource", explanation.resource.into()),
        ("because", Value::List(because.collect())),
        ("message", explanation.message.into()),
    ])
    .into_js()
}

/// What is left of a capability under a key's.
#[wasm_bindgen(js_name = intersect)]
pub fn intersect(key_capability: &str, requested: &str) -> JsResult<String> {
    let key = js(read_key_capability(key_capability))?;
    let requested = js(Capability::read(requested))?;
    js(key.intersect(&requested)).map(|capability| capability.to_text())
}

/// What a token says, unverified.
#[wasm_bindgen(js_name = decode)]
pub fn decode_token(token: &str, now_ms: f64) -> JsResult<JsValue> {
    let decoded = js(decode(token, now_ms as u64))?;
    Value::object([
        // JSON text: `JSON.parse` makes the object, in less code than anything here.
        ("header", decoded.header.into()),
        ("claims", decoded.claims.into()),
        ("keyName", decoded.key_name.into()),
        ("clientId", decoded.client_id.into()),
        (
            "capability",
            decoded.capability.as_ref().map(Capability::to_text).into(),
        ),
        (
            "issued",
            decoded.issued.map_or(Value::Absent, Value::milliseconds),
        ),
        (
            "expires",
            decoded.expires.map_or(Value::Absent, Value::milliseconds),
        ),
        ("revocationKey", decoded.revocation_key.into()),
        ("issues", issues(decoded.issues)),
    ])
    .into_js()
}

/// The warnings of the token issued last.
#[wasm_bindgen(js_name = warnings)]
pub fn warnings() -> JsResult<JsValue> {
    issues(take_warnings()).into_js()
}

/// The notes of a verified token.
#[wasm_bindgen(js_name = notes)]
pub fn notes(bits: u8) -> JsResult<JsValue> {
    issues(Notes::from_bits(bits).issues()).into_js()
}

/// The 11 capabilities of an access token.
#[wasm_bindgen(js_name = accessTokenCapabilities)]
pub fn access_token_capabilities() -> JsResult<JsValue> {
    let texts = |texts: &[&str]| Value::List(texts.iter().map(|text| (*text).into()).collect());
    let rows = ACCESS_TOKEN_CAPABILITIES.iter().map(|row| {
        Value::object([
            ("capability", row.capability.into()),
            ("label", row.label.into()),
            ("group", row.group.into()),
            ("endpoints", texts(row.endpoints)),
            ("commands", texts(row.commands)),
        ])
    });
    Value::List(rows.collect()).into_js()
}

/// Whether an access token has what is needed.
#[wasm_bindgen(js_name = accessTokenAllows)]
pub fn allowed_by_access_token(capabilities: Vec<String>, need: &str) -> JsResult<bool> {
    js(access_token_allows(&capabilities, need))
}

/// The error for an option that does not exist; `known` holds those that do, with commas between.
#[wasm_bindgen(js_name = unknownOption)]
pub fn unknown_option(name: &str, known: &str) -> JsValue {
    let error = Error::new(Kind::Usage, format!("there is no option {}", quoted(name))).at(name);
    to_js(&match nearest(name, known.split(',')) {
        Some(meant) => error.hint_of(did_you_mean(meant)),
        None => error.hint_of(format!(
            "the options are {}",
            joined(known.split(','), ", ")
        )),
    })
}
