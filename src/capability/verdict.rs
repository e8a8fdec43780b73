//! What questions about a capability are answered with, and what they may be asked with.

use super::Capability;
use super::near_miss::Because;

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
