//! Every error that a caller can cause, word for word.

use crate::vectors::{Case, Value, each, overrides, refusal, same_error};
use ably_edge_auth::{ApiKey, Capability, Error, access_token_allows, decode};

const NOW: u64 = 1_700_000_000_000;

fn call(name: &str, input: &Case) -> Error {
    let read = |name| Capability::read(&input.text(name));
    match name {
        "key" => refusal(ApiKey::parse(&input.text("key"))),
        "parse" => refusal(Capability::parse(&input.text("capability"))),
        "read" => refusal(read("capability")),
        "intersect" => {
            refusal(read("keyCapability").and_then(|key| key.intersect(&read("requested")?)))
        }
        "issue" => {
            let none = Value::Object(Default::default());
            let overrides = overrides(input.get("overrides").unwrap_or(&none));
            refusal(
                input
                    .issuer()
                    .and_then(|issuer| issuer.issue(&overrides, NOW)),
            )
        }
        "createTokenRequest" => {
            let key = input.text("key").parse().expect("a key");
            let options = input.object("options");
            refusal(crate::vectors::token_request(
                &key,
                &options,
                NOW,
                &options.text("nonce"),
            ))
        }
        "verify" => refusal(input.verify()),
        "decode" => refusal(decode(&input.token(), input.number("now"))),
        "accessTokenAllows" => {
            let capabilities: Vec<String> = input
                .value("capabilities")
                .as_array()
                .expect("a list")
                .iter()
                .map(crate::vectors::joined)
                .collect();
            refusal(access_token_allows(&capabilities, &input.text("need")))
        }
        unknown => panic!("no such call: {unknown}"),
    }
}

#[test]
fn every_error_word_for_word() {
    each("errors.json", |case| {
        let error = call(&case.text("call"), &case.object("input"));
        same_error(&error, case.value("error"), None);
    });
}
