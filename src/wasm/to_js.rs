//! The result of a rarely called function, as one type. A derived serializer for each struct would be larger than all
//! of those functions together.

use serde::ser::{Serialize, SerializeMap, SerializeSeq, Serializer};
use wasm_bindgen::JsValue;

pub(super) enum Value<'a> {
    Flag(bool),
    Number(f64),
    Text(&'a str),
    List(Vec<Value<'a>>),
    Object(Object<'a>),
}

/// Members in the order of their insertion.
#[derive(Default)]
pub(super) struct Object<'a>(Vec<(&'static str, Value<'a>)>);

impl<'a> Object<'a> {
    // Not inlined, so that adding a member is four numbers and a call.
    #[inline(never)]
    pub(super) fn text(&mut self, name: &'static str, text: &'a str) {
        self.set(name, Value::Text(text));
    }

    /// A member that is left out when it is absent.
    #[inline(never)]
    pub(super) fn optional(&mut self, name: &'static str, text: &'a Option<String>) {
        if let Some(text) = text {
            self.text(name, text);
        }
    }

    /// A time in milliseconds, left out when it is absent.
    pub(super) fn time(&mut self, name: &'static str, time: Option<u64>) {
        if let Some(time) = time {
            self.set(name, Value::Number(time as f64));
        }
    }

    #[inline(never)]
    pub(super) fn set(&mut self, name: &'static str, value: Value<'a>) {
        self.0.push((name, value));
    }

    pub(super) fn into_js(self) -> JsValue {
        Value::Object(self).into_js()
    }
}

impl Value<'_> {
    #[inline(never)]
    pub(super) fn into_js(self) -> JsValue {
        let serializer = serde_wasm_bindgen::Serializer::new().serialize_maps_as_objects(true);
        // Cannot fail: there are only texts, numbers, lists and objects.
        self.serialize(&serializer).unwrap_or_default()
    }
}

impl Serialize for Value<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Value::Flag(flag) => serializer.serialize_bool(*flag),
            Value::Number(number) => serializer.serialize_f64(*number),
            Value::Text(text) => serializer.serialize_str(text),
            Value::List(values) => {
                let mut list = serializer.serialize_seq(None)?;
                for value in values {
                    list.serialize_element(value)?;
                }
                list.end()
            }
            Value::Object(Object(members)) => {
                let mut object = serializer.serialize_map(None)?;
                for (name, value) in members {
                    object.serialize_entry(name, value)?;
                }
                object.end()
            }
        }
    }
}
