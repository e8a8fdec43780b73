//! The functions that go over the network. What was asked is read at once, before anything else can run,
//! and the answer is a promise; nothing of the module is held across a wait.
//!
//! Texts: key or access token, app, keyName, endpoint, controlEndpoint, and what a function adds.

use wasm_bindgen::prelude::*;

use zeroize::Zeroizing;

use super::fetch::Call;
use super::frame::{Frame, broken};
use super::hot::state;
use super::task::start;
use super::to_js;
use crate::access_token::AccessToken;
use crate::capability::Capability;
use crate::control::{self, Order};
use crate::error::{Error, Result};
use crate::json::{Json, Writer};
use crate::key::ApiKey;
use crate::key_source::{AppKey, Found, Wish, choose, choose_revocable, keys_of_app};
use crate::rest::{Network, Transport};
use crate::revocation::Target;
use crate::revoke::{RevokeError, RevokeParams, key_for_revoking, revoke};
use crate::text::{fill, number};
use crate::token_request::TokenRequestParams;
use crate::token_service::{request_token, server_time};

/// The functions, by their place in pkg/network.js; [`control`](Asked::control) is behind them.
const GET_TIME: u32 = 0;
const FIND_KEY: u32 = 1;
const REQUEST_TOKEN: u32 = 2;
const REVOKE: u32 = 3;

/// Where numbers stand, behind at most ten texts.
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
    source: Source,
    network: Network,
    /// What the function adds.
    texts: [Option<String>; 5],
    capability: Option<Capability>,
    count: Option<u32>,
    time: f64,
    revocable: bool,
    margin: bool,
}

/// Where a key comes from.
enum Source {
    None,
    Key(Box<ApiKey>),
    App(App),
}

struct App {
    token: AccessToken,
    /// Its id or its name.
    app: String,
    key_name: Option<String>,
    /// A number of the `fetch` that is used.
    transport: u32,
}

/// The first three texts.
fn read_source(frame: &mut Frame, function: u32) -> Result<Source> {
    let secret = frame.secret(0, |bytes| {
        let text = std::str::from_utf8(bytes).map_err(|_| broken())?;
        Ok(Zeroizing::new(text.to_owned()))
    })?;
    let (app, key_name) = (frame.string(1)?, frame.owned(2)?);
    Ok(if function == GET_TIME {
        Source::None
    } else if frame.has(FLAGS, BY_ACCESS_TOKEN) {
        Source::App(App {
            token: AccessToken::parse(&secret)?,
            app,
            key_name,
            transport: frame.whole(TRANSPORT).unwrap_or_default(),
        })
    } else if function == REVOKE {
        Source::Key(Box::new(key_for_revoking(&secret)?))
    } else {
        Source::Key(Box::new(ApiKey::parse(&secret)?))
    })
}

/// The fourth and fifth text.
fn read_network(frame: &mut Frame) -> Result<Network> {
    let endpoint = frame.owned(3)?;
    let control = frame.owned(4)?;
    let mut network = Network::new(endpoint.as_deref(), control.as_deref())?;
    network.timeout_ms = frame.whole(TIMEOUT).unwrap_or(network.timeout_ms);
    Ok(network)
}

impl Asked {
    fn read(frame: &mut Frame, function: u32) -> Result<Asked> {
        frame.rewind();
        let source = read_source(frame, function)?;
        let network = read_network(frame)?;
        let added = match function {
            GET_TIME => 0,
            FIND_KEY | REVOKE => 1,
            REQUEST_TOKEN => 3,
            _ => 5,
        };
        let mut texts = [const { None }; 5];
        for (place, text) in texts.iter_mut().take(added).enumerate() {
            *text = frame.owned(5 + place)?;
        }
        let mut capability = None;
        if matches!(function, FIND_KEY | REQUEST_TOKEN)
            && let [Some(text), ..] = &texts
        {
            capability = Some(Capability::parse(text)?);
        }
        Ok(Asked {
            function,
            source,
            network,
            texts,
            capability,
            count: frame.whole(COUNT),
            time: frame.number(TIME),
            revocable: frame.has(FLAGS, REVOCABLE),
            margin: frame.has(FLAGS, MARGIN),
        })
    }

    /// A text that is always there.
    fn text(&self, place: usize) -> &str {
        let text = self.texts.get(place).and_then(Option::as_deref);
        text.unwrap_or_default()
    }

    async fn answer(mut self, call: &Call) -> Result<String> {
        match self.function {
            // As digits.
            GET_TIME => Ok(number(server_time(call, &self.network).await?)),
            FIND_KEY => {
                let all = Capability::all_channels;
                self.capability = Some(self.capability.take().unwrap_or_else(all));
                found(self.keys(call).await?)
            }
            REQUEST_TOKEN => self.request_token(call).await,
            REVOKE => self.revoke(call).await,
            _ => self.control(call).await,
        }
    }

