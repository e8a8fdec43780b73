//! Issuing: exact tokens, and TokenRequests.

use crate::vectors::{codes, each, jws, refusal, token_params};
use ably_edge_auth::jwt::hmac_sha256::HmacKey;
use ably_edge_auth::{
    ApiKey, Capability, ExtraClaims, Issuer, Kind, Overrides, TokenParams, TokenRequest,
    TokenRequestParams, VerifyOptions, issue, verify,
};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

#[test]
fn tokens() {
    each("issue.json", |case| {
        let text = case.text("key");
        let key: ApiKey = text.parse().expect("a key");
        let now = case.number("now");
        let issuer = case.issuer().expect("an issuer");
        let issued = match case.get("overrides") {
            None => issue(
                &key,
                &token_params(&case.object("options")).expect("options"),
                now,
            ),
            Some(overrides) => issuer.issue(&crate::vectors::overrides(overrides), now),
        }
        .expect("a token");

        assert_eq!(issued.token, case.text("token"));
        assert_eq!(issued.issued, case.number("issued"));
        assert_eq!(issued.expires, case.number("expires"));
        assert_eq!(issued.capability, case.text("capability"));
        assert_eq!(issuer.capability(), issued.capability);
        assert_eq!(issued.key_name, key.name());
        assert_eq!(
            u64::from(issued.ttl_seconds) * 1_000,
            issued.expires - issued.issued
        );
        assert_eq!(
            Some(codes(&issued.warnings)),
            case.value("warnings").as_array().map(|list| {
                list.iter()
                    .filter_map(|code| code.as_str())
                    .collect::<Vec<_>>()
            })
        );

        // The case is consistent: its token is its header and payload, signed.
        let (_, secret) = text.split_once(':').expect("a colon");
        assert_eq!(
            jws(&case.text("header"), &case.text("payload"), secret),
            issued.token
        );

        let verified = verify(&issued.token, &[key], &VerifyOptions::at(now)).expect("verifies");
        assert_eq!(verified.claims, case.text("payload"));
        assert_eq!(verified.client_id, issued.client_id);
    });
}

#[test]
fn token_requests() {
    each("token-request.json", |case| {
        let secret = case.text("secret");
        let fields = case.object("fields");
        let text = |name| fields.get(name).map(crate::vectors::joined);
        let expected = TokenRequest {
            key_name: fields.text("keyName"),
            ttl: fields.get("ttl").map(|_| fields.number("ttl")),
            capability: text("capability"),
            client_id: text("clientId"),
            timestamp: fields.number("timestamp"),
            nonce: fields.text("nonce"),
            mac: case.text("mac"),
        };
        let mac = HmacKey::new(secret.as_bytes()).sign(expected.signed_text().as_bytes());
        assert_eq!(STANDARD.encode(mac), expected.mac);

        let Some(options) = case.get("options").cloned().map(crate::vectors::Case) else {
            return;
        };
        let name = fields.text("keyName");
        let key: ApiKey = format!("{name}:{secret}").parse().expect("a key");
        let request =
            crate::vectors::token_request(&key, &options, expected.timestamp, &expected.nonce)
                .expect("signed");
        assert!(
            request == expected,
            "found {request:?}, expected {expected:?}"
        );
        assert!(request.is_signed_by(&key));
        assert_any_change_shows(&request, &key);
    });
}

