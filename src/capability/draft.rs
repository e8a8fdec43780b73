//! A capability as it was written, with everything odd about it: what [`Capability`] and the
//! report are both made from, so that there is one parser.
//!
//! [`Capability`]: super::Capability

use super::{MAX_OPERATIONS, MAX_RESOURCES, MAX_TEXT_BYTES, Operation, Operations};
use crate::error::{Code, Error, Kind, Result};
use crate::json::{Flaw, Json};
use crate::text::{number, quoted};

/// One resource with its list, in the order of the text.
pub(super) struct Draft {
    pub(super) resource: String,
    pub(super) operations: Operations,
    /// Names that nobody knows.
    pub(super) unknown: Vec<String>,
    /// Their places in the list.
    pub(super) unknown_at: Vec<usize>,
    pub(super) oddities: Vec<Oddity>,
    /// How many items stand in the list.
    pub(super) len: usize,
}

/// What is wrong with a list, beside unknown names.
pub(super) enum Oddity {
    /// The value is no list: what it is, and its text if it is one.
    NotAList(&'static str, Option<String>),
    /// An item is not text.
    NotText(usize, &'static str),
    /// An operation that stood there already.
    Repeated(usize, String),
}

/// Reads capability text. Fails only where there is nothing to report on: no JSON, no object, or
/// over a bound.
pub(super) fn read(text: &str) -> Result<Vec<Draft>> {
    if text.len() > MAX_TEXT_BYTES {
        let most = number(MAX_TEXT_BYTES as u64);
        return Err(bad(&[
            "the capability is over the bound of ",
            &most,
            " bytes",
        ]));
    }
    let json = match Json::parse(text) {
        Ok(json) if json.is_object() => json,
        Ok(json) => return Err(malformed(&Flaw::NotAnObject(json.kind()).text())),
        Err(_) if text.trim_ascii().is_empty() => return Err(malformed("is empty text")),
        Err(flaw) => return Err(malformed(&flaw.text())),
    };
    let mut drafts = Vec::new();
    for (name, value) in json.pairs() {
        if drafts.len() == MAX_RESOURCES {
            let most = number(MAX_RESOURCES as u64);
            return Err(bad(&["the capability has over ", &most, " resources"]));
        }
        drafts.push(Draft::read(name.into_owned(), value)?);
    }
    Ok(drafts)
}

fn bad(message: &[&str]) -> Error {
    Error::new(Kind::Capability, message)
        .code_of(Code::BadRequest)
        .at("capability")
}

fn malformed(says: &str) -> Error {
    bad(&["the capability ", says]).hint_of(r#"it has the form {"channel":["operation", ...]}"#)
}

impl Draft {
    fn read(resource: String, value: Json<'_>) -> Result<Draft> {
        let mut draft = Draft {
            resource,
            operations: Operations::default(),
            unknown: Vec::new(),
            unknown_at: Vec::new(),
            oddities: Vec::new(),
            len: 0,
        };
        if !value.is_list() {
            let text = value.string().map(|text| text.into_owned());
            draft.oddities.push(Oddity::NotAList(value.kind(), text));
        }
        for item in value.list() {
            if draft.len == MAX_OPERATIONS {
                return Err(bad(&[
                    "the capability lists over ",
                    &number(MAX_OPERATIONS as u64),
                    " operations for ",
                    &quoted(&draft.resource),
                ]));
            }
            draft.take(item);
            draft.len += 1;
        }
        Ok(draft)
    }

    fn take(&mut self, item: Json<'_>) {
        let index = self.len;
        let Some(name) = item.string() else {
            self.oddities.push(Oddity::NotText(index, item.kind()));
            return;
        };
        let new = match Operation::named(&name) {
            Some(operation) => self.operations.insert(operation),
            None if self.unknown.iter().any(|known| *known == name) => false,
            None => {
                self.unknown.push(name.into_owned());
                self.unknown_at.push(index);
                return;
            }
        };
        if !new {
            self.oddities
                .push(Oddity::Repeated(index, name.into_owned()));
        }
    }
}
