//! Serials of messages and presence events.

use serde_json::Value;

use crate::sandbox::Transaction;
use crate::sandbox::change::Mutation;
use crate::sandbox::state::{App, latest_serial_of};

/// Sorts before every serial.
pub(in crate::sandbox) const FIRST: &str = "0000000000000000-000000@sandbox:0000";

/// Generates serials that sort in publishing order even if the clock goes back: time, count, index
/// in the request. Messages and presence events of a channel share one sequence, because clients
/// remember only the last serial that they received of either.
pub(in crate::sandbox) struct Serials {
    time: u64,
    count: u64,
}

impl Serials {
    pub(in crate::sandbox) fn after(
        transaction: &Transaction<'_>,
        app_id: &str,
        channel: &str,
    ) -> Serials {
        let stored = transaction.state.apps.get(app_id);
        let stored = stored.map_or(FIRST, |app| last(app, channel));
        let made = pending(transaction, app_id, channel)
            .map(latest_serial_of)
            .max();
        let last = made.unwrap_or_default().max(stored);
        let (time, rest) = last.split_once('-').unwrap_or_default();
        let count = rest.split('@').next().unwrap_or_default();
        let time = time.parse().unwrap_or_default();
        match transaction.now > time {
            true => Serials {
                time: transaction.now,
                count: 0,
            },
            false => Serials {
                time,
                count: count.parse().unwrap_or(0) + 1,
            },
        }
    }

    pub(in crate::sandbox) fn next(&mut self, index: usize) -> String {
        format!("{:016}-{:06}@sandbox:{index:04}", self.time, self.count)
    }
}

/// The latest serial of a channel.
pub(in crate::sandbox) fn last<'a>(app: &'a App, channel: &str) -> &'a str {
    let last = |channels: &'a crate::sandbox::state::Channels| {
        channels.get(channel).map_or(FIRST, |it| it.last_serial())
    };
    last(&app.channels).max(last(&app.presence_events))
}

/// The messages and presence events that this transaction has already made on the channel, newest
/// first.
pub(super) fn pending<'t>(
    transaction: &'t Transaction<'_>,
    app_id: &'t str,
    on: &'t str,
) -> impl Iterator<Item = &'t Value> {
    let of_channel = move |mutation: &'t Mutation| match mutation {
        Mutation::Publish {
            app,
            channel,
            messages: made,
        }
        | Mutation::Presence {
            app,
            channel,
            events: made,
        } if app == app_id && channel == on => Some(made.iter().rev()),
        _ => None,
    };
    let mutations = transaction.mutations.iter().rev();
    mutations.filter_map(of_channel).flatten()
}
