//! Channel names: which are valid, and what may precede them in brackets.
//!
//! Source: <https://ably.com/docs/channels>, <https://ably.com/docs/channels/options>.

use crate::sandbox::error::{Outcome, Refusal};

/// Maximum length of a channel name. Ably documents none, but the sandbox stores each name.
const MAX_BYTES: usize = 2_048;

/// A channel named in a path.
pub(in crate::sandbox) struct Channel<'n> {
    /// The name without parameters, for storage and for matching capabilities.
    pub(in crate::sandbox) name: &'n str,
    /// Whether this is one of Ably's own channels, such as `[meta]log`.
    pub(in crate::sandbox) is_meta: bool,
}

impl<'n> Channel<'n> {
    /// # Errors
    /// 40010, 400: the channel name is invalid.
    pub(in crate::sandbox) fn read(text: &'n str) -> Outcome<Channel<'n>> {
        let Some(qualified) = text.strip_prefix('[') else {
            return plain(text);
        };
        let (qualifier, rest) = qualified
            .split_once(']')
            .ok_or_else(|| bad("begins with a bracket that is not closed"))?;
        let end = qualifier.find(['=', '?']).unwrap_or(qualifier.len());
        match qualifier.get(..end) {
            // Only parameters: `[?rewind=1]chat`
            Some("") => plain(rest),
            Some("meta") => {
                plain(rest)?;
                Ok(Channel {
                    name: text,
                    is_meta: true,
                })
            }
            _ => Err(bad("has an unknown qualifier in brackets")),
        }
    }

    /// # Errors
    /// 40010, 400: this is one of Ably's own channels, on which clients only read. `does` is what
    /// the client wants.
    pub(in crate::sandbox) fn not_meta(&self, does: &str) -> Outcome<()> {
        if !self.is_meta {
            return Ok(());
        }
        let message = format!("only Ably {does} on [meta] channels");
        Err(Refusal::new(400, 40010, message))
    }
}

fn plain(name: &str) -> Outcome<Channel<'_>> {
    if name.is_empty() {
        return Err(bad("is empty"));
    }
    if name.len() > MAX_BYTES {
        return Err(bad("is over the bound of 2048 bytes"));
    }
    // ably-server also refuses the last two.
    if name.starts_with(['[', ':', ',']) || name.starts_with(char::is_whitespace) {
        return Err(bad(
            "begins with a bracket, a colon, a comma or white space",
        ));
    }
    if name.contains(['\n', '\r']) {
        return Err(bad("has a line break"));
    }
    Ok(Channel {
        name,
        is_meta: false,
    })
}

fn bad(found: &str) -> Refusal {
    Refusal::new(400, 40010, format!("the channel name {found}"))
}
