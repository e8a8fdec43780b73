//! The functions that use the network. Each takes its options as JSON text in UTF-8 and promises a text. None
//! borrows the shared state across an await.

use std::pin::Pin;

use js_sys::{Promise, Uint8Array};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::future_to_promise;
use zeroize::Zeroizing;

use super::fetch::Call;
use super::inspect::issued_to_json;
use super::issue::Places;
use super::options::{Options, OptionsText};
use super::shared_buffer::broken;
use super::to_js;
use super::verify::state;
use crate::capability::Capability;
use crate::control::AccessToken;
use crate::control::{self, OperationCall};
use crate::control::{AppKey, AppKeyCache, AppKeys, KeyRequirements};
use crate::error::Result;
use crate::http::{Network, Transport, server_time};
use crate::key::ApiKey;
use crate::revocation::Target;
use crate::revocation::revoke::{
    RevocationReport, RevokeError, RevokeParams, key_for_revoking, revoke,
};
use crate::text::{fill, number};
use crate::token_request::{TokenRequestParams, request_token};

/// The app keys that access tokens found, shared by all calls.
static APP_KEYS: AppKeyCache = AppKeyCache::new();

/// The default number of concurrent requests of a revocation.
const DEFAULT_CONCURRENCY: u64 = 4;

/// Returns the time of Ably's clock in ms since 1970.
#[wasm_bindgen(js_name = getTime)]
pub fn get_time(options: Uint8Array, call: Call) -> Promise {
    let text = OptionsText::take(&options);
    promise(async move {
        let options = text.read();
        let time = server_time(&call, &network(options)?).await?;
        Ok(number(time))
    })
}

/// Issues one token with a key that an access token finds. The token's parameters are in the shared buffer, as
/// `issue` reads them; the key's place is empty.
#[wasm_bindgen(js_name = issueByAccessToken)]
pub fn issue_by_access_token(options: Uint8Array, call: Call) -> Promise {
    // Before the first await, after which the buffer holds another call's parameters.
    let params = state().and_then(|mut state| {
        let frame = &mut state.frame;
        frame.rewind();
        Places::take(frame).params(frame)
    });
    let text = OptionsText::take(&options);
    promise(async move {
        let options = text.read();
        let (params, source) = (params?, Source::of(options)?);
        let now_ms = options.number("now").unwrap_or_default();
        let keys = source.app_keys(&call)?;
        let issued = keys.issue(source.key_name(), params, now_ms).await?;
        Ok(issued_to_json(&issued))
    })
}

/// Requests an Ably token. Resolves with its TokenDetails as JSON text.
#[wasm_bindgen(js_name = requestToken)]
pub fn request_ably_token(options: Uint8Array, call: Call) -> Promise {
    let text = OptionsText::take(&options);
    promise(async move {
        let options = text.read();
        let source = Source::of(options)?;
        let capability = options.text("capability");
        let capability = capability
            .map(|text| Capability::parse(&text))
            .transpose()?;
        let client_id = options.text("clientId");
        let ttl_seconds = options.number("ttlSeconds").map(|ttl| ttl as u32);
        let params = TokenRequestParams {
            capability: capability.as_ref(),
            client_id: client_id.as_deref(),
            ttl_seconds,
        };
        let key = source.key(&call, capability.as_ref(), ttl_seconds).await?;
        let now_ms = options.number("now").unwrap_or_default();
        let nonce = options.text("nonce").unwrap_or_default();
        let requested = request_token(&call, &source.network, &key, &params, now_ms, &nonce).await;
        if let (Err(error), Credential::AccessToken(_)) = (&requested, &source.credential) {
            source.app_keys(&call)?.forget_if_refused(error);
        }
        requested
    })
}

/// Revokes tokens. Resolves with the report as JSON text, including the `error` of the whole call if there is one.
#[wasm_bindgen(js_name = revokeTokens)]
pub fn revoke_tokens(options: Uint8Array, call: Call) -> Promise {
    let text = OptionsText::take(&options);
    promise(async move {
        let options = text.read();
        let source = Source::for_revoking(options)?;
        let concurrency = options.number("concurrency").unwrap_or(DEFAULT_CONCURRENCY);
        let params = RevokeParams {
            targets: read_targets(options.texts("targets").unwrap_or_default())?,
            issued_before: options.number("issuedBefore"),
            allow_reauth_margin: options.flag("allowReauthMargin"),
            concurrency: concurrency as usize,
        };
        let keys = source.revocable_keys(&call).await?;
        let mut progress = |done: usize, total: usize| call.progress(done as f64, total as f64);
        let outcome = revoke(&call, &source.network, &keys, &params, &mut progress).await;
        report_to_json(outcome)
    })
}

