//! Successful revocations: how targets are split into requests, what is sent, and how outcomes are
//! assigned.

use crate::transport::*;
use ably_edge_auth::http::Network;
use ably_edge_auth::revocation::revoke::{
    Outcome, RevocationReport, RevokeError, RevokeParams, revoke,
};
use ably_edge_auth::{ApiKey, Kind, Target};
use serde_json::{Value, json};

fn key(name: &str) -> ApiKey {
    format!("{name}:hush-hush").parse().expect("a key")
}

fn clients(count: usize) -> Vec<Target> {
    (0..count)
        .map(|client| format!("clientId:c{client}").parse().expect("a target"))
        .collect()
}

fn targets(texts: &[&str]) -> Vec<Target> {
    texts
        .iter()
        .map(|it| it.parse().expect("a target"))
        .collect()
}

fn params(targets: Vec<Target>) -> RevokeParams {
    RevokeParams {
        targets,
        ..RevokeParams::default()
    }
}

type Ended = Result<RevocationReport, RevokeError>;

fn run(world: &World<'_>, keys: &[&str], params: &RevokeParams) -> Ended {
    let keys: Vec<ApiKey> = keys.iter().map(|name| key(name)).collect();
    let network = Network::new(None, None).expect("a network");
    world.run(revoke(world, &network, &keys, params, &mut |_, _| {}))
}

/// Each result as one word: the time it applies from, or its error message.
fn words(report: &RevocationReport) -> Vec<String> {
    let word = |outcome: &Outcome| match outcome {
        Outcome::Revoked { applies_at, .. } => applies_at.to_string(),
        Outcome::Failed(error, _) | Outcome::NotSent(error) => error.message().to_owned(),
    };
    report.results.iter().map(word).collect()
}

#[test]
fn one_request_is_posted_with_the_key_and_the_time() {
    let world = World::at(NOW + 77, revoked);
    let report = run(&world, &["app.key"], &params(targets(&["clientId:ada"]))).expect("a report");
    let sent = &world.posts()[0];
    assert_eq!(
        (sent.method.as_str(), sent.path.as_str()),
        ("POST", "/keys/app.key/revokeTokens")
    );
    assert_eq!(
        sent.body,
        format!(
            r#"{{"targets":["clientId:ada"],"issuedBefore":{}}}"#,
            NOW + 77
        )
    );
    assert_eq!(report.key_names, ["app.key"]);
    assert_eq!(report.targets, ["clientId:ada"]);
    assert_eq!(report.failure_count(), 0);
    let json: Value = serde_json::from_str(&report.to_json(None)).expect("JSON");
    assert_eq!(
        json,
        json!({"keyNames": ["app.key"], "errors": [], "results":
            [{"issuedBefore": NOW + 77, "appliesAt": applies_at(NOW + 77)}]})
    );
}

#[test]
fn a_margin_is_sent_when_it_is_asked_for() {
    let world = World::at(NOW, revoked);
    let params = RevokeParams {
        allow_reauth_margin: true,
        ..params(targets(&["clientId:ada"]))
    };
    run(&world, &["app.key"], &params).expect("a report");
    assert_eq!(world.posts()[0].json()["allowReauthMargin"], true);
}

#[test]
fn parts_have_a_hundred_targets_and_the_last_one_the_rest() {
    for (count, parts) in [
        (1, vec![1]),
        (99, vec![99]),
        (100, vec![100]),
        (101, vec![100, 1]),
        (200, vec![100, 100]),
        (201, vec![100, 100, 1]),
        (10_000, vec![100; 100]),
    ] {
        let world = World::at(NOW, revoked);
        let report = run(&world, &["app.key"], &params(clients(count))).expect("a report");
        let posts = world.posts();
        let sizes: Vec<_> = posts.iter().map(|sent| sent.targets().len()).collect();
        assert_eq!(sizes, parts, "{count}");
        let sent: Vec<_> = posts.iter().flat_map(Sent::targets).collect();
        assert_eq!(sent, report.targets, "{count}");
        assert_eq!(report.results.len(), count);
        assert_eq!(report.failure_count(), 0, "{count}");
    }
}

