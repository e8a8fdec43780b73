//! Without any `use`: the build tool compiles this file too, and writes the list for JavaScript.

/// The headers of an answer that are looked at. A transport may leave out all others.
pub const READ_HEADERS: [&str; 5] = [
    "retry-after",
    "x-ably-errorcode",
    "x-ably-errormessage",
    "x-ably-serverid",
    "x-request-id",
];
