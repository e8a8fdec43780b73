//! The functions that go over the network. What was asked is read at once, before anything else can run,
//! and the answer is a promise; nothing of the module is held across a wait.

use js_sys::Promise;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

use super::fetch::Call;
use super::frame::{Frame, broken};
use super::hot::state;
use super::lists::items;
use super::task::start;
use super::to_js;
use crate::access_token::AccessToken;
use crate::capability::Capability;
use crate::control::{self, Order};
use crate::error::{Error, Result};
use crate::json::Writer;
use crate::key::ApiKey;
use crate::key_source::{AppKey, Found, Wish, choose, choose_revocable, keys_of_app};
use crate::rest::{Network, Transport};
use crate::revocation::Target;
use crate::revoke::{RevocationReport, RevokeError, RevokeParams, key_for_revoking, revoke};
use crate::text::{fill, number};
use crate::token_request::TokenRequestParams;
use crate::token_service::{request_token, server_time};

/// The functions, by their place in pkg/network.js; behind them stands the one that calls the Control API.
const GET_TIME: u32 = 0;
const FIND_KEY: u32 = 1;
const REQUEST_TOKEN: u32 = 2;
const REVOKE: u32 = 3;

/// Where texts stand. First those of all functions: key or access token, the app's id or name, and so on.
const SECRET: usize = 0;
const APP: usize = 1;
const KEY_NAME: usize = 2;
const ENDPOINT: usize = 3;
const CONTROL_ENDPOINT: usize = 4;
/// For a key to issue with, and for an Ably token.
const CAPABILITY: usize = 5;
const CLIENT_ID: usize = 6;
const NONCE: usize = 7;
/// To revoke: a JSON list.
const TARGETS: usize = 5;
/// The fields of an operation of the Control API, as a JSON list: JavaScript has a table of them.
const OPERATION: usize = 5;
/// Those of its path, as a JSON list.
const PARAMETERS: usize = 6;
const QUERY: usize = 7;
const BODY: usize = 8;
/// What the access token may do, as a JSON list, if that is known.
const HELD: usize = 9;
const TEXTS: usize = 10;

/// Where numbers stand.
const TIMEOUT: usize = 10;
const TRANSPORT: usize = 11;
/// A TTL in seconds, or how many requests may run at once.
const COUNT: usize = 12;
/// A time in ms.
const TIME: usize = 13;
const FLAGS: usize = 14;

const BY_ACCESS_TOKEN: u32 = 1;
const REVOCABLE: u32 = 2;
const MARGIN: u32 = 4;

/// Starts one of the functions. The texts and numbers are read before this returns.
///
/// Whichever it is, it is one future that gives text, JSON as a rule: in wasm every further one is paid
/// for.
#[wasm_bindgen]
pub fn send(function: u32, call: Call) {
    let asked = state().and_then(|mut state| Asked::read(&mut state.frame, function));
    start(Box::pin(async move {
        // Whoever finds that the key kept for them has gone asks anew, behind those who still have theirs: else
        // of hundreds at once none would ever be done.
        let _ = JsFuture::from(Promise::resolve(&JsValue::UNDEFINED)).await;
        let answer = match asked {
            Ok(asked) => asked.answer(&call).await,
            Err(error) => Err(error),
        };
        match answer {
            Ok(text) => call.resolve(&text),
            Err(error) => call.reject(&to_js(&error)),
        }
    }));
}

/// What a function was asked, all of it.
struct Asked {
    function: u32,
    /// One of the two, if the function needs any.
    key: Option<ApiKey>,
    token: Option<AccessToken>,
    texts: [Option<String>; TEXTS],
    network: Network,
    /// A number of the `fetch` that is used.
    transport: u32,
    capability: Option<Capability>,
    revoke: RevokeParams,
    count: Option<u32>,
    time: f64,
    revocable: bool,
}

impl Asked {
    fn read(frame: &mut Frame, function: u32) -> Result<Asked> {
        frame.rewind();
        let by_access_token = frame.has(FLAGS, BY_ACCESS_TOKEN);
        let (key, token) = frame.secret(SECRET, |bytes| {
            let secret = std::str::from_utf8(bytes).map_err(|_| broken())?;
            Ok(match function {
                GET_TIME => (None, None),
                _ if by_access_token => (None, Some(AccessToken::parse(secret)?)),
                REVOKE => (Some(key_for_revoking(secret)?), None),
                _ => (Some(ApiKey::parse(secret)?), None),
            })
        })?;
        let mut texts = [const { None }; TEXTS];
        for (slot, text) in texts.iter_mut().enumerate().skip(APP) {
            *text = frame.owned(slot)?;
        }
        let text = |place: usize| texts.get(place).and_then(Option::as_deref);
        let mut network = Network::new(text(ENDPOINT), text(CONTROL_ENDPOINT))?;
        network.timeout_ms = frame.whole(TIMEOUT).unwrap_or(network.timeout_ms);
        let capability = match (function, text(CAPABILITY)) {
            (FIND_KEY | REQUEST_TOKEN, Some(text)) => Some(Capability::parse(text)?),
            (FIND_KEY, None) => Some(Capability::all_channels()),
            _ => None,
        };
        let targets = match (function, text(TARGETS)) {
            (REVOKE, Some(text)) => read_targets(text)?,
            _ => Vec::new(),
        };
        let (count, time) = (frame.whole(COUNT), frame.number(TIME));
        Ok(Asked {
            function,
            key,
            token,
            texts,
            network,
            transport: frame.whole(TRANSPORT).unwrap_or_default(),
            capability,
            revoke: RevokeParams {
                targets,
                issued_before: time.is_finite().then_some(time as u64),
                allow_reauth_margin: frame.has(FLAGS, MARGIN),
                concurrency: count.unwrap_or(4) as usize,
            },
            count,
            time,
            revocable: frame.has(FLAGS, REVOCABLE),
        })
    }

