//! The keys of one app, for callers that have an access token: which key to use, and when to list the keys
//! again.

use std::sync::Arc;

use super::AccessToken;
use super::{AppKey, AppKeyCache, AppKeyCacheKey, KeyRequirements};
use super::{choose, choose_revocable, keys_of_app};
use crate::error::{Error, Result};
use crate::http::{Network, Transport};
use crate::jwt::{IssuedJwt, TokenParams, issue};

/// Finds keys of an app, and keeps what it finds in a cache.
///
/// Listing keys takes two or three calls of the Control API, which allows 2,000 an hour for each access token.
pub struct AppKeys<'a, T: Transport> {
    /// Carries the requests.
    pub transport: &'a T,
    /// Tells the transports that share the cache apart: what one of them answered is not used with another.
    pub transport_id: u32,
    /// Where the Control API is.
    pub network: &'a Network,
    /// Needs `read:key`, and `read:app` to find an app by its name.
    pub access_token: &'a AccessToken,
    /// The app's id, or its name.
    pub app: &'a str,
    /// Shared by all calls of a program.
    pub cache: &'a AppKeyCache,
}

impl<T: Transport> AppKeys<'_, T> {
    /// A key that meets the requirements: from the cache if one there does, otherwise the keys are listed again.
    ///
    /// # Errors
    /// As [`keys_of_app`] and [`choose`].
    pub async fn key(&self, requirements: &KeyRequirements<'_>) -> Result<AppKey> {
        if let Some(keys) = self.cache.get(&self.cache_key(), self.transport.now())
            && let Ok(key) = choose(&keys, requirements)
        {
            return Ok(key.clone());
        }
        choose(&self.list().await?, requirements).cloned()
    }

    /// Every key whose tokens can be revoked, or the named one. Never from the cache: a key that was made
    /// revocable a moment ago must not be missed.
    ///
    /// # Errors
    /// As [`keys_of_app`] and [`choose_revocable`].
    pub async fn revocable_keys(&self, key_name: Option<&str>) -> Result<Vec<AppKey>> {
        choose_revocable(&self.list().await?, key_name)
    }

    /// Issues a token with the key that suits it best, within that key's capability.
    ///
    /// What cannot be right is refused before anything is sent.
    ///
    /// # Errors
    /// As [`AppKeys::key`] and [`issue`].
    pub async fn issue(
        &self,
        key_name: Option<&str>,
        mut params: TokenParams,
        now_ms: u64,
    ) -> Result<IssuedJwt> {
        params.check()?;
        let found = self
            .key(&KeyRequirements {
                key_name,
                capability: Some(&params.capability),
                ttl_seconds: Some(params.ttl_seconds),
                revocable: params.revocable || params.revocation_key.is_some(),
            })
            .await?;
        params.revocable |= found.revocable;
        params.key_capability = params.key_capability.or(found.capability);
        issue(&found.key, &params, now_ms)
    }

    /// Drops what the cache has from this access token if it, or a key that it found, was refused (401, 403).
    pub fn forget_if_refused(&self, error: &Error) {
        if matches!(error.status(), Some(401 | 403)) {
            self.cache.forget(&self.cache_key());
        }
    }

    async fn list(&self) -> Result<Arc<Vec<AppKey>>> {
        let listed = keys_of_app(self.transport, self.network, self.access_token, self.app).await;
        match listed {
            Ok(keys) => Ok(self.cache.put(self.cache_key(), self.transport.now(), keys)),
            Err(error) => {
                self.forget_if_refused(&error);
                Err(error)
            }
        }
    }

    fn cache_key(&self) -> AppKeyCacheKey {
        let control = &self.network.control;
        AppKeyCacheKey::new(control, self.access_token, self.app, self.transport_id)
    }
}
