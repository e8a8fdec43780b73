//! Test apps, statistics, and the supported paths and methods.

use crate::data_world::*;
use ably_edge_auth::http::Request;

/// Shortened from Ably's SDK suites: `test-resources/test-app-setup.json` of ably-common.
fn set_up() -> Value {
    json!({
        "limits": { "presence": { "maxMembers": 250 } },
        "keys": [
            {},
            { "capability": r#"{ "canpublish:*":["publish"], "cansubscribe:*":["subscribe"] }"# },
            { "revocableTokens": true },
        ],
        "namespaces": [{ "id": "persisted", "persisted": true }, { "id": "pushenabled", "pushEnabled": true }],
        "channels": [{
            "name": "persisted:presence_fixtures",
            "presence": [
                { "clientId": "client_bool", "data": "true" },
                { "clientId": "client_encoded", "data": "AQID", "encoding": "utf-8/base64" },
            ],
        }],
    })
}

#[test]
fn a_test_app_is_made_by_anybody_and_deleted_by_its_keys() {
    let world = World::new();
    let answer = world.post("/apps", "", set_up());
    assert_eq!(answer.status, 201);
    let app = answer.json();
    assert_eq!(
        (&app["endpoint"], &app["port"], &app["tls"]),
        (&json!("127.0.0.1"), &json!(8080), &json!(false))
    );
    assert_eq!(
        (
            app["accountId"].as_str(),
            app["namespaces"].as_array().map(Vec::len)
        ),
        (Some("sandbox"), Some(2))
    );
    let keys = app["keys"].as_array().expect("keys");
    let capabilities: Vec<_> = keys
        .iter()
        .map(|key| key["capability"].as_str().expect("text"))
        .collect();
    let all = r#"{"*":["*"]}"#;
    assert_eq!(
        capabilities,
        [
            all,
            r#"{"canpublish:*":["publish"],"cansubscribe:*":["subscribe"]}"#,
            all
        ]
    );
    let text = |index: usize, name: &str| keys[index][name].as_str().expect("text").to_owned();
    let whole = |index| basic(&text(index, "keyStr"));
    assert_eq!(
        text(0, "value"),
        text(0, "keySecret"),
        "as ably-python and ably-go read it"
    );
    assert_eq!(
        text(0, "keyStr"),
        format!("{}:{}", text(0, "keyName"), text(0, "keySecret"))
    );
    assert_ne!(text(0, "keySecret"), text(1, "keySecret"));

    // Everything in the app works.
    world.get("/stats", &whole(0)).ok();
    assert_eq!(world.get("/stats", &whole(1)).refusal(), (401, 40160));
    let revoke = json!({ "targets": ["clientId:ada"] });
    world
        .post(
            &format!("/keys/{}/revokeTokens", text(2, "keyName")),
            &whole(2),
            revoke.clone(),
        )
        .ok();
    let refused = world.post(
        &format!("/keys/{}/revokeTokens", text(0, "keyName")),
        &whole(0),
        revoke,
    );
    assert_eq!(refused.refusal(), (401, 40164));
    let control = bearer(&world.credentials().access_token);
    let id = app["appId"].as_str().expect("an id");
    let namespaces = world
        .get(&format!("/v1/apps/{id}/namespaces"), &control)
        .ok();
    assert_eq!(
        (&namespaces[0]["id"], &namespaces[0]["persisted"]),
        (&json!("persisted"), &json!(true))
    );

    // Keys of another app cannot delete it.
    let path = format!("/apps/{id}");
    assert_eq!(
        world
            .send("DELETE", &path, &world.root(), &[], &Value::Null)
            .refusal(),
        (401, 40100)
    );
    assert_eq!(
        world.send("DELETE", &path, "", &[], &Value::Null).refusal(),
        (401, 40106)
    );
    assert_eq!(
        world
            .send("DELETE", &path, &whole(1), &[], &Value::Null)
            .status,
        204
    );
    assert_eq!(world.get("/stats", &whole(0)).refusal(), (404, 40400));
    assert_eq!(
        world
            .send("DELETE", &path, &whole(0), &[], &Value::Null)
            .refusal(),
        (404, 40400)
    );
}

#[test]
fn clients_of_a_test_app_are_sent_where_its_maker_went() {
    let world = World::new();
    for (url, endpoint, port, tls) in [
        ("http://localhost/apps", "localhost", 80, false),
        ("https://localhost/apps", "localhost", 443, true),
        ("https://localhost:9/apps?a=b:c", "localhost", 9, true),
        ("http://[::1]:8080/apps", "[::1]", 8080, false),
        ("http://[::1]/apps", "[::1]", 80, false),
    ] {
        let response = world.transport.answer(&Request {
            method: "POST".to_owned(),
            url: url.to_owned(),
            headers: Vec::new(),
            body: b"{}".to_vec(),
        });
        let app: Value = serde_json::from_slice(&response.body).expect("JSON");
        assert_eq!(
            (&app["endpoint"], &app["port"], &app["tls"]),
            (&json!(endpoint), &json!(port), &json!(tls)),
            "{url}"
        );
    }
}

#[test]
fn a_test_app_that_cannot_be_made_is_not_begun() {
    let world = World::new();
    let before = world.transport.sandbox().snapshot().count();
    for (name, body, code) in [
        ("nothing", Value::Null, 40000),
        ("a list", json!([]), 40000),
        ("no keys", json!({ "keys": {} }), 40000),
        ("no key", json!({ "keys": [{}, 7] }), 40000),
        (
            "no capability",
            json!({ "keys": [{}, { "capability": "nope" }] }),
            40000,
        ),
        (
            "an object",
            json!({ "keys": [{ "capability": { "*": ["*"] } }] }),
            40000,
        ),
        (
            "no flag",
            json!({ "keys": [{ "revocableTokens": 1 }] }),
            40000,
        ),
        (
            "too many keys",
            json!({ "keys": vec![json!({}); 201] }),
            40127,
        ),
        (
            "too many namespaces",
            json!({ "namespaces": vec![json!({ "id": "a" }); 201] }),
            40126,
        ),
        (
            "a namespace without id",
            json!({ "namespaces": [{}] }),
            40000,
        ),
        (
            "a channel without name",
            json!({ "channels": [{ "presence": [] }] }),
            40010,
        ),
        (
            "no members",
            json!({ "channels": [{ "name": "a", "presence": 7 }] }),
            40000,
        ),
    ] {
        assert_eq!(
            world.post("/apps", "", body).refusal(),
            (400, code),
            "{name}"
        );
    }
    assert_eq!(world.transport.sandbox().snapshot().count(), before);
    for _ in 0..199 {
        world.post("/apps", "", json!({})).ok();
    }
    assert_eq!(world.post("/apps", "", json!({})).refusal(), (400, 40128));
}

#[test]
fn those_who_are_said_to_be_on_a_channel_are() {
    let world = World::new();
    let app = world.post("/apps", "", set_up()).ok();
    let key = basic(app["keys"][0]["keyStr"].as_str().expect("a key"));
    let path = "/channels/persisted:presence_fixtures/presence";
    let members = world.get(path, &key).ok();
    let connection = members[0]["connectionId"]
        .as_str()
        .expect("a connection")
        .to_owned();
    // SPEC TP3
    assert_eq!(
        members[1],
        json!({
            "id": members[1]["id"], "clientId": "client_encoded", "data": "AQID",
            "encoding": "utf-8/base64", "connectionId": connection, "timestamp": NOW, "action": 1,
        })
    );
    let ids = |query: &str| {
        let members = world.get(&format!("{path}{query}"), &key).ok();
        let members = members.as_array().expect("members").iter();
        members
            .map(|it| it["clientId"].as_str().expect("an id").to_owned())
            .collect::<Vec<_>>()
            .join(" ")
    };
    // ably-js test/rest/presence.test.js
    for (query, wanted) in [
        ("", "client_bool client_encoded".to_owned()),
        ("?limit=1", "client_bool".to_owned()),
        ("?clientId=client_encoded", "client_encoded".to_owned()),
        ("?clientId=nobody", String::new()),
        (
            &format!("?connectionId={connection}"),
            "client_bool client_encoded".to_owned(),
        ),
        ("?connectionId=other", String::new()),
        ("/history", "client_encoded client_bool".to_owned()),
    ] {
        assert_eq!(ids(query), wanted, "{query}");
    }
    assert_eq!(
        world.get(&format!("{path}/history"), &key).ok()[0]["action"],
        2
    );
    let status = world
        .get("/channels/persisted:presence_fixtures", &key)
        .ok();
    assert_eq!(
        status["status"]["occupancy"]["metrics"]["presenceMembers"],
        2
    );
}

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

#[test]
fn paths_and_methods() {
    let world = World::new();
    let root = world.root();
    for (method, path, status, code, allow) in [
        ("POST", "/time", 405, 40500, Some("GET")),
        ("DELETE", "/channels", 405, 40500, Some("GET")),
        ("PUT", "/channels/a/messages", 405, 40500, Some("GET, POST")),
        ("PATCH", "/stats", 405, 40500, Some("GET, POST")),
        ("GET", "/apps", 405, 40500, Some("POST")),
        ("GET", "/apps/sndbox", 405, 40500, Some("DELETE")),
        (
            "GET",
            "/keys/sndbox.root01/requestToken",
            405,
            40500,
            Some("POST"),
        ),
        (
            "GET",
            "/keys/sndbox.root01/revokeTokens",
            405,
            40500,
            Some("POST"),
        ),
        // ably-js test/rest/request.test.js
        ("GET", "/keys/ablyjs.test/requestToken", 404, 40400, None),
        ("GET", "/", 404, 40400, None),
        ("GET", "/nothing", 404, 40400, None),
        ("GET", "/push/channels", 404, 40400, None),
        ("GET", "/channels/a/b/c", 404, 40400, None),
        ("GET", "/time%ff", 400, 40000, None),
    ] {
        let answer = world.send(method, path, &root, &[], &Value::Null);
        assert_eq!(answer.refusal(), (status, code), "{method} {path}");
        assert_eq!(answer.header("allow"), allow, "{method} {path}");
    }
    // HEAD is GET without the body.
    let (get, head) = (
        world.get("/time", ""),
        world.send("HEAD", "/time", "", &[], &Value::Null),
    );
    assert_eq!(
        (head.status, head.response.body.as_slice()),
        (200, &b""[..])
    );
    assert_eq!(head.response.headers, get.response.headers);
    let unreadable = world.transport.answer(&Request {
        method: "POST".to_owned(),
        url: format!("{HOST}/apps"),
        headers: Vec::new(),
        body: b"{".to_vec(),
    });
    assert_eq!(
        (unreadable.status, unreadable.header("x-ably-errorcode")),
        (400, Some("40001"))
    );
}
