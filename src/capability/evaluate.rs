//! Decides whether a capability has what an action or a feature needs, and says what gets in the way.

use super::near_miss::{Because, nearest_miss, reason_of};
use super::needs::{Need, Needs};
use super::product::{Asked, CURSORS, Reach, SPACE, Surface, dead, product_form};
use super::product_diagnostic::add;
use super::resource::path_of;
use super::{Capability, Operation, Resource};
use crate::diagnostic::Diagnostic;
use crate::text::{concat, fill, joined, quoted, split};

/// The answer to a question about a capability, from the best to the worst.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It is allowed.
    Allowed,
    /// Ably's documents do not say, or a later choice decides. Treat it as not allowed.
    Uncertain,
    /// It is not allowed.
    Denied,
}

impl Verdict {
    /// The name used in JavaScript.
    pub fn as_str(self) -> &'static str {
        match self {
            Verdict::Allowed => "allowed",
            Verdict::Denied => "denied",
            Verdict::Uncertain => "uncertain",
        }
    }

    pub(super) fn is_worse_than(self, other: Verdict) -> bool {
        self as u8 > other as u8
    }

    /// The verdict in a sentence.
    pub(crate) fn words(self) -> &'static str {
        match self {
            Verdict::Allowed => " is allowed: ",
            Verdict::Denied => " is not allowed: ",
            Verdict::Uncertain => " is uncertain: ",
        }
    }
}

/// What an answer rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Certainty {
    /// Ably's documentation says so.
    Documented,
    /// We concluded it from what the documentation, the SDKs or their tests say.
    Inferred,
}

impl Certainty {
    /// The name used in JavaScript.
    pub fn as_str(self) -> &'static str {
        match self {
            Certainty::Documented => "documented",
            Certainty::Inferred => "inferred",
        }
    }
}

/// The client id of a token, as far as it is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Client<'a> {
    /// Not known.
    #[default]
    Unknown,
    /// The token has none.
    Unidentified,
    /// This one; `*` allows any.
    Is(&'a str),
}

/// Whether a namespace has a channel rule.
pub type HasRule<'a> = &'a dyn Fn(&str, &str) -> bool;

/// What is known besides the capability when a question about it is answered.
///
/// ```
/// # use ably_edge_auth::{Capability, ExplainContext, Verdict};
/// let agent = Capability::read(r#"{"conversations:*":["message-update-any"]}"#)?;
/// let context = ExplainContext {
///     rules: Some(&|namespace, rule| namespace == "conversations" && rule == "mutableMessages"),
///     ..ExplainContext::default()
/// };
/// let explanation = agent.explain_in("message.append", "conversations:c1", &context);
/// assert_eq!(explanation.verdict, Verdict::Allowed);
/// # Ok::<(), ably_edge_auth::Error>(())
/// ```
#[derive(Clone, Copy, Default)]
pub struct ExplainContext<'a> {
    /// The client id of the token.
    pub client: Client<'a>,
    /// Whom the action is for: the client that is entered, or the author of the message.
    pub for_client_id: Option<&'a str>,
    /// What the key may do: a token is never allowed more.
    pub key_capability: Option<&'a Capability>,
    /// The modes asked for on attach; `None`: not known, and the default ones count.
    pub modes: Option<&'a [&'a str]>,
    /// Whether a namespace has a channel rule, by its name in the Control API, such as
    /// `mutableMessages`; `None`: not known. A namespace is the text before the first colon.
    pub rules: Option<HasRule<'a>>,
}

/// The part of an answer that concerns one of Ably's APIs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SurfaceExplanation {
    /// `rest` or `realtime`.
    pub surface: &'static str,
    /// The channel, or the room for the REST API of Chat.
    pub channel: String,
    /// The operations needed there: the alternative that comes closest.
    pub operations: Vec<String>,
    /// Whether all of them are granted.
    pub allowed: bool,
    /// The entries that grant them, or the one that comes closest.
    pub because: Vec<Because>,
}

pub(crate) struct Evaluation {
    pub(crate) verdict: Verdict,
    pub(crate) certainty: Certainty,
    pub(crate) message: String,
    pub(crate) surfaces: Vec<SurfaceExplanation>,
    pub(crate) diagnostics: Vec<Diagnostic>,
}