    /// An Ably token. Further texts: capability, clientId, nonce. Gives TokenDetails.
    async fn request_token(&self, call: &Call) -> Result<String> {
        let keys = self.keys(call).await?;
        let key = keys.first().ok_or_else(broken)?;
        let params = TokenRequestParams {
            capability: self.capability.as_ref(),
            client_id: self.texts.get(1).and_then(Option::as_deref),
            ttl_seconds: self.count,
        };
        let (nonce, now) = (self.text(2), self.time as u64);
        let token = request_token(call, &self.network, &key.key, &params, now, nonce).await;
        if let (Source::App(app), Err(error)) = (&self.source, &token) {
            forget_if_refused(&app.place(&self.network), error)?;
        }
        token
    }

    /// Revokes. Further text: the targets, as a JSON list. Gives the report, with `error` in it if there
    /// is more to say.
    async fn revoke(&self, call: &Call) -> Result<String> {
        let params = RevokeParams {
            targets: read_targets(self.text(0))?,
            issued_before: self.time.is_finite().then_some(self.time as u64),
            allow_reauth_margin: self.margin,
            concurrency: self.count.unwrap_or(4) as usize,
        };
        let mut keys = Vec::new();
        for found in self.keys(call).await? {
            keys.push(found.key);
        }
        let mut progress = |done: usize, total: usize| call.progress(done as f64, total as f64);
        let done = revoke(call, &self.network, &keys, &params, &mut progress).await;
        match done {
            Ok(report) => Ok(report.to_json(None)),
            Err(RevokeError { error, report }) => match report {
                Some(report) => Ok(report.to_json(Some(&error))),
                None => Err(error),
            },
        }
    }

    /// Calls an operation of the Control API. Further texts: the operation, as a JSON list of its fields, which
    /// JavaScript has in a table of its own; the parameters of its path, as a JSON list; query; body; what the token may do, as a JSON list, if that is known. Gives what it
    /// answered.
    async fn control(&self, call: &Call) -> Result<String> {
        let fields = strings(self.text(0))?;
        let [name, method, path, needs, label] = fields.as_slice() else {
            return Err(broken());
        };
        let order = Order {
            name,
            method,
            path,
            needs,
            label,
        };
        let parameters = strings(self.text(1))?;
        if let [.., Some(held)] = &self.texts {
            order.check(&strings(held)?)?;
        }
        let Source::App(App { token, .. }) = &self.source else {
            return Err(broken());
        };
        let (query, body) = (self.text(2), self.text(3));
        control::send(call, &self.network, token, &order, &parameters, query, body).await
    }

    /// The key that was given, or what suits of the app's keys. Those that were kept are asked for anew
    /// if they do not do.
    async fn keys(&self, call: &Call) -> Result<Vec<AppKey>> {
        let app = match &self.source {
            Source::App(app) => app,
            Source::Key(key) => {
                return Ok(vec![AppKey {
                    key: ApiKey::clone(key),
                    capability: None,
                    revocable: false,
                    enabled: true,
                }]);
            }
            Source::None => return Err(broken()),
        };
        let place = app.place(&self.network);
        // Not to revoke with: a key that was just made revocable must not be missed.
        if self.function != REVOKE
            && let Some(keys) = state()?.found.get(&place, call.now())
            && let Ok(picked) = self.pick(app, &keys)
        {
            return Ok(picked);
        }
        let keys = keys_of_app(call, &self.network, &app.token, &app.app).await;
        match keys {
            Ok(keys) => {
                let keys = state()?.found.put(place, call.now(), keys);
                self.pick(app, &keys)
            }
            Err(error) => {
                forget_if_refused(&place, &error)?;
                Err(error)
            }
        }
    }

    fn pick(&self, app: &App, keys: &[AppKey]) -> Result<Vec<AppKey>> {
        let key_name = app.key_name.as_deref();
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
}

impl App {
    /// Where its keys are kept.
    fn place(&self, network: &Network) -> Found {
        Found::new(&network.control, &self.token, &self.app, self.transport)
    }
}

/// What was kept is no good if it, or a key of it, is refused.
fn forget_if_refused(place: &Found, error: &Error) -> Result<()> {
    if matches!(error.status(), Some(401 | 403)) {
        state()?.found.forget(place);
    }
    Ok(())
}

/// A key to issue with, as `{keyName, number}`; the number is for `issueFound`. Further text: capability.
fn found(keys: Vec<AppKey>) -> Result<String> {
    let found = keys.into_iter().next().ok_or_else(broken)?;
    let mut json = Writer::new();
    json.text("keyName", found.key.name());
    json.number("number", u64::from(state()?.chosen.put(found)));
    Ok(json.finish())
}

fn read_targets(json: &str) -> Result<Vec<Target>> {
    let mut targets = Vec::new();
    for target in Json::parse(json).map_err(|_| broken())?.list() {
        let place = fill("targets[{}]", &[&number(targets.len() as u64)]);
        let text = target.string().unwrap_or_default();
        targets.push(Target::parse_at(&text, &place)?);
    }
    Ok(targets)
}

fn strings(json: &str) -> Result<Vec<String>> {
    let mut strings = Vec::new();
    for item in Json::parse(json).map_err(|_| broken())?.list() {
        strings.push(item.string().unwrap_or_default().into_owned());
    }
    Ok(strings)
}
