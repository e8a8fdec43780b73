//! Authenticates a caller and determines what it may do.

use super::credentials::{Credential, text, unreadable};
use crate::capability::Capability;
use crate::jwt::hmac_sha256::HmacKey;
use crate::jwt::{
    MAX_REVOCABLE_TTL_SECONDS, MAX_TTL_SECONDS, VerifyOptions, embedded_in, expired, signer, verify,
};
use crate::key::ApiKey;
use crate::revocation::Bearer;
use crate::sandbox::error::{Outcome, Refusal};
use crate::sandbox::setup::hash;
use crate::sandbox::state::{App, Key, State, namespace_of};
use crate::sandbox::{Context, Transaction};

/// A caller with a valid key or token.
pub(in crate::sandbox) struct Caller<'a> {
    pub(in crate::sandbox) app_id: &'a str,
    pub(in crate::sandbox) app: &'a App,
    /// The key that was presented, or that issued the token.
    pub(in crate::sandbox) key: &'a Key,
    pub(in crate::sandbox) how: AuthMethod,
    /// The capability of the key, or that of the token narrowed by its key.
    pub(in crate::sandbox) capability: Capability,
    pub(in crate::sandbox) identity: Identity,
    /// All claims of a JWT, as JSON text.
    pub(in crate::sandbox) claims: Option<String>,
    /// `None` for a key.
    pub(in crate::sandbox) token: Option<Token>,
}

/// What revocation and expiry need to know about a token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::sandbox) struct Token {
    pub(in crate::sandbox) client_id: Option<String>,
    pub(in crate::sandbox) revocation_key: Option<String>,
    /// ms since 1970
    pub(in crate::sandbox) issued: u64,
    /// ms since 1970
    pub(in crate::sandbox) expires: u64,
}

/// The kind of credential.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::sandbox) enum AuthMethod {
    Key,
    Token,
}

/// The client id under which a caller may publish.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::sandbox) enum Identity {
    /// No client id.
    Nobody,
    /// Any client id, or none: a key, or a token with `*`.
    Anybody,
    /// This client id, whether the message states it or not.
    One(String),
}

impl<'a> Caller<'a> {
    /// Authenticates a request.
    ///
    /// # Errors
    /// 40106 no credential, 40005 unreadable, 40400 unknown, 40101 invalid, 40131 revoked key,
    /// 40120 disabled app, 4014x token, 40003 and 40012 token claims, 40160 empty capability.
    pub(in crate::sandbox) fn of(context: &Context<'a>) -> Outcome<Caller<'a>> {
        let caller = Caller::with(context, &Credential::read(context.call)?)?;
        let Some(said) = context.call.request.header("x-ably-clientid") else {
            return Ok(caller);
        };
        // SPEC RSA7e2
        let said =
            text(said).ok_or_else(|| client_id("X-Ably-ClientId is not base64-encoded text"))?;
        let identity = caller.identity.narrowed(said).ok_or_else(|| {
            client_id("X-Ably-ClientId is not the client id of these credentials")
        })?;
        Ok(Caller { identity, ..caller })
    }

    /// Authenticates with this credential.
    ///
    /// # Errors
    /// Those of `of`, except 40106.
    pub(in crate::sandbox) fn with(
        transaction: &Transaction<'a>,
        credential: &Credential,
    ) -> Outcome<Caller<'a>> {
        match credential {
            Credential::Key(key) => by_key(transaction, key),
            Credential::Token(token) => by_token(transaction, token),
        }
    }

    /// # Errors
    /// 40160, 401: the operation is not allowed on this resource, and why. 40161: that of
    /// `identified`.
    pub(in crate::sandbox) fn permit(&self, operation: &str, resource: &str) -> Outcome<()> {
        self.permit_any(&[operation], resource)
    }

    /// Permits what any of several operations allows. A refusal speaks of the last one.
    ///
    /// # Errors
    /// Those of `permit`.
    pub(in crate::sandbox) fn permit_any(
        &self,
        operations: &[&str],
        resource: &str,
    ) -> Outcome<()> {
        let allows = |operation: &&str| self.capability.allows(operation, resource);
        if operations.iter().any(allows) {
            return self.identified(resource);
        }
        let operation = operations.last().copied().unwrap_or_default();
        let explanation = self.capability.explain(operation, resource);
        Err(Refusal::new(401, 40160, explanation.message))
    }

