//! Presence: who is a member, who is told, and when members leave.

use super::realtime_world::*;

/// Client id, action and data of the presence messages.
fn events(frames: &[Value]) -> Vec<(String, u64, String)> {
    let frames = frames.iter().filter(|it| it.get("presence").is_some());
    let all = frames.flat_map(|it| it["presence"].as_array().unwrap());
    all.map(|it| {
        let text = |name: &str| it[name].as_str().unwrap_or_default().to_owned();
        (
            text("clientId"),
            it["action"].as_u64().unwrap(),
            text("data"),
        )
    })
    .collect()
}

fn event(client_id: &str, action: u64, data: &str) -> (String, u64, String) {
    (client_id.to_owned(), action, data.to_owned())
}

#[test]
fn members_enter_update_and_leave() {
    let mut world = World::new();
    let (ada, bob) = (world.client("ada"), world.client("bob"));
    world.attach(ada, "chat");
    world.attach(bob, "chat");
    for (serial, action, data) in [(0, 2, "in"), (1, 4, "busy"), (2, 3, "out")] {
        world.present(ada, serial, "chat", action, data);
        let frames = world.frames(bob);
        assert_eq!(actions(&frames), [PRESENCE]);
        assert_eq!(events(&frames), [event("ada", action, data)]);
        let connection_id = frames[0]["connectionId"].as_str().unwrap();
        assert_eq!(
            frames[0]["presence"][0]["id"],
            json!(format!("{connection_id}:{serial}:0"))
        );
        assert!(frames[0]["presence"][0].get("serial").is_none());
        assert_eq!(
            actions(&world.frames(ada)),
            [ACK, PRESENCE],
            "an own member"
        );
        let members = world.rest("GET", "/channels/chat/presence", json!(null));
        assert_eq!(members.as_array().unwrap().len(), usize::from(action != 3));
    }
    world.present(ada, 3, "chat", 3, "out");
    assert_eq!(actions(&world.frames(ada)), [ACK], "it left before");
    let history = world.rest("GET", "/channels/chat/presence/history", json!(null));
    let told: Vec<&Value> = history
        .as_array()
        .unwrap()
        .iter()
        .map(|it| &it["action"])
        .collect();
    assert_eq!(told, [3, 4, 2]);
}

#[test]
fn attaching_sends_the_present_members() {
    let mut world = World::new();
    let ada = world.client("ada");
    let frame = world.attach(ada, "chat");
    assert_eq!(frame["flags"].as_u64().unwrap() & 1, 0);
    world.present(ada, 0, "chat", 2, "in");
    let bob = world.client("bob");
    world.send(bob, json!({ "action": 10, "channel": "chat" }));
    let frames = world.frames(bob);
    assert_eq!(actions(&frames), [ATTACHED, SYNC]);
    assert_eq!(frames[0]["flags"].as_u64().unwrap() & 1, 1);
    assert_eq!(events(&frames), [event("ada", 1, "in")]);
    assert!(frames[1]["channelSerial"].as_str().unwrap().ends_with(':'));
    world.send(bob, json!({ "action": SYNC, "channel": "chat" }));
    assert_eq!(world.frame(bob), frames[1], "asked for");
    // Without the mode there is neither flag nor SYNC, and no PRESENCE but of own members.
    let deaf = world.client("deaf");
    let flags = 1 << 16 | 1 << 18;
    world.send(
        deaf,
        json!({ "action": 10, "channel": "chat", "flags": flags }),
    );
    assert_eq!(world.frame(deaf)["flags"], json!(flags));
    world.send(deaf, json!({ "action": SYNC, "channel": "chat" }));
    world.present(ada, 1, "chat", 4, "x");
    assert_eq!(world.frames(deaf), [json!(null); 0]);
    world.present(deaf, 0, "chat", 2, "x");
    assert_eq!(actions(&world.frames(deaf)), [ACK, PRESENCE]);
}

