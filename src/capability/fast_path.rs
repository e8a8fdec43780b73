//! Reads in one pass what nearly every program writes: an object of lists of known operations, with no white space
//! and no escapes. Everything else, every mistake included, is left to the full parser.

use super::{Capability, Entry, MAX_RESOURCES, MAX_TEXT_BYTES, Operation, Operations, Parts};
use crate::steps::steps;

/// Returns what [`Capability::parse`] and [`Capability::read`] return for such a text, and `None` for any other.
pub(super) fn read(text: &str) -> Option<Capability> {
    if text.len() > MAX_TEXT_BYTES {
        return None;
    }
    steps(text.len());
    let mut reader = Reader { text, at: 0 };
    let mut entries: Vec<Entry> = Vec::with_capacity(2);
    let mut is_canonical = true;
    if !reader.skip(b'{') {
        return None;
    }
    loop {
        let resource = reader.string()?;
        if !(reader.skip(b':') && reader.skip(b'[')) {
            return None;
        }
        let (operations, are_sorted) = reader.operations()?;
        if resource.is_empty() || entries.len() == MAX_RESOURCES {
            return None;
        }
        let follows_last = entries
            .last()
            .is_none_or(|last| last.resource.as_str() < resource);
        is_canonical &= are_sorted && follows_last;
        entries.push(Entry {
            resource: resource.to_owned(),
            operations,
            unknown: Vec::new(),
        });
        if !reader.skip(b',') {
            break;
        }
    }
    if !reader.skip(b'}') || reader.at < text.len() {
        return None;
    }
    if is_canonical {
        let text = text.to_owned();
        return Some(Capability(Parts { entries, text }.into()));
    }
    let entries = super::sorted(entries);
    let are_distinct = entries
        .windows(2)
        .all(|pair| matches!(pair, [one, other] if one.resource != other.resource));
    are_distinct.then(|| Capability::of(entries))
}

/// A text and how far it is read, in bytes.
struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Reader<'a> {
    /// Goes past this byte, if it is the next one.
    // Inlined, the calls take 140 bytes of the module, compressed.
    #[inline(never)]
    fn skip(&mut self, wanted: u8) -> bool {
        let is_next = self.text.as_bytes().get(self.at) == Some(&wanted);
        self.at += usize::from(is_next);
        is_next
    }

    /// The next string, if nothing in it is escaped or needs to be.
    fn string(&mut self) -> Option<&'a str> {
        if !self.skip(b'"') {
            return None;
        }
        let start = self.at;
        let rest = self.text.as_bytes().get(start..)?;
        self.at += rest
            .iter()
            .position(|byte| *byte < b' ' || *byte == b'"' || *byte == b'\\')?;
        let string = self.text.get(start..self.at)?;
        self.skip(b'"').then_some(string)
    }

    /// The operations of a list that has begun, and whether they are in canonical order.
    fn operations(&mut self) -> Option<(Operations, bool)> {
        let mut operations = Operations::default();
        let mut are_sorted = true;
        loop {
            let operation = Operation::named(self.string()?)?;
            are_sorted &= operations.are_before(operation);
            if !operations.insert(operation) {
                return None;
            }
            if !self.skip(b',') {
                let is_star_with_others = operations.is_all() && operations.len() > 1;
                let is_list = self.skip(b']') && !is_star_with_others;
                return is_list.then_some((operations, are_sorted));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{lint, parse};
    use super::*;
    use crate::error::Result;
    use proptest::prelude::*;

    /// What the full parser says, strictly and leniently.
    fn parsed(text: &str) -> [Result<Capability>; 2] {
        [lint::first_error, lint::first_unreadable].map(|check| {
            let entries = parse::read(text)?;
            check(&entries)?;
            Ok(Capability::from_raw_entries(entries))
        })
    }

    /// The same as the full parser, or nothing.
    fn agrees(text: &str) -> bool {
        let found = read(text);
        if let Some(found) = &found {
            for parsed in parsed(text) {
                assert_eq!(parsed.as_ref(), Ok(found), "{text}");
            }
        }
        found.is_some()
    }

    #[test]
    fn reads_what_programs_write() {
        for text in [
            r#"{"*":["*"]}"#,
            r#"{"a":["publish"],"b:*":["history","subscribe"]}"#,
            r#"{"user:7":["subscribe","publish"],"[meta]é":["subscribe"],"a":["*"]}"#,
        ] {
            assert!(agrees(text), "{text}");
        }
    }

    #[test]
    fn leaves_everything_else_to_the_full_parser() {
        for text in [
            "",
            "{}",
            "[]",
            r#"{"a":[]}"#,
            r#"{"":["publish"]}"#,
            r#"{"a":["publsh"]}"#,
            r#"{"a":["publish","publish"]}"#,
            r#"{"a":["*","publish"]}"#,
            r#"{"a":["publish"],"a":["subscribe"]}"#,
            r#"{"b":["publish"],"a":["publish"],"b":["subscribe"]}"#,
            r#"{"a":["publish"],}"#,
            r#"{"a":["publish",]}"#,
            r#"{"a":["publish"]}}"#,
            r#"{"a":["publish"]"#,
            r#"{"a":"publish"}"#,
            r#"{"a" :["publish"]}"#,
            r#"{"\u0061":["publish"]}"#,
            r#"{"a\"":["publish"]}"#,
            "{\"a\n\":[\"publish\"]}",
            r#" {"a":["publish"]}"#,
            r#"{"a":["publish"]} "#,
        ] {
            assert!(!agrees(text), "{text}");
        }
        let many = |count: usize| {
            let entries: Vec<String> = (0..count)
                .map(|index| format!("\"{index:04}\":[\"publish\"]"))
                .collect();
            format!("{{{}}}", entries.join(","))
        };
        assert!(agrees(&many(MAX_RESOURCES)));
        assert!(!agrees(&many(MAX_RESOURCES + 1)));
        let long = |count: usize| format!("{{\"{}\":[\"*\"]}}", "a".repeat(count));
        assert!(agrees(&long(MAX_TEXT_BYTES - 10)));
        assert!(!agrees(&long(MAX_TEXT_BYTES - 9)));
    }

    proptest! {
        // A failure prints its input; nothing is left behind in the tree.
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn agrees_with_the_full_parser(parts in prop::collection::vec(
            prop_oneof![
                Just("{"), Just("}"), Just("["), Just("]"), Just(","), Just(":"), Just("\""), Just("\\"), Just(" "),
                Just("\"a\":["), Just("\"b\":["), Just("\"é\":["), Just("\"publish\""), Just("\"history\""),
                Just("\"*\""), Just("],"), Just("]}"), Just("\"\""), Just("\n"), Just("\\u0061"),
            ],
            0..14,
        )) {
            agrees(&parts.concat());
            agrees(&format!("{{\"a\":[{}]}}", parts.concat()));
        }

        #[test]
        fn agrees_about_valid_ones(entries in prop::collection::vec(
            ("[a-c*:é]{0,3}", prop::collection::vec(prop::sample::select(
                vec!["publish", "subscribe", "*", "history", "publsh"]), 0..4)),
            0..5,
        )) {
            let lists: Vec<String> = entries
                .iter()
                .map(|(name, operations)| format!("\"{name}\":{}", serde_json::to_string(operations).unwrap()))
                .collect();
            agrees(&format!("{{{}}}", lists.join(",")));
        }
    }
}
