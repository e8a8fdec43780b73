//! The tables of the Control API that JavaScript has are those of the crate, word for word.

use ably_edge_auth::ACCESS_TOKEN_CAPABILITIES;
use ably_edge_auth::control::OPERATIONS;

const FILE: &str = include_str!("../../../pkg/lib/control-operations.js");

/// The lines of a list in the file.
fn list(name: &str) -> Vec<&'static str> {
    let opening = format!("export const {name} = [\n");
    let (_, rest) = FILE.split_once(&opening).expect("the list begins");
    let (list, _) = rest.split_once("];\n").expect("the list ends");
    list.lines().collect()
}

#[test]
fn operations() {
    let rows = OPERATIONS.map(|it| {
        format!(
            "  ['{}', '{}', '{}', '{}'],",
            it.name, it.method, it.path, it.needs
        )
    });
    assert_eq!(list("OPERATIONS"), rows);
}

#[test]
fn capabilities() {
    let rows = ACCESS_TOKEN_CAPABILITIES.map(|it| {
        let commands = it.commands.join("', '");
        format!(
            "  ['{}', '{}', '{}', ['{commands}']],",
            it.capability, it.label, it.group
        )
    });
    assert_eq!(list("CAPABILITIES"), rows);
}
