//! Channels: permissions, history and its pages, status, listing; JSON and MessagePack.

use crate::data_world::*;
use ably_edge_auth::http::Request;
use ably_edge_auth::{Capability, TokenParams, issue};

const CHAT: &str = "/channels/chat:lobby/messages";

fn limited(world: &World, capability: &str) -> String {
    let params = TokenParams {
        capability: Capability::parse(capability).expect("a capability"),
        ..TokenParams::default()
    };
    let key = parsed(&world.credentials().root_key);
    bearer(&issue(&key, &params, world.now()).expect("a token").token)
}

/// The text data of a list of messages.
fn data(messages: &Value) -> Vec<&str> {
    let messages = messages.as_array().expect("messages").iter();
    messages
        .map(|message| message["data"].as_str().unwrap_or_default())
        .collect()
}

/// The target of a `Link` header, as ably-js reads it: `<./messages?…>; rel="next"`.
fn link(answer: &Answer, rel: &str) -> Option<String> {
    let end = format!(">; rel=\"{rel}\"");
    let mut links = answer.links().into_iter();
    let found = links.find_map(|link| link.strip_suffix(end.as_str()))?;
    let query = found
        .strip_prefix("<./messages?")
        .expect("a relative address");
    Some(format!("{CHAT}?{query}"))
}

