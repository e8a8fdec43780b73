//! What a token or a key may do: resources, each with the operations allowed on it.

mod allows;
mod choice;
mod compact;
mod entry;
mod evaluate;
mod explain;
mod fast_path;
mod intersect;
mod limits;
mod lint;
mod near_miss;
mod needs;
mod operation;
mod parse;
mod product;
mod product_diagnostic;
mod product_lint;
mod remarks;
mod resource;
mod resource_lint;
mod verdict;

pub use crate::diagnostic::{Diagnostic, Severity};
pub use compact::{Compact, PatternSuggestion};
pub use entry::Entry;
#[cfg(any(
    feature = "products",
    all(target_arch = "wasm32", feature = "javascript")
))]
pub(crate) use evaluate::{Evaluation, evaluate};
pub use explain::Explanation;
#[cfg(all(target_arch = "wasm32", feature = "javascript"))]
pub(crate) use explain::answer;
pub use intersect::MAX_PAIRS;
pub use lint::{CheckContext, Report};
pub use near_miss::Because;
#[cfg(any(
    feature = "products",
    all(target_arch = "wasm32", feature = "javascript")
))]
pub(crate) use needs::Needs;
pub use operation::{Operation, Operations};
pub use verdict::{Certainty, Client, ExplainContext, HasRule, SurfaceExplanation, Verdict};

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use crate::error::{Code, Error, Kind, Result};
use crate::suggest::did_you_mean;
use crate::text::{fill, order, quoted};
use entry::{sort, write_text};
use intersect::{Met, Narrowing, is_all_of, pooled};
use parse::RawEntry;
use resource::Resource;
pub(crate) use resource_lint::add_literal_star;

/// Maximum length of a capability text: the longest token that Ably's SDKs accept (SPEC RSA4f).
pub const MAX_TEXT_BYTES: usize = 128 * 1024;
/// Maximum number of resources in one capability.
pub const MAX_RESOURCES: usize = 5_000;
/// Maximum number of items in the list of one resource; only 23 different names exist.
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
///     r#"capability["chat:*"][0] is the unknown operation "publsh"; did you mean "publish"?"#
/// );
/// # Ok::<(), ably_edge_auth::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Capability(Arc<Parts>); // shared, so that cloning is cheap

#[derive(Debug, PartialEq, Eq)]
struct Parts {
    entries: Vec<Entry>,
    /// The canonical text, built up front because almost every caller asks for it.
    text: String,
}

impl Capability {
    /// `{"*":["*"]}`: every operation on every channel. Ably's own tools request this by default.
    pub fn all_channels() -> Capability {
        Capability::of(vec![Entry {
            resource: "*".to_owned(),
            operations: Operations::ALL,
            unknown: Vec::new(),
        }])
    }

    /// Builds a capability to issue, from resources and the operations allowed on each.
    ///
    /// ```
    /// # use ably_edge_auth::Capability;
    /// let room = "chat:lobby";
    /// let capability = Capability::new(&[(room, &["publish", "subscribe"]), ("news", &["subscribe"])])?;
    /// assert_eq!(capability.to_string(), r#"{"chat:lobby":["publish","subscribe"],"news":["subscribe"]}"#);
    /// # Ok::<(), ably_edge_auth::Error>(())
    /// ```
    ///
    /// # Errors
    /// Same as [`Capability::parse`].
    pub fn new(entries: &[(&str, &[&str])]) -> Result<Capability> {
        let mut raw_entries = Vec::new();
        for (resource, operations) in entries {
            parse::room_for_resource(&raw_entries)?;
            raw_entries.push(RawEntry::new(resource, operations)?);
        }
        lint::first_error(&raw_entries)?;
        Ok(Capability::from_raw_entries(raw_entries))
    }

    /// Parses a capability to issue. Anything that Ably would refuse, ignore or interpret in two
    /// ways is an error.
    ///
    /// # Errors
    /// [`Kind::Capability`], 40000: the first problem. [`Capability::check`] lists all of them.
    pub fn parse(text: &str) -> Result<Capability> {
        if let Some(capability) = fast_path::read(text) {
            return Ok(capability);
        }
        let raw_entries = parse::read(text)?;
        lint::first_error(&raw_entries)?;
        Ok(Capability::from_raw_entries(raw_entries))
    }

    /// Parses a capability that someone else issued, the way Ably does: unknown operations grant
    /// nothing but are kept, `["*","publish"]` is `["*"]`, and `[]` and `{}` grant nothing.
    ///
    /// # Errors
    /// [`Kind::Capability`], 40000: the text is not an object of arrays of strings, or it lists a
    /// resource twice, which leaves open which of the two counts.
    pub fn read(text: &str) -> Result<Capability> {
        if let Some(capability) = fast_path::read(text) {
            return Ok(capability);
        }
        let raw_entries = parse::read(text)?;
        lint::first_unreadable(&raw_entries)?;
        Ok(Capability::from_raw_entries(raw_entries))
    }

