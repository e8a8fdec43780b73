//! Finds the keys of one app with an access token: which key to use, and when to list the keys
//! again.

use std::sync::Arc;

use super::AccessToken;
use super::{AppKey, AppKeyCache, AppKeyCacheKey, KeyRequirements};
use super::{choose, choose_revocable, keys_of_app};
use crate::error::{Error, Result};
use crate::http::{Network, Transport};
use crate::jwt::{IssuedJwt, Issuer, Overrides, SigningKey, TokenParams};

/// Finds the keys of an app and caches them.
///
/// Listing keys takes two or three Control API calls, and each access token has 2,000 calls an
/// hour.
pub struct AppKeys<'a, T: Transport> {
    /// Sends the requests.
    pub transport: &'a T,
    /// Identifies this transport in the shared cache. Keys found through one transport are not used
    /// with another.
    pub transport_id: u32,
    /// The address of the Control API.
    pub network: &'a Network,
    /// Needs `read:key`, and `read:app` to find an app by name.
    pub access_token: &'a AccessToken,
    /// The app's id or name.
    pub app: &'a str,
    /// Shared by all calls of a program.
    pub cache: &'a AppKeyCache,
}

impl<T: Transport> AppKeys<'_, T> {
    /// Returns a key that meets the requirements: from the cache if possible, otherwise by listing
    /// the keys again.
    ///
    /// # Errors
    /// Same as [`keys_of_app`] and [`choose`].
    pub async fn key(&self, requirements: &KeyRequirements<'_>) -> Result<AppKey> {
        if let Some(keys) = self.cache.get(&self.cache_key(), self.transport.now())
            && let Ok(key) = choose(&keys, requirements)
        {
            return Ok(key.clone());
        }
        choose(&self.list().await?, requirements).cloned()
    }

    /// Returns every key with revocable tokens, or the named key. Never reads the cache, so that a
    /// key that was just made revocable is not missed.
    ///
    /// # Errors
    /// Same as [`keys_of_app`] and [`choose_revocable`].
    pub async fn revocable_keys(&self, key_name: Option<&str>) -> Result<Vec<AppKey>> {
        choose_revocable(&self.list().await?, key_name)
    }

    /// Issues a token with the most suitable key, within that key's capability.
    ///
    /// Invalid options are refused before any request is sent.
    ///
    /// # Errors
    /// Same as [`AppKeys::key`] and [`issue`](crate::issue).
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
        Issuer::of(&SigningKey::from(found.key), params)?.issue(&Overrides::default(), now_ms)
    }

    /// Removes the cached keys of this access token if the token, or a key it found, was refused
    /// (401, 403).
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
