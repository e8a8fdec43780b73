//! The types of rules and their fields. The dashboard calls rules integrations.
//!
//! Source: Ably's OpenAPI document (`static/open-specs/control-v1.yaml` in ably/docs, 1.1.0), the schemas
//! `…_rule_post` and `…_rule_patch`.

use super::shape::Shape::{Either, Filter, Levels, List, Object, Open, Text, Truth, Whole, Word};
use super::shape::{Field, Shape, always, needed, optional, or_null};

/// A type of rule.
pub(super) struct RuleType {
    pub(super) name: &'static str,
    pub(super) fields: &'static [Field],
    /// Whether responses include `source` and `chatRoomFilter` even if they were not set.
    pub(super) is_moderation: bool,
}

const fn kind(name: &'static str, fields: &'static [Field]) -> RuleType {
    RuleType {
        name,
        fields,
        is_moderation: false,
    }
}

const fn moderation(name: &'static str, fields: &'static [Field]) -> RuleType {
    RuleType {
        is_moderation: true,
        ..kind(name, fields)
    }
}

const STATUS: Field = optional("status", Word(&["enabled", "disabled"]));
const TYPE: Field = always("ruleType", Text);
const MODE: Field = needed("requestMode", Word(&["single", "batch"]));
const SOURCE_FIELDS: &[Field] = &[needed("channelFilter", Text), needed("type", Text)];
const SOURCE: Field = needed("source", Object(SOURCE_FIELDS));
const ANY_SOURCE: Field = optional("source", Object(SOURCE_FIELDS));
const HEADERS: Field = optional("headers", List(&HEADER));
const HEADER: Shape = Open(&[optional("name", Text), optional("value", Text)]);
const SIGNED: Field = or_null("signingKeyId", Text);
const ENVELOPED: Field = or_null("enveloped", Truth);
const FORMAT: Field = optional("format", Text);
const ROOMS: Field = optional("chatRoomFilter", Filter);
const BEFORE: Shape = Word(&["BEFORE_PUBLISH"]);
const CONFIG: Shape = Open(&[
    always("retryTimeout", Whole(0, 10_000)),
    always("maxRetries", Whole(0, 10)),
    always("failedAction", Word(&["REJECT", "PUBLISH"])),
    always("tooManyRequestsAction", Word(&["RETRY", "FAIL"])),
]);
const AWS: Shape = Either(
    "authenticationMode",
    &[
        (
            "credentials",
            &[
                optional("authenticationMode", Text),
                always("accessKeyId", Text),
                always("secretAccessKey", Text),
            ],
        ),
        (
            "assumeRole",
            &[
                optional("authenticationMode", Text),
                always("assumeRoleArn", Text),
            ],
        ),
    ],
);
const PULSAR: Shape = Either(
    "authenticationMode",
    &[(
        "token",
        &[always("authenticationMode", Text), always("token", Text)],
    )],
);
const SASL: Shape = Object(&[
    optional(
        "mechanism",
        Word(&["plain", "scram-sha-256", "scram-sha-512"]),
    ),
    optional("username", Text),
    optional("password", Text),
]);

const fn target(fields: &'static [Field]) -> Field {
    needed("target", Object(fields))
}

const WEB: &[Field] = &[needed("url", Text), HEADERS, SIGNED];

