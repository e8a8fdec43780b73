//! Revocations that are kept somewhere and looked up: where they stand there, and whether a token that
//! was verified before falls to them.

use sha2::{Digest, Sha256};
use wasm_bindgen::prelude::*;

use super::lists::check_revocations;
use super::verify::{NOW, run};
use crate::base64::push_url;
use crate::capability::Capability;
use crate::revocation::Bearer;

const ISSUED: usize = 9;

/// Where the revocations of a target stand: base64url(SHA-256(text)), which no store finds too long.
/// Text: key name, a space, the target; a key name has no space. Answer: the id.
#[wasm_bindgen(js_name = revocationId)]
pub fn revocation_id() -> u32 {
    run(&mut |state| {
        let text = state.frame.text(0)?.unwrap_or_default();
        let mut id = Vec::new();
        push_url(&mut id, &Sha256::digest(text));
        state.frame.answer(&[Some(&id)]);
        Ok(())
    })
}

/// Refuses a verified token that falls to any of these. Texts: keyName, clientId, revocationKey,
/// capability (if it is narrowed by the key's), revocations (a JSON list).
#[wasm_bindgen(js_name = checkRevoked)]
pub fn check_revoked() -> u32 {
    run(&mut |state| {
        let key_name = state.frame.string(0)?;
        let client_id = state.frame.owned(1)?;
        let revocation_key = state.frame.owned(2)?;
        let capability = state.frame.text(3)?.map(Capability::read).transpose()?;
        let bearer = Bearer {
            key_name: &key_name,
            client_id: client_id.as_deref(),
            revocation_key: revocation_key.as_deref(),
            capability: capability.as_ref(),
            issued: state.frame.milliseconds(ISSUED),
        };
        let now_ms = state.frame.milliseconds(NOW);
        let revocations = state.frame.text(4)?.unwrap_or("[]");
        check_revocations(revocations, &bearer, now_ms)
    })
}
