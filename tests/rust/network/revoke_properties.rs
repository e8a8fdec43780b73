//! Whatever fails during a revocation, every target has one outcome, and it is correct.

use std::cell::RefCell;
use std::collections::HashMap;

use crate::transport::*;
use ably_edge_auth::http::{Failure, Network};
use ably_edge_auth::revocation::revoke::{
    Outcome, RevocationReport, RevokeError, RevokeParams, revoke,
};
use ably_edge_auth::{ApiKey, Kind};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use serde_json::json;

/// The response to one request.
#[derive(Debug, Clone, Copy)]
enum Fate {
    Good,
    /// A bare list.
    Old,
    /// Every n-th target is refused, in the current or the older form.
    Refused(usize, bool),
    /// Omits every n-th target and reverses the others.
    Partial(usize),
    Garbage,
    Status(u16),
    /// 429, with or without a number of seconds to wait.
    Later(Option<u8>),
    Reset,
    Timeout,
    TooLong,
    NoMore,
}

fn fate() -> impl Strategy<Value = Fate> {
    prop_oneof![
        8 => Just(Fate::Good),
        3 => Just(Fate::Old),
        3 => (1..120_usize, any::<bool>()).prop_map(|(each, old)| Fate::Refused(each, old)),
        3 => (1..120_usize).prop_map(Fate::Partial),
        2 => Just(Fate::Garbage),
        3 => prop_oneof![Just(500), Just(503), Just(401), Just(400), Just(302)].prop_map(Fate::Status),
        3 => option::of(0..35_u8).prop_map(Fate::Later),
        2 => Just(Fate::Reset),
        2 => Just(Fate::Timeout),
        1 => Just(Fate::TooLong),
        1 => Just(Fate::NoMore),
    ]
}

#[derive(Debug, Clone)]
struct Call {
    /// Client numbers; they may repeat.
    clients: Vec<u16>,
    keys: usize,
    concurrency: usize,
    has_fallback: bool,
    /// The response to each request and its duration. Repeats from the start when exhausted.
    fates: Vec<(Fate, u64)>,
    abort_after: Option<u64>,
    random: f64,
}

fn call() -> impl Strategy<Value = Call> {
    let clients = prop_oneof![vec(0..400_u16, 1..30), vec(0..400_u16, 1..600)];
    let ways = (1..4_usize, 1..9_usize, any::<bool>(), 0.0..1.0);
    let fates = vec((fate(), 1..3_000_u64), 1..24);
    let abort = option::weighted(0.3, 0..60_000_u64);
    (clients, ways, fates, abort).prop_map(|(clients, ways, fates, abort_after)| Call {
        clients,
        keys: ways.0,
        concurrency: ways.1,
        has_fallback: ways.2,
        fates,
        abort_after,
        random: ways.3,
    })
}

/// Everything observable about a call.
struct Seen {
    log: Vec<Sent>,
    /// For each request, the targets that its response lists as revoked.
    revoked: Vec<Vec<String>>,
    /// For each request, whether Ably may have processed it.
    may_have_left: Vec<bool>,
    most_under_way: usize,
    progress: Vec<(usize, usize)>,
    ended: Result<RevocationReport, RevokeError>,
}

