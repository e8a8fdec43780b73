//! Statistics: fixtures, sums and the app's own traffic.

use crate::data_world::*;

#[test]
fn statistics_that_were_put_here_are_given_back() {
    let world = World::new();
    let root = world.root();
    let row = |minute: &str, count: u64| {
        json!({
            "intervalId": minute,
            "inbound": { "realtime": { "messages": { "count": count } }, "rest": { "messages": { "count": 1 } } },
            "channels": { "peak": 5 },
        })
    };
    let rows = json!([
        row("2023-02-03:15:05", 70),
        row("2023-02-03:15:03", 50),
        row("2023-02-03:16:00", 7)
    ]);
    world.post("/stats", &root, rows).ok();
    world
        .post("/stats", &root, row("2023-03-03:15:04", 60))
        .ok();
    let counts = |query: &str| {
        let rows = world.get(&format!("/stats?{query}"), &root).ok();
        let rows = rows.as_array().expect("rows").iter();
        rows.map(|row| {
            row["entries"]["messages.inbound.all.messages.count"]
                .as_u64()
                .expect("a count")
        })
        .collect::<Vec<_>>()
    };
    // SPEC RSC6b; ably-js test/rest/stats.test.js
    for (query, wanted) in [
        ("", vec![61, 8, 71, 51]),
        ("direction=forwards", vec![51, 71, 8, 61]),
        ("direction=forwards&limit=1", vec![51]),
        ("start=2023-02-03:15:04&end=2023-02-03:16:00", vec![8, 71]),
        ("start=2023-02-03:15&end=2023-02-03:15", vec![71, 51]),
        ("end=2023-02", vec![8, 71, 51]),
        ("start=1675436580000&end=1675436700000", vec![71, 51]),
        ("unit=hour", vec![61, 8, 122]),
        ("by=day", vec![61, 130]),
        ("unit=month&direction=forwards", vec![130, 61]),
        // ably-python test/ably/rest/reststats_test.py
        (
            "unit=hour&start=2023-02-03:15:05&end=2023-02-03:15:03",
            vec![122],
        ),
        ("unit=month&start=2023-02-28&end=2023-02-01", vec![130]),
        ("start=2024-01", vec![]),
    ] {
        assert_eq!(counts(query), wanted, "{query}");
    }
    let row = &world.get("/stats?unit=hour&limit=1", &root).ok()[0];
    assert_eq!(
        (&row["intervalId"], &row["unit"], &row["appId"]),
        (&json!("2023-03-03:15"), &json!("hour"), &json!("sndbox"))
    );
    assert_eq!(row["entries"]["channels.peak"], 5);
    for (query, code) in [
        ("unit=year", 40000),
        ("start=yesterday", 40003),
        ("limit=0", 40003),
    ] {
        assert_eq!(
            world.get(&format!("/stats?{query}"), &root).refusal(),
            (400, code),
            "{query}"
        );
    }
    // Some SDKs name the unit, and write whole numbers as 50.0.
    let given = json!({ "intervalId": "2023-03-03:15:05", "unit": "minute", "a": 50.0 });
    world.post("/stats", &root, given).ok();
    let row = &world.get("/stats?limit=1", &root).ok()[0];
    assert_eq!(
        (&row["entries"], row.get("inProgress")),
        (&json!({ "a": 50 }), None)
    );
    // Entries that sum others up, and the older names of fixtures (ably-python
    // test/ably/rest/reststats_test.py, ably-go rest_client_integration_test.go).
    let given = json!({
        "intervalId": "2023-03-03:15:06", "inProgress": "",
        "inbound": { "realtime": { "messages": { "count": 70 }, "presence": { "count": 2 } }, "rest": { "messages": { "count": 1 } } },
        "outbound": { "realtime": { "messages": { "count": 40 } } },
        "persisted": { "presence": { "count": 20 } },
        "connections": { "tls": { "peak": 20 } },
        "apiRequests": { "succeeded": 50 },
        "tokenRequests": { "succeeded": 60 },
    });
    world.post("/stats", &root, given).ok();
    let row = &world.get("/stats?limit=1", &root).ok()[0];
    for (name, expected) in [
        ("messages.inbound.realtime.all.count", 72),
        ("messages.inbound.all.messages.count", 71),
        ("messages.inbound.all.all.count", 73),
        ("messages.all.messages.count", 111),
        ("messages.all.all.count", 113),
        ("messages.persisted.all.count", 20),
        ("connections.all.peak", 20),
        ("apiRequests.other.succeeded", 50),
        ("apiRequests.tokenRequests.succeeded", 60),
        ("apiRequests.all.succeeded", 110),
    ] {
        assert_eq!(row["entries"][name], json!(expected), "{name}");
    }
    let zeros: serde_json::Map<String, Value> = (0..2_000)
        .map(|number| (format!("zero{number}"), json!(0)))
        .collect();
    let given = json!({
        "intervalId": "2023-03-03:15:07", "nothing": zeros,
        "inbound": { "realtime": { "all": { "count": 9 }, "messages": { "count": 7 } } },
    });
    world.post("/stats", &root, given).ok();
    let row = &world.get("/stats?limit=1", &root).ok()[0];
    let entries = row["entries"].as_object().expect("entries");
    assert_eq!(
        entries["messages.inbound.realtime.all.count"],
        json!(9),
        "as given"
    );
    assert!(entries.keys().all(|name| !name.contains("zero")));
    // What the app itself published.
    for data in ["one", "three"] {
        let path = "/channels/chat/messages";
        world.post(path, &root, json!({ "data": data })).ok();
    }
    let row = &world.get("/stats?unit=hour&limit=1", &root).ok()[0];
    assert_eq!(row["intervalId"], json!("2023-11-14:22"));
    assert_eq!(row["inProgress"], json!("2023-11-14:22:13"));
    let entries = &row["entries"];
    assert_eq!(entries["messages.inbound.rest.messages.count"], json!(2));
    assert_eq!(entries["messages.all.messages.data"], json!(8));
    for body in [
        json!({}),
        json!([7]),
        json!({ "intervalId": "2023-02-03:15:05", "a": 1.5 }),
        json!({ "intervalId": "2023" }),
        json!({ "intervalId": "2023-02-03:15:05", "a": "b" }),
    ] {
        assert_eq!(world.post("/stats", &root, body).refusal(), (400, 40000));
    }
}
