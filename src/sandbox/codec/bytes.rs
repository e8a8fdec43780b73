//! Binary message data: base64, with an `encoding` that ends in `base64`.

use serde_json::{Map, Value};

use crate::base64::push_standard;
use crate::text::ascii;

pub(super) const DATA: &str = "data";
pub(super) const ENCODING: &str = "encoding";
const BASE64: &str = "base64";

/// Sets the data of a message to these bytes.
///
/// # Errors
/// The message's `encoding` is not a string.
pub(super) fn put(message: &mut Map<String, Value>, bytes: &[u8]) -> Result<(), String> {
    let encoding = match message.get(ENCODING) {
        None | Some(Value::Null) => BASE64.to_owned(),
        Some(Value::String(before)) if before.is_empty() => BASE64.to_owned(),
        Some(Value::String(before)) => format!("{before}/{BASE64}"),
        Some(_) => return Err("MessagePack with an encoding that is not a string".to_owned()),
    };
    let mut text = Vec::new();
    push_standard(&mut text, bytes);
    message.insert(DATA.to_owned(), Value::String(ascii(text)));
    message.insert(ENCODING.to_owned(), Value::String(encoding));
    Ok(())
}

/// The decoded data of a message and its encoding without base64, or `None` if the data is not
/// base64. Base64 that this module would encode differently stays as it is.
pub(super) fn take(message: &Map<String, Value>) -> Option<(Vec<u8>, Option<&str>)> {
    let encoding = message.get(ENCODING)?.as_str()?;
    let before = match encoding.rsplit_once('/') {
        None if encoding == BASE64 => None,
        Some((before, BASE64)) if !before.is_empty() => Some(before),
        _ => return None,
    };
    let text = message.get(DATA)?.as_str()?;
    Some((super::base64::decode(text)?, before))
}
