//! How much a sandbox holds. Beyond a limit, requests are refused or the oldest items are removed.

/// Maximum length of a request. It fits 100 revocation targets and any message.
pub const MAX_REQUEST_BYTES: usize = 1024 * 1024;

/// Beyond this, new apps are refused.
pub(super) const MAX_APPS: usize = 200;
/// Maximum number of keys of an app. Beyond this, new keys are refused.
pub(super) const MAX_KEYS: usize = 200;
/// Maximum number of rules, of queues and of namespaces of an app. Beyond this, new ones are
/// refused.
pub(super) const MAX_THINGS: usize = 200;
/// Beyond this, new access tokens are refused.
pub(super) const MAX_ACCESS_TOKENS: usize = 200;
/// Maximum number of channels of an app. Beyond this, the one least recently published on is
/// removed.
pub(super) const MAX_CHANNELS: usize = 1_000;
/// Maximum number of messages of a channel. Beyond this, the oldest are removed.
pub(super) const MAX_MESSAGES: usize = 1_000;
/// Maximum number of earlier versions of a message. Beyond this, the oldest are removed.
pub(super) const MAX_VERSIONS: usize = 50;
/// Maximum number of annotations of a message. Beyond this, new ones are refused.
pub(super) const MAX_ANNOTATIONS: usize = 5_000;
/// Maximum size of a message, as at Ably (<https://ably.com/docs/platform/pricing/limits>).
pub(super) const MAX_MESSAGE_BYTES: usize = 64 * 1024;
/// Maximum total size of a channel's messages. Beyond this, the oldest are removed.
pub(super) const MAX_CHANNEL_BYTES: usize = 4 * 1024 * 1024;
/// Maximum number of Ably tokens. Beyond this, the oldest are removed, and requests with them get
/// an unknown token error.
pub(super) const MAX_TOKENS: usize = 50_000;
/// Maximum number of TokenRequest nonces. Beyond this, the oldest are removed; each expires within
/// minutes anyway.
pub(super) const MAX_NONCES: usize = 50_000;
/// Maximum number of revocations. Beyond this, new ones are refused until old ones expire.
pub(super) const MAX_REVOCATIONS: usize = 1_000_000;
/// Maximum number of statistics rows of an app. Beyond this, new rows are refused.
pub(super) const MAX_STATS: usize = 10_000;
/// Maximum length of a Control API or dashboard body, which is smaller because its content is
/// stored.
pub(super) const MAX_CONTROL_BODY_BYTES: usize = 64 * 1024;
/// Maximum number of realtime connections, open or resumable. Beyond this, new ones are refused.
pub(super) const MAX_CONNECTIONS: usize = 10_000;
/// Maximum number of channels that a connection is attached to, as at Ably
/// (<https://ably.com/docs/platform/pricing/limits>). Beyond this, further ones are refused.
pub(super) const MAX_ATTACHMENTS: usize = 200;
/// Maximum number of presence members of a channel, as at Ably. Beyond this, new ones are refused.
pub(super) const MAX_MEMBERS: usize = 200;
/// Maximum length of a realtime frame. A longer one ends its connection.
pub(super) const MAX_FRAME_BYTES: usize = 512 * 1024;
