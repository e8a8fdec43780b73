//! Any order of frames, drops, requests and steps of the clock, against a model that knows nothing of
//! the sandbox: who is attached, what the capability permits, and what everybody must have received.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::realtime_steps::{CHANNELS, Step, operations, step};
use super::realtime_world::*;

#[derive(Default)]
struct Client {
    socket: u32,
    grants: u8,
    attached: [bool; 2],
    next: u64,
    /// What it must have received, by channel, and has.
    expected: Vec<String>,
    received: Vec<String>,
    answered: Vec<u64>,
    connection_id: String,
    key: String,
    /// The serial of the last frame on each channel.
    serials: [Value; 2],
    /// Since when it has no socket.
    away: Option<u64>,
    /// What was published meanwhile.
    missed: Vec<String>,
    /// What was published while it was attached and could not read. It may come with what was
    /// missed, if a new token lets the client read since: it resumes from the last serial it knows.
    unreadable: Vec<String>,
}

struct Model {
    world: World,
    clients: BTreeMap<usize, Client>,
    members: BTreeMap<(usize, usize), ()>,
    published: u64,
}

impl Model {
    fn token(&self, client: usize, grants: u8) -> String {
        let mut capability = serde_json::Map::new();
        for (channel, name) in CHANNELS.iter().enumerate() {
            let operations = operations(grants, channel);
            if !operations.is_empty() {
                capability.insert((*name).to_owned(), json!(operations));
            }
        }
        capability.insert("other".into(), json!(["history"]));
        let seconds = self.world.now / 1_000;
        jwt(
            &self.world.credentials().revocable_key,
            json!({
                "x-ably-clientId": format!("client{client}"),
                "x-ably-capability": Value::Object(capability).to_string(),
                "iat": seconds,
                "exp": seconds + 3_600,
            }),
        )
    }

    fn may(&self, client: usize, channel: usize, operation: &str) -> bool {
        let grants = self.clients[&client].grants;
        operations(grants, channel).contains(&operation)
    }

    /// A message was published: who must receive it.
    fn expect(&mut self, channel: usize, text: &str) {
        for client in self.clients.values_mut() {
            let reads = operations(client.grants, channel).contains(&"subscribe");
            if client.attached[channel] && !reads {
                client.unreadable.push(text.to_owned());
            } else if client.attached[channel] {
                match client.away {
                    None => client.expected.push(text.to_owned()),
                    Some(_) => client.missed.push(text.to_owned()),
                }
            }
        }
    }

    /// Looks at all that arrived, except the answers to this client, which are returned.
    fn collect(&mut self, of: usize) -> Vec<Value> {
        let mut rest = Vec::new();
        for (name, client) in &mut self.clients {
            for frame in self.world.frames(client.socket) {
                let channel = CHANNELS.iter().position(|it| frame["channel"] == json!(it));
                if let (Some(channel), false) = (channel, frame["channelSerial"].is_null()) {
                    // That of a SYNC says how far the SYNC is.
                    if frame["action"] != json!(SYNC) {
                        client.serials[channel] = frame["channelSerial"].clone();
                    }
                }
                match frame["action"].as_u64().unwrap() {
                    MESSAGE => client.received.extend(data(&[frame])),
                    PRESENCE | SYNC | 0 | AUTH => {}
                    action => {
                        if action == ACK || action == NACK {
                            client.answered.push(frame["msgSerial"].as_u64().unwrap());
                        }
                        assert_eq!(*name, of, "{frame}");
                        rest.push(frame);
                    }
                }
            }
        }
        rest
    }

    fn is_here(&self, client: usize) -> bool {
        let it = self.clients.get(&client);
        it.is_some_and(|it| it.away.is_none())
    }