    /// # Errors
    /// 40161, 401: the namespace of the channel requires identified clients, and this one has no
    /// client id
    /// (<https://ably.com/docs/platform/errors/codes/40161-identified-client-required>).
    pub(in crate::sandbox) fn identified(&self, channel: &str) -> Outcome<()> {
        if self.identity != Identity::Nobody || !self.app.has_rule(channel, "authenticated") {
            return Ok(());
        }
        let message = format!(
            "the namespace {:?} requires identified clients: issue the token for a client id",
            namespace_of(channel)
        );
        Err(Refusal::new(401, 40161, message))
    }
}

impl Identity {
    /// Narrows the identity to the client id that the caller states. `None`: it may not act under
    /// that one.
    pub(in crate::sandbox) fn narrowed(self, said: String) -> Option<Identity> {
        match self {
            Identity::Anybody if said != "*" => Some(Identity::One(said)),
            Identity::One(own) if own == said => Some(Identity::One(own)),
            _ => None,
        }
    }

    /// The client id of a message, given the one it states, if any.
    ///
    /// # Errors
    /// 40012, 400: the caller may not publish under this client id.
    pub(in crate::sandbox) fn stamp(&self, said: Option<&str>) -> Outcome<Option<String>> {
        match (self, said) {
            (Identity::One(own), None) => Ok(Some(own.clone())),
            (Identity::One(own), Some(said)) if own == said => Ok(Some(own.clone())),
            (Identity::Anybody, Some("*")) => Err(client_id("a message is never from *")),
            (Identity::Anybody, said) => Ok(said.map(str::to_owned)),
            (Identity::Nobody, None) => Ok(None),
            (Identity::Nobody, Some(_)) => Err(client_id(
                "the message has a clientId, and the token has none: issue it for that client id, or for *",
            )),
            (Identity::One(_), Some(_)) => Err(client_id(
                "the message's clientId is not that of these credentials",
            )),
        }
    }
}

pub(in crate::sandbox) fn client_id(message: &str) -> Refusal {
    Refusal::new(400, 40012, message)
}

/// Looks up a key by name. As at Ably, the status shows which half of the name is unknown.
///
/// # Errors
/// 40400, 404: no such app. 40400, 401: no such key in it.
pub(in crate::sandbox) fn key_named<'a>(
    state: &'a State,
    key_name: &str,
) -> Outcome<(&'a str, &'a App, &'a Key)> {
    let (app_id, key_id) = key_name.split_once('.').unwrap_or((key_name, ""));
    let Some((app_id, app)) = state.apps.with_name(app_id) else {
        return Err(Refusal::not_found("there is no such app in this sandbox"));
    };
    let Some(key) = app.keys.get(key_id) else {
        return Err(Refusal::new(401, 40400, "there is no such key in this app"));
    };
    Ok((app_id, app, key))
}

/// # Errors
/// 40131, 40120: the key is revoked or its app is disabled.
pub(in crate::sandbox) fn in_use(app: &App, key: &Key) -> Outcome<()> {
    if key.record.is_revoked {
        return Err(Refusal::new(401, 40131, "the key was revoked"));
    }
    if !app.is_enabled() {
        return Err(Refusal::new(401, 40120, "the app is disabled"));
    }
    Ok(())
}

fn by_key<'a>(transaction: &Transaction<'a>, shown: &str) -> Outcome<Caller<'a>> {
    let shown = ApiKey::parse(shown)?;
    let (app_id, app, key) = key_named(transaction.state, shown.name())?;
    // In constant time: compares the secrets through their MACs.
    let hmac = |key: &ApiKey| HmacKey::new(key.secret().as_bytes());
    if !hmac(&key.key).verify(b"", &hmac(&shown).sign(b"")) {
        return Err(Refusal::new(
            401,
            40101,
            "the secret does not match this key",
        ));
    }
    in_use(app, key)?;
    Ok(Caller {
        app_id,
        app,
        key,
        how: AuthMethod::Key,
        capability: key.capability.clone(),
        identity: Identity::Anybody,
        claims: None,
        token: None,
    })
}

