//! Concurrent requests: progress reports as they finish, and the state after an abort.

use std::collections::BTreeSet;

use crate::transport::*;
use ably_edge_auth::http::Network;
use ably_edge_auth::revocation::revoke::{
    Outcome, RevocationReport, RevokeError, RevokeParams, revoke,
};
use ably_edge_auth::{ApiKey, Kind};

type Ended = Result<RevocationReport, RevokeError>;

fn run(world: &World<'_>, keys: usize, count: usize, concurrency: usize) -> Ended {
    told(world, keys, count, concurrency).0
}

/// Also returns the reported progress.
fn told(
    world: &World<'_>,
    keys: usize,
    count: usize,
    concurrency: usize,
) -> (Ended, Vec<(usize, usize)>) {
    let keys: Vec<ApiKey> = (0..keys)
        .map(|number| format!("app.key{number}:hush-hush").parse().expect("a key"))
        .collect();
    let targets = (0..count).map(|client| format!("clientId:c{client}").parse());
    let params = RevokeParams {
        targets: targets.collect::<Result<_, _>>().expect("targets"),
        concurrency,
        ..RevokeParams::default()
    };
    let network = Network::new(None, None).expect("a network");
    let mut told = Vec::new();
    let mut progress = |done, total| told.push((done, total));
    let ended = world.run(revoke(world, &network, &keys, &params, &mut progress));
    (ended, told)
}

#[test]
fn as_many_run_at_once_as_was_said_and_never_more() {
    for concurrency in [1, 2, 4, 7, 31, 32] {
        let world = World::at(NOW, |sent| {
            revoked(sent).after(50 + sent.index as u64 * 37 % 100)
        });
        let report = run(&world, 1, 5_000, concurrency).expect("a report");
        assert_eq!(report.failure_count(), 0);
        assert_eq!(world.most_under_way(), concurrency);
    }
}

#[test]
fn together_they_take_as_long_as_one_behind_the_other_by_their_number() {
    for (concurrency, turns) in [(1, 8), (2, 4), (3, 3), (8, 1), (32, 1)] {
        let world = World::at(NOW, |sent| revoked(sent).after(1_000));
        run(&world, 1, 800, concurrency).expect("a report");
        assert_eq!(world.elapsed(), 1 + turns * 1_000, "{concurrency}");
    }
}

#[test]
fn the_keys_share_the_lanes() {
    let world = World::at(NOW, |sent| revoked(sent).after(1_000));
    run(&world, 4, 100, 4).expect("a report");
    assert_eq!(world.elapsed(), 1_001);
    assert_eq!(world.most_under_way(), 4);
}

#[test]
fn a_host_that_is_down_is_not_waited_for_again_by_the_parts_that_follow() {
    let world = World::at(NOW, |sent| match sent.host.contains("fallback") {
        true => revoked(sent),
        false => never(),
    });
    let report = run(&world, 1, 1_000, 1).expect("a report");
    assert_eq!(report.failure_count(), 0);
    let primary = world
        .posts()
        .iter()
        .filter(|it| !it.host.contains("fallback"))
        .count();
    assert_eq!(primary, 1);
    let fallbacks: BTreeSet<_> = world.posts()[1..]
        .iter()
        .map(|it| it.host.clone())
        .collect();
    assert_eq!(fallbacks.len(), 1);
}

#[test]
fn when_the_host_that_answered_last_goes_down_too_the_first_one_is_next() {
    let mut count = 0;
    let world = World::at(NOW, |sent| {
        count += 1;
        // First the primary host is down, later its fallback.
        let is_down = (count == 1) != (count > 3 && sent.host.contains("fallback"));
        if is_down { reset() } else { revoked(sent) }
    });
    let report = run(&world, 1, 400, 1).expect("a report");
    assert_eq!(report.failure_count(), 0);
    let log = world.posts();
    let primary = |index: usize| log[index].host == "https://main.realtime.ably.net";
    let order: Vec<_> = (0..log.len()).map(primary).collect();
    assert_eq!(order, [true, false, false, false, true, true]);
}

#[test]
fn progress_is_reported_after_each_request_and_ends_complete() {
    for (keys, count, parts) in [(1, 1, 1), (1, 250, 3), (3, 250, 9), (2, 10_000, 200)] {
        let world = World::at(NOW, |sent| {
            revoked(sent).after(1 + sent.index as u64 * 13 % 50)
        });
        let (ended, told) = told(&world, keys, count, 4);
        ended.expect("a report");
        assert_eq!(told.len(), parts);
        assert!(told.is_sorted());
        assert!(told.iter().all(|(_, total)| *total == keys * count));
        assert_eq!(told.last(), Some(&(keys * count, keys * count)));
    }
}

#[test]
fn failures_are_progress_too() {
    let world = World::at(NOW, |_| answer(401, ""));
    let (ended, told) = told(&world, 2, 1_000, 4);
    ended.unwrap_err();
    assert_eq!(told.len(), 20);
    assert!(told.is_sorted());
    assert_eq!(told.last(), Some(&(2_000, 2_000)));
}

