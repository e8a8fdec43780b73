//! The strings of JSON: what stands in them for what.

/// The text that a JSON string stands for; nothing when it holds half of a surrogate pair.
pub(super) fn unescape(inside: &str) -> Option<String> {
    let mut out = String::with_capacity(inside.len());
    let bytes = inside.as_bytes();
    let mut written = 0;
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        if *byte != b'\\' {
            at += 1;
            continue;
        }
        out.push_str(inside.get(written..at)?);
        written = at + 2;
        out.push(match bytes.get(at + 1)? {
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => {
                let mut after = inside.get(written..)?.chars();
                let character = unicode_escape(&mut after)?;
                written = inside.len() - after.as_str().len();
                at = written;
                out.push(character);
                continue;
            }
            // Stands for itself: it goes with the text behind it.
            _ => {
                written = at + 1;
                at += 2;
                continue;
            }
        });
        at = written;
    }
    out.push_str(inside.get(written..)?);
    Some(out)
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

/// As text: a character would be encoded first.
const QUOTE: &str = "\"";

/// Writes `text` as a JSON string, escaping only what must be.
pub(crate) fn push_string(out: &mut String, text: &str) {
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
        out.push('\\');
        written = at;
        if letter == *byte {
            continue; // it goes with the text behind it
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
