//! Access tokens and the Control API: its operations, the function that calls them, and how an
//! access token finds the keys of an app.

mod access_token;
mod app_key_cache;
mod app_key_finder;
mod app_keys;
mod operations;

pub use crate::access_token::AccessToken;
#[cfg(all(target_arch = "wasm32", feature = "javascript"))]
pub(crate) use access_token::check_named;
pub use access_token::{ACCESS_TOKEN_CAPABILITIES, AccessTokenCapability, access_token_allows};
pub use app_key_cache::{AppKeyCache, AppKeyCacheKey};
pub use app_key_finder::AppKeys;
pub use app_keys::{AppKey, KeyRequirements, choose, choose_revocable, keys_of_app};
pub use operations::{OPERATIONS, Operation, call};
#[cfg(all(target_arch = "wasm32", feature = "javascript"))]
pub(crate) use operations::{OperationCall, send};
