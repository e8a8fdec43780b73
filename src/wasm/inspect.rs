//! Rarely called functions. They read texts from the [`SharedBuffer`] and return objects by serde-wasm-bindgen, or
//! undefined if there is an error to take.

use wasm_bindgen::prelude::*;

use super::abi::{
    CHECK_CAPABILITY_TEXTS, CHECK_NEED_TEXTS, COMPACT_CAPABILITY_TEXTS, DECODE_TEXTS,
    EXPLAIN_TEXTS, INTERSECT_TEXTS, NEAREST_TEXTS, NOW, REFUSE_OPTION_TEXTS, UNIDENTIFIED,
};
use super::shared_buffer::{SharedBuffer, broken};
use super::to_js::{Object, Value};
use super::verify::{key_capability, run, take_warnings};
use crate::capability::{Capability, CheckContext, Client, Diagnostic, ExplainContext, answer};
use crate::control::check_named;
use crate::error::{Error, Kind, Result};
use crate::jwt::{IssuedJwt, Notes, decode};
use crate::products::{Place, answer_row};
use crate::suggest::{misspelt, nearest};
use crate::text::{concat, fill, joined, quoted, split};

/// Returns the result with the shared state released, because creating objects calls JavaScript.
fn ask<T>(work: impl Fn(&mut SharedBuffer) -> Result<T>) -> Option<T> {
    let mut answer = None;
    run(&mut |state| {
        answer = Some(work(&mut state.frame)?);
        Ok(())
    });
    answer
}

fn diagnostics(diagnostics: &[Diagnostic]) -> Value<'_> {
    let mut list = Vec::new();
    for diagnostic in diagnostics {
        let mut object = Object::default();
        object.text("severity", diagnostic.severity.as_str());
        object.text("code", diagnostic.code);
        object.text("path", &diagnostic.path);
        object.text("message", &diagnostic.message);
        object.optional("suggestion", &diagnostic.suggestion);
        list.push(Value::Object(object));
    }
    Value::List(list)
}

/// Every problem of a capability. Texts: [`CHECK_CAPABILITY_TEXTS`].
#[wasm_bindgen(js_name = checkCapability)]
pub fn check_capability() -> JsValue {
    let report = ask(|frame| {
        let [text, of_key] = frame.places::<{ CHECK_CAPABILITY_TEXTS.len() }>();
        let key_capability = key_capability(frame.text(of_key)?)?;
        let context = CheckContext {
            unidentified: frame.has(UNIDENTIFIED),
            key_capability: key_capability.as_ref(),
        };
        Ok(Capability::check(frame.required(text)?, &context))
    });
    let Some(report) = report else {
        return JsValue::UNDEFINED;
    };
    let mut object = Object::default();
    object.set("ok", Value::Flag(report.is_ok()));
    if let Some(capability) = &report.capability {
        object.text("canonical", capability.text());
    }
    object.set("diagnostics", diagnostics(&report.diagnostics));
    object.into_js()
}