    fn text(&self, place: usize) -> Option<&str> {
        self.texts.get(place)?.as_deref()
    }

    /// A text that is always there.
    fn given(&self, place: usize) -> &str {
        self.text(place).unwrap_or_default()
    }

    async fn answer(&self, call: &Call) -> Result<String> {
        let mut keys = match self.function {
            FIND_KEY | REQUEST_TOKEN | REVOKE => self.keys(call).await?,
            _ => Vec::new(),
        };
        match self.function {
            // As digits.
            GET_TIME => Ok(number(server_time(call, &self.network).await?)),
            FIND_KEY => found(keys.pop().ok_or_else(broken)?),
            REQUEST_TOKEN => {
                let key = keys.first().ok_or_else(broken)?;
                let params = TokenRequestParams {
                    capability: self.capability.as_ref(),
                    client_id: self.text(CLIENT_ID),
                    ttl_seconds: self.count,
                };
                let (nonce, now) = (self.given(NONCE), self.time as u64);
                let token = request_token(call, &self.network, &key.key, &params, now, nonce).await;
                if let (Some(token), Err(error)) = (&self.token, &token) {
                    forget_if_refused(&self.place(token), error)?;
                }
                token
            }
            REVOKE => {
                let mut own = Vec::new();
                for found in keys {
                    own.push(found.key);
                }
                let mut progress =
                    |done: usize, total: usize| call.progress(done as f64, total as f64);
                report(revoke(call, &self.network, &own, &self.revoke, &mut progress).await)
            }
            _ => {
                let token = self.token.as_ref().ok_or_else(broken)?;
                let fields = strings(self.given(OPERATION))?;
                let order = self.order(&fields)?;
                let parameters = strings(self.given(PARAMETERS))?;
                let path = order.path_for(&parameters, self.given(QUERY))?;
                control::send(call, &self.network, token, &order, &path, self.given(BODY)).await
            }
        }
    }

    /// An operation of the Control API that the access token may call, if it is known what it may do.
    fn order<'a>(&self, fields: &'a [String]) -> Result<Order<'a>> {
        let [name, method, path, needs, label] = fields else {
            return Err(broken());
        };
        let order = Order {
            name,
            method,
            path,
            needs,
            label,
        };
        if let Some(held) = self.text(HELD) {
            order.check(&strings(held)?)?;
        }
        Ok(order)
    }

    /// The key that was given, or what suits of the app's keys. Those that were kept are asked for anew
    /// if they do not do.
    async fn keys(&self, call: &Call) -> Result<Vec<AppKey>> {
        if let Some(key) = &self.key {
            return Ok(vec![AppKey {
                key: key.clone(),
                capability: None,
                revocable: false,
                enabled: true,
            }]);
        }
        let token = self.token.as_ref().ok_or_else(broken)?;
        let place = self.place(token);
        // Not to revoke with: a key that was just made revocable must not be missed.
        if self.function != REVOKE
            && let Some(keys) = state()?.found.get(&place, call.now())
            && let Ok(picked) = self.pick(&keys)
        {
            return Ok(picked);
        }
        match keys_of_app(call, &self.network, token, self.given(APP)).await {
            Ok(keys) => {
                let keys = state()?.found.put(place, call.now(), keys);
                self.pick(&keys)
            }
            Err(error) => {
                forget_if_refused(&place, &error)?;
                Err(error)
            }
        }
    }

    fn pick(&self, keys: &[AppKey]) -> Result<Vec<AppKey>> {
        let key_name = self.text(KEY_NAME);
        if self.function == REVOKE {
            return choose_revocable(keys, key_name);
        }
        let wish = Wish {
            key_name,
            capability: self.capability.as_ref(),
            ttl_seconds: self.count,
            revocable: self.revocable,
        };
        Ok(vec![choose(keys, &wish)?.clone()])
    }

    /// Where the keys are kept that this access token finds.
    fn place(&self, token: &AccessToken) -> Found {
        Found::new(
            &self.network.control,
            token,
            self.given(APP),
            self.transport,
        )
    }
}

/// What was kept is no good if it, or a key of it, is refused.
fn forget_if_refused(place: &Found, error: &Error) -> Result<()> {
    if matches!(error.status(), Some(401 | 403)) {
        state()?.found.forget(place);
    }
    Ok(())
}

/// The report as JSON, with `error` in it if there is more to say.
fn report(done: std::result::Result<RevocationReport, RevokeError>) -> Result<String> {
    let (report, error) = match done {
        Ok(report) => (report, None),
        Err(RevokeError { error, report }) => match report {
            Some(report) => (report, Some(error)),
            None => return Err(error),
        },
    };
    Ok(report.to_json(error.as_ref()))
}

/// A key to issue with, as `{keyName, number}`; the number is for `issueFound`.
fn found(found: AppKey) -> Result<String> {
    let mut json = Writer::new();
    json.text("keyName", found.key.name());
    json.number("number", u64::from(state()?.chosen.put(found)));
    Ok(json.finish())
}

fn read_targets(json: &str) -> Result<Vec<Target>> {
    let mut targets = Vec::new();
    for target in items(json)? {
        let place = fill("targets[{}]", &[&number(targets.len() as u64)]);
        let text = target.string().unwrap_or_default();
        targets.push(Target::parse_at(&text, &place)?);
    }
    Ok(targets)
}

fn strings(json: &str) -> Result<Vec<String>> {
    let mut strings = Vec::new();
    for item in items(json)? {
        strings.push(item.string().unwrap_or_default().into_owned());
    }
    Ok(strings)
}
