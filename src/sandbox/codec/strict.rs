//! Reads JSON like `serde_json`, but rejects duplicate names and excessive depth.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

use super::MAX_DEPTH;

pub(super) fn read(body: &[u8]) -> Result<Value, String> {
    let strict = Reader {
        depth: 0,
        is_strict: true,
    };
    strict
        .read(body)
        .map_err(|error| format!("not valid JSON: {error}"))
}

/// Reads JSON leniently: if a name repeats, its last value counts.
pub(in crate::sandbox) fn read_json(text: &[u8]) -> Result<Value, serde_json::Error> {
    let lax = Reader {
        depth: 0,
        is_strict: false,
    };
    lax.read(text)
}

/// Reads a value at the given depth.
///
/// All JSON values are read by this type. `serde_json`'s own reader for values would be compiled
/// again for each kind of input.
#[derive(Clone, Copy)]
struct Reader {
    depth: usize,
    is_strict: bool,
}

impl Reader {
    fn read(self, text: &[u8]) -> Result<Value, serde_json::Error> {
        let mut source = serde_json::Deserializer::from_slice(text);
        let value = self.deserialize(&mut source)?;
        source.end()?;
        Ok(value)
    }

    fn below<E: Error>(self) -> Result<Reader, E> {
        if self.is_strict && self.depth == MAX_DEPTH {
            return Err(E::custom(format!("nested over {MAX_DEPTH} levels deep")));
        }
        Ok(Reader {
            depth: self.depth + 1,
            ..self
        })
    }
}

impl<'de> DeserializeSeed<'de> for Reader {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Reader {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Value, E> {
        let number = Number::from_f64(value);
        number
            .map(Value::Number)
            .ok_or_else(|| E::custom("a number out of range"))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(Value::String(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Value, A::Error> {
        let below = self.below()?;
        let mut values = Vec::new();
        while let Some(value) = list.next_element_seed(below)? {
            values.push(value);
        }
        Ok(Value::Array(values))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        let below = self.below()?;
        let mut members = Map::new();
        while let Some(name) = map.next_key::<String>()? {
            if self.is_strict && members.contains_key(&name) {
                // The name is not repeated, because it may be long or a misplaced secret.
                return Err(A::Error::custom("a duplicate name"));
            }
            members.insert(name, map.next_value_seed(below)?);
        }
        Ok(Value::Object(members))
    }
}
