//! How many connections and members a channel has.

use serde_json::Value;

use super::Realtime;
use super::connection::about;
use super::modes::{PRESENCE, PRESENCE_SUBSCRIBE, PUBLISH, SUBSCRIBE};
use super::protocol::action;
use crate::sandbox::codec::json_text;
use crate::sandbox::object::{object, set};
use crate::sandbox::state::State;

/// The name of the message that has the metrics.
const NAME: &str = "[meta]occupancy";

impl Realtime {
    /// The metrics of a channel (SPEC CHM2).
    pub(in crate::sandbox) fn metrics(&self, state: &State, app_id: &str, channel: &str) -> Value {
        let room = self.room(app_id, channel);
        let count = |mode: u64| {
            let attached = room.into_iter().flat_map(|room| room.attached.iter());
            let granted = attached.filter_map(|number| {
                let attachment = self.connections.get(number)?.attachments.get(channel)?;
                Some(attachment.granted)
            });
            granted
                .filter(|granted| mode == 0 || granted & mode != 0)
                .count()
        };
        let initial = state.apps.get(app_id);
        let initial = initial.map_or(0, |app| app.initial_members(channel).len());
        let members = room.map_or(0, |room| room.members.len());
        object!({
            "connections": count(0),
            "presenceConnections": count(PRESENCE),
            "presenceMembers": members + initial,
            "presenceSubscribers": count(PRESENCE_SUBSCRIBE),
            "publishers": count(PUBLISH),
            "subscribers": count(SUBSCRIBE),
        })
    }

    /// Tells the metrics of a channel to the clients that want them, if they changed.
    pub(super) fn tell_metrics(&mut self, state: &State, app_id: &str, channel: &str) {
        let wants = |number: &u32| {
            let attachment = self.connections.get(number)?.attachments.get(channel)?;
            let is_asked = attachment.params.occupancy.is_some();
            (is_asked && attachment.granted & SUBSCRIBE != 0).then_some(*number)
        };
        let attached = self.room(app_id, channel).map(|room| &room.attached);
        let wanting: Vec<u32> = attached.into_iter().flatten().filter_map(wants).collect();
        if wanting.is_empty() {
            return;
        }
        let metrics = self.metrics(state, app_id, channel);
        for number in wanting {
            let connection = self.connections.get_mut(&number);
            let attachment = connection.and_then(|it| it.attachments.get_mut(channel));
            let Some(attachment) = attachment.filter(|it| it.metrics != metrics) else {
                continue;
            };
            attachment.metrics = metrics.clone();
            let mut frame = about(action::MESSAGE, &attachment.shown);
            let message = object!({
                "id": format!("occupancy:{}", self.now),
                "name": NAME,
                "timestamp": self.now,
                "data": json_text(&object!({ "metrics": metrics.clone() })),
                "encoding": "json",
            });
            set(&mut frame, "messages", vec![message]);
            self.send(number, &Value::Object(frame));
        }
    }
}
