//! Reads records from their text.

use std::vec::IntoIter;

use serde_json::{Map, Value};

use super::{AccessTokenRecord, AppRecord, KeyRecord, Kind, Mutation, Record, TokenRecord};
use crate::sandbox::codec::read_json;

/// Why a text is not a valid record.
pub(in crate::sandbox) enum Unreadable {
    /// Not JSON, starting at this byte.
    Byte(usize),
    /// JSON, but not a list that starts with a time.
    NotARecord,
    /// The step with this number, counting from 1, has an invalid name or invalid fields.
    Step(usize),
}

pub(in crate::sandbox) fn read(text: &str) -> Result<Record, Unreadable> {
    let value = read_json(text.as_bytes()).map_err(|error| Unreadable::Byte(error.column()))?;
    let Value::Array(items) = value else {
        return Err(Unreadable::NotARecord);
    };
    let mut items = items.into_iter();
    let at = items.next().and_then(|at| at.as_u64());
    let at = at.ok_or(Unreadable::NotARecord)?;
    let mut changes = Vec::new();
    for item in items {
        let number = changes.len() + 1;
        changes.push(step(item).ok_or(Unreadable::Step(number))?);
    }
    Ok(Record { at, changes })
}

fn step(item: Value) -> Option<Mutation> {
    let Value::Array(items) = item else {
        return None;
    };
    let mut fields = Fields {
        items: items.into_iter(),
        is_wrong: false,
    };
    let name = fields.text();
    let step = match name.as_str() {
        "setUp" => Mutation::SetUp {
            version: fields.whole(),
            seed: fields.maybe(),
        },
        "putApp" => Mutation::PutApp {
            app: AppRecord {
                id: fields.text(),
                fields: fields.map(),
            },
        },
        "deleteApp" => Mutation::DeleteApp { app: fields.text() },
        "putKey" => Mutation::PutKey {
            app: fields.text(),
            key: fields.key(),
        },
        "putThing" => Mutation::PutThing {
            app: fields.text(),
            kind: fields.kind(),
            id: fields.text(),
            thing: fields.value(),
        },
        "deleteThing" => Mutation::DeleteThing {
            app: fields.text(),
            kind: fields.kind(),
            id: fields.text(),
        },
        "putAccessToken" => Mutation::PutAccessToken {
            token: fields.access_token(),
        },
        "deleteAccessToken" => Mutation::DeleteAccessToken { id: fields.text() },
        "issueToken" => Mutation::IssueToken {
            token: fields.token(),
        },
        "useNonce" => Mutation::UseNonce {
            key_name: fields.text(),
            nonce: fields.text(),
            timestamp: fields.whole(),
        },
        "revoke" => Mutation::Revoke {
            key_name: fields.text(),
            targets: fields.texts(),
            issued_before: fields.whole(),
            applies_at: fields.whole(),
        },
        "publish" => Mutation::Publish {
            app: fields.text(),
            channel: fields.text(),
            messages: fields.list(),
        },
        "edit" => Mutation::Edit {
            app: fields.text(),
            channel: fields.text(),
            stored: Value::Object(fields.map()),
            told: Value::Object(fields.map()),
        },
        "putVersions" => Mutation::PutVersions {
            app: fields.text(),
            channel: fields.text(),
            serial: fields.text(),
            versions: fields.list(),
        },
        "annotate" => Mutation::Annotate {
            app: fields.text(),
            channel: fields.text(),
            annotations: fields.list(),
            told: Value::Object(fields.map()),
        },
        "putAnnotations" => Mutation::PutAnnotations {
            app: fields.text(),
            channel: fields.text(),
            serial: fields.text(),
            annotations: fields.list(),
        },
        "presence" => Mutation::Presence {
            app: fields.text(),
            channel: fields.text(),
            events: fields.list(),
        },
        "putPresence" => Mutation::PutPresence {
            app: fields.text(),
            channel: fields.text(),
            members: fields.list(),
        },
        "putStats" => Mutation::PutStats {
            app: fields.text(),
            stats: fields.list(),
        },
        _ => return None,
    };
    (!fields.is_wrong && fields.items.len() == 0).then_some(step)
}

/// The fields of a step, read in order. A missing or invalid field is noted, and no value takes its
/// place.
struct Fields {
    items: IntoIter<Value>,
    is_wrong: bool,
}

impl Fields {
    fn key(&mut self) -> KeyRecord {
        KeyRecord {
            id: self.text(),
            secret: self.text(),
            name: self.text(),
            capability: self.text(),
            revocable_tokens: self.flag(),
            is_revoked: self.flag(),
            created: self.whole(),
            modified: self.whole(),
        }
    }

    fn access_token(&mut self) -> AccessTokenRecord {
        AccessTokenRecord {
            id: self.text(),
            name: self.text(),
            hash: self.text(),
            capabilities: self.texts(),
            is_admin: self.flag(),
            created: self.whole(),
            expires: self.maybe_whole(),
            last_used: self.maybe_whole(),
        }
    }

    fn token(&mut self) -> TokenRecord {
        TokenRecord {
            hash: self.text(),
            key_name: self.text(),
            capability: self.text(),
            client_id: self.maybe(),
            issued: self.whole(),
            expires: self.whole(),
        }
    }

    #[inline(never)]
    fn value(&mut self) -> Value {
        let value = self.items.next();
        self.is_wrong |= value.is_none();
        value.unwrap_or_default()
    }

    #[inline(never)]
    fn maybe(&mut self) -> Option<String> {
        match self.value() {
            Value::String(text) => return Some(text),
            value => self.is_wrong |= !value.is_null(),
        }
        None
    }

    #[inline(never)]
    fn text(&mut self) -> String {
        let text = self.maybe();
        self.is_wrong |= text.is_none();
        text.unwrap_or_default()
    }

