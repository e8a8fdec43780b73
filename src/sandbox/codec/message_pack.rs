//! Converts between MessagePack and JSON values.

use rmpv::Value as Packed;
use serde_json::{Map, Number, Value};

use super::MAX_DEPTH;
use super::bytes;

pub(super) fn read(body: &[u8]) -> Result<Value, String> {
    let mut rest = body;
    // The reader counts a list and its items as separate levels. This limits its recursion; the
    // exact depth is checked afterwards.
    let packed = rmpv::decode::read_value_with_max_depth(&mut rest, 2 * MAX_DEPTH + 4)
        .map_err(|error| format!("not MessagePack: {error}"))?;
    if !rest.is_empty() {
        return Err("not only MessagePack: more data follows".to_owned());
    }
    unpack(packed, 0)
}

fn unpack(packed: Packed, depth: usize) -> Result<Value, String> {
    let is_too_deep = || {
        let message = format!("MessagePack nested over {MAX_DEPTH} levels deep");
        (depth == MAX_DEPTH).then_some(message).map_or(Ok(()), Err)
    };
    Ok(match packed {
        Packed::Nil => Value::Null,
        Packed::Boolean(value) => Value::Bool(value),
        Packed::Integer(value) => match (value.as_u64(), value.as_i64()) {
            (Some(value), _) => Value::from(value),
            (None, value) => Value::from(value.unwrap_or_default()),
        },
        Packed::F32(value) => number(f64::from(value))?,
        Packed::F64(value) => number(value)?,
        Packed::String(text) => text
            .into_str()
            .map(Value::String)
            .ok_or("MessagePack with a text that is not UTF-8")?,
        Packed::Array(items) => {
            is_too_deep()?;
            let items = items.into_iter().map(|item| unpack(item, depth + 1));
            Value::Array(items.collect::<Result<_, _>>()?)
        }
        Packed::Map(pairs) => {
            is_too_deep()?;
            map(pairs, depth)?
        }
        // ably-js sends this for `undefined`.
        Packed::Ext(0, data) if data == [0] => Value::Null,
        Packed::Ext(..) => {
            return Err("MessagePack with an unknown extension".to_owned());
        }
        Packed::Binary(_) => {
            return Err("MessagePack with bytes outside the data of a message".to_owned());
        }
    })
}

fn map(pairs: Vec<(Packed, Packed)>, depth: usize) -> Result<Value, String> {
    let mut members = Map::new();
    let mut data = None;
    for (name, value) in pairs {
        let Some(name) = name.as_str() else {
            return Err("MessagePack with a name that is not a string".to_owned());
        };
        let value = match value {
            Packed::Binary(found) if name == bytes::DATA => {
                data = Some(found);
                Value::Null
            }
            value => unpack(value, depth + 1)?,
        };
        if members.insert(name.to_owned(), value).is_some() {
            return Err("MessagePack with a duplicate name".to_owned());
        }
    }
    if let Some(data) = data {
        bytes::put(&mut members, &data)?;
    }
    Ok(Value::Object(members))
}

fn number(value: f64) -> Result<Value, String> {
    let number = Number::from_f64(value).map(Value::Number);
    number.ok_or_else(|| "MessagePack with a number that is NaN or infinite".to_owned())
}

pub(super) fn write(value: &Value) -> Vec<u8> {
    let mut out = Vec::new();
    // Cannot fail: it writes to memory.
    let _ = rmpv::encode::write_value(&mut out, &pack(value));
    out
}

fn pack(value: &Value) -> Packed {
    match value {
        Value::Null => Packed::Nil,
        Value::Bool(value) => Packed::Boolean(*value),
        Value::Number(number) => match (number.as_u64(), number.as_i64()) {
            (Some(number), _) => Packed::from(number),
            (None, Some(number)) => Packed::from(number),
            (None, None) => Packed::F64(number.as_f64().unwrap_or_default()),
        },
        Value::String(text) => Packed::from(text.as_str()),
        Value::Array(items) => Packed::Array(items.iter().map(pack).collect()),
        Value::Object(members) => match bytes::take(members) {
            Some((bytes, encoding)) => {
                let pairs = members
                    .iter()
                    .filter_map(|(name, value)| match name.as_str() {
                        bytes::DATA => {
                            Some((Packed::from(bytes::DATA), Packed::from(bytes.as_slice())))
                        }
                        bytes::ENCODING => {
                            encoding.map(|it| (Packed::from(bytes::ENCODING), Packed::from(it)))
                        }
                        name => Some((Packed::from(name), pack(value))),
                    });
                Packed::Map(pairs.collect())
            }
            None => {
                let pair =
                    |(name, value): (&String, &Value)| (Packed::from(name.as_str()), pack(value));
                Packed::Map(members.iter().map(pair).collect())
            }
        },
    }
}
