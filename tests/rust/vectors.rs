//! Shared by the tests: reads the vector files in `tests/vectors` and maps their members to the
//! crate. The formats are described in `tests/vectors/README.md`.

use std::collections::HashSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use ably_edge_auth::jwt::hmac_sha256::HmacKey;
use ably_edge_auth::{
    ApiKey, Capability, Diagnostic, Error, ExtraClaims, Issuer, Overrides, Result, RevocationEntry,
    Severity, Target, TokenParams, TokenRequest, TokenRequestParams, Verified, VerifyOptions,
    verify,
};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
pub use serde_json::Value;

pub fn file(name: &str) -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/vectors")
        .join(name);
    let text = std::fs::read_to_string(&path)
        .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// Runs a test for every case of a file, continues after failures, and names the failed cases.
#[track_caller]
pub fn each(name: &str, test: impl Fn(&Case)) {
    each_of(name, file(name).as_array().expect("a list of cases"), test);
}

#[track_caller]
pub fn each_of<'a>(name: &str, cases: impl IntoIterator<Item = &'a Value>, test: impl Fn(&Case)) {
    let mut count = 0;
    let mut names = HashSet::new();
    let mut failed = Vec::new();
    for value in cases {
        count += 1;
        let case = Case(value.clone());
        assert!(
            names.insert(case.name()),
            "{name} has two cases named {}",
            case.name()
        );
        if catch_unwind(AssertUnwindSafe(|| test(&case))).is_err() {
            failed.push(case.name());
        }
    }
    assert!(count > 0, "{name} holds no case");
    assert!(
        failed.is_empty(),
        "{} of {count} cases in {name} failed: {failed:#?}",
        failed.len()
    );
}

/// One case of a vector file, or an object in one.
pub struct Case(pub Value);

impl Case {
    /// One that has no name is named by all that it holds.
    fn name(&self) -> String {
        let name = self.0.get("name").or_else(|| self.0.get("id"));
        match name.and_then(Value::as_str) {
            Some(name) => name.to_owned(),
            None => self.0.to_string(),
        }
    }

    pub fn get(&self, name: &str) -> Option<&Value> {
        self.0.get(name)
    }

    #[track_caller]
    pub fn value(&self, name: &str) -> &Value {
        self.get(name)
            .unwrap_or_else(|| panic!("the case has no {name}"))
    }

    /// A text, which may be given in pieces.
    #[track_caller]
    pub fn text(&self, name: &str) -> String {
        joined(self.value(name))
    }

    #[track_caller]
    pub fn flag(&self, name: &str) -> bool {
        self.value(name).as_bool().expect("true or false")
    }

    #[track_caller]
    pub fn number(&self, name: &str) -> u64 {
        self.value(name).as_u64().expect("a whole number")
    }

    #[track_caller]
    pub fn object(&self, name: &str) -> Case {
        Case(self.value(name).clone())
    }

    /// The API keys, in `keys`.
    #[track_caller]
    pub fn keys(&self) -> Vec<ApiKey> {
        let keys = self.value("keys").as_array().expect("a list of keys");
        keys.iter()
            .map(|key| joined(key).parse().expect("a key"))
            .collect()
    }

    /// The token, as given or built from its parts.
    #[track_caller]
    pub fn token(&self) -> String {
        let Some(build) = self.get("build").cloned().map(Case) else {
            return self.text("token");
        };
        let token = match build.get("token") {
            Some(pieces) => joined(pieces),
            None => jws(
                &build.text("header"),
                &build.text("payload"),
                &build.text("secret"),
            ),
        };
        if let Some(length) = build.get("length").and_then(Value::as_u64) {
            assert_eq!(
                token.len() as u64,
                length,
                "the built token has another length"
            );
        }
        token
    }

