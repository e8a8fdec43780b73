//! Hourly rate limits of the Control API.
//!
//! Source of the three limits: <https://ably.com/docs/platform/pricing/limits>. The rolling hour,
//! the error code and `Retry-After` are specific to the sandbox.
//!
//! Counts are kept only in memory, so a restarted sandbox starts from zero. Otherwise every call
//! would have to write a record.

use std::collections::VecDeque;

use super::error::{Outcome, Refusal};
use super::sorted_map::SortedMap;

const HOUR_MS: u64 = 3_600_000;
const OF_ACCOUNT: Limit = Limit(4_000, "for this account");
const OF_TOKEN: Limit = Limit(2_000, "for this access token");
const OF_NOBODY: Limit = Limit(60, "without a valid access token");

/// The number of calls per hour, and to whom the limit applies.
struct Limit(usize, &'static str);

/// Counts calls. Stores at most 4,060 times, and as many again by token.
#[derive(Default)]
pub(super) struct Rates {
    account: Window,
    nobody: Window,
    /// By token id, which stays the same when the value is rotated.
    tokens: SortedMap<Window>,
}

/// The times of the calls that were accepted in the last hour.
#[derive(Default)]
struct Window(VecDeque<u64>);

impl Window {
    /// How long the next call must wait, in ms. `None`: it is accepted now.
    fn wait(&mut self, limit: &Limit, now: u64) -> Option<u64> {
        while self
            .0
            .front()
            .is_some_and(|at| at.saturating_add(HOUR_MS) <= now)
        {
            self.0.pop_front();
        }
        let oldest = self.0.front().filter(|_| self.0.len() >= limit.0)?;
        Some(oldest.saturating_add(HOUR_MS).saturating_sub(now))
    }

    fn count(&mut self, now: u64) {
        // Keeps the times sorted even if the clock goes back.
        let last = self.0.back().copied().unwrap_or_default();
        self.0.push_back(now.max(last));
    }
}

impl Rates {
    /// Counts a call without a valid credential.
    pub(super) fn count_nobody(&mut self, now: u64) -> Outcome<()> {
        if let Some(wait) = self.nobody.wait(&OF_NOBODY, now) {
            return Err(too_many(&OF_NOBODY, wait));
        }
        self.nobody.count(now);
        Ok(())
    }

    /// Counts a call with this access token. A refused call counts towards neither limit.
    pub(super) fn count(&mut self, token_id: &str, now: u64) -> Outcome<()> {
        let of_account = self.account.wait(&OF_ACCOUNT, now);
        let of_token = match self.tokens.get_mut(token_id) {
            Some(window) => window.wait(&OF_TOKEN, now),
            None => None,
        };
        // Report the longer wait of the two; after that, the call is accepted.
        match (of_account, of_token) {
            (None, None) => {}
            (account, token) if account >= token => {
                return Err(too_many(&OF_ACCOUNT, account.unwrap_or_default()));
            }
            (_, token) => return Err(too_many(&OF_TOKEN, token.unwrap_or_default())),
        }
        if !self.tokens.contains(token_id) {
            self.tokens.retain(|window| {
                window.wait(&OF_TOKEN, now);
                !window.0.is_empty()
            });
        }
        self.account.count(now);
        if let Some(window) = self.tokens.made(token_id) {
            window.count(now);
        }
        Ok(())
    }
}

fn too_many(limit: &Limit, wait_ms: u64) -> Refusal {
    let Limit(most, whose) = limit;
    let seconds = wait_ms.div_ceil(1_000);
    let message = format!(
        "the limit of {most} Control API calls per hour {whose} is reached; try again in {seconds} s"
    );
    Refusal::new(429, 42910, message).header("Retry-After", seconds.to_string())
}