    /// Lists every problem of a capability, for display.
    ///
    /// ```
    /// use ably_edge_auth::{Capability, CheckContext};
    ///
    /// let report = Capability::check(r#"{"chat*":["publsh"],"log":[]}"#, &CheckContext::default());
    /// let codes: Vec<_> = report.diagnostics.iter().map(|diagnostic| diagnostic.code).collect();
    /// assert_eq!(codes, ["literal-star", "unknown-operation", "no-operations"]);
    /// assert_eq!(report.diagnostics[0].suggestion.as_deref(), Some("chat:*"));
    /// ```
    pub fn check(text: &str, context: &CheckContext<'_>) -> Report {
        lint::check(text, context)
    }

    /// Refuses a leniently read capability that [`Capability::parse`] would have refused.
    pub(crate) fn check_issuable(&self) -> Result<()> {
        let fine = |entry: &Entry| {
            !entry.resource.is_empty()
                && !entry.operations.is_empty()
                && entry.unknown.is_empty()
                && (!entry.operations.is_all() || entry.operations.len() == 1)
        };
        if !self.entries().is_empty() && self.entries().iter().all(fine) {
            return Ok(());
        }
        Capability::parse(self.text()).map(drop)
    }

    fn from_raw_entries(raw_entries: Vec<RawEntry>) -> Capability {
        let mut entries = Vec::with_capacity(raw_entries.len());
        for mut raw_entry in raw_entries {
            sort(&mut raw_entry.unknown);
            entries.push(Entry {
                resource: raw_entry.resource,
                operations: raw_entry.operations,
                unknown: raw_entry.unknown,
            });
        }
        Capability::of(sorted(entries))
    }

    /// `entries`: sorted by resource, each resource once.
    fn of(entries: Vec<Entry>) -> Capability {
        // Most texts fit, so that they are allocated once.
        let mut text = String::with_capacity(128);
        write_text(&entries, &mut text);
        Capability(Arc::new(Parts { entries, text }))
    }

    /// The entries, sorted by resource.
    pub fn entries(&self) -> &[Entry] {
        &self.0.entries
    }

    /// Whether the capability grants nothing at all.
    pub fn is_empty(&self) -> bool {
        self.entries()
            .iter()
            .all(|entry| entry.operations.is_empty())
    }

    /// Whether any operation name is unknown.
    pub(crate) fn has_unknown(&self) -> bool {
        self.entries().iter().any(|entry| !entry.unknown.is_empty())
    }

    /// Explains why `operation` is allowed on `resource` or not: the entries that grant it, or the
    /// nearest miss.
    ///
    /// ```
    /// # use ably_edge_auth::Capability;
    /// let capability = Capability::read(r#"{"chat*":["publish"]}"#)?;
    /// assert_eq!(
    ///     capability.explain("publish", "chat:lobby").message,
    ///     "publish on chat:lobby is not allowed: `chat*` is a literal channel name; `chat:*` would match"
    /// );
    /// # Ok::<(), ably_edge_auth::Error>(())
    /// ```
    pub fn explain(&self, operation: &str, resource: &str) -> Explanation {
        self.explain_in(operation, resource, &ExplainContext::default())
    }

    /// Same as [`Capability::explain`], given what else is known.
    ///
    /// `operation` may be the id of an action of Ably's APIs, such as `message.get` or
    /// `presence.enter`: what it needs is then looked up. An answer that rests on inference, and not
    /// on Ably's documentation, says so.
    ///
    /// ```
    /// # use ably_edge_auth::{Capability, Certainty, Client, ExplainContext, Verdict};
    /// let capability = Capability::read(r#"{"chat:*":["presence"]}"#)?;
    /// let context = ExplainContext { client: Client::Unidentified, ..ExplainContext::default() };
    /// let explanation = capability.explain_in("presence.enter", "chat:42", &context);
    /// assert_eq!(explanation.verdict, Verdict::Denied);
    /// assert_eq!(explanation.diagnostics[0].code, "unidentified");
    /// # Ok::<(), ably_edge_auth::Error>(())
    /// ```
    pub fn explain_in(
        &self,
        operation: &str,
        resource: &str,
        context: &ExplainContext<'_>,
    ) -> Explanation {
        explain::explain(self, operation, resource, context)
    }

