//! Annotations of messages and their summaries, by REST and realtime.

use super::realtime_world::*;

pub const CHANNEL: &str = "mutable:chat";

/// A sandbox with a message, and the path of its annotations.
pub fn world() -> (World, String, String) {
    let mut world = World::new();
    let access = bearer(&world.credentials().access_token);
    let namespace = json!({ "id": "mutable", "mutableMessages": true, "persisted": true });
    let path = "/v1/apps/sndbox/namespaces";
    assert_eq!(world.request("POST", path, &access, namespace).status, 201);
    let body = json!({ "name": "n", "data": "hello" });
    let told = world.rest("POST", "/channels/mutable:chat/messages", body);
    let serial = told["serials"][0].as_str().unwrap().to_owned();
    let path = format!("/channels/{CHANNEL}/messages/{serial}/annotations");
    (world, serial, path)
}

pub fn ask(world: &mut World, path: &str, authorization: &str, body: Value) -> (u16, Value) {
    let method = if body.is_null() { "GET" } else { "POST" };
    let response = world.request(method, path, authorization, body);
    let json = serde_json::from_slice(&response.body).unwrap();
    (response.status, json)
}

pub fn summary(world: &mut World, serial: &str) -> Value {
    let path = format!("/channels/{CHANNEL}/messages/{serial}");
    world.rest("GET", &path, json!(null))["annotations"]["summary"].clone()
}

fn attach_with(world: &mut World, socket: u32, modes: &str) {
    let params = json!({ "modes": modes });
    world.send(
        socket,
        json!({ "action": 10, "channel": CHANNEL, "params": params }),
    );
    assert_eq!(actions(&world.frames(socket)), [ATTACHED]);
}

#[test]
fn subscribers_get_summaries_and_those_who_ask_for_it_the_annotations() {
    let (mut world, serial, path) = world();
    let (plain, eager) = (world.client("ada"), world.client("bob"));
    world.attach(plain, CHANNEL);
    attach_with(&mut world, eager, "annotation_publish,annotation_subscribe");
    let annotation = json!({
        "messageSerial": serial, "type": "reaction:distinct.v1", "name": "👍", "data": { "a": 1 },
    });
    world.send(
        eager,
        json!({ "action": 21, "channel": CHANNEL, "msgSerial": 0, "annotations": [annotation] }),
    );
    let frames = world.frames(eager);
    assert_eq!(actions(&frames), [ACK, ANNOTATION]);
    let told = &frames[1]["annotations"][0];
    for (field, expected) in [
        ("action", json!(0)),
        ("messageSerial", json!(serial)),
        ("type", json!("reaction:distinct.v1")),
        ("name", json!("👍")),
        ("clientId", json!("bob")),
        ("data", json!("{\"a\":1}")),
        ("encoding", json!("json")),
        ("timestamp", json!(NOW)),
    ] {
        assert_eq!(told[field], expected, "{field}");
    }
    let own = told["serial"].as_str().unwrap();
    assert!(own > serial.as_str());
    assert_eq!(frames[1]["channelSerial"], json!(own));
    assert_eq!(frames[0]["res"][0]["serials"], json!([own]));

    let frame = world.frame(plain);
    assert_eq!(frame["action"], json!(MESSAGE));
    assert_eq!(frame["channelSerial"], json!(own));
    assert_eq!(frame.get("connectionId"), None);
    let message = &frame["messages"][0];
    assert_eq!(
        (&message["action"], &message["serial"]),
        (&json!(4), &json!(serial))
    );
    let expected = json!({
        "reaction:distinct.v1": { "👍": { "total": 1, "clientIds": ["bob"], "clipped": false } },
    });
    assert_eq!(message["annotations"]["summary"], expected);

    let root = basic(&world.root());
    let body = json!([{ "type": "reaction:distinct.v1", "name": "👍", "clientId": "eve" }]);
    assert_eq!(ask(&mut world, &path, &root, body).0, 201);
    assert_eq!(actions(&world.frames(eager)), [ANNOTATION]);
    assert_eq!(actions(&world.frames(plain)), [MESSAGE]);
    let history = world.rest("GET", "/channels/mutable:chat/messages", json!(null));
    assert_eq!(history.as_array().unwrap().len(), 1);
    assert_eq!(history[0]["action"], json!(0));
    let counted = &history[0]["annotations"]["summary"]["reaction:distinct.v1"]["👍"];
    assert_eq!(counted["clientIds"], json!(["bob", "eve"]));

    let list = world.rest("GET", &format!("{path}?limit=1"), json!(null));
    assert_eq!(list[0]["clientId"], json!("bob"));
    let one = path.replace("/annotations", "/client-summary");
    let own = world.rest("GET", &format!("{one}?forClientId=eve"), json!(null));
    let expected = json!({
        "reaction:distinct.v1": { "👍": { "total": 2, "clientIds": ["eve"], "clipped": true } },
    });
    assert_eq!(own, expected);
    for (path, status, code) in [
        (format!("{one}?forClientId=*"), 400, 40012),
        (one.clone(), 400, 40000),
        (
            format!("/channels/{CHANNEL}/messages/x/client-summary?forClientId=eve"),
            404,
            40400,
        ),
    ] {
        let (found, told) = ask(&mut world, &path, &root, json!(null));
        assert_eq!(
            (found, &told["error"]["code"]),
            (status, &json!(code)),
            "{path}"
        );
    }
}

