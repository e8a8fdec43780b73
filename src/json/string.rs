//! The strings of JSON: what stands in them for what.

use crate::text::find;

/// The text that a JSON string stands for; nothing when it holds half of a surrogate pair.
pub(super) fn unescape(inside: &str) -> Option<String> {
    let mut out = Vec::with_capacity(inside.len());
    let mut rest = inside;
    while let Some(at) = find(rest, b'\\') {
        out.extend_from_slice(rest.get(..at)?.as_bytes());
        let escape = *rest.as_bytes().get(at + 1)?;
        rest = rest.get(at + 2..)?;
        out.push(match escape {
            b'b' => b'\x08',
            b'f' => b'\x0c',
            b'n' => b'\n',
            b'r' => b'\r',
            b't' => b'\t',
            b'u' => {
                let mut after = rest.chars();
                let character = unicode_escape(&mut after)?;
                rest = after.as_str();
                out.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
                continue;
            }
            // A quote, a backslash or a slash.
            itself => itself,
        });
    }
    out.extend_from_slice(rest.as_bytes());
    String::from_utf8(out).ok()
}

/// Whether `json` is the JSON string of `text` that escapes nothing but quotes and backslashes.
pub(crate) fn is_plain_string_of(json: &str, text: &str) -> bool {
    let inside = json.strip_prefix('"').and_then(|it| it.strip_suffix('"'));
    let mut bytes = inside.unwrap_or_default().bytes();
    let all = text.bytes().all(|wanted| match bytes.next() {
        Some(b'\\') => matches!(wanted, b'"' | b'\\') && bytes.next() == Some(wanted),
        found => found == Some(wanted),
    });
    all && bytes.next().is_none()
}

fn unicode_escape(after: &mut std::str::Chars<'_>) -> Option<char> {
    let first = four_digits(after)?;
    let high = first.checked_sub(0xd800).filter(|high| *high < 0x400);
    let Some(high) = high else {
        return char::from_u32(first);
    };
    if (after.next(), after.next()) != (Some('\\'), Some('u')) {
        return None;
    }
    let low = four_digits(after)?
        .checked_sub(0xdc00)
        .filter(|low| *low < 0x400)?;
    char::from_u32(0x1_0000 + (high << 10) + low)
}

fn four_digits(after: &mut std::str::Chars<'_>) -> Option<u32> {
    let mut number = 0;
    for _ in 0..4 {
        number = number << 4 | after.next()?.to_digit(16)?;
    }
    Some(number)
}

#[cfg(test)]
mod tests {
    use super::is_plain_string_of;

    #[test]
    fn tells_whether_a_string_is_written_plainly() {
        let text = r#"{"a\é":["publish"]}"#;
        for (json, is_plain) in [
            (r#""{\"a\\é\":[\"publish\"]}""#, true),
            (r#""{\u0022a\\é\":[\"publish\"]}""#, false),
            (r#""{\"a\\\u00e9\":[\"publish\"]}""#, false),
            (r#""{\"a\\é\":[\"publish\"]""#, false),
            (r#""{\"a\\é\":[\"publish\"]}}""#, false),
            (r#""{\"a\\é\":[\"\publish\"]}""#, false),
            (r#"{"a\\é":["publish"]}"#, false),
            (r#"""#, false),
        ] {
            assert_eq!(is_plain_string_of(json, text), is_plain, "{json}");
        }
    }
}
