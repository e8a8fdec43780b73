//! The life of a token, through the core's own functions and the sandbox: issued, used, refused,
//! revoked in each way, and issued again.

use crate::data_world::*;
use ably_edge_auth::revocation::revoke::{Outcome, RevokeParams, revoke};
use ably_edge_auth::sandbox::Options;
use ably_edge_auth::{
    Capability, Target, TokenParams, TokenRequestParams, issue, request_token, server_time,
};

const CHAT: &str = r#"{"chat:*":["history","publish","subscribe"]}"#;

/// A JWT of the revocable key, issued now.
fn jwt(world: &World, client_id: Option<&str>, revocation_key: Option<&str>) -> String {
    let key = parsed(&world.credentials().revocable_key);
    let params = TokenParams {
        capability: Capability::parse(CHAT).expect("a capability"),
        client_id: client_id.map(str::to_owned),
        revocation_key: revocation_key.map(str::to_owned),
        ..TokenParams::default()
    };
    issue(&key, &params, world.now()).expect("a token").token
}

/// An Ably token of the revocable key, issued now.
fn ably_token(world: &World, client_id: &str) -> String {
    let key = parsed(&world.credentials().revocable_key);
    let capability = Capability::parse(CHAT).expect("a capability");
    let params = TokenRequestParams {
        capability: Some(&capability),
        client_id: Some(client_id),
        ..TokenRequestParams::default()
    };
    let nonce = format!("{client_id:0>8}{}", world.now());
    let (transport, network) = (&world.transport, network());
    let exchange = request_token(transport, &network, &key, &params, world.now(), &nonce);
    let details = run(exchange).expect("a token");
    let details: Value = serde_json::from_str(&details).expect("JSON");
    details["token"].as_str().expect("a token").to_owned()
}

/// Revokes the targets. Returns when the revocation applies.
#[track_caller]
fn revoked(world: &World, targets: &[&str], margin: bool) -> u64 {
    let key = parsed(&world.credentials().revocable_key);
    let targets = targets.iter();
    let params = RevokeParams {
        targets: targets
            .map(|it| it.parse::<Target>().expect("a target"))
            .collect(),
        allow_reauth_margin: margin,
        ..RevokeParams::default()
    };
    let report = run(revoke(
        &world.transport,
        &network(),
        &[key],
        &params,
        &mut |_, _| {},
    ));
    let report = report.expect("a report");
    match &report.results[0] {
        Outcome::Revoked { applies_at, .. } => *applies_at,
        Outcome::Failed(error, _) | Outcome::NotSent(error) => panic!("{error}"),
    }
}

fn publish(world: &World, token: &str) -> Answer {
    let message = json!({ "name": "greeting", "data": "hello" });
    world.post("/channels/chat:lobby/messages", &bearer(token), message)
}

#[track_caller]
fn assert_works(world: &World, token: &str) {
    publish(world, token).ok();
}

#[track_caller]
fn assert_revoked(world: &World, token: &str) {
    assert_eq!(publish(world, token).refusal(), (401, 40141));
    let history = world.get("/channels/chat:lobby/messages", &bearer(token));
    assert_eq!(history.refusal(), (401, 40141));
}

#[test]
fn issued_used_refused_and_ended() {
    let world = World::new();
    assert_eq!(run(server_time(&world.transport, &network())), Ok(NOW));
    for token in [jwt(&world, Some("ada"), None), ably_token(&world, "ada")] {
        assert_works(&world, &token);
        let refused = world.get("/stats", &bearer(&token));
        assert_eq!(refused.refusal(), (401, 40160));
        let refused = world.post(
            "/channels/news/messages",
            &bearer(&token),
            json!({ "data": "x" }),
        );
        assert_eq!(refused.refusal(), (401, 40160));
        assert_eq!(
            refused.json()["error"]["message"],
            "publish on news is not allowed: no entry matches"
        );
    }
    let history = world
        .get(
            "/channels/chat:lobby/messages",
            &bearer(&jwt(&world, None, None)),
        )
        .ok();
    assert_eq!(history[0]["clientId"], "ada");
    assert_eq!(history[1]["data"], "hello");

    let tokens = [jwt(&world, Some("ada"), None), ably_token(&world, "bob")];
    world.transport.advance(3_599_999);
    tokens.iter().for_each(|token| assert_works(&world, token));
    world.transport.advance(1);
    for token in &tokens {
        assert_eq!(publish(&world, token).refusal(), (401, 40142));
    }
    // Any change makes the sandbox drop expired items, but not at once.
    ably_token(&world, "cyd");
    assert_eq!(publish(&world, &tokens[1]).refusal(), (401, 40142));
    world.transport.advance(24 * 3_600_000);
    ably_token(&world, "dan");
    assert_eq!(publish(&world, &tokens[1]).refusal(), (401, 40143));
}