#[test]
fn who_may_annotate_what() {
    let (mut world, serial, path) = world();
    let key = world.credentials().revocable_key;
    let of = |id: Option<&str>, operation: &str| {
        let capability = json!({ CHANNEL: [operation], "plain": ["*"] });
        let mut claims = json!({ "x-ably-capability": capability.to_string() });
        if let Some(id) = id {
            claims["x-ably-clientId"] = json!(id);
        }
        jwt(&key, claims)
    };
    let ada = of(Some("ada"), "annotation-publish");
    let nobody = of(None, "annotation-publish");
    let flag = json!([{ "type": "r:flag.v1" }]);
    let plain = "/channels/plain/messages/x/annotations".to_owned();
    let unknown = format!("/channels/{CHANNEL}/messages/x/annotations");
    for (token, path, body, code) in [
        (&ada, &path, flag.clone(), 0),
        (&nobody, &path, json!([{ "type": "r:total.v1" }]), 0),
        (
            &nobody,
            &path,
            json!([{ "type": "r:multiple.v1", "name": "n" }]),
            0,
        ),
        (&nobody, &path, flag.clone(), 40161),
        (&of(Some("ada"), "publish"), &path, flag.clone(), 40160),
        (&ada, &plain, flag.clone(), 93002),
        (&ada, &unknown, flag.clone(), 40400),
        (
            &ada,
            &path,
            json!([{ "type": "r:flag.v1", "clientId": "bob" }]),
            40012,
        ),
        (&ada, &path, json!([{ "type": "r:distinct.v1" }]), 40000),
        (
            &ada,
            &path,
            json!([{ "type": "distinct.v1", "name": "n" }]),
            40000,
        ),
        (
            &ada,
            &path,
            json!([{ "type": "r:distnct.v1", "name": "n" }]),
            40000,
        ),
        (
            &ada,
            &path,
            json!([{ "type": "r:flag.v1", "count": 2 }]),
            40000,
        ),
        (
            &ada,
            &path,
            json!([{ "type": "r:multiple.v1", "name": "n", "count": -1 }]),
            40000,
        ),
        (
            &ada,
            &path,
            json!([{ "type": "r:flag.v1", "action": 2 }]),
            40000,
        ),
        (
            &ada,
            &path,
            json!([{ "type": "r:flag.v1", "messageSerial": "x" }]),
            40000,
        ),
        (&ada, &path, json!([]), 40000),
        (
            &ada,
            &path,
            json!([{ "type": "r:flag.v1", "data": "x".repeat(65_537) }]),
            40009,
        ),
    ] {
        let (status, told) = ask(&mut world, path, &bearer(token), body.clone());
        match code {
            0 => assert_eq!(status, 201, "{body}: {told}"),
            code => assert_eq!(told["error"]["code"], json!(code), "{body}: {told}"),
        }
    }
    for (operation, status) in [
        ("history", 200),
        ("annotation-subscribe", 200),
        ("presence", 401),
    ] {
        let reader = bearer(&of(None, operation));
        assert_eq!(
            ask(&mut world, &path, &reader, json!(null)).0,
            status,
            "{operation}"
        );
    }

    let socket = world.client("ada");
    attach_with(&mut world, socket, "subscribe");
    let mut number = 0;
    let mut send = |world: &mut World, annotations: Value| {
        let frame = json!({
            "action": 21, "channel": CHANNEL, "msgSerial": number, "annotations": annotations,
        });
        number += 1;
        world.send(socket, frame);
        world.frames(socket)[0].clone()
    };
    let annotation = json!({ "type": "r:flag.v1", "messageSerial": serial });
    assert_eq!(
        code(&send(&mut world, json!([annotation]))),
        (NACK, 40165, 401)
    );
    world.send(socket, json!({ "action": 12, "channel": CHANNEL }));
    world.frames(socket);
    assert_eq!(send(&mut world, json!([annotation]))["action"], json!(ACK));
    let other = json!({ "type": "r:flag.v1", "messageSerial": "x" });
    assert_eq!(
        code(&send(&mut world, json!([annotation, other]))),
        (NACK, 40000, 400)
    );
    assert_eq!(
        code(&send(&mut world, json!([{ "type": "r:flag.v1" }]))),
        (NACK, 40000, 400)
    );
}