#[test]
fn a_dropped_member_leaves_after_its_time_and_a_closed_one_at_once() {
    let mut world = World::new();
    let watcher = world.client("watcher");
    world.attach(watcher, "chat");
    let key = world.root();
    for (query, end, ms) in [
        ("", "drop", 15_000),
        ("&remainPresentFor=2000", "drop", 2_000),
        ("&remainPresentFor=0", "drop", 0),
        ("", "disconnect", 15_000),
        ("", "detach", 0),
        ("", "close", 0),
    ] {
        let socket = world
            .connect(&format!("v=6&key={key}&clientId=ada{query}"))
            .0;
        world.attach(socket, "chat");
        world.present(socket, 0, "chat", 2, "last words");
        let entered = world.frames(watcher);
        assert_eq!(events(&entered), [event("ada", 2, "last words")]);
        match end {
            "drop" => world.drop_socket(socket),
            "disconnect" => world.send(socket, json!({ "action": 5 })),
            "detach" => world.send(socket, json!({ "action": 12, "channel": "chat" })),
            _ => world.send(socket, json!({ "action": 7 })),
        }
        if ms > 0 {
            world.advance(ms - 1);
            assert_eq!(events(&world.frames(watcher)), [], "{end}");
            world.advance(1);
        }
        let frames = world.frames(watcher);
        assert_eq!(
            events(&frames),
            [event("ada", 3, "last words")],
            "{query} {end}"
        );
        // An id that shows that the server made it.
        let id = frames[0]["presence"][0]["id"].as_str().unwrap();
        assert!(!id.starts_with(entered[0]["connectionId"].as_str().unwrap()));
        assert_eq!(
            frames[0]["presence"][0]["connectionId"],
            entered[0]["connectionId"]
        );
    }
    let members = world.rest("GET", "/channels/chat/presence", json!(null));
    assert_eq!(members, json!([]));
}

#[test]
fn a_resumed_member_never_left() {
    let mut world = World::new();
    let watcher = world.client("watcher");
    world.attach(watcher, "chat");
    let key = world.root();
    let (socket, first) = world.connect(&format!("v=6&key={key}&clientId=ada"));
    world.attach(socket, "chat");
    world.present(socket, 0, "chat", 2, "x");
    world.drop_socket(socket);
    world.advance(10_000);
    let resume = first["connectionDetails"]["connectionKey"]
        .as_str()
        .unwrap();
    let socket = world
        .connect(&format!("v=6&key={key}&clientId=ada&resume={resume}"))
        .0;
    world.frames(watcher);
    world.advance(100_000);
    assert_eq!(events(&world.frames(watcher)), []);
    world.send(socket, json!({ "action": 7 }));
    assert_eq!(events(&world.frames(watcher)), [event("ada", 3, "x")]);
}

#[test]
fn leaves_that_cannot_be_stored_are_tried_again() {
    let mut world = World::new();
    let (watcher, ada) = (world.client("watcher"), world.client("ada"));
    world.attach(watcher, "chat");
    world.attach(ada, "chat");
    world.present(ada, 0, "chat", 2, "x");
    world.frames(watcher);
    world.is_full = true;
    world.send(ada, json!({ "action": 7 }));
    world.advance(5_000);
    assert_eq!(events(&world.frames(watcher)), []);
    world.is_full = false;
    world.advance(1_000);
    assert_eq!(events(&world.frames(watcher)), [event("ada", 3, "x")]);
}

