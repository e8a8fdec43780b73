//! Limits on requests whose response would be much longer than the request.

use crate::data_world::*;

#[test]
fn a_request_names_a_hundred_channels_at_the_most() {
    let world = World::new();
    let root = world.root();
    let spec = |count: usize| json!({ "channels": vec!["a"; count], "messages": { "data": "x" } });
    let publish = |specs: Value| world.post("/messages", &root, specs);
    publish(json!([spec(50), spec(50)])).ok();
    let before = world.get("/channels/a/messages", &root).ok();
    assert_eq!(
        publish(json!([spec(50), spec(50), spec(1)])).refusal(),
        (400, 40000)
    );
    assert_eq!(publish(json!(vec![spec(1); 101])).refusal(), (400, 40000));
    let after = world.get("/channels/a/messages", &root).ok();
    assert_eq!(before, after, "all or nothing");

    let presence = |count: usize| {
        let channels = vec!["a"; count].join(",");
        world.get(&format!("/presence?channels={channels}"), &root)
    };
    presence(100).ok();
    assert_eq!(presence(101).refusal(), (400, 40000));
}

#[test]
fn names_in_statistics_have_a_bound() {
    let world = World::new();
    let row = |name: &str, count: usize| {
        let fields: Value = (0..count).map(|it| (it.to_string(), json!(1))).collect();
        json!({ "intervalId": "2023-03-03:15:04", name: fields })
    };
    let put = |row: Value| world.post("/stats", &world.root(), row);
    put(row(&"a".repeat(250), 100)).ok();
    assert_eq!(put(row(&"a".repeat(300), 1)).refusal(), (400, 40000));
    assert_eq!(put(row(&"a".repeat(500_000), 900)).refusal(), (400, 40000));
}