    #[inline(never)]
    fn maybe_whole(&mut self) -> Option<u64> {
        let value = self.value();
        let number = value.as_u64();
        self.is_wrong |= number.is_none() && !value.is_null();
        number
    }

    #[inline(never)]
    fn whole(&mut self) -> u64 {
        let number = self.maybe_whole();
        self.is_wrong |= number.is_none();
        number.unwrap_or_default()
    }

    #[inline(never)]
    fn flag(&mut self) -> bool {
        let flag = self.value().as_bool();
        self.is_wrong |= flag.is_none();
        flag.unwrap_or_default()
    }

    #[inline(never)]
    fn list(&mut self) -> Vec<Value> {
        match self.value() {
            Value::Array(items) => items,
            _ => {
                self.is_wrong = true;
                Vec::new()
            }
        }
    }

    #[inline(never)]
    fn texts(&mut self) -> Vec<String> {
        let mut texts = Fields {
            items: self.list().into_iter(),
            is_wrong: false,
        };
        let mut out = Vec::new();
        while texts.items.len() > 0 {
            out.push(texts.text());
        }
        self.is_wrong |= texts.is_wrong;
        out
    }

    fn map(&mut self) -> Map<String, Value> {
        match self.value() {
            Value::Object(members) => members,
            _ => {
                self.is_wrong = true;
                Map::new()
            }
        }
    }

    fn kind(&mut self) -> Kind {
        let name = self.text();
        for kind in Kind::ALL {
            if kind.name() == name {
                return kind;
            }
        }
        self.is_wrong = true;
        Kind::Rule
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::super::write;
    use super::{Unreadable, read};

    fn steps() -> Vec<Value> {
        let token = json!(["id", "name", "hash", ["read:app"], false, 1, null, 2]);
        let mut put_token = vec![json!("putAccessToken")];
        put_token.extend(token.as_array().cloned().unwrap());
        vec![
            json!(["setUp", 1, null]),
            json!(["setUp", 1, "a seed"]),
            json!(["putApp", "id", { "name": "é\n\"" }]),
            json!(["deleteApp", "id"]),
            json!([
                "putKey",
                "app",
                "id",
                "secret",
                "name",
                "{}",
                true,
                false,
                1,
                u64::MAX
            ]),
            json!(["putThing", "app", "rule", "id", [1.5, { "a": null }]]),
            json!(["deleteThing", "app", "namespace", "id"]),
            Value::Array(put_token),
            json!(["deleteAccessToken", "id"]),
            json!(["issueToken", "hash", "key", "{}", "ada", 1, 2]),
            json!(["issueToken", "hash", "key", "{}", null, 1, 2]),
            json!(["useNonce", "key", "nonce", 1]),
            json!(["revoke", "key", ["clientId:ada"], 1, 2]),
            json!(["publish", "app", "channel", [{ "data": 0.1 }]]),
            json!(["edit", "app", "channel", { "serial": "s" }, { "data": "x" }]),
            json!(["putVersions", "app", "channel", "serial", [{ "data": "x" }]]),
            json!(["annotate", "app", "channel", [{ "type": "x" }], { "action": 4 }]),
            json!(["putAnnotations", "app", "channel", "serial", [{ "type": "x" }]]),
            json!(["presence", "app", "channel", [{ "action": 2 }]]),
            json!(["putPresence", "app", "channel", []]),
            json!(["putStats", "app", [{ "entries": {} }]]),
        ]
    }

    fn step_that_is_wrong(record: &Value) -> Option<usize> {
        match read(&record.to_string()) {
            Err(Unreadable::Step(number)) => Some(number),
            _ => None,
        }
    }

    #[test]
    fn what_is_written_is_what_was_read() {
        let mut record = vec![json!(u64::MAX)];
        record.extend(steps());
        let text = Value::Array(record).to_string();
        let read = read(&text).unwrap_or_else(|_| panic!("a record"));
        assert_eq!(write(&read).as_str(), text);
    }

    #[test]
    fn a_step_has_its_own_fields_and_no_other() {
        for step in steps() {
            let fields = step.as_array().unwrap();
            let mut wrong = vec![json!(null), json!([]), json!({}), json!("setUp")];
            for count in 0..fields.len() {
                wrong.push(json!(fields[..count]));
            }
            wrong.push(json!([fields.as_slice(), &[json!(0)]].concat()));
            for at in 0..fields.len() {
                let mut changed = fields.clone();
                // The content of a thing is arbitrary.
                if changed[0] != json!("putThing") || at != 4 {
                    changed[at] = json!(-1);
                    wrong.push(json!(changed));
                }
            }
            for wrong in wrong {
                let record = json!([7, step, wrong]);
                assert_eq!(step_that_is_wrong(&record), Some(2), "{record}");
            }
        }
        let texts = json!([7, ["revoke", "key", ["clientId:ada", 7], 1, 2]]);
        assert_eq!(step_that_is_wrong(&texts), Some(1));
        let kind = json!([7, ["deleteThing", "app", "key", "id"]]);
        assert_eq!(step_that_is_wrong(&kind), Some(1));
    }

    #[test]
    fn an_invalid_record_differs_from_invalid_json() {
        for text in ["null", "{}", "[]", "[-1]", r#"["7"]"#, "[[]]"] {
            assert!(matches!(read(text), Err(Unreadable::NotARecord)), "{text}");
        }
        for (text, byte) in [("", 0), ("[7", 2), ("[7] x", 5), (r#"[7,["a]"#, 7)] {
            match read(text) {
                Err(Unreadable::Byte(found)) => assert_eq!(found, byte, "{text}"),
                _ => panic!("{text} was read"),
            }
        }
        assert!(read("[7]").is_ok());
    }
}
