//! Connections: how they begin, live, resume and end.

use super::realtime_world::*;

#[test]
fn a_connection_begins_with_its_details() {
    let mut world = World::new();
    let key = world.root();
    let (_, frame) = world.connect(&format!("v=6&format=json&key={key}"));
    let id = frame["connectionId"].as_str().unwrap();
    let details = &frame["connectionDetails"];
    assert!(!id.contains(':'));
    assert!(details["connectionKey"].as_str().unwrap().starts_with(id));
    assert_eq!(details["clientId"], json!("*"));
    assert_eq!(details["maxMessageSize"], json!(65536));
    assert_eq!(details["maxFrameSize"], json!(524_288));
    assert_eq!(details["connectionStateTtl"], json!(120_000));
    assert_eq!(details["maxIdleInterval"], json!(15_000));

    let (_, frame) = world.connect(&format!("v=6&key={key}&clientId=ada"));
    assert_eq!(frame["connectionDetails"]["clientId"], json!("ada"));
    let revocable = world.credentials().revocable_key;
    let token = jwt(&revocable, json!({}));
    let (_, frame) = world.connect(&format!("v=6&accessToken={token}"));
    assert!(frame["connectionDetails"].get("clientId").is_none());
}

#[test]
fn refusals_are_frames_with_the_code_that_fits() {
    let mut world = World::new();
    let revocable = world.credentials().revocable_key;
    let jwt_of = |other| format!("access_token={}", jwt(&revocable, other));
    let unknown = jwt("other.key:secret", json!({}));
    let cases = [
        ("v=6".to_owned(), (401, 40106)),
        ("v=6&key=this.is:wrong".to_owned(), (401, 40101)),
        ("v=6&key=sndbox.root01:wrong".to_owned(), (401, 40101)),
        ("v=6&key=nonsense".to_owned(), (401, 40101)),
        (format!("v=6&access_token={unknown}"), (404, 40400)),
        ("v=6&access_token=sndbox.unknown".to_owned(), (401, 40143)),
        ("v=6&access_token=a.b.c".to_owned(), (401, 40144)),
        (
            format!("v=6&{}", jwt_of(json!({ "exp": S - 1, "iat": S - 60 }))),
            (401, 40142),
        ),
        (
            format!(
                "v=6&clientId=bob&{}",
                jwt_of(json!({ "x-ably-clientId": "ada" }))
            ),
            (401, 40102),
        ),
        (
            format!("v=6&clientId=bob&{}", jwt_of(json!({}))),
            (401, 40102),
        ),
        (format!("v=1&key={}", world.root()), (400, 40017)),
    ];
    for (query, (status, expected)) in cases {
        let socket = world.open(&query);
        let frame = world.frame(socket);
        assert_eq!(code(&frame), (ERROR, expected, status), "{query}: {frame}");
        assert!(frame.get("channel").is_none());
        assert!(world.is_closed(socket));
    }
    world.revoke("clientId:ada", false);
    let token = jwt_of(json!({ "x-ably-clientId": "ada", "iat": S - 10 }));
    let socket = world.open(&format!("v=6&{token}"));
    assert_eq!(code(&world.frame(socket)), (ERROR, 40141, 401));
}

#[test]
fn heartbeats_are_answered_and_break_the_silence() {
    let mut world = World::new();
    let key = world.root();
    let pinged = world.connect(&format!("v=6&key={key}&heartbeats=false")).0;
    let beaten = world.connect(&format!("v=6&key={key}&heartbeats=true")).0;
    world.send(pinged, json!({ "action": 0, "id": "x1" }));
    assert_eq!(world.frame(pinged), json!({ "action": 0, "id": "x1" }));
    world.send(pinged, json!({ "action": 0 }));
    assert_eq!(world.frames(pinged), [json!(null); 0]);
    world.advance(14_999);
    assert_eq!(world.frames(beaten), [json!(null); 0]);
    world.advance(1);
    assert_eq!(world.frame(beaten), json!({ "action": 0 }));
    assert_eq!(world.pings, [pinged]);
    world.advance(45_000);
    assert!(world.frames(beaten).len() >= 3);
}

#[test]
fn a_client_closes_and_is_forgotten() {
    let mut world = World::new();
    let key = world.root();
    let (socket, frame) = world.connect(&format!("v=6&key={key}"));
    world.send(socket, json!({ "action": 7 }));
    assert_eq!(world.frame(socket), json!({ "action": CLOSED }));
    assert!(world.is_closed(socket));
    let resume = frame["connectionDetails"]["connectionKey"]
        .as_str()
        .unwrap();
    let (_, again) = world.connect(&format!("v=6&key={key}&resume={resume}"));
    assert_eq!(again["error"]["code"], json!(80008));
    assert_ne!(again["connectionId"], frame["connectionId"]);
}

