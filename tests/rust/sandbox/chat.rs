//! The REST API of Ably Chat, beside the room's channel.

use super::data_world::*;

const ROOM: &str = "/chat/v4/rooms/support:7";
const CHANNEL: &str = "/channels/support:7::$chat";

/// The authorization of a client with this capability.
fn client(world: &World, client_id: &str, operations: &[&str]) -> String {
    let capability = json!({ "support:7": operations }).to_string();
    let claims = json!({ "x-ably-clientId": client_id, "x-ably-capability": capability });
    bearer(&jwt(&world.credentials().root_key, claims))
}

fn sent(world: &World, authorization: &str, text: &str) -> Value {
    let path = format!("{ROOM}/messages");
    let answer = world.post(&path, authorization, json!({ "text": text }));
    assert_eq!(answer.status, 201, "{}", answer.json());
    answer.json()
}

fn serial_of(message: &Value) -> String {
    message["serial"].as_str().expect("a serial").to_owned()
}

#[test]
fn a_message_is_shown_by_the_room_and_by_its_channel() {
    let world = World::new();
    let ada = client(&world, "ada", &["publish", "history"]);
    let body = json!({ "text": "hello", "metadata": { "a": [1] }, "headers": { "b": "c" } });
    let message = world.post(&format!("{ROOM}/messages"), &ada, body).ok();
    let serial = serial_of(&message);
    let expected = json!({
        "serial": serial, "clientId": "ada", "text": "hello", "metadata": { "a": [1] },
        "headers": { "b": "c" }, "action": "message.create", "timestamp": NOW,
        "version": { "serial": serial, "timestamp": NOW },
        "reactions": { "unique": {}, "distinct": {}, "multiple": {} },
    });
    assert_eq!(message, expected);
    let one = world.get(&format!("{ROOM}/messages/{serial}"), &ada).ok();
    assert_eq!(one, expected);

    let of_channel = world.get(&format!("{CHANNEL}/messages"), &ada).ok();
    let [message] = of_channel.as_array().expect("a list").as_slice() else {
        panic!("{of_channel}")
    };
    assert_eq!(message["name"], "chat.message");
    assert_eq!(message["encoding"], "json");
    assert_eq!(message["extras"], json!({ "headers": { "b": "c" } }));
}

#[test]
fn the_history_of_a_room_has_its_messages_and_no_other() {
    let world = World::new();
    let root = world.root();
    for text in ["one", "two", "three"] {
        sent(&world, &root, text);
    }
    let typing = json!({ "name": "typing.started" });
    world
        .post(&format!("{CHANNEL}/messages"), &root, typing)
        .ok();
    let path = format!("{ROOM}/messages?direction=forwards&limit=2");
    let answer = world.get(&path, &root);
    let texts = |page: Value| -> Vec<String> {
        let messages = page.as_array().expect("a list").iter();
        messages
            .map(|it| it["text"].as_str().unwrap_or_default().to_owned())
            .collect()
    };
    assert_eq!(texts(answer.json()), ["one", "two"]);
    let next = answer
        .links()
        .into_iter()
        .find(|link| link.contains("next"));
    let next = next.and_then(|link| link.strip_prefix("<./")?.split_once('>'));
    let (next, _) = next.expect("a next page");
    let answer = world.get(&format!("{ROOM}/{next}"), &root);
    assert_eq!(texts(answer.json()), ["three"]);
}

#[test]
fn the_same_key_sends_once() {
    let world = World::new();
    let root = world.root();
    let path = format!("{ROOM}/messages?idempotencyKey=key");
    let send = |text: &str| world.post(&path, &root, json!({ "text": text })).ok();
    let first = send("one");
    assert_eq!(send("two"), first);
}

#[test]
fn messages_are_edited_without_a_rule_by_who_may() {
    let world = World::new();
    let ada = client(&world, "ada", &["publish"]);
    let serial = serial_of(&sent(&world, &ada, "one"));
    let path = format!("{ROOM}/messages/{serial}");
    let body = json!({
        "message": { "text": "two", "headers": { "x": "y" } }, "description": "why",
        "metadata": { "m": "n" },
    });
    let put = |who: &str| world.send("PUT", &path, who, &[], &body);
    assert_eq!(put(&ada).refusal(), (401, 40160));
    let own = ["message-update-own", "message-delete-own", "history"];
    assert_eq!(put(&client(&world, "bob", &own)).refusal(), (401, 40160));
    let ada = client(&world, "ada", &own);
    let edited = put(&ada).ok();
    assert_eq!(edited["text"], "two");
    assert_eq!(edited["action"], "message.update");
    assert_eq!(edited["headers"], json!({ "x": "y" }));
    assert_eq!(edited["clientId"], "ada");
    assert_eq!(edited["version"]["description"], "why");
    assert_eq!(edited["version"]["metadata"], json!({ "m": "n" }));

    let delete = format!("{path}/delete");
    let body = json!({ "description": "rude" });
    assert_eq!(
        world
            .post(&delete, &client(&world, "bob", &own), body.clone())
            .status,
        401
    );
    let deleted = world.post(&delete, &ada, body).ok();
    assert_eq!(deleted["text"], "");
    assert_eq!(deleted["action"], "message.delete");
    assert_eq!(deleted["version"]["description"], "rude");
    assert_eq!(world.get(&path, &ada).ok(), deleted);
    let versions = world
        .get(&format!("{path}/versions?direction=forwards"), &ada)
        .ok();
    let versions = versions.as_array().expect("a list").iter();
    let actions: Vec<&str> = versions.filter_map(|it| it["action"].as_str()).collect();
    assert_eq!(
        actions,
        ["message.create", "message.update", "message.delete"]
    );
}

