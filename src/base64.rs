//! Base64 in the two forms that Ably uses: standard with padding, and base64url without.
//!
//! The `base64` crate encodes here; its decoder, which knows every dialect, is eight times the size of this one.

use base64::Engine as _;
use base64::engine::GeneralPurpose;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};

/// Appends bytes in standard base64, with padding.
pub(crate) fn push_standard(out: &mut Vec<u8>, bytes: &[u8]) {
    push(out, &STANDARD, bytes);
}

/// Appends bytes in base64url, without padding.
pub(crate) fn push_url(out: &mut Vec<u8>, bytes: &[u8]) {
    push(out, &URL_SAFE_NO_PAD, bytes);
}

/// Without the library's path through `String`, which may panic.
fn push(out: &mut Vec<u8>, engine: &GeneralPurpose, bytes: &[u8]) {
    let start = out.len();
    push_zeros(out, bytes.len().div_ceil(3) * 4);
    // The buffer is long enough: this cannot fail.
    let place = out.get_mut(start..).unwrap_or_default();
    let length = engine.encode_slice(bytes, place).unwrap_or_default();
    out.truncate(start + length);
}

/// `Vec::resize`, which goes byte by byte where size is asked of the compiler.
fn push_zeros(out: &mut Vec<u8>, mut count: usize) {
    const ZEROS: [u8; 256] = [0; 256];
    while count > 0 {
        let some = ZEROS.get(..count).unwrap_or(&ZEROS);
        out.extend_from_slice(some);
        count -= some.len();
    }
}

/// The bytes that a text in base64url stands for. Strict: no padding, no other alphabet, no stray bits at the end.
///
/// `known_prefix`: the bytes that the text is known to begin with, three for four digits.
pub(crate) fn decode_url(known_prefix: &[u8], text: &[u8]) -> Option<Vec<u8>> {
    let mut out = vec![0; text.len() / 4 * 3 + text.len() % 4 * 3 / 4];
    debug_assert!(known_prefix.len().is_multiple_of(3));
    let (place, rest) = out.split_at_mut_checked(known_prefix.len())?;
    place.copy_from_slice(known_prefix);
    decode_url_into(text.get(known_prefix.len() / 3 * 4..)?, rest).then_some(out)
}

/// `out` is as long as what is decoded; false: the text is not base64url.
pub(crate) fn decode_url_into(text: &[u8], out: &mut [u8]) -> bool {
    let digit = |byte: &u8| u32::from(DIGITS.get(usize::from(*byte)).copied().unwrap_or(u8::MAX));
    // The bitwise OR of all digits: under 64 only if each digit is.
    let mut seen = 0;
    let mut groups = text.chunks_exact(4);
    let mut places = out.chunks_exact_mut(3);
    for (place, group) in (&mut places).zip(&mut groups) {
        if let ([x, y, z], [a, b, c, d]) = (place, group) {
            let (a, b, c, d) = (digit(a), digit(b), digit(c), digit(d));
            seen |= a | b | c | d;
            *x = (a << 2 | b >> 4) as u8;
            *y = (b << 4 | c >> 2) as u8;
            *z = (c << 6 | d) as u8;
        }
    }
    // The bits that a last, shorter group leaves over must be zero.
    match (groups.remainder(), places.into_remainder()) {
        ([], []) => {}
        ([a, b], [x]) => {
            let (a, b) = (digit(a), digit(b));
            seen |= a | b | (b & 0xf) << 6;
            *x = (a << 2 | b >> 4) as u8;
        }
        ([a, b, c], [x, y]) => {
            let (a, b, c) = (digit(a), digit(b), digit(c));
            seen |= a | b | c | (c & 0x3) << 6;
            *x = (a << 2 | b >> 4) as u8;
            *y = (b << 4 | c >> 2) as u8;
        }
        _ => return false,
    }
    seen < 64
}

/// The value of each byte as a digit of base64url, or what no digit has.
#[allow(clippy::indexing_slicing)] // the compiler runs this
const DIGITS: [u8; 256] = {
    let mut digits = [u8::MAX; 256];
    let alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut value = 0;
    while value < alphabet.len() {
        digits[alphabet[value] as usize] = value as u8;
        value += 1;
    }
    digits
};

/// The value of a digit of base64url, if it is one.
pub(crate) fn url_digit(byte: u8) -> Option<u32> {
    let value = DIGITS.get(usize::from(byte)).copied();
    value.filter(|value| *value < 64).map(u32::from)
}

#[cfg(test)]
mod tests {
    use super::decode_url;
    use base64::Engine as _;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;

    #[test]
    fn decodes_what_the_base64_crate_decodes_and_nothing_else() {
        let check = |text: &[u8]| {
            assert_eq!(
                decode_url(&[], text),
                URL_SAFE_NO_PAD.decode(text).ok(),
                "{text:?}"
            )
        };
        for one in 0..=255 {
            check(&[one]);
            check(&[b'A', one]);
            check(&[b'A', b'A', one]);
            check(&[b'A', one, b'A', b'A']);
            for other in 0..=255 {
                check(&[one, other]);
                check(&[b'_', one, other]);
                check(&[b'-', b'z', one, other]);
            }
        }
        let mut state = 1_u32;
        let mut random = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 24) as u8
        };
        for length in (0..200).chain(0..200) {
            let bytes: Vec<u8> = (0..length).map(|_| random()).collect();
            let mut text = URL_SAFE_NO_PAD.encode(&bytes).into_bytes();
            assert_eq!(decode_url(&[], &text).as_ref(), Some(&bytes));
            for groups in 0..=bytes.len() / 3 {
                let known = bytes.get(..groups * 3).unwrap();
                let decoded = decode_url(known, &text);
                assert_eq!(decoded.as_ref(), Some(&bytes));
            }
            for _ in 0..20 {
                let at = usize::from(random()) % text.len().max(1);
                if let Some(byte) = text.get_mut(at) {
                    *byte = b"AQgwxyz019-_+/=. "[usize::from(random()) % 17];
                }
                check(&text);
            }
        }
    }
}
