//! Products open channels of their own: a Chat room `R` is the channel `R::$chat`, a space `S` is
//! `S::$space` and `S::$cursors`. This file has the one rule by which an entry reaches them.
//!
//! Ably documents bare names (`R`, `dms:*`, `*`) and does not say how its service gets from there
//! to the channel, so the rule knows three answers.

use super::Resource;
use crate::text::{concat, split};

pub(super) const CHAT: &str = "::$chat";
pub(super) const SPACE: &str = "::$space";
pub(super) const CURSORS: &str = "::$cursors";

/// The room or space of a product's channel, and its tag, such as `::$chat`.
pub(super) fn product_channel(path: &str) -> Option<(&str, &'static str)> {
    // By the last letter first: every question that is refused gets here.
    let tag = match path.as_bytes().last()? {
        b't' => CHAT,
        b'e' => SPACE,
        b's' => CURSORS,
        _ => return None,
    };
    let name = path.strip_suffix(tag)?;
    (!name.is_empty()).then_some((name, tag))
}

/// Whether an entry covers a resource, where the answer must be yes or no: by the rule for every
/// resource, or as the bare name of the room or space whose channel it is. What is uncertain is no.
pub(super) fn covers(entry: &str, asked: &Resource<'_>) -> bool {
    Resource::of(entry).covers(asked) || bare_name(asked) == Some(entry)
}

/// The bare name of the room or space whose channel this is: as an entry, it covers the channel.
pub(super) fn bare_name<'a>(asked: &Resource<'a>) -> Option<&'a str> {
    let (name, _) = product_channel(asked.path).filter(|_| asked.kind.is_empty())?;
    Some(name)
}

/// Why an entry reaches a product's channel in another way than the documented one. The text is the
/// code of the diagnostic.
pub(super) type Why = &'static str;

/// Whether an entry reaches what is asked about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reach {
    Never,
    /// Ably may read the entry that way or not.
    Uncertain(Why),
    Covers(Option<Why>),
}

impl Reach {
    /// From 0, never, to 3, covers as documented.
    pub(super) fn rank(self) -> u32 {
        match self {
            Reach::Never => 0,
            Reach::Uncertain(_) => 1,
            Reach::Covers(Some(_)) => 2,
            Reach::Covers(None) => 3,
        }
    }

    pub(super) fn why(self) -> Option<Why> {
        match self {
            Reach::Never => None,
            Reach::Uncertain(why) => Some(why),
            Reach::Covers(why) => why,
        }
    }
}

/// What a question is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Surface {
    /// A resource, as it was given.
    Plain,
    /// A product's channel, for a feature of the product.
    Realtime,
    /// A product's REST API, for a room.
    #[allow(dead_code, reason = "only products and JavaScript ask for features")]
    Rest,
}

/// A resource that somebody asks about.
pub(super) struct Asked {
    pub(super) surface: Surface,
    /// The resource in question: the channel, also for the REST API of a room.
    pub(super) resource: String,
}

impl Asked {
    pub(super) fn of(surface: Surface, name: &str, tag: &str) -> Asked {
        Asked {
            surface,
            resource: concat(&[name, tag]),
        }
    }

    pub(super) fn resource(&self) -> Resource<'_> {
        Resource::of(&self.resource)
    }

    /// The room or space, and the tag of its channel.
    pub(super) fn product(&self) -> Option<(&str, &'static str)> {
        let resource = self.resource();
        product_channel(resource.path).filter(|_| resource.kind.is_empty())
    }

    /// The name to write in a capability.
    pub(super) fn name(&self) -> &str {
        match self.product() {
            Some((name, _)) if self.surface != Surface::Plain => name,
            _ => &self.resource,
        }
    }

    /// What is shown as the channel or room.
    pub(super) fn shown(&self) -> &str {
        match self.surface {
            Surface::Rest => self.name(),
            _ => &self.resource,
        }
    }

    pub(super) fn reach(&self, text: &str) -> Reach {
        let resource = self.resource();
        let entry = Resource::of(text);
        let covers = entry.covers(&resource);
        let Some((name, tag)) = self.product() else {
            return if covers {
                Reach::Covers(None)
            } else {
                Reach::Never
            };
        };
        let way = match text == name {
            true => Some(None),
            false => way(&entry, name, tag, covers),
        };
        let Some(why) = way else {
            return Reach::Never;
        };
        match (self.surface, why) {
            (Surface::Plain, _) if covers => Reach::Covers(None),
            (Surface::Plain, None) => Reach::Covers(Some("product-channel")),
            (_, None) => Reach::Covers(None),
            (Surface::Realtime, Some(why)) if covers => Reach::Covers(Some(why)),
            (_, Some(why)) => Reach::Uncertain(why),
        }
    }
}

