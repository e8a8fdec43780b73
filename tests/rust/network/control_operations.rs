//! The tables of the Control API that JavaScript has are those of the crate, word for word.

use ably_edge_auth::ACCESS_TOKEN_CAPABILITIES;
use ably_edge_auth::control::OPERATIONS;

const FILE: &str = include_str!("../../../pkg/lib/control-operations.js");

/// The texts of a list in the file, in their order.
fn texts(name: &str) -> Vec<&'static str> {
    let opening = format!("export const {name} = /** @type {{const}} */ ([\n");
    let (_, rest) = FILE.split_once(&opening).expect("the list begins");
    let (list, _) = rest.split_once("\n]);\n").expect("the list ends");
    // Between quotation marks: every other part.
    list.split('\'').skip(1).step_by(2).collect()
}

#[test]
fn operations() {
    let fields = OPERATIONS.iter();
    let fields = fields.flat_map(|it| [it.name, it.method, it.path, it.needs]);
    assert_eq!(texts("OPERATIONS"), fields.collect::<Vec<_>>());
}

#[test]
fn capabilities() {
    let mut fields = Vec::new();
    for row in &ACCESS_TOKEN_CAPABILITIES {
        fields.extend([row.capability, row.label, row.group]);
        fields.extend(row.commands);
    }
    assert_eq!(texts("CAPABILITIES"), fields);
}
