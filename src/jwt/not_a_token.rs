//! Recognises what was given in place of a token.

use super::compact::malformed;
use crate::error::Error;
use crate::lookalike::{
    Credential, Encoding, credential, is_quotation_mark, outer_characters, written_out_value,
};
use crate::text::{find_text, starts_with_any_case};

const WITHOUT_SCHEME: &str = "give what follows \"Bearer \" in the Authorization header";
const NEVER_A_KEY: &str = "a key signs tokens: give a token that is signed with it; if a client has sent the key, revoke the key";

/// Returns whether a text starts like a JSON object in base64 and ends with a base64 digit, as every token does.
pub(super) fn is_usual(token: &str) -> bool {
    let is_digit = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    token.starts_with('e') && token.as_bytes().last().is_some_and(is_digit)
}

/// The error for a text that is something else. It repeats nothing of the text.
#[cold]
pub(super) fn mistaken(text: &str) -> Option<Error> {
    if let Some(value) = written_out_value(text) {
        let remediation =
            "the value that it was made from is not a text: check where the token is read";
        return Some(
            malformed("the token is the text \"{}\"", &[value]).with_remediation(remediation),
        );
    }
    let (message, remediation) = of_surroundings(text).or_else(|| of_credential(text))?;
    Some(malformed(message, &[]).with_remediation(remediation))
}

type MessageAndRemediation = (&'static str, &'static str);

/// Recognises a token with something around it.
fn of_surroundings(text: &str) -> Option<MessageAndRemediation> {
    let begins = |scheme| starts_with_any_case(text, scheme);
    if begins("bearer ") || begins("authorization:") {
        return Some(("the token still has its scheme in front", WITHOUT_SCHEME));
    }
    if begins("basic ") {
        return Some((
            "this is Basic authentication, which carries an API key, not a token",
            NEVER_A_KEY,
        ));
    }
    let (first, last) = outer_characters(text);
    if is_quotation_mark(first) || is_quotation_mark(last) {
        return Some((
            "the token is in quotation marks",
            "give it without them; what was sent as JSON is read with response.json()",
        ));
    }
    if !matches!(first, '{' | '[') {
        return None;
    }
    Some(if has_member(text, "\"token\"") {
        (
            "this is JSON with a token in it, such as TokenDetails, not the token itself",
            "give its member token",
        )
    } else if has_member(text, "\"mac\"") {
        (
            "this is a TokenRequest, not a token",
            "Ably gives a token for it: requestToken asks for one",
        )
    } else {
        ("this is JSON, not a token", "give the token alone")
    })
}

/// Returns whether a text has a member of this name whose value is a string.
fn has_member(json: &str, name: &str) -> bool {
    let mut rest = json;
    while let Some(at) = find_text(rest, name) {
        rest = rest.get(at + name.len()..).unwrap_or_default();
        let value = rest.trim_ascii_start().strip_prefix(':');
        if value.is_some_and(|value| value.trim_ascii_start().starts_with('"')) {
            return true;
        }
    }
    false
}

fn of_credential(text: &str) -> Option<MessageAndRemediation> {
    const NOT_A_JWT: &str =
        "only Ably can read it; what can be read here is a JWT, as issueJwt gives it";
    Some(match credential(text)? {
        (Credential::ApiKey, Encoding::Plain) => ("this is an API key, not a token", NEVER_A_KEY),
        (Credential::ApiKey, Encoding::Url) => {
            ("this is a URL-encoded API key, not a token", NEVER_A_KEY)
        }
        (Credential::ApiKey, Encoding::Base64) => {
            ("this is an API key in base64, not a token", NEVER_A_KEY)
        }
        (Credential::Jwt, Encoding::Base64) => (
            "the token is in base64 once more, as ably-js sends it",
            "decode it first; verifyRequest does so",
        ),
        (Credential::AblyToken, Encoding::Base64) => {
            ("this is an Ably token in base64, not a JWT", NOT_A_JWT)
        }
        (Credential::AblyToken, _) => ("this looks like an Ably token, not a JWT", NOT_A_JWT),
        (Credential::KeyName, _) => (
            "this looks like the name of a key, not a token",
            "give a token that is signed with the key",
        ),
        _ => return None,
    })
}
