//! Text functions that are not generic, because WebAssembly has a copy of a generic function for each type.

mod build;
mod search;
mod sort;
mod split;

pub(crate) use build::{concat, fill, joined, number, push_number, push_quoted, quoted, views};
pub(crate) use search::{consists_of, find, find_text, same, starts_with_any_case, trim_end};
pub(crate) use sort::order;
pub(crate) use split::{Split, split};

/// Converts ASCII bytes, such as a token, to text.
pub(crate) fn ascii(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap_or_default()
}

/// `String::from_utf8_lossy`, with the decoder that the module contains anyway: each invalid part becomes
/// one replacement character.
pub(crate) fn lossy(mut bytes: &[u8]) -> String {
    let mut out = String::new();
    loop {
        let (good, next) = match std::str::from_utf8(bytes) {
            Ok(_) => (bytes.len(), None),
            Err(error) => {
                let good = error.valid_up_to();
                // Without a length, the rest is the beginning of a character.
                let next = error.error_len().map_or(bytes.len(), |bad| good + bad);
                (good, Some(next))
            }
        };
        let text = bytes.get(..good).map(std::str::from_utf8);
        out.push_str(text.and_then(Result::ok).unwrap_or_default());
        let Some(next) = next else {
            return out;
        };
        out.push(char::REPLACEMENT_CHARACTER);
        bytes = bytes.get(next..).unwrap_or_default();
    }
}

/// Parses a text of decimal digits only, without a sign.
pub(crate) fn digits(text: &str) -> Option<u32> {
    let mut number: u32 = 0;
    for byte in text.bytes() {
        let digit = byte.is_ascii_digit().then(|| u32::from(byte - b'0'))?;
        number = number.checked_mul(10)?.checked_add(digit)?;
    }
    (!text.is_empty()).then_some(number)
}

/// Puts a text on one line, shortens it to `most` characters and replaces each secret with stars.
pub(crate) fn without(text: &str, secrets: &[&str], most: usize) -> String {
    let mut out = String::new();
    let mut rest = text;
    let mut room = most;
    while let Some(character) = rest.chars().next().filter(|_| room > 0) {
        room -= 1;
        let is_here = |it: &&&str| !it.is_empty() && rest.starts_with(**it);
        let found = secrets.iter().find(is_here);
        let length = found.map_or(character.len_utf8(), |secret| secret.len());
        rest = rest.get(length..).unwrap_or_default();
        match found {
            Some(_) => out.push_str("***"),
            None if character.is_control() => out.push(' '),
            None => out.push(character),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_invalid_text_as_the_standard_library_does() {
        let parts: [&[u8]; 9] = [
            b"a",
            "é".as_bytes(),
            "😀".as_bytes(),
            b"\xff",
            b"\xc3",
            b"\xe2\x82",
            b"\xf0\x9f\x98",
            b"\xed\xa0\x80",
            b"\x80",
        ];
        for one in parts {
            for two in parts {
                for three in parts {
                    let bytes = [one, two, three].concat();
                    assert_eq!(lossy(&bytes), String::from_utf8_lossy(&bytes), "{bytes:?}");
                }
            }
        }
    }
}
