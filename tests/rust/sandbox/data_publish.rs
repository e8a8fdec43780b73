//! Publishing: history, refusals, claims copied from the token, and batches.

use crate::data_world::*;
use ably_edge_auth::{ExtraClaims, TokenParams, issue};

const CHAT: &str = "/channels/chat:lobby/messages";

/// The text data of a list of messages.
fn data(messages: &Value) -> Vec<&str> {
    let messages = messages.as_array().expect("messages").iter();
    messages
        .map(|message| message["data"].as_str().unwrap_or_default())
        .collect()
}

#[test]
fn what_is_published_is_in_history_with_id_time_and_serial() {
    let world = World::new();
    let answer = world.post(
        CHAT,
        &world.root(),
        json!({ "name": "greeting", "data": "hello" }),
    );
    assert_eq!(answer.status, 201);
    let told = answer.json();
    assert_eq!(told["channel"], "chat:lobby");
    assert!(
        told["messageId"]
            .as_str()
            .is_some_and(|id| id.ends_with(":0"))
    );
    let history = world.get(CHAT, &world.root()).ok();
    assert_eq!(
        history,
        json!([{
            "id": told["messageId"], "name": "greeting", "data": "hello", "timestamp": NOW,
            "serial": told["serials"][0], "action": 0,
        }])
    );
    // SPEC RSL4d3: an object stays JSON.
    let extras = json!({ "headers": { "a": 1.5 } });
    let message = json!({ "data": { "b": [1, 2] }, "extras": extras, "unknown": true });
    world
        .post(
            CHAT,
            &world.root(),
            json!([message, { "encoding": "utf-8", "data": [] }]),
        )
        .ok();
    let history = world
        .get(&format!("{CHAT}?direction=forwards"), &world.root())
        .ok();
    assert_eq!(history[1]["data"], r#"{"b":[1,2]}"#);
    assert_eq!(history[1]["encoding"], "json");
    assert_eq!(history[1]["extras"], extras);
    assert!(history[1].get("unknown").is_none());
    assert_eq!(history[2]["encoding"], "utf-8/json");
}

#[test]
fn an_id_is_published_once_within_two_minutes() {
    let world = World::new();
    let publish = |body: Value| world.post(CHAT, &world.root(), body).ok();
    let count = || {
        world
            .get(CHAT, &world.root())
            .ok()
            .as_array()
            .expect("messages")
            .len()
    };
    let first = publish(json!({ "id": "once", "data": "a" }));
    assert_eq!(publish(json!({ "id": "once", "data": "b" })), first);
    assert_eq!((first["messageId"].as_str(), count()), (Some("once"), 1));
    // Numbered as in ably-js; each id is compared with those published before.
    let both = json!([{ "id": "base:0", "data": "a" }, { "id": "base:1", "data": "b" }]);
    let told = publish(both.clone());
    assert_eq!((publish(both), count()), (told, 3));
    // Ids are per channel, also within a batch.
    let spec = json!({ "channels": ["x", "chat:lobby", "x"], "messages": { "id": "once" } });
    let body = world.post_v3("/messages", &world.root(), spec).ok();
    assert_eq!(body["results"][0]["serials"], body["results"][2]["serials"]);
    let x = world.get("/channels/x/messages", &world.root()).ok();
    assert_eq!((x.as_array().expect("messages").len(), count()), (1, 3));

    world.transport.advance(119_999);
    publish(json!({ "id": "once" }));
    assert_eq!(count(), 3);
    world.transport.advance(1);
    publish(json!({ "id": "once" }));
    assert_eq!(count(), 4);
}

#[test]
fn what_may_not_be_published_has_its_code() {
    let world = World::new();
    let root = world.root();
    let large = |bytes: usize| "x".repeat(bytes);
    for (name, path, body, status, code) in [
        ("nothing", CHAT, Value::Null, 400, 40000),
        ("no message", CHAT, json!([]), 400, 40000),
        ("a text", CHAT, json!("hello"), 400, 40000),
        ("too many", CHAT, json!(vec![json!({}); 1_001]), 400, 40000),
        (
            "a number for a name",
            CHAT,
            json!({ "name": 7 }),
            400,
            40000,
        ),
        ("a number for data", CHAT, json!({ "data": 7 }), 400, 40013),
        (
            "extras that are a list",
            CHAT,
            json!({ "extras": [] }),
            400,
            40000,
        ),
        (
            "a claim of one's own",
            CHAT,
            json!({ "extras": { "userClaim": "admin" } }),
            400,
            40032,
        ),
        (
            "an empty client id",
            CHAT,
            json!({ "clientId": "" }),
            400,
            40012,
        ),
        // https://ably.com/docs/platform/errors/codes/40031-invalid-client-specified-message-id
        ("an empty id", CHAT, json!({ "id": "" }), 400, 40031),
        ("a number for an id", CHAT, json!({ "id": 7 }), 400, 40031),
        (
            "one id of two",
            CHAT,
            json!([{ "id": "a:0" }, {}]),
            400,
            40031,
        ),
        (
            "two bases",
            CHAT,
            json!([{ "id": "a:0" }, { "id": "b:1" }]),
            400,
            40031,
        ),
        (
            "another order",
            CHAT,
            json!([{ "id": "a:1" }, { "id": "a:0" }]),
            400,
            40031,
        ),
        // SPEC RSL1i, TM6: name, data, extras and client id of all of them
        (
            "64 KiB and one",
            CHAT,
            json!({ "data": large(65_537) }),
            413,
            40009,
        ),
        (
            "64 KiB and one in all",
            CHAT,
            json!([{ "data": large(65_535) }, { "name": "xx" }]),
            413,
            40009,
        ),
        ("a colon", "/channels/:a/messages", json!({}), 400, 40010),
        (
            "a bracket",
            "/channels/%5Binvalid/messages",
            json!({}),
            400,
            40010,
        ),
        (
            "another qualifier",
            "/channels/%5Bqueue%5Da/messages",
            json!({}),
            400,
            40010,
        ),
        (
            "nothing behind it",
            "/channels/%5B%3Frewind=1%5D/messages",
            json!({}),
            400,
            40010,
        ),
        (
            "a line break",
            "/channels/a%0Ab/messages",
            json!({}),
            400,
            40010,
        ),
        (
            "Ably's own",
            "/channels/%5Bmeta%5Dlog/messages",
            json!({}),
            400,
            40010,
        ),
    ] {
        assert_eq!(
            world.post(path, &root, body).refusal(),
            (status, code),
            "{name}"
        );
    }
    assert_eq!(world.get(CHAT, &root).ok(), json!([]));
    world
        .post(
            CHAT,
            &root,
            json!([{ "data": large(65_535) }, { "name": "x" }]),
        )
        .ok();
    // Parameters are not part of the name.
    world
        .post(
            "/channels/%5B%3Frewind=1%5Dnews/messages",
            &root,
            json!({ "data": "x" }),
        )
        .ok();
    assert_eq!(
        data(&world.get("/channels/news/messages", &root).ok()),
        ["x"]
    );
    world.get("/channels/%5Bmeta%5Dlog/messages", &root).ok();
    let only = basic(&world.credentials().revocable_key);
    // `*` does not cover metachannels.
    assert_eq!(
        world
            .get("/channels/%5Bmeta%5Dlog/messages", &only)
            .refusal(),
        (401, 40160)
    );
}

#[test]
fn a_claim_of_the_token_comes_with_each_message() {
    let world = World::new();
    let key = parsed(&world.credentials().root_key);
    let publish = |claims: &[(&str, &str)], channel: &str, extras: Value| {
        let mut extra = ExtraClaims::default();
        for (pattern, text) in claims {
            extra.channel(pattern, text).expect("a claim");
        }
        let params = TokenParams {
            extra,
            ..TokenParams::default()
        };
        let token = issue(&key, &params, NOW).expect("a token").token;
        let path = format!("/channels/{channel}/messages");
        world
            .post(
                &path,
                &bearer(&token),
                json!({ "data": "x", "extras": extras }),
            )
            .ok();
        world.get(&format!("{path}?limit=1"), &world.root()).ok()[0]["extras"].clone()
    };
    // https://ably.com/docs/auth/token/jwt#channel-claims: the most specific one that matches
    let all = [
        ("*", "anybody"),
        ("chat:*", "member"),
        ("chat:*:staff", "staff"),
        ("chat:lobby", "moderator"),
    ];
    for (channel, wanted) in [
        ("chat:lobby", "moderator"),
        ("chat:other", "member"),
        ("chat:a:staff", "staff"),
        ("news", "anybody"),
    ] {
        assert_eq!(
            publish(&all, channel, Value::Null),
            json!({ "userClaim": wanted }),
            "{channel}"
        );
    }
    let headers = json!({ "headers": { "a": "b" } });
    let wanted = json!({ "headers": { "a": "b" }, "userClaim": "member" });
    assert_eq!(publish(&all[1..2], "chat:x", headers.clone()), wanted);
    assert_eq!(publish(&all[1..2], "news", headers.clone()), headers);
    assert_eq!(publish(&all[1..2], "chatty", Value::Null), Value::Null);
    assert_eq!(publish(&[], "news", Value::Null), Value::Null);
}

#[test]
fn many_channels_at_once_each_with_its_outcome() {
    let world = World::new();
    let narrow = basic(&world.credentials().narrow_key);
    let spec = |channels: Value| json!({ "channels": channels, "messages": [{ "data": "a" }, { "data": "b" }] });
    // SPEC RSC22, BPR2, BPF2
    let one = world
        .post_v3("/messages", &narrow, spec(json!(["chat:x", "other"])))
        .ok();
    assert_eq!(
        (&one["successCount"], &one["failureCount"]),
        (&json!(1), &json!(1))
    );
    assert!(
        one["results"][0]["messageId"]
            .as_str()
            .is_some_and(|id| id.ends_with(":0"))
    );
    assert_eq!(one["results"][1]["error"]["code"], 40160);
    let two = world
        .post_v3(
            "/messages",
            &narrow,
            json!([spec(json!("chat:x")), spec(json!(["other"]))]),
        )
        .ok();
    assert_eq!(
        (&two[0]["successCount"], &two[1]["failureCount"]),
        (&json!(1), &json!(1))
    );
    assert_eq!(
        data(&world.get("/channels/chat:x/messages", &world.root()).ok()),
        ["b", "a", "b", "a"]
    );
    // Before version 3: ably-js test/rest/request.test.js
    let old = world
        .post("/messages", &world.root(), spec(json!(["a", "b"])))
        .ok();
    assert_eq!(old[1]["channel"], "b");
    let old = world.post(
        "/messages",
        &world.root(),
        spec(json!(["a", "[invalid", ""])),
    );
    assert_eq!(old.refusal(), (400, 40020));
    assert_eq!(old.json()["batchResponse"][2]["error"]["code"], 40010);
    for channels in [json!([]), json!(7), json!([7]), json!(vec!["a"; 101])] {
        assert_eq!(
            world.post("/messages", &narrow, spec(channels)).refusal(),
            (400, 40000)
        );
    }
}

#[test]
fn old_messages_and_channels_make_room() {
    let world = World::new();
    let root = world.root();
    let count = |path: &str| {
        world
            .get(path, &root)
            .ok()
            .as_array()
            .expect("a list")
            .len()
    };
    // A thousand messages or 4 MiB per channel.
    for number in 0..3 {
        world
            .post(
                CHAT,
                &root,
                json!(vec![json!({ "data": number.to_string() }); 400]),
            )
            .ok();
    }
    let history = format!("{CHAT}?limit=1000&direction=forwards");
    assert_eq!(count(&history), 1_000);
    let kept = world.get(&history, &root).ok();
    assert_eq!(
        (data(&kept)[199], data(&kept)[200], data(&kept)[999]),
        ("0", "1", "2")
    );
    for _ in 0..70 {
        world
            .post(CHAT, &root, json!({ "data": "x".repeat(65_000) }))
            .ok();
    }
    assert_eq!(count(&history), 64);

    // A thousand channels; the one least recently published on is removed.
    for number in 0..999 {
        world
            .post(&format!("/channels/c{number}/messages"), &root, json!({}))
            .ok();
    }
    world.post("/channels/c0/messages", &root, json!({})).ok();
    world.post("/channels/new/messages", &root, json!({})).ok();
    assert_eq!((count(CHAT), count("/channels?limit=1000")), (0, 1_000));
    assert_eq!(
        (
            count("/channels/c0/messages"),
            count("/channels/c1/messages")
        ),
        (2, 1)
    );
}
