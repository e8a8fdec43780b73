//! No error and no Debug or Display output contains a secret, a token's signature or a MAC.

use std::fmt::Debug;

use crate::vectors::{each, refusal};
use ably_edge_auth::jwt::hmac_sha256::HmacKey;
use ably_edge_auth::jwt::open;
use ably_edge_auth::{
    ApiKey, Capability, Error, Issuer, Overrides, SigningKey, TokenParams, TokenRequest,
    TokenRequestParams, VerifyOptions, decode, issue, verify,
};

/// A text that no message contains by chance.
const SECRET: &str = "Hush7Zq-Qx_9vWk3";
const NOW: u64 = 1_700_000_000_000;

fn said(error: &Error) -> String {
    let (path, hint) = (error.path(), error.remediation());
    format!(
        "{error} {error:?} {error:#?} {} {path:?} {hint:?}",
        error.message()
    )
}

#[track_caller]
fn silent(output: &str, secrets: &[&str]) {
    for secret in secrets {
        assert!(
            secret.len() >= 12,
            "{secret:?} might stand anywhere by chance"
        );
        assert!(!output.contains(secret), "{secret:?} is in {output}");
        // Not even half of it may appear.
        let half: String = secret.chars().take(secret.chars().count() / 2).collect();
        assert!(!output.contains(&half), "half of {secret:?} is in {output}");
    }
}

#[track_caller]
fn printed<T: Debug>(value: &T, secrets: &[&str]) {
    silent(&format!("{value:?} {value:#?}"), secrets);
}

#[test]
fn malformed_keys() {
    let shapes = [
        "S",
        ":S",
        ".:S",
        "a:S",
        ".b:S",
        "a.:S",
        "a.b.c:S",
        "a.b",
        "S.b:",
        "a.b:S\n",
        " a.b:S",
        "a.b:S\0S",
        "a.b: S",
        "S:a.b",
        "a.S",
        "a.b:",
        "S S",
        "S\r\n",
        "eyJS.S.S",
        "eyJhbGciOiJIUzI1NiJ9.S.S",
        "\u{feff}a.b:S\n",
        "a.SSSSSSSSSSSSS",
        "SSSSSSSSSSSSSSSSSSSSSSSS",
        "a.b:\u{a0}S",
        "http://a.b:S@host/ ",
        "a.b%3AS",
        "“a.b:S”",
        "a.b:S\"",
        "a.b:S\\n",
        "a.b:S;",
        "a.b:S,a.c:S",
        "a.b:S***",
        "a.b:S\u{200b}",
        "a.b:S–",
        "{\"key\":\"a.b:S\"}",
        "KEY=a.b:S",
        "$S",
        "a.b:<S>",
        "Basic S",
        "Bearer S",
    ];
    let mut refused = 0;
    for shape in shapes {
        let text = shape.replace('S', SECRET);
        if let Err(error) = ApiKey::parse(&text) {
            silent(&said(&error), &[SECRET]);
            refused += 1;
        }
    }
    assert!(refused > 35);
    silent(
        &said(&refusal(ApiKey::parse(&SECRET.repeat(50)))),
        &[SECRET],
    );
}

#[test]
fn everything_that_is_made_of_a_key() {
    let key: ApiKey = format!("app.key:{SECRET}").parse().expect("a key");
    printed(&key, &[SECRET]);
    printed(&SigningKey::new(key.clone()), &[SECRET]);
    printed(&HmacKey::new(SECRET.as_bytes()), &[SECRET]);

    let params = TokenParams {
        client_id: Some("ada".into()),
        ..TokenParams::default()
    };
    let issuer = Issuer::new(&key, &params).expect("an issuer");
    let issued = issue(&key, &params, NOW).expect("a token");
    let signature = issued.token.rsplit('.').next().expect("three parts");
    let secrets = [SECRET, signature];
    printed(&issuer, &secrets);
    printed(&issued, &secrets);
    for result in [
        issuer.issue(
            &Overrides {
                ttl_seconds: Some(0),
                ..Overrides::default()
            },
            NOW,
        ),
        issuer.issue(
            &Overrides {
                client_id: Some(Some("")),
                ..Overrides::default()
            },
            NOW,
        ),
        issuer.issue(
            &Overrides {
                client_id: Some(Some(&"x".repeat(7_000))),
                ..Overrides::default()
            },
            NOW,
        ),
    ] {
        silent(&said(&refusal(result)), &secrets);
    }

    let verified = verify(&issued.token, [&key], &VerifyOptions::at(NOW)).expect("verifies");
    printed(&verified, &secrets);
    printed(&decode(&issued.token, NOW).expect("decodes"), &secrets);
    // The expected signature must not be revealed to the holder of another one.
    let other: ApiKey = format!("app.key:{SECRET}x").parse().expect("a key");
    let late = VerifyOptions::at(NOW + 4_000_000);
    let narrow = Capability::parse(r#"{"[meta]x":["stats"]}"#).expect("a capability");
    let narrow = VerifyOptions {
        key_capability: Some(&narrow),
        ..VerifyOptions::at(NOW)
    };
    for result in [
        verify(&issued.token, [&other], &VerifyOptions::at(NOW)),
        verify::<ApiKey>(&issued.token, [], &VerifyOptions::at(NOW)),
        verify(&issued.token, [&key], &late),
        verify(&issued.token, [&key], &narrow),
        verify(
            &format!("{}.", issued.token),
            [&key],
            &VerifyOptions::at(NOW),
        ),
        verify(
            &format!("{}=", issued.token),
            [&key],
            &VerifyOptions::at(NOW),
        ),
        verify(signature, [&key], &VerifyOptions::at(NOW)),
    ] {
        silent(&said(&refusal(result)), &secrets);
    }
    silent(
        &said(&refusal(open(&issued.token, &HmacKey::new(b"another")))),
        &secrets,
    );

    let request = TokenRequest::sign(
        &key,
        &TokenRequestParams::default(),
        NOW,
        "0123456789abcdef",
    )
    .expect("signed");
    printed(&request, &[SECRET, &request.mac]);
    for nonce in [SECRET[..8].to_owned(), format!("{SECRET}\n{SECRET}")] {
        let error = refusal(TokenRequest::sign(
            &key,
            &TokenRequestParams::default(),
            NOW,
            &nonce,
        ));
        silent(&said(&error), &[SECRET]);
    }
}

/// A key pasted in place of a token or another value.
#[test]
fn keys_in_the_wrong_place() {
    let text = format!("app.key:{SECRET}");
    let key: ApiKey = text.parse().expect("a key");
    let mut errors = vec![
        refusal(verify(&text, [&key], &VerifyOptions::at(NOW))),
        refusal(decode(&text, NOW)),
        refusal(open(&text, &HmacKey::new(b"x"))),
        refusal(Capability::parse(&text)),
        refusal(Capability::read(&text)),
    ];
    let embedded = VerifyOptions {
        embedded: true,
        ..VerifyOptions::at(NOW)
    };
    errors.push(refusal(verify(&text, [&key], &embedded)));
    for error in &errors {
        silent(&said(error), &[SECRET]);
    }
}

#[test]
fn hostile_tokens() {
    each("hostile.json", |case| {
        let error = refusal(case.verify());
        let token = case.token();
        let parts: Vec<&str> = token
            .split('.')
            .filter(|part| part.len() >= 24)
            .take(8)
            .collect();
        silent(&said(&error), &parts);
    });
}