#[test]
fn duplicates_count_as_often_as_they_were_given() {
    let keys: [ApiKey; 1] = ["app.key:hush-hush".parse().expect("a key")];
    let targets = (0..300).map(|client| format!("clientId:c{}", client % 150).parse());
    let params = RevokeParams {
        targets: targets.collect::<Result<_, _>>().expect("targets"),
        concurrency: 1,
        ..RevokeParams::default()
    };
    let network = Network::new(None, None).expect("a network");
    let world = World::at(NOW, revoked);
    let mut told = Vec::new();
    let mut progress = |done, total| told.push((done, total));
    world
        .run(revoke(&world, &network, &keys, &params, &mut progress))
        .expect("a report");
    assert_eq!(told, [(200, 300), (300, 300)]);
}

/// `known`, `unknown` or `not sent`.
fn state(outcome: &Outcome) -> &'static str {
    match outcome {
        Outcome::Revoked { .. } => "known",
        Outcome::Failed(error, is_whole) => {
            assert_eq!(error.kind(), Kind::Aborted);
            assert!(is_whole);
            assert_eq!(
                error.message(),
                "sent, with no answer yet: the call was aborted by its signal"
            );
            "unknown"
        }
        Outcome::NotSent(error) => {
            assert_eq!(error.kind(), Kind::Aborted);
            assert_eq!(
                error.message(),
                "not sent: the call was aborted by its signal"
            );
            "not sent"
        }
    }
}

fn states(ended: Ended) -> Vec<&'static str> {
    let refused = ended.unwrap_err();
    assert_eq!(refused.error.kind(), Kind::Aborted);
    assert_eq!(
        refused.error.message(),
        "the call was aborted by its signal"
    );
    let report = refused.report.expect("a report");
    let states: Vec<_> = report.results.iter().map(state).collect();
    // All outcomes of a request are the same.
    states
        .chunks(100)
        .for_each(|part| assert!(part.iter().all(|it| *it == part[0])));
    states.into_iter().step_by(100).collect()
}

#[test]
fn an_abort_leaves_what_is_known_what_is_under_way_and_what_was_not_sent() {
    // The time request takes 1 ms, each part 1 s; two run at once.
    for (ms, wanted) in [
        (
            2,
            [
                "unknown", "unknown", "not sent", "not sent", "not sent", "not sent",
            ],
        ),
        (
            1_500,
            [
                "known", "known", "unknown", "unknown", "not sent", "not sent",
            ],
        ),
        (
            2_500,
            ["known", "known", "known", "known", "unknown", "unknown"],
        ),
    ] {
        let world = World::at(NOW, |sent| revoked(sent).after(1_000)).abort_after(ms);
        let (ended, told) = told(&world, 1, 600, 2);
        assert_eq!(states(ended), wanted, "{ms}");
        assert_eq!(world.elapsed(), ms);
        assert!(told.is_sorted());
    }
}

#[test]
fn an_abort_while_the_time_is_asked_for_is_an_error_without_a_report() {
    let world = World::at(NOW, revoked).abort_after(1);
    let refused = run(&world, 1, 600, 2).unwrap_err();
    assert_eq!(refused.error.kind(), Kind::Aborted);
    assert!(refused.report.is_none());
    assert!(world.posts().is_empty());
}

#[test]
fn an_abort_during_a_wait_ends_it_at_once() {
    let world = World::at(NOW, |_| answer(429, "").header("retry-after", "30")).abort_after(9_000);
    let refused = run(&world, 1, 600, 2).unwrap_err();
    assert_eq!(refused.error.kind(), Kind::Aborted);
    assert_eq!(world.elapsed(), 9_000);
    assert_eq!(world.posts().len(), 2);
    let report = refused.report.expect("a report");
    assert_eq!(report.failure_count(), 600);
    for outcome in &report.results[200..] {
        assert_eq!(state(outcome), "not sent");
    }
}

#[test]
fn an_abort_after_the_last_answer_changes_nothing() {
    let world = World::at(NOW, |sent| revoked(sent).after(1_000)).abort_after(1_002);
    assert!(run(&world, 1, 200, 2).is_ok());
}

/// A lane that has just read a response takes the next part, and the transport refuses it.
#[test]
fn what_the_transport_refused_because_of_the_abort_is_never_called_sent() {
    let world = World::at(NOW, |sent| revoked(sent).after(1_000));
    let ends = std::cell::Cell::new(false);
    let keys: [ApiKey; 1] = ["app.key:hush-hush".parse().expect("a key")];
    let targets = (0..300).map(|client| format!("clientId:c{client}").parse());
    let params = RevokeParams {
        targets: targets.collect::<Result<_, _>>().expect("targets"),
        concurrency: 1,
        ..RevokeParams::default()
    };
    let network = Network::new(None, None).expect("a network");
    // The caller aborts as soon as any progress is reported.
    let mut progress = |_, _| {
        if !ends.replace(true) {
            world.abort();
        }
    };
    let ended = world.run(revoke(&world, &network, &keys, &params, &mut progress));
    assert_eq!(world.posts().len(), 1);
    let report = ended.unwrap_err().report.expect("a report");
    for outcome in &report.results[100..] {
        assert!(
            matches!(outcome, Outcome::NotSent(_)),
            "nobody was asked for it: {outcome:?}"
        );
    }
}
