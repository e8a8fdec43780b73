//! Test apps, and the supported paths and methods.

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

#[test]
fn what_is_left_out_is_named() {
    let world = World::new();
    let root = world.root();
    for (path, name) in [
        ("/push/deviceRegistrations", "push notifications"),
        ("/comet/connect", "comet"),
        ("/channels/a/object", "LiveObjects"),
        ("/channels/a/objects/root", "LiveObjects"),
    ] {
        let answer = world.get(path, &root);
        assert_eq!(answer.refusal(), (404, 40400), "{path}");
        let message = answer.json()["error"]["message"].clone();
        let message = message.as_str().unwrap_or_default();
        assert!(message.contains(name), "{path}: {message}");
    }
}
