//! The JavaScript side of src/wasm/abi.rs.

use std::fmt::Write;

use crate::abi;
use crate::read_headers::READ_HEADERS;

const NUMBERS: [&[(&str, f64)]; 6] = [
    abi::SLOTS,
    abi::BATCH,
    abi::CONSTANTS,
    abi::FLAGS,
    abi::OUTCOMES,
    abi::NO_ANSWER,
];

/// A module that exports every constant by its name, and for each list of texts a function that puts texts in
/// its order, or gives those in its order their names.
pub fn module() -> String {
    let mut text = String::from(
        "// Written by the build from src/wasm/abi.rs, where the comments are. Do not edit.\n",
    );
    let mut line = |arguments: std::fmt::Arguments<'_>| {
        // A String takes everything.
        let _ = writeln!(text, "{arguments}");
    };
    for (name, value) in NUMBERS.into_iter().flatten() {
        line(format_args!("export const {name} = {value};"));
    }
    for (list, names) in abi::TEXT_LISTS {
        let (function, all) = (camel_case(list), names.join(", "));
        line(format_args!("export const {list} = {names:?};"));
        line(format_args!(
            "export const {function} = ({{ {all} }}) => [{all}];"
        ));
    }
    for (list, names) in abi::ANSWER_LISTS {
        let function = camel_case(list);
        let members: Vec<_> = (0..)
            .zip(*names)
            .map(|(index, name)| format!("{name}: texts[{index}]"))
            .collect();
        line(format_args!("export const {list} = {};", names.len()));
        line(format_args!(
            "export const {function} = (texts) => ({{ {} }});",
            members.join(", ")
        ));
    }
    line(format_args!(
        "export const READ_HEADERS = {READ_HEADERS:?};"
    ));
    text
}

/// `ISSUE_TEXTS` to `issueTexts`.
fn camel_case(name: &str) -> String {
    let mut words = name.split('_').map(str::to_lowercase);
    let first = words.next().unwrap_or_default();
    let rest = words.map(|word| word[..1].to_uppercase() + &word[1..]);
    first + &rest.collect::<String>()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn no_two_numbers_share_a_slot_and_none_lies_where_texts_do() {
        let texts = abi::TEXT_LISTS.iter().chain(abi::ANSWER_LISTS);
        let most = texts.map(|(_, names)| names.len()).max().unwrap();
        let slots: Vec<_> = abi::SLOTS.iter().map(|(_, slot)| *slot as usize).collect();
        assert!(slots.iter().all(|slot| *slot >= most), "{slots:?}");
        assert_eq!(distinct(abi::SLOTS), slots.len());
        assert_eq!(slots.iter().max(), Some(&abi::BATCH_AT));
        assert_eq!(
            abi::ALL_SLOTS,
            abi::BATCH_AT + abi::MAX_BATCH * abi::BATCH.len().saturating_sub(1)
        );
    }

    #[test]
    fn values_that_stand_for_one_another_are_distinct() {
        for table in [abi::BATCH, abi::FLAGS, abi::OUTCOMES, abi::NO_ANSWER] {
            assert_eq!(distinct(table), table.len(), "{table:?}");
        }
        let bits: u32 = abi::FLAGS.iter().map(|(_, bit)| *bit as u32).sum();
        assert_eq!(bits.count_ones() as usize, abi::FLAGS.len());
        assert!(abi::NO_ANSWER.iter().all(|(_, status)| *status > 65535.0));
        const { assert!(abi::ABSENT < 0.0 && abi::WITHOUT < abi::ABSENT) };
    }

    #[test]
    fn no_name_is_exported_twice() {
        let module = module();
        let names: Vec<_> = module
            .lines()
            .filter_map(|line| line.strip_prefix("export const "))
            .filter_map(|line| line.split(' ').next())
            .collect();
        assert_eq!(names.len(), names.iter().collect::<HashSet<_>>().len());
        assert!(names.len() > 60, "{names:?}");
        assert_eq!(module.lines().count(), names.len() + 1);
    }

    #[test]
    fn texts_and_answers_get_functions() {
        let module = module();
        for line in [
            "export const OVERRIDE_TEXTS = [\"clientId\", \"revocationKey\", \"jwtId\"];",
            "export const overrideTexts = ({ clientId, revocationKey, jwtId }) => [clientId, revocationKey, jwtId];",
            "export const ISSUE_ANSWERS = 2;",
            "export const issueAnswers = (texts) => ({ token: texts[0], capability: texts[1] });",
            "export const TIMEOUT = 65536;",
            "export const ABSENT = -1;",
        ] {
            assert!(
                module.lines().any(|found| found == line),
                "{line}\n{module}"
            );
        }
    }

    fn distinct(table: &[(&str, f64)]) -> usize {
        let values: HashSet<_> = table.iter().map(|(_, value)| value.to_bits()).collect();
        values.len()
    }
}