#[test]
fn a_hundred_thousand_are_the_most() {
    let world = World::at(NOW, revoked);
    let all = RevokeParams {
        concurrency: 32,
        ..params(clients(100_000))
    };
    let report = run(&world, &["app.key"], &all).expect("a report");
    assert_eq!(world.posts().len(), 1_000);
    assert_eq!((report.results.len(), report.failure_count()), (100_000, 0));
    assert_eq!(world.most_under_way(), 32);

    // Counted before removing duplicates: one duplicate exceeds the maximum.
    let mut more = clients(100_000);
    more.push(more[0].clone());
    let world = World::of(Vec::new());
    let refused = run(&world, &["app.key"], &params(more)).unwrap_err();
    assert_eq!(
        refused.error.to_string(),
        "there are 100001 targets, over the bound of 100,000; revoke them in several calls"
    );
    assert!(refused.report.is_none());
}

#[test]
fn what_cannot_be_right_is_refused_before_anything_is_sent() {
    let world = World::of(Vec::new());
    let refused = run(&world, &["app.key"], &params(Vec::new())).unwrap_err();
    assert_eq!(refused.error.path(), Some("targets"));
    for concurrency in [0, 33, usize::MAX] {
        let params = RevokeParams {
            concurrency,
            ..params(clients(1))
        };
        let refused = run(&world, &["app.key"], &params).unwrap_err();
        let error = refused.error;
        assert_eq!(
            (error.kind(), error.path()),
            (Kind::Usage, Some("concurrency"))
        );
        assert!(refused.report.is_none());
    }
    assert!(world.log().is_empty());
}

#[test]
fn duplicates_are_sent_once_and_have_their_outcome_at_each_place() {
    let given = [
        "clientId:b",
        "clientId:a",
        "clientId:b",
        "channel:a",
        "clientId:a",
        "clientId:b",
    ];
    let world = World::at(NOW, |sent| {
        let targets = sent.targets();
        assert_eq!(targets, ["clientId:b", "clientId:a", "channel:a"]);
        let items = [
            json!({"target": "clientId:b", "issuedBefore": NOW, "appliesAt": 1}),
            json!({"target": "clientId:a", "error": {"code": 40000, "message": "no"}}),
            json!({"target": "channel:a", "issuedBefore": NOW, "appliesAt": 3}),
        ];
        answer_json(201, &json!(items))
    });
    let report = run(&world, &["app.key"], &params(targets(&given))).expect("a report");
    assert_eq!(report.targets, given);
    let no = "Ably refused it: no";
    assert_eq!(words(&report), ["1", no, "1", "3", no, "1"]);
    assert_eq!(report.failure_count(), 2);
    let json: Value = serde_json::from_str(&report.to_json(None)).expect("JSON");
    for (place, result) in json["results"]
        .as_array()
        .expect("results")
        .iter()
        .enumerate()
    {
        match result["error"].as_u64() {
            Some(error) => assert_eq!(json["errors"][error as usize]["code"], 40000),
            None => assert!([0, 2, 3, 5].contains(&place)),
        }
    }
}

#[test]
fn duplicates_far_apart_count_for_the_parts_once() {
    let mut given = clients(100);
    given.extend(clients(100));
    let world = World::at(NOW, revoked);
    let report = run(&world, &["app.key"], &params(given)).expect("a report");
    assert_eq!(world.posts().len(), 1);
    assert_eq!((report.results.len(), report.failure_count()), (200, 0));
}

#[test]
fn each_key_revokes_every_target_and_its_outcomes_are_adjacent() {
    let world = World::at(NOW, |sent| {
        let number = if sent.path.contains("app.one") {
            1_000
        } else {
            2_000
        };
        let client = |target: &String| target["clientId:c".len()..].parse::<u64>().expect("c0");
        let item = |target: &String| json!({"target": target, "issuedBefore": NOW, "appliesAt": number + client(target)});
        let items: Vec<_> = sent.targets().iter().map(item).collect();
        // The first key responds more slowly.
        answer_json(201, &json!(items)).after(3_000 - number)
    });
    let report = run(&world, &["app.one", "app.two"], &params(clients(150))).expect("a report");
    let wanted: Vec<_> = [1_000, 2_000]
        .into_iter()
        .flat_map(|number| (0..150).map(move |client| (number + client).to_string()))
        .collect();
    assert_eq!(words(&report), wanted);
    assert_eq!(report.key_names, ["app.one", "app.two"]);
    for sent in world.posts() {
        let is_one = sent.path == "/keys/app.one/revokeTokens";
        let basic = if is_one {
            "YXBwLm9uZTpodXNoLWh1c2g="
        } else {
            "YXBwLnR3bzpodXNoLWh1c2g="
        };
        assert_eq!(
            sent.header("authorization"),
            Some(format!("Basic {basic}").as_str())
        );
    }
}