/// Explains why an operation is allowed or not. Texts: [`EXPLAIN_TEXTS`].
#[wasm_bindgen(js_name = explain)]
pub fn explain() -> JsValue {
    let evaluation = ask(|frame| {
        let texts = frame.places::<{ EXPLAIN_TEXTS.len() }>();
        let [
            capability,
            operation,
            name,
            place,
            row,
            key,
            client,
            other,
            modes,
            rules,
        ] = texts;
        let capability = Capability::read(frame.required(capability)?)?;
        let key_capability = key_capability(frame.text(key)?)?;
        let modes = frame.text(modes)?.map(listed);
        let rules = frame.text(rules)?;
        let has_rule = |namespace: &str, rule: &str| {
            let wanted = concat(&[namespace, ":", rule]);
            split(rules.unwrap_or_default(), b'\n').any(|line| line == wanted)
        };
        let context = ExplainContext {
            client: match frame.text(client)? {
                Some(id) => Client::Is(id),
                None if frame.has(UNIDENTIFIED) => Client::Unidentified,
                None => Client::Unknown,
            },
            for_client_id: frame.text(other)?,
            key_capability: key_capability.as_ref(),
            modes: modes.as_deref(),
            rules: match rules {
                Some(_) => Some(&has_rule),
                None => None,
            },
        };
        let (operation, name) = (frame.required(operation)?, frame.required(name)?);
        let place = match frame.text(place)? {
            None => return Ok(answer(&capability, operation, name, &context)),
            Some("chatRoom") => Place::ChatRoom(name),
            Some("space") => Place::Space(name),
            Some(_) => Place::AiConversation(name),
        };
        let row = frame.required(row)?;
        Ok(answer_row(&capability, place, operation, row, &context))
    });
    let Some(evaluation) = evaluation else {
        return JsValue::UNDEFINED;
    };
    let mut surfaces = Vec::new();
    for surface in &evaluation.surfaces {
        let mut because = Vec::new();
        for entry in &surface.because {
            let mut object = Object::default();
            object.text("entry", &entry.entry);
            object.set("operations", texts(&entry.operations));
            object.text("reason", &entry.reason);
            object.optional("suggestion", &entry.suggestion);
            because.push(Value::Object(object));
        }
        let mut object = Object::default();
        object.text("surface", surface.surface);
        object.text("channel", &surface.channel);
        object.set("operations", texts(&surface.operations));
        object.set("allowed", Value::Flag(surface.allowed));
        object.set("because", Value::List(because));
        surfaces.push(Value::Object(object));
    }
    let mut object = Object::default();
    object.text("verdict", evaluation.verdict.as_str());
    object.text("certainty", evaluation.certainty.as_str());
    object.text("message", &evaluation.message);
    object.set("surfaces", Value::List(surfaces));
    object.set("diagnostics", diagnostics(&evaluation.diagnostics));
    object.into_js()
}

fn texts(all: &[String]) -> Value<'_> {
    let mut list = Vec::new();
    for text in all {
        list.push(Value::Text(text));
    }
    Value::List(list)
}

/// The same rights in the shortest text. Texts: [`COMPACT_CAPABILITY_TEXTS`].
#[wasm_bindgen(js_name = compactCapability)]
pub fn compact_capability() -> JsValue {
    let compact = ask(|frame| {
        let [text] = frame.places::<{ COMPACT_CAPABILITY_TEXTS.len() }>();
        let capability = Capability::read(frame.required(text)?)?;
        Ok(capability.compact())
    });
    let Some(compact) = compact else {
        return JsValue::UNDEFINED;
    };
    let mut list = Vec::new();
    for suggestion in &compact.suggestions {
        let mut object = Object::default();
        object.text("pattern", &suggestion.pattern);
        object.set("replaces", texts(&suggestion.replaces));
        object.set("savedBytes", Value::Number(suggestion.saved_bytes as f64));
        object.text("newlyAllows", &suggestion.newly_allows);
        list.push(Value::Object(object));
    }
    let mut object = Object::default();
    object.text("capability", compact.capability.text());
    object.set("suggestions", Value::List(list));
    object.into_js()
}

/// Narrows a capability to what a key grants. Texts: [`INTERSECT_TEXTS`]. Answer: the text.
#[wasm_bindgen(js_name = intersect)]
pub fn intersect() -> u32 {
    run(&mut |state| {
        let frame = &mut state.frame;
        let [of_key, requested] = frame.places::<{ INTERSECT_TEXTS.len() }>();
        let key = key_capability(frame.text(of_key)?)?.ok_or_else(broken)?;
        let requested = Capability::read(frame.required(requested)?)?;
        let left = key.intersect(&requested)?;
        frame.answer([Some(left.text().as_bytes())]);
        Ok(())
    })
}