/// The alternative of a need that is closest to being granted.
#[derive(Clone, Copy)]
struct Choice<'a> {
    operations: &'a str,
    /// That of [`Reach::rank`], the lowest of all operations.
    rank: u32,
    count: usize,
    missing: usize,
    first_missing: &'a str,
    /// The client id of the token, or its absence, stands in the way.
    is_blocked: bool,
}

impl Choice<'_> {
    /// How close it is to being granted.
    fn closeness(&self) -> (u32, u32, usize) {
        let usable = if self.is_blocked { 0 } else { self.rank };
        (usable, self.rank, usize::MAX - self.missing)
    }
}

struct Evaluator<'a> {
    context: &'a ExplainContext<'a>,
    needs: &'a Needs<'a>,
    /// The token's own capability, and the part of it that the key grants.
    given: &'a Capability,
    narrowed: &'a Capability,
    diagnostics: Vec<Diagnostic>,
    inferred: bool,
}

/// Answers whether a capability has what is needed. `subject` begins the message.
pub(crate) fn evaluate(
    capability: &Capability,
    needs: &Needs<'_>,
    subject: &str,
    context: &ExplainContext<'_>,
) -> Evaluation {
    let mut narrowed = capability.clone();
    if let Some(key) = context.key_capability {
        let part = key.intersect(capability);
        narrowed = part.unwrap_or_else(|_| Capability::of(Vec::new()));
    }
    let mut evaluator = Evaluator {
        context,
        needs,
        given: capability,
        narrowed: &narrowed,
        diagnostics: Vec::new(),
        inferred: needs.has("inferred") || context.key_capability.is_some(),
    };
    let mut verdict = Verdict::Allowed;
    let mut surfaces = Vec::new();
    let mut reason = String::new();
    for need in &needs.on {
        let (choice, mut answer) = evaluator.choose(need);
        if need.needs_operations() {
            evaluator.remark(need, &choice);
        }
        if answer == Verdict::Denied && evaluator.has_rest(need, &surfaces, &choice) {
            answer = Verdict::Uncertain;
        }
        let (surface, why) = evaluator.surface(need, &choice);
        if answer.is_worse_than(verdict) || reason.is_empty() {
            verdict = answer;
            reason = why;
        }
        surfaces.push(surface);
    }
    let certain = evaluator.diagnostics.len();
    let limit = evaluator.limits(verdict);
    let mut certainty = match evaluator.inferred {
        true => Certainty::Inferred,
        false => Certainty::Documented,
    };
    let diagnostics = evaluator.diagnostics;
    if limit.is_worse_than(verdict) {
        verdict = limit;
        if limit == Verdict::Denied {
            certainty = Certainty::Documented;
        }
        if let Some(first) = diagnostics.get(certain) {
            reason.clone_from(&first.message);
        }
    }
    Evaluation {
        verdict,
        certainty,
        message: concat(&[subject, verdict.words(), &reason]),
        surfaces,
        diagnostics,
    }
}

impl<'a> Evaluator<'a> {
    fn say(&mut self, code: &str, path: &str, text: &str, meant: Option<&str>) {
        add(&mut self.diagnostics, code, path, text, meant);
    }

    /// How an operation is granted, and the entry that does it best.
    fn grant(&self, operation: &str, asked: &Asked) -> (Reach, &'a str) {
        let found = best(self.narrowed, operation, asked);
        // The token and its key both grant it, in forms of which nobody knows whether they meet.
        if found.0 == Reach::Never
            && asked.product().is_some()
            && let Some(key) = self.context.key_capability
            && best(key, operation, asked).0 != Reach::Never
        {
            let (reach, entry) = best(self.given, operation, asked);
            if reach != Reach::Never {
                return (Reach::Uncertain("key-intersection"), entry);
            }
        }
        found
    }

    fn weigh<'n>(&self, need: &Need<'n>, operations: &'n str) -> Choice<'n> {
        let mut choice = Choice {
            operations,
            rank: 3,
            count: 0,
            missing: 0,
            first_missing: "",
            is_blocked: false,
        };
        for operation in need.operations(operations) {
            let rank = self.grant(operation, &need.asked).0.rank();
            choice.count += 1;
            choice.rank = choice.rank.min(rank);
            if rank == 0 {
                choice.missing += 1;
                if choice.missing == 1 {
                    choice.first_missing = operation;
                }
            } else if self.is_blocked(operation) {
                choice.is_blocked = true;
            }
        }
        choice
    }

