//! The modes of an attachment: what is asked for, and what the capability permits of it.

use super::params::Params;
use crate::capability::Capability;
use crate::sandbox::data::caller::Caller;
use crate::sandbox::data::channel::Channel;
use crate::sandbox::error::Outcome;

/// A mode, its bit in the flags, and the operations that permit it.
struct Mode {
    name: &'static str,
    bit: u64,
    operations: &'static [&'static str],
}

pub(super) const PRESENCE: u64 = 1 << 16;
pub(super) const PUBLISH: u64 = 1 << 17;
pub(super) const SUBSCRIBE: u64 = 1 << 18;
pub(super) const PRESENCE_SUBSCRIBE: u64 = 1 << 19;
pub(super) const ANNOTATION_PUBLISH: u64 = 1 << 21;
pub(super) const ANNOTATION_SUBSCRIBE: u64 = 1 << 22;
const OBJECT_PUBLISH: u64 = 1 << 25;

/// What a client gets that asks for no mode (ably-js test/realtime/channel.test.js).
const DEFAULTS: u64 = PRESENCE | PUBLISH | SUBSCRIBE | PRESENCE_SUBSCRIBE | ANNOTATION_PUBLISH;

/// The modes that nobody but Ably has on a [meta] channel.
const WRITING: u64 = PRESENCE | PUBLISH | ANNOTATION_PUBLISH | OBJECT_PUBLISH;

const MODES: [Mode; 8] = [
    Mode {
        name: "presence",
        bit: PRESENCE,
        operations: &["presence"],
    },
    Mode {
        name: "publish",
        bit: PUBLISH,
        operations: &["publish"],
    },
    Mode {
        name: "subscribe",
        bit: SUBSCRIBE,
        operations: &["subscribe", "message-subscribe"],
    },
    Mode {
        name: "presence_subscribe",
        bit: PRESENCE_SUBSCRIBE,
        operations: &["subscribe", "presence-subscribe"],
    },
    Mode {
        name: "annotation_publish",
        bit: ANNOTATION_PUBLISH,
        operations: &["annotation-publish"],
    },
    Mode {
        name: "annotation_subscribe",
        bit: ANNOTATION_SUBSCRIBE,
        operations: &["annotation-subscribe"],
    },
    Mode {
        name: "object_subscribe",
        bit: 1 << 24,
        operations: &["object-subscribe"],
    },
    Mode {
        name: "object_publish",
        bit: OBJECT_PUBLISH,
        operations: &["object-publish"],
    },
];

/// The modes among the flags of ATTACH.
pub(super) fn in_flags(flags: u64) -> u64 {
    MODES.iter().fold(0, |all, mode| all | flags & mode.bit)
}

/// The modes of a list such as `publish,subscribe`. Unknown names are ignored, as at Ably.
pub(super) fn named(list: &str) -> u64 {
    list.split(',').fold(0, |all, name| all | bit_of(name))
}

/// The part of such a list that names modes. `None`: none of it does.
pub(super) fn recognised(list: &str) -> Option<String> {
    let names = list.split(',').map(str::trim_ascii);
    let known: Vec<&str> = names.filter(|name| bit_of(name) != 0).collect();
    (!known.is_empty()).then(|| known.join(","))
}

fn bit_of(name: &str) -> u64 {
    let name = name.trim_ascii();
    let mode = MODES
        .iter()
        .find(|mode| mode.name.eq_ignore_ascii_case(name));
    mode.map_or(0, |mode| mode.bit)
}

/// The modes that are asked for and permitted. 0: none is.
pub(super) fn granted(asked: u64, capability: &Capability, channel: &str) -> u64 {
    let asked = if asked == 0 { DEFAULTS } else { asked };
    let is_meta = Channel::read(channel).is_ok_and(|channel| channel.is_meta);
    let asked = if is_meta { asked & !WRITING } else { asked };
    let mut all = 0;
    for mode in MODES.iter().filter(|mode| asked & mode.bit != 0) {
        let permits = |operation: &&str| capability.allows(operation, channel);
        if mode.operations.iter().any(permits) {
            all |= mode.bit;
        }
    }
    all
}

/// The modes of an attachment: one at least.
///
/// # Errors
/// 40160: none is permitted, or not the occupancy that the parameters ask for. 40161: the channel's
/// namespace requires identified clients. 40010: the modes write, and the channel is Ably's own.
pub(super) fn admitted(
    caller: &Caller<'_>,
    (asked, params): (u64, &Params),
    channel: &str,
) -> Outcome<u64> {
    let granted = granted(asked, &caller.capability, channel);
    match granted {
        0 => {
            caller.permit(wanted_operation(asked), channel)?;
            Channel::read(channel)?.not_meta("writes")?;
        }
        _ => caller.identified(channel)?,
    }
    // <https://ably.com/docs/channels/options#occupancy>
    if params.occupancy.is_some() {
        caller.permit("channel-metadata", channel)?;
    }
    Ok(granted)
}

/// The operation to name in the refusal of these modes.
fn wanted_operation(asked: u64) -> &'static str {
    let asked = if asked == 0 { SUBSCRIBE } else { asked };
    let mode = MODES.iter().find(|mode| asked & mode.bit != 0);
    let operation = mode.and_then(|mode| mode.operations.first());
    operation.copied().unwrap_or("subscribe")
}
