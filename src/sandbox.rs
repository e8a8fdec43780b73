//! The sandbox: an embedded Ably token service, for tests and for development without an account.
//!
//! It responds like Ably's REST API, its Control API and the access token pages of its dashboard,
//! as far as tokens are concerned, and it speaks Ably's realtime protocol. It opens no socket, reads
//! no clock and generates no random values: it takes a [`Request`] or a [`Frame`] with the time and
//! some entropy, and returns a [`Response`] or some [`Action`]s with the resulting [`Change`].
//!
//! **For development only.** The default keys are public constants. The sandbox serves the local
//! machine: [`Options`] lists the `Host` and `Origin` values it accepts.
//!
//! A change takes effect only with [`Sandbox::commit`], so that it can be written to storage first:
//! an acknowledged change is never lost, and a change that could not be written never happened.
//! [`Sandbox::restore`] replays the stored changes.

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
mod realtime;
mod response;
mod setup;
mod sockets;
mod sorted_map;
mod state;
mod sums;
mod transport;
#[cfg(all(target_arch = "wasm32", feature = "sandbox-javascript"))]
mod wasm;
mod webhooks;

pub use change::Change;
pub use limits::MAX_REQUEST_BYTES;
pub use realtime::{Action, Frame};
pub use setup::{Credentials, Options};
pub use transport::SandboxTransport;
pub use webhooks::Webhook;

use std::ops::{Deref, DerefMut};

use crate::error::Result;
use crate::http::{Request, Response};
use change::Mutation;
use entropy::Entropy;
use error::Refusal;
use parsed_request::Call;
use rates::Rates;
use realtime::{Outline, Realtime};
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
    realtime: Realtime,
}

/// The latest time of a JavaScript Date. Sums with it don't overflow.
const LATEST_MS: u64 = 8_640_000_000_000_000;

/// What a request or a frame may read, and the mutations that it makes.
struct Transaction<'a> {
    state: &'a State,
    /// ms since 1970
    now: u64,
    entropy: Entropy,
    mutations: Vec<Mutation>,
}

/// The context of a handler of requests.
struct Context<'a> {
    options: &'a Options,
    rates: &'a mut Rates,
    realtime: &'a Realtime,
    call: &'a Call<'a>,
    transaction: Transaction<'a>,
}

impl<'a> Deref for Context<'a> {
    type Target = Transaction<'a>;

    fn deref(&self) -> &Transaction<'a> {
        &self.transaction
    }
}

impl DerefMut for Context<'_> {
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.transaction
    }
}

impl Sandbox {
    /// Creates a sandbox with the default account, app, keys and access tokens.
    pub fn new(options: Options) -> Sandbox {
        let state = State::new(options.seed.as_deref());
        Sandbox {
            options,
            state,
            rates: Rates::default(),
            realtime: Realtime::default(),
        }
    }

    /// Replays a change of an earlier sandbox. Changes must be replayed in order, before the first
    /// request.
    ///
    /// # Errors
    /// [`Kind::Usage`](crate::Kind::Usage): the change is unreadable, or does not follow from the
    /// earlier ones.
    pub fn restore(&mut self, change: &Change) -> Result<()> {
        self.state.restore(change)
    }

    /// Handles a request made at `now_ms` (ms since 1970). `entropy` is 32 unpredictable bytes,
    /// different for each request.
    ///
    /// The change takes effect when it is passed to [`Sandbox::commit`], and the next request must
    /// wait for that. If a change cannot be stored, drop it along with the response.
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
                    rates: &mut self.rates,
                    realtime: &self.realtime,
                    call: &call,
                    transaction: Transaction::new(&self.state, now, entropy),
                };
                let reply = context.answer();
                (reply, context.transaction.mutations, format)
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

    /// The response to a valid request that could not be completed, for example because its change
    /// could not be stored: 500, with Ably's code 50000.
    pub fn failure(&self, request: &Request, message: &str) -> Response {
        let origin = match origin_guard::check(request, &self.options) {
            Ok(origin) => origin,
            Err(refusal) => return origin_guard::refuse(refusal),
        };
        let format = Call::read(request).map_or(codec::Format::Json, |call| call.accepts);
        let reply = Refusal::new(500, 50000, message).into_reply(Call::is_control(request));
        reply.into_response(format, origin.as_deref())
    }

    /// Applies a change that [`Sandbox::handle`], [`Sandbox::receive`] or [`Sandbox::tick`] returned.
    pub fn commit(&mut self, change: &Change) {
        // Neither can fail: the change was written here.
        let Ok(record) = State::read(change) else {
            return;
        };
        let outline = Outline::of(&record);
        self.realtime.stored(&record);
        let _ = self.state.apply(record);
        self.realtime.follow(&self.state, &outline);
    }

    /// The webhooks that the rules of the app send for a change that [`Sandbox::handle`] returned.
    /// Ably does not wait for an answer to them.
    pub fn webhooks(&self, change: &Change) -> Vec<Webhook> {
        webhooks::webhooks(&self.state, change)
    }

    /// The minimal sequence of changes from a new sandbox to the current state.
    pub fn snapshot(&self) -> impl Iterator<Item = Change> {
        self.state.snapshot()
    }

    /// The default keys and tokens, which the examples use. They are valid unless they have been
    /// revoked or rotated.
    pub fn credentials(&self) -> Credentials {
        self.state.credentials()
    }
}

impl Context<'_> {
    fn answer(&mut self) -> std::result::Result<Reply, Refusal> {
        let path: Vec<&str> = self.call.path.iter().map(String::as_str).collect();
        match path.as_slice() {
            // Ably's own command line calls the second form on hosts that it does not know.
            ["v1", rest @ ..] | ["api", "v1", rest @ ..] => control::answer(self, rest),
            ["dashboard", rest @ ..] => dashboard::answer(self, rest),
            path => data::answer(self, path),
        }
    }
}

impl<'a> Transaction<'a> {
    fn new(state: &'a State, now: u64, entropy: &[u8; 32]) -> Transaction<'a> {
        Transaction {
            state,
            now,
            entropy: Entropy::new(entropy),
            mutations: Vec::new(),
        }
    }

    /// Adds a mutation to the change.
    fn change(&mut self, mutation: Mutation) {
        self.mutations.push(mutation);
    }
}
