//! Messages that are updated, deleted and appended to, by REST and realtime.

use super::realtime_world::*;

/// A sandbox whose channels `mutable:*` can be edited.
fn world() -> World {
    let mut world = World::new();
    let access = bearer(&world.credentials().access_token);
    let namespace = json!({ "id": "mutable", "mutableMessages": true, "persisted": true });
    let path = "/v1/apps/sndbox/namespaces";
    assert_eq!(world.request("POST", path, &access, namespace).status, 201);
    world
}

fn edit(world: &mut World, path: &str, authorization: &str, body: Value) -> (u16, Value) {
    let response = world.request("PATCH", path, authorization, body);
    let json = serde_json::from_slice(&response.body).unwrap();
    (response.status, json)
}

fn published(world: &mut World, data: &str) -> String {
    let body = json!({ "name": "n", "data": data });
    let told = world.rest("POST", "/channels/mutable:chat/messages", body);
    told["serials"][0].as_str().unwrap().to_owned()
}

#[test]
fn an_update_reaches_subscribers_and_history() {
    let mut world = world();
    let socket = world.client("ada");
    world.attach(socket, "mutable:chat");
    let serial = published(&mut world, "one");
    world.frames(socket);
    let path = format!("/channels/mutable:chat/messages/{serial}");
    let root = basic(&world.root());
    let operation = json!({ "clientId": "eve", "description": "why", "metadata": { "a": "b" } });
    let body = json!({ "action": 1, "data": "two", "version": operation });
    let (status, told) = edit(&mut world, &path, &root, body);
    assert_eq!(status, 200, "{told}");
    let version = told["versionSerial"].as_str().unwrap().to_owned();
    assert!(version > serial);

    let frame = world.frame(socket);
    assert_eq!(frame["channelSerial"], json!(version));
    let message = &frame["messages"][0];
    for (field, expected) in [
        ("action", json!(1)),
        ("serial", json!(serial)),
        ("name", json!("n")),
        ("data", json!("two")),
    ] {
        assert_eq!(message[field], expected, "{field}");
    }
    let expected = json!({
        "serial": version, "timestamp": NOW + 1, "clientId": "eve", "description": "why",
        "metadata": { "a": "b" },
    });
    assert_eq!(message["version"], expected);
    assert_eq!(world.rest("GET", &path, json!(null))["data"], json!("two"));
    let history = world.rest("GET", "/channels/mutable:chat/messages", json!(null));
    assert_eq!(history.as_array().unwrap().len(), 1);
    assert_eq!(history[0]["version"]["serial"], json!(version));
    let versions = world.rest("GET", &format!("{path}/versions"), json!(null));
    let all: Vec<&Value> = versions
        .as_array()
        .unwrap()
        .iter()
        .map(|it| &it["data"])
        .collect();
    assert_eq!(all, ["one", "two"]);
}

#[test]
fn an_append_is_sent_as_a_piece_and_stored_as_a_whole() {
    let mut world = world();
    let socket = world.client("ada");
    world.attach(socket, "mutable:chat");
    let serial = published(&mut world, "Hello");
    world.frames(socket);
    let messages = json!([{ "action": 5, "serial": serial, "data": " World" }]);
    world.send(
        socket,
        json!({ "action": 15, "channel": "mutable:chat", "msgSerial": 0, "messages": messages }),
    );
    let frames = world.frames(socket);
    assert_eq!(actions(&frames), [ACK, MESSAGE]);
    let message = &frames[1]["messages"][0];
    assert_eq!(
        (&message["action"], &message["data"]),
        (&json!(5), &json!(" World"))
    );
    assert_eq!(
        frames[0]["res"][0]["serials"][0],
        message["version"]["serial"]
    );
    assert_eq!(message["version"]["clientId"], json!("ada"));
    let late = world.client("bob");
    let params = json!({ "rewind": "1" });
    world.send(
        late,
        json!({ "action": 10, "channel": "mutable:chat", "params": params }),
    );
    let message = world.frames(late)[1]["messages"][0].clone();
    assert_eq!(
        (&message["action"], &message["data"]),
        (&json!(1), &json!("Hello World"))
    );
}

