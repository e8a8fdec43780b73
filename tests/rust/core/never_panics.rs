//! No input panics, whether it comes from a caller or over the network.

use crate::generators::*;
use crate::vectors::jws;
use ably_edge_auth::jwt::hmac_sha256::HmacKey;
use ably_edge_auth::jwt::open;
use ably_edge_auth::{
    ApiKey, Capability, CheckContext, ExtraClaims, TokenParams, TokenRequest, TokenRequestParams,
    VerifyOptions, decode, issue, verify,
};
use proptest::prelude::*;

proptest! {
    #![proptest_config(config())]

    #[test]
    fn no_text_panics(
        text in prop_oneof![any::<String>(), jsonish(), tokenish(), keyish()],
        other in prop_oneof![any::<String>(), resource(), jsonish()],
        now in any::<u64>(), tolerance in any::<Option<u32>>(), most in any::<u32>(),
        embedded in any::<bool>(),
    ) {
        let key: ApiKey = "app.key:secret".parse().expect("a key");
        let _ = ApiKey::parse(&text);
        let _ = decode(&text, now);
        let _ = open(&text, &HmacKey::new(other.as_bytes()));
        let capability = Capability::read(&other).ok();
        let options = VerifyOptions {
            clock_tolerance_seconds: tolerance,
            max_ttl_seconds: most,
            key_capability: capability.as_ref(),
            embedded,
            ..VerifyOptions::at(now)
        };
        let _ = verify(&text, &[key], &options);
        for unidentified in [false, true] {
            let context = CheckContext { unidentified, key_capability: capability.as_ref() };
            let _ = Capability::check(&text, &context);
        }
        for capability in Capability::read(&text).into_iter().chain(Capability::parse(&text)) {
            let _ = capability.explain(&other, &text);
            let _ = capability.allows(&text, &other);
            let _ = capability.intersect(&capability);
            let _ = capability.compact();
        }
        for name in [&text, &other] {
            let mut extra = ExtraClaims::default();
            let _ = extra.claim(name, &text);
            let _ = extra.channel(name, &other);
            let _ = extra.publish_rate(name, f64::from_bits(now));
        }
    }

    /// Correctly signed, so that the claims are read.
    #[test]
    fn no_signed_text_panics(
        header in prop_oneof![Just(r#"{"alg":"HS256","kid":"app.key"}"#.to_owned()), jsonish()],
        payload in prop_oneof![any::<String>(), jsonish(), claimish()],
        now in any::<u64>(), embedded in any::<bool>(),
    ) {
        let key: ApiKey = "app.key:secret".parse().expect("a key");
        let token = jws(&header, &payload, "secret");
        let options = VerifyOptions { embedded, ..VerifyOptions::at(now) };
        if let Ok(verified) = verify(&token, &[key], &options) {
            prop_assert!(verified.expires > verified.issued);
            prop_assert!(verified.expires - verified.issued <= 86_400_000);
            prop_assert!(verified.expires > now);
        }
        let _ = decode(&token, now);
    }

    /// Issued tokens verify, and times out of range are refused.
    #[test]
    fn issuing_at_any_time(now in any::<u64>(), ttl in 0..90_000u32, timestamp in any::<u64>()) {
        let key: ApiKey = "app.key:secret".parse().expect("a key");
        let params = TokenParams { ttl_seconds: ttl, ..TokenParams::default() };
        for now in [now, now / 1_000, u64::MAX - now % 100_000_000] {
            if let Ok(issued) = issue(&key, &params, now) {
                prop_assert!(verify(&issued.token, [&key], &VerifyOptions::at(now)).is_ok());
            }
        }
        let params = TokenRequestParams { ttl_seconds: Some(ttl), ..TokenRequestParams::default() };
        let _ = TokenRequest::sign(&key, &params, timestamp, "0123456789abcdef");
    }
}
