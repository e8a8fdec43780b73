//! The numbers of Ably's realtime protocol (SPEC TR2, TR3).

/// What a frame is about.
pub(super) mod action {
    pub(in crate::sandbox) const HEARTBEAT: u64 = 0;
    pub(in crate::sandbox) const ACK: u64 = 1;
    pub(in crate::sandbox) const NACK: u64 = 2;
    pub(in crate::sandbox) const CONNECTED: u64 = 4;
    pub(in crate::sandbox) const DISCONNECT: u64 = 5;
    pub(in crate::sandbox) const DISCONNECTED: u64 = 6;
    pub(in crate::sandbox) const CLOSE: u64 = 7;
    pub(in crate::sandbox) const CLOSED: u64 = 8;
    pub(in crate::sandbox) const ERROR: u64 = 9;
    pub(in crate::sandbox) const ATTACH: u64 = 10;
    pub(in crate::sandbox) const ATTACHED: u64 = 11;
    pub(in crate::sandbox) const DETACH: u64 = 12;
    pub(in crate::sandbox) const DETACHED: u64 = 13;
    pub(in crate::sandbox) const PRESENCE: u64 = 14;
    pub(in crate::sandbox) const MESSAGE: u64 = 15;
    pub(in crate::sandbox) const SYNC: u64 = 16;
    pub(in crate::sandbox) const AUTH: u64 = 17;
    pub(in crate::sandbox) const OBJECT: u64 = 19;
    pub(in crate::sandbox) const ANNOTATION: u64 = 21;
}

/// What a presence message says (SPEC TP2).
pub(in crate::sandbox) mod presence {
    pub(in crate::sandbox) const PRESENT: u64 = 1;
    pub(in crate::sandbox) const ENTER: u64 = 2;
    pub(in crate::sandbox) const LEAVE: u64 = 3;
    pub(in crate::sandbox) const UPDATE: u64 = 4;
}

/// The flags of ATTACH and ATTACHED that are not modes.
pub(super) mod flag {
    pub(in crate::sandbox) const HAS_PRESENCE: u64 = 1 << 0;
    pub(in crate::sandbox) const HAS_BACKLOG: u64 = 1 << 1;
    pub(in crate::sandbox) const RESUMED: u64 = 1 << 2;
    /// Of ATTACH: the client was attached before, so it does not want the past (SPEC RTL4j).
    pub(in crate::sandbox) const ATTACH_RESUME: u64 = 1 << 5;
}

/// The longest silence that the sandbox promises to a client, in ms.
pub(super) const MAX_IDLE_MS: u64 = 15_000;
/// How long a connection can be resumed after its socket closed, in ms.
pub(super) const STATE_TTL_MS: u64 = 120_000;
/// How long after an abrupt end a member leaves, in ms, unless the client asks for another time.
pub(super) const REMAIN_PRESENT_MS: u64 = 15_000;
/// How long before its token expires a client is asked for a new one, in ms.
pub(super) const HINT_MS: u64 = 30_000;
/// A client is not asked if its token lives for less than this when it arrives, in ms.
pub(super) const NO_HINT_MS: u64 = 5_500;

/// The codes of a WebSocket's end (RFC 6455, section 7.4.1).
pub(super) const NORMAL_CLOSURE: u16 = 1000;
pub(super) const POLICY_VIOLATION: u16 = 1008;
