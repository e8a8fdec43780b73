//! The sandbox: an embedded Ably token service, for tests and for work without an account.
//!
//! It answers as Ably's REST API, its Control API and the access-token pages of its dashboard do, for
//! what concerns tokens. There is no realtime connection, and nothing here opens a socket, reads a clock
//! or makes a random value: a [`Request`] goes in, with the time and some entropy, and a [`Response`]
//! comes out, with the [`Change`] that it makes.
//!
//! **Only a sandbox.** Its standard keys are constants that anybody can read here. It is for this
//! machine: [`Options`] says which `Host` and `Origin` it listens to.
//!
//! A change is not made before [`Sandbox::commit`], so that it can be written down before: what was
//! acknowledged is then never lost, and what could not be written was never there. [`Sandbox::restore`]
//! takes the same changes again.

mod change;
mod codec;
mod control;
mod dashboard;
mod data;
mod entropy;
mod error;
mod limits;
mod object;
mod origin_guard;
mod parsed_request;
mod rates;
mod response;
mod setup;
mod sorted_map;
mod state;
mod sums;
mod transport;
#[cfg(all(target_arch = "wasm32", feature = "sandbox-javascript"))]
mod wasm;

pub use change::Change;
pub use limits::MAX_REQUEST_BYTES;
pub use setup::{Credentials, Options};
pub use transport::SandboxTransport;

use crate::error::Result;
use crate::http::{Request, Response};
use change::Mutation;
use entropy::Entropy;
use error::Refusal;
use parsed_request::Call;
use rates::Rates;
use response::Reply;
use state::State;

/// An Ably token service.
///
/// ```
/// use ably_edge_auth::http::Request;
/// use ably_edge_auth::sandbox::{Options, Sandbox};
///
/// let mut sandbox = Sandbox::new(Options::default());
/// let request = Request {
///     method: "GET".into(),
///     url: "http://127.0.0.1/time".into(),
///     headers: Vec::new(),
///     body: Vec::new(),
/// };
/// let (response, change) = sandbox.handle(&request, 1_700_000_000_000, &[7; 32]);
/// assert_eq!((response.status, response.body.as_slice()), (200, &b"[1700000000000]"[..]));
/// assert!(change.is_none());
/// ```
pub struct Sandbox {
    options: Options,
    state: State,
    rates: Rates,
}

/// The last time that a JavaScript Date has: nothing that is added to it overflows.
const LATEST_MS: u64 = 8_640_000_000_000_000;

/// What a handler works with: it reads the state, and notes what is to be changed.
struct Context<'a> {
    options: &'a Options,
    state: &'a State,
    rates: &'a mut Rates,
    call: &'a Call<'a>,
    /// ms since 1970
    now: u64,
    entropy: Entropy,
    mutations: Vec<Mutation>,
}

impl Sandbox {
    /// A new one, with the account, app, keys and access tokens that every sandbox begins with.
    pub fn new(options: Options) -> Sandbox {
        let state = State::new(options.seed.as_deref());
        Sandbox {
            options,
            state,
            rates: Rates::default(),
        }
    }

    /// Makes a change that was made before: those of an earlier sandbox, in their order, before the
    /// first request.
    ///
    /// # Errors
    /// [`Kind::Usage`](crate::Kind::Usage): it is none, or one that does not follow from those before.
    pub fn restore(&mut self, change: &Change) -> Result<()> {
        self.state.restore(change)
    }

    /// Answers a request made at `now_ms` (ms since 1970). `entropy`: 32 bytes that nobody can guess,
    /// other ones for each request.
    ///
    /// What the change would alter is as before until it is handed to [`Sandbox::commit`], and the next
    /// request is to wait for that; a change that cannot be kept is dropped, and the answer with it.
    pub fn handle(
        &mut self,
        request: &Request,
        now_ms: u64,
        entropy: &[u8; 32],
    ) -> (Response, Option<Change>) {
        let now = now_ms.min(LATEST_MS);
        let origin = match origin_guard::check(request, &self.options) {
            Ok(origin) => origin,
            Err(refusal) => return (origin_guard::refuse(refusal), None),
        };
        if let Some(response) = origin_guard::preflight(request, origin.as_deref()) {
            return (response, None);
        }
        let (reply, mutations, format) = match Call::read(request) {
            Err(refusal) => (Err(refusal), Vec::new(), codec::Format::Json),
            Ok(call) => {
                let format = call.accepts;
                let mut context = Context {
                    options: &self.options,
                    state: &self.state,
                    rates: &mut self.rates,
                    call: &call,
                    now,
                    entropy: Entropy::new(entropy),
                    mutations: Vec::new(),
                };
                let reply = context.answer();
                (reply, context.mutations, format)
            }
        };
        let is_flat = Call::is_control(request);
        let reply = reply.unwrap_or_else(|refusal| refusal.into_reply(is_flat));
        let change = self.state.change(mutations, now);
        let mut response = reply.into_response(format, origin.as_deref());
        if request.method == "HEAD" {
            response.body.clear();
        }
        (response, change)
    }

    /// The answer to a request that came to nothing through no fault of its own, such as one whose
    /// change could not be kept: 500, with Ably's code 50000.
    pub fn failure(&self, request: &Request, message: &str) -> Response {
        let origin = match origin_guard::check(request, &self.options) {
            Ok(origin) => origin,
            Err(refusal) => return origin_guard::refuse(refusal),
        };
        let format = Call::read(request).map_or(codec::Format::Json, |call| call.accepts);
        let reply = Refusal::new(500, 50000, message).into_reply(Call::is_control(request));
        reply.into_response(format, origin.as_deref())
    }

    /// Makes the change that [`Sandbox::handle`] gave.
    pub fn commit(&mut self, change: &Change) {
        self.state.apply(change);
    }

    /// As few changes as lead from a new sandbox to this one.
    pub fn snapshot(&self) -> impl Iterator<Item = Change> {
        self.state.snapshot()
    }

    /// What it begins with: the keys and tokens that examples name. They stand in the state, unless they
    /// were revoked or rotated since.
    pub fn credentials(&self) -> Credentials {
        self.state.credentials()
    }
}

impl Context<'_> {
    fn answer(&mut self) -> std::result::Result<Reply, Refusal> {
        let path: Vec<&str> = self.call.path.iter().map(String::as_str).collect();
        match path.as_slice() {
            ["v1", rest @ ..] => control::answer(self, rest),
            ["dashboard", rest @ ..] => dashboard::answer(self, rest),
            path => data::answer(self, path),
        }
    }

    /// Notes what is to be changed.
    fn change(&mut self, mutation: Mutation) {
        self.mutations.push(mutation);
    }
}
