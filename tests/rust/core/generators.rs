//! Generators for the property tests.

use std::collections::BTreeMap;

use ably_edge_auth::{Capability, ExtraClaims, Operation, TokenParams};
use proptest::collection::{btree_map, btree_set, vec};
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value, json};

use crate::vectors::jws;

pub fn config() -> ProptestConfig {
    ProptestConfig {
        // Failures print their input, so no regression file is written to the source tree.
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

/// Few and short segments, so that patterns often match names, including everything that looks like
/// a wildcard.
pub fn segment() -> impl Strategy<Value = &'static str> {
    select(vec!["a", "b", "a", "b", "*", "*", "", "a*", "**", "é"])
}

pub fn resource() -> impl Strategy<Value = String> {
    let kinds = vec![
        "", "", "", "", "[meta]", "[queue]", "[*]", "[?x=1]", "[meta=y]", "[]", "[",
    ];
    (select(kinds), vec(segment(), 1..5)).prop_map(|(kind, path)| kind.to_owned() + &path.join(":"))
}

pub fn known_operations() -> Vec<&'static str> {
    let mut names: Vec<&str> = Operation::documented().map(Operation::name).collect();
    names.extend(["list-channels", "message-subscribe"]);
    names
}

/// Operations that can be issued: `*` alone, or a few names.
pub fn operations() -> impl Strategy<Value = Vec<String>> {
    let owned = |names: Vec<&'static str>| names.into_iter().map(str::to_owned).collect();
    prop_oneof![
        1 => Just(vec!["*".to_owned()]),
        3 => btree_set(select(vec!["publish", "subscribe", "history"]), 1..4)
            .prop_map(move |names| owned(names.into_iter().collect())),
        1 => btree_set(select(known_operations()), 1..8)
            .prop_map(move |names| owned(names.into_iter().collect())),
    ]
}

pub type Grants = BTreeMap<String, Vec<String>>;

pub fn grants() -> impl Strategy<Value = Grants> {
    btree_map(
        resource().prop_filter("no channel is nameless", |it| !it.is_empty()),
        operations(),
        1..5,
    )
}

pub fn capability() -> impl Strategy<Value = Capability> {
    grants().prop_map(|grants| parse(&grants))
}

pub fn parse(grants: &Grants) -> Capability {
    Capability::parse(&json!(grants).to_string()).expect("can be issued")
}

pub fn some_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>()
            .prop_filter("JSON has no NaN", |it| it.is_finite())
            .prop_map(Value::from),
        ".{0,12}".prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(Value::from),
            btree_map(".{0,6}", inner, 0..4).prop_map(|map| map.into_iter().collect()),
        ]
    })
}

pub fn api_key() -> impl Strategy<Value = String> {
    "[A-Za-z0-9_-]{1,8}\\.[A-Za-z0-9_-]{1,8}:[A-Za-z0-9!#%&+./:=?@^_|~-]{1,80}"
}

/// Any non-empty text: long enough for every kind of character, short enough for a header.
pub fn text() -> impl Strategy<Value = String> {
    vec(any::<char>(), 1..40).prop_map(|chars| chars.into_iter().collect())
}

prop_compose! {
    pub fn token_params()(
        capability in capability(),
        client_id in proptest::option::of(text()),
        revocation_key in proptest::option::of(text()),
        jwt_id in proptest::option::of(text()),
        revocable in any::<bool>(),
        ttl in 1..=86_400u32,
        server in any::<bool>(),
        channels in btree_map(text(), ".{0,20}", 0..3),
        rates in btree_map(text(), 0.001..1e6f64, 0..2),
        claims in btree_map(text(), some_json(), 0..3),
    ) -> TokenParams {
        let mut extra = ExtraClaims::default();
        for (resource, text) in &channels {
            extra.channel(resource, text).expect("a channel claim");
            extra.room(resource, text).expect("a room claim");
        }
        for (resource, rate) in &rates {
            extra.publish_rate(resource, *rate).expect("a rate");
        }
        for (name, value) in &claims {
            let name = format!("https://example.com/{name}");
            extra.claim(&name, &value.to_string()).expect("a claim");
        }
        TokenParams {
            capability,
            client_id,
            ttl_seconds: if revocable { ttl.min(3_600) } else { ttl },
            revocation_key,
            revocable,
            server,
            jwt_id,
            extra,
            key_capability: None,
        }
    }
}

/// Up to the year 9999.
pub fn now() -> impl Strategy<Value = u64> {
    0..253_402_300_800_000u64
}

/// Built from fragments of JSON, so that the reader gets past the first character.
pub fn jsonish() -> impl Strategy<Value = String> {
    let pieces = vec![
        "{",
        "}",
        "[",
        "]",
        ":",
        ",",
        "\"",
        "\"a\"",
        "\"b\":",
        "\"publish\"",
        "\"*\"",
        "\\",
        "\\u00",
        "\\ud83d",
        "\\ude00",
        "\\n",
        "1",
        "-0.5e+3",
        "true",
        "null",
        " ",
        "\n",
        "é",
        "{\"a\":[\"publish\"]}",
        "\"a\":[\"*\"],",
        "\"\\u0061\":[]",
        "\u{0}",
        "[\"subscribe\",\"fly\"]",
    ];
    prop_oneof![
        vec(select(pieces), 0..14).prop_map(|pieces| pieces.concat()),
        some_json().prop_map(|value| value.to_string()),
        grants().prop_map(|grants| json!(grants).to_string()),
    ]
}

pub fn tokenish() -> impl Strategy<Value = String> {
    prop_oneof![
        "[A-Za-z0-9_=+/-]{0,20}(\\.[A-Za-z0-9_=+/-]{0,20}){0,5}",
        (jsonish(), jsonish()).prop_map(|(header, payload)| jws(&header, &payload, "secret")),
    ]
}

pub fn keyish() -> impl Strategy<Value = String> {
    "[a.:\\-_ \n\u{feff}é]{0,12}"
}

/// Claims with valid names and arbitrary values.
pub fn claimish() -> impl Strategy<Value = String> {
    let names = vec![
        "iat",
        "exp",
        "nbf",
        "jti",
        "x-ably-capability",
        "x-ably-clientId",
        "x-ably-revocation-key",
        "x-ably-token",
        "x-ably-clientType",
    ];
    let number = prop_oneof![any::<u64>(), 0..200_000u64].prop_map(Value::from);
    let value = prop_oneof![4 => number, 2 => jsonish().prop_map(Value::from), 2 => some_json()];
    btree_map(select(names), value, 0..9).prop_map(|claims| json!(claims).to_string())
}
