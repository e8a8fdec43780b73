//! The webhooks that rules send for published messages.

use crate::data_world::*;
use ably_edge_auth::http::Request;
use ably_edge_auth::jwt::hmac_sha256::HmacKey;
use ably_edge_auth::sandbox::{Options, Sandbox, Webhook};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

const URL: &str = "http://127.0.0.1:3000/webhooks";

struct Rules {
    sandbox: Sandbox,
    requests: u8,
}

impl Rules {
    fn new() -> Rules {
        Rules {
            sandbox: Sandbox::new(Options::default()),
            requests: 0,
        }
    }

    /// Sends a request, and returns the webhooks of its change.
    fn post(&mut self, path: &str, authorization: String, body: &Value) -> Vec<Webhook> {
        self.requests += 1;
        let request = Request {
            method: "POST".to_owned(),
            url: format!("{HOST}{path}"),
            headers: vec![
                ("authorization".to_owned(), authorization),
                ("content-type".to_owned(), "application/json".to_owned()),
            ],
            body: body.to_string().into_bytes(),
        };
        let (response, change) = self.sandbox.handle(&request, NOW, &[self.requests; 32]);
        assert_eq!(response.status, 201, "{:?}", response.body);
        let change = change.expect("a change");
        let webhooks = self.sandbox.webhooks(&change);
        self.sandbox.commit(&change);
        webhooks
    }

    /// Creates a rule that differs from a signed batch by `change`.
    fn add(&mut self, change: &Value) {
        let mut rule = json!({
            "ruleType": "http",
            "requestMode": "batch",
            "source": { "channelFilter": "^chat:", "type": "channel.message" },
            "target": { "url": URL, "format": "json", "signingKeyId": "root01" },
        });
        for (name, value) in change.as_object().expect("an object") {
            rule[name] = value.clone();
        }
        let credentials = self.sandbox.credentials();
        let path = format!("/v1/apps/{}/rules", credentials.app_id);
        let told = self.post(&path, bearer(&credentials.access_token), &rule);
        assert!(told.is_empty());
    }

    fn publish(&mut self, channel: &str, body: &Value) -> Vec<Webhook> {
        let key = basic(&self.sandbox.credentials().root_key);
        self.post(&format!("/channels/{channel}/messages"), key, body)
    }
}

fn body_of(webhook: &Webhook) -> Value {
    serde_json::from_slice(&webhook.request.body).expect("JSON")
}

#[test]
fn a_batch_is_signed_with_the_key_of_the_rule() {
    let mut rules = Rules::new();
    rules.add(&json!({}));
    let webhooks = rules.publish(
        "chat:a",
        &json!([{ "name": "n", "data": "é" }, { "data": "2" }]),
    );
    let [webhook] = &webhooks[..] else {
        panic!("{} webhooks", webhooks.len());
    };
    assert_eq!(
        (webhook.channel_filter.as_str(), webhook.channel.as_str()),
        ("^chat:", "chat:a")
    );
    assert_eq!(
        (
            webhook.request.method.as_str(),
            webhook.request.url.as_str()
        ),
        ("POST", URL)
    );

    let body = body_of(webhook);
    let [item] = &body["items"].as_array().expect("items")[..] else {
        panic!("{body}");
    };
    assert_eq!(item["source"], "channel.message");
    assert_eq!(item["name"], "channel.message");
    assert_eq!(item["timestamp"], NOW);
    assert_eq!(item["data"]["channelId"], "chat:a");
    let messages = item["data"]["messages"].as_array().expect("messages");
    assert_eq!(messages.len(), 2);
    assert_eq!(
        (&messages[0]["data"], &messages[0]["name"]),
        (&json!("é"), &json!("n"))
    );
    assert_eq!(item["serial"], messages[0]["serial"]);

    let key = rules.sandbox.credentials().root_key;
    let (name, secret) = key.split_once(':').expect("a key");
    let tag = HmacKey::new(secret.as_bytes()).sign(&webhook.request.body);
    assert_eq!(webhook.request.header("x-ably-key"), Some(name));
    let signature = STANDARD.encode(tag);
    assert_eq!(
        webhook.request.header("x-ably-signature"),
        Some(signature.as_str())
    );
    assert_eq!(
        webhook.request.header("content-type"),
        Some("application/json")
    );
}

#[test]
fn single_requests_have_an_envelope_for_each_message_and_no_signature() {
    let mut rules = Rules::new();
    let headers = json!([{ "name": "X-Secret", "value": "hush" }]);
    let target =
        json!({ "url": URL, "format": "json", "signingKeyId": "root01", "headers": headers });
    rules.add(&json!({ "requestMode": "single", "target": target }));
    let webhooks = rules.publish("chat:a", &json!([{ "data": "1" }, { "data": "2" }]));
    let data: Vec<Value> = webhooks
        .iter()
        .map(|webhook| {
            assert_eq!(webhook.request.header("x-ably-signature"), None);
            assert_eq!(webhook.request.header("x-secret"), Some("hush"));
            let body = body_of(webhook);
            assert_eq!(body["source"], "channel.message");
            assert_eq!(body["channel"], "chat:a");
            assert_eq!(body["appId"], rules.sandbox.credentials().app_id.as_str());
            body["messages"][0]["data"].clone()
        })
        .collect();
    assert_eq!(data, [json!("1"), json!("2")]);
}

#[test]
fn rules_that_do_not_apply_send_nothing() {
    let mut rules = Rules::new();
    assert!(
        rules
            .publish("chat:a", &json!({ "data": "no rule" }))
            .is_empty()
    );
    for change in [
        json!({ "status": "disabled" }),
        json!({ "source": { "channelFilter": "", "type": "channel.presence" } }),
        json!({ "ruleType": "amqp", "target": { "queueId": "q" } }),
    ] {
        rules.add(&change);
    }
    assert!(
        rules
            .publish("chat:a", &json!({ "data": "hello" }))
            .is_empty()
    );
}

#[test]
fn a_key_that_does_not_exist_signs_nothing() {
    let mut rules = Rules::new();
    for target in [
        json!({ "url": URL, "format": "json", "signingKeyId": "other" }),
        json!({ "url": URL, "format": "json", "signingKeyId": null }),
        json!({ "url": URL, "format": "json" }),
    ] {
        rules.add(&json!({ "target": target }));
    }
    let webhooks = rules.publish("chat:a", &json!({ "data": "hello" }));
    assert_eq!(webhooks.len(), 3);
    for webhook in &webhooks {
        assert_eq!(webhook.request.header("x-ably-key"), None);
        assert_eq!(webhook.request.header("x-ably-signature"), None);
    }
}

#[test]
fn each_channel_of_a_batch_publish_has_its_webhook() {
    let mut rules = Rules::new();
    rules.add(&json!({}));
    let key = basic(&rules.sandbox.credentials().root_key);
    let body = json!({ "channels": ["chat:a", "news"], "messages": { "data": "hello" } });
    let webhooks = rules.post("/messages", key, &body);
    let channels: Vec<&str> = webhooks
        .iter()
        .map(|webhook| webhook.channel.as_str())
        .collect();
    assert_eq!(channels, ["chat:a", "news"]);
}
