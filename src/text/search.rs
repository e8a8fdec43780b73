//! Searches and compares texts, fast or in little code.

/// Finds an ASCII byte, eight bytes at a time.
pub(crate) fn find(text: &str, wanted: u8) -> Option<usize> {
    const ONES: u64 = u64::MAX / 255;
    const HIGHEST_BITS: u64 = ONES << 7;
    let (words, rest) = text.as_bytes().as_chunks::<8>();
    for (index, word) in words.iter().enumerate() {
        // Equal bytes become zero, and the first zero byte is the first that borrows.
        let different = u64::from_le_bytes(*word) ^ (ONES * u64::from(wanted));
        let zero = different.wrapping_sub(ONES) & !different & HIGHEST_BITS;
        if zero != 0 {
            return Some(index * 8 + zero.trailing_zeros() as usize / 8);
        }
    }
    let place = rest.iter().position(|byte| *byte == wanted)?;
    Some(words.len() * 8 + place)
}

/// Finds a text in another one. `str::find` can panic, and the code that prints its panics is larger than
/// the rest of this module. Knuth, Morris and Pratt's search takes time linear in both lengths.
pub(crate) fn find_text(text: &str, wanted: &str) -> Option<usize> {
    let wanted = wanted.as_bytes();
    // For each prefix of the wanted text, the length of the longest shorter prefix that it ends with.
    let mut shorter = vec![0];
    let mut matched = 0;
    for byte in wanted.iter().skip(1) {
        matched = longest_match(wanted, &shorter, matched, *byte);
        shorter.push(matched);
    }
    if wanted.is_empty() {
        return Some(0);
    }
    matched = 0;
    for (index, byte) in text.bytes().enumerate() {
        matched = longest_match(wanted, &shorter, matched, byte);
        if matched == wanted.len() {
            return Some(index + 1 - matched);
        }
    }
    None
}

/// Returns the length of the longest prefix of `wanted` that a text ends with, given that `matched` bytes of
/// it are followed by `byte`.
fn longest_match(wanted: &[u8], shorter: &[usize], mut matched: usize, byte: u8) -> usize {
    while wanted.get(matched) != Some(&byte) {
        let Some(before) = matched.checked_sub(1) else {
            return 0;
        };
        matched = shorter.get(before).copied().unwrap_or_default();
    }
    matched + 1
}

/// Compares eight bytes at a time, where `==` goes byte by byte in WebAssembly.
pub(crate) fn same(one: &[u8], other: &[u8]) -> bool {
    let (words, rest) = one.as_chunks::<8>();
    let (other_words, other_rest) = other.as_chunks::<8>();
    let number = |word: &[u8; 8]| u64::from_le_bytes(*word);
    let mut pairs = words.iter().zip(other_words);
    one.len() == other.len()
        && pairs.all(|(word, other)| number(word) == number(other))
        && rest == other_rest
}

/// Returns whether every byte of a text is allowed, which is true for an empty text.
pub(crate) fn consists_of(text: &str, is_allowed: fn(u8) -> bool) -> bool {
    text.bytes().all(is_allowed)
}

/// Returns whether a text starts with an ASCII prefix, ignoring case.
pub(crate) fn starts_with_any_case(text: &str, beginning: &str) -> bool {
    let start = text.get(..beginning.len());
    start.is_some_and(|start| start.eq_ignore_ascii_case(beginning))
}

/// Removes these ASCII bytes from the end of a text.
pub(crate) fn trim_end<'a>(text: &'a str, off: &[u8]) -> &'a str {
    let mut end = text.len();
    while end > 0
        && text
            .as_bytes()
            .get(end - 1)
            .is_some_and(|byte| off.contains(byte))
    {
        end -= 1;
    }
    text.get(..end).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_first_occurrence() {
        for length in 0..40 {
            for place in 0..=length {
                for other in ["x", "/", "\u{7f}", "\0"] {
                    let text = [other.repeat(place), ".".repeat(length - place)].concat();
                    let wanted = text.bytes().position(|byte| byte == b'.');
                    assert_eq!(find(&text, b'.'), wanted, "{text:?}");
                }
                let text = ["é".repeat(place), ".é.".repeat(length - place)].concat();
                assert_eq!(find(&text, b'.'), text.find('.'), "{text:?}");
            }
        }
    }

    #[test]
    fn finds_texts_like_the_standard_library() {
        let texts = |longest: usize| {
            let bits =
                (0..=longest).flat_map(|length| (0..1 << length).map(move |it| (length, it)));
            bits.map(|(length, bits): (usize, usize)| -> String {
                let letter = |place| if bits >> place & 1 == 0 { 'a' } else { 'é' };
                (0..length).map(letter).collect()
            })
            .collect::<Vec<_>>()
        };
        for text in texts(9) {
            for wanted in texts(5) {
                assert_eq!(
                    find_text(&text, &wanted),
                    text.find(&wanted),
                    "{text} {wanted}"
                );
            }
        }
    }

    #[test]
    fn same_means_equal() {
        for length in 0..40 {
            let text = vec![b'a'; length];
            assert!(same(&text, &text.clone()));
            assert!(!same(&text, &vec![b'a'; length + 1]));
            for place in 0..length {
                let mut other = text.clone();
                other[place] = b'b';
                assert!(!same(&text, &other), "{place} of {length}");
            }
        }
    }
}
