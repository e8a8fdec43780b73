//! JSON and MessagePack: the same values, in two forms.
//!
//! Inside there is JSON only. The `data` of a message may be bytes, which MessagePack has and JSON has
//! not: there it is base64, and `encoding` says so (SPEC RSL4). So it is in here too, and it becomes
//! bytes on its way out as MessagePack.

pub(super) mod base64;
mod bytes;
mod message_pack;
mod strict;

use serde::Serialize;
use serde_json::Value;

pub(super) use strict::read_json;

/// Deeper values are refused. They stand in records of changes, some levels down, and those are read by
/// `serde_json`, which goes down 128.
const MAX_DEPTH: usize = 64;

/// How values are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    Json,
    MessagePack,
}

impl Format {
    /// Of the query parameter `format`.
    pub(super) fn named(name: &str) -> Format {
        match name {
            "msgpack" => Format::MessagePack,
            _ => Format::Json,
        }
    }

    /// Of an `Accept` header: the first of the two that stands there.
    pub(super) fn accepted(header: &str) -> Format {
        let mut types = header.split(',').map(essence);
        types.find_map(Format::of_type).unwrap_or(Format::Json)
    }

    /// Of a `Content-Type` header. JSON if it says nothing, or something else.
    pub(super) fn of(content_type: &str) -> Format {
        Format::of_type(essence(content_type)).unwrap_or(Format::Json)
    }

    fn of_type(name: &str) -> Option<Format> {
        match name.to_ascii_lowercase().as_str() {
            "application/json" => Some(Format::Json),
            "application/x-msgpack" | "application/msgpack" | "application/vnd.msgpack" => {
                Some(Format::MessagePack)
            }
            _ => None,
        }
    }

    pub(super) fn media_type(self) -> &'static str {
        match self {
            Format::Json => "application/json",
            Format::MessagePack => "application/x-msgpack",
        }
    }
}

/// A media type without its parameters.
fn essence(text: &str) -> &str {
    text.split(';').next().unwrap_or_default().trim_ascii()
}

/// # Errors
/// What a body is instead, as the end of a sentence about it.
pub(super) fn read(body: &[u8], format: Format) -> Result<Value, String> {
    match format {
        Format::Json => strict::read(body),
        Format::MessagePack => message_pack::read(body),
    }
}

pub(super) fn write(value: &Value, format: Format) -> Vec<u8> {
    match format {
        Format::Json => json_text(value).into_bytes(),
        Format::MessagePack => message_pack::write(value),
    }
}

/// All JSON is written here: `serde_json` is doubled for each kind of place to write to.
pub(super) fn json_text(value: &impl Serialize) -> String {
    // Maps of texts, and numbers that are numbers: there is none that cannot be written.
    serde_json::to_string(value).unwrap_or_default()
}

#[cfg(test)]
mod tests;
