//! 429 responses: how long to wait, how often, and when not to wait.

use crate::transport::*;
use ably_edge_auth::http::{Failure, Network};
use ably_edge_auth::{Kind, server_time};

fn network() -> Network {
    Network::new(None, None).expect("a network")
}

fn good() -> Answer {
    answer(200, format!("[{NOW}]"))
}

fn later(retry_after: &str) -> Answer {
    answer(429, "").header("Retry-After", retry_after)
}

/// 14 November 2023, 22:13:20 GMT is [`NOW`].
const DATE_IN_10_S: &str = "Tue, 14 Nov 2023 22:13:30 GMT";

#[test]
fn waits_for_retry_after_and_asks_the_same_host() {
    for (told, ms) in [
        ("0", 0),
        ("1", 1_000),
        ("30", 30_000),
        (" 7 ", 7_000),
        // Counted from the response, which took 1 ms.
        (DATE_IN_10_S, 9_999),
        ("Tue, 14 Nov 2023 22:13:00 GMT", 0),
    ] {
        let world = World::of(vec![later(told), good()]);
        assert_eq!(
            world.run(server_time(&world, &network())),
            Ok(NOW),
            "{told}"
        );
        assert_eq!(world.sleeps(), [ms], "{told}");
        let hosts = world.hosts();
        assert_eq!(hosts[0], hosts[1], "{told}");
        assert_eq!(world.elapsed(), u64::from(ms) + 2, "{told}");
    }
}

#[test]
fn told_nothing_or_nonsense_it_waits_half_a_second_doubled_each_time_with_jitter() {
    let ranges = [
        (250, 500),
        (500, 1_000),
        (1_000, 2_000),
        (2_000, 4_000),
        (4_000, 8_000),
    ];
    for random in [0.0, 0.3, 0.5, 0.999_999] {
        for told in [None, Some("soon"), Some("-1"), Some("")] {
            let world = World::new(|_| match told {
                Some(told) => later(told),
                None => answer(429, ""),
            })
            .random(random);
            let error = world.run(server_time(&world, &network())).unwrap_err();
            assert_eq!(
                (error.kind(), error.status()),
                (Kind::RateLimited, Some(429))
            );
            let sleeps = world.sleeps();
            assert_eq!(sleeps.len(), ranges.len());
            for (ms, (least, most)) in sleeps.into_iter().zip(ranges) {
                let wanted = f64::from(least) + random * f64::from(most - least);
                assert!((least..=most).contains(&ms), "{ms} of {least} to {most}");
                assert!((f64::from(ms) - wanted).abs() <= 1.0, "{ms} for {random}");
            }
        }
    }
}

#[test]
fn five_waits_and_no_more() {
    let world = World::new(|_| later("2"));
    let error = world.run(server_time(&world, &network())).unwrap_err();
    assert_eq!(world.log().len(), 6);
    assert_eq!(world.sleeps(), [2_000; 5]);
    assert_eq!(error.kind(), Kind::RateLimited);

    let mut answers: Vec<Answer> = (0..5).map(|_| later("2")).collect();
    answers.push(good());
    let world = World::of(answers);
    assert_eq!(world.run(server_time(&world, &network())), Ok(NOW));
}

#[test]
fn told_to_wait_for_over_half_a_minute_it_is_an_error_at_once() {
    for told in [
        "31",
        "3600",
        "4294967295",
        "Tue, 14 Nov 2023 22:13:51 GMT",
        "Fri, 31 Dec 9999 23:59:59 GMT",
    ] {
        let world = World::of(vec![later(told)]);
        let error = world.run(server_time(&world, &network())).unwrap_err();
        assert_eq!(error.kind(), Kind::RateLimited, "{told}");
        assert_eq!(
            error.remediation(),
            Some("try again later, or at a lower rate")
        );
        assert!(world.sleeps().is_empty(), "{told}");
    }
}

#[test]
fn an_abort_ends_the_wait_at_once_and_nothing_is_sent_anew() {
    let world = World::of(vec![later("20")]).abort_after(5_000);
    let error = world.run(server_time(&world, &network())).unwrap_err();
    assert_eq!(error.kind(), Kind::Aborted);
    assert_eq!(world.elapsed(), 5_000);
}

#[test]
fn a_429_of_a_fallback_host_is_waited_for_at_that_host() {
    let world = World::of(vec![answer(503, ""), later("3"), good()]);
    assert_eq!(world.run(server_time(&world, &network())), Ok(NOW));
    let hosts = world.hosts();
    assert_ne!(hosts[0], hosts[1]);
    assert_eq!(hosts[1], hosts[2]);
}

#[test]
fn after_a_wait_the_hosts_that_are_left_are_still_tried_each_once() {
    let world = World::of(vec![
        later("1"),
        reset(),
        later("1"),
        never(),
        answer(500, ""),
        answer(502, ""),
    ]);
    let error = world.run(server_time(&world, &network())).unwrap_err();
    assert_eq!(error.status(), Some(502));
    let mut hosts = world.hosts();
    hosts.dedup();
    assert_eq!(hosts.len(), 4);
    hosts.sort();
    hosts.dedup();
    assert_eq!(hosts.len(), 4);
}

#[test]
fn the_waits_of_one_call_are_counted_over_all_its_hosts() {
    let mut answers = vec![later("1"), later("1"), reset()];
    answers.extend((0..4).map(|_| later("1")));
    let world = World::of(answers);
    let error = world.run(server_time(&world, &network())).unwrap_err();
    assert_eq!(error.kind(), Kind::RateLimited);
    assert_eq!(world.sleeps().len(), 5);
}

#[test]
fn no_more_requests_after_a_wait_is_what_the_error_says() {
    let world = World::of(vec![later("1"), failure(Failure::NoMoreRequests)]);
    let error = world.run(server_time(&world, &network())).unwrap_err();
    assert_eq!(error.message(), "the runtime sends no further requests");
}

#[test]
fn a_header_is_read_whatever_the_case_of_its_name() {
    for name in ["retry-after", "RETRY-AFTER", "Retry-After"] {
        let world = World::of(vec![answer(429, "").header(name, "4"), good()]);
        assert!(world.run(server_time(&world, &network())).is_ok());
        assert_eq!(world.sleeps(), [4_000]);
    }
}

#[test]
fn only_429_waits_for_retry_after() {
    for status in [400, 403, 503] {
        let network = Network::new(Some("rest.example.com"), None).expect("a network");
        let world = World::of(vec![answer(status, "").header("retry-after", "1")]);
        assert!(world.run(server_time(&world, &network)).is_err());
        assert!(world.sleeps().is_empty());
    }
}
