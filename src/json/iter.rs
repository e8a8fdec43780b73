//! From value to value of a text that is known to be JSON.

use super::{Json, Member};
use crate::steps::steps;

/// The values directly inside an object or a list, names among them: what is left of its text.
pub(crate) struct Items<'a>(pub(super) &'a str);

impl<'a> Iterator for Items<'a> {
    type Item = Json<'a>;

    fn next(&mut self) -> Option<Json<'a>> {
        let mut start = 0;
        while let Some(b' ' | b'\t' | b'\r' | b'\n' | b',' | b':') = self.0.as_bytes().get(start) {
            start += 1;
        }
        let rest = self.0.get(start..)?;
        let (item, after) = rest.split_at_checked(end_of_value(rest.as_bytes()))?;
        steps(start + item.len());
        self.0 = after;
        (!item.is_empty()).then_some(Json(item))
    }
}

/// The members of an object.
pub(crate) struct Pairs<'a>(pub(super) Items<'a>);

impl<'a> Iterator for Pairs<'a> {
    type Item = Member<'a>;

    fn next(&mut self) -> Option<Member<'a>> {
        let name = self.0.next()?;
        let value = self.0.next()?;
        Some((name.string()?, value))
    }
}

/// Where the value ends with which a valid text begins.
pub(super) fn end_of_value(bytes: &[u8]) -> usize {
    let mut depth: usize = 0;
    let mut in_string = false;
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'\\' if in_string => at += 1,
            b'"' => {
                in_string = !in_string;
                if !in_string && depth == 0 {
                    return at + 1;
                }
            }
            _ if in_string => {}
            b'{' | b'[' => depth += 1,
            b'}' | b']' if depth <= 1 => return at + depth,
            b'}' | b']' => depth -= 1,
            b',' | b' ' | b'\t' | b'\r' | b'\n' if depth == 0 => return at,
            _ => {}
        }
        at += 1;
    }
    bytes.len()
}
