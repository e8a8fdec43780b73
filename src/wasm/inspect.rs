//! Rarely called functions. They read texts from the shared buffer and answer with one text, of JSON if it is an
//! object or a list: `JSON.parse` builds it with the least code.

use wasm_bindgen::prelude::*;

use super::abi::{
    CHECK_CAPABILITY_TEXTS, CHECK_NEED_TEXTS, COMPACT_CAPABILITY_TEXTS, DECODE_TEXTS,
    EXPLAIN_TEXTS, INTERSECT_TEXTS, NEAREST_TEXTS, NOW, REFUSE_OPTION_TEXTS, UNIDENTIFIED,
};
use super::shared_buffer::broken;
use super::verify::{State, key_capability, run};
use crate::capability::{
    Capability, CheckContext, Client, Diagnostic, Evaluation, ExplainContext, answer,
};
use crate::control::check_named;
use crate::error::{Error, Kind, Result};
use crate::json::{List, Writer};
use crate::jwt::{IssuedJwt, Notes, decode};
use crate::products::{Place, answer_row};
use crate::suggest::{misspelt, nearest};
use crate::text::{concat, fill, joined, quoted, split};

/// Answers with the text that `work` returns.
fn answer_text(work: &dyn Fn(&mut State) -> Result<String>) -> u32 {
    run(&mut |state| {
        let text = work(state)?;
        state.frame.answer([Some(text.as_bytes())]);
        Ok(())
    })
}

fn diagnostics(diagnostics: &[Diagnostic]) -> String {
    let mut list = List::new();
    for diagnostic in diagnostics {
        let mut object = Writer::new();
        object.text("severity", diagnostic.severity.as_str());
        object.text("code", diagnostic.code);
        object.text("path", &diagnostic.path);
        object.text("message", &diagnostic.message);
        object.optional("suggestion", diagnostic.suggestion.as_deref());
        list.json(&object.finish());
    }
    list.finish()
}

fn texts(texts: &[String]) -> String {
    let mut list = List::new();
    for text in texts {
        list.text(text);
    }
    list.finish()
}

/// Every problem of a capability. Texts: [`CHECK_CAPABILITY_TEXTS`].
#[wasm_bindgen(js_name = checkCapability)]
pub fn check_capability() -> u32 {
    answer_text(&|State { frame, .. }| {
        let [text, of_key] = frame.places::<{ CHECK_CAPABILITY_TEXTS.len() }>();
        let key_capability = key_capability(frame.text(of_key)?)?;
        let context = CheckContext {
            unidentified: frame.has(UNIDENTIFIED),
            key_capability: key_capability.as_ref(),
        };
        let report = Capability::check(frame.required(text)?, &context);
        let mut object = Writer::new();
        object.flag("ok", report.is_ok());
        let capability = report.capability.as_ref().map(Capability::text);
        object.optional("canonical", capability);
        object.json("diagnostics", &diagnostics(&report.diagnostics));
        Ok(object.finish())
    })
}

/// Explains why an operation is allowed or not. Texts: [`EXPLAIN_TEXTS`].
#[wasm_bindgen(js_name = explain)]
pub fn explain() -> u32 {
    answer_text(&|State { frame, .. }| {
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
            actions,
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
            None => {
                let actions = frame.text(actions)?.unwrap_or_default();
                let evaluation = answer(&capability, actions, operation, name, &context);
                return Ok(evaluated(&evaluation));
            }
            Some("chatRoom") => Place::ChatRoom(name),
            Some("space") => Place::Space(name),
            Some(_) => Place::AiConversation(name),
        };
        let row = frame.required(row)?;
        let evaluation = answer_row(&capability, place, operation, row, &context);
        Ok(evaluated(&evaluation))
    })
}

fn evaluated(evaluation: &Evaluation) -> String {
    let mut surfaces = List::new();
    for surface in &evaluation.surfaces {
        let mut because = List::new();
        for entry in &surface.because {
            let mut object = Writer::new();
            object.text("entry", &entry.entry);
            object.json("operations", &texts(&entry.operations));
            object.text("reason", &entry.reason);
            object.optional("suggestion", entry.suggestion.as_deref());
            because.json(&object.finish());
        }
        let mut object = Writer::new();
        object.text("surface", surface.surface);
        object.text("channel", &surface.channel);
        object.json("operations", &texts(&surface.operations));
        object.flag("allowed", surface.allowed);
        object.json("because", &because.finish());
        surfaces.json(&object.finish());
    }
    let mut object = Writer::new();
    object.text("verdict", evaluation.verdict.as_str());
    object.text("certainty", evaluation.certainty.as_str());
    object.text("message", &evaluation.message);
    object.json("surfaces", &surfaces.finish());
    object.json("diagnostics", &diagnostics(&evaluation.diagnostics));
    object.finish()
}