/// Decodes a token without verifying it. Texts: [`DECODE_TEXTS`].
#[wasm_bindgen(js_name = decode)]
pub fn decode_token() -> JsValue {
    let decoded = ask(|frame| {
        let [token] = frame.places::<{ DECODE_TEXTS.len() }>();
        decode(frame.required(token)?, frame.milliseconds(NOW))
    });
    let Some(decoded) = decoded else {
        return JsValue::UNDEFINED;
    };
    let mut object = Object::default();
    // JSON text, because `JSON.parse` creates the object with the least code.
    object.text("header", &decoded.header);
    object.text("claims", &decoded.claims);
    object.optional("keyName", &decoded.key_name);
    object.optional("clientId", &decoded.client_id);
    if let Some(capability) = &decoded.capability {
        object.text("capability", capability.text());
    }
    object.time("issued", decoded.issued);
    object.time("expires", decoded.expires);
    object.optional("revocationKey", &decoded.revocation_key);
    object.set("diagnostics", diagnostics(&decoded.diagnostics));
    object.into_js()
}

/// The warnings of the last issued token, or the diagnostics of the last verified token that [`notes`] does not cover.
#[wasm_bindgen(js_name = warnings)]
pub fn warnings() -> JsValue {
    diagnostics(&take_warnings()).into_js()
}

/// A token as `issueJwt` answers it.
pub(super) fn issued_to_js(issued: &IssuedJwt) -> JsValue {
    let mut object = Object::default();
    object.text("token", &issued.token);
    object.text("keyName", &issued.key_name);
    object.text(
        "appId",
        issued.key_name.split('.').next().unwrap_or_default(),
    );
    object.time("issued", Some(issued.issued));
    object.time("expires", Some(issued.expires));
    object.text("capability", &issued.capability);
    object.set("ttlSeconds", Value::Number(f64::from(issued.ttl_seconds)));
    object.set("warnings", diagnostics(&issued.warnings));
    object.optional("clientId", &issued.client_id);
    object.into_js()
}

/// The notes of a verified token that have the same text for every token.
#[wasm_bindgen(js_name = notes)]
pub fn notes(bits: u8) -> JsValue {
    diagnostics(&Notes::from_bits(bits).same_for_all()).into_js()
}

/// Refuses a capability of access tokens that does not exist. JavaScript looks up whether the token has it. Texts:
/// [`CHECK_NEED_TEXTS`].
#[wasm_bindgen(js_name = checkNeed)]
pub fn check_access_token_need() -> u32 {
    run(&mut |state| {
        let frame = &mut state.frame;
        let [need, names, labels] = frame.places::<{ CHECK_NEED_TEXTS.len() }>();
        let (names, labels) = (frame.required(names)?, frame.required(labels)?);
        check_named(frame.required(need)?, &listed(names), &listed(labels))
    })
}

/// The texts between commas.
fn listed(texts: &str) -> Vec<&str> {
    let mut list = Vec::new();
    for text in split(texts, b',') {
        list.push(text);
    }
    list
}

/// The error for an option that does not exist. Texts: [`REFUSE_OPTION_TEXTS`].
#[wasm_bindgen(js_name = refuseOption)]
pub fn refuse_option() -> u32 {
    run(&mut |state| {
        let frame = &mut state.frame;
        let [name, known] = frame.places::<{ REFUSE_OPTION_TEXTS.len() }>();
        let (name, known) = (frame.required(name)?, frame.required(known)?);
        let names = listed(known);
        let error = Error::new(Kind::Usage, "there is no option {}", &[&quoted(name)]).at(name);
        let all = fill("the options are {}", &[&joined(&names, ", ")]);
        Err(misspelt(error, name, &names, &all))
    })
}

/// The known name that was probably meant. Texts: [`NEAREST_TEXTS`]. Answer: the name, if there is one.
#[wasm_bindgen(js_name = nearest)]
pub fn nearest_name() -> u32 {
    run(&mut |state| {
        let frame = &mut state.frame;
        let [typed, known] = frame.places::<{ NEAREST_TEXTS.len() }>();
        let known = listed(frame.required(known)?);
        let meant = nearest(frame.required(typed)?, &known).map(str::to_owned);
        frame.answer([meant.as_deref().map(str::as_bytes)]);
        Ok(())
    })
}
