//! The functions that go over the network. Each reads its texts at once, before anything else can run,
//! and gives a promise; nothing is held across a wait.
//!
//! Texts: key or access token, app, keyName, endpoint, controlEndpoint, and what a function adds.

use std::future::Future;
use std::pin::Pin;

use js_sys::Promise;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::future_to_promise;
use zeroize::Zeroizing;

use super::fetch::Call;
use super::frame::{Frame, broken};
use super::hot::state;
use super::to_js;
use crate::access_token::AccessToken;
use crate::capability::Capability;
use crate::control::{Operation, call};
use crate::error::{Error, Result};
use crate::json::{Json, Writer};
use crate::key::ApiKey;
use crate::key_source::{AppKey, Found, Wish, choose, choose_revocable, keys_of_app};
use crate::rest::{Network, Transport};
use crate::revocation::Target;
use crate::revoke::{RevokeError, RevokeParams, key_for_revoking, revoke};
use crate::text::{concat, number};
use crate::token_request::TokenRequestParams;
use crate::token_service::{request_token, server_time};

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

/// What is under way, whatever it is: one type, since in wasm every further one is paid for. It gives
/// text, JSON as a rule.
type Work = Pin<Box<dyn Future<Output = Result<String>>>>;

/// Starts one of the functions below, by its place here. The texts and numbers are read before this
/// returns.
#[wasm_bindgen]
pub fn send(function: u32, call: Call) -> Promise {
    let work = state().and_then(|mut state| {
        let frame = &mut state.frame;
        frame.rewind();
        match function {
            0 => get_time(frame, call),
            1 => find_key(frame, call),
            2 => exchange_token_request(frame, call),
            3 => revoke_tokens(frame, call),
            _ => control(frame, call),
        }
    });
    match work {
        Ok(work) => future_to_promise(async {
            let text = work.await.map_err(|error| to_js(&error))?;
            Ok(JsValue::from_str(&text))
        }),
        Err(error) => Promise::reject(&to_js(&error)),
    }
}

/// Where a key comes from.
enum Source {
    Key(ApiKey),
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

/// The first three texts. `parse` reads a key.
fn read_source(frame: &mut Frame, parse: fn(&str) -> Result<ApiKey>) -> Result<Source> {
    let secret = frame.secret(0, |bytes| {
        let text = std::str::from_utf8(bytes).map_err(|_| broken())?;
        Ok(Zeroizing::new(text.to_owned()))
    })?;
    let (app, key_name) = (frame.string(1)?, frame.owned(2)?);
    Ok(if frame.has(FLAGS, BY_ACCESS_TOKEN) {
        Source::App(App {
            token: AccessToken::parse(&secret)?,
            app,
            key_name,
            transport: frame.whole(TRANSPORT).unwrap_or_default(),
        })
    } else {
        Source::Key(parse(&secret)?)
    })
}

impl App {
    /// Where its keys are kept.
    fn place(&self, network: &Network) -> Found {
        Found::new(&network.control, &self.token, &self.app, self.transport)
    }

