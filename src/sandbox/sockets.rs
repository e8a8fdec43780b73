//! The sandbox's realtime connections, as its caller sees them.

use super::error::Refusal;
use super::parsed_request::Call;
use super::realtime::{Action, Frame};
use super::{Change, LATEST_MS, Sandbox, Transaction, codec, origin_guard};
use crate::http::{Request, Response};

/// Realtime connections.
///
/// The caller owns sockets and timers. It reports each event with the time and 32 unpredictable
/// bytes. If the result is a change, it is stored and then passed to [`Sandbox::commit`], or else
/// given up with [`Sandbox::discard`]. After that, [`Sandbox::take_actions`] says what to do with
/// which sockets. The next event waits for all of this.
///
/// ```
/// use ably_edge_auth::http::Request;
/// use ably_edge_auth::sandbox::{Action, Frame, Options, Sandbox};
///
/// let mut sandbox = Sandbox::new(Options::default());
/// let key = sandbox.credentials().root_key;
/// let upgrade = Request {
///     method: "GET".into(),
///     url: format!("http://127.0.0.1/?v=6&key={key}"),
///     headers: vec![("Upgrade".into(), "websocket".into())],
///     body: Vec::new(),
/// };
/// assert!(sandbox.refuse_upgrade(&upgrade).is_none());
/// sandbox.open(1, &upgrade, false, 1_700_000_000_000, &[7; 32]);
/// let actions = sandbox.take_actions();
/// let [Action::Send { sockets, frame: Frame::Text(text) }] = actions.as_slice() else {
///     panic!("one frame");
/// };
/// assert_eq!(sockets, &[1]);
/// assert!(text.starts_with(r#"{"action":4,"#), "CONNECTED");
/// ```
impl Sandbox {
    /// The response to an upgrade that is refused before a socket opens. `None`: open a socket.
    ///
    /// Only requests that no page may make, or that are not for realtime, are refused like this.
    /// All else is refused with a frame, which every client can read.
    pub fn refuse_upgrade(&self, request: &Request) -> Option<Response> {
        let origin = match origin_guard::check(request, &self.options) {
            Ok(origin) => origin,
            Err(refusal) => return Some(origin_guard::refuse(refusal)),
        };
        let refusal = match Call::read(request) {
            Err(refusal) => refusal,
            Ok(call) if call.path.is_empty() => return None,
            Ok(_) => Refusal::not_found("realtime connections are at the path /"),
        };
        let reply = refusal.into_reply(false);
        Some(reply.into_response(codec::Format::Json, origin.as_deref()))
    }

    /// A socket opened with this request. `socket` is a number that no other socket has.
    /// `can_ping` says whether [`Action::Ping`] can be done.
    pub fn open(
        &mut self,
        socket: u32,
        request: &Request,
        can_ping: bool,
        now_ms: u64,
        entropy: &[u8; 32],
    ) {
        let mut transaction = Transaction::new(&self.state, now_ms.min(LATEST_MS), entropy);
        // The request was read before, by `refuse_upgrade`.
        if let Ok(call) = Call::read(request) {
            self.realtime
                .open(socket, &call, can_ping, &mut transaction);
        }
    }

    /// A frame arrived.
    pub fn receive(
        &mut self,
        socket: u32,
        frame: &Frame,
        now_ms: u64,
        entropy: &[u8; 32],
    ) -> Option<Change> {
        let now = now_ms.min(LATEST_MS);
        let mut transaction = Transaction::new(&self.state, now, entropy);
        self.realtime.receive(socket, frame, &mut transaction);
        self.state.change(transaction.mutations, now)
    }

    /// A socket closed, by its client or because the network failed.
    pub fn closed(&mut self, socket: u32, now_ms: u64) {
        let transaction = Transaction::new(&self.state, now_ms.min(LATEST_MS), &[0; 32]);
        self.realtime.closed(socket, &transaction);
    }

    /// Too much waits to be read by the client of this socket. It is disconnected, so that the
    /// others are served.
    pub fn overrun(&mut self, socket: u32, now_ms: u64) {
        let transaction = Transaction::new(&self.state, now_ms.min(LATEST_MS), &[0; 32]);
        self.realtime.overrun(socket, &transaction);
    }

    /// Does what is due by now: expired and revoked tokens, members that leave, heartbeats.
    pub fn tick(&mut self, now_ms: u64, entropy: &[u8; 32]) -> Option<Change> {
        let now = now_ms.min(LATEST_MS);
        let mut transaction = Transaction::new(&self.state, now, entropy);
        self.realtime.tick(&mut transaction);
        self.state.change(transaction.mutations, now)
    }

    /// When to call [`Sandbox::tick`] next, in ms since 1970. `None`: there is no connection.
    pub fn next_tick(&self) -> Option<u64> {
        self.realtime.next_due()
    }

    /// Gives up the change of the latest frame, because it could not be stored. Its sender gets a
    /// NACK with Ably's code 50000 and this message.
    pub fn discard(&mut self, message: &str) {
        self.realtime.discard(&Refusal::new(500, 50000, message));
    }

    /// Keeps records of the connections from now on, for a runtime that forgets its memory while
    /// sockets stay open.
    pub fn keep_connections(&mut self) {
        self.realtime.keep_records();
    }

    /// The records of the connections that changed since the last call, by a number of the
    /// connection. They hold secrets. `None`: the connection was forgotten, and its record with it.
    pub fn take_connections(&mut self) -> Vec<(u32, Option<String>)> {
        self.realtime.take_records()
    }

    /// Restores a connection, after all changes. Returns the number of its socket, if that was
    /// open: report it with [`Sandbox::closed`] if it is not any more.
    pub fn restore_connection(&mut self, record: &str) -> Option<u32> {
        self.realtime.restore_record(record)
    }

    /// What to do with the sockets, in this order.
    pub fn take_actions(&mut self) -> Vec<Action> {
        self.realtime.take_actions()
    }
}