#[test]
fn the_same_id_annotates_once() {
    let (mut world, serial, path) = world();
    let root = basic(&world.root());
    let body = json!([{ "id": "once:0", "type": "m:total.v1" }]);
    let (_, first) = ask(&mut world, &path, &root, body.clone());
    let changes = world.stored.len();
    assert_eq!(ask(&mut world, &path, &root, body).1, first);
    assert_eq!(world.stored.len(), changes);
    assert_eq!(
        summary(&mut world, &serial),
        json!({ "m:total.v1": { "total": 1 } })
    );
}

#[test]
fn a_resumed_client_gets_the_summary_that_it_missed() {
    let (mut world, serial, path) = world();
    let key = world.root();
    let (socket, first) = world.connect(&format!("v=6&key={key}"));
    let since = world.attach(socket, CHANNEL)["channelSerial"].clone();
    world.drop_socket(socket);
    let root = basic(&key);
    assert_eq!(
        ask(&mut world, &path, &root, json!([{ "type": "m:total.v1" }])).0,
        201
    );
    let resume = first["connectionDetails"]["connectionKey"]
        .as_str()
        .unwrap();
    let socket = world.connect(&format!("v=6&key={key}&resume={resume}")).0;
    let attach = json!({ "action": 10, "channel": CHANNEL, "channelSerial": since });
    world.send(socket, attach);
    let frames = world.frames(socket);
    assert_eq!(actions(&frames), [ATTACHED, MESSAGE]);
    assert!(frames[0]["channelSerial"].as_str() > since.as_str());
    assert_eq!(frames[1].get("channelSerial"), None);
    let message = &frames[1]["messages"][0];
    assert_eq!(
        (&message["action"], &message["serial"]),
        (&json!(4), &json!(serial))
    );
}

#[test]
fn annotations_survive_a_snapshot_and_are_bounded() {
    use ably_edge_auth::sandbox::{Options, Sandbox};
    let (mut world, serial, path) = world();
    let root = basic(&world.root());
    let body: Vec<Value> = (0..1_000)
        .map(|number| json!({ "type": "r:flag.v1", "clientId": format!("client {number:040}") }))
        .collect();
    for _ in 0..5 {
        assert_eq!(ask(&mut world, &path, &root, json!(body)).0, 201);
    }
    let (status, told) = ask(&mut world, &path, &root, json!([{ "type": "r:total.v1" }]));
    assert_eq!(
        (status, &told["error"]["code"]),
        (400, &json!(40000)),
        "{told}"
    );
    let before = summary(&mut world, &serial);
    let flag = &before["r:flag.v1"];
    assert_eq!(
        (&flag["total"], &flag["clipped"]),
        (&json!(1_000), &json!(true))
    );
    let shown = flag["clientIds"].as_array().unwrap().len();
    assert!((100..1_000).contains(&shown), "{shown}");
    assert!(before.to_string().len() <= 32 * 1024);
    let page = format!("{path}?limit=1000");
    let list = world.rest("GET", &page, json!(null));

    let mut again = Sandbox::new(Options::default());
    for change in world.sandbox.snapshot() {
        again.restore(&change).expect("its own change");
    }
    world.sandbox = again;
    assert_eq!(summary(&mut world, &serial), before);
    assert_eq!(world.rest("GET", &page, json!(null)), list);
    let next = world.rest(
        "POST",
        "/channels/mutable:chat/messages",
        json!({ "data": "x" }),
    );
    let last = list[999]["serial"].as_str();
    assert!(
        next["serials"][0].as_str() > last,
        "serials go on after those of annotations"
    );
}
