//! The form of a key: where its parts are, or what was given instead and what to do.

use crate::lookalike::{
    Credential, Encoding, credential, is_curly_quotation_mark, is_quotation_mark, outer_characters,
    written_out_value,
};
use crate::text::{consists_of, find, starts_with_any_case};

/// Known keys have at most about 60 characters. This leaves room and limits the work.
const MAX_BYTES: usize = 512;

const FORM: &str = "a key has the form appId.keyId:secret; copy it whole from the API keys tab of the Ably dashboard";
const COPY_AGAIN: &str = "copy the key again from the API keys tab of the Ably dashboard";
const GIVE_KEY: &str = "a token is what a key signs; give the key, of the form appId.keyId:secret";
const WITHOUT_QUOTATION_MARKS: &str = "give the key without the quotation marks around it";
const WITHOUT_SEPARATOR: &str =
    "leave it out: it belongs to the code or the list that the key was copied from";

/// Why a text is not a key, and what to do. Repeats no part of the text.
pub(super) struct Flaw {
    /// With `{}` in place of [`Flaw::value`].
    pub(super) form: &'static str,
    pub(super) value: &'static str,
    pub(super) remediation: &'static str,
}

const fn flaw(message: &'static str, remediation: &'static str) -> Flaw {
    Flaw {
        form: message,
        value: "",
        remediation,
    }
}

/// Returns the indexes of the dot and the colon.
pub(super) fn shape(text: &str) -> Result<(usize, usize), Flaw> {
    if let Some(value) = written_out_value(text) {
        return Err(Flaw {
            form: "the key is the text \"{}\"",
            value,
            remediation: "the value that it was made from is not a text: check where the key is read",
        });
    }
    let (first, last) = outer_characters(text);
    let given = Given { text, first, last };
    for (is_wrong, message, remediation) in WRONG_TEXTS {
        if is_wrong(&given) {
            return Err(flaw(message, remediation));
        }
    }
    for character in text.chars() {
        for (is_wrong, message, remediation) in WRONG_CHARACTERS {
            if is_wrong(character) {
                return Err(flaw(message, remediation));
            }
        }
    }
    let Some(colon) = find(text, b':') else {
        return Err(without_colon(text));
    };
    let name = text.get(..colon).unwrap_or_default();
    let Some(dot) = find(name, b'.') else {
        return Err(flaw("the key has no dot before its colon", FORM));
    };
    let key_id = name.get(dot + 1..).unwrap_or_default();
    let message = if dot == 0 {
        "the key's app id, before the dot, is empty"
    } else if key_id.is_empty() {
        "the key's own id, between dot and colon, is empty"
    } else if find(key_id, b'.').is_some() {
        "the key has more than one dot before its colon"
    } else if colon + 1 == text.len() {
        "the key's secret, after the colon, is empty"
    } else {
        return Ok((dot, colon));
    };
    Err(flaw(message, FORM))
}

/// What was given in place of a key.
struct Given<'a> {
    text: &'a str,
    first: char,
    last: char,
}

