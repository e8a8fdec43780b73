//! Compatibility with the independent `jsonwebtoken` crate: each library reads the other's tokens.

use std::time::{SystemTime, UNIX_EPOCH};

use crate::vectors::{Value, codes, refusal};
use ably_edge_auth::{ApiKey, Capability, ExtraClaims, TokenParams, VerifyOptions, issue, verify};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde_json::json;

const KEY: &str = "app.key:s:ecret-~!#%&+./=?@^_|";

fn key() -> ApiKey {
    KEY.parse().expect("a key")
}

fn secret() -> Vec<u8> {
    KEY.split_once(':').expect("a colon").1.as_bytes().to_vec()
}

/// The other library reads the system clock.
fn now_ms() -> u64 {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .expect("after 1970");
    u64::try_from(since.as_millis()).expect("before the year 500 million")
}

fn theirs(claims: &Value, algorithm: Algorithm) -> String {
    let mut header = Header::new(algorithm);
    header.kid = Some("app.key".into());
    jsonwebtoken::encode(&header, claims, &EncodingKey::from_secret(&secret())).expect("a token")
}

#[test]
fn they_accept_what_we_issue() {
    let now = now_ms();
    let mut extra = ExtraClaims::default();
    extra
        .channel("chat:*", r#"{"role":"moderator"}"#)
        .expect("a claim");
    extra
        .claim("nested", r#"{"a":[1,null,"é😀\n"]}"#)
        .expect("a claim");
    let params = TokenParams {
        capability: Capability::parse(r#"{"chat:*":["publish","subscribe"]}"#)
            .expect("a capability"),
        client_id: Some("zoë 😀 \" \\ \n".into()),
        revocation_key: Some("g1".into()),
        jwt_id: Some("id".into()),
        server: true,
        extra,
        ..TokenParams::default()
    };
    let issued = issue(key(), &params, now).expect("a token");

    let mut validation = Validation::new(Algorithm::HS256);
    validation.leeway = 0;
    validation.set_required_spec_claims(&["exp", "iat"]);
    let read = jsonwebtoken::decode::<Value>(
        &issued.token,
        &DecodingKey::from_secret(&secret()),
        &validation,
    )
    .expect("they accept it");
    assert_eq!(read.header.kid.as_deref(), Some("app.key"));
    assert_eq!(read.header.typ.as_deref(), Some("JWT"));
    assert_eq!(read.header.alg, Algorithm::HS256);
    assert_eq!(
        read.claims,
        json!({
            "x-ably-capability": r#"{"chat:*":["publish","subscribe"]}"#,
            "x-ably-clientType": "server",
            "ably.channel.chat:*": r#"{"role":"moderator"}"#,
            "nested": {"a": [1, null, "é😀\n"]},
            "x-ably-clientId": "zoë 😀 \" \\ \n",
            "x-ably-revocation-key": "g1",
            "jti": "id",
            "iat": now / 1_000,
            "exp": now / 1_000 + 3_600,
        })
    );

    let wrong = DecodingKey::from_secret(b"another");
    assert!(jsonwebtoken::decode::<Value>(&issued.token, &wrong, &validation).is_err());
}

#[test]
fn we_accept_what_they_issue() {
    let now = now_ms();
    let seconds = now / 1_000;
    // The claim as text, as Ably documents it, and as an object, as the Ably CLI writes it.
    for (capability, expected) in [
        (
            json!(r#"{"chat:*":["subscribe","publish"]}"#),
            &["narrowing-unknown"][..],
        ),
        (
            json!({"chat:*": ["subscribe", "publish"]}),
            &["object-capability", "narrowing-unknown"][..],
        ),
    ] {
        let claims = json!({
            "iat": seconds,
            "exp": seconds + 600,
            "x-ably-capability": capability,
            "x-ably-clientId": "zoë 😀",
        });
        let token = theirs(&claims, Algorithm::HS256);
        let verified = verify(&token, &[key()], &VerifyOptions::at(now)).expect("we accept it");
        assert_eq!(verified.client_id.as_deref(), Some("zoë 😀"));
        assert_eq!(verified.expires, (seconds + 600) * 1_000);
        assert_eq!(codes(&verified.diagnostics()), expected);
        let capability = verified.capability.expect("it names one");
        assert_eq!(
            capability.to_string(),
            r#"{"chat:*":["publish","subscribe"]}"#
        );
        assert_eq!(
            serde_json::from_str::<Value>(&verified.claims).expect("JSON"),
            claims
        );
    }
}

#[test]
fn we_refuse_what_they_sign_with_another_algorithm() {
    let seconds = now_ms() / 1_000;
    let claims = json!({"iat": seconds, "exp": seconds + 600});
    for algorithm in [Algorithm::HS384, Algorithm::HS512] {
        let token = theirs(&claims, algorithm);
        let error = refusal(verify(&token, &[key()], &VerifyOptions::at(now_ms())));
        assert_eq!(error.code(), Some(40144));
    }
}
