//! ATTACH and DETACH.

use serde_json::{Map, Value};

use super::connection::{Attachment, about};
use super::modes::{self, PRESENCE_SUBSCRIBE, SUBSCRIBE};
use super::outbox::Target;
use super::params::{Params, Rewind};
use super::protocol::{action, flag, presence};
use super::{Realtime, with_error};
use crate::sandbox::Transaction;
use crate::sandbox::data::channel::Channel;
use crate::sandbox::data::fields::{text, whole};
use crate::sandbox::data::serials::last;
use crate::sandbox::error::{Outcome, Refusal};
use crate::sandbox::limits::MAX_ATTACHMENTS;
use crate::sandbox::object::set;
use crate::sandbox::state::{App, SUMMARY, latest_serial_of, serial_of};

/// How many messages of the past one frame has.
const PART: usize = 100;

impl Realtime {
    /// # Errors
    /// 40000: the frame has no channel.
    pub(super) fn attach(
        &mut self,
        number: u32,
        frame: &Map<String, Value>,
        transaction: &mut Transaction<'_>,
    ) -> Outcome<()> {
        let shown = text(frame, "channel")?.unwrap_or_default();
        if let Err(refusal) = self.attached(number, shown, frame, transaction) {
            self.fail_channel(number, shown, &refusal, transaction);
        }
        Ok(())
    }

    fn attached(
        &mut self,
        number: u32,
        shown: &str,
        frame: &Map<String, Value>,
        transaction: &mut Transaction<'_>,
    ) -> Outcome<()> {
        let name = Channel::read(shown)?.name;
        let Some(connection) = self.connections.get_mut(&number) else {
            return Ok(());
        };
        let is_new = !connection.attachments.contains_key(name);
        if is_new && connection.attachments.len() >= MAX_ATTACHMENTS {
            let message =
                format!("the connection is attached to {MAX_ATTACHMENTS} channels already");
            return Err(Refusal::new(400, 90010, message));
        }
        let params = Params::read(frame.get("params").and_then(Value::as_object), shown);
        let flags = frame.get("flags").and_then(whole).unwrap_or_default();
        let asked = match &params.modes {
            Some(list) => modes::named(list),
            None => modes::in_flags(flags),
        };
        let granted = modes::admitted(&connection.caller(transaction)?, (asked, &params), name)?;
        let app_id = connection.authorization.app_id.clone();
        let Some(app) = transaction.state.apps.get(&app_id) else {
            return Ok(()); // unreachable: deleting an app ends its connections
        };
        let since = text(frame, "channelSerial")?.unwrap_or_default();
        // A client that was attached all the time has missed nothing.
        let asks_to_resume = !since.is_empty() && (!is_new || connection.is_resumed);
        let resumes = asks_to_resume && (!is_new || app.channels.has_all_after(name, since));
        let backlog = match (is_new && granted & SUBSCRIBE != 0, resumes) {
            (false, _) => Vec::new(),
            (true, true) => messages(app, name, |message| latest_serial_of(message) > since),
            (true, false) if flags & flag::ATTACH_RESUME != 0 => Vec::new(),
            (true, false) => rewound(app, name, params.rewind(), self.now),
        };
        let backlog: Vec<Value> = backlog
            .into_iter()
            .filter(|message| {
                let from = message.get("connectionId").and_then(Value::as_str);
                !resumes || connection.echo || from != Some(connection.id.as_str())
            })
            .collect();
        let summaries = match is_new && resumes && granted & SUBSCRIBE != 0 {
            true => summarised_after(app, name, since),
            false => Vec::new(),
        };
        let attachment = Attachment {
            shown: shown.to_owned(),
            asked,
            granted,
            params,
            metrics: Value::Null,
        };
        let told = attachment.params.told();
        let target = connection.target();
        connection.attachments.insert(name.to_owned(), attachment);
        self.room_mut(&app_id, name).attached.insert(number);

        let members = match granted & PRESENCE_SUBSCRIBE != 0 {
            true => self.present(app, &app_id, name),
            false => Vec::new(),
        };
        let bit = |is_set: bool, flag: u64| if is_set { flag } else { 0 };
        let flags = granted
            | bit(resumes, flag::RESUMED)
            | bit(!backlog.is_empty(), flag::HAS_BACKLOG)
            | bit(!members.is_empty(), flag::HAS_PRESENCE);
        let serial = last(app, name);
        let mut answer = about(action::ATTACHED, shown);
        set(&mut answer, "channelSerial", serial);
        set(&mut answer, "flags", flags);
        if !told.is_empty() {
            set(&mut answer, "params", told);
        }
        if asks_to_resume && !resumes {
            let message = "messages since the channel's serial are no longer here";
            set(
                &mut answer,
                "error",
                Refusal::new(400, 90003, message).to_json(),
            );
        }
        self.send(number, &Value::Object(answer));
        self.send_past(target.as_slice(), shown, &backlog);
        if !summaries.is_empty() {
            // Without a channelSerial: their messages have earlier ones than the client has seen.
            let mut frame = about(action::MESSAGE, shown);
            set(&mut frame, "messages", summaries);
            self.send_to(target.as_slice(), &Value::Object(frame));
        }
        if !members.is_empty() {
            self.send_members(number, shown, serial, members);
        }
        self.tell_metrics(transaction.state, &app_id, name);
        Ok(())
    }