    /// Verifies the token with the keys, options and time of the case.
    pub fn verify(&self) -> Result<Verified> {
        let given = self.object("options");
        let key_capability = given
            .get("keyCapability")
            .map(|text| Capability::read(&joined(text)).expect("a capability"));
        let revocations = revocations(&given)?;
        let mut options = VerifyOptions::at(self.number("now"));
        options.key_capability = key_capability.as_ref();
        options.revocations = &revocations;
        for (name, value) in given.0.as_object().expect("options") {
            match name.as_str() {
                "clockToleranceSeconds" => options.clock_tolerance_seconds = Some(small(value)),
                "maxTtlSeconds" => options.max_ttl_seconds = small(value),
                "embedded" => options.embedded = value.as_bool().expect("true or false"),
                "keyCapability" | "revocations" => {}
                unknown => panic!("no such option: {unknown}"),
            }
        }
        verify(&self.token(), self.keys(), &options)
    }

    /// An issuer with the key and options of the case.
    pub fn issuer(&self) -> Result<Issuer> {
        let key: ApiKey = self.text("key").parse()?;
        Issuer::new(&key, &token_params(&self.object("options"))?)
    }
}

/// The option `revocations`, if present.
pub fn revocations(options: &Case) -> Result<Vec<RevocationEntry>> {
    let given = options.get("revocations").and_then(Value::as_array);
    let mut entries = Vec::new();
    for (index, entry) in given.into_iter().flatten().enumerate() {
        let entry = Case(entry.clone());
        let path = format!("revocations[{index}].target");
        entries.push(RevocationEntry {
            key_name: entry.text("keyName"),
            target: Target::parse_at(&entry.text("target"), &path)?,
            issued_before: entry.number("issuedBefore"),
            applies_at: entry.number("appliesAt"),
        });
    }
    Ok(entries)
}

#[track_caller]
fn small(value: &Value) -> u32 {
    u32::try_from(value.as_u64().expect("a whole number")).expect("a number of 32 bits")
}

/// A string, or pieces to concatenate.
#[track_caller]
pub fn joined(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(pieces) => pieces
            .iter()
            .map(|piece| match piece {
                Value::String(text) => text.clone(),
                _ => Case(piece.clone())
                    .text("repeat")
                    .repeat(Case(piece.clone()).number("times") as usize),
            })
            .collect(),
        other => panic!("neither text nor pieces: {other}"),
    }
}

/// A compact JWS with any header and payload.
pub fn jws(header: &str, payload: &str, secret: &str) -> String {
    let encode = |text: &str| URL_SAFE_NO_PAD.encode(text);
    resign(&format!("{}.{}", encode(header), encode(payload)), secret)
}

/// Signs parts that are already encoded, correctly or not.
pub fn resign(signed: &str, secret: &str) -> String {
    let tag = HmacKey::new(secret.as_bytes()).sign(signed.as_bytes());
    format!("{signed}.{}", URL_SAFE_NO_PAD.encode(tag))
}

/// Converts the IssueOptions of `pkg/index.d.ts`.
pub fn token_params(options: &Case) -> Result<TokenParams> {
    let mut params = TokenParams::default();
    for (name, value) in options.0.as_object().expect("options") {
        match name.as_str() {
            "capability" => params.capability = Capability::parse(&joined(value))?,
            "clientId" => params.client_id = (!value.is_null()).then(|| joined(value)),
            "ttlSeconds" => params.ttl_seconds = small(value),
            "revocationKey" => params.revocation_key = Some(joined(value)),
            "revocable" => params.revocable = value.as_bool().expect("true or false"),
            "clientType" => {
                assert_eq!(value, "server");
                params.server = true;
            }
            "jwtId" => params.jwt_id = Some(joined(value)),
            "keyCapability" => params.key_capability = Some(Capability::read(&joined(value))?),
            "channelClaims" | "roomClaims" | "publishRateLimits" | "claims" => {}
            unknown => panic!("no such option: {unknown}"),
        }
    }
    // In this order, whatever the order of the options.
    let members = |name: &str| {
        let object = options.get(name).and_then(Value::as_object).cloned();
        object.unwrap_or_default().into_iter()
    };
    let mut extra = ExtraClaims::default();
    for (resource, text) in members("channelClaims") {
        extra.channel(&resource, &joined(&text))?;
    }
    for (resource, text) in members("roomClaims") {
        extra.room(&resource, &joined(&text))?;
    }
    for (resource, rate) in members("publishRateLimits") {
        extra.publish_rate(&resource, rate.as_f64().expect("a number"))?;
    }
    for (claim, value) in members("claims") {
        extra.claim(&claim, &value.to_string())?;
    }
    params.extra = extra;
    Ok(params)
}

