//! Many requests, a few at once: each lane takes the next part until none is left.

use std::cell::{Cell, RefCell};
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::rc::Rc;
use std::task::Poll;

use super::Places;
use super::batch::{MOST_TARGETS, alike, body, path, read};
use super::report::Outcome;
use crate::error::{Error, Kind};
use crate::key::ApiKey;
use crate::rest::{Credential, Exchange, NO_FURTHER_ATTEMPT, NO_MORE_REQUESTS, Network, Transport};

type Lane<'l> = Pin<Box<dyn Future<Output = ()> + 'l>>;

/// One call, under way.
pub(super) struct Run<'a, 'p> {
    keys: &'a [ApiKey],
    places: &'a Places<'a>,
    issued_before: u64,
    allow_reauth_margin: bool,
    /// Of every target at the first key, then of every target at the second, and so on.
    outcomes: RefCell<Vec<Option<Outcome>>>,
    next: Cell<usize>,
    /// Why nothing further is sent: to anybody, or with one key.
    stopped: RefCell<Option<Rc<Error>>>,
    refused: RefCell<Vec<Option<Rc<Error>>>>,
    done: Cell<usize>,
    progress: RefCell<&'p mut dyn FnMut(usize, usize)>,
}

impl<'a, 'p> Run<'a, 'p> {
    pub(super) fn new(
        keys: &'a [ApiKey],
        places: &'a Places<'a>,
        issued_before: u64,
        allow_reauth_margin: bool,
        progress: &'p mut dyn FnMut(usize, usize),
    ) -> Self {
        Run {
            keys,
            places,
            issued_before,
            allow_reauth_margin,
            outcomes: RefCell::new(vec![None; keys.len() * places.sent.len()]),
            next: Cell::new(0),
            stopped: RefCell::new(None),
            refused: RefCell::new(vec![None; keys.len()]),
            done: Cell::new(0),
            progress: RefCell::new(progress),
        }
    }

    pub(super) async fn all<T: Transport>(&self, transport: &T, network: &Network, most: usize) {
        let mut exchanges = Vec::new();
        for key in self.keys {
            exchanges.push(Exchange::data(transport, network, Credential::Key(key)));
        }
        let mut lanes: Vec<Lane<'_>> = Vec::new();
        for _ in 0..most.min(self.parts() * self.keys.len()) {
            lanes.push(Box::pin(self.lane(&exchanges)));
        }
        // Every lane is asked whenever any of them may go on: they are few.
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

    /// How many parts the targets make.
    fn parts(&self) -> usize {
        self.places.sent.len().div_ceil(MOST_TARGETS)
    }

    async fn lane<T: Transport>(&self, exchanges: &[Exchange<'_, T>]) {
        loop {
            let part = self.next.replace(self.next.get() + 1);
            let key = part / self.parts();
            let (Some(own), Some(exchange)) = (self.keys.get(key), exchanges.get(key)) else {
                return;
            };
            if self.stopped.borrow().is_some() {
                return;
            }
            if exchange.is_ended() {
                let ended = Rc::new(Error::new(
                    Kind::Aborted,
                    "the call was ended by its signal",
                    &[],
                ));
                self.stopped.replace(Some(ended));
                return;
            }
            let start = part % self.parts() * MOST_TARGETS;
            let rest = self.places.sent.get(start..).unwrap_or_default();
            let targets = rest.get(..MOST_TARGETS).unwrap_or(rest);
            let refused = self.refused.borrow().get(key).cloned().flatten();
            let outcomes = match refused {
                Some(error) => alike(&Outcome::Failed(error, true), targets.len()),
                None => {
                    let body = body(targets, self.issued_before, self.allow_reauth_margin);
                    let path = path(own);
                    let answer = exchange.send("POST", &path, &|_| Ok(body.clone())).await;
                    answer
                        .and_then(|response| read(exchange, &response, own, targets))
                        .unwrap_or_else(|error| alike(&self.failed(key, error), targets.len()))
                }
            };
            self.put(key * self.places.sent.len() + start, outcomes);
        }
    }

    /// The outcome of targets whose request failed whole; and what that means for those behind them.
    fn failed(&self, key: usize, error: Error) -> Outcome {
        let reason = Rc::new(error);
        let aborted = reason.kind() == Kind::Aborted;
        if aborted || matches!(reason.message(), NO_MORE_REQUESTS | NO_FURTHER_ATTEMPT) {
            let mut stopped = self.stopped.borrow_mut();
            stopped.get_or_insert_with(|| reason.clone());
            let said = match reason.message() {
                NO_MORE_REQUESTS => NOT_SENT,
                _ if aborted => UNKNOWN,
                _ => "",
            };
            return Outcome::Failed(prefixed(said, &reason), true);
        }
        // Other credentials or rights there are none: the next hundred would fare alike.
        if matches!(reason.status(), Some(401 | 403 | 404))
            && let Some(refused) = self.refused.borrow_mut().get_mut(key)
        {
            *refused = Some(reason.clone());
        }
        Outcome::Failed(reason, true)
    }

    fn put(&self, start: usize, outcomes: Vec<Outcome>) {
        let mut done = self.done.get();
        let each = self.places.sent.len().max(1);
        for (offset, outcome) in outcomes.into_iter().enumerate() {
            let index = start + offset;
            done += self
                .places
                .counts
                .get(index % each)
                .copied()
                .unwrap_or_default();
            if let Some(place) = self.outcomes.borrow_mut().get_mut(index) {
                *place = Some(outcome);
            }
        }
        self.done.set(done);
        let total: usize = self.places.counts.iter().sum();
        (*self.progress.borrow_mut())(done, total * self.keys.len());
    }

    /// Every outcome, those that were never asked for among them; and why it ended early, if it did.
    pub(super) fn finish(self) -> (Vec<Outcome>, Option<Rc<Error>>) {
        let stopped = self.stopped.into_inner();
        let not_sent = stopped.as_ref().map(|reason| {
            let why = match reason.kind() {
                Kind::Aborted => reason.message(),
                _ => NO_MORE_REQUESTS,
            };
            Rc::new(Error::new(reason.kind(), "{}{}", &[NOT_SENT, why]))
        });
        let mut outcomes = Vec::new();
        for outcome in self.outcomes.into_inner() {
            let missing = || not_sent.clone().map(|error| Outcome::Failed(error, true));
            if let Some(outcome) = outcome.or_else(missing) {
                outcomes.push(outcome);
            }
        }
        (outcomes, stopped)
    }
}

const NOT_SENT: &str = "not sent: ";
const UNKNOWN: &str = "sent, with no answer yet: ";

fn prefixed(said: &str, reason: &Error) -> Rc<Error> {
    Rc::new(Error::new(reason.kind(), "{}{}", &[said, reason.message()]))
}