/// In which way an entry reaches the room or space `name`, or its channel, which the entry `covers`
/// by the rule for every resource; `None` if in no way.
fn way(entry: &Resource<'_>, name: &str, tag: &str, covers: bool) -> Option<Option<Why>> {
    let reaches_name = entry.path_covers(name);
    match entry.kind {
        "" | "*" => {}
        "chat" if tag == CHAT && reaches_name => return Some(Some("deprecated-qualifier")),
        _ => return None,
    }
    if !reaches_name {
        return covers.then_some(Some("channel-only-form"));
    }
    if entry.path == "*" {
        return Some(None);
    }
    // A name that is not bare: with [*], or with channel parameters.
    if !entry.kind.is_empty() || entry.path == name {
        return Some(Some("undocumented-form"));
    }
    let mut segments = split(entry.path, b':');
    while let Some(segment) = segments.next() {
        if segment == "*" && !segments.is_done() {
            return Some(Some("inner-wildcard"));
        }
    }
    // A final star, which has to stand for something.
    let above = entry.path.strip_suffix(":*");
    Some((above == Some(name)).then_some("zero-segment"))
}

/// The product of an entry that is written for one: `[chat]R` is of `::$chat`, as `R::$chat` is.
pub(super) fn product_form(resource: &Resource<'_>) -> Option<&'static str> {
    match resource.kind {
        "chat" => Some(CHAT),
        "" => product_channel(resource.path).map(|(_, tag)| tag),
        _ => None,
    }
}

/// An entry as the service may read it: without `[chat]`, and without the tag of a product.
fn bare<'a>(resource: &Resource<'a>) -> Resource<'a> {
    let path = match product_channel(resource.path) {
        Some((name, _)) if resource.kind.is_empty() => name,
        _ => resource.path,
    };
    let kind = match resource.kind {
        "chat" => "",
        kind => kind,
    };
    Resource {
        kind,
        path,
        ..*resource
    }
}

/// Whether two entries that do not intersect may still do so, because one of them is written for a
/// product: no document says how Ably's service narrows those.
pub(super) fn may_intersect(one: &Resource<'_>, other: &Resource<'_>) -> bool {
    match (product_form(one), product_form(other)) {
        (None, None) => return false,
        (Some(tag), Some(other)) if tag != other => return false,
        _ => {}
    }
    bare(one).intersect(&bare(other)).is_some()
}

/// Whether this entry names a channel of the product that no current SDK opens, or that none ever
/// opened; and as which finding.
pub(super) fn dead(entry: &str, name: &str, tag: &str) -> Option<Why> {
    if tag == CHAT {
        let after = entry.strip_prefix(name)?;
        return after
            .starts_with("::$chat::$")
            .then_some("dead-channel-name");
    }
    let (old, older) = match tag {
        CURSORS => ("-cursors", "_cursors"),
        _ => ("-space", ""),
    };
    if entry.strip_prefix(name) == Some(old) {
        return Some(match tag {
            CURSORS => "docs-name-mismatch", // the name of old SDKs, still documented
            _ => "dead-channel-name",
        });
    }
    let after = entry.strip_prefix("_ably_space_")?.strip_prefix(name)?;
    (after == older).then_some("dead-channel-name")
}