/// Converts the IssueOverrides of `pkg/index.d.ts`; `null` means no client id.
pub fn overrides(given: &Value) -> Overrides<'_> {
    let mut overrides = Overrides::default();
    for (name, value) in given.as_object().expect("overrides") {
        match name.as_str() {
            "clientId" => overrides.client_id = Some(value.as_str()),
            "ttlSeconds" => overrides.ttl_seconds = Some(small(value)),
            "revocationKey" => overrides.revocation_key = Some(value.as_str()),
            "jwtId" => overrides.jwt_id = Some(value.as_str()),
            unknown => panic!("no such override: {unknown}"),
        }
    }
    overrides
}

/// Signs the TokenRequestOptions of `pkg/index.d.ts`.
pub fn token_request(
    key: &ApiKey,
    options: &Case,
    timestamp: u64,
    nonce: &str,
) -> Result<TokenRequest> {
    let mut capability = None;
    let mut params = TokenRequestParams::default();
    let given = options.0.as_object().expect("options");
    for (name, value) in given {
        match name.as_str() {
            "capability" => capability = Some(Capability::parse(&joined(value))?),
            "clientId" => params.client_id = value.as_str(),
            "ttlSeconds" => params.ttl_seconds = Some(small(value)),
            "nonce" => assert_eq!(value, nonce),
            unknown => panic!("no such option: {unknown}"),
        }
    }
    params.capability = capability.as_ref();
    TokenRequest::sign(key, &params, timestamp, nonce)
}

/// Issues in the format of the vector files.
pub fn diagnostics_json(diagnostics: &[Diagnostic]) -> Value {
    let one = |diagnostic: &Diagnostic| {
        let severity = match diagnostic.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Info => "info",
        };
        let mut json = serde_json::json!({
            "severity": severity,
            "code": diagnostic.code,
            "path": diagnostic.path,
            "message": diagnostic.message,
        });
        if let Some(suggestion) = &diagnostic.suggestion {
            json["suggestion"] = suggestion.as_str().into();
        }
        json
    };
    diagnostics.iter().map(one).collect()
}

pub fn codes(diagnostics: &[Diagnostic]) -> Vec<&str> {
    diagnostics
        .iter()
        .map(|diagnostic| diagnostic.code)
        .collect()
}

/// The error of a result. A success is not printed, since it may be long.
#[track_caller]
pub fn refusal<T>(result: Result<T>) -> Error {
    match result {
        Ok(_) => panic!("accepted, but should have been refused"),
        Err(error) => error,
    }
}

/// Compares an error with the `error` of a vector file, including absent members. `only` limits the
/// comparison for files with fewer members.
#[track_caller]
pub fn same_error(error: &Error, expected: &Value, only: Option<&[&str]>) {
    let mut found = serde_json::Map::new();
    let mut put = |name: &str, value: Option<Value>| {
        if let Some(value) = value.filter(|_| only.is_none_or(|only| only.contains(&name))) {
            found.insert(name.to_owned(), value);
        }
    };
    put("kind", Some(error.kind().as_str().into()));
    put("code", error.code().map(Value::from));
    put("status", error.status().map(Value::from));
    put("text", Some(error.to_string().into()));
    put("path", error.path().map(Value::from));
    put("remediation", error.remediation().map(Value::from));
    assert_eq!(&Value::Object(found), expected);
}
