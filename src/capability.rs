//! What a token or a key may do: resources, and the operations allowed on each.

mod draft;
mod explain;
mod issue;
mod operation;
mod report;
mod resource;

pub use explain::{Because, Explanation};
pub use issue::{Issue, Severity};
pub use operation::{Operation, Operations};
pub use report::{CheckContext, Report};

use std::fmt;
use std::str::FromStr;

use crate::error::{Code, Error, Kind, Result};
use crate::json;
use crate::text::sort_by;
use draft::Draft;
use resource::Resource;

/// The longest capability text that is read: what Ably's SDKs take as a whole token (SPEC RSA4f).
pub const MAX_TEXT_BYTES: usize = 128 * 1024;
/// The most resources in one capability.
pub const MAX_RESOURCES: usize = 5_000;
/// The most items in the list of one resource; 23 different names exist.
pub const MAX_OPERATIONS: usize = 100;

/// A capability: entries sorted by resource, each resource once.
///
/// ```
/// use ably_edge_auth::Capability;
///
/// let chat = Capability::parse(r#"{"chat:*": ["subscribe", "publish"]}"#)?;
/// assert_eq!(chat.to_string(), r#"{"chat:*":["publish","subscribe"]}"#);
/// assert!(chat.allows("publish", "chat:lobby"));
/// assert!(!chat.allows("history", "chat:lobby"));
///
/// let error = Capability::parse(r#"{"chat:*": ["publsh"]}"#).unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     r#"capability["chat:*"][0] is "publsh", which is no operation; did you mean "publish"?"#
/// );
/// # Ok::<(), ably_edge_auth::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Capability {
    entries: Vec<Entry>,
}

/// One resource and what may be done there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    resource: String,
    operations: Operations,
    /// Names nobody knows: they grant nothing, and are kept so that the text stays what it says.
    unknown: Vec<String>,
}

impl Entry {
    /// The resource name or pattern, as written.
    pub fn resource(&self) -> &str {
        &self.resource
    }

    /// The known operations.
    pub fn operations(&self) -> Operations {
        self.operations
    }

    /// The names of all its operations in canonical order, unknown ones included.
    pub fn names(&self) -> Vec<&str> {
        let mut names: Vec<&str> = self.operations.iter().map(Operation::name).collect();
        if !self.unknown.is_empty() {
            names.extend(self.unknown.iter().map(String::as_str));
            names = sort_by(names, |one, other| one.cmp(other));
        }
        names
    }

    fn covers(&self, resource: &Resource<'_>) -> bool {
        Resource::of(&self.resource).covers(resource)
    }
}

impl Capability {
    /// `{"*":["*"]}`: everything on every channel. What Ably's own tools ask for by default.
    pub fn all_channels() -> Capability {
        Capability {
            entries: vec![Entry {
                resource: "*".to_owned(),
                operations: Operations::ALL,
                unknown: Vec::new(),
            }],
        }
    }

    /// Reads a capability that is to be issued: whatever Ably would refuse, ignore or read in two
    /// ways is an error here.
    ///
    /// # Errors
    /// [`Kind::Capability`], 40000: the first problem; [`Capability::check`] lists them all.
    pub fn parse(text: &str) -> Result<Capability> {
        let drafts = draft::read(text)?;
        report::first_error(&drafts)?;
        Ok(Capability::from_drafts(drafts))
    }

    /// Reads a capability that somebody else has issued, as Ably reads it: unknown operations grant
    /// nothing but are kept, `["*","publish"]` is `["*"]`, and `[]` and `{}` grant nothing.
    ///
    /// # Errors
    /// [`Kind::Capability`], 40000: not an object of arrays of strings, or a resource that stands
    /// twice, since it is anybody's guess which of the two counts.
    pub fn read(text: &str) -> Result<Capability> {
        let drafts = draft::read(text)?;
        report::first_unreadable(&drafts)?;
        Ok(Capability::from_drafts(drafts))
    }

    /// Every problem of a capability, for display.
    ///
    /// ```
    /// use ably_edge_auth::{Capability, CheckContext};
    ///
    /// let report = Capability::check(r#"{"chat*":["publsh"],"log":[]}"#, &CheckContext::default());
    /// let codes: Vec<_> = report.issues.iter().map(|issue| issue.code).collect();
    /// assert_eq!(codes, ["literal-star", "unknown-operation", "no-operations"]);
    /// assert_eq!(report.issues[0].suggestion.as_deref(), Some("chat:*"));
    /// ```
    pub fn check(text: &str, context: &CheckContext<'_>) -> Report {
        report::check(text, context)
    }

