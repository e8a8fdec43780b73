//! Parses a capability as written, together with its problems. [`Capability`] and the report are
//! both built from this, so that there is only one parser.
//!
//! [`Capability`]: super::Capability

use super::{MAX_OPERATIONS, MAX_RESOURCES, MAX_TEXT_BYTES, Operation, Operations};
use crate::error::{Code, Error, Kind};
use crate::json::{Json, JsonError};
use crate::steps::steps;
use crate::text::{number, quoted};

/// One resource with its list, in text order.
pub(super) struct RawEntry {
    pub(super) resource: String,
    pub(super) operations: Operations,
    /// Unknown operation names.
    pub(super) unknown: Vec<String>,
    /// Their indexes in the list.
    pub(super) unknown_at: Vec<usize>,
    pub(super) problems: Vec<EntryProblem>,
    /// The number of items in the list.
    pub(super) len: usize,
}

/// A problem of a list other than an unknown name.
pub(super) enum EntryProblem {
    /// The value is not a list: its type, and its text if it is a string.
    NotAList(&'static str, Option<String>),
    /// The item at this index is not a string.
    NotText(usize, &'static str),
    /// The operation at this index was already listed.
    Repeated(usize, String),
}

/// Why there is nothing to report on: the code of the diagnostic, and the error.
pub(super) struct ParseFailure(pub(super) &'static str, pub(super) Error);

impl From<ParseFailure> for Error {
    fn from(ParseFailure(_, error): ParseFailure) -> Error {
        error
    }
}

/// Parses a capability text. Fails only if there is nothing to report on: invalid JSON, not an
/// object, or a limit exceeded.
pub(super) fn read(text: &str) -> std::result::Result<Vec<RawEntry>, ParseFailure> {
    if text.len() > MAX_TEXT_BYTES {
        let most = number(MAX_TEXT_BYTES as u64);
        return Err(too_large(
            "the capability is over the bound of {} bytes",
            &[&most],
        ));
    }
    let json = match Json::parse(text) {
        Ok(json) if json.is_object() => json,
        Ok(json) => return Err(malformed(&JsonError::NotAnObject(json.kind()).text())),
        Err(_) if text.trim_ascii().is_empty() => return Err(malformed("is empty")),
        Err(flaw) => return Err(malformed(&flaw.text())),
    };
    let mut entries = Vec::new();
    for (name, value) in json.pairs() {
        room_for_resource(&entries)?;
        entries.push(RawEntry::read(name.into_owned(), value)?);
    }
    Ok(entries)
}

/// # Errors
/// The maximum number of resources is reached.
pub(super) fn room_for_resource(entries: &[RawEntry]) -> std::result::Result<(), ParseFailure> {
    if entries.len() < MAX_RESOURCES {
        return Ok(());
    }
    let most = number(MAX_RESOURCES as u64);
    Err(too_large("the capability has over {} resources", &[&most]))
}

fn too_large(form: &'static str, texts: &[&str]) -> ParseFailure {
    ParseFailure("too-large", bad(form, texts))
}

fn malformed(says: &str) -> ParseFailure {
    let error = bad("the capability {}", &[says]);
    ParseFailure(
        "not-a-capability",
        error.with_remediation(r#"it has the form {"channel":["operation", ...]}"#),
    )
}

fn bad(form: &'static str, texts: &[&str]) -> Error {
    Error::new(Kind::Capability, form, texts)
        .with_code(Code::BadRequest)
        .at("capability")
}

impl RawEntry {
    fn empty(resource: String) -> RawEntry {
        RawEntry {
            resource,
            operations: Operations::default(),
            unknown: Vec::new(),
            unknown_at: Vec::new(),
            problems: Vec::new(),
            len: 0,
        }
    }

    /// Builds an entry as if it had been parsed.
    pub(super) fn new(
        resource: &str,
        operations: &[&str],
    ) -> std::result::Result<RawEntry, ParseFailure> {
        let mut entry = RawEntry::empty(resource.to_owned());
        for name in operations {
            entry.room_for_operation()?;
            entry.take(name);
        }
        Ok(entry)
    }

    /// # Errors
    /// The maximum number of operations is reached.
    fn room_for_operation(&self) -> std::result::Result<(), ParseFailure> {
        if self.len < MAX_OPERATIONS {
            return Ok(());
        }
        Err(too_large(
            "the capability lists over {} operations for {}",
            &[&number(MAX_OPERATIONS as u64), &quoted(&self.resource)],
        ))
    }

    fn read(resource: String, value: Json<'_>) -> std::result::Result<RawEntry, ParseFailure> {
        let mut entry = RawEntry::empty(resource);
        if !value.is_list() {
            let text = value.string().map(|text| text.into_owned());
            entry
                .problems
                .push(EntryProblem::NotAList(value.kind(), text));
        }
        for item in value.list() {
            entry.room_for_operation()?;
            match item.string() {
                Some(name) => entry.take(&name),
                None => {
                    let problem = EntryProblem::NotText(entry.len, item.kind());
                    entry.problems.push(problem);
                    entry.len += 1;
                }
            }
        }
        Ok(entry)
    }

    /// Searches linearly: there are at most a hundred names.
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
            self.problems
                .push(EntryProblem::Repeated(index, name.to_owned()));
        }
    }
}
