//! Features of products and actions: `tests/vectors/products.json` and `actions.json`.

use ably_edge_auth::products::{
    FeatureExplanation, Place, capability_for, explain_feature, features,
};
use ably_edge_auth::{Capability, Certainty, Client, Diagnostic, ExplainContext, Verdict};

use crate::vectors::{Case, Value, each};
use proptest::collection::vec;
use proptest::prelude::*;

/// The context of a case, which `ExplainContext` borrows.
struct Context {
    client_id: Option<Value>,
    for_client_id: Option<String>,
    key_capability: Option<Capability>,
    modes: Option<Vec<String>>,
    rules: Option<Vec<(String, Vec<String>)>>,
}

impl Context {
    fn of(case: &Case) -> Context {
        let given = Case(case.get("context").cloned().unwrap_or_default());
        let key = given.get("keyCapability").map(Value::to_string);
        let on = |rules: &Value| {
            let rules = rules.as_object().expect("rules").iter();
            rules
                .filter(|(_, is_on)| **is_on == Value::Bool(true))
                .map(|(name, _)| name.clone())
                .collect()
        };
        Context {
            client_id: given.get("clientId").cloned(),
            for_client_id: given.get("forClientId").map(crate::vectors::joined),
            key_capability: key.map(|text| Capability::read(&text).expect("a capability")),
            modes: given.get("modes").map(|modes| {
                let modes = modes.as_array().expect("a list").iter();
                modes.map(crate::vectors::joined).collect()
            }),
            rules: given.get("rules").map(|rules| {
                let rules = rules.as_object().expect("an object").iter();
                rules
                    .map(|(namespace, rules)| (namespace.clone(), on(rules)))
                    .collect()
            }),
        }
    }

    fn with<T>(&self, work: impl FnOnce(&ExplainContext<'_>) -> T) -> T {
        let modes = self.modes.as_deref().map(views);
        let rules = self.rules.as_ref();
        let has_rule = |namespace: &str, rule: &str| {
            let mut on = rules.iter().flat_map(|rules| rules.iter());
            on.any(|(known, on)| known == namespace && on.iter().any(|name| name == rule))
        };
        work(&ExplainContext {
            client: match &self.client_id {
                None => Client::Unknown,
                Some(id) => id.as_str().map_or(Client::Unidentified, Client::Is),
            },
            for_client_id: self.for_client_id.as_deref(),
            key_capability: self.key_capability.as_ref(),
            modes: modes.as_deref(),
            rules: match rules {
                Some(_) => Some(&has_rule),
                None => None,
            },
        })
    }
}

fn views(texts: &[String]) -> Vec<&str> {
    texts.iter().map(String::as_str).collect()
}

struct Answer {
    verdict: Verdict,
    certainty: Certainty,
    message: String,
    diagnostics: Vec<Diagnostic>,
}

fn ask(case: &Case) -> Answer {
    let capability = Capability::read(&case.value("capability").to_string()).expect("a capability");
    let ask = case.object("ask");
    Context::of(case).with(|context| {
        let place = |name: &str| ask.get(name).map(crate::vectors::joined);
        let feature = |place: Place<'_>| {
            let found: FeatureExplanation =
                explain_feature(&capability, place, &ask.text("feature"), context)
                    .expect("a feature");
            assert_eq!(found.allowed, found.verdict == Verdict::Allowed);
            Answer {
                verdict: found.verdict,
                certainty: found.certainty,
                message: found.message,
                diagnostics: found.diagnostics,
            }
        };
        if let Some(name) = place("chatRoom") {
            return feature(Place::ChatRoom(&name));
        }
        if let Some(name) = place("space") {
            return feature(Place::Space(&name));
        }
        if let Some(name) = place("aiConversation") {
            return feature(Place::AiConversation(&name));
        }
        let (operation, channel) = (ask.text("operation"), ask.text("channel"));
        let found = capability.explain_in(&operation, &channel, context);
        assert_eq!(found.allowed, found.verdict == Verdict::Allowed);
        Answer {
            verdict: found.verdict,
            certainty: found.certainty,
            message: found.message,
            diagnostics: found.diagnostics,
        }
    })
}

