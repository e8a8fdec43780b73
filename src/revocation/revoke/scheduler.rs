//! Runs many requests with limited concurrency: each lane takes the next part until none is left.

use std::cell::RefCell;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::rc::Rc;
use std::task::Poll;

use super::Places;
use super::batch::{MAX_TARGETS_PER_REQUEST, alike, body, path, read};
use super::report::Outcome;
use crate::error::{Error, Kind};
use crate::http::{Credential, Exchange, NO_FURTHER_ATTEMPT, NO_MORE_REQUESTS, Network, Transport};
use crate::key::ApiKey;

type Lane<'l> = Pin<Box<dyn Future<Output = ()> + 'l>>;

/// A call in progress.
pub(super) struct Run<'a, 'p> {
    pub(super) keys: &'a [ApiKey],
    pub(super) places: &'a Places<'a>,
    pub(super) issued_before: u64,
    pub(super) allow_reauth_margin: bool,
    pub(super) state: RefCell<RunState<'p>>,
}

/// The progress of a call.
pub(super) struct RunState<'p> {
    next: usize,
    /// The outcomes of each part at the first key, then at the second, and so on. Empty if not sent
    /// yet.
    outcomes: Vec<Vec<Outcome>>,
    /// Why no further request is sent, to any key; and below, to these keys.
    stopped: Option<Rc<Error>>,
    refused: Vec<(usize, Rc<Error>)>,
    done: usize,
    progress: &'p mut dyn FnMut(usize, usize),
}

impl<'p> RunState<'p> {
    pub(super) fn new(progress: &'p mut dyn FnMut(usize, usize)) -> RunState<'p> {
        RunState {
            next: 0,
            outcomes: Vec::new(),
            stopped: None,
            refused: Vec::new(),
            done: 0,
            progress,
        }
    }
}

/// The subject of one request.
struct Part<'a> {
    number: usize,
    key: usize,
    start: usize,
    targets: &'a [&'a str],
}

