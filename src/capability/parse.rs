//! A capability as it was written, with everything odd about it: what [`Capability`] and the
//! report are both made from, so that there is one parser.
//!
//! [`Capability`]: super::Capability

use super::{MAX_OPERATIONS, MAX_RESOURCES, MAX_TEXT_BYTES, Operation, Operations};
use crate::error::{Code, Error, Kind};
use crate::json::{Flaw, Json};
use crate::steps::steps;
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

/// Why there is nothing to report on, under the name of that kind of issue.
pub(super) struct Unread(pub(super) &'static str, pub(super) Error);

impl From<Unread> for Error {
    fn from(Unread(_, error): Unread) -> Error {
        error
    }
}

/// Reads capability text. Fails only where there is nothing to report on: no JSON, no object, or
/// over a bound.
pub(super) fn read(text: &str) -> std::result::Result<Vec<Draft>, Unread> {
    if text.len() > MAX_TEXT_BYTES {
        let most = number(MAX_TEXT_BYTES as u64);
        return Err(too_large(
            "the capability is over the bound of {} bytes",
            &[&most],
        ));
    }
    let json = match Json::parse(text) {
        Ok(json) if json.is_object() => json,
        Ok(json) => return Err(malformed(&Flaw::NotAnObject(json.kind()).text())),
        Err(_) if text.trim_ascii().is_empty() => return Err(malformed("is empty text")),
        Err(flaw) => return Err(malformed(&flaw.text())),
    };
    let mut drafts = Vec::new();
    for (name, value) in json.pairs() {
        room_for_resource(&drafts)?;
        drafts.push(Draft::read(name.into_owned(), value)?);
    }
    Ok(drafts)
}

/// # Errors
/// There are as many resources as are taken already.
pub(super) fn room_for_resource(drafts: &[Draft]) -> std::result::Result<(), Unread> {
    if drafts.len() < MAX_RESOURCES {
        return Ok(());
    }
    let most = number(MAX_RESOURCES as u64);
    Err(too_large("the capability has over {} resources", &[&most]))
}

fn too_large(form: &'static str, texts: &[&str]) -> Unread {
    Unread("too-large", bad(form, texts))
}

fn malformed(says: &str) -> Unread {
    let error = bad("the capability {}", &[says]);
    Unread(
        "not-a-capability",
        error.hint_of(r#"it has the form {"channel":["operation", ...]}"#),
    )
}

fn bad(form: &'static str, texts: &[&str]) -> Error {
    Error::new(Kind::Capability, form, texts)
        .code_of(Code::BadRequest)
        .at("capability")
}

impl Draft {
    fn empty(resource: String) -> Draft {
        Draft {
            resource,
            operations: Operations::default(),
            unknown: Vec::new(),
            unknown_at: Vec::new(),
            oddities: Vec::new(),
            len: 0,
        }
    }

    /// As if it had been read.
    pub(super) fn new(resource: &str, operations: &[&str]) -> std::result::Result<Draft, Unread> {
        let mut draft = Draft::empty(resource.to_owned());
        for name in operations {
            draft.room_for_operation()?;
            draft.take(name);
        }
        Ok(draft)
    }

    /// # Errors
    /// There are as many operations as are taken already.
    fn room_for_operation(&self) -> std::result::Result<(), Unread> {
        if self.len < MAX_OPERATIONS {
            return Ok(());
        }
        Err(too_large(
            "the capability lists over {} operations for {}",
            &[&number(MAX_OPERATIONS as u64), &quoted(&self.resource)],
        ))
    }

    fn read(resource: String, value: Json<'_>) -> std::result::Result<Draft, Unread> {
        let mut draft = Draft::empty(resource);
        if !value.is_list() {
            let text = value.string().map(|text| text.into_owned());
            draft.oddities.push(Oddity::NotAList(value.kind(), text));
        }
        for item in value.list() {
            draft.room_for_operation()?;
            match item.string() {
                Some(name) => draft.take(&name),
                None => {
                    let oddity = Oddity::NotText(draft.len, item.kind());
                    draft.oddities.push(oddity);
                    draft.len += 1;
                }
            }
        }
        Ok(draft)
    }

    /// Among a hundred at the most.
    fn is_known_already(&self, name: &str) -> bool {
        steps(self.unknown.len());
        self.unknown.iter().any(|known| *known == name)
    }

    fn take(&mut self, name: &str) {
        let index = self.len;
        self.len += 1;
        let new = match Operation::named(name) {
            Some(operation) => self.operations.insert(operation),
            None if self.is_known_already(name) => false,
            None => {
                self.unknown.push(name.to_owned());
                self.unknown_at.push(index);
                return;
            }
        };
        if !new {
            self.oddities.push(Oddity::Repeated(index, name.to_owned()));
        }
    }
}