/// The response, and the targets that it lists as revoked.
fn answer_of(fate: Fate, sent: &Sent) -> (Answer, Vec<String>) {
    let targets = sent.targets();
    let hit = |each: usize| move |place: &usize| (place + 1).is_multiple_of(each);
    match fate {
        Fate::Good => (revoked(sent), targets),
        Fate::Old => (answer_json(200, &json!(items(sent))), targets),
        Fate::Refused(each, old) => {
            let mut items = items(sent);
            for place in (0..items.len()).filter(hit(each)) {
                let error = json!({"code": 40000, "statusCode": 400, "message": "no"});
                items[place] = json!({"target": targets[place], "error": error});
            }
            let (status, name) = if old {
                (400, "batchResponse")
            } else {
                (201, "results")
            };
            let places = (0..targets.len()).filter(|place| !hit(each)(place));
            let good = places.map(|place| targets[place].clone()).collect();
            (answer_json(status, &json!({ name: items })), good)
        }
        Fate::Partial(each) => {
            let items = items(sent);
            let places = (0..targets.len()).filter(|place| !hit(each)(place)).rev();
            let (items, good): (Vec<_>, Vec<_>) = places
                .map(|place| (items[place].clone(), targets[place].clone()))
                .unzip();
            (answer_json(201, &json!(items)), good)
        }
        Fate::Garbage => (answer(201, "<html>"), Vec::new()),
        Fate::Status(status) => (answer(status, ""), Vec::new()),
        Fate::Later(None) => (answer(429, ""), Vec::new()),
        Fate::Later(Some(seconds)) => {
            let answer = answer(429, "").header("retry-after", &seconds.to_string());
            (answer, Vec::new())
        }
        Fate::Reset => (reset(), Vec::new()),
        Fate::Timeout => (never(), Vec::new()),
        Fate::TooLong => (failure(Failure::TooLong), Vec::new()),
        Fate::NoMore => (failure(Failure::NoMoreRequests), Vec::new()),
    }
}

fn watch(call: &Call) -> Seen {
    let (good, left) = (RefCell::new(Vec::new()), RefCell::new(Vec::new()));
    let mut world = World::new(|sent| {
        // Includes time requests, so that indexes match the log.
        if sent.path == "/time" {
            good.borrow_mut().push(Vec::new());
            left.borrow_mut().push(false);
            return answer(200, format!("[{}]", NOW + 777));
        }
        let (fate, ms) = call.fates[sent.index % call.fates.len()];
        let (answer, revoked) = answer_of(fate, sent);
        good.borrow_mut().push(revoked);
        left.borrow_mut()
            .push(!matches!(fate, Fate::NoMore | Fate::Later(_)));
        match fate {
            Fate::Timeout => answer,
            _ => answer.after(ms),
        }
    })
    .random(call.random);
    if let Some(ms) = call.abort_after {
        world = world.abort_after(ms);
    }
    let keys: Vec<ApiKey> = (0..call.keys)
        .map(|key| format!("app.key{key}:hush-hush").parse().expect("a key"))
        .collect();
    let targets = call
        .clients
        .iter()
        .map(|client| format!("clientId:c{client}").parse());
    let params = RevokeParams {
        targets: targets.collect::<Result<_, _>>().expect("targets"),
        concurrency: call.concurrency,
        ..RevokeParams::default()
    };
    let endpoint = (!call.has_fallback).then_some("rest.example.com");
    let network = Network::new(endpoint, None).expect("a network");
    let mut progress = Vec::new();
    let ended = world.run(revoke(
        &world,
        &network,
        &keys,
        &params,
        &mut |done, total| {
            progress.push((done, total));
        },
    ));
    let (log, most_under_way) = (world.log(), world.most_under_way());
    drop(world);
    Seen {
        log,
        revoked: good.into_inner(),
        may_have_left: left.into_inner(),
        most_under_way,
        progress,
        ended,
    }
}

impl Seen {
    fn posts(&self) -> impl Iterator<Item = &Sent> {
        self.log.iter().filter(|sent| sent.path != "/time")
    }

    /// When each target was first read as revoked, by path and target.
    fn known(&self) -> HashMap<(&str, &str), usize> {
        let mut known = HashMap::new();
        for sent in self.posts() {
            let Some(read) = sent.read else { continue };
            for target in &self.revoked[sent.index] {
                known.insert((sent.path.as_str(), target.as_str()), read);
            }
        }
        known
    }

    fn report(&self) -> Option<&RevocationReport> {
        match &self.ended {
            Ok(report) => Some(report),
            Err(refused) => refused.report.as_ref(),
        }
    }
}

/// Each result with the path of its key and its target.
fn results(report: &RevocationReport) -> impl Iterator<Item = (String, &str, &Outcome)> {
    let count = report.targets.len();
    report
        .results
        .iter()
        .enumerate()
        .map(move |(index, outcome)| {
            let path = format!("/keys/{}/revokeTokens", report.key_names[index / count]);
            (path, report.targets[index % count].as_str(), outcome)
        })
}

