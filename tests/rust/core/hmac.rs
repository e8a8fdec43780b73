//! HMAC-SHA-256 and the JWS around it, against published vectors.

use crate::vectors::{Case, each, each_of, file};
use ably_edge_auth::ApiKey;
use ably_edge_auth::jwt::hmac_sha256::HmacKey;
use ably_edge_auth::jwt::open;
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};

fn unhex(text: &str) -> Vec<u8> {
    let digits: Vec<u8> = text
        .chars()
        .map(|digit| digit.to_digit(16).expect("hex") as u8)
        .collect();
    digits
        .chunks(2)
        .map(|pair| pair[0] << 4 | pair[1])
        .collect()
}

fn raw_key(encoded: &str) -> HmacKey {
    HmacKey::new(&URL_SAFE_NO_PAD.decode(encoded).expect("base64url"))
}

#[test]
fn rfc_4231() {
    each("rfc4231.json", |case| {
        let key = HmacKey::new(&unhex(&case.text("key")));
        let message = unhex(&case.text("message"));
        let mac = unhex(&case.text("mac"));
        let tag = key.sign(&message);
        assert_eq!(tag[..mac.len()], mac);
        assert!(key.verify(&message, &tag));
        // A truncated tag must not verify.
        assert!(!key.verify(&message, &tag[..16]));
        assert!(!key.verify(&message, b""));
    });
}

#[test]
fn webhooks() {
    each("webhook.json", |case| {
        let key: ApiKey = case.text("key").parse().expect("a key");
        let secret = key.expose().split_once(':').expect("a secret").1;
        let tag = HmacKey::new(secret.as_bytes()).sign(case.text("body").as_bytes());
        let is_same = STANDARD.encode(tag) == case.text("signature");
        assert_eq!(is_same, case.flag("valid"));
    });
}

#[test]
fn wycheproof_hmac() {
    let file = file("wycheproof/hmac_sha256.json");
    let tests = file["tests"].as_array().expect("tests");
    each_of("wycheproof/hmac_sha256.json", tests, |case| {
        let key = HmacKey::new(&unhex(&case.text("key")));
        let message = unhex(&case.text("msg"));
        let tag = unhex(&case.text("tag"));
        let valid = case.text("result") == "valid";
        assert_eq!(key.sign(&message).starts_with(&tag), valid);
        // HS256 requires the whole tag, so valid tags truncated to 128 bits are refused.
        let whole = case.number("tagBits") == 256;
        assert_eq!(key.verify(&message, &tag), valid && whole);
    });
}

#[test]
fn rfc_7515() {
    each("rfc7515.json", |case| {
        let payload = open(&case.text("jws"), &raw_key(&case.text("key"))).expect("signed");
        assert_eq!(payload, case.text("payload").as_bytes());
    });
}

#[test]
fn wycheproof_jws() {
    let file = file("wycheproof/jws_symmetric.json");
    for group in file["groups"].as_array().expect("groups") {
        let key = raw_key(&Case(group["key"].clone()).text("k"));
        let tests = group["tests"].as_array().expect("tests");
        each_of("wycheproof/jws_symmetric.json", tests, |case| {
            let valid = case.get("ours").unwrap_or(case.value("result")) == "valid";
            assert_eq!(open(&case.text("jws"), &key).is_ok(), valid);
        });
    }
}
