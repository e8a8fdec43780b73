//! A scripted transport with a simulated clock: tests neither wait nor send anything.
//!
//! Concurrent requests overlap in simulated time as they would in real time.

use std::cell::{Cell, RefCell};
use std::future::{Future, poll_fn};
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use ably_edge_auth::http::{Failure, Request, Response, Transport};
use serde_json::{Value, json};

/// The start time of every world, in ms since 1970.
pub const NOW: u64 = 1_700_000_000_000;

/// A response and how long it takes.
pub struct Answer {
    pub result: Result<Response, Failure>,
    pub after_ms: u64,
}

impl Answer {
    pub fn header(mut self, name: &str, value: &str) -> Answer {
        let response = self.result.as_mut().expect("a response");
        response.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    pub fn after(mut self, ms: u64) -> Answer {
        self.after_ms = ms;
        self
    }
}

/// A response that takes 1 ms.
pub fn answer(status: u16, body: impl AsRef<[u8]>) -> Answer {
    let response = Response {
        status,
        headers: Vec::new(),
        body: body.as_ref().to_vec(),
    };
    Answer {
        result: Ok(response),
        after_ms: 1,
    }
}

pub fn answer_json(status: u16, body: &Value) -> Answer {
    answer(status, body.to_string())
}

pub fn failure(failure: Failure) -> Answer {
    Answer {
        result: Err(failure),
        after_ms: 1,
    }
}

/// A request that is never answered.
pub fn never() -> Answer {
    answer(200, "").after(u64::MAX / 2)
}

pub fn reset() -> Answer {
    failure(Failure::Network("connection reset".to_owned()))
}

/// A request that was sent.
#[derive(Clone)]
pub struct Sent {
    /// Its index in the log.
    pub index: usize,
    pub at: u64,
    pub method: String,
    /// Scheme, host and port.
    pub host: String,
    /// The path with the query.
    pub path: String,
    pub headers: Vec<(String, String)>,
    pub body: String,
    pub timeout_ms: u32,
    /// How many responses had been read before it was sent.
    pub reads_before: usize,
    /// Its index among the responses that were read. `None` if there was no response.
    pub read: Option<usize>,
}

impl Sent {
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut headers = self.headers.iter();
        let found = headers.find(|(it, _)| it.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }

    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).expect("a JSON body")
    }

    /// The targets of a revocation request.
    #[track_caller]
    pub fn targets(&self) -> Vec<String> {
        serde_json::from_value(self.json()["targets"].clone()).expect("targets")
    }
}

type Script<'s> = Box<dyn FnMut(&Sent) -> Answer + 's>;

/// The script, the clock and the log.
pub struct World<'s> {
    script: RefCell<Script<'s>>,
    now: Cell<u64>,
    abort_at: Cell<u64>,
    random: Cell<f64>,
    /// When pending timers fire.
    due: RefCell<Vec<u64>>,
    log: RefCell<Vec<Sent>>,
    sleeps: RefCell<Vec<u32>>,
    reads: Cell<usize>,
    under_way: Cell<usize>,
    most_under_way: Cell<usize>,
}

impl<'s> World<'s> {
    pub fn new(script: impl FnMut(&Sent) -> Answer + 's) -> World<'s> {
        World {
            script: RefCell::new(Box::new(script)),
            now: Cell::new(NOW),
            abort_at: Cell::new(u64::MAX),
            random: Cell::new(0.0),
            due: RefCell::default(),
            log: RefCell::default(),
            sleeps: RefCell::default(),
            reads: Cell::new(0),
            under_way: Cell::new(0),
            most_under_way: Cell::new(0),
        }
    }

    /// A world with exactly these responses, in order.
    pub fn of(answers: Vec<Answer>) -> World<'s> {
        let mut answers = answers.into_iter();
        World::new(move |sent| match answers.next() {
            Some(answer) => answer,
            None => panic!("one request too many: {} {}", sent.method, sent.path),
        })
    }

    /// Same as `new`, but answers `/time`: Ably's clock says `time`.
    pub fn at(time: u64, mut script: impl FnMut(&Sent) -> Answer + 's) -> World<'s> {
        World::new(move |sent| match sent.path.as_str() {
            "/time" => answer(200, format!("[{time}]")),
            _ => script(sent),
        })
    }

    pub fn random(self, value: f64) -> World<'s> {
        self.random.set(value);
        self
    }

