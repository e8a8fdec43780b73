//! "Did you mean": finds the nearest of a few known names.

use crate::error::Error;
use crate::steps::steps;
use crate::text::{fill, quoted};

/// Adds a remediation to an error about an unknown name: the nearest known name, or else
/// `otherwise`.
#[cold]
pub(crate) fn misspelt(error: Error, typed: &str, known: &[&str], otherwise: &str) -> Error {
    match nearest(typed, known) {
        Some(meant) => error.with_remediation(&did_you_mean(meant)),
        None => error.with_remediation(otherwise),
    }
}

/// The remediation for a misspelt name.
pub(crate) fn did_you_mean(meant: &str) -> String {
    fill("did you mean {}?", &[&quoted(meant)])
}

/// The known name nearest to `typed`, if one is close enough to suggest.
pub(crate) fn nearest<'a>(typed: &str, known: &[&'a str]) -> Option<&'a str> {
    let mut typed = typed.trim_ascii().as_bytes().to_ascii_lowercase();
    typed.truncate(64);
    // Allow one edit in a short name, two or three in a longer one.
    let mut most = 1 + typed.len() / 5;
    let mut nearest = None;
    for name in known {
        // Each missing or extra letter is an edit, unless the name was cut short.
        let is_cut_short = typed.len() < name.len();
        if !is_cut_short && typed.len() - name.len() > most {
            continue;
        }
        let slips = distance(&typed, &name.as_bytes().to_ascii_lowercase());
        // Among equally near names, the first one wins.
        if slips < most || (slips == most && nearest.is_none()) {
            most = slips;
            nearest = Some(*name);
        }
    }
    nearest
}

/// The number of letters omitted, added or changed. A swap of neighbours counts once (optimal
/// string alignment).
fn distance(typed: &[u8], name: &[u8]) -> usize {
    if typed.len() > 2 && name.len() > typed.len() && name.starts_with(typed) {
        return 1; // a name cut short: `ttl` for `ttlSeconds`
    }
    // The distances between all prefixes of both names, row by row.
    let width = name.len() + 1;
    let mut table: Vec<usize> = Vec::new();
    for row in 0..=typed.len() {
        steps(width);
        for column in 0..width {
            let back = |rows: usize, columns: usize| {
                let place = (row * width + column).checked_sub(rows * width + columns);
                place
                    .and_then(|place| table.get(place))
                    .copied()
                    .unwrap_or(0)
            };
            let letter = |letters: &[u8], end: usize, back: usize| {
                end.checked_sub(back)
                    .and_then(|at| letters.get(at))
                    .copied()
            };
            let ends = |typed_back: usize, name_back: usize| {
                letter(typed, row, typed_back) == letter(name, column, name_back)
            };
            table.push(if row == 0 || column == 0 {
                row + column
            } else {
                let changed = back(1, 1) + usize::from(!ends(1, 1));
                let best = changed.min(back(1, 0) + 1).min(back(0, 1) + 1);
                if row > 1 && column > 1 && ends(1, 2) && ends(2, 1) {
                    best.min(back(2, 2) + 1)
                } else {
                    best
                }
            });
        }
    }
    table.last().copied().unwrap_or_default()
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
            assert_eq!(nearest(typed, &known), found, "{typed}");
        }
    }
}
