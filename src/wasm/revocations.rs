//! Stored revocations: under which id a store keeps them, and whether they revoke a verified token.

use sha2::{Digest, Sha256};
use wasm_bindgen::prelude::*;

use super::abi::{CHECK_REVOKED_TEXTS, ISSUED, NOW, REVOCATION_ID_TEXTS};
use super::lists::check_revocations;
use super::verify::run;
use crate::base64::push_url;
use crate::capability::Capability;
use crate::revocation::Bearer;

/// The id of a target's revocations in a store: base64url(SHA-256(text)), short enough for every store.
/// Texts: [`REVOCATION_ID_TEXTS`]. Answer: the id.
#[wasm_bindgen(js_name = revocationId)]
pub fn revocation_id() -> u32 {
    run(&mut |state| {
        let frame = &mut state.frame;
        let [target] = frame.places::<{ REVOCATION_ID_TEXTS.len() }>();
        let mut id = Vec::new();
        push_url(&mut id, &Sha256::digest(frame.required(target)?));
        frame.answer([Some(&id)]);
        Ok(())
    })
}

/// Refuses a verified token that any of these revokes. Texts: [`CHECK_REVOKED_TEXTS`].
#[wasm_bindgen(js_name = checkRevoked)]
pub fn check_revoked() -> u32 {
    run(&mut |state| {
        let frame = &mut state.frame;
        let [key_name, client_id, revocation_key, capability, revocations] =
            frame.places::<{ CHECK_REVOKED_TEXTS.len() }>();
        let capability = frame.text(capability)?.map(Capability::read).transpose()?;
        let bearer = Bearer {
            key_name: frame.required(key_name)?,
            client_id: frame.text(client_id)?,
            revocation_key: frame.text(revocation_key)?,
            capability: capability.as_ref(),
            issued: frame.milliseconds(ISSUED),
        };
        let revocations = frame.required(revocations)?;
        check_revocations(revocations, &bearer, frame.milliseconds(NOW))
    })
}