impl<'a> Run<'a, '_> {
    pub(super) async fn all<T: Transport>(&self, transport: &T, network: &Network, most: usize) {
        let mut exchanges = Vec::new();
        for key in self.keys {
            exchanges.push(Exchange::data(transport, network, Credential::Key(key)));
        }
        let count = self.parts() * self.keys.len();
        for _ in 0..count {
            self.state.borrow_mut().outcomes.push(Vec::new());
        }
        let mut lanes: Vec<Lane<'_>> = Vec::new();
        for _ in 0..most.min(count) {
            lanes.push(Box::pin(self.lane(&exchanges)));
        }
        // Polls all lanes whenever any can continue, since there are only a few.
        poll_fn(|context| {
            lanes.retain_mut(|lane| lane.as_mut().poll(context).is_pending());
            if lanes.is_empty() {
                Poll::Ready(())
            } else {
                Poll::Pending
            }
        })
        .await;
    }

    /// The number of parts.
    fn parts(&self) -> usize {
        self.places.sent.len().div_ceil(MAX_TARGETS_PER_REQUEST)
    }

    async fn lane<T: Transport>(&self, exchanges: &[Exchange<'_, T>]) {
        let is_ended = || exchanges.first().is_some_and(Exchange::is_ended);
        loop {
            let Some(part) = self.next(&is_ended) else {
                return;
            };
            let (Some(key), Some(exchange)) = (self.keys.get(part.key), exchanges.get(part.key))
            else {
                return;
            };
            let path = path(key);
            let body = body(part.targets, self.issued_before, self.allow_reauth_margin);
            let answer = exchange.send("POST", &path, &|_| Ok(body.clone())).await;
            let outcomes = answer
                .and_then(|response| read(exchange, &response, key, part.targets))
                .unwrap_or_else(|error| alike(&self.failed(part.key, error), part.targets.len()));
            self.state.borrow_mut().put(self, &part, outcomes);
        }
    }

    /// The next part to send. Skips parts of a key that was already refused.
    fn next(&self, is_ended: &dyn Fn() -> bool) -> Option<Part<'a>> {
        let state = &mut *self.state.borrow_mut();
        loop {
            let number = state.next;
            if number == state.outcomes.len() || state.stopped.is_some() {
                return None;
            }
            if is_ended() {
                let ended = Error::new(Kind::Aborted, "the call was aborted by its signal", &[]);
                state.stopped = Some(Rc::new(ended));
                return None;
            }
            state.next += 1;
            let start = number % self.parts() * MAX_TARGETS_PER_REQUEST;
            let rest = self.places.sent.get(start..).unwrap_or_default();
            let part = Part {
                number,
                key: number / self.parts(),
                start,
                targets: rest.get(..MAX_TARGETS_PER_REQUEST).unwrap_or(rest),
            };
            let Some((_, error)) = state.refused.iter().find(|(key, _)| *key == part.key) else {
                return Some(part);
            };
            let outcome = Outcome::Failed(error.clone(), true);
            state.put(self, &part, alike(&outcome, part.targets.len()));
        }
    }

    /// The outcome for the targets of a failed request. Also decides whether the remaining parts
    /// are sent.
    fn failed(&self, key: usize, error: Error) -> Outcome {
        let state = &mut *self.state.borrow_mut();
        let reason = Rc::new(error);
        let aborted = reason.kind() == Kind::Aborted;
        if aborted || matches!(reason.message(), NO_MORE_REQUESTS | NO_FURTHER_ATTEMPT) {
            state.stopped.get_or_insert_with(|| reason.clone());
            return match reason.message() {
                NO_MORE_REQUESTS => Outcome::NotSent(prefixed(NOT_SENT, &reason)),
                _ if aborted => Outcome::Failed(prefixed(UNKNOWN, &reason), true),
                _ => Outcome::Failed(reason, true),
            };
        }
        // The credentials don't change, so further requests would be refused too.
        if matches!(reason.status(), Some(401 | 403 | 404)) {
            state.refused.push((key, reason.clone()));
        }
        Outcome::Failed(reason, true)
    }

    /// The outcome of every input at every key, including those that were not sent; and why the
    /// call ended early, if it did.
    pub(super) fn finish(self) -> (Vec<Outcome>, Option<Rc<Error>>) {
        let parts = self.parts();
        let state = self.state.into_inner();
        let not_sent = state.stopped.as_ref().map(|reason| {
            let why = match reason.kind() {
                Kind::Aborted => reason.message(),
                _ => NO_MORE_REQUESTS,
            };
            let error = Error::new(reason.kind(), "{}{}", &[NOT_SENT, why]);
            Outcome::NotSent(Rc::new(error))
        });
        let mut results = Vec::new();
        for of_key in state.outcomes.chunks(parts) {
            for place in &self.places.of_input {
                let part = of_key.get(place / MAX_TARGETS_PER_REQUEST);
                let outcome = part.and_then(|part| part.get(place % MAX_TARGETS_PER_REQUEST));
                if let Some(outcome) = outcome.or(not_sent.as_ref()) {
                    results.push(outcome.clone());
                }
            }
        }
        (results, state.stopped)
    }
}

impl RunState<'_> {
    fn put(&mut self, run: &Run<'_, '_>, part: &Part<'_>, outcomes: Vec<Outcome>) {
        for count in run
            .places
            .counts
            .iter()
            .skip(part.start)
            .take(outcomes.len())
        {
            self.done += count;
        }
        if let Some(place) = self.outcomes.get_mut(part.number) {
            *place = outcomes;
        }
        (self.progress)(self.done, run.places.of_input.len() * run.keys.len());
    }
}

const NOT_SENT: &str = "not sent: ";
const UNKNOWN: &str = "sent, with no answer yet: ";

fn prefixed(said: &str, reason: &Error) -> Rc<Error> {
    Rc::new(Error::new(reason.kind(), "{}{}", &[said, reason.message()]))
}
