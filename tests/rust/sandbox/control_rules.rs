//! The sandbox's rules against Ably's OpenAPI document: required fields are required, unknown ones
//! are refused, and valid ones are accepted.

use crate::control_api::*;
use serde_json::{Map, Value, json};

/// See the README beside it.
const DOCUMENT: &str = include_str!("../../control-api/control-v1.json");
const RULES: &str = "/v1/apps/sndbox/rules";

struct Schemas(Value);

impl Schemas {
    fn read() -> Schemas {
        let mut document: Value = serde_json::from_str(DOCUMENT).expect("JSON");
        Schemas(document["components"]["schemas"].take())
    }

    /// The rule types with their schemas: `_post` or `_patch`.
    fn rules(&self, name: &str) -> Vec<(&str, &Value)> {
        let mapping = self.0[name]["discriminator"]["mapping"]
            .as_object()
            .expect("a mapping");
        let schemas = mapping.iter();
        schemas
            .map(|(kind, at)| (kind.as_str(), self.at(at)))
            .collect()
    }

    fn at(&self, reference: &Value) -> &Value {
        let name = reference.as_str().and_then(|it| it.rsplit('/').next());
        &self.0[name.expect("a reference")]
    }

    fn resolved<'a>(&'a self, schema: &'a Value) -> &'a Value {
        match (schema.get("$ref"), schema.get("oneOf")) {
            (Some(reference), _) => self.at(reference),
            // Any choice will do, so the first one is used.
            (_, Some(choices)) => self.resolved(&choices[0]),
            _ => schema,
        }
    }

    /// A valid value, with all fields or only the required ones.
    fn example(&self, schema: &Value, is_full: bool) -> Value {
        let schema = self.resolved(schema);
        if let Some(words) = schema["enum"].as_array() {
            // `off`, which YAML has read as false.
            let word = words.iter().find(|word| word.is_string());
            return word.expect("a word").clone();
        }
        match schema["type"].as_str().expect("a type") {
            "string" if schema.get("pattern").is_some() => json!("/^room/"),
            "string" => json!("text"),
            "boolean" => json!(true),
            "integer" | "number" => schema.get("maximum").cloned().unwrap_or(json!(5)),
            "array" => json!([self.example(&schema["items"], is_full)]),
            "object" => {
                let mut object = Map::new();
                for (name, property) in schema["properties"].as_object().into_iter().flatten() {
                    if is_full || requires(schema, name) {
                        object.insert(name.clone(), self.example(property, is_full));
                    }
                }
                if schema["additionalProperties"].is_object() {
                    let level = self.example(&schema["additionalProperties"], is_full);
                    object.insert("level".to_owned(), level);
                }
                Value::Object(object)
            }
            other => panic!("{other}"),
        }
    }

    /// Every variation that is invalid in one way, with the field to blame.
    fn wrong(&self, schema: &Value, right: &Value) -> Vec<(String, Value)> {
        let schema = self.resolved(schema);
        let mut wrong = Vec::new();
        let Some(object) = right.as_object() else {
            return wrong;
        };
        if schema["additionalProperties"] == json!(false) {
            let mut more = object.clone();
            more.insert("zzz".to_owned(), json!(1));
            wrong.push(("zzz".to_owned(), Value::Object(more)));
        }
        for (name, value) in object {
            let property = self.resolved(&schema["properties"][name]);
            let mut add = |path: String, value: Option<Value>| {
                let mut other = object.clone();
                match value {
                    Some(value) => other.insert(name.clone(), value),
                    None => other.remove(name),
                };
                wrong.push((path, Value::Object(other)));
            };
            if requires(schema, name) {
                add(name.clone(), None);
            }
            // No schema allows this value: a list of numbers in a list.
            add(name.clone(), Some(json!([[7]])));
            if property.get("enum").is_some() {
                add(name.clone(), Some(json!("text")));
            }
            if property["nullable"] != json!(true) && !property.is_null() {
                add(name.clone(), Some(Value::Null));
            }
            if let (Some(maximum), Some(minimum)) =
                (property["maximum"].as_i64(), property["minimum"].as_i64())
            {
                add(name.clone(), Some(json!(maximum + 1)));
                add(name.clone(), Some(json!(minimum - 1)));
            }
            for (path, inner) in self.wrong(property, value) {
                add(format!("{name}.{path}"), Some(inner));
            }
        }
        wrong
    }
}

fn requires(schema: &Value, name: &str) -> bool {
    let names = schema["required"].as_array();
    names.is_some_and(|names| names.iter().any(|it| it == name))
}