    /// What `pick` takes of the app's keys. Those that were kept are asked for anew if they do not do.
    async fn pick(
        &self,
        call: &Call,
        network: &Network,
        kept_will_do: bool,
        pick: &dyn Fn(&[AppKey]) -> Result<Vec<AppKey>>,
    ) -> Result<Vec<AppKey>> {
        let place = self.place(network);
        if kept_will_do
            && let Some(keys) = state()?.found.get(&place, call.now())
            && let Ok(picked) = pick(&keys)
        {
            return Ok(picked);
        }
        let keys = keys_of_app(call, network, &self.token, &self.app).await;
        match keys {
            Ok(keys) => pick(&state()?.found.put(place, call.now(), keys)),
            Err(error) => {
                forget_if_refused(&place, &error)?;
                Err(error)
            }
        }
    }
}

/// The fourth and fifth text.
fn read_network(frame: &mut Frame) -> Result<Network> {
    let endpoint = frame.owned(3)?;
    let control = frame.owned(4)?;
    let mut network = Network::new(endpoint.as_deref(), control.as_deref())?;
    network.timeout_ms = frame.whole(TIMEOUT).unwrap_or(network.timeout_ms);
    Ok(network)
}

/// Ably's clock, as digits.
fn get_time(frame: &mut Frame, call: Call) -> Result<Work> {
    for slot in 0..3 {
        frame.text(slot)?;
    }
    let network = read_network(frame)?;
    Ok(Box::pin(async move {
        Ok(number(server_time(&call, &network).await?))
    }))
}

/// Finds a key to issue with. Further text: capability. Gives `{keyName, number}`; the number is for
/// `issueFound`.
fn find_key(frame: &mut Frame, call: Call) -> Result<Work> {
    let source = read_source(frame, ApiKey::parse)?;
    let network = read_network(frame)?;
    let capability = frame.text(5)?.map(Capability::parse).transpose()?;
    let ttl_seconds = frame.whole(COUNT);
    let revocable = frame.has(FLAGS, REVOCABLE);
    Ok(Box::pin(async move {
        let Source::App(app) = source else {
            return Err(broken());
        };
        let wish = Wish {
            key_name: app.key_name.as_deref(),
            capability: Some(&capability.unwrap_or_else(Capability::all_channels)),
            ttl_seconds,
            revocable,
        };
        let pick = |keys: &[AppKey]| Ok(vec![choose(keys, &wish)?.clone()]);
        let found = app.pick(&call, &network, true, &pick).await?;
        let found = found.into_iter().next().ok_or_else(broken)?;
        let mut json = Writer::new();
        json.text("keyName", found.key.name());
        json.number("number", u64::from(state()?.chosen.put(found)));
        Ok(json.finish())
    }))
}

/// An Ably token. Further texts: capability, clientId, nonce. Gives TokenDetails.
fn exchange_token_request(frame: &mut Frame, call: Call) -> Result<Work> {
    let source = read_source(frame, ApiKey::parse)?;
    let network = read_network(frame)?;
    let capability = frame.text(5)?.map(Capability::parse).transpose()?;
    let client_id = frame.owned(6)?;
    let nonce = frame.string(7)?;
    let ttl_seconds = frame.whole(COUNT);
    let now = frame.milliseconds(TIME);
    Ok(Box::pin(async move {
        let capability = capability.as_ref();
        let mut place = None;
        let keys = match source {
            Source::Key(key) => vec![key],
            Source::App(app) => {
                let wish = Wish {
                    key_name: app.key_name.as_deref(),
                    capability,
                    ttl_seconds,
                    revocable: false,
                };
                let pick = |keys: &[AppKey]| Ok(vec![choose(keys, &wish)?.clone()]);
                place = Some(app.place(&network));
                keys_only(app.pick(&call, &network, true, &pick).await?)
            }
        };
        let key = keys.first().ok_or_else(broken)?;
        let params = TokenRequestParams {
            capability,
            client_id: client_id.as_deref(),
            ttl_seconds,
        };
        let token = request_token(&call, &network, key, &params, now, &nonce).await;
        if let (Some(place), Err(error)) = (&place, &token) {
            forget_if_refused(place, error)?;
        }
        token
    }))
}

/// What was kept is no good if it, or a key of it, is refused.
fn forget_if_refused(place: &Found, error: &Error) -> Result<()> {
    if matches!(error.status(), Some(401 | 403)) {
        state()?.found.forget(place);
    }
    Ok(())
}

fn keys_only(found: Vec<AppKey>) -> Vec<ApiKey> {
    found.into_iter().map(|it| it.key).collect()
}

/// Revokes. Further text: the targets, as a JSON list. Gives the report, with `error` in it if there is
/// more to say.
fn revoke_tokens(frame: &mut Frame, call: Call) -> Result<Work> {
    let source = read_source(frame, key_for_revoking)?;
    let network = read_network(frame)?;
    let params = RevokeParams {
        targets: read_targets(&frame.string(5)?)?,
        issued_before: frame
            .number(TIME)
            .is_finite()
            .then(|| frame.milliseconds(TIME)),
        allow_reauth_margin: frame.has(FLAGS, MARGIN),
        concurrency: frame.whole(COUNT).unwrap_or(4) as usize,
    };
    Ok(Box::pin(async move {
        let keys = match source {
            Source::Key(key) => vec![key],
            Source::App(app) => {
                let name = app.key_name.as_deref();
                let pick = |keys: &[AppKey]| choose_revocable(keys, name);
                // Never from what was kept: a key that was just made revocable must not be missed.
                keys_only(app.pick(&call, &network, false, &pick).await?)
            }
        };
        let mut progress = |done: usize, total: usize| call.progress(done as f64, total as f64);
        let done = revoke(&call, &network, &keys, &params, &mut progress).await;
        match done {
            Ok(report) => Ok(report.to_json(None)),
            Err(RevokeError { error, report }) => match report {
                Some(report) => Ok(report.to_json(Some(&error))),
                None => Err(error),
            },
        }
    }))
}

fn read_targets(json: &str) -> Result<Vec<Target>> {
    let mut targets = Vec::new();
    for target in Json::parse(json).map_err(|_| broken())?.list() {
        let place = concat(&["targets[", &number(targets.len() as u64), "]"]);
        let text = target.string().unwrap_or_default();
        targets.push(Target::parse_at(&text, &place)?);
    }
    Ok(targets)
}

/// Calls an operation of the Control API. Further texts: its name; the parameters of its path, as a JSON
/// list; query; body; what the token may do, as a JSON list, if that is known. Gives what it answered.
fn control(frame: &mut Frame, caller: Call) -> Result<Work> {
    let source = read_source(frame, ApiKey::parse)?;
    let network = read_network(frame)?;
    let operation = Operation::named(&frame.string(5)?).ok_or_else(broken)?;
    let parameters = strings(&frame.string(6)?)?;
    let (query, body) = (frame.string(7)?, frame.string(8)?);
    if let Some(held) = frame.owned(9)? {
        operation.check(&strings(&held)?)?;
    }
    Ok(Box::pin(async move {
        let Source::App(App { token, .. }) = source else {
            return Err(broken());
        };
        call(
            &caller,
            &network,
            &token,
            operation,
            &parameters,
            &query,
            &body,
        )
        .await
    }))
}

fn strings(json: &str) -> Result<Vec<String>> {
    let mut strings = Vec::new();
    for item in Json::parse(json).map_err(|_| broken())?.list() {
        strings.push(item.string().unwrap_or_default().into_owned());
    }
    Ok(strings)
}
