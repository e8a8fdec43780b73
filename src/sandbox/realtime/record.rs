//! Connections as texts, for a runtime that forgets its memory while sockets stay open.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use serde_json::{Map, Value};

use super::connection::{Attachment, Authorization, Connection, Numbers, Times};
use super::params::Params;
use super::rooms::member_id;
use super::{Realtime, modes};
use crate::capability::Capability;
use crate::sandbox::codec::{Format, json_text, read_json};
use crate::sandbox::data::caller::{Identity, Token};
use crate::sandbox::object::{object, set};

impl Realtime {
    /// From now on, notes which connections change.
    pub(in crate::sandbox) fn keep_records(&mut self) {
        self.touched.get_or_insert_default();
    }

    /// Notes that a connection changed, if anybody keeps records.
    pub(super) fn touch(&mut self, number: u32) {
        if let Some(touched) = &mut self.touched {
            touched.insert(number);
        }
    }

    /// The records of the connections that changed. `None`: it was forgotten.
    pub(in crate::sandbox) fn take_records(&mut self) -> Vec<(u32, Option<String>)> {
        let Some(touched) = self.touched.as_mut().map(std::mem::take) else {
            return Vec::new();
        };
        let record = |number| {
            let connection = self.connections.get(&number);
            (number, connection.map(|it| self.record(number, it)))
        };
        touched.into_iter().map(record).collect()
    }

    fn record(&self, number: u32, connection: &Connection) -> String {
        let authorization = &connection.authorization;
        let app_id = &authorization.app_id;
        let mut record = Map::new();
        let mut put = |name: &str, value: Value| set(&mut record, name, value);
        put("number", number.into());
        put("id", connection.id.as_str().into());
        put("key", connection.key.as_str().into());
        put("socket", connection.socket.into());
        put(
            "isPacked",
            (connection.format == Format::MessagePack).into(),
        );
        put("echo", connection.echo.into());
        put("heartbeats", connection.heartbeats.into());
        put("saidClientId", connection.said_client_id.clone().into());
        put("remain", connection.remain_present_ms.into());
        put("app", app_id.as_str().into());
        put("keyName", authorization.key_name.as_str().into());
        put("capability", authorization.capability.to_string().into());
        put("claims", authorization.claims.clone().into());
        put("given", identity(&authorization.identity));
        put("identity", identity(&connection.identity));
        put("isResumed", connection.is_resumed.into());
        put("next", connection.numbers.next.into());
        let skipped = connection.numbers.skipped.iter();
        let skipped = skipped.map(|(from, end)| Value::from(vec![*from, *end]));
        put("skipped", skipped.collect());
        if let Some(token) = &authorization.token {
            put(
                "token",
                object!({
                    "clientId": token.client_id.clone(),
                    "revocationKey": token.revocation_key.clone(),
                    "issued": token.issued,
                    "expires": token.expires,
                }),
            );
        }
        let answers = connection.answers.iter();
        let answers = answers.map(|(serial, it)| Value::from(vec![(*serial).into(), it.clone()]));
        put("answers", answers.collect());
        let attachments = connection.attachments.iter().map(|(name, it)| {
            Value::from(vec![
                name.as_str().into(),
                it.shown.as_str().into(),
                it.asked.into(),
                Value::Object(it.params.told()),
                it.metrics.clone(),
            ])
        });
        put("channels", attachments.collect());
        let mut members = Vec::new();
        for channel in &connection.entered {
            for member in self.members(app_id, channel) {
                if member.get("connectionId").and_then(Value::as_str) == Some(&connection.id) {
                    members.push(Value::from(vec![channel.as_str().into(), member.clone()]));
                }
            }
        }
        put("members", members.into());
        let Times {
            last_sent,
            hint,
            cut,
            leave,
            forget,
        } = connection.times;
        let times = [Some(last_sent), hint, cut, leave, forget];
        put("times", times.into_iter().map(Value::from).collect());
        json_text(&record)
    }

