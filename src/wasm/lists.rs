//! Lists, which JavaScript passes as JSON text.

use zeroize::Zeroizing;

use super::key_cache::KeyCache;
use super::shared_buffer::broken;
use crate::error::Result;
use crate::json::Json;
use crate::jwt::SigningKey;
use crate::revocation::{Bearer, RevocationEntry, Target, check_all};
use crate::text::{fill, number};

/// The package's JavaScript always passes valid JSON.
pub(super) fn items(json: &str) -> Result<impl Iterator<Item = Json<'_>>> {
    Ok(Json::parse(json).map_err(|_| broken())?.list())
}

pub(super) fn read_keys(keys: &mut KeyCache, text: &[u8]) -> Result<Vec<SigningKey>> {
    let text = std::str::from_utf8(text).map_err(|_| broken())?;
    let mut found = Vec::new();
    for key in items(text)? {
        let key = Zeroizing::new(key.string().ok_or_else(broken)?.into_owned());
        let place = fill("keys[{}]", &[&number(found.len() as u64)]);
        found.push(
            keys.find(key.as_bytes())
                .map_err(|error| error.at(&place))?,
        );
    }
    Ok(found)
}

/// Refuses a token that any of the revocations revokes. An entry is four consecutive values: keyName, target,
/// issuedBefore, appliesAt.
pub(super) fn check_revocations(text: &str, bearer: &Bearer<'_>, now_ms: u64) -> Result<()> {
    let mut values = items(text)?;
    let mut count = 0;
    let entries = std::iter::from_fn(|| {
        let key_name = values.next()?;
        let mut read = || {
            let target = values.next()?.string()?;
            let (issued_before, applies_at) = (values.next()?.whole()?, values.next()?.whole()?);
            Some((key_name.string()?, target, issued_before, applies_at))
        };
        let path = fill("revocations[{}].target", &[&number(count)]);
        count += 1;
        let entry = read().ok_or_else(broken);
        Some(
            entry.and_then(|(key_name, target, issued_before, applies_at)| {
                Ok(RevocationEntry {
                    key_name: key_name.into_owned(),
                    target: Target::parse_at(&target, &path)?,
                    issued_before,
                    applies_at,
                })
            }),
        )
    });
    check_all(entries, bearer, now_ms)
}