#[test]
fn a_frame_of_the_other_kind_is_ignored_and_nonsense_ends_the_connection() {
    use ably_edge_auth::sandbox::Frame;
    let mut world = World::new();
    let socket = world.client("ada");
    world.send_frame(socket, &Frame::Binary(vec![0xc1]));
    assert!(!world.is_closed(socket));
    world.send(socket, json!({ "action": 4242 }));
    world.send(socket, json!({}));
    assert!(!world.is_closed(socket), "what is unknown is ignored");
    for nonsense in ["", "{", "[]", "7", r#"{"action":15,"action":15}"#] {
        let socket = world.client("ada");
        world.send_frame(socket, &Frame::Text(nonsense.to_owned()));
        assert_eq!(
            code(&world.frame(socket)),
            (ERROR, 40001, 400),
            "{nonsense}"
        );
        assert!(world.is_closed(socket));
    }
    let long = format!(r#"{{"action":0,"id":"{}"}}"#, "x".repeat(512 * 1024));
    world.send_frame(socket, &Frame::Text(long));
    assert_eq!(code(&world.frame(socket)), (ERROR, 40009, 413));
}

#[test]
fn a_connection_resumes_with_what_it_missed() {
    let mut world = World::new();
    let key = world.root();
    let (socket, first) = world.connect(&format!("v=6&key={key}"));
    let serial = world.attach(socket, "chat")["channelSerial"].clone();
    world.publish(socket, 0, "chat", "before");
    let frames = world.frames(socket);
    assert_eq!(actions(&frames), [ACK, MESSAGE]);
    let last = frames[1]["channelSerial"].clone();
    assert!(last.as_str() > serial.as_str());
    world.drop_socket(socket);
    world.rest(
        "POST",
        "/channels/chat/messages",
        json!({ "data": "missed" }),
    );
    world.advance(100_000);

    let resume = first["connectionDetails"]["connectionKey"]
        .as_str()
        .unwrap()
        .to_owned();
    let (socket, again) = world.connect(&format!("v=6&key={key}&resume={resume}"));
    assert_eq!(again["connectionId"], first["connectionId"]);
    assert!(again.get("error").is_none());
    assert_ne!(again["connectionDetails"]["connectionKey"], json!(resume));
    // Pending messages are sent again: they count once, and have the same answer.
    world.publish(socket, 0, "chat", "before");
    assert_eq!(world.frame(socket), frames[0]);
    world.send(
        socket,
        json!({ "action": 10, "channel": "chat", "channelSerial": last }),
    );
    let frames = world.frames(socket);
    assert_eq!(actions(&frames), [ATTACHED, MESSAGE]);
    assert_eq!(
        frames[0]["flags"].as_u64().unwrap() & 0b110,
        0b110,
        "RESUMED, HAS_BACKLOG"
    );
    assert_eq!(data(&frames), ["missed"]);
    world.publish(socket, 1, "chat", "after");
    assert_eq!(data(&world.frames(socket)), ["after"]);

    world.drop_socket(socket);
    world.advance(120_000);
    let resume = again["connectionDetails"]["connectionKey"]
        .as_str()
        .unwrap()
        .to_owned();
    let (_, late) = world.connect(&format!("v=6&key={key}&resume={resume}"));
    assert_eq!(late["error"]["code"], json!(80008));
    let fake = "_____!ablyjs_test_fake-key____";
    let (_, fake) = world.connect(&format!("v=6&key={key}&recover={fake}"));
    assert_eq!(fake["error"]["code"], json!(80018));
}

#[test]
fn a_channel_whose_past_is_gone_is_attached_without_resumed() {
    let mut world = World::new();
    let key = world.root();
    let (socket, first) = world.connect(&format!("v=6&key={key}"));
    let serial = world.attach(socket, "chat")["channelSerial"].clone();
    world.drop_socket(socket);
    for _ in 0..2 {
        let many: Vec<Value> = (0..600).map(|_| json!({ "data": "x" })).collect();
        world.rest("POST", "/channels/chat/messages", json!(many));
    }
    let resume = first["connectionDetails"]["connectionKey"]
        .as_str()
        .unwrap();
    let socket = world.connect(&format!("v=6&key={key}&resume={resume}")).0;
    world.send(
        socket,
        json!({ "action": 10, "channel": "chat", "channelSerial": serial }),
    );
    let frame = world.frame(socket);
    assert_eq!(frame["flags"].as_u64().unwrap() & 0b110, 0);
    assert_eq!(frame["error"]["code"], json!(90003));
}

#[test]
fn a_resumed_connection_takes_over_from_a_socket_that_looks_open() {
    let mut world = World::new();
    let key = world.root();
    let (old, first) = world.connect(&format!("v=6&key={key}"));
    world.attach(old, "chat");
    let resume = first["connectionDetails"]["connectionKey"]
        .as_str()
        .unwrap();
    let (new, again) = world.connect(&format!("v=6&key={key}&resume={resume}"));
    assert_eq!(again["connectionId"], first["connectionId"]);
    assert!(world.is_closed(old));
    world.drop_socket(old);
    world.attach(new, "chat");
    world.publish(new, 0, "chat", "x");
    assert_eq!(actions(&world.frames(new)), [ACK, MESSAGE]);
    assert_eq!(world.frames(old), [json!(null); 0]);
}

#[test]
fn another_client_cannot_resume_a_connection() {
    let mut world = World::new();
    let key = world.root();
    let (socket, first) = world.connect(&format!("v=6&key={key}&clientId=ada"));
    world.drop_socket(socket);
    let resume = first["connectionDetails"]["connectionKey"]
        .as_str()
        .unwrap();
    let (_, other) = world.connect(&format!("v=6&key={key}&clientId=bob&resume={resume}"));
    assert_eq!(other["error"]["code"], json!(80008));
    assert_ne!(other["connectionId"], first["connectionId"]);
}

#[test]
fn a_slow_reader_is_disconnected_and_the_others_go_on() {
    let mut world = World::new();
    let (slow, other) = (world.client("slow"), world.client("other"));
    world.attach(slow, "chat");
    world.attach(other, "chat");
    world.sandbox.overrun(slow, world.now);
    world.tick();
    assert_eq!(code(&world.frame(slow)), (DISCONNECTED, 80020, 400));
    assert!(world.is_closed(slow));
    world.rest("POST", "/channels/chat/messages", json!({ "data": "x" }));
    assert_eq!(data(&world.frames(other)), ["x"]);
}

#[test]
fn a_number_counts_once_in_any_order() {
    let mut world = World::new();
    let key = world.root();
    let (mut socket, frame) = world.connect(&format!("v=6&key={key}"));
    let mut published = 0;
    let mut send = |world: &mut World, socket: u32, number: u64, is_new: bool| {
        world.publish(socket, number, "chat", "x");
        let answer = world.frame(socket);
        assert_eq!(
            (&answer["action"], &answer["msgSerial"]),
            (&json!(ACK), &json!(number))
        );
        published += usize::from(is_new);
        let all = world.rest("GET", "/channels/chat/messages?limit=1000", json!(null));
        assert_eq!(all.as_array().unwrap().len(), published, "{number}");
        answer
    };
    let first = send(&mut world, socket, 5, true);
    for (number, is_new) in [
        (3, true),
        (3, false),
        (5, false),
        (0, true),
        (4, true),
        (2, true),
        (1, true),
        (1, false),
        (4, false),
        (6, true),
        (9, true),
    ] {
        send(&mut world, socket, number, is_new);
    }
    // What was used survives a drop, and so does what was not.
    world.drop_socket(socket);
    let resume = frame["connectionDetails"]["connectionKey"]
        .as_str()
        .unwrap();
    socket = world.connect(&format!("v=6&key={key}&resume={resume}")).0;
    assert_eq!(send(&mut world, socket, 5, false), first);
    send(&mut world, socket, 8, true);
    send(&mut world, socket, 8, false);
    // Hundreds of gaps: the first ones are forgotten, and the latest are not.
    for number in (20..420).step_by(2) {
        send(&mut world, socket, number, true);
    }
    send(&mut world, socket, 417, true);
    send(&mut world, socket, 417, false);
    send(&mut world, socket, 7, false);
}

#[test]
fn skipped_numbers_outlive_the_memory() {
    let mut world = World::new();
    world.sandbox.keep_connections();
    let socket = world.client("ada");
    world.publish(socket, 5, "chat", "five");
    world.publish(socket, 3, "chat", "three");
    let records = world.sandbox.take_connections();
    let [(_, Some(record))] = records.as_slice() else {
        panic!("one record")
    };
    let mut again = World::new();
    for change in &world.stored {
        again.sandbox.restore(change).expect("a change");
    }
    assert_eq!(again.sandbox.restore_connection(record), Some(socket));
    for number in [3, 4, 5, 6] {
        again.publish(socket, number, "chat", &number.to_string());
        assert_eq!(again.frame(socket)["action"], json!(ACK));
    }
    let all = again.rest("GET", "/channels/chat/messages", json!(null));
    let all = all.as_array().unwrap().iter();
    let told: Vec<&Value> = all.map(|it| &it["data"]).collect();
    assert_eq!(told, ["6", "4", "three", "five"]);
}
