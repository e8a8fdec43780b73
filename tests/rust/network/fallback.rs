//! Which hosts are tried and in which order. Only endpoint names have fallback hosts.

use crate::transport::*;
use ably_edge_auth::http::{Failure, Network};
use ably_edge_auth::{Kind, server_time};

const PRIMARY: &str = "https://main.realtime.ably.net";

fn fallback(letter: char) -> String {
    format!("https://main.{letter}.fallback.ably-realtime.com")
}

fn network() -> Network {
    Network::new(None, None).expect("a network")
}

fn good() -> Answer {
    answer(200, format!("[{NOW}]"))
}

type Fault = fn() -> Answer;

/// Faults that make the next host worth a try.
fn faults() -> Vec<(&'static str, Fault)> {
    vec![
        ("500", || answer(500, "")),
        ("501", || answer(501, "<html>")),
        ("502", || answer(502, "")),
        ("503", || answer(503, r#"{"error":{"code":50300}}"#)),
        ("504", || answer(504, "")),
        ("a reset", reset),
        ("a timeout", never),
    ]
}

#[test]
fn the_primary_host_is_asked_first_and_alone_when_it_answers() {
    let world = World::of(vec![good()]).random(0.9);
    assert_eq!(world.run(server_time(&world, &network())), Ok(NOW));
    assert_eq!(world.hosts(), [PRIMARY]);
    assert_eq!(world.log()[0].timeout_ms, 10_000);
}

#[test]
fn each_fault_of_a_host_leads_to_the_next_one() {
    for (name, fault) in faults() {
        let world = World::of(vec![fault(), good()]);
        assert_eq!(
            world.run(server_time(&world, &network())),
            Ok(NOW),
            "{name}"
        );
        assert_eq!(world.hosts(), [PRIMARY, &fallback('b')], "{name}");
        assert!(world.sleeps().is_empty(), "{name}");
    }
}

#[test]
fn a_host_and_three_fallback_hosts_are_tried_and_the_last_error_is_returned() {
    for (name, fault) in faults() {
        let world = World::of((0..4).map(|_| fault()).collect());
        let error = world.run(server_time(&world, &network())).unwrap_err();
        let hosts = world.hosts();
        let wanted = [PRIMARY, &fallback('b'), &fallback('c'), &fallback('d')];
        assert_eq!(hosts, wanted, "{name}");
        assert!(error.to_string().contains(&fallback('d')), "{error}");
        let kind = match name {
            "a reset" => Kind::Network,
            "a timeout" => Kind::Timeout,
            _ => Kind::Service,
        };
        assert_eq!(error.kind(), kind, "{name}");
    }
}

#[test]
fn a_timeout_takes_as_long_as_was_given_and_says_so() {
    let world = World::new(|_| never());
    let mut network = network();
    network.timeout_ms = 250;
    let error = world.run(server_time(&world, &network)).unwrap_err();
    assert_eq!(world.elapsed(), 4 * 250);
    assert_eq!(
        error.to_string(),
        "https://main.d.fallback.ably-realtime.com did not answer within 250 ms; raise timeoutMs, or try again"
    );
}

#[test]
fn an_answer_in_the_last_millisecond_counts_and_one_at_the_timeout_does_not() {
    let world = World::of(vec![good().after(9_999)]);
    assert!(world.run(server_time(&world, &network())).is_ok());
    let world = World::of(vec![good().after(10_000), good()]);
    assert!(world.run(server_time(&world, &network())).is_ok());
    assert_eq!(world.hosts().len(), 2);
}

#[test]
fn no_other_status_leads_to_another_host() {
    let statuses = (300..=599).filter(|it| !(500..=504).contains(it) && *it != 429);
    for status in statuses {
        let world = World::of(vec![answer(status, "")]);
        let error = world.run(server_time(&world, &network())).unwrap_err();
        assert_eq!(error.status(), Some(status));
        assert_eq!(world.hosts(), [PRIMARY], "{status}");
    }
}

#[test]
fn an_answer_that_is_too_long_or_no_more_requests_end_it_at_once() {
    for (fault, kind, says) in [
        (
            Failure::TooLong,
            Kind::Service,
            "answered with more than 16 MiB",
        ),
        (
            Failure::NoMoreRequests,
            Kind::Network,
            "the runtime sends no further requests",
        ),
        (Failure::Aborted, Kind::Aborted, "aborted by its signal"),
    ] {
        let world = World::of(vec![failure(fault)]);
        let error = world.run(server_time(&world, &network())).unwrap_err();
        assert_eq!(error.kind(), kind);
        assert!(error.to_string().contains(says), "{error}");
    }
}

#[test]
fn the_fallback_hosts_share_the_load_and_none_is_asked_twice() {
    let mut firsts = std::collections::BTreeSet::new();
    for step in 0..100 {
        let world = World::new(|_| reset()).random(f64::from(step) / 100.0);
        let _ = world.run(server_time(&world, &network()));
        let mut hosts = world.hosts();
        assert_eq!(hosts[0], PRIMARY);
        firsts.insert(hosts[1].clone());
        hosts.sort();
        hosts.dedup();
        assert_eq!(hosts.len(), 4);
    }
    assert_eq!(firsts.len(), 5);
}

#[test]
fn names_have_hosts_of_their_own() {
    let network = Network::new(Some("nonprod:sandbox"), None).expect("a network");
    let world = World::new(|_| reset());
    let _ = world.run(server_time(&world, &network));
    assert_eq!(
        world.hosts(),
        [
            "https://sandbox.realtime.ably-nonprod.net",
            "https://sandbox.b.fallback.ably-realtime-nonprod.com",
            "https://sandbox.c.fallback.ably-realtime-nonprod.com",
            "https://sandbox.d.fallback.ably-realtime-nonprod.com",
        ]
    );
}

#[test]
fn hosts_and_addresses_have_no_fallback() {
    for (endpoint, host) in [
        ("rest.example.com", "https://rest.example.com"),
        ("main.realtime.ably.net", PRIMARY),
        ("localhost", "https://localhost"),
        ("::1", "https://[::1]"),
        (
            "https://rest.example.com:8443",
            "https://rest.example.com:8443",
        ),
        ("http://127.0.0.1:8787", "http://127.0.0.1:8787"),
    ] {
        let network = Network::new(Some(endpoint), None).expect("a network");
        for (name, fault) in faults() {
            let world = World::of(vec![fault()]);
            assert!(world.run(server_time(&world, &network)).is_err());
            assert_eq!(world.hosts(), [host], "{endpoint} {name}");
        }
    }
}

#[test]
fn an_abort_ends_the_request_under_way_and_starts_no_other() {
    let world = World::new(|_| never()).abort_after(10_500);
    let error = world.run(server_time(&world, &network())).unwrap_err();
    assert_eq!(error.kind(), Kind::Aborted);
    assert_eq!(error.to_string(), "the call was aborted by its signal");
    assert_eq!(world.elapsed(), 10_500);
    assert_eq!(world.hosts().len(), 2);

    let world = World::new(|_| never()).abort_after(0);
    let error = world.run(server_time(&world, &network())).unwrap_err();
    assert_eq!(error.kind(), Kind::Aborted);
    assert!(world.log().is_empty());
}
