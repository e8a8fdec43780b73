//! Builds texts: numbers, JSON strings and messages.

use super::split;

/// Appends a number in decimal digits.
pub(crate) fn push_number(out: &mut String, mut number: u64) {
    let mut digits = [b'0'; 20];
    let mut first = digits.len();
    for digit in digits.iter_mut().rev() {
        *digit = b'0' + (number % 10) as u8;
        number /= 10;
        first -= 1;
        if number == 0 {
            break;
        }
    }
    let digits = digits.get(first..).unwrap_or_default();
    out.push_str(std::str::from_utf8(digits).unwrap_or_default());
}

/// Formats a number.
pub(crate) fn number(number: u64) -> String {
    let mut out = String::new();
    push_number(&mut out, number);
    out
}

/// Texts, because `push` would encode a character first.
const QUOTE: &str = "\"";
const BACKSLASH: &str = "\\";

/// Appends `text` as a JSON string and escapes only what JSON requires.
pub(crate) fn push_quoted(out: &mut String, text: &str) {
    out.reserve(text.len() + 16);
    out.push_str(QUOTE);
    let mut written = 0;
    for (at, byte) in text.as_bytes().iter().enumerate() {
        let letter = match byte {
            b'"' | b'\\' => *byte,
            b'\n' => b'n',
            b'\r' => b'r',
            b'\t' => b't',
            8 => b'b',
            12 => b'f',
            0..32 => b'u',
            _ => continue,
        };
        out.push_str(text.get(written..at).unwrap_or_default());
        out.push_str(BACKSLASH);
        written = at;
        if letter == *byte {
            continue; // copied with the text after it
        }
        written += 1;
        out.push(char::from(letter));
        if letter == b'u' {
            out.push_str("00");
            for digit in [byte >> 4, byte & 15] {
                out.push(char::from_digit(u32::from(digit), 16).unwrap_or_default());
            }
        }
    }
    out.push_str(text.get(written..).unwrap_or_default());
    out.push_str(QUOTE);
}

/// Quotes a text for a path or a sentence.
pub(crate) fn quoted(text: &str) -> String {
    let mut out = String::new();
    push_quoted(&mut out, text);
    out
}

/// Joins texts. The result is allocated once, so that no copy of a secret is left behind.
pub(crate) fn concat(texts: &[&str]) -> String {
    joined(texts, "")
}

/// Joins texts with a separator.
pub(crate) fn joined(texts: &[&str], between: &str) -> String {
    let mut length = 0;
    for text in texts {
        length += text.len() + between.len();
    }
    let mut out = String::with_capacity(length);
    let mut separator = "";
    for text in texts {
        out.push_str(separator);
        out.push_str(text);
        separator = between;
    }
    out
}

/// Replaces each `{}` of the form with a text: `format!` in a fraction of the bytes. Not for secrets, because
/// the result grows and leaves copies behind.
pub(crate) fn fill(form: &'static str, texts: &[&str]) -> String {
    let mut texts = texts.iter();
    let mut out = String::new();
    let mut parts = split(form, b'{');
    out.push_str(parts.next().unwrap_or_default());
    for part in parts {
        let rest = match part.strip_prefix('}') {
            Some(rest) => {
                out.push_str(texts.next().copied().unwrap_or_default());
                rest
            }
            None => {
                out.push('{');
                part
            }
        };
        out.push_str(rest);
    }
    out
}

/// Borrows texts.
pub(crate) fn views(texts: &[String]) -> Vec<&str> {
    let mut views = Vec::new();
    for text in texts {
        views.push(text.as_str());
    }
    views
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fills_forms_and_keeps_other_braces() {
        assert_eq!(fill("", &[]), "");
        assert_eq!(fill("{}", &["a"]), "a");
        assert_eq!(fill("a {}, b{}{}.", &["1", "{}", "3"]), "a 1, b{}3.");
        assert_eq!(fill("{\"a\":{}}", &["1"]), "{\"a\":1}");
        assert_eq!(fill("{ {}", &["é"]), "{ é");
        assert_eq!(fill("{}{}", &["too few"]), "too few");
    }
}
