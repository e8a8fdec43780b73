//! JSON that strangers wrote, read strictly; and the little JSON that this crate writes.
//!
//! `serde_json` decides whether a text is JSON at all. What is then read from it is only names,
//! texts and lists, so no tree is built: values stay slices of the text. A name that stands twice is
//! refused, since a reader that keeps the last one would hide a grant.

use std::borrow::Cow;
use std::fmt;

use serde::de::IgnoredAny;

use crate::text::{order, quoted};

/// Deeper JSON is refused: no claim needs it, and a reader that recurses would overflow on it.
pub(crate) const MAX_DEPTH: usize = 128;

/// Why a text is not the object that was expected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Flaw {
    /// Not JSON at all, and where that shows.
    Syntax { line: usize, column: usize },
    /// Nested deeper than [`MAX_DEPTH`].
    TooDeep,
    /// A string holds half of a surrogate pair, which is no character.
    HalfCharacter,
    /// JSON, but not an object: what it is.
    NotAnObject(&'static str),
    /// This name stands twice.
    Duplicate(String),
}

impl fmt::Display for Flaw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Flaw::Syntax { line, column } => {
                write!(f, "is not JSON (line {line}, column {column})")
            }
            Flaw::TooDeep => write!(f, "is nested over {MAX_DEPTH} levels deep"),
            Flaw::HalfCharacter => f.write_str("has half of a surrogate pair"),
            Flaw::NotAnObject(found) => write!(f, "is {found}, not an object"),
            Flaw::Duplicate(name) => write!(f, "has {} twice", quoted(name)),
        }
    }
}

/// A text that is JSON, not too deep, with only whole characters in its strings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Json<'a>(&'a str);

/// One member of an object.
pub(crate) type Member<'a> = (Cow<'a, str>, Json<'a>);

impl<'a> Json<'a> {
    pub(crate) fn parse(text: &'a str) -> Result<Json<'a>, Flaw> {
        if let Err(error) = serde_json::from_str::<IgnoredAny>(text) {
            return Err(Flaw::Syntax {
                line: error.line(),
                column: error.column(),
            });
        }
        let json = Json(text.trim_ascii());
        let (depth, escapes) = json.scan();
        match () {
            () if depth > MAX_DEPTH => Err(Flaw::TooDeep),
            () if escapes && !json.is_whole() => Err(Flaw::HalfCharacter),
            () => Ok(json),
        }
    }

    /// The text of the value.
    pub(crate) fn text(self) -> &'a str {
        self.0
    }

    /// What kind of value it is: "an array", "null".
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

    /// The text of a string, or nothing when the value is of another kind.
    pub(crate) fn string(self) -> Option<Cow<'a, str>> {
        let inside = self.0.strip_prefix('"')?.strip_suffix('"')?;
        if inside.contains('\\') {
            unescape(inside).map(Cow::Owned)
        } else {
            Some(Cow::Borrowed(inside))
        }
    }

    /// A number that is a whole one, not negative, and exact in every language (at most 2^53 - 1).
    ///
    /// Only plain digits count: `1.0` and `1e3` are refused.
    pub(crate) fn whole(self) -> Option<u64> {
        const MAX_SAFE: u64 = (1 << 53) - 1;
        let mut number: u64 = 0;
        for byte in self.0.bytes() {
            let digit = byte.is_ascii_digit().then(|| u64::from(byte - b'0'))?;
            number = number.checked_mul(10)?.checked_add(digit)?;
        }
        (number <= MAX_SAFE).then_some(number)
    }

    /// The members of an object in the order of the text, each name once.
    pub(crate) fn members(self) -> Result<Vec<Member<'a>>, Flaw> {
        if !self.is_object() {
            return Err(Flaw::NotAnObject(self.kind()));
        }
        let members: Vec<Member<'a>> = self.pairs().collect();
        match repeated(members.len(), &|index| {
            members.get(index).map_or("", |(name, _)| name)
        })
        .first()
        {
            Some(index) => Err(Flaw::Duplicate(
                members
                    .get(*index)
                    .map(|(name, _)| name.to_string())
                    .unwrap_or_default(),
            )),
            None => Ok(members),
        }
    }

    /// The members of an object as they stand, or nothing of another kind.
    pub(crate) fn pairs(self) -> impl Iterator<Item = Member<'a>> {
        let mut items = self.items('{');
        std::iter::from_fn(move || {
            let name = items.next()?;
            let value = items.next()?;
            Some((name.string()?, value))
        })
    }

    /// The items of a list, or nothing of another kind.
    pub(crate) fn list(self) -> impl Iterator<Item = Json<'a>> {
        self.items('[')
    }

    /// The values directly inside, names among them.
    fn items(self, opening: char) -> impl Iterator<Item = Json<'a>> {
        let mut rest = self.0.strip_prefix(opening).unwrap_or_default();
        std::iter::from_fn(move || {
            rest = rest.trim_start_matches([' ', '\t', '\r', '\n', ',', ':']);
            let (item, after) = rest.split_at_checked(end_of_value(rest))?;
            rest = after;
            (!item.is_empty()).then_some(Json(item))
        })
    }

    /// How deep it is nested, and whether a character in it is written as `\u….`.
    fn scan(self) -> (usize, bool) {
        let mut depth: usize = 0;
        let mut deepest = 0;
        let mut escapes = false;
        let mut in_string = false;
        let mut bytes = self.0.bytes();
        while let Some(byte) = bytes.next() {
            match byte {
                b'\\' if in_string => escapes |= bytes.next() == Some(b'u'),
                b'"' => in_string = !in_string,
                b'{' | b'[' if !in_string => {
                    depth += 1;
                    deepest = deepest.max(depth);
                }
                b'}' | b']' if !in_string => depth = depth.saturating_sub(1),
                _ => {}
            }
        }
        (deepest, escapes)
    }

    /// Whether every `\u….` in it makes a character.
    fn is_whole(self) -> bool {
        let mut rest = self.0;
        while let Some((_, from)) = rest.split_once('"') {
            let mut escaped = false;
            let end = from.find(|c| {
                let ends = c == '"' && !escaped;
                escaped = c == '\\' && !escaped;
                ends
            });
            let Some((inside, after)) = end.and_then(|end| from.split_at_checked(end)) else {
                return false;
            };
            if unescape(inside).is_none() {
                return false;
            }
            rest = after.strip_prefix('"').unwrap_or_default();
        }
        true
    }
}