#[test]
fn each_operation_is_enforced_where_ably_names_it() {
    let world = World::new();
    // https://ably.com/docs/auth/capabilities
    for (operation, resource, method, path) in [
        ("publish", "chat:lobby", "POST", CHAT),
        ("history", "chat:lobby", "GET", CHAT),
        (
            "history",
            "chat:lobby",
            "GET",
            "/channels/chat:lobby/presence/history",
        ),
        (
            "channel-metadata",
            "chat:lobby",
            "GET",
            "/channels/chat:lobby",
        ),
        ("channel-metadata", "*", "GET", "/channels"),
        (
            "subscribe",
            "chat:lobby",
            "GET",
            "/channels/chat:lobby/presence",
        ),
        (
            "presence",
            "chat:lobby",
            "GET",
            "/channels/chat:lobby/presence",
        ),
        ("stats", "*", "GET", "/stats"),
    ] {
        let capability = format!(r#"{{"{resource}":["{operation}"]}}"#);
        let authorization = limited(&world, &capability);
        world
            .send(method, path, &authorization, &[], &json!({}))
            .ok();
        let others: Vec<_> = [
            "publish",
            "history",
            "channel-metadata",
            "push-admin",
            "stats",
        ]
        .into_iter()
        .filter(|it| *it != operation)
        .collect();
        let all_but = format!(r#"{{"{resource}":{}}}"#, json!(others));
        for less in [all_but, format!(r#"{{"elsewhere":["{operation}"]}}"#)] {
            let answer = world.send(method, path, &limited(&world, &less), &[], &json!({}));
            assert_eq!(answer.refusal(), (401, 40160), "{method} {path} {less}");
            let message = answer.json()["error"]["message"].to_string();
            assert!(message.contains(" is not allowed: "), "{message}");
        }
    }
}

#[test]
fn history_is_read_in_pages_in_either_direction() {
    let world = World::new();
    let root = world.root();
    for number in 0..7 {
        world
            .post(CHAT, &root, json!({ "data": number.to_string() }))
            .ok();
        // Two messages at each time.
        world.transport.advance(number % 2);
    }
    let read = |query: &str| {
        let mut pages = Vec::new();
        let mut path = format!("{CHAT}?{query}");
        loop {
            let answer = world.get(&path, &root);
            pages.push(data(&answer.ok()).concat());
            assert!(link(&answer, "first").is_some() && link(&answer, "current").is_some());
            match link(&answer, "next") {
                Some(next) => path = next,
                None => return pages,
            }
        }
    };
    assert_eq!(read(""), ["6543210"]);
    assert_eq!(read("limit=3"), ["654", "321", "0"]);
    assert_eq!(read("limit=7"), ["6543210"]);
    assert_eq!(read("limit=3&direction=forwards"), ["012", "345", "6"]);
    let (start, end) = (NOW + 1, NOW + 2);
    assert_eq!(
        read(&format!("start={start}&direction=forwards&limit=2")),
        ["23", "45", "6"]
    );
    assert_eq!(read(&format!("start={start}&end={end}")), ["5432"]);
    assert_eq!(read(&format!("end={NOW}")), ["10"]);

    // Publishing does not change later pages, only the first one.
    let page = world.get(&format!("{CHAT}?limit=2"), &root);
    let second = link(&page, "next").expect("a second page");
    world.post(CHAT, &root, json!({ "data": "7" })).ok();
    let answer = world.get(&second, &root);
    assert_eq!(data(&answer.ok()).concat(), "43");
    assert_eq!(
        data(
            &world
                .get(&link(&answer, "current").expect("one"), &root)
                .ok()
        )
        .concat(),
        "43"
    );
    assert_eq!(
        data(&world.get(&link(&answer, "first").expect("one"), &root).ok()).concat(),
        "76"
    );

    for query in [
        "limit=0",
        "limit=1001",
        "limit=x",
        "start=x",
        "end=-1",
        "start=2&end=1",
    ] {
        assert_eq!(
            world.get(&format!("{CHAT}?{query}"), &root).refusal(),
            (400, 40003),
            "{query}"
        );
    }
    assert_eq!(
        world.get(&format!("{CHAT}?direction=up"), &root).refusal(),
        (400, 40000)
    );
    // URLs may be logged.
    let key = world.credentials().root_key.replace(':', "%3A");
    let answer = world.get(&format!("{CHAT}?limit=1&key={key}"), "");
    assert!(
        answer
            .links()
            .iter()
            .all(|it| !it.contains("key=") && !it.contains("not-a-secret"))
    );
}

#[test]
fn messages_keep_the_order_of_publishing_when_the_clock_changes() {
    let world = World::new();
    let mut sandbox = ably_edge_auth::sandbox::Sandbox::new(Default::default());
    for (number, now) in [NOW, NOW + 5, NOW - 1_000_000, NOW + 5, NOW + 6]
        .into_iter()
        .enumerate()
    {
        let request = Request {
            method: "POST".to_owned(),
            url: format!("{HOST}{CHAT}"),
            headers: vec![("Authorization".to_owned(), world.root())],
            body: json!({ "data": number.to_string() })
                .to_string()
                .into_bytes(),
        };
        let (_, change) = sandbox.handle(&request, now, &[number as u8; 32]);
        sandbox.commit(&change.expect("a change"));
    }
    let mut seen = String::new();
    let mut path = format!("{CHAT}?direction=forwards&limit=2");
    loop {
        let request = Request {
            method: "GET".to_owned(),
            url: format!("{HOST}{path}"),
            headers: vec![("Authorization".to_owned(), world.root())],
            body: Vec::new(),
        };
        let (response, _) = sandbox.handle(&request, NOW, &[7; 32]);
        let answer = Answer {
            status: response.status,
            response,
        };
        seen += &data(&answer.ok()).concat();
        match link(&answer, "next") {
            Some(next) => path = next,
            None => break,
        }
    }
    assert_eq!(seen, "01234");
}

#[test]
fn bytes_cross_between_json_and_message_pack() {
    let world = World::new();
    let root = world.root();
    let packed = |method: &str, body: &[u8]| {
        let name = |it: &str| it.to_owned();
        world.transport.answer(&Request {
            method: method.to_owned(),
            url: format!("{HOST}{CHAT}"),
            headers: vec![
                (name("Authorization"), root.clone()),
                (name("Accept"), name("application/x-msgpack")),
                (name("Content-Type"), name("application/x-msgpack")),
            ],
            body: body.to_vec(),
        })
    };
    let holds = |body: &[u8], part: &[u8]| body.windows(part.len()).any(|window| window == part);
    // {"data": bin 00 ff}, and with an encoding
    assert_eq!(packed("POST", b"\x81\xa4data\xc4\x02\x00\xff").status, 201);
    assert_eq!(
        packed("POST", b"\x91\x82\xa4data\xc4\x01\x07\xa8encoding\xa5utf-8").status,
        201
    );
    world
        .post(
            CHAT,
            &root,
            json!({ "data": "AQID", "encoding": "json/base64" }),
        )
        .ok();

    let history = world.get(&format!("{CHAT}?direction=forwards"), &root).ok();
    let seen: Vec<_> = history
        .as_array()
        .expect("messages")
        .iter()
        .map(|it| (&it["data"], &it["encoding"]))
        .collect();
    // SPEC RSL4d1
    let (a, b, c) = (json!("AP8="), json!("Bw=="), json!("AQID"));
    let (x, y, z) = (json!("base64"), json!("utf-8/base64"), json!("json/base64"));
    assert_eq!(seen, [(&a, &x), (&b, &y), (&c, &z)]);

    let response = packed("GET", b"");
    assert_eq!(
        response.header("content-type"),
        Some("application/x-msgpack")
    );
    // SPEC RSL4c1
    for part in [
        &b"\xa4data\xc4\x02\x00\xff\xa2id"[..],
        b"\xa4data\xc4\x01\x07\xa8encoding\xa5utf-8",
        b"\xa4data\xc4\x03\x01\x02\x03\xa8encoding\xa4json",
    ] {
        assert!(holds(&response.body, part), "{part:x?}");
    }
    // Errors have the same encoding, with their headers.
    let refused = packed("POST", b"\xc1\xc1");
    assert_eq!(
        (refused.status, refused.header("x-ably-errorcode")),
        (400, Some("40001"))
    );
    assert!(holds(&refused.body, b"\xa4code\xcd\x9c\x41"));
    let by_query = world.get(&format!("{CHAT}?format=msgpack&limit=1"), &root);
    assert_eq!(
        by_query.header("content-type"),
        Some("application/x-msgpack")
    );
}

#[test]
fn older_names_of_paths_and_a_forced_refusal() {
    let world = World::new();
    let root = world.root();
    world.post(CHAT, &root, json!({ "data": "x" })).ok();
    let path = CHAT.replace("/messages", "/history");
    assert_eq!(world.get(&path, &root).ok()[0]["data"], json!("x"));
    let forced = world.post(&format!("{CHAT}?_forceNack=true"), &root, json!({}));
    assert_eq!(forced.refusal(), (400, 40099));
    assert_eq!(world.get("/comet/connect", &root).refusal(), (404, 40400));
    let access = bearer(&world.credentials().access_token);
    for path in ["/v1/me", "/api/v1/me"] {
        assert_eq!(world.get(path, &access).status, 200, "{path}");
        let refused = world.get(path, "");
        assert_eq!(refused.status, 401, "{path}");
        assert!(refused.json().get("error").is_none(), "{path}: flat");
    }
}

#[test]
fn status_list_and_presence() {
    let world = World::new();
    let root = world.root();
    let metrics = json!({
        "connections": 0, "presenceConnections": 0, "presenceMembers": 0, "presenceSubscribers": 0,
        "publishers": 0, "subscribers": 0,
    });
    // ably-js test/rest/status.test.js; SPEC CHD2. To ask for a channel activates it: ably-python
    // test/ably/rest/restchannelstatus_test.py.
    let details = |name: &str| json!({ "channelId": name, "status": { "isActive": true, "occupancy": { "metrics": metrics } } });
    assert_eq!(world.get("/channels/nobody", &root).ok(), details("nobody"));
    for channel in ["b", "chat:b", "chat:a", "a"] {
        world
            .post(&format!("/channels/{channel}/messages"), &root, json!({}))
            .ok();
    }
    for (query, names) in [
        ("by=id", json!(["a", "b", "chat:a", "chat:b"])),
        ("by=id&prefix=chat:", json!(["chat:a", "chat:b"])),
        ("by=id&prefix=x", json!([])),
        ("by=id&limit=1&prefix=chat:", json!(["chat:a"])),
        ("limit=1", json!([details("a")])),
    ] {
        assert_eq!(
            world.get(&format!("/channels?{query}"), &root).ok(),
            names,
            "{query}"
        );
    }
    let page = world.get("/channels?by=id&limit=3", &root);
    assert!(
        page.links()
            .contains(&"<./channels?limit=3&by=id&after=chat%3Aa>; rel=\"next\"")
    );
    assert_eq!(
        world.get("/channels?by=name", &root).refusal(),
        (400, 40000)
    );
    for path in ["/channels/a/presence", "/channels/a/presence/history"] {
        assert_eq!(world.get(path, &root).ok(), json!([]));
    }
    let batch = world
        .send(
            "GET",
            "/presence?channels=a,%3A",
            &root,
            &[("X-Ably-Version", "3")],
            &Value::Null,
        )
        .ok();
    assert_eq!(
        batch["results"][0],
        json!({ "channel": "a", "presence": [] })
    );
    assert_eq!(batch["results"][1]["error"]["code"], 40010);
}
