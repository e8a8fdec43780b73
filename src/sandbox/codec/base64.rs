//! Padded base64, decoded as strictly as by the `base64` crate.

use crate::base64::decode_url;

/// Decodes a base64 text.
pub(in crate::sandbox) fn decode(text: &str) -> Option<Vec<u8>> {
    if !text.len().is_multiple_of(4) {
        return None;
    }
    let digits = text.strip_suffix("==").or_else(|| text.strip_suffix('='));
    let mut digits = digits.unwrap_or(text).to_owned().into_bytes();
    for digit in &mut digits {
        // Converts to the other alphabet, which differs in two characters.
        *digit = match *digit {
            b'+' => b'-',
            b'/' => b'_',
            b'-' | b'_' => b'=',
            digit => digit,
        };
    }
    decode_url(&[], &digits)
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn decodes_what_the_base64_crate_decodes_and_nothing_else(
            bytes in prop::collection::vec(any::<u8>(), 0..40),
            text in "[A-Ca-c+/_=-]{0,12}",
            at in any::<prop::sample::Index>(),
            other in any::<char>(),
        ) {
            let good = STANDARD.encode(&bytes);
            prop_assert_eq!(super::decode(&good), Some(bytes));
            let mut bad: Vec<char> = good.chars().collect();
            if !bad.is_empty() {
                let at = at.index(bad.len());
                bad[at] = other;
            }
            for text in [text, bad.into_iter().collect(), good.trim_end_matches('=').to_owned()] {
                prop_assert_eq!(super::decode(&text), STANDARD.decode(&text).ok(), "{}", text);
            }
        }
    }
}
