//! Writes records as text: `[at, step, step]`. A step is a list of its name and its fields, in the
//! order in which they are read.

use serde::Serialize;
use serde_json::Value;

use super::{AccessTokenRecord, Change, KeyRecord, Mutation, Record, TokenRecord};
use crate::sandbox::codec::json_text;
use crate::text::push_number;
use crate::text::push_quoted;

pub(in crate::sandbox) fn write(record: &Record) -> Change {
    let mut line = Line(String::from("["));
    push_number(&mut line.0, record.at);
    for step in &record.changes {
        line.step(step);
    }
    line.0.push(']');
    Change(line.0)
}

/// The text so far. It is never empty, so every item starts with a comma.
struct Line(String);

impl Line {
    fn step(&mut self, step: &Mutation) {
        match step {
            Mutation::SetUp { version, seed } => {
                self.begin("setUp");
                self.whole(*version);
                self.maybe(seed.as_deref());
            }
            Mutation::PutApp { app } => {
                self.begin("putApp");
                self.text(&app.id);
                self.json(&app.fields);
            }
            Mutation::DeleteApp { app } => {
                self.begin("deleteApp");
                self.text(app);
            }
            Mutation::PutKey { app, key } => {
                self.begin("putKey");
                self.text(app);
                self.key(key);
            }
            Mutation::PutThing {
                app,
                kind,
                id,
                thing,
            } => {
                self.begin("putThing");
                self.text(app);
                self.text(kind.name());
                self.text(id);
                self.json(thing);
            }
            Mutation::DeleteThing { app, kind, id } => {
                self.begin("deleteThing");
                self.text(app);
                self.text(kind.name());
                self.text(id);
            }
            Mutation::PutAccessToken { token } => {
                self.begin("putAccessToken");
                self.access_token(token);
            }
            Mutation::DeleteAccessToken { id } => {
                self.begin("deleteAccessToken");
                self.text(id);
            }
            Mutation::IssueToken { token } => {
                self.begin("issueToken");
                self.token(token);
            }
            Mutation::UseNonce {
                key_name,
                nonce,
                timestamp,
            } => {
                self.begin("useNonce");
                self.text(key_name);
                self.text(nonce);
                self.whole(*timestamp);
            }
            Mutation::Revoke {
                key_name,
                targets,
                issued_before,
                applies_at,
            } => {
                self.begin("revoke");
                self.text(key_name);
                self.texts(targets);
                self.whole(*issued_before);
                self.whole(*applies_at);
            }
            Mutation::Publish {
                app,
                channel,
                messages,
            } => {
                self.begin("publish");
                self.text(app);
                self.text(channel);
                self.values(messages);
            }
            Mutation::Edit {
                app,
                channel,
                stored,
                told,
            } => {
                self.begin("edit");
                self.text(app);
                self.text(channel);
                self.json(stored);
                self.json(told);
            }
            Mutation::PutVersions {
                app,
                channel,
                serial,
                versions,
            } => {
                self.begin("putVersions");
                self.text(app);
                self.text(channel);
                self.text(serial);
                self.values(versions);
            }
            Mutation::Annotate {
                app,
                channel,
                annotations,
                told,
            } => {
                self.begin("annotate");
                self.text(app);
                self.text(channel);
                self.values(annotations);
                self.json(told);
            }
            Mutation::PutAnnotations {
                app,
                channel,
                serial,
                annotations,
            } => {
                self.begin("putAnnotations");
                self.text(app);
                self.text(channel);
                self.text(serial);
                self.values(annotations);
            }
            Mutation::Presence {
                app,
                channel,
                events,
            } => {
                self.begin("presence");
                self.text(app);
                self.text(channel);
                self.values(events);
            }
            Mutation::PutPresence {
                app,
                channel,
                members,
            } => {
                self.begin("putPresence");
                self.text(app);
                self.text(channel);
                self.values(members);
            }
            Mutation::PutStats { app, stats } => {
                self.begin("putStats");
                self.text(app);
                self.values(stats);
            }
        }
        self.0.push(']');
    }

    fn key(&mut self, key: &KeyRecord) {
        for text in [&key.id, &key.secret, &key.name, &key.capability] {
            self.text(text);
        }
        self.flag(key.revocable_tokens);
        self.flag(key.is_revoked);
        self.whole(key.created);
        self.whole(key.modified);
    }

    fn access_token(&mut self, token: &AccessTokenRecord) {
        for text in [&token.id, &token.name, &token.hash] {
            self.text(text);
        }
        self.texts(&token.capabilities);
        self.flag(token.is_admin);
        self.whole(token.created);
        self.maybe_whole(token.expires);
        self.maybe_whole(token.last_used);
    }

    fn token(&mut self, token: &TokenRecord) {
        for text in [&token.hash, &token.key_name, &token.capability] {
            self.text(text);
        }
        self.maybe(token.client_id.as_deref());
        self.whole(token.issued);
        self.whole(token.expires);
    }

    #[inline(never)]
    fn begin(&mut self, name: &str) {
        self.0.push_str(",[");
        push_quoted(&mut self.0, name);
    }

    /// Appends a text that is already JSON.
    #[inline(never)]
    fn plain(&mut self, json: &str) {
        self.0.push(',');
        self.0.push_str(json);
    }

    #[inline(never)]
    fn text(&mut self, text: &str) {
        self.plain("");
        push_quoted(&mut self.0, text);
    }

    #[inline(never)]
    fn whole(&mut self, number: u64) {
        self.plain("");
        push_number(&mut self.0, number);
    }

    fn flag(&mut self, flag: bool) {
        self.plain(if flag { "true" } else { "false" });
    }

    fn maybe(&mut self, text: Option<&str>) {
        match text {
            Some(text) => self.text(text),
            None => self.plain("null"),
        }
    }

    fn maybe_whole(&mut self, number: Option<u64>) {
        match number {
            Some(number) => self.whole(number),
            None => self.plain("null"),
        }
    }

    fn json(&mut self, value: &impl Serialize) {
        self.plain(&json_text(value));
    }

    #[inline(never)]
    fn values(&mut self, values: &[Value]) {
        self.json(&values);
    }

    #[inline(never)]
    fn texts(&mut self, texts: &[String]) {
        self.json(&texts);
    }
}
