//! Tokens on open connections: renewed, narrowed, expired, revoked.

use super::realtime_world::*;

fn token(world: &World, claims: Value) -> String {
    let mut all = json!({ "x-ably-clientId": "ada", "iat": world.now / 1_000 });
    all["exp"] = json!(world.now / 1_000 + 600);
    for (name, value) in claims.as_object().unwrap() {
        all[name] = value.clone();
    }
    jwt(&world.credentials().revocable_key, all)
}

fn auth(world: &mut World, socket: u32, token: &str) -> Vec<Value> {
    world.send(
        socket,
        json!({ "action": 17, "auth": { "accessToken": token } }),
    );
    world.frames(socket)
}

#[test]
fn a_new_token_is_answered_with_details_and_counts_at_once() {
    let mut world = World::new();
    let narrow = token(
        &world,
        json!({ "x-ably-capability": r#"{"chat":["subscribe"]}"# }),
    );
    let (socket, first) = world.connect(&format!("v=6&access_token={narrow}"));
    world.attach(socket, "chat");
    world.publish(socket, 0, "chat", "x");
    assert_eq!(code(&world.frame(socket)), (NACK, 40160, 401));

    // An upgrade needs no ATTACH.
    let wide = token(&world, json!({}));
    let frames = auth(&mut world, socket, &wide);
    assert_eq!(actions(&frames), [CONNECTED]);
    assert_eq!(frames[0]["connectionId"], first["connectionId"]);
    assert_eq!(frames[0]["connectionDetails"]["clientId"], json!("ada"));
    world.publish(socket, 1, "chat", "y");
    assert_eq!(actions(&world.frames(socket)), [ACK, MESSAGE]);

    // What a narrower token does not permit at all fails, and the rest stays.
    world.attach(socket, "news");
    let other = token(
        &world,
        json!({ "x-ably-capability": r#"{"news":["subscribe"]}"# }),
    );
    let frames = auth(&mut world, socket, &other);
    assert_eq!(actions(&frames), [CONNECTED, ERROR]);
    assert_eq!(code(&frames[1]), (ERROR, 40160, 401));
    assert_eq!(frames[1]["channel"], json!("chat"));
    world.rest(
        "POST",
        "/channels/chat/messages",
        json!({ "data": "secret" }),
    );
    assert_eq!(world.frames(socket), [json!(null); 0]);
    world.rest("POST", "/channels/news/messages", json!({ "data": "news" }));
    assert_eq!(data(&world.frames(socket)), ["news"]);
    world.publish(socket, 2, "news", "x");
    assert_eq!(code(&world.frame(socket)), (NACK, 40160, 401));
}

#[test]
fn a_narrower_token_takes_its_members_away() {
    let mut world = World::new();
    let watcher = world.client("watcher");
    world.attach(watcher, "chat");
    let wide = token(&world, json!({}));
    let socket = world.with_token(&wide);
    world.attach(socket, "chat");
    world.present(socket, 0, "chat", 2, "x");
    world.frames(watcher);
    let reader = token(
        &world,
        json!({ "x-ably-capability": r#"{"chat":["subscribe"]}"# }),
    );
    auth(&mut world, socket, &reader);
    assert_eq!(world.frame(watcher)["presence"][0]["action"], json!(3));
}

#[test]
fn a_token_of_another_client_or_a_bad_one_ends_the_connection() {
    let mut world = World::new();
    let mine = token(&world, json!({}));
    let now = world.now / 1_000;
    let expired = json!({ "iat": now - 60, "exp": now - 1 });
    for (other, expected, status) in [
        (
            token(&world, json!({ "x-ably-clientId": "bob" })),
            40102,
            401,
        ),
        (
            token(&world, json!({ "x-ably-clientId": null })),
            40012,
            400,
        ),
        (token(&world, expired), 40142, 401),
        ("nonsense".to_owned(), 40005, 400),
        ("a.b.c".to_owned(), 40144, 401),
    ] {
        let socket = world.with_token(&mine);
        let frames = auth(&mut world, socket, &other);
        assert_eq!(code(&frames[0]), (ERROR, expected, status), "{other}");
        assert!(world.is_closed(socket));
    }
    let socket = world.with_token(&mine);
    world.send(socket, json!({ "action": 17 }));
    assert_eq!(code(&world.frame(socket)), (ERROR, 40101, 401));
}

#[test]
fn a_client_is_asked_before_its_token_expires() {
    let mut world = World::new();
    for (life, asked_after) in [
        (35, Some(5_000)),
        (600, Some(570_000)),
        (20, Some(10_000)),
        (5, None),
    ] {
        let exp = world.now / 1_000 + life;
        let mine = token(&world, json!({ "exp": exp }));
        let socket = world.with_token(&mine);
        let is_asked = |world: &mut World| {
            let frames = world.frames(socket);
            frames
                .iter()
                .any(|frame| *frame == json!({ "action": AUTH }))
        };
        let end = life * 1_000;
        let mut passed = 0;
        if let Some(after) = asked_after {
            world.advance(after - 1);
            assert!(!is_asked(&mut world), "{life} s");
            world.advance(1);
            assert!(is_asked(&mut world), "{life} s");
            passed = after;
        }
        world.advance(end - passed - 1);
        assert!(!is_asked(&mut world), "once");
        assert!(!world.is_closed(socket));
        world.advance(1);
        let frames = world.frames(socket);
        assert_eq!(code(frames.last().unwrap()), (DISCONNECTED, 40142, 401));
        assert!(world.is_closed(socket));
    }
}

#[test]
fn a_renewed_token_moves_the_end() {
    let mut world = World::new();
    let short = token(&world, json!({ "exp": world.now / 1_000 + 10 }));
    let socket = world.with_token(&short);
    world.advance(9_000);
    let long = token(&world, json!({}));
    auth(&mut world, socket, &long);
    world.advance(100_000);
    assert!(!world.is_closed(socket));
    // An expired connection resumes with a new token.
    world.advance(500_000);
    assert!(world.is_closed(socket));
}

#[test]
fn a_revocation_cuts_its_connections_at_once_and_no_other() {
    let mut world = World::new();
    world.advance(5_000);
    let of = |world: &World, claims| token(world, claims);
    let early = json!({ "iat": world.now / 1_000 - 4 });
    let ada = of(&world, early.clone());
    let (socket, first) = world.connect(&format!("v=6&access_token={ada}"));
    let other = of(
        &world,
        json!({ "x-ably-clientId": "bob", "iat": world.now / 1_000 - 4 }),
    );
    let other = world.with_token(&other);
    let fresh = of(&world, json!({ "iat": world.now / 1_000 }));
    let fresh = world.with_token(&fresh);
    let by_key = world.client("ada");
    world.revoke("clientId:ada", false);
    assert_eq!(code(&world.frame(socket)), (DISCONNECTED, 40141, 401));
    assert!(world.is_closed(socket));
    for other in [other, by_key, fresh] {
        assert!(!world.is_closed(other), "{other}");
    }
    let resume = first["connectionDetails"]["connectionKey"]
        .as_str()
        .unwrap()
        .to_owned();
    // The revoked token does not come back, a renewed one resumes.
    let socket = world.open(&format!("v=6&access_token={ada}&resume={resume}"));
    assert_eq!(code(&world.frame(socket)), (ERROR, 40141, 401));
    world.advance(1_000);
    let renewed = of(&world, json!({}));
    let (_, again) = world.connect(&format!("v=6&access_token={renewed}&resume={resume}"));
    assert_eq!(again["connectionId"], first["connectionId"]);
}

#[test]
fn the_margin_of_a_revocation_takes_no_time_here() {
    let mut world = World::new();
    let old = json!({ "iat": world.now / 1_000 - 10 });
    let kept = token(&world, old.clone());
    let kept = world.with_token(&kept);
    let lost = token(&world, old);
    let lost = world.with_token(&lost);
    let told = world.revoke("clientId:ada", true);
    for socket in [kept, lost] {
        assert_eq!(world.frame(socket), json!({ "action": AUTH }));
    }
    world.advance(1_000);
    let renewed = token(&world, json!({}));
    assert_eq!(actions(&auth(&mut world, kept, &renewed)), [CONNECTED]);
    let left = told["appliesAt"].as_u64().unwrap() - world.now;
    world.advance(left - 1);
    assert!(!world.is_closed(lost));
    world.frames(lost);
    world.advance(1);
    assert_eq!(code(&world.frame(lost)), (DISCONNECTED, 40141, 401));
    assert!(!world.is_closed(kept), "renewed in time");
}

#[test]
fn a_token_of_the_second_of_the_cut_off_falls_too() {
    let mut world = World::new();
    world.advance(500);
    let mine = token(&world, json!({ "iat": world.now / 1_000 - 10 }));
    let socket = world.with_token(&mine);
    world.revoke("clientId:ada", true);
    let same_second = token(&world, json!({}));
    assert!(actions(&auth(&mut world, socket, &same_second)).contains(&CONNECTED));
    world.advance(30_001);
    let frames = world.frames(socket);
    assert_eq!(code(frames.last().unwrap()), (DISCONNECTED, 40141, 401));
}

#[test]
fn revocations_by_key_group_and_channel() {
    let mut world = World::new();
    for (target, claims) in [
        (
            "revocationKey:group",
            json!({ "x-ably-revocation-key": "group" }),
        ),
        (
            "channel:chat:*",
            json!({ "x-ably-capability": r#"{"chat:*":["subscribe"]}"# }),
        ),
    ] {
        let mut claims = claims;
        claims["iat"] = json!(world.now / 1_000 - 10);
        let mine = token(&world, claims);
        let socket = world.with_token(&mine);
        world.revoke(target, false);
        assert_eq!(
            code(&world.frame(socket)),
            (DISCONNECTED, 40141, 401),
            "{target}"
        );
    }
}

#[test]
fn ably_tokens_are_revoked_and_expire_too() {
    let mut world = World::new();
    let key = world.credentials().revocable_key;
    let name = key.split(':').next().unwrap().to_owned();
    let ask = |world: &mut World, body| {
        let path = format!("/keys/{name}/requestToken");
        let response = world.request("POST", &path, &basic(&key), body);
        let json: Value = serde_json::from_slice(&response.body).unwrap();
        json["token"]
            .as_str()
            .unwrap_or_else(|| panic!("{json}"))
            .to_owned()
    };
    let mine = ask(&mut world, json!({ "clientId": "ada" }));
    world.advance(10);
    let socket = world.with_token(&mine);
    world.revoke("clientId:ada", false);
    assert_eq!(code(&world.frame(socket)), (DISCONNECTED, 40141, 401));
    let short = ask(&mut world, json!({ "clientId": "bob", "ttl": 3_000 }));
    let socket = world.with_token(&short);
    world.advance(3_000);
    assert_eq!(code(&world.frame(socket)), (DISCONNECTED, 40142, 401));
}

#[test]
fn connections_end_with_their_key_and_their_app() {
    let mut world = World::new();
    let app = world.rest("POST", "/apps", json!({ "keys": [{}, {}] }));
    let key = |index: usize| app["keys"][index]["keyStr"].as_str().unwrap().to_owned();
    let app_id = app["appId"].as_str().unwrap().to_owned();
    let first = world.connect(&format!("v=6&key={}", key(0))).0;
    let second = world.connect(&format!("v=6&key={}", key(1))).0;
    let token = jwt(&key(0), json!({}));
    let by_token = world.with_token(&token);
    let access = bearer(&world.credentials().access_token);
    let id = app["keys"][0]["id"].as_str().unwrap();
    let path = format!("/v1/apps/{app_id}/keys/{id}/revoke");
    assert_eq!(
        world.request("POST", &path, &access, json!(null)).status,
        200
    );
    for socket in [first, by_token] {
        assert_eq!(code(&world.frame(socket)), (ERROR, 40131, 401));
        assert!(world.is_closed(socket));
    }
    assert!(!world.is_closed(second));
    let with_key = |index: usize| format!("v=6&key={}", key(index));
    let late = world.open(&with_key(0));
    assert_eq!(code(&world.frame(late)), (ERROR, 40131, 401));
    let path = format!("/v1/apps/{app_id}");
    assert_eq!(
        world.request("DELETE", &path, &access, json!(null)).status,
        204
    );
    assert_eq!(code(&world.frame(second)), (ERROR, 40400, 404));
    // New ones: with a key as with any unknown one.
    let late = world.open(&with_key(1));
    assert_eq!(code(&world.frame(late)), (ERROR, 40101, 401));
    let late = world.open(&format!("v=6&access_token={}", jwt(&key(1), json!({}))));
    assert_eq!(code(&world.frame(late)), (ERROR, 40400, 404));
}
