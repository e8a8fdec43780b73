//! `POST /keys/{key}/revokeTokens`: both response formats, permissions, and valid targets.

use crate::data_world::*;
use ably_edge_auth::sandbox::{Change, Options, Sandbox};
use ably_edge_auth::{Capability, TokenParams, issue};

const PATH: &str = "/keys/sndbox.revoc1/revokeTokens";

fn key(world: &World) -> String {
    basic(&world.credentials().revocable_key)
}

fn token(world: &World, client_id: Option<&str>, capability: &str) -> String {
    let params = TokenParams {
        client_id: client_id.map(str::to_owned),
        capability: Capability::parse(capability).expect("a capability"),
        ..TokenParams::default()
    };
    let key = parsed(&world.credentials().revocable_key);
    bearer(&issue(&key, &params, world.now()).expect("a token").token)
}

#[test]
fn the_form_of_the_answer_is_that_of_the_version() {
    let world = World::new();
    let good = |target: &str| json!({ "target": target, "issuedBefore": NOW, "appliesAt": NOW });
    let send = |version: Option<&str>, targets: Value| {
        let headers: Vec<_> = version
            .map(|it| ("X-Ably-Version", it))
            .into_iter()
            .collect();
        world.send(
            "POST",
            PATH,
            &key(&world),
            &headers,
            &json!({ "targets": targets }),
        )
    };
    // ably/specification uts/rest/unit/auth/revoke_tokens.md; ably-common errors/codes/40020.md
    for version in ["3", "6"] {
        let answer = send(Some(version), json!(["clientId:ada", "invalidType:abc"]));
        assert_eq!(answer.status, 201);
        let body = answer.json();
        assert_eq!(
            (&body["successCount"], &body["failureCount"]),
            (&json!(1), &json!(1))
        );
        assert_eq!(body["results"][0], good("clientId:ada"));
        assert_eq!(body["results"][1]["target"], "invalidType:abc");
        assert_eq!(body["results"][1]["error"]["statusCode"], 400);
        assert_eq!(body["results"][1]["error"]["code"], 40000);
    }
    for version in [None, Some("2"), Some("1.2"), Some("nonsense")] {
        let answer = send(version, json!(["clientId:ada", "revocationKey:a:b"]));
        assert_eq!(answer.status, 201, "{version:?}");
        assert_eq!(
            answer.json(),
            json!([good("clientId:ada"), good("revocationKey:a:b")])
        );
        let answer = send(version, json!(["clientId:ada", "channel:chat"]));
        assert_eq!(answer.refusal(), (400, 40020), "{version:?}");
        let body = answer.json();
        assert_eq!(body["batchResponse"][0], good("clientId:ada"));
        assert_eq!(body["batchResponse"][1]["error"]["code"], 40121);
    }
}

