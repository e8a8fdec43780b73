//! Extras that only some may set.

use super::realtime_world::*;

/// The operations that publishing in every form needs, and what more is given.
fn token(world: &World, more: &str) -> String {
    let key = world.credentials().revocable_key;
    let all = [
        "publish",
        "presence",
        "message-update-any",
        "annotation-publish",
    ];
    let operations: Vec<&str> = all
        .into_iter()
        .chain((!more.is_empty()).then_some(more))
        .collect();
    let capability = json!({ "edited:chat": operations }).to_string();
    jwt(
        &key,
        json!({ "x-ably-capability": capability, "x-ably-clientId": "ada" }),
    )
}

#[test]
fn privileged_extras_need_their_operation() {
    let mut world = World::new();
    let access = bearer(&world.credentials().access_token);
    let namespace = json!({ "id": "edited", "mutableMessages": true });
    world.request("POST", "/v1/apps/sndbox/namespaces", &access, namespace);
    let messages = "/channels/edited:chat/messages";
    let told = world.rest("POST", messages, json!({ "data": "old" }));
    let serial = told["serials"][0].as_str().unwrap();
    let extras = json!({ "privileged": { "skipRule": "*" } });
    let body = json!({ "data": "x", "extras": extras });
    let one = format!("{messages}/{serial}");
    let annotation = json!([{ "type": "like:total.v1", "extras": extras }]);
    for (more, status) in [("", 401), ("history", 401), ("privileged-headers", 200)] {
        let token = token(&world, more);
        for (method, path, body) in [
            ("POST", messages.to_owned(), body.clone()),
            ("PATCH", one.clone(), body.clone()),
            ("POST", format!("{one}/annotations"), annotation.clone()),
        ] {
            let answer = world.request(method, &path, &bearer(&token), body);
            assert_eq!(answer.status / 100, status / 100, "{more} {method} {path}");
            let told: Value = serde_json::from_slice(&answer.body).unwrap();
            if status == 401 {
                assert_eq!(
                    told["error"]["code"],
                    json!(40160),
                    "{more} {method} {path}"
                );
            }
        }
        let socket = world.with_token(&token);
        world.attach(socket, "edited:chat");
        for (action, list) in [(15, "messages"), (14, "presence")] {
            let mut frame = json!({ "action": action, "channel": "edited:chat" });
            frame[list] = json!([{ "action": 2, "extras": extras }]);
            if action == 15 {
                frame[list][0]["action"] = json!(0);
            }
            world.send(socket, frame);
            let frames = world.frames(socket);
            match status {
                401 => assert_eq!(code(&frames[0]), (NACK, 40160, 401), "{more} {list}"),
                _ => assert_eq!(frames[0]["action"], json!(ACK), "{frames:?}"),
            }
        }
        // Others need nothing.
        let plain = json!({ "extras": { "headers": { "a": "b" }, "privileged": null } });
        let answer = world.request("POST", messages, &bearer(&token), plain);
        assert_eq!(answer.status, 201, "{more}");
    }
}
