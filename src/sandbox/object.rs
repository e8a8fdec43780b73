//! Builds JSON objects member by member: a fraction of the code that `json!` generates.

use serde_json::{Map, Value};

/// `object!({ "name": value })`; each value converts to JSON with `into`.
macro_rules! object {
    ({ $($name:tt : $value:expr),* $(,)? }) => {
        $crate::sandbox::object::of(&mut [$(($name, ::serde_json::Value::from($value))),*])
    };
}
pub(super) use object;

#[inline(never)]
pub(super) fn of(members: &mut [(&str, Value)]) -> Value {
    let mut object = Map::new();
    for (name, value) in members {
        set(&mut object, name, value.take());
    }
    Value::Object(object)
}

/// Sets a member, replacing any existing one.
pub(super) fn set(object: &mut Map<String, Value>, name: &str, value: impl Into<Value>) {
    set_value(object, name, value.into());
}

#[inline(never)]
fn set_value(object: &mut Map<String, Value>, name: &str, value: Value) {
    object.insert(name.to_owned(), value);
}

/// Sets all members of another object.
#[inline(never)]
pub(super) fn set_all(object: &mut Map<String, Value>, others: Map<String, Value>) {
    for (name, value) in others {
        object.insert(name, value);
    }
}
