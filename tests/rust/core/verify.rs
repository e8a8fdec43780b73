//! Verifying and decoding: which tokens are accepted or refused and why, and key rotation.

use crate::vectors::{Case, Value, codes, diagnostics_json, each, refusal, same_error};
use ably_edge_auth::{
    ApiKey, Capability, Diagnostic, Severity, TokenParams, VerifyOptions, decode, issue, verify,
};

fn messages(diagnostics: &[Diagnostic]) -> Vec<&str> {
    diagnostics
        .iter()
        .filter(|diagnostic| diagnostic.severity == Severity::Error)
        .map(|diagnostic| diagnostic.message.as_str())
        .collect()
}

fn is_embedded(case: &Case) -> bool {
    case.object("options").get("embedded") == Some(&Value::Bool(true))
}

#[test]
fn accepted() {
    each("verify.json", |case| {
        let found = case.verify().expect("accepted");
        let mut answer = serde_json::json!({
            "keyName": found.key_name,
            "issued": found.issued,
            "expires": found.expires,
            "diagnostics": codes(&found.diagnostics()),
        });
        for (name, value) in [
            ("clientId", found.client_id),
            ("revocationKey", found.revocation_key),
            (
                "capability",
                found.capability.as_ref().map(Capability::to_string),
            ),
        ] {
            if let Some(value) = value {
                answer[name] = value.into();
            }
        }
        assert_eq!(&answer, case.value("expect"));
        if let Some(payload) = case.get("payload").filter(|_| !is_embedded(case)) {
            assert_eq!(&found.claims, payload);
        }
        assert_eq!(case.keys()[found.key_index].name(), found.key_name);
        // Decoding reports no problems of an accepted token.
        if case.object("options").0 == serde_json::json!({}) {
            let decoded = decode(&case.token(), case.number("now")).expect("decodes");
            assert_eq!(messages(&decoded.diagnostics), [""; 0]);
        }
    });
}

#[test]
fn refused() {
    each("hostile.json", |case| {
        let error = refusal(case.verify());
        same_error(&error, case.value("error"), Some(&["kind", "code", "text"]));
        // Decoding reports the same problems as verification, but knows neither key nor options.
        let by_key = matches!(error.code(), Some(40101 | 40160));
        let by_signature = error.message().contains("signature");
        let by_options = case.object("options").0 != serde_json::json!({});
        if by_key || by_signature || by_options {
            return;
        }
        match decode(&case.token(), case.number("now")) {
            // Decoding reads both parts before it judges either, so it may report a different
            // problem.
            Err(flaw) => assert_eq!(flaw.code(), Some(40144)),
            Ok(decoded) => {
                let messages = messages(&decoded.diagnostics);
                assert!(messages.contains(&error.message()), "{messages:?}");
            }
        }
    });
}

#[test]
fn decoded() {
    each("decode.json", |case| {
        let found = decode(&case.token(), case.number("now")).expect("decodes");
        let mut answer = serde_json::json!({});
        for (name, value) in [
            ("keyName", found.key_name.map(Value::from)),
            ("clientId", found.client_id.map(Value::from)),
            (
                "capability",
                found.capability.map(|it| it.to_string().into()),
            ),
            ("issued", found.issued.map(Value::from)),
            ("expires", found.expires.map(Value::from)),
            ("revocationKey", found.revocation_key.map(Value::from)),
        ] {
            if let Some(value) = value {
                answer[name] = value;
            }
        }
        assert_eq!(&answer, case.value("expect"));
        assert_eq!(
            &diagnostics_json(&found.diagnostics),
            case.value("diagnostics")
        );
        if let Some(header) = case.get("shownHeader") {
            assert_eq!(header, &Value::from(found.header));
        }
    });
}

/// One name with two secrets, as during a key rotation on a server that stores keys by name.
#[test]
fn rotated_keys_are_never_mixed_up() {
    let now = 1_700_000_000_000;
    let options = VerifyOptions::at(now);
    let keys: Vec<ApiKey> = ["app.key:old-secret", "app.key:new-secret"]
        .map(|text| text.parse().expect("a key"))
        .into();
    let tokens: Vec<String> = keys
        .iter()
        .map(|key| {
            issue(key, &TokenParams::default(), now)
                .expect("a token")
                .token
        })
        .collect();
    // Alternates, so that state cached by one call could leak into the next.
    for _ in 0..3 {
        for (index, token) in tokens.iter().enumerate() {
            let (right, wrong) = (&keys[index], &keys[1 - index]);
            assert!(verify(token, [right], &options).is_ok());
            let error = refusal(verify(token, [wrong], &options));
            assert_eq!(error.code(), Some(40101));
            // With both keys, either is accepted, and the result says which one.
            let verified = verify(token, &keys, &options).expect("one of the two");
            assert_eq!(verified.key_index, index);
        }
    }
}