/// `warn` means neither a bare yes nor a bare no: the diagnostic is there, and the verdict is not the
/// opposite of the likelier one.
#[test]
fn features_of_products() {
    each("products.json", |case| {
        let answer = ask(case);
        let codes: Vec<_> = answer.diagnostics.iter().map(|found| found.code).collect();
        let said = format!("{:?} {codes:?} {}", answer.verdict, answer.message);
        let is_documented = answer.certainty == Certainty::Documented;
        match case.text("expect").as_str() {
            "allow" => {
                assert_eq!(answer.verdict, Verdict::Allowed, "{said}");
                let is_bare = codes.is_empty() || codes == ["docs-contradict"];
                assert!(is_bare || !is_documented, "{said}");
            }
            "deny" => assert_eq!(answer.verdict, Verdict::Denied, "{said}"),
            expected => {
                let code = expected.strip_prefix("warn:").expect("a warning");
                assert!(codes.contains(&code), "{said}");
                let opposite = match case.text("lean").as_str() {
                    "allow" => Verdict::Denied,
                    _ => Verdict::Allowed,
                };
                assert_ne!(answer.verdict, opposite, "{said}");
            }
        }
        let certainty = case.get("ours").unwrap_or_else(|| case.value("certainty"));
        assert_eq!(certainty, answer.certainty.as_str(), "{said}");
    });
}

/// The unions of the declaration files have the rows of the tables.
#[test]
fn the_types_have_every_feature_and_action() {
    const TYPES: &str = include_str!("../../../pkg/products.d.ts");
    let union = |source: &'static str, name: &str| -> Vec<&'static str> {
        let (_, rest) = source
            .split_once(&format!("export type {name} ="))
            .expect("the type");
        let (part, _) = rest.split_once(';').expect("its end");
        part.split('\'').skip(1).step_by(2).collect()
    };
    for (place, name) in [
        (Place::ChatRoom(""), "ChatFeature"),
        (Place::Space(""), "SpacesFeature"),
        (Place::AiConversation(""), "AiTransportFeature"),
    ] {
        assert_eq!(union(TYPES, name), features(place).collect::<Vec<_>>());
    }
    let actions = crate::vectors::file("actions.json");
    let actions = actions.as_array().expect("a list").iter();
    let mut ids: Vec<_> = actions
        .map(|case| case["id"].as_str().expect("an id"))
        .collect();
    ids.sort_unstable();
    assert_eq!(
        union(include_str!("../../../pkg/index.d.ts"), "Action"),
        ids
    );
    assert_eq!(ids.len(), 57);
}

/// Each action with each list of operations, and with one operation less.
#[test]
fn actions_need_what_the_documents_say() {
    each("actions.json", |case| {
        let id = case.text("id");
        let resource = case.get("resource").map(crate::vectors::joined);
        let resource = resource.unwrap_or_else(|| "ns:1".to_owned());
        let resource = resource.split(' ').next().expect("a resource");
        let mode = case.get("mode").map(crate::vectors::joined);
        let is_mode = |word: &&str| word.len() > 6 && !word.contains(char::is_lowercase);
        let modes: Option<Vec<&str>> = mode
            .as_ref()
            .map(|mode| mode.split(' ').filter(is_mode).collect());
        let context = ExplainContext {
            client: Client::Is("ada"),
            modes: modes.as_deref(),
            ..ExplainContext::default()
        };
        let explain = |operations: &[&str]| {
            let capability = Capability::new(&[(resource, operations)]);
            let capability = capability.unwrap_or_else(|_| Capability::read("{}").expect("empty"));
            capability.explain_in(&id, resource, &context)
        };
        let alternatives = case.get("ours").unwrap_or_else(|| case.value("operations"));
        for operations in alternatives.as_array().expect("a list") {
            let operations = operations.as_array().expect("a list").iter();
            let operations: Vec<_> = operations
                .map(|name| name.as_str().expect("a name"))
                .collect();
            let found = explain(&operations);
            let expected = match id.as_str() {
                "annotations.list" => Verdict::Uncertain,
                _ => Verdict::Allowed,
            };
            assert_eq!(found.verdict, expected, "{}", found.message);
            assert_eq!(found.certainty.as_str(), case.text("certainty"), "{id}");
            for without in &operations {
                let less = operations.iter().copied();
                let less: Vec<_> = less.filter(|name| name != without).collect();
                assert!(!explain(&less).allowed, "{id} without {without}");
            }
        }
    });
}