#[test]
fn reactions_are_counted() {
    let world = World::new();
    let serial = serial_of(&sent(&world, &client(&world, "ada", &["publish"]), "one"));
    let bob = client(&world, "bob", &["annotation-publish", "subscribe"]);
    let path = format!("{ROOM}/messages/{serial}/reactions");
    let react = |kind: &str, name: &str| {
        let body = json!({ "type": kind, "name": name });
        world.post(&path, &bob, body)
    };
    let of_bob = || {
        let path = format!("{ROOM}/messages/{serial}/client-reactions");
        world.get(&path, &bob).ok()
    };
    assert_eq!(react("distinct", "up").status, 201);
    assert_eq!(react("unique", "down").status, 201);
    let counted = of_bob();
    assert_eq!(counted["distinct"]["up"]["total"], 1);
    assert_eq!(counted["unique"]["down"]["total"], 1);
    assert_eq!(counted["multiple"], json!({}));

    for query in ["type=distinct&name=up", "type=reaction:unique.v1"] {
        let answer = world.send(
            "DELETE",
            &format!("{path}?{query}"),
            &bob,
            &[],
            &Value::Null,
        );
        assert_eq!(answer.status, 201, "{}", answer.json());
    }
    let nothing = json!({ "unique": {}, "distinct": {}, "multiple": {} });
    assert_eq!(of_bob(), nothing);

    let query = "type=distinct";
    let answer = world.send(
        "DELETE",
        &format!("{path}?{query}"),
        &bob,
        &[],
        &Value::Null,
    );
    assert_eq!(answer.refusal(), (400, 40000), "it does not say which");

    let reader = client(&world, "eve", &["subscribe"]);
    let body = json!({ "type": "reaction:distinct.v1", "name": "up" });
    assert_eq!(world.post(&path, &reader, body).refusal(), (401, 40160));
}

#[test]
fn occupancy_needs_channel_metadata() {
    let world = World::new();
    let path = format!("{ROOM}/occupancy");
    let reader = client(&world, "ada", &["subscribe"]);
    assert_eq!(world.get(&path, &reader).refusal(), (401, 40160));
    let counts = world
        .get(&path, &client(&world, "ada", &["channel-metadata"]))
        .ok();
    assert_eq!(counts, json!({ "connections": 0, "presenceMembers": 0 }));
}

#[test]
fn an_invalid_message_or_path_is_refused() {
    let world = World::new();
    let root = world.root();
    let messages = format!("{ROOM}/messages");
    for body in [
        json!({}),
        json!([]),
        json!({ "text": 1 }),
        json!({ "text": "a", "metadata": "b" }),
        json!({ "text": "a", "headers": [] }),
    ] {
        let answer = world.post(&messages, &root, body.clone());
        assert_eq!(answer.refusal(), (400, 40000), "{body}");
    }
    let unknown = "0000000000000-000000@sandbox:0000";
    assert_eq!(
        world.get(&format!("{messages}/{unknown}"), &root).refusal(),
        (404, 40400)
    );
    assert_eq!(
        world.get(&format!("{ROOM}/elsewhere"), &root).refusal(),
        (404, 40400)
    );
    assert_eq!(
        world.get("/chat/v1/rooms/a/messages", &root).refusal(),
        (404, 40400)
    );
    assert_eq!(
        world
            .send("PATCH", &messages, &root, &[], &Value::Null)
            .refusal(),
        (405, 40500)
    );
    assert_eq!(
        world.get("/chat/v4/rooms//messages", &root).refusal(),
        (404, 40400)
    );
    let elsewhere = client(&world, "ada", &["publish"]);
    let other = "/chat/v4/rooms/support:8/messages";
    assert_eq!(
        world
            .post(other, &elsewhere, json!({ "text": "a" }))
            .refusal(),
        (401, 40160)
    );
}