/// The same rights in the shortest text. Texts: [`COMPACT_CAPABILITY_TEXTS`].
#[wasm_bindgen(js_name = compactCapability)]
pub fn compact_capability() -> u32 {
    answer_text(&|State { frame, .. }| {
        let [text] = frame.places::<{ COMPACT_CAPABILITY_TEXTS.len() }>();
        let compact = Capability::read(frame.required(text)?)?.compact();
        let mut list = List::new();
        for suggestion in &compact.suggestions {
            let mut object = Writer::new();
            object.text("pattern", &suggestion.pattern);
            object.json("replaces", &texts(&suggestion.replaces));
            object.number("savedBytes", suggestion.saved_bytes as u64);
            object.text("newlyAllows", &suggestion.newly_allows);
            list.json(&object.finish());
        }
        let mut object = Writer::new();
        object.text("capability", compact.capability.text());
        object.json("suggestions", &list.finish());
        Ok(object.finish())
    })
}

/// Narrows a capability to what a key grants. Texts: [`INTERSECT_TEXTS`]. Answer: the text.
#[wasm_bindgen(js_name = intersect)]
pub fn intersect() -> u32 {
    answer_text(&|State { frame, .. }| {
        let [of_key, requested] = frame.places::<{ INTERSECT_TEXTS.len() }>();
        let key = key_capability(frame.text(of_key)?)?.ok_or_else(broken)?;
        let requested = Capability::read(frame.required(requested)?)?;
        let left = key.intersect(&requested)?;
        Ok(left.text().to_owned())
    })
}

/// Decodes a token without verifying it. Texts: [`DECODE_TEXTS`].
#[wasm_bindgen(js_name = decode)]
pub fn decode_token() -> u32 {
    answer_text(&|State { frame, .. }| {
        let [token] = frame.places::<{ DECODE_TEXTS.len() }>();
        let decoded = decode(frame.required(token)?, frame.milliseconds(NOW))?;
        let mut object = Writer::new();
        object.json("header", &decoded.header);
        object.json("claims", &decoded.claims);
        object.optional("keyName", decoded.key_name.as_deref());
        object.optional("clientId", decoded.client_id.as_deref());
        let capability = decoded.capability.as_ref().map(Capability::text);
        object.optional("capability", capability);
        for (name, time) in [("issued", decoded.issued), ("expires", decoded.expires)] {
            if let Some(time) = time {
                object.number(name, time);
            }
        }
        object.optional("revocationKey", decoded.revocation_key.as_deref());
        object.json("diagnostics", &diagnostics(&decoded.diagnostics));
        Ok(object.finish())
    })
}

/// The warnings of the last issued token, or the diagnostics of the last verified token that [`notes`] does not cover.
#[wasm_bindgen(js_name = warnings)]
pub fn warnings() -> u32 {
    answer_text(&|state| Ok(diagnostics(&std::mem::take(&mut state.warnings))))
}

/// A token as `issueJwt` answers it, without the app id, which JavaScript reads from the key name.
pub(super) fn issued_to_json(issued: &IssuedJwt) -> String {
    let mut object = Writer::new();
    object.text("token", &issued.token);
    object.text("keyName", &issued.key_name);
    object.number("issued", issued.issued);
    object.number("expires", issued.expires);
    object.text("capability", &issued.capability);
    object.number("ttlSeconds", u64::from(issued.ttl_seconds));
    object.json("warnings", &diagnostics(&issued.warnings));
    object.optional("clientId", issued.client_id.as_deref());
    object.finish()
}

/// The notes of a verified token that have the same text for every token.
#[wasm_bindgen(js_name = notes)]
pub fn notes(bits: u8) -> u32 {
    answer_text(&|_| Ok(diagnostics(&Notes::from_bits(bits).same_for_all())))
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
