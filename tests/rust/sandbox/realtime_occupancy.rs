//! The numbers of connections and members, as events on the channel.

use super::realtime_world::*;

#[test]
fn occupancy_is_sent_when_it_changes() {
    let mut world = World::new();
    let (ada, bob) = (world.client("ada"), world.client("bob"));
    let params = json!({ "occupancy": "metrics" });
    world.send(
        ada,
        json!({ "action": 10, "channel": "chat", "params": params }),
    );
    let metrics = |frame: &Value| -> Value {
        assert_eq!(
            frame["messages"][0]["name"],
            json!("[meta]occupancy"),
            "{frame}"
        );
        let text = frame["messages"][0]["data"].as_str().unwrap();
        let data: Value = serde_json::from_str(text).unwrap();
        data["metrics"].clone()
    };
    let frames = world.frames(ada);
    assert_eq!(actions(&frames), [ATTACHED, MESSAGE]);
    assert_eq!(metrics(&frames[1])["connections"], json!(1));
    world.attach(bob, "chat");
    let expected = json!({
        "connections": 2, "presenceConnections": 2, "presenceMembers": 0,
        "presenceSubscribers": 2, "publishers": 2, "subscribers": 2,
    });
    assert_eq!(metrics(&world.frame(ada)), expected);
    let status = world.rest("GET", "/channels/chat", json!(null));
    assert_eq!(status["status"]["occupancy"]["metrics"], expected);
    assert_eq!(status["status"]["isActive"], json!(true));
    world.present(bob, 0, "chat", 2, "x");
    let frames = world.frames(ada);
    assert_eq!(actions(&frames), [PRESENCE, MESSAGE]);
    assert_eq!(metrics(&frames[1])["presenceMembers"], json!(1));
    world.drop_socket(bob);
    assert_eq!(metrics(&world.frame(ada))["connections"], json!(1));
    world.publish(ada, 0, "chat", "x");
    assert_eq!(
        actions(&world.frames(ada)),
        [ACK, MESSAGE],
        "no news of occupancy"
    );
}

fn attach(world: &mut World, socket: u32, flags: u64) -> Vec<Value> {
    let params = json!({ "occupancy": "metrics.publishers" });
    let frame = json!({ "action": 10, "channel": "chat", "params": params, "flags": flags });
    world.send(socket, frame);
    world.frames(socket)
}

#[test]
fn occupancy_needs_channel_metadata_and_subscribe() {
    let mut world = World::new();
    let key = world.credentials().revocable_key;
    let token = |operations: &[&str]| {
        let capability = json!({ "chat": operations }).to_string();
        jwt(
            &key,
            json!({ "x-ably-capability": capability, "x-ably-clientId": "ada" }),
        )
    };
    let (blind, seeing) = (token(&["*"]), token(&["subscribe", "channel-metadata"]));
    for operations in [
        &["subscribe"][..],
        &["subscribe", "publish", "presence", "history"],
    ] {
        let socket = world.with_token(&token(operations));
        let frames = attach(&mut world, socket, 0);
        assert_eq!(code(&frames[0]), (ERROR, 40160, 401), "{frames:?}");
        world.attach(socket, "chat");
    }
    let socket = world.with_token(&seeing);
    assert_eq!(actions(&attach(&mut world, socket, 0)), [ATTACHED, MESSAGE]);
    // Events are messages, and there are none without the mode.
    let deaf = world.with_token(&blind);
    assert_eq!(actions(&attach(&mut world, deaf, 1 << 17)), [ATTACHED]);
    world.frames(socket);
    // A new token without the operation ends what the old one permitted.
    let narrower = json!({ "accessToken": token(&["subscribe"]) });
    world.send(socket, json!({ "action": 17, "auth": narrower }));
    let frames = world.frames(socket);
    assert_eq!(actions(&frames), [CONNECTED, ERROR]);
    assert_eq!(code(&frames[1]), (ERROR, 40160, 401));
}
