//! The operations of a capability where JavaScript has them: in the types and in the page. The table of the crate
//! is the one that counts.

use std::collections::BTreeSet;

use ably_edge_auth::Operation;

const TYPES: &str = include_str!("../../../pkg/index.d.ts");
const COMMAND_LINE: &str = include_str!("../../../pkg/cli/operations.js");
const PAGE: &str = include_str!("../../../www/editor/operations.js");

/// The texts in single quotes between two others.
fn quoted<'a>(source: &'a str, from: &str, to: &str) -> BTreeSet<&'a str> {
    let (_, rest) = source.split_once(from).expect(from);
    let (part, _) = rest.split_once(to).expect(to);
    part.split('\'').skip(1).step_by(2).collect()
}

fn documented() -> BTreeSet<&'static str> {
    Operation::documented().map(Operation::name).collect()
}

#[test]
fn the_types_have_every_operation() {
    assert_eq!(quoted(TYPES, "export type Operation =", ";"), documented());
    for name in quoted(TYPES, "export type UndocumentedOperation =", ";") {
        let operation = Operation::named(name).expect(name);
        assert!(!operation.is_documented(), "{name}");
    }
}

#[test]
fn the_command_line_has_every_operation() {
    assert_eq!(quoted(COMMAND_LINE, "OPERATIONS = [", "];"), documented());
}

#[test]
fn the_page_has_every_operation() {
    let shown: BTreeSet<_> = quoted(PAGE, "GROUPS = [", "];")
        .into_iter()
        // Titles begin with a capital letter; what a group leaves out of its names ends with a hyphen.
        .filter(|text| !text.starts_with(char::is_uppercase) && !text.ends_with('-'))
        .collect();
    assert_eq!(shown, documented());
}