/// Calls an operation of the Control API. Resolves with the response as JSON text, or an empty text.
#[wasm_bindgen(js_name = callControl)]
pub fn call_control(options: Uint8Array, call: Call) -> Promise {
    let text = OptionsText::take(&options);
    promise(async move {
        let options = text.read();
        let source = Source::of(options)?;
        let operation = options.texts("operation").unwrap_or_default();
        let [name, method, path, needs, label] = operation.as_slice() else {
            return Err(broken());
        };
        let operation = OperationCall {
            name,
            method,
            path,
            needs,
            label,
        };
        if let Some(held) = options.texts("heldCapabilities") {
            operation.check(&held)?;
        }
        let parameters = options.texts("parameters").unwrap_or_default();
        let query = options.text("query").unwrap_or_default();
        let path = operation.path_for(&parameters, &query)?;
        let body = options.text("body").unwrap_or_default();
        let token = source.access_token()?;
        control::send(&call, &source.network, token, &operation, &path, &body).await
    })
}

/// Boxes the future, because the code that runs it would otherwise be compiled for each type.
fn promise(work: impl Future<Output = Result<String>> + 'static) -> Promise {
    let work: Pin<Box<dyn Future<Output = Result<String>>>> = Box::pin(work);
    future_to_promise(async move {
        match work.await {
            Ok(text) => Ok(JsValue::from(text)),
            Err(error) => Err(to_js(&error)),
        }
    })
}

fn network(options: Options<'_>) -> Result<Network> {
    let (endpoint, control) = (options.text("endpoint"), options.text("controlEndpoint"));
    let mut network = Network::new(endpoint.as_deref(), control.as_deref())?;
    if let Some(timeout_ms) = options.number("timeoutMs") {
        network.timeout_ms = timeout_ms as u32;
    }
    Ok(network)
}

fn report_to_json(outcome: std::result::Result<RevocationReport, RevokeError>) -> Result<String> {
    match outcome {
        Ok(report) => Ok(report.to_json(None)),
        Err(failed) => match failed.report {
            Some(report) => Ok(report.to_json(Some(&failed.error))),
            None => Err(failed.error),
        },
    }
}

fn read_targets(texts: Vec<String>) -> Result<Vec<Target>> {
    let mut targets = Vec::new();
    for text in &texts {
        let path = fill("targets[{}]", &[&number(targets.len() as u64)]);
        targets.push(Target::parse_at(text, &path)?);
    }
    Ok(targets)
}

enum Credential {
    Key(ApiKey),
    AccessToken(AccessToken),
}

/// The credential of a call and the addresses to use.
struct Source {
    credential: Credential,
    app: String,
    key_name: Option<String>,
    network: Network,
    transport_id: u32,
}

impl Source {
    fn of(options: Options<'_>) -> Result<Source> {
        Source::with(options, ApiKey::parse)
    }

    fn for_revoking(options: Options<'_>) -> Result<Source> {
        Source::with(options, key_for_revoking)
    }

    fn with(options: Options<'_>, parse_key: fn(&str) -> Result<ApiKey>) -> Result<Source> {
        let key = options.text("key").map(Zeroizing::new);
        let access_token = options.text("accessToken").map(Zeroizing::new);
        let credential = match (key, access_token) {
            (_, Some(token)) => Credential::AccessToken(AccessToken::parse(&token)?),
            (Some(key), None) => Credential::Key(parse_key(&key)?),
            (None, None) => return Err(broken()),
        };
        Ok(Source {
            credential,
            app: options.text("app").unwrap_or_default(),
            key_name: options.text("keyName"),
            network: network(options)?,
            transport_id: options.number("transportId").unwrap_or_default() as u32,
        })
    }

    fn key_name(&self) -> Option<&str> {
        self.key_name.as_deref()
    }

    fn access_token(&self) -> Result<&AccessToken> {
        match &self.credential {
            Credential::AccessToken(token) => Ok(token),
            Credential::Key(_) => Err(broken()),
        }
    }

    fn app_keys<'a, T: Transport>(&'a self, transport: &'a T) -> Result<AppKeys<'a, T>> {
        Ok(AppKeys {
            transport,
            transport_id: self.transport_id,
            network: &self.network,
            access_token: self.access_token()?,
            app: &self.app,
            cache: &APP_KEYS,
        })
    }

    /// Returns the given key, or one that the access token finds.
    async fn key(
        &self,
        call: &Call,
        capability: Option<&Capability>,
        ttl_seconds: Option<u32>,
    ) -> Result<ApiKey> {
        if let Credential::Key(key) = &self.credential {
            return Ok(key.clone());
        }
        let requirements = KeyRequirements {
            key_name: self.key_name(),
            capability,
            ttl_seconds,
            revocable: false,
        };
        Ok(self.app_keys(call)?.key(&requirements).await?.key)
    }

    async fn revocable_keys(&self, call: &Call) -> Result<Vec<ApiKey>> {
        if let Credential::Key(key) = &self.credential {
            return Ok(vec![key.clone()]);
        }
        let found = self.app_keys(call)?.revocable_keys(self.key_name()).await?;
        Ok(found.into_iter().map(|AppKey { key, .. }| key).collect())
    }
}
