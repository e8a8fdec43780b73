//! Reads a published message.

use serde_json::{Map, Value};

use super::caller::{Caller, Identity};
use super::fields::{field, object, text};
use crate::sandbox::codec::{base64, json_text};
use crate::sandbox::error::{Outcome, Refusal};
use crate::sandbox::object::set;

/// A valid message that has not been published yet.
pub(in crate::sandbox) struct Draft {
    /// The fields as history shows them, except the id, time and serial that publishing adds.
    pub(in crate::sandbox) fields: Map<String, Value>,
    /// The id that the publisher set for idempotency.
    pub(in crate::sandbox) id: Option<String>,
    /// The size, as Ably counts it (SPEC TM6).
    pub(in crate::sandbox) bytes: usize,
}

impl Draft {
    /// Reads what a caller wants to publish on a channel, as this identity.
    ///
    /// # Errors
    /// 40000, 40012, 40013, 40031, 40032: the message is invalid. 40160: it has privileged extras,
    /// and the capability does not permit them (<https://ably.com/docs/auth/capabilities>).
    pub(in crate::sandbox) fn read(
        message: &Value,
        identity: &Identity,
        (caller, channel): (&Caller<'_>, &str),
    ) -> Outcome<Draft> {
        let message = object(message, "the message")?;
        let mut fields = Map::new();
        let mut bytes = 0;
        if let Some(name) = text(message, "name")? {
            bytes += name.len();
            set(&mut fields, "name", name);
        }
        if let Some(client_id) = identity.stamp(client_id(message)?)? {
            bytes += client_id.len();
            set(&mut fields, "clientId", client_id);
        }
        bytes += data(message, &mut fields)?;
        if let Some(extras) = field(message, "extras") {
            let extras = object(extras, "extras")?;
            // Receivers rely on only the token's issuer being able to set this.
            if extras.contains_key("userClaim") {
                return Err(Refusal::new(
                    400,
                    40032,
                    "extras.userClaim can only come from the token",
                ));
            }
            if field(extras, "privileged").is_some() {
                caller.permit("privileged-headers", channel)?;
            }
            bytes += json_text(extras).len();
            set(&mut fields, "extras", extras.clone());
        }
        let id = match field(message, "id") {
            None => None,
            Some(Value::String(id)) if !id.is_empty() => Some(id.clone()),
            Some(_) => return Err(bad_id("a message id is empty or not a string")),
        };
        Ok(Draft { fields, id, bytes })
    }
}

/// 40031, 400: <https://ably.com/docs/platform/errors/codes/40031-invalid-client-specified-message-id>
pub(in crate::sandbox) fn bad_id(message: &str) -> Refusal {
    Refusal::new(400, 40031, message)
}

fn client_id(message: &Map<String, Value>) -> Outcome<Option<&str>> {
    match field(message, "clientId") {
        None => Ok(None),
        Some(Value::String(id)) if !id.is_empty() => Ok(Some(id)),
        Some(_) => Err(super::caller::client_id(
            "the message's clientId is empty or not a string",
        )),
    }
}

/// Copies the data and returns its size in bytes.
fn data(message: &Map<String, Value>, fields: &mut Map<String, Value>) -> Outcome<usize> {
    let encoding = text(message, "encoding")?.filter(|encoding| !encoding.is_empty());
    let (data, encoding) = match field(message, "data") {
        None => (None, encoding.map(str::to_owned)),
        Some(Value::String(text)) => (Some(text.clone()), encoding.map(str::to_owned)),
        // Objects and arrays become JSON text, as a client would encode them (SPEC RSL4d3).
        Some(value @ (Value::Object(_) | Value::Array(_))) => {
            let before = encoding.map(|before| format!("{before}/"));
            let encoding = format!("{}json", before.unwrap_or_default());
            (Some(json_text(value)), Some(encoding))
        }
        Some(_) => {
            return Err(Refusal::new(
                400,
                40013,
                "data is neither a text, nor bytes, nor an object or list",
            ));
        }
    };
    let is_base64 = encoding
        .as_deref()
        .is_some_and(|it| it == "base64" || it.ends_with("/base64"));
    let mut bytes = data.as_ref().map_or(0, String::len);
    if let (true, Some(text)) = (is_base64, &data) {
        bytes = base64::decode(text).map_or(bytes, |decoded| decoded.len());
    }
    for (name, value) in [("data", data), ("encoding", encoding)] {
        if let Some(value) = value {
            set(fields, name, value);
        }
    }
    Ok(bytes)
}