/// Replaces values about which the sandbox is stricter: the document allows any text and names the
/// two valid ones only in its description.
fn real(mut body: Value) -> Value {
    if body.get("requestMode").is_some() {
        body["requestMode"] = json!("batch");
    }
    if body.get("status").is_some() {
        body["status"] = json!("disabled");
    }
    body
}

#[test]
fn what_the_document_allows_is_taken_and_shown_as_it_says() {
    let schemas = Schemas::read();
    let types = schemas.rules("rule_post");
    assert_eq!(types.len(), 22);
    let desk = Desk::new();
    for (kind, schema) in types {
        for is_full in [false, true] {
            let body = real(schemas.example(schema, is_full));
            let made = desk.ask("POST", RULES, &body);
            assert_eq!(made.status, 201, "{kind}: {} for {body}", made.body);
            let mut expected = body.clone();
            let id = made.text("/id");
            expected["id"] = json!(id);
            expected["appId"] = json!("sndbox");
            expected["version"] = json!("1.2");
            expected["created"] = json!(NOW);
            expected["modified"] = json!(NOW);
            for (name, value) in [
                ("status", json!("enabled")),
                (
                    "source",
                    json!({ "channelFilter": "", "type": "channel.message" }),
                ),
                ("chatRoomFilter", json!("/.*/")),
            ] {
                if expected.get(name).is_none() && made.body.get(name).is_some() {
                    expected[name] = value;
                }
            }
            if let Some(authentication) = expected.pointer_mut("/target/authentication") {
                let secret = authentication.as_object_mut().expect("an object");
                secret.remove("secretAccessKey");
            }
            assert_eq!(made.body, expected, "{kind}");
            let shown = schemas.at(&json!(format!(
                "/{}",
                schemas.0["rule_response"]["discriminator"]["mapping"][kind]
                    .as_str()
                    .and_then(|it| it.rsplit('/').next())
                    .expect("a type"),
            )));
            for name in shown["required"].as_array().into_iter().flatten() {
                assert!(
                    made.body.get(name.as_str().expect("a name")).is_some(),
                    "{kind}: {name}"
                );
            }
            for name in made.body.as_object().expect("an object").keys() {
                assert!(shown["properties"].get(name).is_some(), "{kind}: {name}");
            }
            let path = format!("{RULES}/{id}");
            assert_eq!(desk.ask("GET", &path, &Value::Null).body, expected);
            assert_eq!(desk.ask("DELETE", &path, &Value::Null).status, 204);
            let gone = desk.ask("GET", &path, &Value::Null);
            gone.is_error(404, 40400, "this app has no rule with this id", Value::Null);
        }
    }
}

#[test]
fn what_the_document_forbids_is_refused_by_the_name_of_the_field() {
    let schemas = Schemas::read();
    let desk = Desk::new();
    let mut count = 0;
    for (form, method) in [("rule_post", "POST"), ("rule_patch", "PATCH")] {
        for (kind, schema) in schemas.rules(form) {
            let right = real(schemas.example(schema, true));
            let path = match method {
                "POST" => RULES.to_owned(),
                _ => {
                    let (_, schema) = schemas
                        .rules("rule_post")
                        .into_iter()
                        .find(|it| it.0 == kind)
                        .expect("a type");
                    let made = desk.ask("POST", RULES, &real(schemas.example(schema, true)));
                    format!("{RULES}/{}", made.text("/id"))
                }
            };
            for (field, wrong) in schemas.wrong(schema, &right) {
                let answer = desk.ask(method, &path, &wrong);
                // The document lets only a change of this type omit the type.
                if (kind, field.as_str(), wrong.get("ruleType"))
                    == ("ingress/mongodb", "ruleType", None)
                {
                    continue;
                }
                assert_eq!(answer.status, 422, "{kind}: {field} of {wrong}");
                let details = answer.body["details"].as_object().expect("details");
                let blamed =
                    |path: &String| path.starts_with(&field) || field.starts_with(path.as_str());
                assert!(
                    details.keys().all(blamed),
                    "{kind}: {details:?} for {field}"
                );
                count += 1;
            }
        }
    }
    assert!(count > 1_000, "{count} cases");
}