    /// The alternative that comes closest, and whether it is granted.
    fn choose<'n>(&self, need: &Need<'n>) -> (Choice<'n>, Verdict) {
        let mut all = true;
        let mut best = self.weigh(need, "");
        best.rank = 0;
        best.missing = usize::MAX;
        for operations in need.alternatives() {
            let choice = self.weigh(need, operations);
            all &= choice.rank > 1;
            if choice.closeness() > best.closeness() {
                best = choice;
            }
        }
        let verdict = match (best.operations, best.rank) {
            _ if !need.needs_operations() => match best.operations {
                "none" => Verdict::Allowed,
                "key" => Verdict::Denied,
                _ => Verdict::Uncertain,
            },
            (_, 0) if self.may_do(need).is_none() => Verdict::Denied,
            (_, 2..) if all || !self.needs.has("guess") => Verdict::Allowed,
            _ => Verdict::Uncertain,
        };
        (best, verdict)
    }

    /// Whether the client id of the token keeps it from an operation that it is granted.
    fn is_blocked(&self, operation: &str) -> bool {
        match (self.context.client, self.context.for_client_id) {
            (Client::Unidentified, _) => is_own(operation),
            (Client::Is(id), Some(other)) if id != "*" && id != other => {
                is_own(operation) || operation == "push-subscribe"
            }
            _ => false,
        }
    }

    /// The operation that is enough by one document and not by another, if it is granted.
    fn may_do(&self, need: &Need<'_>) -> Option<&'a str> {
        let maybe = self.needs.value("maybe=")?;
        (best(self.narrowed, maybe, &need.asked).0.rank() > 1).then_some(maybe)
    }

    /// Whether the REST API has what it needs, so that only the channel lacks something.
    fn has_rest(
        &mut self,
        need: &Need<'_>,
        before: &[SurfaceExplanation],
        choice: &Choice<'_>,
    ) -> bool {
        let rest = before.last().is_some_and(|other| other.allowed);
        if rest && need.asked.surface == Surface::Realtime {
            let path = path_of(need.asked.name());
            self.say("rest-only", &path, choice.first_missing, None);
            self.inferred = true;
        }
        rest
    }

    /// Adds what is odd about the entries that decide, or look as if they did.
    fn remark(&mut self, need: &Need<'_>, choice: &Choice<'_>) {
        let asked = &need.asked;
        let name = asked.product().map_or(asked.name(), |(room, _)| room);
        for operation in need.operations(choice.operations) {
            let (reach, entry) = self.grant(operation, asked);
            if let Some(why) = reach.why() {
                self.say(why, &path_of(entry), "", Some(name));
                let path = Resource::of(entry).path;
                // Documents of 2024 and 2025 name these.
                self.inferred |= why != "deprecated-qualifier" || (path != name && path != "*");
            }
        }
        self.inferred |= choice.rank > 1 && !self.is_plain_grant(need, choice);
        if choice.rank < 2 {
            self.near_entries(asked, choice);
            self.near_operations(need, choice);
        }
        if let Some((room, tag)) = asked.product()
            && asked.surface != Surface::Plain
        {
            for entry in self.given.entries() {
                if let Some(code) = dead(&entry.resource, room, tag) {
                    self.say(code, &path_of(&entry.resource), "", Some(room));
                }
            }
        }
    }

    /// Whether one entry grants all of it in the documented way.
    fn is_plain_grant(&self, need: &Need<'_>, choice: &Choice<'_>) -> bool {
        let asked = &need.asked;
        let plain_product = asked.surface == Surface::Plain && asked.product().is_some();
        self.narrowed.entries().iter().any(|entry| {
            let resource = entry.resource.as_str();
            let mut operations = need.operations(choice.operations);
            operations.all(|name| entry.operations.grants(name))
                && asked.reach(resource) == Reach::Covers(None)
                && (!plain_product || resource == asked.resource || resource == "*")
        })
    }

    /// Entries that look as if they granted it, and do not.
    fn near_entries(&mut self, asked: &Asked, choice: &Choice<'_>) {
        let name = asked.name();
        let resource = asked.resource();
        let product = asked.product();
        for entry in self.given.entries() {
            let pattern = Resource::of(&entry.resource);
            let path = path_of(&entry.resource);
            let is_unread = !matches!(pattern.kind, "" | "*" | "meta" | "queue" | "chat");
            let is_odd = is_unread || product_form(&pattern).is_some();
            let is_odd =
                is_odd || (pattern.path != name && pattern.path.eq_ignore_ascii_case(name));
            self.inferred |= choice.rank == 0 && product.is_some() && is_odd;
            let wanted = product.map_or(resource.path, |(room, _)| room);
            if is_unread && pattern.kind != resource.kind && pattern.path_covers(wanted) {
                self.say("unknown-qualifier", &path, pattern.kind, None);
            }
            for unknown in &entry.unknown {
                let meant = choice.first_missing;
                if unknown.eq_ignore_ascii_case(meant)
                    && asked.reach(&entry.resource) != Reach::Never
                {
                    self.say("operation-case", &path, &quoted(unknown), Some(meant));
                    self.inferred = true;
                }
            }
        }
    }

    /// What is missing beside an operation that is granted.
    fn near_operations(&mut self, need: &Need<'_>, choice: &Choice<'_>) {
        let path = path_of(need.asked.name());
        let is_cursors = matches!(need.asked.product(), Some((_, CURSORS)));
        for (granted, missing, code) in BESIDE {
            let mut has = false;
            let mut lacks = false;
            for operation in need.operations(choice.operations) {
                let rank = self.grant(operation, &need.asked).0.rank();
                has |= operation == granted && rank > 0;
                lacks |= operation == missing && rank == 0;
            }
            if has && lacks && (is_cursors || missing != "presence") {
                self.say(code, &path, "", Some(missing));
                // Of these, a document says this one.
                self.inferred |= code != "presence-without-subscribe";
            }
        }
        if choice.rank == 0
            && let Some(maybe) = self.may_do(need)
        {
            self.say("docs-contradict", &path, maybe, Some(choice.first_missing));
            self.inferred = true;
        }
    }

    /// The surface of a need, and its part of the message.
    fn surface(&self, need: &Need<'_>, choice: &Choice<'_>) -> (SurfaceExplanation, String) {
        let asked = &need.asked;
        let maybe = self.may_do(need).filter(|_| choice.rank == 0);
        let wanted = maybe.unwrap_or(choice.operations);
        let special = match choice.operations {
            _ if need.needs_operations() => None,
            "none" => Some("it needs no operation"),
            "key" => Some("it needs the key itself, and no token can do it"),
            _ => Some("no document says which operation it needs"),
        };
        let is_missing = (choice.rank == 0 && maybe.is_none()) || special.is_some();
        let capability = if choice.rank == 1 {
            self.given
        } else {
            self.narrowed
        };
        let mut because = Vec::new();
        let mut reason = String::new();
        let mut most = 0;
        for entry in capability.entries() {
            let rank = asked.reach(&entry.resource).rank();
            if is_missing || rank == 0 || rank < choice.rank.min(2) {
                continue;
            }
            let mut granted = Vec::new();
            for operation in need.operations(wanted) {
                if entry.operations.grants(operation) {
                    granted.push(operation);
                }
            }
            if granted.is_empty() {
                continue;
            }
            let names = joined(&granted, ", ");
            let why = reason_of(entry, &names, asked.name(), choice.rank == 1);
            // The reason of the first entry that grants all; or those of several together.
            if granted.len() == choice.count && most < choice.count {
                most = choice.count;
                reason.clone_from(&why);
            } else if most < choice.count {
                most = most.max(1);
                reason = concat(&[&reason, if reason.is_empty() { "" } else { "; " }, &why]);
            }
            because.push(Because::of(entry, why, None));
        }
        let mut operations = Vec::new();
        match special {
            Some(special) => reason.push_str(special),
            None => {
                if is_missing {
                    reason = self.missing(asked, choice, &mut because);
                }
                for operation in need.operations(choice.operations) {
                    operations.push(operation.to_owned());
                }
            }
        }
        let surface = SurfaceExplanation {
            surface: match asked.surface {
                Surface::Rest => "rest",
                _ => "realtime",
            },
            channel: asked.shown().to_owned(),
            operations,
            allowed: choice.rank > 1 && !choice.is_blocked,
            because,
        };
        (surface, reason)
    }

    /// What is missing, with the entry that comes closest.
    fn missing(&self, asked: &Asked, choice: &Choice<'_>, because: &mut Vec<Because>) -> String {
        let missing = choice.first_missing;
        let reason = if best(self.given, missing, asked).0 != Reach::Never {
            "the token's capability grants it, and its key does not".to_owned()
        } else if let Some(miss) = nearest_miss(self.narrowed, missing, asked.name()) {
            let reason = miss.reason.clone();
            because.push(miss);
            reason
        } else if self.narrowed.entries().is_empty() {
            "the capability grants nothing".to_owned()
        } else {
            "no entry matches".to_owned()
        };
        match self.needs.is_operation {
            true => reason,
            false => fill("it needs {}, and {}", &[missing, &reason]),
        }
    }

    /// What stands in the way besides operations.
    fn limits(&mut self, so_far: Verdict) -> Verdict {
        let needs = self.needs;
        let mut verdict = Verdict::Allowed;
        let Some(need) = needs.on.first() else {
            return verdict;
        };
        let (choice, _) = self.choose(need);
        let needs_one = needs.has("identity")
            || (!needs.is_operation
                && !needs.has("any-client")
                && need.operations(choice.operations).any(is_own));
        let is_blocked = choice.is_blocked;
        match self.context.client {
            Client::Unidentified if needs.has("identity") || is_blocked => {
                self.say("unidentified", "clientId", "", None);
                verdict = Verdict::Denied;
            }
            Client::Is("*") if needs_one => {
                self.say("wildcard-client-id", "clientId", "", None);
                self.inferred = true;
                verdict = Verdict::Uncertain;
            }
            Client::Is(_) if is_blocked => {
                self.say("other-client", "forClientId", "", None);
                verdict = Verdict::Denied;
            }
            _ => {}
        }
        if let Some(has_rule) = self.context.rules {
            let path = need.asked.resource().path;
            let namespace = split(path, b':').next().unwrap_or_default();
            let path = fill("rules[{}]", &[&quoted(namespace)]);
            if let Some(rule) = needs.value("rule=")
                && !has_rule(namespace, rule)
            {
                self.say("rule-missing", &path, rule, None);
                verdict = Verdict::Denied;
            }
            if self.context.client == Client::Unidentified && has_rule(namespace, "authenticated") {
                self.say("rule-identified", &path, "", None);
                verdict = Verdict::Denied;
            }
        }
        if so_far == Verdict::Denied {
            return verdict; // what follows makes no difference without the right
        }
        for word in split(needs.row, b' ') {
            let Some(mode) = word.strip_prefix("mode=") else {
                continue;
            };
            let (is_given, otherwise) = match self.context.modes {
                Some(modes) => (modes.contains(&mode), Verdict::Denied),
                None => (
                    !mode.starts_with("OBJECT_") && mode != "ANNOTATION_SUBSCRIBE",
                    Verdict::Uncertain,
                ),
            };
            if !is_given {
                self.say("mode-not-default", "modes", mode, Some(mode));
                if otherwise.is_worse_than(verdict) {
                    verdict = otherwise;
                }
            }
        }
        if needs.has("entered") {
            let name = need.asked.name();
            let space = Asked::of(Surface::Realtime, name, SPACE);
            if self.grant("presence", &space).0.rank() < 2 {
                self.say("needs-entered-space", &path_of(name), "", Some(name));
                self.inferred = true;
                if Verdict::Uncertain.is_worse_than(verdict) {
                    verdict = Verdict::Uncertain;
                }
            }
        }
        verdict
    }
}

/// Operations that are of little use without others: the one that is granted, the one that is
/// missing, and what it is called.
const BESIDE: [(&str, &str, &str); 4] = [
    ("presence", "subscribe", "presence-without-subscribe"),
    ("publish", "presence", "cursors-need-presence"),
    (
        "object-publish",
        "object-subscribe",
        "object-publish-without-subscribe",
    ),
    ("publish", "message-update-own", "agent-needs-update"),
];

/// Whether it does nothing for a client without an id.
fn is_own(operation: &str) -> bool {
    Operation::named(operation).is_some_and(Operation::needs_client_id)
}

/// The entry that grants an operation best.
fn best<'c>(capability: &'c Capability, operation: &str, asked: &Asked) -> (Reach, &'c str) {
    let mut best = (Reach::Never, "");
    for entry in capability.entries() {
        if entry.operations.grants(operation) {
            let reach = asked.reach(&entry.resource);
            if reach.rank() > best.0.rank() {
                best = (reach, &entry.resource);
            }
        }
    }
    best
}
