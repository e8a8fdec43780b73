//! The short way through what nearly every token holds: one object of texts and whole numbers, with no
//! white space. It is gone through once; the long way goes through it five times.

use std::borrow::Cow;
use std::ops::Range;

use super::{Json, Member, repeated_members};
use crate::steps::steps;
use crate::text::find;

/// So many names are compared each with each: that is a comparison of lengths, mostly.
const MAX_PAIRWISE: usize = 64;

/// The members of such an object. `first`: the name of its first member and where its value stands, if that
/// is known already. Nothing: the text is something else, or no JSON, or a name stands twice; the long way
/// knows which.
pub(super) fn members<'a>(
    text: &'a str,
    first: Option<(&'a str, Range<usize>)>,
) -> Option<Vec<Member<'a>>> {
    let bytes = text.as_bytes();
    let mut members: Vec<Member<'_>> = Vec::with_capacity(8);
    let mut at = 0;
    let mut before = b'{';
    if let Some((name, value)) = first {
        at = value.end;
        before = b',';
        members.push((Cow::Borrowed(name), Json(text.get(value)?)));
    }
    while *bytes.get(at)? == before {
        let name_end = end_of_string(bytes, at + 1)?;
        let value = name_end + 1;
        if *bytes.get(name_end)? != b':' {
            return None;
        }
        let end = match bytes.get(value)? {
            b'"' => end_of_string(bytes, value)?,
            b'1'..=b'9' => end_of_number(bytes, value),
            _ => return None,
        };
        let name = text.get(at + 2..name_end - 1)?;
        // A few are compared here, which is quicker; many are sorted at the end.
        if members.len() < MAX_PAIRWISE {
            for (known, _) in &members {
                steps(1);
                if known.len() == name.len() && known == name {
                    return None;
                }
            }
        }
        if find(name, b'\\').is_some() {
            return None;
        }
        members.push((Cow::Borrowed(name), Json(text.get(value..end)?)));
        at = end;
        before = b',';
    }
    let is_whole = before == b',' && bytes.get(at..)? == b"}";
    (is_whole && (members.len() <= MAX_PAIRWISE || repeated_members(&members).is_empty()))
        .then_some(members)
}

/// Where the string ends that begins here, if all of it is what JSON allows. `\u` is left to others.
fn end_of_string(bytes: &[u8], start: usize) -> Option<usize> {
    let mut rest = bytes.get(start..)?.iter();
    if *rest.next()? != b'"' {
        return None;
    }
    loop {
        match *rest.next()? {
            b'"' => return Some(bytes.len() - rest.as_slice().len()),
            b'\\' => match *rest.next()? {
                b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' => {}
                _ => return None,
            },
            0..32 => return None,
            _ => {}
        }
    }
}

fn end_of_number(bytes: &[u8], start: usize) -> usize {
    let mut end = start;
    while bytes.get(end).is_some_and(u8::is_ascii_digit) {
        end += 1;
    }
    end
}

#[cfg(test)]
mod tests {
    use super::super::{Json, JsonError};
    use super::{MAX_PAIRWISE, members};
    use proptest::prelude::*;

    /// The same as the long way, or nothing.
    fn agrees(text: &str) -> bool {
        let found = members(text, None);
        if let Some(found) = &found {
            let wanted = Json::parse(text).and_then(Json::members);
            assert_eq!(wanted.as_ref(), Ok(found), "{text}");
        }
        found.is_some()
    }

    #[test]
    fn reads_the_payloads_of_tokens() {
        for text in [
            r#"{"x-ably-capability":"{\"chat:*\":[\"publish\"]}","x-ably-clientId":"é","iat":1700000000,"exp":1700003600}"#,
            r#"{"typ":"JWT","alg":"HS256","kid":"xVLyHw.A-pwh7"}"#,
            r#"{"":""}"#,
            r#"{"a":"\\\"","b":"\/\b\f\n\r\t"}"#,
        ] {
            assert!(agrees(text), "{text}");
        }
    }

    #[test]
    fn leaves_everything_else_to_the_full_reader() {
        for text in [
            "",
            "{",
            "}",
            "{}",
            "[]",
            r#"{"a":1} "#,
            r#" {"a":1}"#,
            r#"{"a": 1}"#,
            r#"{"a":0}"#,
            r#"{"a":-1}"#,
            r#"{"a":01}"#,
            r#"{"a":1.5}"#,
            r#"{"a":1e3}"#,
            r#"{"a":true}"#,
            r#"{"a":{}}"#,
            r#"{"a":1,}"#,
            r#"{"a":1,"a":2}"#,
            r#"{"a":1"b":2}"#,
            r#"{"a":1,"b"}"#,
            r#"{"a":1}}"#,
            r#"{"\"":1}"#,
            r#"{"a":"\u0061"}"#,
            r#"{"a":"\x"}"#,
            "{\"a\":\"\n\"}",
            r#"{"a":"\"#,
            r#"{"a":""#,
            r#"{"a":"}"#,
            r#"{"a":1,"b":2]"#,
            r#","a":1}"#,
        ] {
            assert!(!agrees(text), "{text}");
        }
        let twice = Json::parse(r#"{"a":1,"a":2}"#).and_then(Json::members);
        assert_eq!(twice, Err(JsonError::Duplicate("a".into())));
    }

    #[test]
    fn finds_a_duplicate_name_among_few_and_many() {
        for count in [
            2,
            MAX_PAIRWISE - 1,
            MAX_PAIRWISE,
            MAX_PAIRWISE + 1,
            3 * MAX_PAIRWISE,
        ] {
            for twice in [0, 1, count / 2, count - 1] {
                let names = (0..count).rev().chain([twice]);
                let members: Vec<String> = names.map(|name| format!("\"{name}\":1")).collect();
                let (distinct, _) = members.split_at(count);
                assert!(agrees(&format!("{{{}}}", distinct.join(","))), "{count}");
                let text = format!("{{{}}}", members.join(","));
                assert!(!agrees(&text), "{text}");
                let found = super::super::object(&text);
                assert_eq!(found, Err(JsonError::Duplicate(twice.to_string())));
            }
        }
    }

    proptest! {
        // A failure prints its input; nothing is left behind in the tree.
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn agrees_with_the_full_reader(parts in proptest::collection::vec(
            prop_oneof![
                Just(r#"{"#), Just(r#"}"#), Just(r#"""#), Just(r#"":"#), Just(r#"":""#), Just(r#","#),
                Just(r#"",""#), Just(r#"{""#), Just(r#""}"#), Just(r#"\"#), Just("a"), Just("b"), Just("é"),
                Just("1"), Just("0"), Just("-"), Just("."), Just(" "), Just("\n"), Just("u0061"), Just("["),
                Just(r#""a":1"#), Just(r#""b":"\\""#), Just(r#""c":"x""#),
            ],
            0..12,
        )) {
            agrees(&parts.concat());
            agrees(&format!("{{{}}}", parts.concat()));
            agrees(&format!("{{\"a\":\"{}\"}}", parts.concat()));
        }
    }
}
