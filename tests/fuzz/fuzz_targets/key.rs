//! Keys: whatever is taken is taken apart without a loss, and no error repeats any of it.
#![no_main]

use ably_edge_auth::ApiKey;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    match ApiKey::parse(text) {
        Ok(key) => {
            assert_eq!(key.expose(), text);
            assert_eq!(key.name(), format!("{}.{}", key.app_id(), key.key_id()));
            let secret = text
                .strip_prefix(key.name())
                .and_then(|rest| rest.strip_prefix(':'));
            assert!(secret.is_some_and(|secret| !secret.is_empty()));
            assert!(!key.app_id().is_empty() && !key.key_id().is_empty());
            assert_eq!(
                format!("{key:?}"),
                format!("ApiKey(\"{}:***\")", key.name())
            );
        }
        Err(error) => {
            // The sentences are fixed: none depends on the text.
            assert_eq!((error.code(), error.path()), (Some(40005), Some("key")));
            assert!(error.message().len() < 100);
        }
    }
});
