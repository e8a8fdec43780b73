//! "Did you mean": the nearest of a few known names.

use crate::text::quoted;

/// What to do about a misspelt name.
pub(crate) fn did_you_mean(meant: &str) -> String {
    format!("did you mean {}?", quoted(meant))
}

/// The known name nearest to what was typed, if one is near enough to be worth saying.
pub(crate) fn nearest<'a>(
    typed: &str,
    known: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    nearest_of(typed, &mut known.into_iter())
}

fn nearest_of<'a>(typed: &str, known: &mut dyn Iterator<Item = &'a str>) -> Option<&'a str> {
    let typed: Vec<char> = typed
        .trim_ascii()
        .chars()
        .map(|c| c.to_ascii_lowercase())
        .take(64)
        .collect();
    // One slip in a short name, two or three in a longer one.
    let most = 1 + typed.len() / 5;
    known
        .map(|name| (distance(&typed, name), name))
        .min_by_key(|(slips, _)| *slips)
        .filter(|(slips, _)| *slips <= most)
        .map(|(_, name)| name)
}

/// How many letters were left out, added or changed; two swapped neighbours count once
/// (optimal string alignment).
fn distance(typed: &[char], name: &str) -> usize {
    let name: Vec<char> = name.chars().map(|c| c.to_ascii_lowercase()).collect();
    if typed.len() > 2 && name.starts_with(typed) {
        return 1; // a name cut short: `ttl` for `ttlSeconds`
    }
    let mut before: Vec<usize> = Vec::new();
    let mut row: Vec<usize> = (0..=name.len()).collect();
    for (i, typed_char) in typed.iter().enumerate() {
        let mut next = vec![i + 1];
        for (j, name_char) in name.iter().enumerate() {
            let at =
                |row: &[usize], column: usize| row.get(column).copied().unwrap_or(usize::MAX - 1);
            let changed = at(&row, j) + usize::from(typed_char != name_char);
            let mut best = changed.min(at(&row, j + 1) + 1).min(at(&next, j) + 1);
            let swapped = i > 0
                && j > 0
                && typed.get(i - 1) == Some(name_char)
                && name.get(j - 1) == Some(typed_char);
            if swapped {
                best = best.min(at(&before, j - 1) + 1);
            }
            next.push(best);
        }
        before = std::mem::replace(&mut row, next);
    }
    row.last().copied().unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn finds_slips_and_leaves_strangers_alone() {
        let known = ["publish", "subscribe", "presence", "stats", "ttlSeconds"];
        for (typed, found) in [
            ("publsh", Some("publish")),
            ("Publish ", Some("publish")),
            ("pubilsh", Some("publish")),
            ("subscirbe", Some("subscribe")),
            ("stat", Some("stats")),
            ("ttl", Some("ttlSeconds")),
            ("fly", None),
            ("", None),
        ] {
            assert_eq!(nearest(typed, known), found, "{typed}");
        }
    }
}
