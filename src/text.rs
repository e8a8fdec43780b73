//! Small things about texts, each once: in wasm every generic instance is paid for.

use std::cmp::Ordering;

/// Bytes that are ASCII, as a token is, as text.
pub(crate) fn ascii(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap_or_default()
}

/// `String::from_utf8_lossy` by what reads all other texts here: one character in place of each part
/// that is none.
pub(crate) fn lossy(mut bytes: &[u8]) -> String {
    let mut out = String::new();
    loop {
        let (good, next) = match std::str::from_utf8(bytes) {
            Ok(_) => (bytes.len(), None),
            Err(error) => {
                let good = error.valid_up_to();
                // Nothing: the rest is the beginning of a character.
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

/// Writes a number in decimal digits.
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

/// A number as text.
pub(crate) fn number(number: u64) -> String {
    let mut out = String::new();
    push_number(&mut out, number);
    out
}

/// The number that a text of digits alone stands for.
pub(crate) fn digits(text: &str) -> Option<u32> {
    let mut number: u32 = 0;
    for byte in text.bytes() {
        let digit = byte.is_ascii_digit().then(|| u32::from(byte - b'0'))?;
        number = number.checked_mul(10)?.checked_add(digit)?;
    }
    (!text.is_empty()).then_some(number)
}

/// As text: a character would be encoded first.
const QUOTE: &str = "\"";

/// Writes `text` as a JSON string, escaping only what must be.
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

/// A text as it stands in a path or a sentence.
pub(crate) fn quoted(text: &str) -> String {
    let mut out = String::new();
    push_quoted(&mut out, text);
    out
}

/// The texts one behind the other, in one piece from the beginning: a secret in it leaves no copy behind.
pub(crate) fn concat(texts: &[&str]) -> String {
    joined(texts, "")
}

/// The form with a text in place of each `{}`: `format!` in a fraction of the bytes. Not for secrets, of which
/// it leaves copies behind as it grows.
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

/// The texts one behind the other, `between` between them.
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

/// The texts as they are read.
pub(crate) fn views(texts: &[String]) -> Vec<&str> {
    let mut views = Vec::new();
    for text in texts {
        views.push(text.as_str());
    }
    views
}

/// Where a byte of ASCII stands first: looked for eight bytes at a time.
pub(crate) fn find(text: &str, wanted: u8) -> Option<usize> {
    const ONES: u64 = u64::MAX / 255;
    const HIGHEST_BITS: u64 = ONES << 7;
    let (words, rest) = text.as_bytes().as_chunks::<8>();
    for (index, word) in words.iter().enumerate() {
        // Zero where it stands; and the first byte that is zero is the first to borrow.
        let different = u64::from_le_bytes(*word) ^ (ONES * u64::from(wanted));
        let zero = different.wrapping_sub(ONES) & !different & HIGHEST_BITS;
        if zero != 0 {
            return Some(index * 8 + zero.trailing_zeros() as usize / 8);
        }
    }
    let place = rest.iter().position(|byte| *byte == wanted)?;
    Some(words.len() * 8 + place)
}

/// Whether two texts are the same, looked at eight bytes at a time: `==` goes byte by byte in wasm.
pub(crate) fn same(one: &[u8], other: &[u8]) -> bool {
    let (words, rest) = one.as_chunks::<8>();
    let (other_words, other_rest) = other.as_chunks::<8>();
    let number = |word: &[u8; 8]| u64::from_le_bytes(*word);
    let mut pairs = words.iter().zip(other_words);
    one.len() == other.len()
        && pairs.all(|(word, other)| number(word) == number(other))
        && rest == other_rest
}

/// Whether a text consists of such bytes. Empty texts do.
pub(crate) fn consists_of(text: &str, is_allowed: fn(u8) -> bool) -> bool {
    text.bytes().all(is_allowed)
}

/// Whether a text begins with another of ASCII, in upper or lower case.
pub(crate) fn starts_with_any_case(text: &str, beginning: &str) -> bool {
    let start = text.get(..beginning.len());
    start.is_some_and(|start| start.eq_ignore_ascii_case(beginning))
}

/// A text without these bytes of ASCII at its end.
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

/// Where a text stands first in another: `str::find` without the code that prints what it panics on, which is
/// larger than all else that is done with texts here. Knuth, Morris and Pratt's search, linear in both lengths.
pub(crate) fn find_text(text: &str, wanted: &str) -> Option<usize> {
    let wanted = wanted.as_bytes();
    // For each beginning of the wanted text, the longest shorter one that it ends with.
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

/// How many of the first bytes of `wanted` a text ends with, when `matched` of them are followed by `byte`.
fn longest_match(wanted: &[u8], shorter: &[usize], mut matched: usize, byte: u8) -> usize {
    while wanted.get(matched) != Some(&byte) {
        let Some(before) = matched.checked_sub(1) else {
            return 0;
        };
        matched = shorter.get(before).copied().unwrap_or_default();
    }
    matched + 1
}

/// A text on one line, at most so many characters of it, with stars in place of each of the secrets.
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

/// The parts of a text between the colons, or whatever stands between: `str::split` without its
/// machinery for any pattern.
pub(crate) struct Split<'a> {
    rest: Option<&'a str>,
    at: u8,
}

pub(crate) fn split(text: &str, at: u8) -> Split<'_> {
    Split {
        rest: Some(text),
        at,
    }
}

impl<'a> Split<'a> {
    pub(crate) fn is_done(&self) -> bool {
        self.rest.is_none()
    }

    /// All parts that are still to come, in one.
    pub(crate) fn rest(self) -> Option<&'a str> {
        self.rest
    }
}

impl<'a> Iterator for Split<'a> {
    type Item = &'a str;

    fn next(&mut self) -> Option<&'a str> {
        let rest = self.rest?;
        let end = find(rest, self.at);
        self.rest = end.and_then(|end| rest.get(end + 1..));
        match end {
            Some(end) => rest.get(..end),
            None => Some(rest),
        }
    }
}

/// The places 0 to `count - 1` in sorted order; equal ones keep theirs.
///
/// A heap sort in the plainest form: the standard library's sorts are faster, and 8 KB larger, than
/// all else that is done here with a few names.
pub(crate) fn order(count: usize, compare: &dyn Fn(usize, usize) -> Ordering) -> Vec<usize> {
    let mut places = Vec::with_capacity(count);
    for place in 0..count {
        places.push(place);
    }
    let is_sorted = (1..count).all(|place| compare(place - 1, place) != Ordering::Greater);
    if is_sorted {
        return places;
    }
    let after =
        |places: &[usize], one: usize, other: usize| match (places.get(one), places.get(other)) {
            (Some(one), Some(other)) => {
                compare(*one, *other).then(one.cmp(other)) == Ordering::Greater
            }
            _ => false,
        };
    let sift = |places: &mut [usize], mut parent: usize| {
        loop {
            let mut largest = parent;
            for child in [2 * parent + 1, 2 * parent + 2] {
                if after(places, child, largest) {
                    largest = child;
                }
            }
            if largest == parent {
                return;
            }
            places.swap(parent, largest);
            parent = largest;
        }
    };
    for parent in (0..count / 2).rev() {
        sift(&mut places, parent);
    }
    for end in (1..count).rev() {
        places.swap(0, end);
        if let Some(heap) = places.get_mut(..end) {
            sift(heap, 0);
        }
    }
    places
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_first_one_wherever_it_stands() {
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
    fn finds_texts_where_the_standard_library_does() {
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
    fn the_same_are_those_that_are_equal() {
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

    #[test]
    fn reads_broken_text_as_the_standard_library_does() {
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

    #[test]
    fn forms_are_filled_and_other_braces_stay() {
        assert_eq!(fill("", &[]), "");
        assert_eq!(fill("{}", &["a"]), "a");
        assert_eq!(fill("a {}, b{}{}.", &["1", "{}", "3"]), "a 1, b{}3.");
        assert_eq!(fill("{\"a\":{}}", &["1"]), "{\"a\":1}");
        assert_eq!(fill("{ {}", &["é"]), "{ é");
        assert_eq!(fill("{}{}", &["too few"]), "too few");
    }

    #[test]
    fn sorts_as_the_standard_library_does_and_keeps_equal_ones_in_order() {
        let mut state = 7_u32;
        for count in 0..70 {
            let items: Vec<(u32, usize)> = (0..count)
                .map(|index| {
                    state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                    (state >> 28, index)
                })
                .collect();
            let mut wanted = items.clone();
            wanted.sort();
            let sorted = order(count, &|one, other| items[one].0.cmp(&items[other].0));
            let sorted: Vec<_> = sorted.into_iter().map(|place| items[place]).collect();
            assert_eq!(sorted, wanted);
        }
    }
}
