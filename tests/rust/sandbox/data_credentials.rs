//! Credentials in every form that Ably accepts, and the error for each kind of invalid one.

use crate::data_world::*;
use ably_edge_auth::{TokenParams, issue};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};

const CHANNEL: &str = "/channels/chat:lobby/messages";

#[test]
fn every_form_of_credentials_is_taken() {
    let world = World::new();
    let key = world.credentials().root_key;
    let jwt = issue(parsed(&key), &TokenParams::default(), NOW)
        .expect("a token")
        .token;
    let ably = ably_token(&world, &key, json!({}));
    assert!(ably.starts_with("sndbox.") && ably.len() == 50);
    let url = |text: &str| text.replace(':', "%3A");
    for authorization in [
        basic(&key),
        basic(&key).replace("Basic", "basic"),
        bearer(&jwt),
        bearer(&ably),
        // SPEC RSA3b: encoded once more, as ably-js does
        bearer(&STANDARD.encode(&jwt)),
        bearer(&STANDARD.encode(&ably)),
        format!("bearer   {ably} "),
    ] {
        world.get(CHANNEL, &authorization).ok();
    }
    for query in [
        format!("key={}", url(&key)),
        format!("access_token={jwt}"),
        // SPEC RSA3c
        format!("accessToken={ably}"),
        format!("limit=1&access_token={ably}"),
    ] {
        world.get(&format!("{CHANNEL}?{query}"), "").ok();
    }
    // The header takes precedence.
    let answer = world.get(
        &format!("{CHANNEL}?access_token={jwt}"),
        &basic("sndbox.root01:no"),
    );
    assert_eq!(answer.refusal(), (401, 40101));
}

