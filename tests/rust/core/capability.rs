//! Capabilities: reading, canonical text, matching, intersection, reports, explanations.

use crate::vectors::{Value, diagnostics_json, each, refusal};
use ably_edge_auth::{
    Because, Capability, CheckContext, Kind, MAX_OPERATIONS, MAX_RESOURCES, MAX_TEXT_BYTES,
};

/// A capability that a case gives as an object.
fn of_object(value: &Value) -> Capability {
    Capability::read(&value.to_string()).expect("a capability")
}

#[test]
fn matching() {
    each("capability-match.json", |case| {
        let capability = of_object(case.value("capability"));
        let (operation, resource) = (case.text("operation"), case.text("resource"));
        let allowed = case.flag("allowed");
        assert_eq!(capability.allows(&operation, &resource), allowed);
        // Explanations must agree with decisions.
        assert_eq!(capability.explain(&operation, &resource).allowed, allowed);
    });
}

#[test]
fn intersection() {
    each("capability-intersect.json", |case| {
        let key = of_object(case.value("key"));
        let requested = match case.value("requested") {
            Value::Null => Capability::read(r#"{"[*]*":["*"]}"#).expect("a capability"),
            object => of_object(object),
        };
        match case.get("error") {
            None => assert_eq!(
                key.intersect(&requested)
                    .expect("something is left")
                    .to_string(),
                case.text("expected")
            ),
            Some(error) => {
                let found = refusal(key.intersect(&requested));
                assert_eq!(found.kind(), Kind::Capability);
                assert_eq!(found.code().map(u64::from), error["code"].as_u64());
                assert_eq!(found.status().map(u64::from), error["statusCode"].as_u64());
            }
        }
    });
}

#[test]
fn canonical_text() {
    each("capability-canonical.json", |case| {
        let input = case.text("input");
        let canonical = case.text("canonical");
        let read = Capability::read(&input).expect("readable");
        assert_eq!(read.to_string(), canonical);
        match Capability::parse(&input) {
            Ok(parsed) => {
                assert!(case.flag("issuable"));
                assert_eq!(parsed, read);
            }
            Err(_) => assert!(!case.flag("issuable")),
        }
    });
}

#[test]
fn what_is_refused() {
    each("capability-invalid.json", |case| {
        let text = case.text("capability");
        for (name, result) in [
            ("issue", Capability::parse(&text)),
            ("read", Capability::read(&text)),
        ] {
            match case.text(name).as_str() {
                "accepted" => assert!(result.is_ok(), "{name}: {result:?}"),
                "refused" => {
                    let error = refusal(result);
                    assert_eq!(error.kind(), Kind::Capability);
                    assert_eq!((error.code(), error.status()), (Some(40000), Some(400)));
                }
                other => panic!("{other}"),
            }
        }
        // The report and the parser agree on what can be issued.
        let report = Capability::check(&text, &CheckContext::default());
        assert_eq!(report.is_ok(), case.text("issue") == "accepted");
    });
}

#[test]
fn what_is_suggested_for_what_people_type() {
    each("capability-typed.json", |case| {
        let is_ok = |text: &str| {
            let report = Capability::check(text, &CheckContext::default());
            let is_renamed = |one: &ably_edge_auth::Diagnostic| one.code == "literal-star";
            report.is_ok() && !report.diagnostics.iter().any(is_renamed)
        };
        assert!(!is_ok(&case.text("typed")));
        if case.get("suggestion").is_some() {
            assert!(is_ok(&case.text("suggestion")));
        }
    });
}

#[test]
fn reports() {
    each("report.json", |case| {
        let given = case.object("context");
        let key_capability = given
            .get("keyCapability")
            .map(|text| Capability::read(&crate::vectors::joined(text)).expect("a capability"));
        let context = CheckContext {
            unidentified: given.get("clientId") == Some(&Value::Null),
            key_capability: key_capability.as_ref(),
        };
        let report = Capability::check(&case.text("capability"), &context);
        assert_eq!(report.is_ok(), case.flag("ok"));
        let canonical = report.capability.as_ref().map(Capability::to_string);
        assert_eq!(canonical, case.get("canonical").map(crate::vectors::joined));
        assert_eq!(
            &diagnostics_json(&report.diagnostics),
            case.value("diagnostics")
        );
    });
}

/// No warning for what Ably's documentation shows.
#[test]
fn documented_capabilities() {
    each("documented-capabilities.json", |case| {
        let text = case.value("capability").to_string();
        let found = Capability::check(&text, &CheckContext::default()).diagnostics;
        let warnings: Vec<_> = found
            .iter()
            .filter(|it| it.severity != ably_edge_auth::Severity::Info)
            .collect();
        assert!(warnings.is_empty(), "{warnings:?}");
    });
}

#[test]
fn explanations() {
    each("explain.json", |case| {
        let capability = Capability::read(&case.text("capability")).expect("a capability");
        let (operation, resource) = (case.text("operation"), case.text("resource"));
        let found = capability.explain(&operation, &resource);
        assert_eq!(found.message, case.text("message"));
        assert_eq!(found.allowed, case.flag("allowed"));
        let text = |name: &str, otherwise: &str| match case.get(name) {
            Some(value) => crate::vectors::joined(value),
            None => otherwise.to_owned(),
        };
        let likely = if found.allowed { "allowed" } else { "denied" };
        assert_eq!(found.verdict.as_str(), text("verdict", likely));
        assert_eq!(found.certainty.as_str(), text("certainty", "documented"));
        let codes: Value = found.diagnostics.iter().map(|found| found.code).collect();
        let expected = case.get("diagnostics").cloned();
        assert_eq!(codes, expected.unwrap_or_else(|| Value::Array(Vec::new())));
        assert_eq!((found.operation, found.resource), (operation, resource));
        let because: Value = found.because.iter().map(because_json).collect();
        assert_eq!(&because, case.value("because"));
    });
}

/// Capabilities are accepted up to the limits and refused just beyond them.
#[test]
fn bounds() {
    let resources = |count: usize| {
        let members: Vec<String> = (0..count)
            .map(|it| format!(r#""c{it}":["publish"]"#))
            .collect();
        format!("{{{}}}", members.join(","))
    };
    let items = |count: usize| format!(r#"{{"a":[{}]}}"#, vec![r#""publish""#; count].join(","));
    let bytes = |count: usize| format!("{{{}{}", " ".repeat(count - 17), r#""a":["publish"]}"#);
    for (text, limit) in [
        (&resources as &dyn Fn(usize) -> String, MAX_RESOURCES),
        (&items, MAX_OPERATIONS),
        (&bytes, MAX_TEXT_BYTES),
    ] {
        assert!(Capability::parse(&text(limit)).is_ok(), "{limit}");
        assert!(Capability::read(&text(limit)).is_ok(), "{limit}");
        for result in [
            Capability::parse(&text(limit + 1)),
            Capability::read(&text(limit + 1)),
        ] {
            assert_eq!(refusal(result).code(), Some(40000), "{limit}");
        }
    }
    assert_eq!(bytes(MAX_TEXT_BYTES).len(), MAX_TEXT_BYTES);

    // Two capabilities within the limits may still need too many comparisons.
    let many = |pattern: &str| {
        let members: Vec<String> = (0..100)
            .map(|it| format!(r#""{}":["publish"]"#, pattern.replace('#', &it.to_string())))
            .collect();
        Capability::parse(&format!("{{{}}}", members.join(","))).expect("a capability")
    };
    let error = refusal(many("a#:*").intersect(&many("*:b#")));
    assert_eq!(error.code(), Some(40000));
    assert!(many("a#:*").intersect(&many("a#:x")).is_ok());
}

fn because_json(because: &Because) -> Value {
    let mut json = serde_json::json!({
        "entry": because.entry,
        "operations": because.operations,
        "reason": because.reason,
    });
    if let Some(suggestion) = &because.suggestion {
        json["suggestion"] = suggestion.as_str().into();
    }
    json
}

#[test]
fn no_name_is_suggested_that_no_channel_can_have() {
    for name in ["[*", "[a*", "a*", "[x]a*", "[meta", "*a", "[]a*"] {
        let report = Capability::check(
            &format!(r#"{{"{name}":["publish"]}}"#),
            &CheckContext::default(),
        );
        for suggestion in report
            .diagnostics
            .iter()
            .filter_map(|it| it.suggestion.as_ref())
        {
            let text = format!(r#"{{"{suggestion}":["publish"]}}"#);
            let codes: Vec<_> = Capability::check(&text, &CheckContext::default())
                .diagnostics
                .iter()
                .map(|it| it.code)
                .collect();
            assert!(!codes.contains(&"impossible-name"), "{name}: {suggestion}");
        }
    }
}