    /// Returns the same rights in the shortest text: without entries and operations that others
    /// make needless. For every resource and operation the answer stays the same, also after Ably
    /// has narrowed it by a key. So `foo` stays beside `foo:*`, which covers it but has nothing in
    /// common with a key for `foo`. Suggests patterns that would shorten the text further.
    ///
    /// A revocation by channel is an exception: it revokes the tokens that list that very resource,
    /// so it no longer finds a token by an entry that was left out.
    ///
    /// ```
    /// # use ably_edge_auth::Capability;
    /// let capability = Capability::read(
    ///     r#"{"chat:*":["subscribe"],"chat:a":["publish","subscribe"],"chat:b":["publish"]}"#,
    /// )?;
    /// let compact = capability.compact();
    /// assert_eq!(
    ///     compact.capability.to_string(),
    ///     r#"{"chat:*":["subscribe"],"chat:a":["publish"],"chat:b":["publish"]}"#
    /// );
    /// assert_eq!(compact.suggestions[0].pattern, "chat:*");
    /// # Ok::<(), ably_edge_auth::Error>(())
    /// ```
    pub fn compact(&self) -> Compact {
        compact::compact(self)
    }

    /// Returns the part of `requested` that a key with this capability can grant. Every pair of
    /// entries is intersected, and the results for each resource are merged, as Ably does.
    ///
    /// # Errors
    /// [`Kind::Capability`], 40160: the result is empty. 40000: more than [`MAX_PAIRS`] comparisons
    /// would be needed, or the result would exceed [`MAX_RESOURCES`] entries or 1 MiB of names.
    ///
    /// Ably does not document how entries written for a product (`[chat]lobby`, `lobby::$chat`) meet
    /// those of other forms. Such a pair grants nothing here; if nothing is left, the error names it.
    pub fn intersect(&self, requested: &Capability) -> Result<Capability> {
        let mut narrowing = Narrowing::by(self);
        let mut met = Met::new();
        for entry in requested.entries() {
            narrowing.add(entry, &mut met)?;
        }
        if met.is_empty() {
            return Err(Capability::nothing_of(requested, &mut narrowing));
        }
        match is_all_of(&met, requested) {
            true => Ok(requested.clone()),
            false => Ok(pooled(met)),
        }
    }

    /// The error for a capability of which the key grants nothing.
    fn nothing_of(requested: &Capability, narrowing: &mut Narrowing<'_>) -> Error {
        let error = Error::new(
            Kind::Capability,
            "the key grants none of the requested capability",
            &[],
        )
        .with_code(Code::NotPermitted)
        .at("capability");
        for entry in requested.entries() {
            if entry.operations.is_empty()
                && let Some(name) = entry.unknown.first()
            {
                let form = "{} is an unknown operation, which grants nothing; {}";
                let meant = Operation::meant_by(name);
                let meant = meant.map_or("correct its name".to_owned(), did_you_mean);
                return error.with_remediation(&fill(form, &[&quoted(name), &meant]));
            }
            if let Some(key) = narrowing.may_meet(entry) {
                let form = "Ably does not document whether {} meets the key's {}: write both as bare names";
                let texts = [&*quoted(&entry.resource), &*quoted(key)];
                return error.with_remediation(&fill(form, &texts));
            }
        }
        error.with_remediation("ask for something that the key may do, or use another key")
    }

    /// Whether an entry is written for a product, as `[chat]lobby` and `lobby::$chat` are.
    pub(crate) fn is_for_product(&self) -> bool {
        self.entries()
            .iter()
            .any(|entry| product::product_form(&Resource::of(&entry.resource)).is_some())
    }

    /// Whether an entry names this channel: literally, or as the bare name of the room or space whose
    /// channel it is. Revocations by channel go by it.
    pub(crate) fn names_channel(&self, channel: &str) -> bool {
        let bare = product::bare_name(&Resource::of(channel));
        self.entry(channel).is_some() || bare.is_some_and(|name| self.entry(name).is_some())
    }

    /// Lists the parts of the capability that don't do what they appear to do, given who will hold
    /// it.
    pub fn warnings(&self, context: &CheckContext<'_>) -> Vec<Diagnostic> {
        lint::warnings(self, context)
    }

    /// The canonical text.
    pub(crate) fn text(&self) -> &str {
        &self.0.text
    }
}

/// The entries in the order of their resources.
fn sorted(mut entries: Vec<Entry>) -> Vec<Entry> {
    let order = order(entries.len(), &|one, other| {
        let resource = |index: usize| entries.get(index).map(|entry| &entry.resource);
        resource(one).cmp(&resource(other))
    });
    let mut sorted = Vec::with_capacity(entries.len());
    for place in order {
        if let Some(entry) = entries.get_mut(place) {
            sorted.push(Entry {
                resource: std::mem::take(&mut entry.resource),
                operations: entry.operations,
                unknown: std::mem::take(&mut entry.unknown),
            });
        }
    }
    sorted
}

impl fmt::Display for Capability {
    /// The canonical text.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text())
    }
}

impl FromStr for Capability {
    type Err = Error;
    fn from_str(text: &str) -> Result<Capability> {
        Capability::parse(text)
    }
}
