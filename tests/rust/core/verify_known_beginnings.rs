//! What `verify` says of a token does not depend on those that its key has verified before it.

use std::thread;

use crate::vectors::jws;
use ably_edge_auth::{ApiKey, Capability, Result, SigningKey, Verified, VerifyOptions, verify};

const NOW: u64 = 1_700_000_000_000;
const HEADER: &str = r#"{"typ":"JWT","alg":"HS256","kid":"app.key"}"#;

/// Payloads as they are written, in two parts: of those with the first part in common the key knows it.
const BEGINNINGS: [&str; 8] = [
    // Each remainder by three.
    r#"{"x-ably-capability":"{\"a\":[\"history\",\"publish\"]}""#,
    r#"{"x-ably-capability":"{\"ab\":[\"publish\"]}""#,
    r#"{"x-ably-capability":"{\"é:*\":[\"publish\"]}""#,
    // Written in another way, or none at all.
    r#"{"x-ably-capability":"{\"b\":[\"publish\"],\"a\":[\"*\"]}""#,
    r#"{"x\u002dably-capability" : "{\u0022a\":[\"publish\"]}" "#,
    r#"{"x-ably-capability":{"a":["publish"]}"#,
    r#"{"x-ably-capability":"{\"a\":[\"publsh\"]}""#,
    r#"{"x-ably-clientType":"server","x-ably-capability":"{\"a\":[\"publish\"]}""#,
];
const ENDS: [&str; 17] = [
    r#","iat":1700000000,"exp":1700000060}"#,
    r#","iat":1700000000,"exp":1700000060,"x-ably-clientId":"ada"}"#,
    r#","iat":1700000000,"exp":1700000060,"x-ably-clientId":"\"\u00e4\"","x-ably-revocation-key":"g"}"#,
    r#","exp":1700000060,"x-ably-revocation-key":"g","iat":1700000000,"jti":"1"}"#,
    r#" , "iat":1700000000, "exp":1700000060, "more":{"a":[1,null]}}"#,
    // Names that Ably does not have, which are noted.
    r#","iat":1700000000,"exp":1700000060,"x-ably-clientID":"ada"}"#,
    r#","iat":1700000000,"exp":1700000060,"x\u002dably-capabilities":"{}","ably.channels.a":"x"}"#,
    r#","X-Ably-Capability":"{}","iat":1700000000,"exp":1700000060,"x-ably-clientId":"ada"}"#,
    // Not right, for one reason each.
    r#","iat":1700000000,"exp":1700000060,"x-ably-capability":"{}"}"#,
    r#","iat":1700000000,"exp":1700000060,"x\u002dably-capability":"{}"}"#,
    r#","iat":1700000000,"exp":1700000060,"x-ably-token":"a.b.c"}"#,
    r#","iat":1700000000,"exp":1699999999}"#,
    r#","iat":1700000000}"#,
    r#","iat":1700000000,"exp":1700000060"#,
    r#","iat":1700000000,"exp":1700000060}}"#,
    r#","iat":1700000000,"exp":1700000060,"x-ably-clientId":"\ud83d"}"#,
    "",
];

fn keys() -> [SigningKey; 2] {
    // Of one name: what the first has verified the second is asked for, too.
    ["app.key:old", "app.key:new"].map(|key| SigningKey::new(ApiKey::parse(key).expect("a key")))
}

struct Token {
    text: String,
    beginning: &'static str,
    plain: Vec<Result<Verified>>,
}

fn outcomes(token: &str, mut keys: impl FnMut() -> [SigningKey; 2]) -> Vec<Result<Verified>> {
    let of_key = Capability::parse(r#"{"a":["publish"]}"#).expect("a capability");
    let plain = VerifyOptions::at(NOW);
    let narrowed = VerifyOptions {
        key_capability: Some(&of_key),
        ..plain
    };
    let embedded = VerifyOptions {
        embedded: true,
        ..plain
    };
    let mut verify = |options| verify(token, keys(), &options);
    [plain, narrowed, embedded].map(&mut verify).into()
}

/// Each with what is said of it by keys that have verified nothing.
fn tokens() -> Vec<Token> {
    let mut tokens = Vec::new();
    for secret in ["old", "new"] {
        for beginning in BEGINNINGS {
            for end in ENDS {
                let text = jws(HEADER, &format!("{beginning}{end}"), secret);
                let plain = outcomes(&text, keys);
                tokens.push(Token {
                    text,
                    beginning,
                    plain,
                });
            }
        }
    }
    tokens
}

#[track_caller]
fn is_the_same(token: &Token, keys: &[SigningKey; 2]) {
    assert_eq!(
        outcomes(&token.text, || keys.clone()),
        token.plain,
        "{}",
        token.text
    );
}

#[test]
fn behind_one_that_begins_the_same() {
    let tokens = tokens();
    let mut tried = 0;
    for before in tokens.iter().filter(|it| it.plain[0].is_ok()) {
        let alike = |it: &&Token| it.beginning == before.beginning;
        for token in tokens.iter().filter(alike) {
            let keys = keys();
            for _ in 0..3 {
                is_the_same(before, &keys);
            }
            is_the_same(token, &keys);
            tried += 1;
        }
    }
    assert!(tried > 1_000, "{tried}");
}

/// What is said in words is made of bits and text, which are compared above.
#[test]
fn claims_that_ably_does_not_have_are_noted_by_a_key_that_knows_the_beginning() {
    let keys = keys();
    let mut noted = 0;
    for token in tokens().iter().filter(|it| it.plain[0].is_ok()) {
        let has_unknown =
            ["lientID", "apabilities", "X-Ably"].map(|it| payload(token).contains(it));
        for _ in 0..4 {
            let verified =
                verify(&token.text, &keys, &VerifyOptions::at(NOW)).expect("it is right");
            let diagnostics = verified.diagnostics();
            let unknown = diagnostics
                .iter()
                .filter(|it| it.code == "unknown-claim")
                .count();
            assert_eq!(
                unknown > 0,
                has_unknown.contains(&true),
                "{}",
                payload(token)
            );
            noted += unknown;
        }
    }
    assert!(noted > 100, "{noted}");
}

fn payload(token: &Token) -> String {
    let decoded = ably_edge_auth::decode(&token.text, NOW).expect("it decodes");
    decoded.claims
}

#[test]
fn in_any_order_on_many_threads() {
    let (tokens, keys) = (tokens(), keys());
    let right = tokens.iter().filter(|it| it.plain[0].is_ok()).count();
    assert!(right > 40 && right < tokens.len() / 2, "{right}");
    thread::scope(|scope| {
        for seed in 1..=4_u32 {
            let (tokens, keys) = (&tokens, &keys);
            scope.spawn(move || {
                let mut state = seed;
                for _ in 0..5_000 {
                    state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                    is_the_same(&tokens[(state >> 16) as usize % tokens.len()], keys);
                }
            });
        }
    });
}