    fn from_drafts(drafts: Vec<Draft>) -> Capability {
        let entries = drafts
            .into_iter()
            .map(|draft| Entry {
                resource: draft.resource,
                operations: draft.operations,
                unknown: draft.unknown.into_iter().map(|(_, name)| name).collect(),
            })
            .collect();
        Capability {
            entries: sort_by(entries, |one: &Entry, other| {
                one.resource.cmp(&other.resource)
            }),
        }
    }

    /// The entries, sorted by resource.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// Whether nothing at all is granted.
    pub fn is_empty(&self) -> bool {
        self.entries.iter().all(|entry| entry.operations.is_empty())
    }

    /// May `operation` happen on `resource`?
    ///
    /// Every entry that covers the resource counts, not just the most specific one. A resource is
    /// a channel name, `[meta]…`, `[queue]…`, or `*` for what concerns the whole app (statistics,
    /// listing channels).
    pub fn allows(&self, operation: &str, resource: &str) -> bool {
        let resource = Resource::of(resource);
        self.entries
            .iter()
            .any(|entry| entry.operations.grants(operation) && entry.covers(&resource))
    }

    /// Why `operation` may, or may not, happen on `resource`: the entries that decide, or the
    /// nearest miss.
    ///
    /// ```
    /// # use ably_edge_auth::Capability;
    /// let capability = Capability::read(r#"{"chat*":["publish"]}"#)?;
    /// assert_eq!(
    ///     capability.explain("publish", "chat:lobby").message,
    ///     "publish on chat:lobby is not allowed: `chat*` is the literal channel name; `chat:*` would match"
    /// );
    /// # Ok::<(), ably_edge_auth::Error>(())
    /// ```
    pub fn explain(&self, operation: &str, resource: &str) -> Explanation {
        explain::explain(self, operation, resource)
    }

    /// What is left of `requested` under a key that has this capability: every pair of entries is
    /// intersected, and results for one resource are pooled, as Ably does it.
    ///
    /// # Errors
    /// [`Kind::Capability`], 40160: nothing is left.
    pub fn intersect(&self, requested: &Capability) -> Result<Capability> {
        let mut met: Vec<(String, Operations)> = Vec::new();
        for key in &self.entries {
            let key_resource = Resource::of(&key.resource);
            for entry in &requested.entries {
                let operations = key.operations.intersect(entry.operations);
                if operations.is_empty() {
                    continue;
                }
                if let Some(resource) = key_resource.intersect(&Resource::of(&entry.resource)) {
                    met.push((resource, operations));
                }
                if met.len() > MAX_RESOURCES {
                    return Err(Error::new(
                        Kind::Capability,
                        format!(
                            "the capability narrowed by its key has over {MAX_RESOURCES} resources"
                        ),
                    )
                    .code_of(Code::BadRequest)
                    .at("capability"));
                }
            }
        }
        let met = sort_by(met, |one, other| one.0.cmp(&other.0));
        let mut entries: Vec<Entry> = Vec::with_capacity(met.len());
        for (resource, operations) in met {
            match entries.last_mut() {
                Some(last) if last.resource == resource => {
                    last.operations = last.operations.union(operations);
                }
                _ => entries.push(Entry {
                    resource,
                    operations,
                    unknown: Vec::new(),
                }),
            }
        }
        if entries.is_empty() {
            return Err(Error::new(
                Kind::Capability,
                "nothing is left of the capability under the key's own",
            )
            .code_of(Code::NotPermitted)
            .at("capability")
            .hint_of("ask for something that the key may do, or use another key"));
        }
        Ok(Capability { entries })
    }

    /// What of it does not do what it seems to do, for who will carry it.
    pub fn warnings(&self, context: &CheckContext<'_>) -> Vec<Issue> {
        report::warnings(self, context)
    }

    /// The canonical text.
    pub(crate) fn to_text(&self) -> String {
        let mut text = String::new();
        self.write_to(&mut text);
        text
    }

    /// The canonical text, appended: resources and operations in byte order, no white space.
    fn write_to(&self, out: &mut String) {
        out.push('{');
        for (index, entry) in self.entries.iter().enumerate() {
            if index > 0 {
                out.push(',');
            }
            json::push_string(out, &entry.resource);
            out.push_str(":[");
            if entry.unknown.is_empty() {
                for (index, operation) in entry.operations.iter().enumerate() {
                    out.push_str(if index > 0 { ",\"" } else { "\"" });
                    out.push_str(operation.name());
                    out.push('"');
                }
            } else {
                for (index, name) in entry.names().into_iter().enumerate() {
                    if index > 0 {
                        out.push(',');
                    }
                    json::push_string(out, name);
                }
            }
            out.push(']');
        }
        out.push('}');
    }
}

impl fmt::Display for Capability {
    /// The canonical text.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_text())
    }
}

impl FromStr for Capability {
    type Err = Error;
    fn from_str(text: &str) -> Result<Capability> {
        Capability::parse(text)
    }
}
