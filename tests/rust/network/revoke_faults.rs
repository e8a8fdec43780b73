//! Revocations of which some requests fail: the effect on their targets, on later ones, and on the
//! call.

use crate::transport::*;
use ably_edge_auth::http::{Failure, Network};
use ably_edge_auth::revocation::revoke::{
    Outcome, RevocationReport, RevokeError, RevokeParams, revoke,
};
use ably_edge_auth::{ApiKey, Error, Kind};
use serde_json::json;

/// Revokes sequentially with these keys, without fallback hosts.
fn run(
    world: &World<'_>,
    keys: &[&str],
    count: usize,
    concurrency: usize,
) -> Result<RevocationReport, RevokeError> {
    let keys: Vec<ApiKey> = keys
        .iter()
        .map(|name| format!("{name}:hush-hush").parse().expect("a key"))
        .collect();
    let targets = (0..count).map(|client| format!("clientId:c{client}").parse());
    let params = RevokeParams {
        targets: targets.collect::<Result<_, _>>().expect("targets"),
        concurrency,
        ..RevokeParams::default()
    };
    let network = Network::new(Some("rest.example.com"), None).expect("a network");
    world.run(revoke(world, &network, &keys, &params, &mut |_, _| {}))
}

/// The error of a result, or `None` if it was revoked.
fn error(report: &RevocationReport, index: usize) -> Option<&Error> {
    match &report.results[index] {
        Outcome::Revoked { .. } => None,
        Outcome::Failed(error, _) | Outcome::NotSent(error) => Some(error),
    }
}

fn refusal(status: u16, code: u32) -> Answer {
    answer_json(
        status,
        &json!({"error": {"code": code, "statusCode": status, "message": "no"}}),
    )
}

#[test]
fn a_part_that_fails_leaves_the_others_alone() {
    let faults: [(fn() -> Answer, Kind); 8] = [
        (|| answer(500, ""), Kind::Service),
        (|| refusal(400, 40000), Kind::Usage),
        (|| refusal(400, 40020), Kind::Usage),
        (reset, Kind::Network),
        (never, Kind::Timeout),
        (
            || answer(429, "").header("retry-after", "60"),
            Kind::RateLimited,
        ),
        (|| failure(Failure::TooLong), Kind::Service),
        (|| answer(307, ""), Kind::Service),
    ];
    for (fault, kind) in faults {
        let world = World::at(NOW, |sent| match sent.targets()[0].as_str() {
            "clientId:c100" => fault(),
            _ => revoked(sent),
        });
        let report = run(&world, &["app.key"], 250, 1).expect("a report");
        assert_eq!(world.posts().len(), 3);
        for index in 0..250 {
            let found = error(&report, index).map(Error::kind);
            let wanted = (100..200).contains(&index).then_some(kind);
            assert_eq!(found, wanted, "{index}");
        }
    }
}

