//! Chooses a key for callers that have an access token and the name of an app.
//!
//! Ably has no call that returns a single app or key, so both are looked up in lists. The list of
//! keys includes their secrets.

use std::slice;

use zeroize::Zeroizing;

use super::AccessToken;
use super::operations::{LIST_APPS, LIST_KEYS, ME, OperationCall, send};
use crate::capability::Capability;
use crate::error::{Code, Error, Kind, Result};
use crate::http::{Network, Transport};
use crate::json::Json;
use crate::jwt::MAX_REVOCABLE_TTL_SECONDS;
use crate::key::ApiKey;
use crate::lookalike::name_of_whole_key;
use crate::text::{fill, joined, quoted, split, views};

/// A key of an app, as listed by the Control API.
#[derive(Debug, Clone)]
pub struct AppKey {
    /// The whole key.
    pub key: ApiKey,
    /// What the key may do. `None` if the response does not say, or if it cannot be read.
    pub capability: Option<Capability>,
    /// Whether its tokens can be revoked. Such tokens live at most an hour.
    pub revocable: bool,
    /// Whether the key is in use, and has not been revoked itself.
    pub enabled: bool,
}

/// What a caller needs a key for.
#[derive(Debug, Clone, Copy, Default)]
pub struct KeyRequirements<'a> {
    /// `appId.keyId`, or just the second half. `None`: the most suitable key.
    pub key_name: Option<&'a str>,
    /// The capability of the token to issue.
    pub capability: Option<&'a Capability>,
    /// The lifetime of the token.
    pub ttl_seconds: Option<u32>,
    /// Whether the token must be revocable.
    pub revocable: bool,
}

/// Finds an app by id or name and returns its keys, including revoked ones.
///
/// Needs `read:key`, and `read:app` to look up a name. See [`AppKeys`](super::AppKeys) for a cached
/// version.
///
/// # Errors
/// There is no such app, or two apps share the name (the error lists both ids); or the Control API
/// refused the call.
pub async fn keys_of_app<T: Transport>(
    transport: &T,
    network: &Network,
    access_token: &AccessToken,
    app: &str,
) -> Result<Vec<AppKey>> {
    // A key passed by mistake would end up in a URL and in an error message.
    if app.is_empty() || name_of_whole_key(app).is_some() {
        let wrong = if app.is_empty() {
            "empty"
        } else {
            "an API key"
        };
        return Err(Error::new(Kind::Usage, "app is {}", &[wrong])
            .at("app")
            .with_remediation("give the app's id or its name"));
    }
    let mut question = Question::Me;
    let mut parameter = String::new();
    loop {
        let order = question.order();
        let path = order.path_for(slice::from_ref(&parameter), "")?;
        let answer = send(transport, network, access_token, order, &path, "").await;
        let answer = Zeroizing::new(answer.map_err(|error| question.explain(error, app))?);
        let answer = Json::parse(&answer).map_err(|_| nothing())?;
        (question, parameter) = match question {
            Question::Me => after_me(answer, app)?,
            Question::Apps => (Question::Keys, app_id(answer, app)?),
            Question::Keys => return read_keys(answer, &parameter),
        };
    }
}

/// The calls that lead to an app's keys. One loop makes them in turn, because every await point
/// adds code to the wasm module.
#[derive(Clone, Copy, PartialEq)]
enum Question {
    Me,
    Apps,
    Keys,
}

impl Question {
    fn order(self) -> &'static OperationCall<'static> {
        match self {
            Question::Me => &ME,
            Question::Apps => &LIST_APPS,
            Question::Keys => &LIST_KEYS,
        }
    }

    fn explain(self, error: Error, app: &str) -> Error {
        match error.status() {
            Some(404) if self == Question::Keys => no_app(app).with_remediation(
                "give its id; finding an app by its name takes an access token with read:app",
            ),
            _ => error,
        }
    }
}

