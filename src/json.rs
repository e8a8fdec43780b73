//! Reads untrusted JSON strictly, and writes the little JSON that this crate needs.
//!
//! `serde_json` decides whether a text is valid JSON. Only names, texts and lists are read from it, so no tree is
//! built: values stay slices of the text. A duplicate name is refused, because a reader that keeps the last one would
//! hide a grant.

mod fast_path;
mod iter;
mod string;
mod writer;

use std::borrow::Cow;
use std::ops::Range;

use serde::de::IgnoredAny;

use crate::steps::steps;
use crate::text::{fill, find, number, order, quoted};
use iter::{Items, Pairs, end_of_value};
pub(crate) use string::is_plain_string_of;
use string::unescape;
pub(crate) use writer::{List, Writer};

/// Maximum nesting. No claim needs more, and a recursive reader would overflow.
pub(crate) const MAX_DEPTH: usize = 128;

/// Why a text is not the object that was expected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum JsonError {
    /// Invalid JSON, and where.
    Syntax { line: usize, column: usize },
    /// Nested deeper than [`MAX_DEPTH`].
    TooDeep,
    /// A string contains half of a surrogate pair.
    HalfCharacter,
    /// Valid JSON, but not an object: its kind.
    NotAnObject(&'static str),
    /// This name is a duplicate.
    Duplicate(String),
}

impl JsonError {
    /// The end of a sentence about the text.
    pub(crate) fn text(&self) -> String {
        match self {
            JsonError::Syntax { line, column } => fill(
                "is not JSON (line {}, column {})",
                &[&number(*line as u64), &number(*column as u64)],
            ),
            JsonError::TooDeep => fill(
                "is nested over {} levels deep",
                &[&number(MAX_DEPTH as u64)],
            ),
            JsonError::HalfCharacter => "has half of a surrogate pair".to_owned(),
            JsonError::NotAnObject(found) => fill("is {}, not an object", &[found]),
            JsonError::Duplicate(name) => fill("has {} twice", &[&quoted(name)]),
        }
    }
}

/// Valid JSON that is not nested too deeply and whose strings contain only whole characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Json<'a>(&'a str);

/// One member of an object.
pub(crate) type Member<'a> = (Cow<'a, str>, Json<'a>);

/// The members of an object in text order, without duplicate names.
pub(crate) fn object(text: &str) -> Result<Vec<Member<'_>>, JsonError> {
    object_from(text, None)
}

/// Same as [`object`], for a text whose first member is known: its name and the range of its value.
pub(crate) fn object_from<'a>(
    text: &'a str,
    first: Option<(&'a str, Range<usize>)>,
) -> Result<Vec<Member<'a>>, JsonError> {
    match fast_path::members(text, first) {
        Some(members) => Ok(members),
        None => Json::parse(text).and_then(Json::members),
    }
}

impl<'a> Json<'a> {
    pub(crate) fn parse(text: &'a str) -> Result<Json<'a>, JsonError> {
        if let Err(error) = serde_json::from_slice::<IgnoredAny>(text.as_bytes()) {
            return Err(JsonError::Syntax {
                line: error.line(),
                column: error.column(),
            });
        }
        let json = Json(text.trim_ascii());
        // An upper bound first, which also counts brackets in strings. It nearly always suffices.
        let mut brackets = 0;
        let mut escapes = false;
        let mut before = 0;
        for byte in json.0.as_bytes() {
            brackets += usize::from(byte | 0x20 == b'{');
            escapes |= before == b'\\' && *byte == b'u';
            before = *byte;
        }
        match () {
            () if brackets > MAX_DEPTH && json.depth() > MAX_DEPTH => Err(JsonError::TooDeep),
            () if escapes && !json.is_whole() => Err(JsonError::HalfCharacter),
            () => Ok(json),
        }
    }

    /// The text of the value.
    pub(crate) fn text(self) -> &'a str {
        self.0
    }

