//! Revokes tokens: any number of targets, in requests of a hundred, with an outcome for each
//! target.
//!
//! Source: <https://ably.com/docs/auth/revocation>. Ably revokes by the issuing key. All requests
//! of a call, including retries, use the same `issuedBefore`, so a retry never revokes a token that
//! was issued after the call.

mod batch;
mod report;
mod scheduler;

use std::cell::RefCell;
use std::rc::Rc;

use crate::error::{Code, Error, Kind, Result};
use crate::http::{Network, Transport, server_time};
use crate::key::ApiKey;
use crate::revocation::Target;
use crate::text::{find, number, order};
pub use report::{Outcome, RevocationReport};
use scheduler::{Run, RunState};

/// Maximum number of targets in one call.
pub const MAX_TARGETS: usize = 100_000;
/// Maximum number of concurrent requests.
pub const MAX_CONCURRENCY: usize = 32;
/// How far in the past Ably accepts `issuedBefore`.
const MAX_AGE_MS: u64 = 60 * 60 * 1_000;

/// What to revoke.
#[derive(Debug, Clone)]
pub struct RevokeParams {
    /// 1 to [`MAX_TARGETS`]. Duplicates are sent once.
    pub targets: Vec<Target>,
    /// Tokens issued before this time are revoked, in ms since 1970. `None`: the current time of
    /// Ably's clock.
    pub issued_before: Option<u64>,
    /// Enforces the revocation about 30 s later, so that clients can renew their tokens without
    /// losing the connection.
    pub allow_reauth_margin: bool,
    /// The number of concurrent requests, 1 to [`MAX_CONCURRENCY`].
    pub concurrency: usize,
}

impl Default for RevokeParams {
    fn default() -> Self {
        RevokeParams {
            targets: Vec::new(),
            issued_before: None,
            allow_reauth_margin: false,
            concurrency: 4,
        }
    }
}

/// Why a revocation failed as a whole, and the known outcome of each target if any request was
/// sent.
#[derive(Debug, Clone)]
pub struct RevokeError {
    /// The cause.
    pub error: Error,
    /// `None` if no request was sent.
    pub report: Option<RevocationReport>,
}

impl From<Error> for RevokeError {
    fn from(error: Error) -> Self {
        RevokeError {
            error,
            report: None,
        }
    }
}

/// Revokes tokens of each of the keys.
///
/// `progress` is called after each request with the number of outcomes so far and the total.
///
/// # Errors
/// Invalid options are refused before any request is sent. After that, the call fails, with a
/// report, only if it was aborted or if every target failed for the same reason. Other failures are
/// part of the report.
pub async fn revoke<T: Transport>(
    transport: &T,
    network: &Network,
    keys: &[ApiKey],
    params: &RevokeParams,
    progress: &mut dyn FnMut(usize, usize),
) -> std::result::Result<RevocationReport, RevokeError> {
    check(params)?;
    let here = transport.now();
    let server = server_time(transport, network).await;
    let issued_before = cut_off(here, server, params.issued_before)?;
    let targets = texts_of(&params.targets);
    let places = Places::of(&targets);
    let run = Run {
        keys,
        places: &places,
        issued_before,
        allow_reauth_margin: params.allow_reauth_margin,
        state: RefCell::new(RunState::new(progress)),
    };
    run.all(transport, network, params.concurrency).await;
    let (results, stopped) = run.finish();
    report_of(keys, targets, results, stopped)
}

fn texts_of(targets: &[Target]) -> Vec<String> {
    let mut texts = Vec::with_capacity(targets.len());
    for target in targets {
        texts.push(target.text());
    }
    texts
}

/// The result of a call whose requests have all ended. `stopped` is why it ended early, if it did.
fn report_of(
    keys: &[ApiKey],
    targets: Vec<String>,
    results: Vec<Outcome>,
    stopped: Option<Rc<Error>>,
) -> std::result::Result<RevocationReport, RevokeError> {
    let mut key_names = Vec::new();
    for key in keys {
        key_names.push(key.name().to_owned());
    }
    let report = RevocationReport {
        key_names,
        targets,
        results,
    };
    let error = match (stopped, report.one_reason()) {
        (Some(stopped), all) if all.is_some() || stopped.kind() == Kind::Aborted => Some(stopped),
        (_, all) => all,
    };
    match error {
        None => Ok(report),
        Some(error) => Err(RevokeError {
            error: Rc::unwrap_or_clone(error),
            report: Some(report),
        }),
    }
}

fn check(params: &RevokeParams) -> Result<()> {
    let refuse = |path: &str, form: &'static str, found: &str, remediation: &str| {
        let error = Error::new(Kind::Usage, form, &[found]);
        Err(error.at(path).with_remediation(remediation))
    };
    if params.targets.is_empty() {
        return refuse(
            "targets",
            "there is nothing to revoke",
            "",
            "give clientId, revocationKey or targets",
        );
    }
    if params.targets.len() > MAX_TARGETS {
        let found = number(params.targets.len() as u64);
        let form = "there are {} targets, over the bound of 100,000";
        return refuse("targets", form, &found, "revoke them in several calls");
    }
    if !(1..=MAX_CONCURRENCY).contains(&params.concurrency) {
        let found = number(params.concurrency as u64);
        let remediation = "give a whole number from 1 to 32";
        return refuse("concurrency", "concurrency is {}", &found, remediation);
    }
    Ok(())
}

