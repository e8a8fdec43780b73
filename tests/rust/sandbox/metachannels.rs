//! Ably's own channels, on which clients only read.

use super::realtime_world::*;

const LOG: &str = "[meta]log";

fn attach(world: &mut World, socket: u32, flags: u64) -> Value {
    world.send(
        socket,
        json!({ "action": 10, "channel": LOG, "flags": flags }),
    );
    world.frame(socket)
}

#[test]
fn clients_only_read_them() {
    let mut world = World::new();
    let socket = world.client("ada");
    let (subscribe, presence_subscribe) = (1 << 18, 1 << 19);
    let reading = json!(subscribe | presence_subscribe);
    assert_eq!(attach(&mut world, socket, 0)["flags"], reading);
    let all = (1 << 16) | (1 << 17) | (1 << 21) | (1 << 25) | subscribe;
    assert_eq!(attach(&mut world, socket, all)["flags"], json!(subscribe));
    for (frame, does) in [
        (
            json!({ "action": 14, "presence": [{ "action": 2 }] }),
            "is present",
        ),
        (
            json!({ "action": 15, "messages": [{ "data": "x" }] }),
            "publishes",
        ),
        (
            json!({ "action": 21, "annotations": [{ "type": "a:total.v1", "messageSerial": "s" }] }),
            "annotates",
        ),
    ] {
        let mut frame = frame;
        frame["channel"] = json!(LOG);
        world.send(socket, frame);
        let answer = world.frame(socket);
        assert_eq!(code(&answer), (NACK, 40010, 400));
        let message = format!("only Ably {does} on [meta] channels");
        assert_eq!(answer["error"]["message"], json!(message));
    }
    for mode in [16, 17, 21, 25] {
        let answer = attach(&mut world, socket, 1 << mode);
        assert_eq!(code(&answer), (ERROR, 40010, 400), "{mode}");
    }
    let root = basic(&world.root());
    let path = "/channels/%5Bmeta%5Dlog/messages/s/annotations";
    let body = json!([{ "type": "a:total.v1" }]);
    let answer = world.request("POST", path, &root, body);
    let told: Value = serde_json::from_slice(&answer.body).unwrap();
    assert_eq!(
        (answer.status, &told["error"]["code"]),
        (400, &json!(40010))
    );
    // Without the capability, that is what is said.
    let key = world.root();
    let narrow =
        json!({ "x-ably-capability": r#"{"[meta]log":["presence"]}"#, "x-ably-clientId": "a" });
    let socket = world.with_token(&jwt(&key, narrow));
    let answer = attach(&mut world, socket, 1 << 17);
    assert_eq!(code(&answer), (ERROR, 40160, 401));
}