#[test]
fn an_unreadable_answer_is_not_a_success() {
    for (status, body) in [
        (201, ""),
        (200, "<html>"),
        (201, "{}"),
        (201, "[]"),
        (201, "7"),
        (201, r#"{"results":{}}"#),
        (201, r#"{"results":[]}"#),
        (201, r#"{"successCount":1,"failureCount":0}"#),
        (
            201,
            r#"[{"target":"clientId:stranger","issuedBefore":1,"appliesAt":1}]"#,
        ),
        (204, ""),
        (201, r#"{"batchResponse":[]}"#),
    ] {
        let world = World::at(NOW, |_| answer(status, body));
        let refused = run(&world, &["app.key"], 1, 1).unwrap_err();
        assert_eq!(refused.error.kind(), Kind::Service, "{body}");
        let says = "but not with the outcomes of a revocation";
        assert!(refused.error.message().contains(says), "{body}");
        let report = refused.report.expect("a report");
        assert_eq!(report.failure_count(), 1, "{body}");
        assert_eq!(world.posts().len(), 1);
    }
}

#[test]
fn all_failed_for_one_reason_is_an_error_with_the_report() {
    for (status, code, kind) in [
        (401, 40101, Kind::Key),
        (401, 40133, Kind::Key),
        (401, 40163, Kind::Key),
        (400, 40000, Kind::Usage),
        (404, 40400, Kind::Usage),
        (403, 40300, Kind::Forbidden),
        (500, 50000, Kind::Service),
    ] {
        let world = World::at(NOW, |_| refusal(status, code));
        let refused = run(&world, &["app.key", "app.other"], 250, 1).unwrap_err();
        let error = &refused.error;
        assert_eq!(
            (error.kind(), error.code(), error.status()),
            (kind, Some(code), Some(status))
        );
        let report = refused.report.expect("a report");
        assert_eq!((report.results.len(), report.failure_count()), (500, 500));
        let json: serde_json::Value =
            serde_json::from_str(&report.to_json(Some(&refused.error))).expect("JSON");
        assert_eq!(json["error"]["code"], code);
    }
}

#[test]
fn different_failures_or_one_success_do_not_fail_the_call() {
    let two = World::at(NOW, |sent| match sent.targets()[0].as_str() {
        "clientId:c0" => answer(500, ""),
        _ => answer(503, ""),
    });
    let report = run(&two, &["app.key"], 101, 1).expect("a report");
    assert_eq!(report.failure_count(), 101);

    let one = World::at(NOW, |sent| match sent.path.contains("other") {
        true => revoked(sent),
        false => answer(500, ""),
    });
    let report = run(&one, &["app.key", "app.other"], 1, 1).expect("a report");
    assert_eq!(report.failure_count(), 1);

    let each = World::at(NOW, |sent| {
        let item = |target| json!({"target": target, "error": {"code": 40000, "message": "no"}});
        let items: Vec<_> = sent.targets().into_iter().map(item).collect();
        answer_json(
            400,
            &json!({"error": {"code": 40020}, "batchResponse": items}),
        )
    });
    let report = run(&each, &["app.key"], 101, 1).expect("a report");
    assert_eq!(report.failure_count(), 101);
}

#[test]
fn a_key_that_is_refused_is_not_sent_again_and_other_keys_go_on() {
    for status in [401, 403, 404] {
        let world = World::at(NOW, |sent| match sent.path.contains("app.bad") {
            true => refusal(status, 40000),
            false => revoked(sent),
        });
        let report = run(&world, &["app.bad", "app.good"], 1_000, 1).expect("a report");
        let posts = world.posts();
        assert_eq!(
            posts
                .iter()
                .filter(|it| it.path.contains("app.bad"))
                .count(),
            1
        );
        assert_eq!(posts.len(), 11);
        for index in 0..2_000 {
            let found = error(&report, index).and_then(Error::status);
            assert_eq!(found, (index < 1_000).then_some(status), "{index}");
        }
    }
}

#[test]
fn with_several_requests_at_once_only_those_under_way_reach_a_refused_key() {
    let world = World::at(NOW, |_| refusal(401, 40101).after(100));
    let refused = run(&world, &["app.key"], 10_000, 8).unwrap_err();
    assert_eq!(refused.error.code(), Some(40101));
    assert_eq!(world.posts().len(), 8);
    assert_eq!(refused.report.expect("a report").failure_count(), 10_000);
}

#[test]
fn when_the_runtime_sends_no_more_the_rest_is_not_sent() {
    let mut left = 3;
    let world = World::at(NOW, |sent| {
        left -= 1;
        match left {
            0.. => revoked(sent),
            _ => failure(Failure::NoMoreRequests),
        }
    });
    let report = run(&world, &["app.key", "app.other"], 500, 1).expect("a report");
    assert_eq!(world.posts().len(), 4);
    for index in 0..1_000 {
        let found = error(&report, index);
        assert_eq!(found.is_none(), index < 300, "{index}");
        if let Some(error) = found {
            assert_eq!(error.kind(), Kind::Network);
            assert_eq!(
                error.message(),
                "not sent: the runtime sends no further requests"
            );
        }
    }
}

#[test]
fn when_the_runtime_sends_nothing_at_all_the_error_says_so_and_what_to_do() {
    let world = World::at(NOW, |_| failure(Failure::NoMoreRequests));
    let refused = run(&world, &["app.key"], 500, 4).unwrap_err();
    assert_eq!(refused.error.kind(), Kind::Network);
    assert!(
        refused
            .error
            .message()
            .ends_with("the runtime sends no further requests")
    );
    let hint = refused.error.remediation().expect("a hint");
    assert!(hint.starts_with("Workers limit the subrequests"), "{hint}");
    let report = refused.report.expect("a report");
    assert_eq!(report.failure_count(), 500);
}

#[test]
fn requests_that_were_under_way_when_the_runtime_had_enough_still_count() {
    let world = World::at(NOW, |sent| match sent.targets()[0].as_str() {
        "clientId:c100" => failure(Failure::NoMoreRequests),
        _ => revoked(sent).after(1_000),
    });
    let report = run(&world, &["app.key"], 500, 3).expect("a report");
    assert_eq!(world.posts().len(), 3);
    for index in 0..500 {
        let is_good = matches!(index, 0..100 | 200..300);
        assert_eq!(error(&report, index).is_none(), is_good, "{index}");
    }
}

/// The first host may have processed the request; the part after it was not sent.
#[test]
fn what_failed_at_one_host_before_the_runtime_had_enough_is_not_called_unsent() {
    let network = Network::new(None, None).expect("a network");
    let keys: [ApiKey; 1] = ["app.key:hush-hush".parse().expect("a key")];
    let targets = (0..101).map(|client| format!("clientId:c{client}").parse());
    let params = RevokeParams {
        targets: targets.collect::<Result<_, _>>().expect("targets"),
        concurrency: 1,
        ..RevokeParams::default()
    };
    let faults: [fn() -> Answer; 4] = [never, reset, || answer(500, ""), || answer(504, "")];
    for (place, fault) in faults.into_iter().enumerate() {
        let mut first = true;
        let world = World::at(NOW, |_| match std::mem::take(&mut first) {
            true => fault(),
            false => failure(Failure::NoMoreRequests),
        });
        let ended = world.run(revoke(&world, &network, &keys, &params, &mut |_, _| {}));
        assert_eq!(world.posts().len(), 2);
        let report = ended.unwrap_err().report.expect("a report");
        let of = |index| error(&report, index).expect("an error").message();
        assert!(!of(0).contains("not sent"), "{place}: {}", of(0));
        assert_eq!(
            of(100),
            "not sent: the runtime sends no further requests",
            "{place}"
        );
    }
}

#[test]
fn a_part_that_was_refused_for_the_rate_is_sent_again_after_the_wait_while_others_go_on() {
    let mut waits = 0;
    let world = World::at(NOW, |sent| match sent.targets()[0].as_str() {
        "clientId:c0" if waits < 2 => {
            waits += 1;
            answer(429, "").header("retry-after", "10")
        }
        _ => revoked(sent).after(100),
    });
    let report = run(&world, &["app.key"], 1_000, 2).expect("a report");
    assert_eq!(report.failure_count(), 0);
    assert_eq!(world.posts().len(), 12);
    // The other lane has finished the rest by then.
    assert!(world.posts()[10].at > NOW + 10_000);
    assert!(world.elapsed() < 20_200, "{}", world.elapsed());
}