#[test]
fn what_is_missed_includes_edits() {
    let mut world = world();
    let key = world.root();
    let (socket, first) = world.connect(&format!("v=6&key={key}"));
    world.attach(socket, "mutable:chat");
    let serial = published(&mut world, "one");
    let since = world.frame(socket)["channelSerial"].clone();
    world.drop_socket(socket);
    let root = basic(&world.root());
    let path = format!("/channels/mutable:chat/messages/{serial}");
    edit(&mut world, &path, &root, json!({ "action": 2, "data": "" }));
    let resume = first["connectionDetails"]["connectionKey"]
        .as_str()
        .unwrap();
    let socket = world.connect(&format!("v=6&key={key}&resume={resume}")).0;
    let attach = json!({ "action": 10, "channel": "mutable:chat", "channelSerial": since });
    world.send(socket, attach);
    let frames = world.frames(socket);
    assert_eq!(actions(&frames), [ATTACHED, MESSAGE]);
    assert_eq!(frames[1]["messages"][0]["action"], json!(2));
}

#[test]
fn who_may_edit_what() {
    let mut world = world();
    let key = world.credentials().revocable_key;
    let of = |id: Option<&str>, operation: &str| {
        let capability = json!({ "mutable:chat": ["publish", operation], "plain": ["*"] });
        let mut claims = json!({ "x-ably-capability": capability.to_string() });
        if let Some(id) = id {
            claims["x-ably-clientId"] = json!(id);
        }
        bearer(&jwt(&key, claims))
    };
    let ada = of(Some("ada"), "message-update-own");
    let body = json!({ "data": "of ada" });
    let response = world.request("POST", "/channels/mutable:chat/messages", &ada, body);
    let told: Value = serde_json::from_slice(&response.body).unwrap();
    let serial = told["serials"][0].as_str().unwrap().to_owned();
    let path = format!("/channels/mutable:chat/messages/{serial}");
    for (name, authorization, action, expected) in [
        ("own", ada.clone(), 1, None),
        ("own, deleted", ada, 2, Some(40160)),
        (
            "another's",
            of(Some("bob"), "message-update-own"),
            1,
            Some(40160),
        ),
        ("nobody's", of(None, "message-update-own"), 1, Some(40166)),
        ("any", of(None, "message-update-any"), 1, None),
        ("any, deleted", of(None, "message-delete-any"), 2, None),
        ("none", of(Some("ada"), "subscribe"), 1, Some(40160)),
    ] {
        let body = json!({ "action": action, "data": "x" });
        let (status, told) = edit(&mut world, &path, &authorization, body);
        match expected {
            None => assert_eq!(status, 200, "{name}: {told}"),
            Some(code) => assert_eq!(told["error"]["code"], json!(code), "{name}: {told}"),
        }
    }
    let root = basic(&world.root());
    for (path, body, code) in [
        (
            "/channels/plain/messages/x".to_owned(),
            json!({ "data": "x" }),
            93002,
        ),
        (
            "/channels/mutable:chat/messages/x".to_owned(),
            json!({ "data": "x" }),
            40400,
        ),
        (path.clone(), json!({ "action": 7 }), 40000),
        (path.clone(), json!({ "data": "x".repeat(65_537) }), 40009),
        (
            path.clone(),
            json!({ "action": 5, "data": { "a": 1 } }),
            40013,
        ),
        (path, json!({ "version": 7 }), 40000),
    ] {
        let (_, told) = edit(&mut world, &path, &root, body);
        assert_eq!(told["error"]["code"], json!(code), "{told}");
    }
}

#[test]
fn versions_survive_a_snapshot_and_are_bounded() {
    use ably_edge_auth::sandbox::{Options, Sandbox};
    let mut world = world();
    let serial = published(&mut world, "0");
    let path = format!("/channels/mutable:chat/messages/{serial}");
    let root = basic(&world.root());
    for number in 1..=60 {
        edit(
            &mut world,
            &path,
            &root,
            json!({ "data": number.to_string() }),
        );
    }
    let versions = format!("{path}/versions?limit=1000");
    let before = world.rest("GET", &versions, json!(null));
    let all = before.as_array().unwrap();
    assert_eq!(all.len(), 51);
    assert_eq!(
        (&all[0]["data"], &all[50]["data"]),
        (&json!("10"), &json!("60"))
    );
    let mut again = Sandbox::new(Options::default());
    for change in world.sandbox.snapshot() {
        again.restore(&change).expect("its own change");
    }
    world.sandbox = again;
    assert_eq!(world.rest("GET", &versions, json!(null)), before);
    let next = published(&mut world, "next");
    assert!(next.as_str() > all[50]["version"]["serial"].as_str().unwrap());
}
