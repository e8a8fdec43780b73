//! Namespaces that require identified clients.

use super::realtime_world::*;

const ALL: &str = r#"{"*":["*"]}"#;

/// A sandbox whose channels `known:*` require a client id. Their messages can be edited.
fn world() -> World {
    let mut world = World::new();
    let access = bearer(&world.credentials().access_token);
    let namespace = json!({ "id": "known", "authenticated": true, "mutableMessages": true });
    let path = "/v1/apps/sndbox/namespaces";
    assert_eq!(world.request("POST", path, &access, namespace).status, 201);
    world
}

fn token(world: &World, client_id: Option<&str>) -> String {
    let key = world.credentials().revocable_key;
    let mut claims = json!({ "x-ably-capability": ALL });
    if let Some(client_id) = client_id {
        claims["x-ably-clientId"] = json!(client_id);
    }
    jwt(&key, claims)
}

/// Every frame that uses a channel.
fn frames(channel: &str, serial: &str) -> [Value; 4] {
    let reaction = json!([{ "type": "like:total.v1", "messageSerial": serial }]);
    let edited = json!([{ "action": 1, "serial": serial, "data": "new" }]);
    [
        json!({ "action": 10, "channel": channel }),
        json!({ "action": 15, "channel": channel, "messages": [{ "data": "x" }] }),
        json!({ "action": 15, "channel": channel, "messages": edited }),
        json!({ "action": 21, "channel": channel, "annotations": reaction }),
    ]
}

#[test]
fn an_unidentified_client_is_refused_by_realtime() {
    let mut world = world();
    let body = json!({ "clientId": "ada", "data": "old" });
    let told = world.rest("POST", "/channels/known:chat/messages", body);
    let serial = told["serials"][0].as_str().unwrap();
    let (nobody, ada, anybody) = (
        token(&world, None),
        token(&world, Some("ada")),
        token(&world, Some("*")),
    );
    let socket = world.with_token(&nobody);
    for frame in frames("known:chat", serial) {
        world.send(socket, frame.clone());
        let answer = world.frame(socket);
        let (_, code, status) = code(&answer);
        assert_eq!((code, status), (40161, 401), "{frame}");
    }
    let presence = json!({ "action": 14, "channel": "known:chat", "presence": [{ "action": 2 }] });
    world.send(socket, presence);
    assert_eq!(code(&world.frame(socket)), (NACK, 40161, 401));
    let message =
        "the namespace \"known\" requires identified clients: issue the token for a client id";
    world.attach(socket, "unknown:chat");
    world.send(
        socket,
        json!({ "action": 10, "channel": "[?rewind=1]known" }),
    );
    let refused = world.frame(socket);
    assert_eq!(refused["error"]["message"], json!(message));
    for token in [ada, anybody] {
        let socket = world.with_token(&token);
        for frame in frames("known:chat", serial) {
            world.send(socket, frame.clone());
            let answers = world.frames(socket);
            let is_refused = answers.iter().any(|it| it.get("error").is_some());
            assert!(!answers.is_empty() && !is_refused, "{frame} {answers:?}");
        }
    }
}

#[test]
fn an_unidentified_client_is_refused_by_rest() {
    let mut world = world();
    let body = json!({ "clientId": "ada", "data": "old" });
    let told = world.rest("POST", "/channels/known:chat/messages", body);
    let serial = told["serials"][0].as_str().unwrap();
    let (nobody, ada) = (token(&world, None), token(&world, Some("ada")));
    let channel = "/channels/known:chat";
    let message = format!("{channel}/messages/{serial}");
    let reaction = json!([{ "type": "like:total.v1" }]);
    for (method, path, body) in [
        (
            "POST",
            format!("{channel}/messages"),
            json!({ "data": "x" }),
        ),
        ("GET", format!("{channel}/messages"), json!(null)),
        ("GET", message.clone(), json!(null)),
        ("GET", format!("{message}/versions"), json!(null)),
        ("PATCH", message.clone(), json!({ "data": "new" })),
        ("POST", format!("{message}/annotations"), reaction),
        ("GET", format!("{message}/annotations"), json!(null)),
        (
            "GET",
            format!("{message}/client-summary?forClientId=ada"),
            json!(null),
        ),
        ("GET", format!("{channel}/presence"), json!(null)),
        ("GET", format!("{channel}/presence/history"), json!(null)),
        ("GET", channel.to_owned(), json!(null)),
        (
            "POST",
            "/chat/v4/rooms/known/messages".to_owned(),
            json!({ "text": "x" }),
        ),
        (
            "GET",
            "/chat/v4/rooms/known:1/occupancy".to_owned(),
            json!(null),
        ),
    ] {
        let refused = world.request(method, &path, &bearer(&nobody), body.clone());
        let error: Value = serde_json::from_slice(&refused.body).unwrap();
        let told = (refused.status, &error["error"]["code"]);
        assert_eq!(told, (401, &json!(40161)), "{method} {path}");
        let answered = world.request(method, &path, &bearer(&ada), body);
        assert!((200..300).contains(&answered.status), "{method} {path}");
    }
    // In a batch only the channels of the namespace fail.
    let batch = json!({ "channels": ["known:chat", "chat"], "messages": { "data": "x" } });
    let told = world.request("POST", "/messages", &bearer(&nobody), batch);
    let told: Value = serde_json::from_slice(&told.body).unwrap();
    assert_eq!(told["failureCount"], json!(1));
    assert_eq!(told["results"][0]["error"]["code"], json!(40161));
}