    fn resume(&mut self, client: usize) {
        let it = &self.clients[&client];
        let Some(since) = it.away else {
            return;
        };
        let token = self.token(client, it.grants);
        let query = format!("v=6&access_token={token}&resume={}", it.key);
        let (socket, frame) = self.world.connect(&query);
        let is_in_time = self.world.now - since < 120_000;
        let it = self.clients.get_mut(&client).unwrap();
        let id = frame["connectionId"].as_str().unwrap().to_owned();
        assert_eq!(
            (id == it.connection_id, frame.get("error").is_none()),
            (is_in_time, is_in_time)
        );
        it.key = frame["connectionDetails"]["connectionKey"]
            .as_str()
            .unwrap()
            .to_owned();
        (it.connection_id, it.socket, it.away) = (id, socket, None);
        let missed = std::mem::take(&mut it.missed);
        if !is_in_time {
            (it.attached, it.next, it.answered) = ([false; 2], 0, Vec::new());
            return;
        }
        // The frames of one channel come before those of the other.
        let mut received = std::mem::take(&mut it.received);
        received.extend(missed.iter().cloned());
        it.expected.extend(missed.iter().cloned());
        let mut found = Vec::new();
        for (channel, name) in CHANNELS.iter().enumerate() {
            let it = &self.clients[&client];
            if it.attached[channel] {
                let since = it.serials[channel].clone();
                let attach = json!({ "action": 10, "channel": name, "channelSerial": since });
                self.world.send(socket, attach);
                let rest = self.collect(client);
                assert_eq!(actions(&rest), [ATTACHED]);
                assert_eq!(
                    rest[0]["flags"].as_u64().unwrap() & 4,
                    4,
                    "RESUMED: {}",
                    rest[0]
                );
                found.append(&mut self.clients.get_mut(&client).unwrap().received);
            }
        }
        let number = |text: &String| text.parse::<u64>().unwrap();
        found.sort_by_key(number);
        found.retain(|it| !self.clients[&client].unreadable.contains(it));
        assert_eq!(found, missed);
        let it = self.clients.get_mut(&client).unwrap();
        it.received = received;
        // It does not know whether its last message arrived, and sends it again.
        if let Some(serial) = it.next.checked_sub(1) {
            self.world.publish(socket, serial, CHANNELS[0], "again");
            assert_eq!(self.collect(client).len(), 1);
            self.clients.get_mut(&client).unwrap().answered.pop();
        }
    }

    fn forget(&mut self, client: usize) {
        self.clients.remove(&client);
        self.members.retain(|(owner, _), ()| *owner != client);
    }

