//! Internal functions, exported so that published test vectors can be run through the shipped file.

use wasm_bindgen::prelude::*;

use super::verify::run;
use crate::jwt::hmac_sha256::HmacKey;
use crate::jwt::open;

/// HMAC-SHA-256 of raw bytes (key, message). Answer: the tag.
#[wasm_bindgen]
pub fn hs256() -> u32 {
    run(&mut |state| {
        let frame = &mut state.frame;
        let [key, message] = frame.places();
        let key = frame.secret(key, |key| Ok(HmacKey::new(key)))?;
        let tag = frame.secret(message, |message| Ok(key.sign(message)))?;
        frame.answer([Some(&tag)]);
        Ok(())
    })
}

/// The payload of a compact JWS signed with a raw key (key, token).
#[wasm_bindgen(js_name = openJws)]
pub fn open_jws() -> u32 {
    run(&mut |state| {
        let frame = &mut state.frame;
        let [key, token] = frame.places();
        let key = frame.secret(key, |key| Ok(HmacKey::new(key)))?;
        let payload = open(frame.required(token)?, &key)?;
        frame.answer([Some(&payload)]);
        Ok(())
    })
}
