//! Hourly rate limits of the sandbox's Control API.

use crate::control_api::*;
use ably_edge_auth::http::Response;
use ably_edge_auth::sandbox::{Change, Options, Sandbox};
use serde_json::{Value, json};

/// Calls `/me` at this time, with a sandbox that holds no other state.
fn status(sandbox: &mut Sandbox, token: Option<&str>, now: u64) -> (u16, Option<u64>, String) {
    let authorization = token.map(|token| format!("Bearer {token}"));
    let me = request("GET", "/v1/me", authorization.as_deref(), &Value::Null);
    let (response, change): (Response, Option<Change>) = sandbox.handle(&me, now, &[7; 32]);
    if let Some(change) = change {
        sandbox.commit(&change);
    }
    let wait = response
        .header("retry-after")
        .map(|it| it.parse().expect("seconds"));
    (response.status, wait, read(&response).message().to_owned())
}

/// A sandbox with additional access tokens.
fn sandbox_with(count: usize) -> (Sandbox, Vec<String>) {
    let desk = Desk::new();
    let mut tokens = vec![desk.credentials.access_token.clone()];
    tokens.extend((0..count).map(|_| desk.token(json!("all")).1));
    let mut sandbox = Sandbox::new(Options::default());
    for change in desk.transport.sandbox().snapshot() {
        sandbox.restore(&change).expect("a change");
    }
    (sandbox, tokens)
}

/// Source: <https://ably.com/docs/platform/pricing/limits>.
#[test]
fn each_hourly_limit_says_when_to_retry() {
    for (count, limit, whose) in [
        (0, 60, "without a valid access token"),
        (1, 2_000, "for this access token"),
        (5, 4_000, "for this account"),
    ] {
        let (mut sandbox, tokens) = sandbox_with(count);
        // One call at a time, so that after an hour they become available again one by one.
        let caller = |index: u64| match count {
            0 => [None, Some("nobody's")][index as usize % 2],
            1 => Some(tokens[1].as_str()),
            _ => Some(tokens[index as usize % tokens.len()].as_str()),
        };
        let good = if count == 0 { 401 } else { 200 };
        for index in 0..limit {
            let (answered, wait, _) = status(&mut sandbox, caller(index), NOW + index * 500);
            assert_eq!((answered, wait), (good, None), "{whose}, {index}");
        }
        let mut now = NOW + limit * 500 + 250;
        // The announced wait is accurate: neither too short nor longer than necessary.
        for index in limit..limit + 5 {
            // Calls that became available during the wait are used up first.
            let refused = (0..10).map(|_| status(&mut sandbox, caller(index), now));
            let (_, wait, message) = { refused }
                .find(|(answered, ..)| *answered == 429)
                .expect("a call that is refused");
            let wait = wait.expect("Retry-After");
            assert_eq!(
                message,
                format!(
                    "the limit of {limit} Control API calls per hour {whose} is reached; try again in {wait} s"
                )
            );
            let early = now + (wait - 1) * 1_000;
            assert_eq!(status(&mut sandbox, caller(index), early).0, 429, "{whose}");
            now += wait * 1_000;
            assert_eq!(status(&mut sandbox, caller(index), now).0, good, "{whose}");
        }
        // After another hour, no call counts any more.
        now += HOUR;
        for index in 0..60 {
            assert_eq!(status(&mut sandbox, caller(index), now).0, good);
        }
    }
}

#[test]
fn a_limit_of_one_is_not_that_of_another() {
    let (mut sandbox, tokens) = sandbox_with(2);
    for _ in 0..2_000 {
        status(&mut sandbox, Some(&tokens[1]), NOW);
    }
    for _ in 0..60 {
        status(&mut sandbox, None, NOW);
    }
    assert_eq!(status(&mut sandbox, Some(&tokens[1]), NOW).0, 429);
    assert_eq!(status(&mut sandbox, None, NOW).0, 429);
    for _ in 0..2_000 {
        assert_eq!(status(&mut sandbox, Some(&tokens[2]), NOW).0, 200);
    }
    assert_eq!(status(&mut sandbox, Some(&tokens[0]), NOW).0, 429);
    // The dashboard is not the Control API.
    let admin = format!("Bearer {}", sandbox.credentials().admin_token);
    let list = request(
        "GET",
        "/dashboard/access_tokens",
        Some(&admin),
        &Value::Null,
    );
    assert_eq!(sandbox.handle(&list, NOW, &[7; 32]).0.status, 200);
}

#[test]
fn rotation_does_not_evade_a_limit() {
    let desk = Desk::new();
    let (id, value) = desk.token(json!("all"));
    for _ in 0..2_000 {
        assert_eq!(
            desk.ask_as(&value, "GET", "/v1/me", &Value::Null).status,
            200
        );
    }
    let value = desk
        .admin("POST", &format!("/{id}/rotate"), &Value::Null)
        .text("/value");
    let answer = desk.ask_as(&value, "GET", "/v1/me", &Value::Null);
    assert_eq!(
        (answer.status, answer.body["code"].clone()),
        (429, json!(42910))
    );
    assert_eq!(answer.header("retry-after"), Some("3600"));
}