#[test]
fn requests_that_are_answered_out_of_turn_leave_the_order_as_it_was() {
    let world = World::at(NOW, |sent| {
        revoked(sent).after(5_000 - sent.index as u64 * 700)
    });
    let report = run(&world, &["app.key"], &params(clients(500))).expect("a report");
    assert_eq!(report.targets[499], "clientId:c499");
    assert_eq!(report.failure_count(), 0);
}

#[test]
fn every_form_of_the_answer_is_read() {
    let bad = json!({"target": "clientId:c1", "error": {"code": 40000, "statusCode": 400, "message": "no"}});
    let list = json!([item("clientId:c0", NOW), bad]);
    for (status, body) in [
        (
            201,
            json!({"successCount": 1, "failureCount": 1, "results": list}),
        ),
        (200, json!({"results": list})),
        (201, list.clone()),
        (200, list.clone()),
        (
            400,
            json!({"error": {"code": 40020, "message": "some failed"}, "batchResponse": list}),
        ),
    ] {
        let world = World::at(NOW, |_| answer_json(status, &body));
        let report = run(&world, &["app.key"], &params(clients(2))).expect("a report");
        assert_eq!(
            words(&report),
            [applies_at(NOW).to_string().as_str(), "Ably refused it: no"]
        );
        let Outcome::Failed(error, false) = &report.results[1] else {
            panic!("it failed, of its own");
        };
        assert_eq!(error.code(), Some(40000));
        assert_eq!((error.kind(), error.status()), (Kind::Usage, Some(400)));
    }
}

#[test]
fn an_answer_in_another_order_is_read_by_its_targets() {
    let world = World::at(NOW, |sent| {
        let mut items = items(sent);
        items.reverse();
        answer_json(201, &json!(items))
    });
    let report = run(&world, &["app.key"], &params(clients(100))).expect("a report");
    assert_eq!(report.failure_count(), 0);
}

#[test]
fn a_target_missing_from_the_answer_has_failed_and_unknown_targets_are_ignored() {
    let world = World::at(NOW, |_| {
        let stranger = item("clientId:stranger", NOW);
        let items = [
            item("clientId:c2", NOW),
            stranger,
            json!(7),
            json!({}),
            item("clientId:c0", NOW),
        ];
        answer_json(201, &json!(items))
    });
    let report = run(&world, &["app.key"], &params(clients(3))).expect("a report");
    let applies = applies_at(NOW).to_string();
    let silent = "Ably's response does not mention this target";
    assert_eq!(words(&report), [&applies, silent, &applies]);
}

#[test]
fn an_item_without_times_or_an_error_is_not_a_success() {
    for bad in [
        json!({"target": "clientId:c1"}),
        json!({"target": "clientId:c1", "issuedBefore": NOW}),
        json!({"target": "clientId:c1", "appliesAt": NOW}),
        json!({"target": "clientId:c1", "issuedBefore": "1", "appliesAt": "2"}),
        json!({"target": "clientId:c1", "error": {}}),
        json!({"target": "clientId:c1", "error": null}),
        json!({"target": ["clientId:c1"], "issuedBefore": 1, "appliesAt": 1}),
    ] {
        let list = json!([item("clientId:c0", NOW), bad]);
        let world = World::at(NOW, |_| answer_json(201, &list));
        let report = run(&world, &["app.key"], &params(clients(2))).expect("a report");
        assert_eq!(report.failure_count(), 1, "{bad}");
        assert!(
            matches!(report.results[1], Outcome::Failed(_, false)),
            "{bad}"
        );
    }
}

#[test]
fn an_error_beside_times_is_an_error() {
    let both = json!({"target": "clientId:c1", "issuedBefore": 1, "appliesAt": 1, "error": {"message": "no"}});
    let list = json!([item("clientId:c0", NOW), both]);
    let world = World::at(NOW, |_| answer_json(201, &list));
    let report = run(&world, &["app.key"], &params(clients(2))).expect("a report");
    assert_eq!(report.failure_count(), 1);
}

#[test]
fn targets_of_any_text_come_through_as_they_are() {
    let given = [
        "clientId:a\"b\\c",
        "channel:chat:*",
        "revocationKey:group é 😀",
        "clientId:\u{1}\u{7f}\u{2028}",
        "clientId: ",
    ];
    let world = World::at(NOW, revoked);
    let report = run(&world, &["app.key"], &params(targets(&given))).expect("a report");
    assert_eq!(world.posts()[0].targets(), given);
    assert_eq!(report.failure_count(), 0);
}