#[test]
fn revoked_by_client_id_and_issued_anew() {
    let world = World::new();
    let (old, other) = (
        jwt(&world, Some("ada"), None),
        jwt(&world, Some("bob"), None),
    );
    let (old_ably, other_ably) = (ably_token(&world, "ada"), ably_token(&world, "bob"));
    let of_another_key = {
        let key = parsed(&world.credentials().root_key);
        let params = TokenParams {
            client_id: Some("ada".to_owned()),
            ..TokenParams::default()
        };
        issue(&key, &params, NOW).expect("a token").token
    };
    world.transport.advance(1_500);
    assert_eq!(revoked(&world, &["clientId:ada"], false), world.now());
    assert_revoked(&world, &old);
    assert_revoked(&world, &old_ably);
    for token in [&other, &other_ably, &of_another_key] {
        assert_works(&world, token);
    }
    // An Ably token's time is in milliseconds, and one issued exactly at the cut-off is not before
    // it.
    assert_works(&world, &ably_token(&world, "ada"));
    // `iat` counts whole seconds, so a JWT of the second of the cut-off is revoked.
    assert_revoked(&world, &jwt(&world, Some("ada"), None));
    world.transport.advance(500);
    assert_works(&world, &jwt(&world, Some("ada"), None));
    assert_revoked(&world, &old);
}

#[test]
fn revoked_by_revocation_key_and_by_channel() {
    let world = World::with(Options {
        revoke_channels: true,
        ..Options::default()
    });
    let group = jwt(&world, None, Some("group-1"));
    let other = jwt(&world, None, Some("group-2"));
    world.transport.advance(1_000);
    revoked(&world, &["revocationKey:group-1"], false);
    assert_revoked(&world, &group);
    assert_works(&world, &other);

    // https://ably.com/docs/auth/revocation: the target is compared with the resource literally.
    for target in ["channel:chat:lobby", "channel:*", "channel:chat"] {
        revoked(&world, &[target], false);
        assert_works(&world, &other);
    }
    let ably = ably_token(&world, "eve");
    world.transport.advance(1_000);
    revoked(&world, &["channel:chat:*"], false);
    assert_revoked(&world, &other);
    assert_revoked(&world, &ably);
}

#[test]
fn with_the_margin_tokens_work_until_it_is_over() {
    let world = World::new();
    let tokens = [jwt(&world, Some("ada"), None), ably_token(&world, "ada")];
    world.transport.advance(2_000);
    let applies_at = revoked(&world, &["clientId:ada"], true);
    assert!(applies_at > world.now() + 30_000);
    let renewed = [jwt(&world, Some("ada"), None), ably_token(&world, "ada")];

    world.transport.advance(applies_at - world.now() - 1);
    tokens.iter().for_each(|token| assert_works(&world, token));
    world.transport.advance(1);
    tokens
        .iter()
        .for_each(|token| assert_revoked(&world, token));
    renewed.iter().for_each(|token| assert_works(&world, token));

    // A later revocation with a margin does not weaken it.
    revoked(&world, &["clientId:ada"], true);
    tokens
        .iter()
        .for_each(|token| assert_revoked(&world, token));
    renewed.iter().for_each(|token| assert_works(&world, token));
}

#[test]
fn what_a_client_does_to_renew() {
    let world = World::new();
    let mut token = ably_token(&world, "ada");
    world.transport.advance(10);
    revoked(&world, &["clientId:ada"], false);
    for _ in 0..2 {
        let answer = publish(&world, &token);
        if answer.status == 401 {
            // SPEC RSC10: codes 40140 to 40149 mean this.
            assert!((40_140..40_150).contains(&answer.refusal().1));
            token = ably_token(&world, "ada");
        }
    }
    assert_works(&world, &token);
}