#[test]
fn a_change_leaves_the_rest_as_it_was() {
    let schemas = Schemas::read();
    let desk = Desk::new();
    for (kind, schema) in schemas.rules("rule_post") {
        let made = desk.ask("POST", RULES, &real(schemas.example(schema, true)));
        let path = format!("{RULES}/{}", made.text("/id"));
        desk.transport.advance(10);
        let (_, patch) = schemas
            .rules("rule_patch")
            .into_iter()
            .find(|it| it.0 == kind)
            .expect("a type");
        let mut body = real(schemas.example(patch, false));
        body["ruleType"] = json!(kind);
        body["status"] = json!("enabled");
        if patch["properties"].get("source").is_some() {
            body["source"] = json!({ "channelFilter": "^other" });
        }
        let changed = desk.ask("PATCH", &path, &body);
        assert_eq!(changed.status, 200, "{kind}: {}", changed.body);
        assert_eq!(changed.body["status"], "enabled");
        for (name, value) in made.body.as_object().expect("an object") {
            match name.as_str() {
                "status" => {}
                "source" if body.get("source").is_some() => {
                    assert_eq!(
                        changed.body["source"],
                        json!({ "channelFilter": "^other", "type": "text" })
                    );
                }
                "modified" => assert_eq!(changed.body["modified"], json!(desk.now())),
                _ => assert_eq!(&changed.body[name], value, "{kind}: {name}"),
            }
        }
        assert_eq!(desk.ask("GET", &path, &Value::Null).body, changed.body);
    }
}

#[test]
fn a_type_is_needed_and_stays() {
    let desk = Desk::new();
    let types = "is not one of http, http/ifttt, http/zapier, http/cloudflare-worker, http/azure-function, http/google-cloud-function, aws/lambda, aws/kinesis, aws/sqs, aws/lambda/before-publish, http/before-publish, amqp, amqp/external, kafka, pulsar, ingress-postgres-outbox, ingress/mongodb, hive/text-model-only, hive/dashboard, bodyguard/text-moderation, tisane/text-moderation, azure/text-moderation";
    for (body, reason) in [
        (json!({}), "is missing"),
        (json!({ "ruleType": 1 }), types),
        (json!({ "ruleType": "unsupported" }), types),
        (
            json!({ "ruleType": "aws/lamda" }),
            r#"is not a rule type; did you mean "aws/lambda"?"#,
        ),
    ] {
        let answer = desk.ask("POST", RULES, &body);
        answer.is_error(
            422,
            42200,
            &format!("ruleType {reason}"),
            json!({ "ruleType": [reason] }),
        );
    }
    let rule = json!({
        "ruleType": "http/zapier", "requestMode": "single", "target": { "url": "https://example.com" },
        "source": { "channelFilter": "", "type": "channel.message" },
    });
    let path = format!("{RULES}/{}", desk.ask("POST", RULES, &rule).text("/id"));
    let reason = "differs from the rule's type: delete the rule and create one of the new type";
    let answer = desk.ask("PATCH", &path, &json!({ "ruleType": "http" }));
    answer.is_error(
        422,
        42200,
        &format!("ruleType {reason}"),
        json!({ "ruleType": [reason] }),
    );
}

#[test]
fn the_secret_of_aws_is_in_no_answer() {
    let desk = Desk::new();
    let rule = |authentication: Value| {
        json!({
            "ruleType": "aws/sqs", "requestMode": "single",
            "source": { "channelFilter": "", "type": "channel.message" },
            "target": { "region": "us-west-1", "awsAccountId": "1", "queueName": "q", "authentication": authentication },
        })
    };
    let keys = json!({ "accessKeyId": "id", "secretAccessKey": "hush-hush" });
    let made = desk.ask("POST", RULES, &rule(keys));
    let id = made.text("/id");
    let path = format!("{RULES}/{id}");
    let change = json!({ "ruleType": "aws/sqs", "requestMode": "batch" });
    for answer in [
        made,
        desk.ask("GET", RULES, &Value::Null),
        desk.ask("PATCH", &path, &change),
        desk.ask("GET", &path, &Value::Null),
    ] {
        assert!(matches!(answer.status, 200 | 201));
        assert!(
            answer
                .body
                .to_string()
                .contains(r#""authentication":{"accessKeyId":"id"}"#)
        );
        assert!(!answer.body.to_string().contains("hush-hush"));
    }
    for (authentication, field) in [
        (json!({}), "authenticationMode"),
        (
            json!({ "authenticationMode": "magic" }),
            "authenticationMode",
        ),
        (
            json!({ "authenticationMode": "assumeRole", "accessKeyId": "id", "secretAccessKey": "s" }),
            "accessKeyId",
        ),
        (
            json!({ "authenticationMode": "credentials", "accessKeyId": "id" }),
            "secretAccessKey",
        ),
    ] {
        let answer = desk.ask("POST", RULES, &rule(authentication));
        assert_eq!(answer.status, 422);
        let details = answer.body["details"].as_object().expect("details");
        assert!(
            details.contains_key(&format!("target.authentication.{field}")),
            "{details:?}"
        );
    }
    assert_eq!(
        desk.ask("POST", RULES, &rule(json!({ "assumeRoleArn": "arn" })))
            .status,
        201
    );
}
