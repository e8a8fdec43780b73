//! Rust beside Rust: what one signature and one verification cost, here and with the `jsonwebtoken` crate;
//! and what SHA-256 itself costs. Prints JSON in the form of the JavaScript runtimes.

use std::collections::BTreeMap;
use std::hint::black_box;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use ably_edge_auth::{
    ApiKey, Capability, Issuer, Overrides, SigningKey, TokenParams, VerifyOptions, issue, verify,
};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

const KEY: &str = "xVLyHw.A-pwh7:wBvHnL7pUcSSAmVCzxjdnGmBcMgSVBpNkLKFPUFAmKU";
const CLIENT_ID: &str = "user-31415926";
const SMALL: &str = r#"{"chat":["subscribe"]}"#;
const USUAL: &str =
    r#"{"chat:*":["history","publish","subscribe"],"presence:lobby":["presence","subscribe"]}"#;
const BATCH: Duration = Duration::from_millis(12);

#[derive(Serialize, Deserialize)]
struct Claims {
    iat: u64,
    exp: u64,
    #[serde(rename = "x-ably-capability")]
    capability: String,
    #[serde(rename = "x-ably-clientId")]
    client_id: String,
}

/// A name, and everybody who does it.
type Work<'a> = (String, Vec<(&'static str, Box<dyn FnMut() + 'a>)>);

fn now_ms() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.expect("a clock after 1970").as_millis() as u64
}

/// A hundred resources.
fn large() -> String {
    let resource = |i| format!(r#""room-{i:04}:chat:*":["publish","subscribe"]"#);
    let resources: Vec<String> = (0..100).map(resource).collect();
    format!("{{{}}}", resources.join(","))
}

fn main() {
    let rounds = std::env::args().nth(1).and_then(|it| it.parse().ok());
    let rounds: usize = rounds.unwrap_or(15);

    let key: ApiKey = KEY.parse().expect("a key");
    let secret = key.expose().split_once(':').expect("a secret").1.as_bytes();
    let (encoding, decoding) = (
        EncodingKey::from_secret(secret),
        DecodingKey::from_secret(secret),
    );
    let mut header = Header::new(Algorithm::HS256);
    header.kid = Some(key.name().to_owned());
    let mut validation = Validation::new(Algorithm::HS256);
    validation.leeway = 0;
    let key = SigningKey::new(key);
    let (key, keys) = (&key, [key.clone()]);
    let large = large();

    let params = |capability: &str| TokenParams {
        capability: Capability::parse(capability).expect("a capability"),
        client_id: Some(CLIENT_ID.into()),
        ..TokenParams::default()
    };
    let theirs = |capability: &str| {
        let iat = now_ms() / 1_000;
        let claims = Claims {
            iat,
            exp: iat + 3_600,
            capability: capability.to_owned(),
            client_id: CLIENT_ID.to_owned(),
        };
        jsonwebtoken::encode(&header, &claims, &encoding).expect("a token")
    };
    let ours_verifies =
        |token: &str| verify(token, &keys, &VerifyOptions::at(now_ms())).expect("it verifies here");
    let theirs_verifies = |token: &str| {
        let verified = jsonwebtoken::decode::<Claims>(token, &decoding, &validation);
        verified.expect("it verifies there")
    };

    let mut works: Vec<Work<'_>> = Vec::new();
    for (size, capability) in [("small", SMALL), ("usual", USUAL), ("large", &large)] {
        let issuer = Issuer::new(key, &params(capability)).expect("an issuer");
        let issued = issue(key, &params(capability), now_ms()).expect("a token");
        let token = issued.token;
        ours_verifies(&theirs(capability));
        theirs_verifies(&token);

        let prepared = move || {
            let overrides = Overrides {
                client_id: Some(Some(CLIENT_ID)),
                ..Overrides::default()
            };
            black_box(issuer.issue(&overrides, now_ms()).expect("a token"));
        };
        let at_once = move || {
            black_box(issue(key, &params(capability), now_ms()).expect("a token"));
        };
        let by_theirs = move || {
            black_box(theirs(capability));
        };
        works.push((
            format!("sign, {size}"),
            vec![
                ("ours: Issuer::issue", Box::new(prepared)),
                ("ours: issue", Box::new(at_once)),
                ("jsonwebtoken (crate)", Box::new(by_theirs)),
            ],
        ));
        let verified = token.clone();
        let here = move || {
            black_box(ours_verifies(&verified));
        };
        let there = move || {
            black_box(theirs_verifies(&token));
        };
        works.push((
            format!("verify, {size}"),
            vec![
                ("ours: verify", Box::new(here)),
                ("jsonwebtoken (crate)", Box::new(there)),
            ],
        ));
    }
    let block = [7_u8; 64];
    let hashing = move || {
        // 64 blocks, so that the last one with the padding counts little.
        let mut hash = Sha256::new();
        for _ in 0..64 {
            hash.update(block);
        }
        black_box(hash.finalize());
    };
    works.push((
        "SHA-256, one block".to_owned(),
        vec![("sha2", Box::new(hashing))],
    ));

    let mut report = BTreeMap::new();
    for (name, mut contenders) in works {
        let counts: Vec<u32> = contenders
            .iter_mut()
            .map(|(_, run)| calibrate(run))
            .collect();
        let mut times: BTreeMap<&str, Vec<f64>> = BTreeMap::new();
        for round in 0..rounds {
            for offset in 0..contenders.len() {
                let index = (round + offset) % contenders.len();
                let (contender, run) = &mut contenders[index];
                let per = if *contender == "sha2" { 65.0 } else { 1.0 };
                let ns =
                    batch(run, counts[index]).as_nanos() as f64 / f64::from(counts[index]) / per;
                times.entry(contender).or_default().push(ns);
            }
        }
        report.insert(name, times);
    }
    print(&report);
}

fn calibrate(run: &mut dyn FnMut()) -> u32 {
    let mut count = 8;
    loop {
        let time = batch(run, count);
        if time >= BATCH / 4 {
            return (f64::from(count) * BATCH.as_secs_f64() / time.as_secs_f64()).max(1.0) as u32;
        }
        count *= 4;
    }
}

fn batch(run: &mut dyn FnMut(), count: u32) -> Duration {
    let start = Instant::now();
    for _ in 0..count {
        run();
    }
    start.elapsed()
}

fn print(report: &BTreeMap<String, BTreeMap<&str, Vec<f64>>>) {
    let works: Vec<String> = report
        .iter()
        .map(|(work, times)| {
            let times: Vec<String> = times
                .iter()
                .map(|(name, each)| format!("{name:?}:{each:?}"))
                .collect();
            format!("{work:?}:{{{}}}", times.join(","))
        })
        .collect();
    println!("{{{}}}", works.join(","));
}