#[test]
fn a_capability_is_made_for_features() {
    let granted = capability_for(
        &[
            (Place::ChatRoom("support:*"), &["send", "receive", "react"]),
            (Place::Space("board"), &["members", "cursors"]),
            (
                Place::AiConversation("conversations:c1"),
                &["use", "objects"],
            ),
        ],
        &[("news", &["subscribe"])],
    )
    .expect("a capability");
    assert_eq!(
        granted.capability.to_string(),
        r#"{"board":["presence","publish","subscribe"],"board::$cursors":["presence","publish","subscribe"],"board::$space":["presence","subscribe"],"conversations:c1":["history","object-publish","object-subscribe","publish","subscribe"],"news":["subscribe"],"support:*":["annotation-publish","publish","subscribe"]}"#
    );
    let codes: Vec<_> = granted.diagnostics.iter().map(|it| it.code).collect();
    assert_eq!(
        codes,
        [
            "unidentified",
            "unidentified",
            "mode-not-default",
            "mode-not-default"
        ]
    );
    let error = capability_for(&[(Place::ChatRoom("a"), &["typin"])], &[]).unwrap_err();
    assert_eq!(
        error.to_string(),
        r#"unknown feature "typin" of chat; did you mean "typing"?"#
    );
}

const ENTRY: &str =
    r"(\[(\*|chat|meta|space)\])?[ab*]{1,2}(:[ab*]){0,2}(::\$(chat|space|cursors|\*))?";
const CHANNEL: &str = r"[ab]{1,2}(:[ab]){0,2}(::\$(chat|space|cursors))?";

proptest! {
    // Failures print their input, so no regression file is written to the source tree.
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn explanations_agree_with_answers(
        entries in vec(ENTRY, 1..4), channel in CHANNEL, operation in "publish|history|message.get"
    ) {
        let capability = of_entries(&entries);
        let explained = capability.explain(&operation, &channel);
        prop_assert_eq!(explained.allowed, explained.verdict == Verdict::Allowed);
        prop_assert_eq!(explained.allowed, capability.allows(&operation, &channel), "{}", explained.message);
    }

    /// The documented forms reach a room by REST and by its channel alike.
    #[test]
    fn what_reaches_a_room_reaches_its_channel(
        entries in vec(ENTRY, 1..4), room in "[ab]{1,2}(:[ab]){0,2}"
    ) {
        let capability = of_entries(&entries);
        let context = ExplainContext::default();
        let explain = |feature| {
            explain_feature(&capability, Place::ChatRoom(&room), feature, &context).expect("a feature")
        };
        let (by_rest, by_channel) = (explain("send"), explain("receive"));
        prop_assert!(by_channel.allowed || !by_rest.allowed, "{}", by_rest.message);
        prop_assert_eq!(by_channel.allowed, capability.allows("subscribe", &format!("{room}::$chat")));
    }
}

fn of_entries(entries: &[String]) -> Capability {
    let mut unique: Vec<(&str, &[&str])> = Vec::new();
    for entry in entries {
        if !unique.iter().any(|(known, _)| known == entry) {
            unique.push((entry, &["history", "publish", "subscribe"]));
        }
    }
    Capability::new(&unique).expect("a capability")
}
