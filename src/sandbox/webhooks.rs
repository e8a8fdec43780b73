//! The webhooks that rules send for published messages. The sandbox builds the requests; the caller sends them.
//!
//! Sources: <https://ably.com/docs/platform/integrations/webhooks> for the bodies, and for the
//! signature of batches. Rules of other types, and of other sources than messages, send nothing.

use serde_json::Value;

use super::change::{Change, Mutation, read};
use super::codec::json_text;
use super::object::object;
use super::state::{App, State};
use crate::base64::push_standard;
use crate::http::Request;
use crate::jwt::hmac_sha256::HmacKey;
use crate::text::ascii;

/// The types of rules whose target is a URL.
const TYPES: [&str; 3] = ["http", "http/zapier", "http/cloudflare-worker"];
const SITE: &str = "sandbox";

/// A webhook to send, if the channel matches the filter.
pub struct Webhook {
    /// A regular expression: Rust's standard library has none. Empty: every channel.
    pub channel_filter: String,
    /// The channel on which the messages were published.
    pub channel: String,
    /// A POST to the URL of the rule.
    pub request: Request,
}

pub(super) fn webhooks(state: &State, change: &Change) -> Vec<Webhook> {
    if state.apps.iter().all(|(_, app)| app.rules.is_empty()) {
        return Vec::new();
    }
    let Ok(record) = read(&change.0) else {
        return Vec::new(); // the sandbox has written it
    };
    let mut webhooks = Vec::new();
    for mutation in &record.changes {
        let Mutation::Publish {
            app: app_id,
            channel,
            messages,
        } = mutation
        else {
            continue;
        };
        let Some(app) = state.apps.get(app_id) else {
            continue;
        };
        for (rule_id, rule) in &app.rules {
            let published = Published {
                app_id,
                app,
                channel,
                messages,
                at: record.at,
            };
            published.for_rule(rule_id, rule, &mut webhooks);
        }
    }
    webhooks
}

struct Published<'a> {
    app_id: &'a str,
    app: &'a App,
    channel: &'a str,
    messages: &'a [Value],
    /// ms since 1970
    at: u64,
}

impl Published<'_> {
    fn for_rule(&self, rule_id: &str, rule: &Value, webhooks: &mut Vec<Webhook>) {
        let text = |pointer: &str| rule.pointer(pointer).and_then(Value::as_str);
        let is_sent = TYPES.contains(&text("/ruleType").unwrap_or_default())
            && text("/status") != Some("disabled")
            && text("/source/type") == Some("channel.message");
        let (true, Some(url)) = (is_sent, text("/target/url")) else {
            return;
        };
        let is_batch = text("/requestMode") == Some("batch");
        let bodies = match is_batch {
            true => vec![self.batch(rule_id)],
            false => self.envelopes(rule_id),
        };
        for body in bodies {
            let body = json_text(&body).into_bytes();
            let mut headers = vec![
                ("content-type".to_owned(), "application/json".to_owned()),
                ("x-ably-version".to_owned(), "1.2".to_owned()),
            ];
            let own = rule.pointer("/target/headers").and_then(Value::as_array);
            for header in own.into_iter().flatten() {
                let member = |name| header.get(name).and_then(Value::as_str);
                if let (Some(name), Some(value)) = (member("name"), member("value")) {
                    headers.push((name.to_owned(), value.to_owned()));
                }
            }
            // Ably documents signatures for batches only.
            if let (true, Some(key_id)) = (is_batch, text("/target/signingKeyId")) {
                self.sign(key_id, &body, &mut headers);
            }
            webhooks.push(Webhook {
                channel_filter: text("/source/channelFilter").unwrap_or_default().to_owned(),
                channel: self.channel.to_owned(),
                request: Request {
                    method: "POST".to_owned(),
                    url: url.to_owned(),
                    headers,
                    body,
                },
            });
        }
    }

    fn batch(&self, rule_id: &str) -> Value {
        let first = self.messages.first().and_then(|it| it.get("serial"));
        let item = object!({
            "webhookId": rule_id,
            "source": "channel.message",
            "serial": first.cloned(),
            "timestamp": self.at,
            "name": "channel.message",
            "data": object!({
                "channelId": self.channel,
                "site": SITE,
                "messages": self.messages.to_vec(),
            }),
        });
        object!({ "items": vec![item] })
    }

    /// One for each message.
    fn envelopes(&self, rule_id: &str) -> Vec<Value> {
        let mut envelopes = Vec::new();
        for message in self.messages {
            envelopes.push(object!({
                "source": "channel.message",
                "appId": self.app_id,
                "channel": self.channel,
                "site": SITE,
                "ruleId": rule_id,
                "messages": vec![message.clone()],
            }));
        }
        envelopes
    }

    /// A key that does not exist signs nothing.
    fn sign(&self, key_id: &str, body: &[u8], headers: &mut Vec<(String, String)>) {
        let Some(key) = self.app.keys.get(key_id) else {
            return;
        };
        let tag = HmacKey::new(key.key.secret().as_bytes()).sign(body);
        let mut signature = Vec::new();
        push_standard(&mut signature, &tag);
        let name = format!("{}.{key_id}", self.app_id);
        headers.push(("x-ably-key".to_owned(), name));
        headers.push(("x-ably-signature".to_owned(), ascii(signature)));
    }
}
