//! A token that was modified or truncated anywhere is never accepted.

use crate::vectors::{Case, Value, each, refusal};
use ably_edge_auth::{ApiKey, ExtraClaims, TokenParams, VerifyOptions, issue, verify};

const NOW: u64 = 1_700_000_000_000;

fn key() -> ApiKey {
    "app.key:secret".parse().expect("a key")
}

/// Tokens whose part lengths cover every remainder modulo four, and so every base64 ending.
fn tokens() -> Vec<String> {
    let tokens: Vec<String> = ["", "x", "xx"]
        .into_iter()
        .map(|padding| {
            let mut extra = ExtraClaims::default();
            extra
                .claim("pad", &format!("\"{padding}\""))
                .expect("a claim");
            let params = TokenParams {
                client_id: Some("ada".into()),
                revocation_key: Some("g1".into()),
                extra,
                ..TokenParams::default()
            };
            issue(key(), &params, NOW).expect("a token").token
        })
        .collect();
    for token in &tokens {
        assert!(verify(token, &[key()], &VerifyOptions::at(NOW)).is_ok());
    }
    tokens
}

#[track_caller]
fn is_refused(token: &str, what: &str) {
    // As a plain token, and as one that may embed another.
    for embedded in [false, true] {
        let options = VerifyOptions {
            embedded,
            ..VerifyOptions::at(NOW)
        };
        let result = verify(token, &[key()], &options);
        assert!(result.is_err(), "accepted {what}");
        let code = refusal(result).code();
        assert!(matches!(code, Some(40101 | 40144)), "{what}: {code:?}");
    }
}

#[test]
fn every_bit() {
    let mut tried = 0;
    for token in tokens() {
        for at in 0..token.len() {
            for bit in 0..8 {
                let mut bytes = token.clone().into_bytes();
                bytes[at] ^= 1 << bit;
                // Setting the highest bit makes it invalid UTF-8, which cannot be passed in.
                if let Ok(changed) = String::from_utf8(bytes) {
                    is_refused(&changed, &format!("bit {bit} of byte {at}"));
                    tried += 1;
                }
            }
        }
    }
    assert!(tried > 3 * 7 * 200);
}

#[test]
fn every_cut() {
    for token in tokens() {
        for at in 0..token.len() {
            is_refused(&token[..at], &format!("the first {at} bytes"));
            is_refused(&token[at + 1..], &format!("all after byte {at}"));
            let without = format!("{}{}", &token[..at], &token[at + 1..]);
            is_refused(&without, &format!("all but byte {at}"));
        }
    }
}

#[test]
fn every_addition() {
    for token in tokens() {
        for at in 0..=token.len() {
            for added in ["A", "-", "=", ".", " ", "\n", "\0", "%", "é"] {
                let changed = format!("{}{added}{}", &token[..at], &token[at..]);
                is_refused(&changed, &format!("{added:?} before byte {at}"));
            }
        }
    }
}

/// Combines parts of different tokens, each valid by itself.
#[test]
fn every_mixture_of_parts() {
    let tokens = tokens();
    let parts: Vec<Vec<&str>> = tokens
        .iter()
        .map(|token| token.split('.').collect())
        .collect();
    for (payload, signature) in (0..3).flat_map(|one| (0..3).map(move |other| (one, other))) {
        let mixed = [parts[0][0], parts[payload][1], parts[signature][2]].join(".");
        if payload != signature {
            is_refused(&mixed, &format!("payload {payload}, signature {signature}"));
        }
    }
}

/// The signature is checked whatever the token contains.
#[test]
fn every_accepted_token_with_another_signature() {
    each("verify.json", |case| {
        // The outer signature of an embedded token is not checked here.
        if case.object("options").get("embedded") == Some(&Value::Bool(true)) {
            return;
        }
        let token = case.token();
        let (signed, signature) = token.rsplit_once('.').expect("three parts");
        let first = if signature.starts_with('A') { "B" } else { "A" };
        let changed = format!("{signed}.{first}{}", &signature[1..]);

        let mut case = case.0.clone();
        let members = case.as_object_mut().expect("a case");
        members.remove("build");
        members.insert("token".into(), changed.into());
        assert_eq!(refusal(Case(case).verify()).code(), Some(40101));
    });
}
