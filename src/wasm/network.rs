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
use crate::revoke::{RevocationReport, RevokeError, RevokeParams, key_for_revoking, revoke};
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
    revoke: RevokeParams,
    count: Option<u32>,
    time: f64,
    revocable: bool,
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
        } else if function == FIND_KEY {
            capability = Some(Capability::all_channels());
        }
        // Of what is revoked, the further text is the targets, as a JSON list.
        let mut targets = Vec::new();
        if let (REVOKE, [Some(text), ..]) = (function, &texts) {
            targets = read_targets(text)?;
        }
        let (count, time) = (frame.whole(COUNT), frame.number(TIME));
        Ok(Asked {
            function,
            source,
            network,
            texts,
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

    /// A text that is always there.
    fn text(&self, place: usize) -> &str {
        let text = self.texts.get(place).and_then(Option::as_deref);
        text.unwrap_or_default()
    }

    async fn answer(&self, call: &Call) -> Result<String> {
        let keys = match self.function {
            FIND_KEY | REQUEST_TOKEN | REVOKE => self.keys(call).await?,
            _ => Vec::new(),
        };
        match self.function {
            // As digits.
            GET_TIME => Ok(number(server_time(call, &self.network).await?)),
            FIND_KEY => found(keys),
            REQUEST_TOKEN => {
                let key = keys.first().ok_or_else(broken)?;
                let params = self.token_params();
                let (nonce, now) = (self.text(2), self.time as u64);
                let token = request_token(call, &self.network, &key.key, &params, now, nonce).await;
                if let (Source::App(app), Err(error)) = (&self.source, &token) {
                    forget_if_refused(&app.place(&self.network), error)?;
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
                let Source::App(App { token, .. }) = &self.source else {
                    return Err(broken());
                };
                let fields = strings(self.text(0))?;
                let order = self.order(&fields)?;
                let path = order.path_for(&strings(self.text(1))?, self.text(2))?;
                control::send(call, &self.network, token, &order, &path, self.text(3)).await
            }
        }
    }

    /// Of an Ably token. Further texts: capability, clientId, nonce.
    fn token_params(&self) -> TokenRequestParams<'_> {
        TokenRequestParams {
            capability: self.capability.as_ref(),
            client_id: self.texts.get(1).and_then(Option::as_deref),
            ttl_seconds: self.count,
        }
    }

    /// An operation of the Control API, that the access token may call. Further texts: the operation's fields,
    /// which JavaScript has in a table of its own; the parameters of its path; query; body; what the token may
    /// do, if that is known. All but query and body are JSON lists.
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
        if let [.., Some(held)] = &self.texts {
            order.check(&strings(held)?)?;
        }
        Ok(order)
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
