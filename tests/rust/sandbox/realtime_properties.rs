//! Any order of frames, drops, requests and steps of the clock, against a model that knows nothing of
//! the sandbox: who is attached, what the capability permits, and what everybody must have received.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::realtime_world::*;

const CHANNELS: [&str; 2] = ["chat", "news"];

#[derive(Debug, Clone)]
enum Step {
    Connect {
        client: usize,
        grants: u8,
    },
    Attach {
        client: usize,
        channel: usize,
    },
    Detach {
        client: usize,
        channel: usize,
    },
    Publish {
        client: usize,
        channel: usize,
    },
    Rest {
        channel: usize,
    },
    Enter {
        client: usize,
        channel: usize,
        action: u64,
    },
    Drop {
        client: usize,
    },
    Close {
        client: usize,
    },
    Renew {
        client: usize,
        grants: u8,
    },
    Pass {
        ms: u64,
    },
    Again {
        client: usize,
    },
}

fn step() -> impl Strategy<Value = Step> {
    let client = || 0..3usize;
    let channel = || 0..2usize;
    prop_oneof![
        3 => (client(), any::<u8>()).prop_map(|(client, grants)| Step::Connect { client, grants }),
        4 => (client(), channel()).prop_map(|(client, channel)| Step::Attach { client, channel }),
        1 => (client(), channel()).prop_map(|(client, channel)| Step::Detach { client, channel }),
        5 => (client(), channel()).prop_map(|(client, channel)| Step::Publish { client, channel }),
        2 => channel().prop_map(|channel| Step::Rest { channel }),
        3 => (client(), channel(), 2..5u64)
            .prop_map(|(client, channel, action)| Step::Enter { client, channel, action }),
        1 => client().prop_map(|client| Step::Drop { client }),
        1 => client().prop_map(|client| Step::Close { client }),
        2 => (client(), any::<u8>()).prop_map(|(client, grants)| Step::Renew { client, grants }),
        2 => (0..40_000u64).prop_map(|ms| Step::Pass { ms }),
        1 => client().prop_map(|client| Step::Again { client }),
    ]
}

/// The operations on a channel that these bits stand for.
fn operations(grants: u8, channel: usize) -> Vec<&'static str> {
    let bits = grants >> (4 * channel) & 7;
    let all = ["subscribe", "publish", "presence"];
    let chosen = all.into_iter().enumerate();
    chosen
        .filter(|(bit, _)| bits >> bit & 1 == 1)
        .map(|(_, it)| it)
        .collect()
}

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
            if client.attached[channel] && reads {
                client.expected.push(text.to_owned());
            }
        }
    }

    /// Looks at all that arrived, except the answers to this client, which are returned.
    fn collect(&mut self, of: usize) -> Vec<Value> {
        let mut rest = Vec::new();
        for (name, client) in &mut self.clients {
            for frame in self.world.frames(client.socket) {
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
                self.clients.insert(
                    client,
                    Client {
                        socket,
                        grants,
                        connection_id,
                        ..Client::default()
                    },
                );
            }
            Step::Attach { client, channel } if self.clients.contains_key(&client) => {
                let socket = self.clients[&client].socket;
                let frame = json!({ "action": 10, "channel": CHANNELS[channel] });
                self.world.send(socket, frame);
                let may = !operations(self.clients[&client].grants, channel).is_empty();
                let rest = self.collect(client);
                assert_eq!(actions(&rest), [if may { ATTACHED } else { ERROR }]);
                self.clients.get_mut(&client).unwrap().attached[channel] = may;
            }
            Step::Detach { client, channel } if self.clients.contains_key(&client) => {
                let socket = self.clients[&client].socket;
                let frame = json!({ "action": 12, "channel": CHANNELS[channel] });
                self.world.send(socket, frame);
                assert_eq!(actions(&self.collect(client)), [DETACHED]);
                self.clients.get_mut(&client).unwrap().attached[channel] = false;
                self.members.remove(&(client, channel));
            }
            Step::Publish { client, channel } if self.clients.contains_key(&client) => {
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
            } if self.clients.contains_key(&client) => {
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
            Step::Drop { client } if self.clients.contains_key(&client) => {
                self.world.drop_socket(self.clients[&client].socket);
                self.world.advance(15_000);
                self.collect(client);
                self.forget(client);
            }
            Step::Close { client } if self.clients.contains_key(&client) => {
                self.world
                    .send(self.clients[&client].socket, json!({ "action": 7 }));
                assert_eq!(actions(&self.collect(client)), [CLOSED]);
                self.forget(client);
            }
            Step::Renew { client, grants } if self.clients.contains_key(&client) => {
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
            Step::Again { client } if self.clients.contains_key(&client) => {
                // An answered message is answered again, and that is all.
                let it = &self.clients[&client];
                if it.next > 0 {
                    let (socket, serial) = (it.socket, it.next - 1);
                    self.world.publish(socket, serial, CHANNELS[0], "again");
                    assert_eq!(self.collect(client).len(), 1);
                    self.clients.get_mut(&client).unwrap().answered.pop();
                }
            }
            _ => {}
        }
    }

    fn check(&mut self) {
        self.collect(usize::MAX);
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
