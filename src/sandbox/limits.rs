//! How much a sandbox holds. What is over a bound is refused, or takes the place of the oldest.

/// A longer request is refused: 100 targets of a revocation fit, and any message.
pub const MAX_REQUEST_BYTES: usize = 1024 * 1024;

/// Refused over this.
pub(super) const MAX_APPS: usize = 200;
/// Of one app. Refused over this.
pub(super) const MAX_KEYS: usize = 200;
/// Of one app, each of rules, queues and namespaces. Refused over this.
pub(super) const MAX_THINGS: usize = 200;
/// Refused over this.
pub(super) const MAX_ACCESS_TOKENS: usize = 200;
/// Of one app. The channel that was written to least recently leaves.
pub(super) const MAX_CHANNELS: usize = 1_000;
/// Of one channel. The oldest leave.
pub(super) const MAX_MESSAGES: usize = 1_000;
/// Of one message, as Ably has it (<https://ably.com/docs/platform/pricing/limits>).
pub(super) const MAX_MESSAGE_BYTES: usize = 64 * 1024;
/// Of all messages of one channel. The oldest leave.
pub(super) const MAX_CHANNEL_BYTES: usize = 4 * 1024 * 1024;
/// Ably tokens. The oldest leave: their bearers are told that the token is not known.
pub(super) const MAX_TOKENS: usize = 50_000;
/// Nonces of TokenRequests. The oldest leave first; in two minutes all of them do.
pub(super) const MAX_NONCES: usize = 50_000;
/// Revocations. Refused over this, until old ones have come to their end.
pub(super) const MAX_REVOCATIONS: usize = 1_000_000;
/// Rows of statistics of one app. Refused over this.
pub(super) const MAX_STATS: usize = 10_000;
/// A longer body of a call of the Control API or the dashboard is refused: what such a call makes is kept.
pub(super) const MAX_CONTROL_BODY_BYTES: usize = 64 * 1024;
