//! What a valid credential permits, and which client its messages are from.

use crate::data_world::*;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

const CHANNEL: &str = "/channels/chat:lobby/messages";

#[test]
fn a_jwt_may_do_what_it_claims_under_its_key() {
    let world = World::new();
    let narrow = world.credentials().narrow_key;
    let publish = |capability: Value, channel: &str| {
        let token = match capability {
            Value::Null => jwt(&narrow, json!({})),
            capability => jwt(&narrow, json!({ "x-ably-capability": capability })),
        };
        let path = format!("/channels/{channel}/messages");
        world
            .post(&path, &bearer(&token), json!({ "data": "x" }))
            .status
    };
    let all = r#"{"*":["*"]}"#;
    for (capability, channel, status) in [
        (json!(null), "chat:lobby", 201),
        (json!(null), "news", 401),
        (json!(all), "chat:lobby", 201),
        (json!(all), "news", 401),
        (json!(r#"{"chat:a":["publish"]}"#), "chat:a", 201),
        (json!(r#"{"chat:a":["publish"]}"#), "chat:b", 401),
        (json!(r#"{"chat:a":["history","fly"]}"#), "chat:a", 401),
        // The form that the Ably CLI writes: it is read and narrowed, not ignored.
        (json!({ "chat:a": ["publish"] }), "chat:a", 201),
        (json!({ "chat:a": ["publish"] }), "chat:b", 401),
        (json!({ "*": ["*"] }), "news", 401),
    ] {
        assert_eq!(
            publish(capability.clone(), channel),
            status,
            "{capability} {channel}"
        );
    }
}

#[test]
fn whom_a_message_is_from() {
    // ably-server internal/auth/auth_test.go TestResolveClientID, TestMessageClientID
    const KEY: Option<&str> = None;
    const REFUSED: Option<&str> = Some("refused");
    let world = World::new();
    let root = world.credentials().root_key;
    for (index, (token, said, message, from)) in [
        (KEY, None, None, None),
        (KEY, None, Some("ada"), Some("ada")),
        (KEY, Some("ada"), None, Some("ada")),
        (KEY, Some("ada"), Some("ada"), Some("ada")),
        (KEY, Some("ada"), Some("bob"), REFUSED),
        (KEY, Some("*"), None, REFUSED),
        (KEY, None, Some("*"), REFUSED),
        (Some(""), None, None, None),
        (Some(""), None, Some("ada"), REFUSED),
        (Some(""), Some("ada"), None, REFUSED),
        (Some("bob"), None, None, Some("bob")),
        (Some("bob"), Some("bob"), None, Some("bob")),
        (Some("bob"), Some("ada"), None, REFUSED),
        (Some("bob"), None, Some("bob"), Some("bob")),
        (Some("bob"), None, Some("ada"), REFUSED),
        (Some("*"), None, None, None),
        (Some("*"), None, Some("ada"), Some("ada")),
        (Some("*"), None, Some("*"), REFUSED),
        (Some("*"), Some("ada"), None, Some("ada")),
        (Some("*"), Some("ada"), Some("bob"), REFUSED),
        (Some("*"), Some("*"), None, REFUSED),
    ]
    .into_iter()
    .enumerate()
    {
        let claim = token.filter(|id| !id.is_empty());
        let (as_jwt, as_ably) = match claim {
            Some(id) => (json!({ "x-ably-clientId": id }), json!({ "clientId": id })),
            None => (json!({}), json!({})),
        };
        let authorizations = match token {
            None => vec![basic(&root)],
            Some(_) => vec![
                bearer(&jwt(&root, as_jwt)),
                bearer(&ably_token(&world, &root, as_ably)),
            ],
        };
        for authorization in authorizations {
            let path = format!("/channels/case-{index}/messages");
            let encoded = said.map(|id| STANDARD.encode(id));
            let headers = encoded.as_deref().map(|id| ("X-Ably-ClientId", id));
            let headers: Vec<_> = headers.into_iter().collect();
            let body = match message {
                Some(id) => json!({ "clientId": id }),
                None => json!({}),
            };
            let answer = world.send("POST", &path, &authorization, &headers, &body);
            if from == REFUSED {
                assert_eq!(answer.refusal(), (400, 40012), "case {index}");
                continue;
            }
            answer.ok();
            let history = world.get(&path, &basic(&root)).ok();
            assert_eq!(
                history[0].get("clientId"),
                from.map(Value::from).as_ref(),
                "case {index}"
            );
        }
    }
    let unreadable = world.send(
        "GET",
        CHANNEL,
        &basic(&root),
        &[("X-Ably-ClientId", "???")],
        &Value::Null,
    );
    assert_eq!(unreadable.refusal(), (400, 40012));
}