#[test]
fn refusals() {
    let mut world = World::new();
    let key = world.credentials().revocable_key;
    let as_client = |capability: &str, id: Option<&str>| {
        let mut claims = json!({ "x-ably-capability": capability });
        if let Some(id) = id {
            claims["x-ably-clientId"] = json!(id);
        }
        jwt(&key, claims)
    };
    let all = r#"{"*":["*"]}"#;
    let anonymous = world.with_token(&as_client(all, None));
    world.attach(anonymous, "chat");
    world.present(anonymous, 0, "chat", 2, "x");
    assert_eq!(code(&world.frame(anonymous)), (NACK, 91000, 400));

    let ada = world.with_token(&as_client(all, Some("ada")));
    world.present(ada, 0, "chat", 2, "x");
    assert_eq!(code(&world.frame(ada)), (NACK, 40165, 401), "not attached");
    world.send(
        ada,
        json!({ "action": 10, "channel": "chat", "flags": 1 << 18 }),
    );
    world.frames(ada);
    world.present(ada, 1, "chat", 2, "x");
    assert_eq!(
        code(&world.frame(ada)),
        (NACK, 40165, 401),
        "without the mode"
    );
    world.attach(ada, "chat");
    for (serial, presence, expected) in [
        (2, json!([{ "action": 2, "clientId": "bob" }]), 40012),
        (3, json!([{ "action": 9 }]), 40000),
        (4, json!([]), 40000),
    ] {
        world.send(
            ada,
            json!({ "action": 14, "channel": "chat", "msgSerial": serial, "presence": presence }),
        );
        assert_eq!(code(&world.frame(ada)), (NACK, expected, 400));
    }
    let long = "x".repeat(65_537);
    world.present(ada, 5, "chat", 2, &long);
    assert_eq!(code(&world.frame(ada)), (NACK, 40009, 413));

    let reader = world.with_token(&as_client(r#"{"chat":["subscribe"]}"#, Some("ada")));
    world.attach(reader, "chat");
    world.present(reader, 0, "chat", 2, "x");
    assert_eq!(code(&world.frame(reader)), (NACK, 40160, 401));

    // A client that may be anybody enters for others.
    let anybody = world.with_token(&as_client(all, Some("*")));
    world.attach(anybody, "chat");
    let presence = json!([{ "action": 2, "clientId": "eve" }]);
    world.send(
        anybody,
        json!({ "action": 14, "channel": "chat", "msgSerial": 0, "presence": presence }),
    );
    assert_eq!(actions(&world.frames(anybody)), [ACK, PRESENCE]);
}

#[test]
fn one_frame_enters_and_leaves_in_its_order() {
    let mut world = World::new();
    let key = world.root();
    let socket = world.connect(&format!("v=6&key={key}")).0;
    world.attach(socket, "chat");
    let members = |world: &mut World| {
        let members = world.rest("GET", "/channels/chat/presence", json!(null));
        members.as_array().unwrap().len()
    };
    let (enter, leave) = (2, 3);
    let mut serial = 0;
    let mut send = |world: &mut World, steps: &[(u64, &str)]| {
        let presence = steps.iter();
        let presence = presence.map(|(action, id)| json!({ "action": action, "clientId": id }));
        let presence: Vec<Value> = presence.collect();
        world.send(
            socket,
            json!({ "action": 14, "channel": "chat", "msgSerial": serial, "presence": presence }),
        );
        serial += 1;
        world.frames(socket)
    };
    for (steps, told, left) in [
        (&[(enter, "ada"), (leave, "ada")][..], vec![enter, leave], 0),
        (&[(leave, "ada"), (enter, "ada")], vec![enter], 1),
        (&[(leave, "ada"), (leave, "ada")], vec![leave], 0),
        (
            &[(enter, "ada"), (leave, "ada"), (enter, "ada")],
            vec![enter, leave, enter],
            1,
        ),
    ] {
        let frames = send(&mut world, steps);
        let actions: Vec<u64> = events(&frames).into_iter().map(|it| it.1).collect();
        assert_eq!(actions, told, "{steps:?}");
        assert_eq!(members(&mut world), left, "{steps:?}");
    }
    // With the one that is there, 199 fill the channel, however often each is named.
    let ids: Vec<String> = (1..200).map(|number| format!("client{number}")).collect();
    let all: Vec<(u64, &str)> = ids.iter().map(|id| (enter, id.as_str())).collect();
    assert_eq!(send(&mut world, &all[1..])[0]["action"], json!(ACK));
    let twice = [(enter, "client1"), (enter, "client1")];
    assert_eq!(send(&mut world, &twice)[0]["action"], json!(ACK));
    assert_eq!(members(&mut world), 100, "a page");
    assert_eq!(
        code(&send(&mut world, &[(enter, "eve")])[0]),
        (NACK, 91003, 400)
    );
    let instead = [(leave, "client1"), (enter, "eve")];
    assert_eq!(send(&mut world, &instead)[0]["action"], json!(ACK));
}
