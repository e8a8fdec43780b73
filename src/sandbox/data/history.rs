//! `GET /channels/{channel}/messages`

use serde_json::Value;

use super::caller::Caller;
use super::channel::Channel;
use super::page::{Direction, Page};
use crate::sandbox::Context;
use crate::sandbox::error::{Outcome, Refusal};
use crate::sandbox::state::serial_of;

pub(super) fn messages(context: &mut Context<'_>, channel: &str) -> Outcome {
    let caller = Caller::of(context)?;
    let channel = Channel::read(channel)?;
    caller.permit("history", channel.name)?;
    let page = Page::read(context.call, Direction::Backwards)?;
    let start = time(context, "start")?.unwrap_or(0);
    let end = time(context, "end")?.unwrap_or(u64::MAX);
    // SPEC RTL10b specifies the second name, ably-js sends the first.
    let parameter = |name| context.call.parameter(name);
    let until = parameter("from_serial").or_else(|| parameter("fromSerial"));
    if start > end {
        return Err(Refusal::new(400, 40003, "start is later than end"));
    }
    let messages = caller.app.channels.get(channel.name);
    let messages = messages.into_iter().flat_map(|channel| channel.messages());
    let mut wanted = messages.filter(|message| {
        let time = message.get("timestamp").and_then(Value::as_u64);
        (start..=end).contains(&time.unwrap_or_default())
            && until.is_none_or(|until| serial_of(message) <= until)
    });
    Ok(page.of(&mut wanted
        .by_ref()
        .map(|message| (serial_of(message).into(), message.clone()))))
}

fn time(context: &Context<'_>, name: &str) -> Outcome<Option<u64>> {
    let bad = |_| {
        let message = format!("{name} is not a whole number of ms since 1970");
        Refusal::new(400, 40003, message)
    };
    let time = context.call.parameter(name);
    time.map(|text| text.parse().map_err(bad)).transpose()
}
