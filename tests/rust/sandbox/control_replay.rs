//! A sandbox that replays another one's changes responds like it.

use crate::control_api::*;
use ably_edge_auth::sandbox::{Change, Options, Sandbox};
use serde_json::{Value, json};

#[test]
fn another_sandbox_that_takes_the_changes_answers_the_same() {
    let mut first = Sandbox::new(Options::default());
    let credentials = first.credentials();
    let mut changes = Vec::new();
    let mut asked = 0_u8;
    let mut ask = |token: &str, method: &str, path: &str, body: &Value| {
        asked += 1;
        let request = request(method, path, Some(&format!("Bearer {token}")), body);
        let (response, change) = first.handle(&request, NOW, &[asked; 32]);
        if let Some(change) = change {
            first.commit(&change);
            changes.push(change);
        }
        read(&response)
    };
    let tokens = "/dashboard/access_tokens";
    let admin = credentials.admin_token.as_str();
    let made = ask(
        admin,
        "POST",
        tokens,
        &json!({ "name": "n", "capabilities": "all" }),
    );
    let revoked = ask(
        admin,
        "POST",
        tokens,
        &json!({ "name": "m", "capabilities": "all" }),
    );
    ask(
        admin,
        "DELETE",
        &format!("{tokens}/{}", revoked.text("/id")),
        &Value::Null,
    );
    let rotated = ask(
        admin,
        "POST",
        &format!("{tokens}/{}/rotate", made.text("/id")),
        &Value::Null,
    );
    let token = rotated.text("/value");
    let app = ask(
        &token,
        "POST",
        "/v1/accounts/sandbox/apps",
        &json!({ "name": "a" }),
    )
    .text("/id");
    let site = format!("/v1/apps/{app}");
    let key = ask(
        &token,
        "POST",
        &format!("{site}/keys"),
        &json!({ "name": "k", "capability": { "*": ["*"] } }),
    );
    ask(
        &token,
        "POST",
        &format!("{site}/keys/{}/revoke", key.text("/id")),
        &Value::Null,
    );
    ask(
        &token,
        "POST",
        &format!("{site}/namespaces"),
        &json!({ "id": "n", "persisted": true }),
    );
    ask(
        &token,
        "POST",
        &format!("{site}/namespaces"),
        &json!({ "id": "m" }),
    );
    ask(
        &token,
        "PATCH",
        &format!("{site}/namespaces/m"),
        &json!({ "pushEnabled": true }),
    );
    ask(
        &token,
        "DELETE",
        &format!("{site}/namespaces/n"),
        &Value::Null,
    );
    ask(
        &token,
        "POST",
        &format!("{site}/queues"),
        &json!({ "name": "q", "ttl": 1, "maxLength": 1, "region": "eu-west-1-a" }),
    );
    let rule = json!({ "ruleType": "http/zapier", "requestMode": "single",
        "source": { "channelFilter": "", "type": "channel.message" }, "target": { "url": "https://example.com" } });
    let rule = ask(&token, "POST", &format!("{site}/rules"), &rule);
    assert_eq!(rule.status, 201);
    ask(&token, "DELETE", "/v1/apps/sndbox", &Value::Null);

    let mut asks = vec![
        (admin.to_owned(), tokens.to_owned()),
        (made.text("/value"), "/v1/me".to_owned()),
        (revoked.text("/value"), "/v1/me".to_owned()),
        (token.clone(), "/v1/me".to_owned()),
        (token.clone(), "/v1/accounts/sandbox/apps".to_owned()),
        (token.clone(), "/v1/apps/sndbox/keys".to_owned()),
    ];
    for part in ["keys", "namespaces", "queues", "rules", "stats"] {
        asks.push((token.clone(), format!("{site}/{part}")));
    }
    let snapshot: Vec<Change> = first.snapshot().collect();
    for kept in [&changes, &snapshot] {
        let mut second = Sandbox::new(Options::default());
        for change in kept {
            let text = change.as_str();
            assert!(!text.contains('\n'));
            second.restore(&Change::from_text(text)).expect("a change");
        }
        for (token, path) in &asks {
            let get = request("GET", path, Some(&format!("Bearer {token}")), &Value::Null);
            let expected = first.handle(&get, NOW, &[9; 32]).0;
            let answer = second.handle(&get, NOW, &[9; 32]).0;
            assert!(!expected.body.is_empty());
            assert_eq!(read(&answer), read(&expected), "{path}");
        }
    }
}
