//! JSON and MessagePack, two encodings of the same values.
//!
//! The sandbox uses JSON values internally. The `data` of a message can be binary in MessagePack
//! but not in JSON, where it is base64 and `encoding` says so (SPEC RSL4). It is stored that way
//! and converted to bytes when the response is MessagePack.

pub(super) mod base64;
mod bytes;
mod message_pack;
mod strict;

use serde::Serialize;
use serde_json::Value;

pub(super) use strict::read_json;

/// Maximum nesting depth. Values are stored inside records, a few levels down, and `serde_json`
/// reads those up to a depth of 128.
const MAX_DEPTH: usize = 64;

/// The encoding of a body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    Json,
    MessagePack,
}

impl Format {
    /// Reads the query parameter `format`.
    pub(super) fn named(name: &str) -> Format {
        match name {
            "msgpack" => Format::MessagePack,
            _ => Format::Json,
        }
    }

    /// Reads an `Accept` header: the first of the two formats that it lists.
    pub(super) fn accepted(header: &str) -> Format {
        let mut types = header.split(',').map(essence);
        types.find_map(Format::of_type).unwrap_or(Format::Json)
    }

    /// Reads a `Content-Type` header. Defaults to JSON.
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

/// The media type without its parameters.
fn essence(text: &str) -> &str {
    text.split(';').next().unwrap_or_default().trim_ascii()
}

/// # Errors
/// Describes the actual content, as the end of a sentence about the body.
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

/// Serializes all JSON in the sandbox: `serde_json` is compiled separately for each type of writer.
pub(super) fn json_text(value: &impl Serialize) -> String {
    // Cannot fail: all keys are strings, and all numbers are finite.
    serde_json::to_string(value).unwrap_or_default()
}

#[cfg(test)]
mod tests;