    /// Restores a connection from its record. Returns the number of its socket. `None`: the record
    /// is unreadable, so the client has to connect again.
    pub(in crate::sandbox) fn restore_record(&mut self, text: &str) -> Option<u32> {
        let record = read_json(text.as_bytes()).ok()?;
        let number = u32::try_from(record.get("number")?.as_u64()?).ok()?;
        let (connection, members) = read(&record)?;
        let app_id = connection.authorization.app_id.clone();
        for channel in connection.attachments.keys() {
            self.room_mut(&app_id, channel).attached.insert(number);
        }
        for (channel, client_id, member) in members {
            let id = member_id(&connection.id, &client_id);
            self.room_mut(&app_id, &channel).members.insert(id, member);
        }
        self.last_number = self.last_number.max(number);
        let socket = connection.socket;
        if let Some(socket) = socket {
            self.sockets.insert(socket, number);
        }
        self.connections.insert(number, connection);
        self.schedule(number);
        socket
    }
}

type Members = Vec<(String, String, Value)>;

fn read(record: &Value) -> Option<(Connection, Members)> {
    let text = |name: &str| record.get(name)?.as_str().map(str::to_owned);
    let flag = |name: &str| record.get(name)?.as_bool();
    let whole = |name: &str| record.get(name)?.as_u64();
    let list = |name: &str| record.get(name)?.as_array();
    let capability = Capability::read(&text("capability")?).ok()?;
    let mut attachments = BTreeMap::new();
    for entry in list("channels")? {
        let [name, shown, asked, params, metrics] = entry.as_array()?.as_slice() else {
            return None;
        };
        let (name, asked) = (name.as_str()?, asked.as_u64()?);
        let attachment = Attachment {
            shown: shown.as_str()?.to_owned(),
            asked,
            granted: modes::granted(asked, &capability, name),
            params: Params::read(params.as_object(), name),
            metrics: metrics.clone(),
        };
        attachments.insert(name.to_owned(), attachment);
    }
    let mut answers = VecDeque::new();
    for entry in list("answers")? {
        let [serial, answer] = entry.as_array()?.as_slice() else {
            return None;
        };
        answers.push_back((serial.as_u64()?, answer.clone()));
    }
    let mut skipped = Vec::new();
    for range in list("skipped")? {
        let [from, end] = range.as_array()?.as_slice() else {
            return None;
        };
        skipped.push((from.as_u64()?, end.as_u64()?));
    }
    let (mut entered, mut members) = (BTreeSet::new(), Vec::new());
    for entry in list("members")? {
        let [channel, member] = entry.as_array()?.as_slice() else {
            return None;
        };
        let (channel, client_id) = (channel.as_str()?, member.get("clientId")?.as_str()?);
        entered.insert(channel.to_owned());
        members.push((channel.to_owned(), client_id.to_owned(), member.clone()));
    }
    let token = record.get("token").and_then(|token| {
        let text = |name: &str| token.get(name)?.as_str().map(str::to_owned);
        Some(Token {
            client_id: text("clientId"),
            revocation_key: text("revocationKey"),
            issued: token.get("issued")?.as_u64()?,
            expires: token.get("expires")?.as_u64()?,
        })
    });
    let [last_sent, hint, cut, leave, forget] = list("times")?.as_slice() else {
        return None;
    };
    let socket = whole("socket").and_then(|socket| u32::try_from(socket).ok());
    let connection = Connection {
        id: text("id")?,
        key: text("key")?,
        socket,
        format: match flag("isPacked")? {
            true => Format::MessagePack,
            false => Format::Json,
        },
        echo: flag("echo")?,
        heartbeats: flag("heartbeats")?,
        said_client_id: text("saidClientId"),
        remain_present_ms: whole("remain")?,
        authorization: Authorization {
            app_id: text("app")?,
            key_name: text("keyName")?,
            capability,
            identity: read_identity(record.get("given")?),
            claims: text("claims"),
            token,
        },
        identity: read_identity(record.get("identity")?),
        is_resumed: flag("isResumed")?,
        numbers: Numbers {
            next: whole("next")?,
            skipped,
        },
        answers,
        attachments,
        entered,
        times: Times {
            last_sent: last_sent.as_u64()?,
            hint: hint.as_u64(),
            cut: cut.as_u64(),
            leave: leave.as_u64(),
            forget: forget.as_u64(),
        },
    };
    Some((connection, members))
}

/// Nobody, anybody, or a client id.
fn identity(identity: &Identity) -> Value {
    match identity {
        Identity::Nobody => Value::Null,
        Identity::Anybody => Value::Bool(true),
        Identity::One(id) => Value::from(id.as_str()),
    }
}

fn read_identity(value: &Value) -> Identity {
    match value {
        Value::String(id) => Identity::One(id.clone()),
        Value::Bool(true) => Identity::Anybody,
        _ => Identity::Nobody,
    }
}