/// The places of the names that stood before, `name(0)` to `name(count - 1)` being all of them.
pub(crate) fn repeated<'a>(count: usize, name: &dyn Fn(usize) -> &'a str) -> Vec<usize> {
    if count < 2 {
        return Vec::new();
    }
    let order = order(count, &|one, other| name(one).cmp(name(other)));
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

/// Where the value ends with which a valid text begins.
fn end_of_value(text: &str) -> usize {
    let mut depth: usize = 0;
    let mut in_string = false;
    let mut bytes = text.bytes().enumerate();
    while let Some((at, byte)) = bytes.next() {
        match byte {
            b'\\' if in_string => {
                bytes.next();
            }
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
    }
    text.len()
}

/// The text that a JSON string stands for; nothing when it holds half of a surrogate pair.
fn unescape(inside: &str) -> Option<String> {
    let mut out = String::with_capacity(inside.len());
    let mut rest = inside;
    while let Some((plain, escaped)) = rest.split_once('\\') {
        out.push_str(plain);
        let mut after = escaped.chars();
        out.push(match after.next()? {
            'b' => '\u{8}',
            'f' => '\u{c}',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'u' => unicode_escape(&mut after)?,
            itself => itself,
        });
        rest = after.as_str();
    }
    out.push_str(rest);
    Some(out)
}

fn unicode_escape(after: &mut std::str::Chars<'_>) -> Option<char> {
    let first = four_digits(after)?;
    let high = first.checked_sub(0xd800).filter(|high| *high < 0x400);
    let Some(high) = high else {
        return char::from_u32(first);
    };
    if (after.next(), after.next()) != (Some('\\'), Some('u')) {
        return None;
    }
    let low = four_digits(after)?
        .checked_sub(0xdc00)
        .filter(|low| *low < 0x400)?;
    char::from_u32(0x1_0000 + (high << 10) + low)
}

fn four_digits(after: &mut std::str::Chars<'_>) -> Option<u32> {
    let mut number = 0;
    for _ in 0..4 {
        number = number << 4 | after.next()?.to_digit(16)?;
    }
    Some(number)
}

/// Writes `text` as a JSON string, escaping only what must be.
pub(crate) fn push_string(out: &mut String, text: &str) {
    out.push('"');
    let mut rest = text;
    while let Some(at) = rest.find(|c: char| c < ' ' || c == '"' || c == '\\') {
        let Some((plain, tail)) = rest.split_at_checked(at) else {
            return;
        };
        out.push_str(plain);
        let mut after = tail.chars();
        let escaped = after.next().unwrap_or_default();
        out.push('\\');
        match escaped {
            '\n' => out.push('n'),
            '\r' => out.push('r'),
            '\t' => out.push('t'),
            '\u{8}' => out.push('b'),
            '\u{c}' => out.push('f'),
            '"' | '\\' => out.push(escaped),
            control => {
                out.push_str("u00");
                for shift in [4, 0] {
                    out.push(
                        char::from_digit(control as u32 >> shift & 0xf, 16).unwrap_or_default(),
                    );
                }
            }
        }
        rest = after.as_str();
    }
    out.push_str(rest);
    out.push('"');
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
    fn a_name_that_stands_twice_is_refused_however_it_is_written() {
        let json = Json::parse(r#"{"iat":1,"x":2,"\u0069at":3}"#).unwrap();
        assert_eq!(json.members().unwrap_err(), Flaw::Duplicate("iat".into()));
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
            assert_eq!(flaw.to_string(), message, "{text}");
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
        push_string(&mut ours, &text);
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
            assert_eq!(Json::parse(lone), Err(Flaw::HalfCharacter), "{lone}");
        }
    }
}