/// Tokens must fit into an HTTP header: from 6,000 characters on there is a warning, and beyond
/// 8,000 no token is issued. Source: <https://ably.com/docs/auth/token/jwt> (about 8 KB); ably-js
/// encodes it again.
#[test]
fn long_tokens() {
    let key: ApiKey = "app.key:secret".parse().expect("a key");
    let issued_with = |characters: usize| {
        let params = TokenParams {
            jwt_id: Some("x".repeat(characters)),
            ..TokenParams::default()
        };
        issue(&key, &params, 0)
    };
    let short = issued_with(1).expect("a token").token.len();
    let (mut warned, mut refused) = (0, 0);
    for characters in (4_300..4_400).chain(5_800..5_950) {
        let length = short + (characters * 4 / 3) - 1;
        match issued_with(characters) {
            Ok(issued) => {
                // The estimate is accurate to one base64 group.
                assert!(issued.token.len().abs_diff(length) <= 4);
                assert!(issued.token.len() <= 8_000);
                let long = issued.token.len() > 6_000;
                assert_eq!(
                    codes(&issued.warnings),
                    ["long-token"].repeat(usize::from(long))
                );
                warned += usize::from(long);
            }
            Err(error) => {
                assert!(length > 7_996, "{error}");
                refused += 1;
            }
        }
    }
    assert!(warned > 50 && refused > 50);
    let issued = issued_with(5_000).expect("a token");
    let says = format!(
        "the token is {} characters long, and over 8000 would be refused; it must fit an HTTP \
         header: shorten what is longest in it, the capability or the claims, or use an Ably token (createTokenRequest)",
        issued.token.len()
    );
    assert_eq!(issued.warnings[0].message, says);
}

#[test]
fn the_end_of_time() {
    let key: ApiKey = "app.key:secret".parse().expect("a key");
    // The latest time of a JavaScript Date.
    let last = 8_640_000_000_000_000;
    assert!(issue(&key, &TokenParams::default(), last).is_ok());
    for beyond in [last + 1, u64::MAX] {
        let error = refusal(issue(&key, &TokenParams::default(), beyond));
        assert_eq!(error.to_string(), "now is beyond the year 275760");
        assert_eq!((error.kind(), error.path()), (Kind::Usage, Some("now")));
    }
}

#[test]
fn a_claim_given_twice() {
    let mut extra = ExtraClaims::default();
    extra.channel("chat", "x").expect("once");
    extra.room("chat", "x").expect("once");
    extra.publish_rate("chat", 1.0).expect("once");
    extra.claim("x", "1").expect("once");
    for (error, path) in [
        (refusal(extra.clone().channel("chat", "y")), "channelClaims"),
        (refusal(extra.clone().room("chat", "y")), "roomClaims"),
        (
            refusal(extra.clone().publish_rate("chat", 2.0)),
            "publishRateLimits",
        ),
    ] {
        assert_eq!(
            error.to_string(),
            format!("{path}[\"chat\"] was given already")
        );
    }
    let error = refusal(extra.claim("x", "2"));
    assert_eq!(error.to_string(), "claims[\"x\"] was given already");
}

/// Issued claims must be readable, so the writer has the same depth limit as the reader.
#[test]
fn claims_nested_deeply() {
    let key: ApiKey = "app.key:secret".parse().expect("a key");
    let nested = |depth: usize| "[".repeat(depth) + &"]".repeat(depth);
    let claim = |json: &str| {
        let mut params = TokenParams::default();
        params.extra.claim("x", json)?;
        let issued = issue(&key, &params, 0)?;
        verify(&issued.token, [&key], &VerifyOptions::at(0))
    };
    assert!(claim(&nested(127)).is_ok());
    for json in [
        nested(128),
        nested(100_000),
        "[".repeat(100_000),
        "1],[2".into(),
        "1,2".into(),
    ] {
        assert_eq!(refusal(claim(&json)).path(), Some("claims[\"x\"]"));
    }
}

