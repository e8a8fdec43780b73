//! Reads the fields of a JSON object in a request.

use serde_json::{Map, Value};

use crate::sandbox::error::{Outcome, Refusal};

/// # Errors
/// 40000: not an object. `what` is the subject of the message.
pub(in crate::sandbox) fn object<'v>(
    value: &'v Value,
    what: &str,
) -> Outcome<&'v Map<String, Value>> {
    let bad = || Refusal::bad(format!("{what} is not an object"));
    value.as_object().ok_or_else(bad)
}

/// Returns a field unless it is absent or null.
pub(in crate::sandbox) fn field<'v>(
    fields: &'v Map<String, Value>,
    name: &str,
) -> Option<&'v Value> {
    fields.get(name).filter(|value| !value.is_null())
}

/// # Errors
/// 40000: the field is present but not a string.
pub(in crate::sandbox) fn text<'v>(
    fields: &'v Map<String, Value>,
    name: &str,
) -> Outcome<Option<&'v str>> {
    let bad = || Refusal::bad(format!("{name} is not a text"));
    let text = |value: &'v Value| value.as_str().ok_or_else(bad);
    field(fields, name).map(text).transpose()
}

/// # Errors
/// 40000: the field is present but not a boolean.
pub(in crate::sandbox) fn flag(fields: &Map<String, Value>, name: &str) -> Outcome<bool> {
    let bad = || Refusal::bad(format!("{name} is neither true nor false"));
    let flag = |value: &Value| value.as_bool().ok_or_else(bad);
    Ok(field(fields, name).map(flag).transpose()?.unwrap_or(false))
}

/// Reads a non-negative integer, or a string that contains one.
pub(in crate::sandbox) fn whole(value: &Value) -> Option<u64> {
    match value {
        Value::String(text) => text.parse().ok(),
        value => value.as_u64(),
    }
    // JavaScript's largest safe integer, which also prevents overflows.
    .filter(|number| *number < 1 << 53)
}
