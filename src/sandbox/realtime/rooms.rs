//! Who is on a channel.

use std::collections::BTreeSet;

use serde_json::Value;

use super::Realtime;
use crate::sandbox::sorted_map::SortedMap;

/// The connections on one channel of one app.
#[derive(Default)]
pub(super) struct Room {
    /// The numbers of the attached connections.
    pub(super) attached: BTreeSet<u32>,
    /// The presence members by [`member_id`].
    pub(super) members: SortedMap<Value>,
}

/// The key of a room. An app's id has no colon.
pub(super) fn room_id(app_id: &str, channel: &str) -> String {
    format!("{app_id}:{channel}")
}

/// The key of a member. A connection's id has no colon.
pub(super) fn member_id(connection_id: &str, client_id: &str) -> String {
    format!("{connection_id}:{client_id}")
}

impl Realtime {
    pub(super) fn room(&self, app_id: &str, channel: &str) -> Option<&Room> {
        self.rooms.get(&room_id(app_id, channel))
    }

    pub(super) fn room_mut(&mut self, app_id: &str, channel: &str) -> &mut Room {
        self.rooms.entry(room_id(app_id, channel)).or_default()
    }

    /// Removes a room that nobody is in.
    pub(super) fn drop_room(&mut self, app_id: &str, channel: &str) {
        let id = room_id(app_id, channel);
        let is_empty = |room: &Room| room.attached.is_empty() && room.members.len() == 0;
        if self.rooms.get(&id).is_some_and(is_empty) {
            self.rooms.remove(&id);
        }
    }

    /// The members that entered a channel by realtime.
    pub(in crate::sandbox) fn members(
        &self,
        app_id: &str,
        channel: &str,
    ) -> impl DoubleEndedIterator<Item = &Value> {
        let room = self.room(app_id, channel);
        let members = room.into_iter().flat_map(|room| room.members.iter());
        members.map(|(_, member)| member)
    }

    /// The channels of an app that somebody is on, in order.
    pub(in crate::sandbox) fn active_channels(&self, app_id: &str) -> Vec<&str> {
        let ids = self.rooms.keys().filter_map(|id| id.split_once(':'));
        let own = ids.filter(|(app, _)| *app == app_id);
        own.map(|(_, channel)| channel).collect()
    }
}