#[test]
fn what_is_wrong_with_credentials_has_its_code() {
    let world = World::new();
    let credentials = world.credentials();
    let (root, revocable) = (
        credentials.root_key.as_str(),
        credentials.revocable_key.as_str(),
    );
    let narrow = credentials.narrow_key.as_str();
    let unknown_app = "invalid.invalid:invalidinvalid";
    let unknown_key = "sndbox.nokey1:secret";
    let mut changed = jwt(root, json!({}));
    changed.replace_range(changed.len() - 4.., "AAAA");
    for (name, authorization, status, code) in [
        ("nothing", String::new(), 401, 40106),
        ("another scheme", "Digest abc".into(), 400, 40004),
        ("no scheme", root.into(), 400, 40004),
        ("not base64", "Basic ???".into(), 400, 40005),
        ("no key", basic("nothing"), 400, 40005),
        ("no secret", basic("sndbox.root01"), 400, 40005),
        ("empty", basic(""), 400, 40005),
        // ably-js test/rest/auth.test.js; UTS rest/integration/auth.md
        ("unknown app", basic(unknown_app), 404, 40400),
        ("unknown key", basic(unknown_key), 401, 40400),
        ("wrong secret", basic("sndbox.root01:wrong"), 401, 40101),
        ("no token", bearer("nothing"), 400, 40005),
        ("a key as token", bearer(root), 401, 40143),
        (
            "unknown Ably token",
            bearer("sndbox.AAAAAAAAAAAAAAAA"),
            401,
            40143,
        ),
        ("too many parts", bearer("a.b.c.d.e.f"), 400, 40005),
        ("no JWT", bearer("a.token.string"), 401, 40144),
        // ably-js test/rest/auth.test.js
        (
            "JWT of an unknown app",
            bearer(&jwt(unknown_app, json!({}))),
            404,
            40400,
        ),
        (
            "JWT of an unknown key",
            bearer(&jwt(unknown_key, json!({}))),
            401,
            40400,
        ),
        (
            "JWT of another secret",
            bearer(&jwt("sndbox.root01:wrong", json!({}))),
            401,
            40144,
        ),
        ("JWT with another signature", bearer(&changed), 401, 40144),
        // ably-common errors/codes/40144.md
        (
            "no kid",
            bearer(&signed(root, json!({ "alg": "HS256" }), claims(json!({})))),
            401,
            40144,
        ),
        (
            "no alg",
            bearer(&signed(
                root,
                json!({ "alg": "none", "kid": "sndbox.root01" }),
                claims(json!({})),
            )),
            401,
            40144,
        ),
        (
            "no exp",
            bearer(&signed(root, header(root), json!({ "iat": S }))),
            401,
            40144,
        ),
        (
            "iat is text",
            bearer(&jwt(root, json!({ "iat": "now" }))),
            401,
            40144,
        ),
        (
            "not yet issued",
            bearer(&jwt(root, json!({ "iat": S + 61, "exp": S + 62 }))),
            401,
            40144,
        ),
        (
            "capability is no JSON",
            bearer(&jwt(root, json!({ "x-ably-capability": "" }))),
            401,
            40144,
        ),
        (
            "revocation key is empty",
            bearer(&jwt(root, json!({ "x-ably-revocation-key": "" }))),
            401,
            40144,
        ),
        (
            "client id is a number",
            bearer(&jwt(root, json!({ "x-ably-clientId": 7 }))),
            400,
            40012,
        ),
        (
            "expired",
            bearer(&jwt(root, json!({ "iat": S - 60, "exp": S }))),
            401,
            40142,
        ),
        (
            "a second more than a day",
            bearer(&jwt(root, json!({ "exp": S + 86_401 }))),
            400,
            40003,
        ),
        // https://ably.com/docs/auth/revocation
        (
            "revocable for over an hour",
            bearer(&jwt(revocable, json!({ "exp": S + 3_601 }))),
            400,
            40003,
        ),
        (
            "nothing left",
            bearer(&jwt(
                narrow,
                json!({ "x-ably-capability": r#"{"other":["publish"]}"# }),
            )),
            401,
            40160,
        ),
    ] {
        assert_eq!(
            world.get(CHANNEL, &authorization).refusal(),
            (status, code),
            "{name}"
        );
    }
    // Just within the limits.
    for token in [
        jwt(root, json!({ "exp": S + 86_400 })),
        jwt(revocable, json!({ "exp": S + 3_600 })),
        jwt(root, json!({ "iat": S + 60, "exp": S + 62 })),
        jwt(root, json!({ "iat": S - 60, "exp": S + 1 })),
    ] {
        world.get(CHANNEL, &bearer(&token)).ok();
    }
}

#[test]
fn keys_and_apps_out_of_use_take_their_tokens_with_them() {
    let world = World::new();
    let credentials = world.credentials();
    let control = bearer(&credentials.access_token);
    let key = &credentials.revocable_key;
    let tokens = [jwt(key, json!({})), ably_token(&world, key, json!({}))];
    let of_root = ably_token(&world, &credentials.root_key, json!({}));

    let revoke = world.post("/v1/apps/sndbox/keys/revoc1/revoke", &control, Value::Null);
    assert_eq!(revoke.status, 200);
    assert_eq!(world.get(CHANNEL, &basic(key)).refusal(), (401, 40131));
    assert_eq!(
        world.get(CHANNEL, &basic("sndbox.revoc1:wrong")).refusal(),
        (401, 40101)
    );
    for token in &tokens {
        assert_eq!(world.get(CHANNEL, &bearer(token)).refusal(), (401, 40131));
    }
    let request = world.post("/keys/sndbox.revoc1/requestToken", &basic(key), json!({}));
    assert_eq!(request.refusal(), (401, 40131));
    world.get(CHANNEL, &bearer(&of_root)).ok();

    let status = json!({ "status": "disabled" });
    world
        .send("PATCH", "/v1/apps/sndbox", &control, &[], &status)
        .ok();
    for authorization in [basic(&credentials.root_key), bearer(&of_root)] {
        assert_eq!(world.get(CHANNEL, &authorization).refusal(), (401, 40120));
    }
}

#[test]
fn an_embedded_token_counts_and_the_outer_one_can_only_end_earlier() {
    let world = World::new();
    let root = world.credentials().root_key;
    let outer = "outer.key:its-makers-own-business";
    let inner = jwt(&root, json!({}));
    let ably = ably_token(&world, &root, json!({ "ttl": 600_000 }));
    for token in [&inner, &ably] {
        let in_header = |claims| {
            signed(
                outer,
                json!({ "alg": "HS256", "x-ably-token": token }),
                claims,
            )
        };
        let in_payload = |exp| {
            signed(
                outer,
                header(outer),
                json!({ "exp": exp, "x-ably-token": token }),
            )
        };
        let encrypted = format!(
            "{}.a.b.c.d",
            URL_SAFE_NO_PAD.encode(json!({ "alg": "dir", "x-ably-token": token }).to_string())
        );
        // https://ably.com/docs/auth/token#embedded
        for good in [
            in_header(json!({})),
            in_header(json!({ "exp": S + 600 })),
            in_payload(S + 1),
            encrypted,
        ] {
            world.get(CHANNEL, &bearer(&good)).ok();
        }
        let refused = |token: &str| world.get(CHANNEL, &bearer(token)).refusal();
        assert_eq!(refused(&in_payload(S + 601)), (401, 40144), "ends later");
        assert_eq!(refused(&in_payload(S)), (401, 40142), "has ended");
        let middle = jwt(&root, json!({ "x-ably-token": token }));
        let twice = signed(outer, header(outer), json!({ "x-ably-token": middle }));
        assert_eq!(refused(&twice), (401, 40144), "twice");
    }
    let unknown = signed(
        outer,
        header(outer),
        json!({ "x-ably-token": "sndbox.unknown" }),
    );
    assert_eq!(
        world.get(CHANNEL, &bearer(&unknown)).refusal(),
        (401, 40143)
    );
}