/// Whether something is wrong with a text, in what way, and what to do.
type TextCheck = (fn(&Given<'_>) -> bool, &'static str, &'static str);
type CharacterCheck = (fn(char) -> bool, &'static str, &'static str);

/// Texts that are given instead of a key, or around one. The first that applies is reported.
const WRONG_TEXTS: &[TextCheck] = &[
    (|given| given.text.is_empty(), "the key is empty", FORM),
    (
        |given| given.text.len() > MAX_BYTES,
        "the key is over 512 bytes long",
        FORM,
    ),
    // Left over from a file.
    (
        |given| given.first.is_whitespace() || given.last.is_whitespace(),
        "the key begins or ends with white space or a line end",
        "trim it where it is read: a file or a secret store often adds a line end",
    ),
    (
        |given| given.first == '\u{feff}',
        "the key begins with a byte order mark",
        "the file it was read from was saved with one: strip it where the key is read",
    ),
    (
        |given| starts_with_any_case(given.text, "Basic "),
        "this is an Authorization header, not an API key",
        "what follows Basic is the key in base64: decode it, and give the key itself",
    ),
    (
        |given| starts_with_any_case(given.text, "Bearer "),
        "this is an Authorization header with a token, not an API key",
        GIVE_KEY,
    ),
    (
        |given| matches!(given.first, '{' | '[') && find(given.text, b'"').is_some(),
        "this is JSON, not an API key",
        "give the key in it alone, of the form appId.keyId:secret",
    ),
    (
        |given| is_variable(given.text),
        "the key has a variable in it that was not expanded",
        "a shell expands $ABLY_API_KEY within double quotes and not within single ones, and a file of settings may not expand it at all",
    ),
    (
        |given| {
            !consists_of(given.text, |byte| {
                !matches!(byte, b'<' | b'>' | b'[' | b']' | b'{' | b'}' | b'(' | b')')
            })
        },
        "the key has brackets in it, as a placeholder has",
        "put the real key in place of the placeholder: copy it whole from the API keys tab of the Ably dashboard",
    ),
    (
        |given| is_assignment(given.text),
        "the key has an equals sign before its colon",
        "give what stands after the equals sign: this looks like a line of an environment file",
    ),
    // Copied along with the key.
    (
        |given| is_curly_quotation_mark(given.first) || is_curly_quotation_mark(given.last),
        "the key begins or ends with a curly quotation mark",
        "an editor or a chat has put it there: give the key without the quotation marks around it",
    ),
    (
        |given| is_quotation_mark(given.first),
        "the key begins with a quotation mark",
        WITHOUT_QUOTATION_MARKS,
    ),
    (
        |given| is_quotation_mark(given.last),
        "the key ends with a quotation mark",
        WITHOUT_QUOTATION_MARKS,
    ),
    (
        |given| given.last == ',',
        "the key ends with a comma",
        WITHOUT_SEPARATOR,
    ),
    (
        |given| given.last == ';',
        "the key ends with a semicolon",
        WITHOUT_SEPARATOR,
    ),
    (
        |given| given.text.ends_with("\\n") || given.text.ends_with("\\r"),
        "the key ends with a line end written as a backslash and a letter",
        "remove these two characters where the key is stored",
    ),
    (
        |given| {
            given
                .text
                .chars()
                .any(|it| it.is_whitespace() || it.is_control())
        },
        "the key has white space or a control character inside",
        FORM,
    ),
];

/// Ably documents no character set. Known keys consist of letters, digits, `-` and `_`. Characters that only get there
/// by accident are refused; other ASCII is accepted.
const WRONG_CHARACTERS: &[CharacterCheck] = &[
    (
        |it| matches!(it, '*' | '•' | '●' | '∙' | '·' | '…'),
        "the key is masked: stars or dots stand in place of its secret",
        "give the whole key: copy it from the API keys tab of the Ably dashboard, or list it with auth keys list --show-secrets",
    ),
    (
        is_invisible,
        "the key has an invisible character in it, such as a zero-width space",
        COPY_AGAIN,
    ),
    (
        is_quotation_mark,
        "the key has a quotation mark inside",
        COPY_AGAIN,
    ),
    (|it| it == '\\', "the key has a backslash in it", COPY_AGAIN),
    (
        |it| matches!(it, ',' | ';'),
        "the key has a comma or a semicolon in it",
        "give one key: this looks like a list of several",
    ),
    (
        |it| !it.is_ascii(),
        "the key has a character outside ASCII",
        "an editor or a chat may have changed a hyphen or a colon: copy the key again from the API keys tab of the Ably dashboard",
    ),
];

/// `$NAME`, or `%NAME%` as in a batch file.
fn is_variable(text: &str) -> bool {
    let is_of_batch = text.len() > 2 && text.starts_with('%') && text.ends_with('%');
    find(text, b'$').is_some() || is_of_batch
}

/// `NAME=appId.keyId:secret`
fn is_assignment(text: &str) -> bool {
    let (equals, colon) = (find(text, b'='), find(text, b':'));
    equals.is_some_and(|equals| colon.is_some_and(|colon| equals < colon))
}

/// Characters that are invisible and are copied along with a text.
fn is_invisible(character: char) -> bool {
    matches!(character, '\u{ad}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

/// Explains a text without a colon, which usually is something else.
fn without_colon(text: &str) -> Flaw {
    let (message, remediation) = match credential(text) {
        Some((Credential::ApiKey, Encoding::Url)) => (
            "this looks like a URL-encoded API key",
            "decode it first: %3A stands for the colon",
        ),
        Some((Credential::ApiKey, _)) => (
            "this looks like an API key in base64",
            "decode it first: a key has the form appId.keyId:secret",
        ),
        Some((Credential::Jwt, Encoding::Base64)) => (
            "this is a token (a JWT) in base64, not an API key",
            GIVE_KEY,
        ),
        Some((Credential::Jwt, _)) => ("this is a token (a JWT), not an API key", GIVE_KEY),
        Some((Credential::AblyToken, _)) => {
            ("this looks like an Ably token, not an API key", GIVE_KEY)
        }
        Some((Credential::KeyName, _)) => (
            "the key has no colon: this is a key name without its secret",
            FORM,
        ),
        Some((Credential::AccessTokenOrSecret, _)) => (
            "this looks like an access token, or like a key's secret without its name, not like an API key",
            "give the whole key, of the form appId.keyId:secret; an access token of the Control API goes into the accessToken option",
        ),
        _ if is_variable_name(text) => (
            "this looks like the name of a variable, not an API key",
            "give the value of the variable",
        ),
        Some((Credential::KeySecret, _)) => (
            "the key has no colon: this looks like the secret of a key without its name",
            FORM,
        ),
        None => ("the key has no colon", FORM),
    };
    flaw(message, remediation)
}

/// As `ABLY_API_KEY`.
fn is_variable_name(text: &str) -> bool {
    let is_upper = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_';
    find(text, b'_').is_some() && consists_of(text, is_upper)
}

#[cfg(test)]
mod tests {
    use crate::error::Kind;
    use crate::key::ApiKey;

    #[track_caller]
    fn refused(text: &str, message: &str) {
        let error = ApiKey::parse(text).unwrap_err();
        assert_eq!(error.message(), message);
        assert_eq!((error.kind(), error.code()), (Kind::Key, Some(40005)));
        assert!(error.remediation().is_some());
    }

    #[test]
    fn refuses_what_is_not_a_key_and_says_why() {
        refused("", "the key is empty");
        refused(&"a".repeat(513), "the key is over 512 bytes long");
        for text in [" a.b:c", "a.b:c\n", "a.b:c\r\n", "\ta.b:c", "a.b:c\u{a0}"] {
            refused(
                text,
                "the key begins or ends with white space or a line end",
            );
        }
        refused(
            "a.b:c d",
            "the key has white space or a control character inside",
        );
        refused(
            "a.b:c\0d",
            "the key has white space or a control character inside",
        );
        refused("\u{feff}app.key:s", "the key begins with a byte order mark");
        refused("\"app.key:s\"", "the key begins with a quotation mark");
        refused("'app.key:s'", "the key begins with a quotation mark");
        refused(
            "KEY=app.key:s",
            "the key has an equals sign before its colon",
        );
        refused("appkey", "the key has no colon");
        refused(
            "app.key",
            "the key has no colon: this is a key name without its secret",
        );
        refused("appkey:secret", "the key has no dot before its colon");
        refused("appkey:sec.ret", "the key has no dot before its colon");
        refused(".key:secret", "the key's app id, before the dot, is empty");
        refused(
            "app.:secret",
            "the key's own id, between dot and colon, is empty",
        );
        refused(
            "a.b.c:secret",
            "the key has more than one dot before its colon",
        );
        refused("app.key:", "the key's secret, after the colon, is empty");
        refused(":", "the key has no dot before its colon");
        refused(".:", "the key's app id, before the dot, is empty");
    }

    #[test]
    fn knows_what_was_pasted_in_place_of_a_key() {
        refused(
            "eyJhbGciOiJIUzI1NiJ9.e30.c2ln",
            "this is a token (a JWT), not an API key",
        );
        refused(
            &format!("xVLyHw.{}", "A".repeat(60)),
            "this looks like an Ably token, not an API key",
        );
        refused(
            &"x".repeat(43),
            "this looks like an access token, or like a key's secret without its name, not like an API key",
        );
    }

    #[test]
    fn takes_all_of_ascii_but_what_no_key_has() {
        for byte in 0..=0x7f_u8 {
            let character = char::from(byte);
            let is_refused = character.is_ascii_whitespace()
                || character.is_ascii_control()
                || "\"'`*,;\\$<>[]{}()".contains(character);
            for place in ["ab", "a", ""] {
                let rest = "cd".get(place.len()..).unwrap_or_default();
                let key = format!("app.key:{place}{character}{rest}");
                assert_eq!(ApiKey::parse(&key).is_err(), is_refused, "{key:?}");
            }
        }
        for character in ['é', '\u{200b}', '–', '：', '“', '•', '\u{202e}', '😀'] {
            assert!(ApiKey::parse(&format!("app.key:a{character}b")).is_err());
            assert!(ApiKey::parse(&format!("a{character}pp.key:ab")).is_err());
        }
    }
}
