//! `issuedBefore`: one value for the whole call, on Ably's clock, refused where it makes no sense.

use std::collections::HashMap;

use crate::transport::*;
use ably_edge_auth::http::{Failure, Network};
use ably_edge_auth::revocation::revoke::{RevocationReport, RevokeError, RevokeParams, revoke};
use ably_edge_auth::{ApiKey, Kind};

const HOUR: u64 = 3_600_000;

fn run(
    world: &World<'_>,
    count: usize,
    issued_before: Option<u64>,
) -> Result<RevocationReport, RevokeError> {
    let keys: [ApiKey; 1] = ["app.key:hush-hush".parse().expect("a key")];
    let targets = (0..count).map(|client| format!("clientId:c{client}").parse());
    let params = RevokeParams {
        targets: targets.collect::<Result<_, _>>().expect("targets"),
        issued_before,
        ..RevokeParams::default()
    };
    let network = Network::new(None, None).expect("a network");
    world.run(revoke(world, &network, &keys, &params, &mut |_, _| {}))
}

/// The `issuedBefore` that is sent when Ably's clock says `time` and the local one [`NOW`].
fn sent(time: u64, issued_before: Option<u64>) -> u64 {
    let world = World::at(time, revoked);
    run(&world, 1, issued_before).expect("a report");
    let posts = world.posts();
    assert_eq!(posts.len(), 1);
    posts[0].json()["issuedBefore"].as_u64().expect("a time")
}

#[test]
fn by_default_it_is_now_by_the_clock_of_ably() {
    for time in [NOW - 5_000_000, NOW - 1, NOW, NOW + 1, NOW + 5_000_000] {
        assert_eq!(sent(time, None), time);
    }
}

#[test]
fn what_is_given_is_sent_as_it_is() {
    for wanted in [NOW - HOUR, NOW - HOUR + 1, NOW - 1, NOW] {
        assert_eq!(sent(NOW, Some(wanted)), wanted);
    }
    // A local clock that is behind does not refuse times that are past at Ably.
    assert_eq!(sent(NOW + 60_000, Some(NOW + 59_000)), NOW + 59_000);
    assert_eq!(sent(NOW + 60_000, Some(NOW + 60_000)), NOW + 60_000);
}

#[test]
fn past_here_and_future_at_ably_is_meant_as_now() {
    for wanted in [NOW - 29_999, NOW - 1, NOW] {
        assert_eq!(sent(NOW - 30_000, Some(wanted)), NOW - 30_000);
    }
}

#[test]
fn what_is_future_on_both_clocks_or_over_an_hour_old_is_refused_and_nothing_is_sent() {
    let future = "in the future";
    let old = "over an hour ago";
    for (time, wanted, says) in [
        (NOW, NOW + 2, future),
        (NOW - 30_000, NOW + 2, future),
        (NOW + 30_000, NOW + 30_001, future),
        (NOW, u64::MAX, future),
        (NOW, NOW - HOUR - 1, old),
        (NOW + 30_000, NOW - HOUR, old),
        (NOW, 0, old),
        // A time in seconds.
        (NOW, NOW / 1_000, old),
    ] {
        let world = World::at(time, revoked);
        let refused = run(&world, 1, Some(wanted)).unwrap_err();
        assert!(refused.report.is_none());
        assert!(world.posts().is_empty());
        assert_eq!(world.log().len(), 1);
        let error = refused.error;
        assert_eq!((error.kind(), error.code()), (Kind::Usage, Some(40003)));
        assert_eq!(error.path(), Some("issuedBefore"));
        assert_eq!(
            error.message(),
            format!("issuedBefore is {wanted}, which is {says}")
        );
    }
}

#[test]
fn the_hour_is_counted_on_the_clock_of_ably() {
    // Over an hour ago by the local clock, which is ahead.
    let time = NOW - 60_000;
    assert_eq!(sent(time, Some(time - HOUR)), time - HOUR);
}

#[test]
fn without_the_time_of_ably_nothing_is_revoked() {
    for wanted in [None, Some(NOW - 1_000)] {
        for (fault, kind) in [
            (Failure::Network("no route".to_owned()), Kind::Network),
            (Failure::Timeout, Kind::Timeout),
            (Failure::NoMoreRequests, Kind::Network),
            (Failure::TooLong, Kind::Service),
            (Failure::Aborted, Kind::Aborted),
        ] {
            let world = World::new(|_| failure(fault.clone()));
            let refused = run(&world, 1, wanted).unwrap_err();
            assert_eq!(refused.error.kind(), kind);
            assert!(refused.report.is_none());
            assert!(world.posts().is_empty());
        }
        let world = World::new(|_| answer(200, "<html>"));
        let refused = run(&world, 1, wanted).unwrap_err();
        assert_eq!(refused.error.kind(), Kind::Service);
        assert!(world.posts().is_empty());
    }
}

#[test]
fn what_is_clearly_wrong_is_refused_as_that_even_when_the_time_cannot_be_had() {
    for wanted in [NOW / 1_000, 0, NOW + 24 * HOUR, u64::MAX] {
        let world = World::new(|_| failure(Failure::TooLong));
        let refused = run(&world, 1, Some(wanted)).unwrap_err();
        assert_eq!(refused.error.path(), Some("issuedBefore"));
    }
}

#[test]
fn an_aborted_call_sends_nothing_whatever_its_options() {
    for wanted in [None, Some(0), Some(NOW), Some(u64::MAX)] {
        let world = World::at(NOW, revoked).abort_after(0);
        let refused = run(&world, 1, wanted).unwrap_err();
        assert_eq!(refused.error.kind(), Kind::Aborted, "{wanted:?}");
        assert!(refused.report.is_none());
        assert!(world.log().is_empty());
    }
}

#[test]
fn every_request_and_every_retry_carries_the_same_one_however_long_it_takes() {
    let mut attempts = HashMap::new();
    let world = World::at(NOW + 5, |sent| {
        let attempt = attempts.entry(sent.targets()).or_insert(0);
        *attempt += 1;
        match attempt {
            1 => never(),
            2 => answer(429, "").header("retry-after", "30"),
            3 => reset(),
            4 => answer(503, ""),
            _ => revoked(sent),
        }
    });
    let report = run(&world, 1_000, None).expect("a report");
    assert_eq!(report.failure_count(), 0);
    assert!(world.elapsed() > 30_000);
    assert!(world.posts().len() > 30);
    for sent in world.posts() {
        assert_eq!(sent.json()["issuedBefore"], NOW + 5);
    }
}