    /// The kind of the value: "an array", "null".
    pub(crate) fn kind(self) -> &'static str {
        match self.0.as_bytes().first() {
            Some(b'{') => "an object",
            Some(b'[') => "an array",
            Some(b'"') => "a string",
            Some(b't' | b'f') => "a boolean",
            Some(b'n') => "null",
            _ => "a number",
        }
    }

    pub(crate) fn is_object(self) -> bool {
        self.0.starts_with('{')
    }

    pub(crate) fn is_list(self) -> bool {
        self.0.starts_with('[')
    }

    /// The text of a string, or `None` for another kind of value.
    pub(crate) fn string(self) -> Option<Cow<'a, str>> {
        let inside = self.0.strip_prefix('"')?.strip_suffix('"')?;
        if find(inside, b'\\').is_some() {
            unescape(inside).map(Cow::Owned)
        } else {
            Some(Cow::Borrowed(inside))
        }
    }

    /// A whole number that is exact in every language: 0 to 2^53 - 1.
    ///
    /// Only plain digits count: `1.0` and `1e3` are refused.
    pub(crate) fn whole(self) -> Option<u64> {
        const MAX_SAFE: u64 = (1 << 53) - 1;
        const MAX_DIGITS: usize = 16;
        if self.0.len() > MAX_DIGITS {
            return None;
        }
        let mut number: u64 = 0;
        for byte in self.0.bytes() {
            let digit = byte.wrapping_sub(b'0');
            if digit > 9 {
                return None;
            }
            number = number * 10 + u64::from(digit);
        }
        (number <= MAX_SAFE).then_some(number)
    }

    /// The members of an object in text order, without duplicate names.
    pub(crate) fn members(self) -> Result<Vec<Member<'a>>, JsonError> {
        if !self.is_object() {
            return Err(JsonError::NotAnObject(self.kind()));
        }
        let mut members: Vec<Member<'a>> = Vec::new();
        for member in self.pairs() {
            members.push(member);
        }
        let twice = repeated_members(&members);
        match twice.first().and_then(|index| members.get(*index)) {
            Some((name, _)) => Err(JsonError::Duplicate(name.clone().into_owned())),
            None => Ok(members),
        }
    }

    /// The members of an object in text order, duplicates included. Empty for another kind of value.
    pub(crate) fn pairs(self) -> Pairs<'a> {
        Pairs(self.items('{'))
    }

    /// The value of the first member with this name. For responses, in which duplicate names don't matter.
    pub(crate) fn member(self, wanted: &str) -> Option<Json<'a>> {
        let mut pairs = self.pairs();
        pairs.find(|(name, _)| name == wanted).map(|(_, it)| it)
    }

    /// The items of a list. Empty for another kind of value.
    pub(crate) fn list(self) -> Items<'a> {
        self.items('[')
    }

    fn items(self, opening: char) -> Items<'a> {
        Items(self.0.strip_prefix(opening).unwrap_or_default())
    }

    /// The nesting depth.
    fn depth(self) -> usize {
        let mut depth: usize = 0;
        let mut deepest = 0;
        let mut in_string = false;
        let bytes = self.0.as_bytes();
        let mut at = 0;
        while let Some(byte) = bytes.get(at) {
            at += 1;
            match byte {
                b'\\' if in_string => at += 1,
                b'"' => in_string = !in_string,
                _ if in_string => {}
                b'{' | b'[' => {
                    depth += 1;
                    deepest = deepest.max(depth);
                }
                b'}' | b']' => depth = depth.saturating_sub(1),
                _ => {}
            }
        }
        deepest
    }

    /// Returns whether every `\u….` escape stands for a whole character.
    fn is_whole(self) -> bool {
        let mut rest = self.0;
        // A value that begins with a quote ends with its string.
        while let Some(at) = find(rest, b'"') {
            let from = rest.get(at..).unwrap_or_default();
            let Some((string, after)) = from.split_at_checked(end_of_value(from.as_bytes())) else {
                return false;
            };
            if Json(string).string().is_none() {
                return false;
            }
            rest = after;
        }
        true
    }
}

