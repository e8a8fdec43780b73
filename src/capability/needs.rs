//! What an action or a feature needs: operations, a mode, a channel rule.
//!
//! A row of a table is words with spaces between. A need is `where:operations`, in which `|` stands
//! between alternatives and `+` between operations that are needed together. The others are flags:
//!
//! | flag | meaning |
//! |---|---|
//! | `inferred` | no document says what it needs |
//! | `identity` | the product wants a client id for everything |
//! | `any-client` | it may be done for any client that the token's `*` stands for |
//! | `guess` | the alternatives are a guess, so that all of them should be granted |
//! | `app` | it belongs to the whole app, whatever the resource in question |
//! | `entered` | the space has to be entered first |
//! | `maybe=` | an operation that is enough by one document and not by another |
//! | `mode=` | a mode that the channel is attached with |
//! | `rule=` | a channel rule |

use super::product::{Asked, CHAT, CURSORS, SPACE, Surface};
use super::verdict::Verdict;
use crate::text::{Split, find, split};

/// The actions of Ably's APIs, a row each: the id, its operations, flags.
///
/// JavaScript passes the same table, as it does that of the features, so that it is in no module: those who never
/// ask about actions do not download it.
pub(crate) const ACTIONS: &str = include_str!("actions.txt");
/// No text holds this byte, so that nothing is split.
const NOWHERE: u8 = 0xff;

/// The operations needed on one resource.
pub(crate) struct Need<'a> {
    pub(super) asked: Asked,
    alternatives: &'a str,
    is_operation: bool,
}

impl<'a> Need<'a> {
    /// The answer where operations do not matter: what everybody may do, what needs the key itself,
    /// and where no document says it.
    pub(super) fn special(&self) -> Option<(Verdict, &'static str)> {
        if self.is_operation {
            return None;
        }
        let special = match self.alternatives {
            "none" => (Verdict::Allowed, "it needs no operation"),
            "key" => (
                Verdict::Denied,
                "it needs the key itself, and no token can do it",
            ),
            "unknown" => (
                Verdict::Uncertain,
                "no document says which operation it needs",
            ),
            _ => return None,
        };
        Some(special)
    }

    pub(super) fn alternatives(&self) -> Split<'a> {
        let at = if self.is_operation { NOWHERE } else { b'|' };
        split(self.alternatives, at)
    }

    /// The operations of one alternative.
    pub(super) fn operations(&self, alternative: &'a str) -> Split<'a> {
        let at = if self.is_operation { NOWHERE } else { b'+' };
        split(alternative, at)
    }
}

pub(crate) struct Needs<'a> {
    pub(super) on: Vec<Need<'a>>,
    pub(super) row: &'a str,
    /// It is an operation and no action.
    pub(super) is_operation: bool,
}

/// The row of an action, without its id.
pub(super) fn action<'a>(actions: &'a str, id: &str) -> Option<&'a str> {
    // Operations are asked about far more often, and no operation has a dot.
    if find(id, b'.').is_none() && id != "time" {
        return None;
    }
    split(actions, b'\n').find_map(|row| row.strip_prefix(id)?.strip_prefix(' '))
}

/// The ids of all actions.
pub(super) fn ids_of(actions: &str) -> Vec<&str> {
    let mut ids = Vec::new();
    for row in split(actions, b'\n') {
        ids.extend(split(row, b' ').next().filter(|id| !id.is_empty()));
    }
    ids
}

impl<'a> Needs<'a> {
    /// An operation, or an action, on a resource.
    pub(super) fn of(actions: &'a str, operation: &'a str, resource: &str) -> Needs<'a> {
        let row = action(actions, operation);
        let mut needs = Needs {
            on: Vec::new(),
            row: row.unwrap_or_default(),
            is_operation: row.is_none(),
        };
        let resource = if needs.has("app") { "*" } else { resource };
        let operations = row.map_or(operation, |row| split(row, b' ').next().unwrap_or_default());
        needs.add(Surface::Plain, resource, "", operations);
        needs
    }

    /// A feature of a product in a room, space or conversation, by the row without the feature.
    #[allow(dead_code, reason = "only products and JavaScript ask for features")]
    pub(crate) fn feature(row: &'a str, name: &str) -> Needs<'a> {
        let mut needs = Needs {
            on: Vec::new(),
            row,
            is_operation: false,
        };
        for word in split(row, b' ') {
            let mut parts = split(word, b':');
            let (surface, tag) = match parts.next() {
                Some("rest") => (Surface::Rest, CHAT),
                Some("chat") => (Surface::Realtime, CHAT),
                Some("space") => (Surface::Realtime, SPACE),
                Some("cursors") => (Surface::Realtime, CURSORS),
                Some("channel") => (Surface::Plain, ""),
                _ => continue,
            };
            needs.add(surface, name, tag, parts.rest().unwrap_or_default());
        }
        needs
    }

    fn add(&mut self, surface: Surface, name: &str, tag: &str, alternatives: &'a str) {
        self.on.push(Need {
            asked: Asked::of(surface, name, tag),
            alternatives,
            is_operation: self.is_operation,
        });
    }

    /// Whether the row has this flag.
    pub(super) fn has(&self, flag: &str) -> bool {
        split(self.row, b' ').any(|word| word == flag)
    }

    /// The value of the first flag of this kind, such as `rule=`.
    pub(super) fn value(&self, flag: &str) -> Option<&'a str> {
        split(self.row, b' ').find_map(|word| word.strip_prefix(flag))
    }
}