    /// Sends messages that were published before.
    fn send_past(&mut self, targets: &[Target], shown: &str, messages: &[Value]) {
        for part in messages.chunks(PART) {
            let mut frame = about(action::MESSAGE, shown);
            set(
                &mut frame,
                "channelSerial",
                part.iter().map(latest_serial_of).max().unwrap_or_default(),
            );
            set(&mut frame, "messages", part.to_vec());
            self.send_to(targets, &Value::Object(frame));
        }
    }

    fn send_members(&mut self, number: u32, shown: &str, serial: &str, members: Vec<Value>) {
        let mut sync = about(action::SYNC, shown);
        // The cursor behind the colon is empty: there is no further page.
        set(&mut sync, "channelSerial", format!("{serial}:"));
        set(&mut sync, "presence", members);
        self.send(number, &Value::Object(sync));
    }

    /// A client asks for the members of a channel.
    ///
    /// # Errors
    /// 40000: the frame has no channel.
    pub(super) fn sync(
        &mut self,
        number: u32,
        frame: &Map<String, Value>,
        transaction: &Transaction<'_>,
    ) -> Outcome<()> {
        let shown = text(frame, "channel")?.unwrap_or_default();
        let (Ok(channel), Some(connection)) = (Channel::read(shown), self.connections.get(&number))
        else {
            return Ok(());
        };
        let app_id = &connection.authorization.app_id;
        let attachment = connection.attachments.get(channel.name);
        let may_see = attachment.is_some_and(|it| it.granted & PRESENCE_SUBSCRIBE != 0);
        if let Some(app) = transaction.state.apps.get(app_id).filter(|_| may_see) {
            let members = self.present(app, app_id, channel.name);
            self.send_members(number, shown, last(app, channel.name), members);
        }
        Ok(())
    }

    /// The members of a channel, as SYNC shows them.
    fn present(&self, app: &App, app_id: &str, channel: &str) -> Vec<Value> {
        let initial = app.initial_members(channel).iter();
        let all = initial.chain(self.members(app_id, channel));
        all.map(|member| {
            let mut member = member.clone();
            if let Value::Object(member) = &mut member {
                set(member, "action", presence::PRESENT);
            }
            member
        })
        .collect()
    }

    /// # Errors
    /// 40000: the frame has no channel.
    pub(super) fn detach(
        &mut self,
        number: u32,
        frame: &Map<String, Value>,
        transaction: &mut Transaction<'_>,
    ) -> Outcome<()> {
        let shown = text(frame, "channel")?.unwrap_or_default();
        if let Ok(channel) = Channel::read(shown) {
            self.leave_channel(number, channel.name, transaction);
        }
        let answer = about(action::DETACHED, shown);
        self.send(number, &Value::Object(answer));
        Ok(())
    }

    /// Fails a channel of one connection. The connection itself goes on (SPEC RTL14).
    pub(super) fn fail_channel(
        &mut self,
        number: u32,
        shown: &str,
        refusal: &Refusal,
        transaction: &mut Transaction<'_>,
    ) {
        if let Ok(channel) = Channel::read(shown) {
            self.leave_channel(number, channel.name, transaction);
        }
        let frame = with_error(about(action::ERROR, shown), refusal);
        self.send(number, &frame);
    }

    fn leave_channel(&mut self, number: u32, channel: &str, transaction: &mut Transaction<'_>) {
        let Some(connection) = self.connections.get_mut(&number) else {
            return;
        };
        let app_id = connection.authorization.app_id.clone();
        connection.attachments.remove(channel);
        if let Some(room) = self.rooms.get_mut(&super::rooms::room_id(&app_id, channel)) {
            room.attached.remove(&number);
        }
        self.leave(number, channel, transaction);
        self.tell_metrics(transaction.state, &app_id, channel);
        self.drop_room(&app_id, channel);
    }
}

fn messages(app: &App, channel: &str, is_wanted: impl Fn(&Value) -> bool) -> Vec<Value> {
    let channel = app.channels.get(channel);
    let all = channel.into_iter().flat_map(|channel| channel.messages());
    all.filter(|message| is_wanted(message)).cloned().collect()
}

/// The messages that were annotated after a serial, and published or edited before it.
fn summarised_after(app: &App, channel: &str, since: &str) -> Vec<Value> {
    let Some(channel) = app.channels.get(channel) else {
        return Vec::new();
    };
    let is_wanted = |message: &&Value| {
        let latest = channel.annotations(serial_of(message)).last();
        latest_serial_of(message) <= since && latest.is_some_and(|it| serial_of(it) > since)
    };
    let all = channel.messages().filter(is_wanted).cloned();
    all.map(|mut message| {
        if let Value::Object(message) = &mut message {
            set(message, "action", SUMMARY);
        }
        message
    })
    .collect()
}

fn rewound(app: &App, channel: &str, rewind: Option<Rewind>, now: u64) -> Vec<Value> {
    match rewind {
        None => Vec::new(),
        Some(Rewind::Ms(ms)) => messages(app, channel, |message| {
            let time = message.get("timestamp").and_then(Value::as_u64);
            time.unwrap_or_default() >= now.saturating_sub(ms)
        }),
        Some(Rewind::Messages(count)) => {
            let mut all = messages(app, channel, |_| true);
            all.split_off(all.len().saturating_sub(count))
        }
    }
}