/// The indexes of members whose names occur earlier.
fn repeated_members(members: &[Member<'_>]) -> Vec<usize> {
    repeated(members.len(), &|index| {
        members.get(index).map_or("", |(name, _)| name.as_ref())
    })
}

/// Maximum number of names that are compared pair by pair.
const MAX_PAIRWISE: usize = 16;

/// The indexes of names that occur earlier, among `name(0)` to `name(count - 1)`.
pub(crate) fn repeated<'a>(count: usize, name: &dyn Fn(usize) -> &'a str) -> Vec<usize> {
    // Programs mostly write sorted names, which need no further comparison.
    let compare = |one: usize, other: usize| {
        steps(1);
        name(one).cmp(name(other))
    };
    if (1..count).all(|index| compare(index - 1, index).is_lt()) {
        return Vec::new();
    }
    let all_differ = |index: usize| (0..index).all(|before| compare(before, index).is_ne());
    if count <= MAX_PAIRWISE && (1..count).all(all_differ) {
        return Vec::new();
    }
    let order = order(count, &compare);
    let mut places: Vec<usize> = Vec::new();
    for pair in order.windows(2) {
        if let [one, other] = pair
            && name(*one) == name(*other)
        {
            places.push(*other);
        }
    }
    places
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_keep_order_and_raw_values() {
        let json =
            Json::parse(r#" {"b" : [1, {"]":"}"}] ,"a":"x\n","\u0063":null, "d":{} ,"e":-1.5e3} "#)
                .unwrap();
        let found: Vec<(String, &str)> = json
            .members()
            .unwrap()
            .into_iter()
            .map(|(name, value)| (name.into_owned(), value.text()))
            .collect();
        let expected = [
            ("b", r#"[1, {"]":"}"}]"#),
            ("a", r#""x\n""#),
            ("c", "null"),
            ("d", "{}"),
            ("e", "-1.5e3"),
        ];
        assert_eq!(
            found,
            expected.map(|(name, value)| (name.to_owned(), value))
        );
        let items: Vec<&str> = found
            .first()
            .map(|(_, list)| Json(list).list().map(Json::text).collect())
            .unwrap();
        assert_eq!(items, ["1", r#"{"]":"}"}"#]);
        assert_eq!(Json::parse("[ ]").unwrap().list().count(), 0);
        assert_eq!(Json::parse("{ }").unwrap().members().unwrap().len(), 0);
    }

    #[test]
    fn refuses_a_duplicate_name_however_it_is_escaped() {
        let json = Json::parse(r#"{"iat":1,"x":2,"\u0069at":3}"#).unwrap();
        assert_eq!(
            json.members().unwrap_err(),
            JsonError::Duplicate("iat".into())
        );
    }

    #[test]
    fn says_what_was_found() {
        let deep = "[".repeat(MAX_DEPTH + 1) + &"]".repeat(MAX_DEPTH + 1);
        for (text, message) in [
            ("[1]", "is an array, not an object"),
            ("null", "is null, not an object"),
            ("true", "is a boolean, not an object"),
            ("-1", "is a number, not an object"),
            ("\"{}\"", "is a string, not an object"),
            ("{", "is not JSON (line 1, column 1)"),
            ("nope", "is not JSON (line 1, column 2)"),
            ("", "is not JSON (line 1, column 0)"),
            ("{} x", "is not JSON (line 1, column 4)"),
            (&deep, "is nested over 128 levels deep"),
        ] {
            let flaw = Json::parse(text).and_then(Json::members).unwrap_err();
            assert_eq!(flaw.text(), message, "{text}");
        }
        let brackets_in_text = format!("{{\"a\":\"{}\"}}", "[\\\"".repeat(1_000));
        assert!(Json::parse(&brackets_in_text).is_ok());
    }

    #[test]
    fn whole_numbers_only() {
        let whole = |text| Json::parse(text).unwrap().whole();
        assert_eq!(whole("1700000000"), Some(1_700_000_000));
        assert_eq!(whole("9007199254740991"), Some(9_007_199_254_740_991));
        for bad in [
            "-1",
            "1.0",
            "1e3",
            "\"1\"",
            "null",
            "9007199254740992",
            "99999999999999999999999",
        ] {
            assert_eq!(whole(bad), None, "{bad}");
        }
    }

    #[test]
    fn strings_read_and_write_as_serde_json_does() {
        let text: String = (0..0x30u8)
            .map(char::from)
            .chain("\"\\/é😀\u{7f}".chars())
            .collect();
        let mut ours = String::new();
        crate::text::push_quoted(&mut ours, &text);
        assert_eq!(ours, serde_json::to_string(&text).unwrap());
        assert_eq!(Json::parse(&ours).unwrap().string().unwrap(), text);
        for escaped in [
            r#""\ud83d\ude00\u00e9\/\b\f\n\r\t\"\\""#,
            r#""\u0000""#,
            r#""""#,
        ] {
            let wanted: String = serde_json::from_str(escaped).unwrap();
            assert_eq!(Json::parse(escaped).unwrap().string().unwrap(), wanted);
        }
        for lone in [
            r#""\ud83d""#,
            r#""\ud83dx""#,
            r#"{"a\"":[1,"\ude00"]}"#,
            r#"{"\ud83d\u0041":1}"#,
        ] {
            assert_eq!(Json::parse(lone), Err(JsonError::HalfCharacter), "{lone}");
        }
    }
}
