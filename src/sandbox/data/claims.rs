//! Channel claims of a JWT, `ably.channel.*`, which Ably copies to each message
//! (<https://ably.com/docs/auth/token/jwt>).

use serde_json::Value;

use super::caller::Caller;
use crate::capability::Capability;
use crate::sandbox::codec::read_json;

const PREFIX: &str = "ably.channel.";

/// The most specific claim that matches this channel.
pub(super) fn user_claim(caller: &Caller<'_>, channel: &str) -> Option<Value> {
    let claims = read_json(caller.claims.as_deref()?.as_bytes()).ok()?;
    let mut best: Option<((bool, usize), &Value)> = None;
    for (name, value) in claims.as_object()? {
        let Some(pattern) = name.strip_prefix(PREFIX) else {
            continue;
        };
        let matches = Capability::new(&[(pattern, &["publish"])])
            .is_ok_and(|it| it.allows("publish", channel));
        let literals = pattern.split(':').filter(|segment| *segment != "*").count();
        let weight = (pattern == channel, literals);
        if matches && best.is_none_or(|(most, _)| weight >= most) {
            best = Some((weight, value));
        }
    }
    best.map(|(_, value)| value.clone())
}