    /// The caller aborts the call after this time.
    pub fn abort_after(self, ms: u64) -> World<'s> {
        self.abort_at.set(NOW + ms);
        self
    }

    /// The caller aborts the call now.
    pub fn abort(&self) {
        self.abort_at.set(self.now.get());
    }

    /// Runs a future to completion. The clock advances whenever nothing else can proceed.
    #[track_caller]
    pub fn run<F: Future>(&self, future: F) -> F::Output {
        let mut future = pin!(future);
        let mut context = Context::from_waker(Waker::noop());
        loop {
            self.due.borrow_mut().clear();
            if let Poll::Ready(output) = future.as_mut().poll(&mut context) {
                return output;
            }
            let due = self.due.borrow().iter().copied().min();
            let due = due.expect("it waits for something that never happens");
            assert!(due > self.now.get(), "it waits for the past");
            self.now.set(due);
        }
    }

    pub fn log(&self) -> Vec<Sent> {
        self.log.borrow().clone()
    }

    /// All requests except those for the time.
    pub fn posts(&self) -> Vec<Sent> {
        let mut log = self.log();
        log.retain(|sent| sent.path != "/time");
        log
    }

    pub fn hosts(&self) -> Vec<String> {
        self.log().into_iter().map(|sent| sent.host).collect()
    }

    pub fn sleeps(&self) -> Vec<u32> {
        self.sleeps.borrow().clone()
    }

    /// The total duration, in ms.
    pub fn elapsed(&self) -> u64 {
        self.now.get() - NOW
    }

    /// The maximum number of concurrent requests.
    pub fn most_under_way(&self) -> usize {
        self.most_under_way.get()
    }

    fn is_aborted(&self) -> bool {
        self.now.get() >= self.abort_at.get()
    }

    /// Waits until this time or an abort.
    async fn until(&self, time: u64) -> Result<(), Failure> {
        poll_fn(|_| {
            if self.is_aborted() {
                return Poll::Ready(Err(Failure::Aborted));
            }
            if self.now.get() >= time {
                return Poll::Ready(Ok(()));
            }
            let mut due = self.due.borrow_mut();
            due.push(time.min(self.abort_at.get()));
            Poll::Pending
        })
        .await
    }

    fn sent(&self, request: &Request, timeout_ms: u32) -> Sent {
        let scheme = request.url.find("://").expect("a whole address") + 3;
        let rest = &request.url[scheme..];
        let path = scheme + rest.find('/').expect("a path");
        let sent = Sent {
            index: self.log.borrow().len(),
            at: self.now.get(),
            method: request.method.clone(),
            host: request.url[..path].to_owned(),
            path: request.url[path..].to_owned(),
            headers: request.headers.clone(),
            body: String::from_utf8(request.body.clone()).expect("UTF-8"),
            timeout_ms,
            reads_before: self.reads.get(),
            read: None,
        };
        self.log.borrow_mut().push(sent.clone());
        sent
    }
}

impl Transport for World<'_> {
    async fn send(&self, request: &Request, timeout_ms: u32) -> Result<Response, Failure> {
        if self.is_aborted() {
            return Err(Failure::Aborted);
        }
        let sent = self.sent(request, timeout_ms);
        let answer = (self.script.borrow_mut())(&sent);
        self.under_way.set(self.under_way.get() + 1);
        let most = self.most_under_way.get().max(self.under_way.get());
        self.most_under_way.set(most);
        let is_late = answer.after_ms >= u64::from(timeout_ms);
        let takes = answer.after_ms.min(u64::from(timeout_ms));
        let waited = self.until(sent.at + takes).await;
        self.under_way.set(self.under_way.get() - 1);
        waited?;
        if is_late {
            return Err(Failure::Timeout);
        }
        if answer.result.is_ok() {
            self.log.borrow_mut()[sent.index].read = Some(self.reads.get());
            self.reads.set(self.reads.get() + 1);
        }
        answer.result
    }

    async fn sleep(&self, ms: u32) -> Result<(), Failure> {
        self.sleeps.borrow_mut().push(ms);
        self.until(self.now.get() + u64::from(ms)).await
    }

    fn is_ended(&self) -> bool {
        self.is_aborted()
    }

    fn now(&self) -> u64 {
        self.now.get()
    }

    fn random(&self) -> f64 {
        self.random.get()
    }
}

/// When every [`revoked`] target's revocation applies.
pub fn applies_at(issued_before: u64) -> u64 {
    issued_before + 1_000
}

/// Ably's result for a target that succeeded.
pub fn item(target: &str, issued_before: u64) -> Value {
    json!({"target": target, "issuedBefore": issued_before, "appliesAt": applies_at(issued_before)})
}

/// The results of a fully successful revocation, in order.
pub fn items(sent: &Sent) -> Vec<Value> {
    let issued_before = sent.json()["issuedBefore"].as_u64().expect("a time");
    let targets = sent.targets();
    targets.iter().map(|it| item(it, issued_before)).collect()
}

/// The response to a fully successful revocation.
pub fn revoked(sent: &Sent) -> Answer {
    let items = items(sent);
    answer_json(
        201,
        &json!({"successCount": items.len(), "failureCount": 0, "results": items}),
    )
}