#[rustfmt::skip]
pub(super) const RULE_TYPES: [RuleType; 22] = [
    kind("http", &[STATUS, TYPE, MODE, SOURCE, target(&[
        needed("url", Text), HEADERS, SIGNED, ENVELOPED, needed("format", Text),
    ])]),
    kind("http/ifttt", &[STATUS, TYPE, MODE, SOURCE, target(&[
        needed("webhookKey", Text), needed("eventName", Text),
    ])]),
    kind("http/zapier", &[STATUS, TYPE, MODE, SOURCE, target(WEB)]),
    kind("http/cloudflare-worker", &[STATUS, TYPE, MODE, SOURCE, target(WEB)]),
    kind("http/azure-function", &[STATUS, TYPE, MODE, SOURCE, target(&[
        needed("azureAppId", Text), needed("azureFunctionName", Text), HEADERS, SIGNED, ENVELOPED, FORMAT,
    ])]),
    // The document omits `status` in the schema for creation, but has it in the one for changes.
    kind("http/google-cloud-function", &[STATUS, TYPE, MODE, SOURCE, target(&[
        needed("region", Text), needed("projectId", Text), needed("functionName", Text),
        HEADERS, SIGNED, ENVELOPED, FORMAT,
    ])]),
    kind("aws/lambda", &[STATUS, TYPE, MODE, SOURCE, target(&[
        always("region", Text), always("functionName", Text), always("authentication", AWS), ENVELOPED,
    ])]),
    kind("aws/kinesis", &[STATUS, TYPE, MODE, SOURCE, target(&[
        needed("region", Text), needed("streamName", Text), needed("partitionKey", Text),
        needed("authentication", AWS), ENVELOPED, needed("format", Text),
    ])]),
    kind("aws/sqs", &[STATUS, TYPE, MODE, SOURCE, target(&[
        needed("region", Text), needed("awsAccountId", Text), needed("queueName", Text),
        needed("authentication", AWS), ENVELOPED, FORMAT,
    ])]),
    kind("aws/lambda/before-publish", &[
        STATUS, TYPE, needed("beforePublishConfig", CONFIG), needed("invocationMode", BEFORE), ROOMS, ANY_SOURCE,
        target(&[always("region", Text), always("functionName", Text), always("authentication", AWS)]),
    ]),
    kind("http/before-publish", &[
        STATUS, TYPE, needed("beforePublishConfig", CONFIG), needed("invocationMode", BEFORE), ROOMS,
        target(&[always("url", Text), HEADERS]),
    ]),
    kind("amqp", &[STATUS, TYPE, MODE, SOURCE, target(&[
        needed("queueId", Text), HEADERS, ENVELOPED, FORMAT,
    ])]),
    kind("amqp/external", &[STATUS, TYPE, MODE, SOURCE, target(&[
        needed("url", Text), needed("routingKey", Text), needed("mandatoryRoute", Truth),
        needed("persistentMessages", Truth), optional("messageTtl", Whole(0, i64::MAX)), HEADERS, ENVELOPED, FORMAT,
    ])]),
    kind("kafka", &[STATUS, TYPE, MODE, SOURCE, target(&[
        needed("routingKey", Text), needed("brokers", List(&Text)),
        needed("auth", Object(&[optional("sasl", SASL)])), ENVELOPED, FORMAT,
    ])]),
    kind("pulsar", &[STATUS, TYPE, MODE, SOURCE, target(&[
        optional("routingKey", Text), needed("topic", Text), needed("serviceUrl", Text),
        or_null("tlsTrustCerts", List(&Text)), needed("authentication", PULSAR), ENVELOPED, FORMAT,
    ])]),
    kind("ingress-postgres-outbox", &[STATUS, TYPE, always("target", Object(&[
        always("url", Text), always("outboxTableSchema", Text), always("outboxTableName", Text),
        always("nodesTableSchema", Text), always("nodesTableName", Text),
        always("sslMode", Word(&["prefer", "require", "verify-ca", "verify-full"])), or_null("sslRootCert", Text),
    ]))]),
    // The document contains an unquoted `off`, which YAML reads as false.
    kind("ingress/mongodb", &[STATUS, TYPE, target(&[
        always("url", Text), always("database", Text), always("collection", Text), always("pipeline", Text),
        always("fullDocument", Word(&["off", "whenAvailable", "updateLookup"])),
        always("fullDocumentBeforeChange", Word(&["off", "whenAvailable"])),
        always("primarySite", Word(&["eu-central-1-A", "eu-west-1-A", "us-east-1-A", "us-east-2-A", "us-west-1-A"])),
    ])]),
    moderation("hive/text-model-only", &[
        STATUS, TYPE, always("beforePublishConfig", CONFIG), always("invocationMode", BEFORE), ROOMS,
        always("target", Object(&[
            always("apiKey", Text), optional("modelUrl", Text), optional("thresholds", Levels(1, 3)),
        ])),
    ]),
    kind("hive/dashboard", &[
        STATUS, TYPE, needed("invocationMode", Word(&["AFTER_PUBLISH"])), ROOMS,
        target(&[always("apiKey", Text), or_null("checkWatchLists", Truth)]),
    ]),
    moderation("bodyguard/text-moderation", &[
        STATUS, TYPE, always("beforePublishConfig", CONFIG), always("invocationMode", BEFORE), ROOMS,
        always("target", Object(&[
            always("apiKey", Text), optional("channelId", Text), optional("apiUrl", Text),
            optional("defaultLanguage", Text),
        ])),
    ]),
    moderation("tisane/text-moderation", &[
        STATUS, TYPE, always("beforePublishConfig", CONFIG), always("invocationMode", BEFORE), ROOMS,
        always("target", Object(&[
            always("apiKey", Text), optional("modelUrl", Text), optional("thresholds", Levels(0, 3)),
            always("defaultLanguage", Text),
        ])),
    ]),
    moderation("azure/text-moderation", &[
        STATUS, TYPE, always("beforePublishConfig", CONFIG), always("invocationMode", BEFORE), ROOMS,
        always("target", Object(&[
            always("apiKey", Text), always("endpoint", Text), optional("thresholds", Levels(0, 7)),
        ])),
    ]),
];