    fn run(&mut self, step: Step) {
        match step {
            Step::Connect { client, grants } if !self.clients.contains_key(&client) => {
                let token = self.token(client, grants);
                let (socket, frame) = self.world.connect(&format!("v=6&access_token={token}"));
                let connection_id = frame["connectionId"].as_str().unwrap().to_owned();
                let key = &frame["connectionDetails"]["connectionKey"];
                let key = key.as_str().unwrap().to_owned();
                self.clients.insert(
                    client,
                    Client {
                        socket,
                        grants,
                        connection_id,
                        key,
                        ..Client::default()
                    },
                );
            }
            Step::Attach { client, channel } if self.is_here(client) => {
                let socket = self.clients[&client].socket;
                let frame = json!({ "action": 10, "channel": CHANNELS[channel] });
                self.world.send(socket, frame);
                let may = !operations(self.clients[&client].grants, channel).is_empty();
                let rest = self.collect(client);
                assert_eq!(actions(&rest), [if may { ATTACHED } else { ERROR }]);
                self.clients.get_mut(&client).unwrap().attached[channel] = may;
            }
            Step::Detach { client, channel } if self.is_here(client) => {
                let socket = self.clients[&client].socket;
                let frame = json!({ "action": 12, "channel": CHANNELS[channel] });
                self.world.send(socket, frame);
                assert_eq!(actions(&self.collect(client)), [DETACHED]);
                self.clients.get_mut(&client).unwrap().attached[channel] = false;
                self.members.remove(&(client, channel));
            }
            Step::Publish { client, channel } if self.is_here(client) => {
                self.published += 1;
                let text = self.published.to_string();
                let it = self.clients.get_mut(&client).unwrap();
                let (socket, serial) = (it.socket, it.next);
                it.next += 1;
                let may = self.may(client, channel, "publish");
                if may {
                    self.expect(channel, &text);
                }
                self.world.publish(socket, serial, CHANNELS[channel], &text);
                let rest = self.collect(client);
                assert_eq!(actions(&rest), [if may { ACK } else { NACK }]);
            }
            Step::Rest { channel } => {
                self.published += 1;
                let text = self.published.to_string();
                self.expect(channel, &text);
                let path = format!("/channels/{}/messages", CHANNELS[channel]);
                self.world.rest("POST", &path, json!({ "data": text }));
            }
            Step::Enter {
                client,
                channel,
                action,
            } if self.is_here(client) => {
                let it = self.clients.get_mut(&client).unwrap();
                let (socket, serial) = (it.socket, it.next);
                it.next += 1;
                let may = it.attached[channel] && self.may(client, channel, "presence");
                if may && action == 3 {
                    self.members.remove(&(client, channel));
                } else if may {
                    self.members.insert((client, channel), ());
                }
                self.world
                    .present(socket, serial, CHANNELS[channel], action, "x");
                let rest = self.collect(client);
                assert_eq!(actions(&rest), [if may { ACK } else { NACK }]);
            }
            Step::Drop { client } if self.is_here(client) => {
                self.world.drop_socket(self.clients[&client].socket);
                self.world.advance(15_000);
                self.collect(client);
                self.forget(client);
            }
            Step::Close { client } if self.is_here(client) => {
                self.world
                    .send(self.clients[&client].socket, json!({ "action": 7 }));
                assert_eq!(actions(&self.collect(client)), [CLOSED]);
                self.forget(client);
            }
            Step::Renew { client, grants } if self.is_here(client) => {
                let token = self.token(client, grants);
                let auth = json!({ "action": 17, "auth": { "accessToken": token } });
                self.world.send(self.clients[&client].socket, auth);
                let rest = self.collect(client);
                let failed = rest
                    .iter()
                    .filter(|it| it["action"] == json!(ERROR))
                    .count();
                assert_eq!(
                    (&rest[0]["action"], rest.len()),
                    (&json!(CONNECTED), failed + 1)
                );
                let it = self.clients.get_mut(&client).unwrap();
                it.grants = grants;
                let mut lost = 0;
                for channel in 0..2 {
                    let left = operations(grants, channel);
                    if it.attached[channel] && left.is_empty() {
                        it.attached[channel] = false;
                        lost += 1;
                    }
                    if !left.contains(&"presence") {
                        self.members.remove(&(client, channel));
                    }
                }
                assert_eq!(failed, lost);
            }
            Step::Pass { ms } => self.world.advance(ms),
            Step::Again { client } if self.is_here(client) => {
                // An answered message is answered again, and that is all.
                let it = &self.clients[&client];
                if it.next > 0 {
                    let (socket, serial) = (it.socket, it.next - 1);
                    self.world.publish(socket, serial, CHANNELS[0], "again");
                    assert_eq!(self.collect(client).len(), 1);
                    self.clients.get_mut(&client).unwrap().answered.pop();
                }
            }
            Step::Away { client } if self.is_here(client) => {
                let (socket, now) = (self.clients[&client].socket, self.world.now);
                self.world.drop_socket(socket);
                self.clients.get_mut(&client).unwrap().away = Some(now);
            }
            Step::Back { client } if self.clients.contains_key(&client) => self.resume(client),
            // Who is away would be away for longer, or for no time.
            Step::ClockBack { ms } if self.clients.values().all(|it| it.away.is_none()) => {
                self.world.now -= ms;
                self.world.tick();
            }
            _ => {}
        }
    }

    fn check(&mut self) {
        self.collect(usize::MAX);
        for (name, client) in &self.clients {
            if client
                .away
                .is_some_and(|since| self.world.now - since >= 15_000)
            {
                self.members.retain(|(owner, _), ()| owner != name);
            }
        }
        for client in self.clients.values() {
            assert_eq!(client.received, client.expected);
            let in_order: Vec<u64> = (0..client.next).collect();
            assert_eq!(client.answered, in_order);
            assert!(!client.connection_id.is_empty());
        }
        for (channel, name) in CHANNELS.iter().enumerate() {
            let path = format!("/channels/{name}/presence");
            let found = self.world.rest("GET", &path, json!(null));
            let expected = self.members.keys().filter(|(_, it)| *it == channel).count();
            assert_eq!(found.as_array().unwrap().len(), expected, "{found}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]
    #[test]
    fn everybody_gets_what_is_due_once_and_nothing_else(steps in prop::collection::vec(step(), 1..60)) {
        let mut model = Model {
            world: World::new(),
            clients: BTreeMap::new(),
            members: BTreeMap::new(),
            published: 0,
        };
        for step in steps {
            model.run(step);
            model.check();
        }
    }
}