/// Sources: ably-server `TestValidateTokenRequest` ("changed after signing", "wrong key name") and
/// ably-js `test/rest/auth.test.js` ("invalid mac").
#[track_caller]
fn assert_any_change_shows(request: &TokenRequest, key: &ApiKey) {
    type Change = fn(&mut TokenRequest);
    let changes: [(&str, Change); 9] = [
        ("key name", |it| it.key_name = "other.key".into()),
        ("ttl", |it| it.ttl = Some(it.ttl.unwrap_or_default() + 1)),
        ("capability", |it| {
            it.capability = Some(r#"{"*":["subscribe"]}"#.into())
        }),
        ("client id", |it| it.client_id = Some("mallory".into())),
        ("timestamp", |it| it.timestamp += 1),
        ("nonce", |it| it.nonce.push('x')),
        ("mac", |it| it.mac = STANDARD.encode([0; 32])),
        ("mac cut short", |it| it.mac.truncate(24)),
        ("no mac", |it| it.mac.clear()),
    ];
    for (what, change) in changes {
        let mut changed = request.clone();
        change(&mut changed);
        assert!(!changed.is_signed_by(key), "{what}");
    }
    let (name, secret) = key.expose().split_once(':').expect("a colon");
    for other in [format!("{name}:another"), format!("{name}x:{secret}")] {
        let other: ApiKey = other.parse().expect("a key");
        assert!(!request.is_signed_by(&other), "{other:?}");
    }
}

/// Reading is lenient, so a capability that was only read is checked again before it is signed.
#[test]
fn a_capability_that_was_only_read_is_not_issued() {
    let key = ApiKey::parse("app.key:secret").expect("a key");
    for (text, says) in [
        ("{}", "the capability grants nothing: it names no resource"),
        (
            r#"{"a":["publsh"]}"#,
            r#"capability["a"][0] is the unknown operation "publsh""#,
        ),
        (
            r#"{"a":[]}"#,
            r#"capability["a"] is an empty list, which Ably refuses; leave the resource out to grant nothing"#,
        ),
        (
            r#"{"":["publish"]}"#,
            r#"capability[""] has an empty name, which no channel has"#,
        ),
        (
            r#"{"a":["*","publish"]}"#,
            r#"capability["a"] has "*" alongside other operations, which Ably refuses; "*" alone means every operation"#,
        ),
    ] {
        let capability = Capability::read(text).expect("it can be read");
        let params = TokenParams {
            capability: capability.clone(),
            ..TokenParams::default()
        };
        let error = issue(&key, &params, 0).expect_err("it is not issued");
        assert_eq!((error.message(), error.code()), (says, Some(40000)));
        let params = TokenRequestParams {
            capability: Some(&capability),
            ..TokenRequestParams::default()
        };
        let error = TokenRequest::sign(&key, &params, 0, "0123456789abcdef");
        assert_eq!(error.expect_err("nor requested").message(), says);
    }
    let far = TokenRequest::sign(
        &key,
        &TokenRequestParams::default(),
        u64::MAX,
        "0123456789abcdef",
    );
    assert_eq!(far.expect_err("no such time").path(), Some("now"));
}

#[test]
fn a_claim_that_our_own_verify_would_refuse_is_refused() {
    let mut extra = ExtraClaims::default();
    let error = extra.claim("nbf", "\"x\"").expect_err("no time");
    assert_eq!(
        error.message(),
        "claims[\"nbf\"] is not a whole number of seconds since 1970"
    );
    let deep = format!("{}1{}", "[".repeat(128), "]".repeat(128));
    let error = extra.claim("deep", &deep).expect_err("too deep");
    assert_eq!(
        error.message(),
        "claims[\"deep\"] is nested over 128 levels deep"
    );
    assert!(extra.claim("nbf", "1700000000").is_ok());
}

/// An issuer caches the prefix of recent tokens. Whatever it issued before, and on whichever
/// thread, it issues the same tokens as a new issuer.
#[test]
fn tokens_do_not_depend_on_those_before() {
    let key: ApiKey = "app.key:secret".parse().expect("a key");
    let params = TokenParams::default();
    let issuer = Issuer::new(&key, &params).expect("an issuer");
    let check = |number: u64| {
        let now = 1_700_000_000_000 + number % 7 * 500;
        let overrides = Overrides {
            ttl_seconds: [None, Some(60), Some(61)][(number % 3) as usize],
            ..Overrides::default()
        };
        let new = Issuer::new(&key, &params).expect("an issuer");
        assert_eq!(issuer.issue(&overrides, now), new.issue(&overrides, now));
    };
    (0..50).for_each(&check);
    std::thread::scope(|scope| {
        for from in 0..4 {
            scope.spawn(move || (from..from + 500).for_each(&check));
        }
    });
}