#[test]
fn who_may_and_what() {
    let world = World::new();
    let credentials = world.credentials();
    let (root, key) = (basic(&credentials.root_key), key(&world));
    let token = token(&world, None, r#"{"*":["*"]}"#);
    let one = json!(["clientId:ada"]);
    for (name, path, authorization, body, status, code) in [
        ("nobody", PATH, "", json!({ "targets": one }), 401, 40106),
        // SPEC RSA17d
        (
            "a token",
            PATH,
            token.as_str(),
            json!({ "targets": one }),
            401,
            40162,
        ),
        (
            "another key",
            PATH,
            &root,
            json!({ "targets": one }),
            401,
            40133,
        ),
        (
            "not revocable",
            "/keys/sndbox.root01/revokeTokens",
            &root,
            json!({ "targets": one }),
            401,
            40164,
        ),
        (
            "no app",
            "/keys/nobody.key/revokeTokens",
            &key,
            json!({ "targets": one }),
            404,
            40400,
        ),
        (
            "no key",
            "/keys/sndbox.nobody/revokeTokens",
            &key,
            json!({ "targets": one }),
            401,
            40400,
        ),
        ("nothing", PATH, &key, Value::Null, 400, 40000),
        ("no targets", PATH, &key, json!({}), 400, 40000),
        ("none", PATH, &key, json!({ "targets": [] }), 400, 40000),
        (
            "a text",
            PATH,
            &key,
            json!({ "targets": "clientId:ada" }),
            400,
            40000,
        ),
        (
            "no texts",
            PATH,
            &key,
            json!({ "targets": [{ "type": "clientId", "value": "ada" }] }),
            400,
            40000,
        ),
        (
            "101",
            PATH,
            &key,
            json!({ "targets": vec!["clientId:ada"; 101] }),
            400,
            40000,
        ),
        // https://ably.com/docs/auth/revocation: not in the future, at most an hour ago
        (
            "a ms ahead",
            PATH,
            &key,
            json!({ "targets": one, "issuedBefore": NOW + 1 }),
            400,
            40003,
        ),
        (
            "over an hour ago",
            PATH,
            &key,
            json!({ "targets": one, "issuedBefore": NOW - 3_600_001 }),
            400,
            40003,
        ),
        (
            "a text",
            PATH,
            &key,
            json!({ "targets": one, "issuedBefore": "now" }),
            400,
            40003,
        ),
        (
            "no flag",
            PATH,
            &key,
            json!({ "targets": one, "allowReauthMargin": "yes" }),
            400,
            40000,
        ),
    ] {
        assert_eq!(
            world.post(path, authorization, body).refusal(),
            (status, code),
            "{name}"
        );
    }
    for issued_before in [NOW, NOW - 3_600_000, NOW - 1_200_000] {
        let body = json!({ "targets": vec!["clientId:ada"; 100], "issuedBefore": issued_before });
        let body = world.post_v3(PATH, &key, body).ok();
        assert_eq!(body["successCount"], 100);
        assert_eq!(body["results"][99]["issuedBefore"], issued_before);
    }
    // Requests refused as a whole changed nothing; only these three had an effect.
    assert_eq!(
        world
            .transport
            .sandbox()
            .snapshot()
            .collect::<Vec<_>>()
            .concat_text()
            .matches("clientId:ada")
            .count(),
        1
    );
}

/// The cases of `tests/vectors/revoke.json` that say which tokens are revoked and how each body is
/// answered.
#[test]
fn answers_as_the_vectors_have_it() {
    let mut count = 0;
    for case in crate::vectors::file("revoke.json")
        .as_array()
        .expect("cases")
    {
        let (Some(body), Some(results)) =
            (case["request"].get("body"), case["report"].get("results"))
        else {
            continue;
        };
        let is_about_answers = case["response"]["status"]
            .as_u64()
            .is_some_and(|it| it < 300);
        let (Some(time), true) = (case["time"].as_u64(), is_about_answers) else {
            continue;
        };
        let world = World::with(Options {
            revoke_channels: true,
            ..Options::default()
        });
        match time.checked_sub(NOW) {
            Some(later) => world.transport.advance(later),
            None => continue,
        }
        let answer = world.post_v3(PATH, &key(&world), body.clone()).ok();
        for (ours, wanted) in answer["results"]
            .as_array()
            .expect("results")
            .iter()
            .zip(results.as_array().expect("results"))
        {
            assert_eq!(ours["target"], wanted["target"], "{}", case["name"]);
            if ours.get("error").is_none() && wanted.get("error").is_none() {
                let asked = body.get("issuedBefore").unwrap_or(&json!(time)).clone();
                assert_eq!(ours["issuedBefore"], asked, "{}", case["name"]);
                let margin = ours["appliesAt"].as_u64().expect("a time") - time;
                match body.get("allowReauthMargin") {
                    Some(Value::Bool(true)) => assert!(margin > 30_000),
                    _ => assert_eq!(margin, 0),
                }
            }
        }
        count += 1;
    }
    assert!(count >= 10, "only {count} cases");
}

#[test]
fn the_same_again_changes_nothing_more() {
    let world = World::new();
    let old = token(&world, Some("ada"), r#"{"*":["*"]}"#);
    world.transport.advance(2_000);
    let body = json!({ "targets": ["clientId:ada", "clientId:ada"], "issuedBefore": world.now() });
    let first = world.post_v3(PATH, &key(&world), body.clone()).ok();
    let new = token(&world, Some("ada"), r#"{"*":["*"]}"#);
    world.transport.advance(2_000);
    let again = world.post_v3(PATH, &key(&world), body).ok();
    assert_eq!(
        first["results"][0]["issuedBefore"],
        again["results"][0]["issuedBefore"]
    );
    assert_eq!(
        world.get("/channels/x/messages", &old).refusal(),
        (401, 40141)
    );
    world.get("/channels/x/messages", &new).ok();
    assert_eq!(
        world
            .transport
            .sandbox()
            .snapshot()
            .collect::<Vec<_>>()
            .concat_text()
            .matches("\"clientId:ada\"")
            .count(),
        1
    );
}

#[test]
fn of_a_hundred_thousand_revocations_a_token_falls_to_its_own() {
    let mut sandbox = Sandbox::new(Options::default());
    let text = |at: usize| {
        let targets: Vec<String> = (0..500)
            .map(|index| format!("clientId:user-{at}-{index}"))
            .collect();
        json!([NOW, ["revoke", "sndbox.revoc1", targets, NOW, NOW]]).to_string()
    };
    for at in 0..200 {
        sandbox
            .restore(&Change::from_text(text(at)))
            .expect("a change");
    }
    let key = parsed(&sandbox.credentials().revocable_key);
    let ask = |sandbox: &mut Sandbox, client_id: &str| {
        let params = TokenParams {
            client_id: Some(client_id.to_owned()),
            ..TokenParams::default()
        };
        let token = issue(&key, &params, NOW - 1_000).expect("a token").token;
        let request = ably_edge_auth::http::Request {
            method: "GET".to_owned(),
            url: format!("{HOST}/channels/x/messages"),
            headers: vec![("Authorization".to_owned(), bearer(&token))],
            body: Vec::new(),
        };
        sandbox.handle(&request, NOW, &[0; 32]).0.status
    };
    for (client_id, status) in [
        ("user-0-0", 401),
        ("user-199-499", 401),
        ("user-199-500", 200),
        ("nobody", 200),
    ] {
        assert_eq!(ask(&mut sandbox, client_id), status, "{client_id}");
    }
}

trait Text {
    fn concat_text(&self) -> String;
}

impl Text for Vec<Change> {
    fn concat_text(&self) -> String {
        self.iter().map(Change::as_str).collect()
    }
}