fn by_token<'a>(transaction: &Transaction<'a>, token: &str) -> Outcome<Caller<'a>> {
    match token.split('.').count() {
        2 => by_ably_token(transaction, token),
        3 | 5 => by_jwt(transaction, token),
        _ => Err(unreadable(
            "the token is neither a JWT nor a token of this sandbox",
        )),
    }
}

fn by_ably_token<'a>(transaction: &Transaction<'a>, token: &str) -> Outcome<Caller<'a>> {
    let Some(record) = transaction.state.token(&hash(token)) else {
        return Err(Refusal::new(
            401,
            40143,
            "the token is unknown: it was issued elsewhere or expired long ago",
        ));
    };
    let (app_id, app, key) = key_named(transaction.state, &record.key_name)?;
    in_use(app, key)?;
    if transaction.now >= record.expires {
        return Err(expired(record.expires / 1_000, transaction.now / 1_000).into());
    }
    let capability = Capability::read(&record.capability)?;
    let bearer = Bearer {
        key_name: &record.key_name,
        client_id: record.client_id.as_deref(),
        revocation_key: None,
        capability: Some(&capability),
        issued: record.issued,
    };
    not_revoked(transaction, &bearer)?;
    Ok(Caller {
        app_id,
        app,
        key,
        how: AuthMethod::Token,
        identity: identity_of(record.client_id.clone()),
        capability,
        claims: None,
        token: Some(Token {
            client_id: record.client_id.clone(),
            revocation_key: None,
            issued: record.issued,
            expires: record.expires,
        }),
    })
}

fn by_jwt<'a>(transaction: &Transaction<'a>, token: &str) -> Outcome<Caller<'a>> {
    let embedded = embedded_in(token)?;
    let inner = embedded.as_ref().map_or(token, |it| it.inner.as_str());
    if let Some(embedded) = &embedded
        && inner.split('.').count() == 2
    {
        let mut caller = by_ably_token(transaction, inner)?;
        if let Some(token) = &mut caller.token {
            let options = VerifyOptions::at(transaction.now);
            token.expires = embedded.end(token.expires, &options)?;
        }
        return Ok(caller);
    }
    let (app_id, app, key) = key_named(transaction.state, &signer(inner)?)?;
    let options = VerifyOptions {
        key_capability: Some(&key.capability),
        max_ttl_seconds: match key.record.revocable_tokens {
            true => MAX_REVOCABLE_TTL_SECONDS,
            false => MAX_TTL_SECONDS,
        },
        embedded: embedded.is_some(),
        ..VerifyOptions::at(transaction.now)
    };
    let verified = verify(token, [&key.key], &options).map_err(|error| {
        let mut refusal = Refusal::from(error);
        // Ably says of another signature what it says of any token that it cannot decode, so that
        // clients renew it (ably-go, auth_integration_test.go).
        if refusal.code == 40101 {
            refusal.code = 40144;
        }
        refusal
    })?;
    in_use(app, key)?;
    not_revoked(transaction, &verified.bearer())?;
    Ok(Caller {
        app_id,
        app,
        key,
        how: AuthMethod::Token,
        // A token without a capability has the key's.
        capability: verified
            .capability
            .unwrap_or_else(|| key.capability.clone()),
        identity: identity_of(verified.client_id.clone()),
        claims: Some(verified.claims),
        token: Some(Token {
            client_id: verified.client_id,
            revocation_key: verified.revocation_key,
            issued: verified.issued,
            expires: verified.expires,
        }),
    })
}

fn identity_of(client_id: Option<String>) -> Identity {
    match client_id {
        None => Identity::Nobody,
        Some(all) if all == "*" => Identity::Anybody,
        Some(one) => Identity::One(one),
    }
}

fn not_revoked(transaction: &Transaction<'_>, bearer: &Bearer<'_>) -> Outcome<()> {
    let revocations = &transaction.state.revocations;
    match revocations.revoking(bearer, transaction.now)? {
        Some(entry) => Err(entry.refusal().into()),
        None => Ok(()),
    }
}
