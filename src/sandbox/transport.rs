//! A transport that calls the sandbox instead of a network, for Rust programs and their tests.

use std::cell::{Cell, RefCell};
use std::future::{Future, ready};

use super::{Options, Sandbox};
use crate::http::{Failure, Request, Response, Transport};

/// Sends requests to a sandbox whose clock only moves when told to. Waiting moves it.
pub struct SandboxTransport {
    sandbox: RefCell<Sandbox>,
    now_ms: Cell<u64>,
    requests: Cell<u64>,
}

impl SandboxTransport {
    /// Creates a sandbox at this time (ms since 1970).
    pub fn new(options: Options, now_ms: u64) -> SandboxTransport {
        SandboxTransport {
            sandbox: RefCell::new(Sandbox::new(options)),
            now_ms: Cell::new(now_ms),
            requests: Cell::new(0),
        }
    }

    /// Moves the clock forward.
    pub fn advance(&self, ms: u64) {
        self.now_ms.set(self.now_ms.get() + ms);
    }

    /// Handles one request and commits its change.
    pub fn answer(&self, request: &Request) -> Response {
        self.requests.set(self.requests.get() + 1);
        // Predictable on purpose: tests need the same values each time.
        let mut entropy = [0; 32];
        for (place, byte) in entropy.iter_mut().zip(self.requests.get().to_be_bytes()) {
            *place = byte;
        }
        let mut sandbox = self.sandbox.borrow_mut();
        let (response, change) = sandbox.handle(request, self.now_ms.get(), &entropy);
        if let Some(change) = &change {
            sandbox.commit(change);
        }
        response
    }

    /// Borrows the sandbox.
    pub fn sandbox(&self) -> std::cell::Ref<'_, Sandbox> {
        self.sandbox.borrow()
    }
}

impl Transport for SandboxTransport {
    fn send(
        &self,
        request: &Request,
        _timeout_ms: u32,
    ) -> impl Future<Output = Result<Response, Failure>> {
        ready(Ok(self.answer(request)))
    }

    fn sleep(&self, ms: u32) -> impl Future<Output = Result<(), Failure>> {
        self.advance(u64::from(ms));
        ready(Ok(()))
    }

    fn now(&self) -> u64 {
        self.now_ms.get()
    }

    fn random(&self) -> f64 {
        0.5
    }
}