/// The call's single `issuedBefore`, on Ably's clock.
fn cut_off(here: u64, server: Result<u64>, wanted: Option<u64>) -> Result<u64> {
    let now = match &server {
        Err(error) if error.kind() == Kind::Aborted => return server,
        Err(_) => here,
        Ok(now) => *now,
    };
    if let Some(wanted) = wanted {
        // The local clock may be ahead of Ably's: a time that is past here but not at Ably means
        // now.
        let wrong = match () {
            () if wanted > now.max(here) => "in the future",
            () if wanted < now.saturating_sub(MAX_AGE_MS) => "over an hour ago",
            () => "",
        };
        if !wrong.is_empty() {
            let message = "issuedBefore is {}, which is {}";
            let error = Error::new(Kind::Usage, message, &[&number(wanted), wrong])
                .with_code(Code::OutOfRange);
            let remediation = "give ms since 1970, at most an hour back, or leave it out for now";
            return Err(error.at("issuedBefore").with_remediation(remediation));
        }
    }
    Ok(wanted.unwrap_or(u64::MAX).min(server?))
}

/// Refuses a token where a key is needed, before any request is sent (SPEC RSA17d).
///
/// # Errors
/// 40162, 401 for a token; otherwise the same as [`ApiKey::parse`].
pub fn key_for_revoking(text: &str) -> Result<ApiKey> {
    let is_token = !text.is_empty() && find(text, b':').is_none();
    // SPEC RSC1a: a text without a colon is treated as a token. The error still says what the text
    // looks like.
    ApiKey::parse(text).map_err(|error| match is_token {
        true => error.with_code(Code::NeedsKey),
        false => error,
    })
}

/// The distinct texts of a list, and a map from each input to its text.
pub(crate) struct Places<'a> {
    /// The distinct texts, which are sent.
    pub(crate) sent: Vec<&'a str>,
    /// The number of inputs for each of them.
    pub(crate) counts: Vec<usize>,
    /// For each input, the index of its text in `sent`.
    of_input: Vec<usize>,
}

impl<'a> Places<'a> {
    fn of(texts: &'a [String]) -> Places<'a> {
        let text = |index: usize| texts.get(index).map_or("", String::as_str);
        // Sorting puts equal texts next to each other, in input order.
        let sorted = order(texts.len(), &|one, other| {
            text(one).cmp(text(other)).then(one.cmp(&other))
        });
        let mut first_of = vec![0; texts.len()];
        let mut first = 0;
        let mut before = None;
        for index in sorted {
            if before != Some(text(index)) {
                first = index;
                before = Some(text(index));
            }
            if let Some(place) = first_of.get_mut(index) {
                *place = first;
            }
        }
        let mut places = Places {
            sent: Vec::new(),
            counts: Vec::new(),
            of_input: Vec::new(),
        };
        for (index, first) in first_of.iter().enumerate() {
            let place = if *first == index {
                places.sent.push(text(index));
                places.counts.push(0);
                places.sent.len() - 1
            } else {
                places.of_input.get(*first).copied().unwrap_or_default()
            };
            places.of_input.push(place);
            if let Some(count) = places.counts.get_mut(place) {
                *count += 1;
            }
        }
        places
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Compares with the simple algorithm, which keeps the first occurrence of each text.
    fn check(texts: &[String]) {
        let places = Places::of(texts);
        assert_eq!(places.of_input.len(), texts.len());
        assert_eq!(places.counts.len(), places.sent.len());
        let mut first = Vec::new();
        for (text, place) in texts.iter().zip(&places.of_input) {
            if !first.contains(&text.as_str()) {
                first.push(text);
            }
            assert_eq!(places.sent[*place], text);
        }
        assert_eq!(places.sent, first);
        for (text, count) in places.sent.iter().zip(&places.counts) {
            assert_eq!(texts.iter().filter(|it| it == text).count(), *count);
        }
    }

    #[test]
    fn each_text_is_sent_once_in_the_order_of_the_input() {
        let mut state = 7_u32;
        for count in 0..60 {
            for different in [1, 2, 7, 1_000] {
                let texts: Vec<String> = (0..count)
                    .map(|_| {
                        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                        format!("clientId:{}", (state >> 16) % different)
                    })
                    .collect();
                check(&texts);
            }
        }
    }

    #[test]
    fn a_token_is_refused_where_the_key_is_needed() {
        for (token, message) in [
            ("a.hush.string", "the key has no colon"),
            ("hush-hush", "the key has no colon"),
            (
                "eyJhbGciOiJIUzI1NiJ9.e30.sig",
                "this is a token (a JWT), not an API key",
            ),
            ("YXBwLmtleTpodXNo", "this looks like an API key in base64"),
            (
                "$ABLY_API_KEY",
                "the key has a variable in it that was not expanded",
            ),
            (" ", "the key begins or ends with white space or a line end"),
        ] {
            let error = key_for_revoking(token).unwrap_err();
            assert_eq!((error.code(), error.status()), (Some(40162), Some(401)));
            assert_eq!((error.kind(), error.path()), (Kind::Key, Some("key")));
            assert_eq!(error.message(), message);
            assert!(
                error
                    .remediation()
                    .is_some_and(|remediation| !remediation.contains("hush"))
            );
        }
        for bad in ["", "a:b", "a.b:", ":"] {
            assert_eq!(key_for_revoking(bad).unwrap_err().code(), Some(40005));
        }
        assert_eq!(key_for_revoking("app.key:hush").unwrap().name(), "app.key");
    }
}
