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