proptest! {
    #![proptest_config(ProptestConfig {
        // Failures print their input, so no regression file is written to the source tree.
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn every_target_has_one_outcome_and_it_is_what_was_read(call in call()) {
        let seen = watch(&call);
        let Some(report) = seen.report() else {
            prop_assert_eq!(seen.posts().count(), 0);
            return Ok(());
        };
        let given: Vec<_> = call.clients.iter().map(|it| format!("clientId:c{it}")).collect();
        prop_assert_eq!(&report.targets, &given);
        prop_assert_eq!(report.results.len(), call.keys * given.len());
        let known = seen.known();
        let mut reasons = HashMap::new();
        for (path, target, outcome) in results(report) {
            let is_known = known.contains_key(&(path.as_str(), target));
            let reason = match outcome {
                Outcome::Revoked { issued_before, applies_at } => {
                    prop_assert_eq!(*issued_before, NOW + 777);
                    prop_assert_eq!(*applies_at, crate::transport::applies_at(NOW + 777));
                    None
                }
                Outcome::Failed(error, _) | Outcome::NotSent(error) => Some(error.to_string()),
            };
            prop_assert_eq!(is_known, reason.is_none(), "{} {}: {:?}", path, target, reason);
            // Duplicates share the outcome of the first occurrence.
            let first = reasons.entry((path, target)).or_insert_with(|| reason.clone());
            prop_assert_eq!(&*first, &reason);
        }
        let failed = report.results.len() - known_results(report);
        prop_assert_eq!(report.failure_count(), failed);
    }

    #[test]
    fn every_request_is_one_that_ably_takes_and_none_is_made_twice_for_nothing(call in call()) {
        let seen = watch(&call);
        let known = seen.known();
        for sent in seen.posts() {
            let targets = sent.targets();
            prop_assert!((1..=100).contains(&targets.len()));
            let issued_before = sent.json()["issuedBefore"].as_u64();
            prop_assert_eq!(issued_before, Some(NOW + 777));
            let mut once = targets.clone();
            once.sort();
            once.dedup();
            prop_assert_eq!(once.len(), targets.len());
            for target in &targets {
                let read = known.get(&(sent.path.as_str(), target.as_str()));
                prop_assert!(read.is_none_or(|read| *read >= sent.reads_before), "sent again");
            }
        }
        prop_assert!(seen.most_under_way <= call.concurrency);
    }

    #[test]
    fn the_call_fails_when_it_was_ended_or_when_all_failed_and_not_otherwise(call in call()) {
        let seen = watch(&call);
        let total = call.clients.len() * call.keys;
        prop_assert!(seen.progress.is_sorted());
        prop_assert!(seen.progress.iter().all(|it| it.1 == total && it.0 <= total));
        let successes = seen.report().map_or(0, known_results);
        match &seen.ended {
            Ok(report) => {
                let no_more = |outcome: &Outcome| matches!(outcome, Outcome::NotSent(_));
                if !report.results.iter().any(no_more) {
                    prop_assert_eq!(seen.progress.last(), Some(&(total, total)));
                }
            }
            Err(refused) if refused.error.kind() == Kind::Aborted => {
                prop_assert!(call.abort_after.is_some());
            }
            Err(_) => prop_assert_eq!(successes, 0),
        }
    }

    #[test]
    fn what_is_called_unsent_never_left(call in call()) {
        let seen = watch(&call);
        let Some(report) = seen.report() else { return Ok(()) };
        let mut left = HashMap::new();
        for sent in seen.posts().filter(|sent| seen.may_have_left[sent.index]) {
            for target in sent.targets() {
                left.insert((sent.path.clone(), target), sent.index);
            }
        }
        for (path, target, outcome) in results(report) {
            let Outcome::NotSent(error) = outcome else { continue };
            prop_assert!(error.message().starts_with("not sent: "));
            let place = (path, target.to_owned());
            prop_assert_eq!(left.get(&place), None, "{:?}", place);
        }
    }
}

fn known_results(report: &RevocationReport) -> usize {
    let known = |it: &&Outcome| matches!(it, Outcome::Revoked { .. });
    report.results.iter().filter(known).count()
}
