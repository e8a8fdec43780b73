//! Channels: modes, parameters, messages and their acknowledgements.

use super::realtime_world::*;

const PRESENCE_BIT: u64 = 1 << 16;
const PUBLISH_BIT: u64 = 1 << 17;
const SUBSCRIBE_BIT: u64 = 1 << 18;
const PRESENCE_SUBSCRIBE_BIT: u64 = 1 << 19;

fn with_capability(world: &mut World, capability: &str) -> u32 {
    let key = world.credentials().revocable_key;
    let claims = json!({ "x-ably-capability": capability, "x-ably-clientId": "ada" });
    world.with_token(&jwt(&key, claims))
}

#[test]
fn modes_are_what_is_asked_for_and_permitted() {
    let mut world = World::new();
    let all = r#"{"*":["*"]}"#;
    let defaults = PRESENCE_BIT | PUBLISH_BIT | SUBSCRIBE_BIT | PRESENCE_SUBSCRIBE_BIT | 1 << 21;
    let reads = SUBSCRIBE_BIT | PRESENCE_SUBSCRIBE_BIT;
    for (capability, asked, granted) in [
        (all, 0, defaults),
        (all, PUBLISH_BIT, PUBLISH_BIT),
        (all, PUBLISH_BIT | 1 << 21 | 1 << 2, PUBLISH_BIT | 1 << 21),
        (r#"{"chat":["subscribe"]}"#, 0, reads),
        (r#"{"chat":["subscribe"]}"#, defaults, reads),
        (r#"{"chat":["presence"]}"#, 0, PRESENCE_BIT),
        (
            r#"{"chat":["publish"]}"#,
            PUBLISH_BIT | SUBSCRIBE_BIT,
            PUBLISH_BIT,
        ),
    ] {
        let socket = with_capability(&mut world, capability);
        world.send(
            socket,
            json!({ "action": 10, "channel": "chat", "flags": asked }),
        );
        let flags = world.frame(socket)["flags"].as_u64().unwrap();
        assert_eq!(flags >> 16, granted >> 16, "{capability} {asked}");
    }
    for (capability, asked) in [
        (r#"{"other":["*"]}"#, 0),
        (r#"{"chat":["history"]}"#, 0),
        (r#"{"chat":["subscribe"]}"#, PUBLISH_BIT),
    ] {
        let socket = with_capability(&mut world, capability);
        world.send(
            socket,
            json!({ "action": 10, "channel": "chat", "flags": asked }),
        );
        let frame = world.frame(socket);
        assert_eq!(code(&frame), (ERROR, 40160, 401), "{capability} {asked}");
        assert_eq!(frame["channel"], json!("chat"));
        assert!(!world.is_closed(socket), "the connection goes on");
    }
}

#[test]
fn parameters_are_echoed_and_names_are_checked() {
    let mut world = World::new();
    let socket = world.client("ada");
    let params = json!({ "modes": "subscribe", "rewind": "1", "delta": "vcdiff", "x": "y" });
    world.send(
        socket,
        json!({ "action": 10, "channel": "chat", "params": params }),
    );
    let frame = world.frame(socket);
    assert_eq!(
        frame["params"],
        json!({ "delta": "vcdiff", "modes": "subscribe", "rewind": "1" })
    );
    assert_eq!(frame["flags"], json!(SUBSCRIBE_BIT));
    // Attached once more: answered again, with the modes that are asked for now.
    world.send(
        socket,
        json!({ "action": 10, "channel": "chat", "flags": PUBLISH_BIT }),
    );
    let frame = world.frame(socket);
    assert_eq!(
        (&frame["flags"], frame.get("params")),
        (&json!(PUBLISH_BIT), None)
    );
    // Names of modes that nobody knows are not echoed, and without any other the flags count.
    for (modes, flags, echoed, granted) in [
        ("nope", PUBLISH_BIT, None, PUBLISH_BIT),
        ("", PUBLISH_BIT, None, PUBLISH_BIT),
        ("nope, PUBLISH", 0, Some("PUBLISH"), PUBLISH_BIT),
        (
            "publish,nope,subscribe",
            0,
            Some("publish,subscribe"),
            PUBLISH_BIT | SUBSCRIBE_BIT,
        ),
    ] {
        let params = json!({ "modes": modes });
        world.send(
            socket,
            json!({ "action": 10, "channel": "chat", "params": params, "flags": flags }),
        );
        let frame = world.frame(socket);
        let told = frame["params"]["modes"].as_str();
        assert_eq!(
            (told, &frame["flags"]),
            (echoed, &json!(granted)),
            "{modes}"
        );
    }
    for name in ["", ":hell", "[nonsense]x", "[unclosed", "a\nb"] {
        world.send(socket, json!({ "action": 10, "channel": name }));
        assert_eq!(code(&world.frame(socket)), (ERROR, 40010, 400), "{name:?}");
        world.publish(socket, 99, name, "x");
        assert_eq!(code(&world.frame(socket)).0, NACK, "{name:?}");
        let _ = world.client("bob");
    }
    for _ in 0..2 {
        world.send(socket, json!({ "action": 12, "channel": "chat" }));
        assert_eq!(
            world.frame(socket),
            json!({ "action": DETACHED, "channel": "chat" })
        );
    }
}

#[test]
fn messages_reach_everybody_attached_once_with_their_serial() {
    let mut world = World::new();
    let (ada, bob) = (world.client("ada"), world.client("bob"));
    let key = world.root();
    let quiet = world.connect(&format!("v=6&key={key}&echo=false")).0;
    for socket in [ada, bob, quiet] {
        world.attach(socket, "chat");
    }
    world.publish(ada, 0, "chat", "hello");
    let frames = world.frames(ada);
    assert_eq!(actions(&frames), [ACK, MESSAGE]);
    let serial = &frames[1]["messages"][0]["serial"];
    let ack = json!({ "action": 1, "msgSerial": 0, "count": 1, "res": [{ "serials": [serial] }] });
    assert_eq!(frames[0], ack);
    let frame = world.frame(bob);
    assert_eq!(frame, frames[1]);
    assert_eq!(frame["channelSerial"], *serial);
    assert_eq!(frame["id"].as_str().unwrap().split(':').nth(1), Some("0"));
    assert_eq!(frame["messages"][0]["clientId"], json!("ada"));
    assert_eq!(frame["messages"][0]["connectionId"], frame["connectionId"]);
    assert_eq!(data(&world.frames(quiet)), ["hello"]);
    world.publish(quiet, 0, "chat", "quiet");
    assert_eq!(actions(&world.frames(quiet)), [ACK]);
    assert_eq!(data(&world.frames(bob)), ["quiet"]);
    world.frames(ada);

    // Across REST and realtime, in both directions.
    world.rest("POST", "/channels/chat/messages", json!({ "data": "rest" }));
    for socket in [ada, bob, quiet] {
        let frame = world.frame(socket);
        assert_eq!(frame["messages"][0]["data"], json!("rest"));
        assert!(frame.get("connectionId").is_none());
    }
    let history = world.rest(
        "GET",
        "/channels/chat/messages?direction=forwards",
        json!(null),
    );
    let told: Vec<&Value> = history
        .as_array()
        .unwrap()
        .iter()
        .map(|it| &it["data"])
        .collect();
    assert_eq!(told, ["hello", "quiet", "rest"]);
    let until = history[1]["serial"].as_str().unwrap();
    for name in ["from_serial", "fromSerial"] {
        let path = format!("/channels/chat/messages?{name}={until}");
        let some = world.rest("GET", &path, json!(null));
        assert_eq!(some.as_array().unwrap().len(), 2, "{name}");
    }
}

#[test]
fn a_message_needs_no_attachment_but_a_capability() {
    let mut world = World::new();
    let socket = with_capability(&mut world, r#"{"chat":["publish","subscribe"]}"#);
    world.publish(socket, 0, "chat", "transient");
    assert_eq!(actions(&world.frames(socket)), [ACK]);
    world.publish(socket, 1, "other", "x");
    assert_eq!(code(&world.frame(socket)), (NACK, 40160, 401));
    world.send(
        socket,
        json!({ "action": 10, "channel": "chat", "flags": SUBSCRIBE_BIT }),
    );
    world.frames(socket);
    world.publish(socket, 2, "chat", "x");
    assert_eq!(code(&world.frame(socket)), (NACK, 40165, 401));
    let forced = json!({
        "action": 15, "channel": "chat", "msgSerial": 3, "messages": [{}],
        "params": { "_forceNack": "true" },
    });
    world.send(socket, json!({ "action": 12, "channel": "chat" }));
    world.frames(socket);
    world.send(socket, forced);
    assert_eq!(code(&world.frame(socket)), (NACK, 40099, 400));
    for (serial, message, status, expected) in [
        (4, json!({ "clientId": "bob" }), 400, 40012),
        (5, json!({ "clientId": 7 }), 400, 40012),
        (6, json!({ "data": "x".repeat(65_537) }), 413, 40009),
        (7, json!({ "data": 7 }), 400, 40013),
        (8, json!("x"), 400, 40000),
    ] {
        world.send(
            socket,
            json!({ "action": 15, "channel": "chat", "msgSerial": serial, "messages": [message] }),
        );
        let frame = world.frame(socket);
        assert_eq!(code(&frame), (NACK, expected, status));
        assert_eq!(
            (&frame["msgSerial"], &frame["count"]),
            (&json!(serial), &json!(1))
        );
    }
    world.send(
        socket,
        json!({ "action": 19, "channel": "chat", "msgSerial": 9 }),
    );
    assert_eq!(world.frame(socket)["action"], json!(NACK), "LiveObjects");
}

#[test]
fn payloads_cross_formats() {
    use ably_edge_auth::sandbox::Frame;
    let mut world = World::new();
    let key = world.root();
    let json_socket = world.client("ada");
    world.attach(json_socket, "chat");
    let packed = world.open(&format!("v=6&key={key}&format=msgpack"));
    let attach = rmp(&json!({ "action": 10, "channel": "chat" }));
    world.send_frame(packed, &Frame::Binary(attach));
    world.raw_frames(packed);
    let messages = json!([{ "data": "AQID", "encoding": "base64" }]);
    world.send(
        json_socket,
        json!({ "action": 15, "channel": "chat", "msgSerial": 0, "messages": messages }),
    );
    let [Frame::Binary(bytes)] = &world.raw_frames(packed)[..] else {
        panic!("one frame")
    };
    // The data as three bytes, and no encoding.
    assert!(bytes.windows(5).any(|it| it == [0xc4, 3, 1, 2, 3]));
    assert!(!bytes.windows(8).any(|it| it == b"encoding"));
    assert_eq!(
        world.frames(json_socket)[1]["messages"][0]["encoding"],
        json!("base64")
    );
}

/// MessagePack of a frame without nested values.
fn rmp(value: &Value) -> Vec<u8> {
    let map = value.as_object().unwrap();
    let mut out = vec![0x80 | map.len() as u8];
    let text = |out: &mut Vec<u8>, text: &str| {
        out.push(0xa0 | text.len() as u8);
        out.extend(text.as_bytes());
    };
    for (name, value) in map {
        text(&mut out, name);
        match value {
            Value::String(value) => text(&mut out, value),
            value => out.push(value.as_u64().unwrap() as u8),
        }
    }
    out
}

#[test]
fn rewind_brings_the_past_once() {
    let mut world = World::new();
    for (text, seconds) in [("one", 60), ("two", 10), ("three", 0)] {
        world.rest("POST", "/channels/chat/messages", json!({ "data": text }));
        world.advance(seconds * 1_000);
    }
    let socket = world.client("ada");
    for (rewind, expected) in [
        ("2", vec!["two", "three"]),
        ("15s", vec!["two", "three"]),
        ("2m", vec!["one", "two", "three"]),
        ("0", vec![]),
        ("x", vec![]),
    ] {
        world.send(
            socket,
            json!({ "action": 10, "channel": "chat", "params": { "rewind": rewind } }),
        );
        let frames = world.frames(socket);
        assert_eq!(data(&frames), expected, "{rewind}");
        assert_eq!(
            frames[0]["flags"].as_u64().unwrap() & 2 != 0,
            !expected.is_empty()
        );
        world.send(
            socket,
            json!({ "action": 10, "channel": "chat", "params": { "rewind": rewind } }),
        );
        assert_eq!(actions(&world.frames(socket)), [ATTACHED], "not again");
        world.send(socket, json!({ "action": 12, "channel": "chat" }));
        world.frames(socket);
    }
    let params = json!({ "rewind": 1 });
    for (flags, expected) in [(0, vec!["three"]), (1 << 5, vec![])] {
        world.send(
            socket,
            json!({ "action": 10, "channel": "chat", "params": params, "flags": flags }),
        );
        assert_eq!(data(&world.frames(socket)), expected, "ATTACH_RESUME");
        world.send(socket, json!({ "action": 12, "channel": "chat" }));
        world.frames(socket);
    }
    // The qualifier says the same, and the client knows the channel by its whole name.
    world.send(
        socket,
        json!({ "action": 10, "channel": "[?rewind=1]chat" }),
    );
    let frames = world.frames(socket);
    assert_eq!(data(&frames), ["three"]);
    world.rest("POST", "/channels/chat/messages", json!({ "data": "four" }));
    let frame = world.frame(socket);
    assert_eq!(frame["channel"], json!("[?rewind=1]chat"));
}

#[test]
fn a_request_publishes_for_a_connection_by_its_key() {
    let mut world = World::new();
    let key = world.root();
    let (socket, frame) = world.connect(&format!("v=6&key={key}&clientId=ada"));
    world.attach(socket, "chat");
    let connection_key = &frame["connectionDetails"]["connectionKey"];
    let body = json!({ "data": "x", "connectionKey": connection_key });
    world.rest("POST", "/channels/chat/messages", body);
    let message = world.frame(socket)["messages"][0].clone();
    assert_eq!(message["connectionId"], frame["connectionId"]);
    assert_eq!(message["clientId"], json!("ada"));
    assert!(message.get("connectionKey").is_none());
    let body = json!({ "data": "x", "connectionKey": "unknown" });
    let response = world.request("POST", "/channels/chat/messages", &basic(&key), body);
    let error: Value = serde_json::from_slice(&response.body).unwrap();
    assert_eq!(
        (response.status, &error["error"]["code"]),
        (400, &json!(40006))
    );
}

#[test]
fn what_cannot_be_stored_is_not_delivered_and_not_acknowledged() {
    let mut world = World::new();
    let (ada, bob) = (world.client("ada"), world.client("bob"));
    world.attach(ada, "chat");
    world.attach(bob, "chat");
    world.is_full = true;
    world.publish(ada, 0, "chat", "lost");
    assert_eq!(code(&world.frame(ada)), (NACK, 50000, 500));
    world.present(ada, 1, "chat", 2, "x");
    assert_eq!(code(&world.frame(ada)), (NACK, 50000, 500));
    assert_eq!(world.frames(bob), [json!(null); 0]);
    world.is_full = false;
    world.publish(ada, 2, "chat", "kept");
    assert_eq!(data(&world.frames(bob)), ["kept"]);
    assert_eq!(actions(&world.frames(ada)), [ACK, MESSAGE]);
}

#[test]
fn channels_and_members_are_bounded() {
    let mut world = World::new();
    let socket = world.client("ada");
    for number in 0..200 {
        world.attach(socket, &format!("chat{number}"));
    }
    world.send(socket, json!({ "action": 10, "channel": "one more" }));
    assert_eq!(code(&world.frame(socket)), (ERROR, 90010, 400));
    let key = world.root();
    let socket = world.connect(&format!("v=6&key={key}")).0;
    world.attach(socket, "full");
    for serial in 0..201 {
        let presence = json!([{ "action": 2, "clientId": format!("client{serial}") }]);
        world.send(
            socket,
            json!({ "action": 14, "channel": "full", "msgSerial": serial, "presence": presence }),
        );
    }
    let frames = world.frames(socket);
    assert_eq!(code(frames.last().unwrap()), (NACK, 91003, 400));
    assert_eq!(frames.len(), 401, "200 ACKs and events, and a NACK");
}
