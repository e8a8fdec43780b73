//! Small things about texts, each once: in wasm every generic instance is paid for.

use std::cmp::Ordering;

use base64::Engine as _;
use base64::engine::GeneralPurpose;

use crate::json;

/// Writes bytes as base64, without the library's path through `String`, which may panic.
pub(crate) fn push_base64(out: &mut String, engine: &GeneralPurpose, bytes: &[u8]) {
    let mut encoded = vec![0; bytes.len().div_ceil(3) * 4];
    // The buffer is long enough, and base64 is ASCII: neither can fail.
    let length = engine.encode_slice(bytes, &mut encoded).unwrap_or_default();
    out.push_str(
        std::str::from_utf8(encoded.get(..length).unwrap_or_default()).unwrap_or_default(),
    );
}

/// A text as it stands in a path or a sentence.
pub(crate) fn quoted(text: &str) -> String {
    let mut out = String::new();
    json::push_string(&mut out, text);
    out
}

/// The texts one behind the other, `between` between them.
pub(crate) fn joined<'a>(texts: impl IntoIterator<Item = &'a str>, between: &str) -> String {
    let mut out = String::new();
    for (index, text) in texts.into_iter().enumerate() {
        if index > 0 {
            out.push_str(between);
        }
        out.push_str(text);
    }
    out
}

/// The places 0 to `count - 1` in sorted order; equal ones keep theirs.
///
/// A heap sort in the plainest form: the standard library's sorts are faster, and 8 KB larger, than
/// all else that is done here with a few names.
pub(crate) fn order(count: usize, compare: &dyn Fn(usize, usize) -> Ordering) -> Vec<usize> {
    let mut places: Vec<usize> = (0..count).collect();
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

/// `items`, sorted.
pub(crate) fn sort_by<T>(items: Vec<T>, compare: impl Fn(&T, &T) -> Ordering) -> Vec<T> {
    let sorted = items.windows(2).all(|pair| match pair {
        [one, other] => compare(one, other) != Ordering::Greater,
        _ => true,
    });
    if sorted {
        return items;
    }
    let order = order(
        items.len(),
        &|one, other| match (items.get(one), items.get(other)) {
            (Some(one), Some(other)) => compare(one, other),
            _ => Ordering::Equal,
        },
    );
    let mut items: Vec<Option<T>> = items.into_iter().map(Some).collect();
    order
        .into_iter()
        .filter_map(|place| items.get_mut(place)?.take())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

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
            assert_eq!(sort_by(items, |one, other| one.0.cmp(&other.0)), wanted);
        }
    }
}