/// Chooses the next call and its subject: the account, if the token may list apps; otherwise the
/// app itself, since its id is enough.
fn after_me(me: Json<'_>, app: &str) -> Result<(Question, String)> {
    let held = me.member("token").and_then(|it| it.member("capabilities"));
    let mut rights: Vec<String> = Vec::new();
    for right in held.into_iter().flat_map(Json::list) {
        if let Some(right) = right.string() {
            rights.push(right.into_owned());
        }
    }
    // Older responses don't list capabilities; then the calls themselves decide.
    let may = |need: &str| rights.is_empty() || rights.iter().any(|it| it == need);
    if !may("read:key") {
        LIST_KEYS.check(&rights)?;
    }
    if !may("read:app") {
        return Ok((Question::Keys, app.to_owned()));
    }
    let account = me.member("account").and_then(|it| it.member("id"));
    let account = account.and_then(Json::string).ok_or_else(nothing)?;
    Ok((Question::Apps, account.into_owned()))
}

/// Chooses a suitable key that is enabled: the named one, or else the one that covers all of the
/// requirements or comes closest.
///
/// # Errors
/// There is no such key, it is revoked, or its capability grants none of the required one (40160).
pub fn choose<'k>(keys: &'k [AppKey], requirements: &KeyRequirements<'_>) -> Result<&'k AppKey> {
    if let Some(name) = requirements.key_name {
        let found = keys.iter().find(|it| is_named(&it.key, name));
        let found = found.ok_or_else(|| no_key(keys, name))?;
        if !found.enabled {
            return Err(Error::new(
                Kind::Key,
                "the key {} has been revoked",
                &[found.key.name()],
            )
            .at("keyName")
            .with_remediation("name another key of the app, or none"));
        }
        found.left_of(requirements)?;
        return Ok(found);
    }
    let mut best: Option<(u32, &AppKey)> = None;
    let mut refusal = None;
    for key in keys.iter().filter(|it| it.enabled) {
        match key.left_of(requirements) {
            Err(error) => refusal = refusal.or(Some(error)),
            Ok(covers) => {
                let is_long = requirements
                    .ttl_seconds
                    .is_some_and(|ttl| ttl > MAX_REVOCABLE_TTL_SECONDS);
                let fits = if requirements.revocable {
                    key.revocable
                } else {
                    !(is_long && key.revocable)
                };
                let worth = u32::from(fits) * 2 + u32::from(covers);
                // If two keys suit equally well, the first in Ably's order wins.
                if best.is_none_or(|(most, _)| worth > most) {
                    best = Some((worth, key));
                }
            }
        }
    }
    match (best, refusal) {
        (Some((_, key)), _) => Ok(key),
        (None, Some(error)) => Err(error),
        (None, None) => Err(Error::new(Kind::Key, "the app has no enabled key", &[])
            .at("app")
            .with_remediation("create one in the dashboard, or with keys.create")),
    }
}

/// Returns every key with revocable tokens, or the named key.
///
/// # Errors
/// There is no such key (40164).
pub fn choose_revocable(keys: &[AppKey], key_name: Option<&str>) -> Result<Vec<AppKey>> {
    if key_name.is_some() {
        let requirements = KeyRequirements {
            key_name,
            ..KeyRequirements::default()
        };
        return Ok(vec![choose(keys, &requirements)?.clone()]);
    }
    let mut found = Vec::new();
    for key in keys {
        if key.enabled && key.revocable {
            found.push(key.clone());
        }
    }
    if found.is_empty() {
        return Err(Error::new(Kind::Key, "no key of the app has revocable tokens", &[])
            .with_code(Code::NotRevocable)
            .at("app")
            .with_remediation("switch them on for a key, in the dashboard or with keys.update(app, key, { revocableTokens: true })"));
    }
    Ok(found)
}

