//! Reads the body of a Control API or dashboard call.

use serde_json::{Map, Value};

use super::shape::{Field, Problems, check};
use crate::sandbox::Context;
use crate::sandbox::codec::read_json;
use crate::sandbox::error::{Outcome, Refusal};
use crate::sandbox::limits::MAX_CONTROL_BODY_BYTES;

/// Reads an object with exactly these fields.
///
/// # Errors
/// 400: the body is not an object. 422: its fields are invalid.
pub(in crate::sandbox) fn read(
    context: &Context<'_>,
    fields: &[Field],
    is_new: bool,
) -> Outcome<Map<String, Value>> {
    let object = read_object(context)?;
    let mut problems = Problems::default();
    check(&object, fields, is_new, &mut problems);
    problems.refuse()?;
    Ok(object)
}

/// Reads an object with any fields.
///
/// # Errors
/// 400: the body is not an object.
pub(in crate::sandbox) fn read_object(context: &Context<'_>) -> Outcome<Map<String, Value>> {
    let request = context.call.request;
    if request.body.len() > MAX_CONTROL_BODY_BYTES {
        let message = format!("the body is over the bound of {MAX_CONTROL_BODY_BYTES} bytes");
        return Err(Refusal::new(413, 40009, message));
    }
    let header = request.header("content-type").unwrap_or_default();
    let media_type = header.split(';').next().unwrap_or_default().trim_ascii();
    if request.body.is_empty() {
        return Err(Refusal::bad("there is no body: send a JSON object"));
    }
    if !media_type.eq_ignore_ascii_case("application/json") {
        return Err(Refusal::bad(
            "the body is not declared as JSON: send it with Content-Type: application/json",
        ));
    }
    match read_json(&request.body) {
        Ok(Value::Object(object)) => Ok(object),
        Ok(_) => Err(Refusal::bad("the body is JSON, but not an object")),
        // The reader's error names the position and repeats nothing of the text.
        Err(error) => Err(Refusal::bad(format!("the body is not JSON: {error}"))),
    }
}