impl AppKey {
    /// Whether the key's capability covers all of the requirements. Fails if it grants none of
    /// them.
    fn left_of(&self, requirements: &KeyRequirements<'_>) -> Result<bool> {
        let (Some(own), Some(required)) = (&self.capability, requirements.capability) else {
            return Ok(true);
        };
        Ok(own.intersect(required)?.text() == required.text())
    }
}

fn is_named(key: &ApiKey, name: &str) -> bool {
    key.name() == name || key.key_id() == name
}

fn app_id(apps: Json<'_>, wanted: &str) -> Result<String> {
    let text = |app: Json<'_>, name: &str| {
        app.member(name)
            .and_then(|it| Some(it.string()?.into_owned()))
    };
    let mut named = Vec::new();
    for app in apps.list() {
        let id = text(app, "id").unwrap_or_default();
        if id == wanted {
            return Ok(id);
        }
        if text(app, "name").as_deref() == Some(wanted) {
            named.push(id);
        }
    }
    if named.len() > 1 {
        let ids = views(&named);
        let form = "{} is the name of several apps: {}";
        return Err(
            Error::new(Kind::Usage, form, &[&quoted(wanted), &joined(&ids, ", ")])
                .at("app")
                .with_remediation("give the id of the app you mean"),
        );
    }
    named.pop().ok_or_else(|| {
        no_app(wanted).with_remediation(
            "give the id or the exact name of an app in this access token's account",
        )
    })
}

fn no_app(wanted: &str) -> Error {
    Error::new(Kind::Usage, "there is no app {}", &[&quoted(wanted)]).at("app")
}

fn no_key(keys: &[AppKey], wanted: &str) -> Error {
    let mut names = Vec::new();
    for key in keys {
        if key.enabled {
            names.push(key.key.name());
        }
    }
    // A whole key, passed where a key name belongs, must not end up in a log.
    let wanted = split(wanted, b':').next().unwrap_or_default();
    Error::new(Kind::Key, "the app has no key {}", &[&quoted(wanted)])
        .at("keyName")
        .with_remediation(&fill("its enabled keys are {}", &[&joined(&names, ", ")]))
}

/// Reads the list of keys and refuses keys of other apps, which would sign or revoke tokens of the
/// wrong app.
fn read_keys(keys: Json<'_>, app_id: &str) -> Result<Vec<AppKey>> {
    let mut found = Vec::new();
    for key in keys.list() {
        if let Some(key) = read_key(key)? {
            if key.key.app_id() != app_id {
                return Err(of_another_app());
            }
            found.push(key);
        }
    }
    Ok(found)
}

/// Reads one key. Ably sends status 0 for an enabled key and 1 for a revoked one; older samples
/// have no status, or a word. Revoked keys without a full secret are skipped.
fn read_key(json: Json<'_>) -> Result<Option<AppKey>> {
    let text = |name: &str| json.member(name).and_then(Json::string);
    let is_enabled = |json: Json<'_>| matches!(json.text(), "0" | "null" | "\"enabled\"");
    let enabled = json.member("status").is_none_or(is_enabled);
    let key = ApiKey::parse(&text("key").unwrap_or_default());
    let Ok(key) = key else {
        return if enabled { Err(nothing()) } else { Ok(None) };
    };
    let capability = json.member("capability").filter(|it| it.is_object());
    let revocable = json.member("revocableTokens");
    Ok(Some(AppKey {
        key,
        capability: capability.and_then(|it| Capability::read(it.text()).ok()),
        revocable: revocable.is_some_and(|it| it.text() == "true"),
        enabled,
    }))
}

#[cold]
fn of_another_app() -> Error {
    let message = "the Control API listed a key of a different app";
    Error::new(Kind::Service, message, &[]).with_remediation("check controlEndpoint")
}

/// The response is JSON, but of an unexpected shape.
#[cold]
fn nothing() -> Error {
    Error::new(
        Kind::Service,
        "the Control API sent an unexpected response",
        &[],
    )
    .with_remediation("check controlEndpoint")
}
