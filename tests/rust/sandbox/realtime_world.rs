//! Shared by the realtime tests: a sandbox with sockets and a clock that only the test moves.

use std::collections::BTreeMap;

use ably_edge_auth::http::{Request, Response};
use ably_edge_auth::sandbox::{Action, Change, Credentials, Frame, Options, Sandbox};
pub use serde_json::{Value, json};

pub use super::data_world::{NOW, S, basic, bearer, jwt};

pub const ACK: u64 = 1;
pub const NACK: u64 = 2;
pub const CONNECTED: u64 = 4;
pub const DISCONNECTED: u64 = 6;
pub const CLOSED: u64 = 8;
pub const ERROR: u64 = 9;
pub const ATTACHED: u64 = 11;
pub const DETACHED: u64 = 13;
pub const PRESENCE: u64 = 14;
pub const MESSAGE: u64 = 15;
pub const SYNC: u64 = 16;
pub const AUTH: u64 = 17;
pub const ANNOTATION: u64 = 21;

pub struct World {
    pub sandbox: Sandbox,
    pub now: u64,
    events: u64,
    sockets: u32,
    /// The frames that each socket received and the test has not looked at.
    inbox: BTreeMap<u32, Vec<Frame>>,
    /// The sockets that the sandbox closed.
    closed: Vec<u32>,
    pub pings: Vec<u32>,
    /// All changes, as a store has them.
    pub stored: Vec<Change>,
    /// Whether storing fails.
    pub is_full: bool,
}

impl World {
    pub fn new() -> World {
        World {
            sandbox: Sandbox::new(Options {
                revoke_channels: true,
                ..Options::default()
            }),
            now: NOW,
            events: 0,
            sockets: 0,
            inbox: BTreeMap::new(),
            closed: Vec::new(),
            pings: Vec::new(),
            stored: Vec::new(),
            is_full: false,
        }
    }

    pub fn credentials(&self) -> Credentials {
        self.sandbox.credentials()
    }

    pub fn root(&self) -> String {
        self.credentials().root_key
    }

    /// Different for each event, and the same in each run.
    fn entropy(&mut self) -> [u8; 32] {
        self.events += 1;
        let mut entropy = [0; 32];
        entropy[..8].copy_from_slice(&self.events.to_be_bytes());
        entropy
    }

    fn settle(&mut self, change: Option<Change>) {
        match change {
            Some(_) if self.is_full => self.sandbox.discard("the disk is full"),
            Some(change) => {
                self.sandbox.commit(&change);
                self.stored.push(change);
            }
            None => {}
        }
        for action in self.sandbox.take_actions() {
            match action {
                Action::Send { sockets, frame } => {
                    for socket in sockets {
                        assert!(!self.closed.contains(&socket), "a frame after the close");
                        self.inbox.entry(socket).or_default().push(frame.clone());
                    }
                }
                Action::Ping { socket } => self.pings.push(socket),
                Action::Close { socket, .. } => self.closed.push(socket),
            }
        }
    }

    /// Moves the clock, and lets happen what is due on the way.
    pub fn advance(&mut self, ms: u64) {
        let end = self.now + ms;
        while let Some(at) = self.sandbox.next_tick().filter(|at| *at <= end) {
            self.now = self.now.max(at);
            self.tick();
        }
        self.now = end;
        self.tick();
    }

    pub fn tick(&mut self) {
        let entropy = self.entropy();
        let change = self.sandbox.tick(self.now, &entropy);
        self.settle(change);
    }

    pub fn open(&mut self, query: &str) -> u32 {
        self.sockets += 1;
        let request = Request {
            method: "GET".into(),
            url: format!("http://127.0.0.1:8080/?{query}"),
            headers: vec![("Upgrade".into(), "websocket".into())],
            body: Vec::new(),
        };
        assert!(self.sandbox.refuse_upgrade(&request).is_none());
        let entropy = self.entropy();
        let (socket, now) = (self.sockets, self.now);
        self.sandbox.open(socket, &request, true, now, &entropy);
        self.settle(None);
        self.tick();
        socket
    }

    /// Connects and returns the socket with its CONNECTED frame.
    #[track_caller]
    pub fn connect(&mut self, query: &str) -> (u32, Value) {
        let socket = self.open(query);
        let frames = self.frames(socket);
        assert_eq!(
            frames.first().map(|it| &it["action"]),
            Some(&json!(CONNECTED)),
            "{frames:?}"
        );
        (socket, frames[0].clone())
    }

    /// Connects with a key and returns the socket.
    #[track_caller]
    pub fn client(&mut self, client_id: &str) -> u32 {
        let key = self.root();
        self.connect(&format!("v=6&key={key}&clientId={client_id}"))
            .0
    }

    #[track_caller]
    pub fn with_token(&mut self, token: &str) -> u32 {
        self.connect(&format!("v=6&access_token={token}")).0
    }

    pub fn send(&mut self, socket: u32, frame: Value) {
        self.send_frame(socket, &Frame::Text(frame.to_string()));
    }

    pub fn send_frame(&mut self, socket: u32, frame: &Frame) {
        let entropy = self.entropy();
        let change = self.sandbox.receive(socket, frame, self.now, &entropy);
        self.settle(change);
        self.tick();
    }

    pub fn drop_socket(&mut self, socket: u32) {
        self.sandbox.closed(socket, self.now);
        self.settle(None);
        self.tick();
    }

    /// The frames that arrived since the last look, as JSON.
    pub fn frames(&mut self, socket: u32) -> Vec<Value> {
        let frames = self.inbox.remove(&socket).unwrap_or_default();
        let text = |frame| match frame {
            Frame::Text(text) => serde_json::from_str(&text).expect("JSON"),
            Frame::Binary(_) => panic!("MessagePack"),
        };
        frames.into_iter().map(text).collect()
    }

    pub fn raw_frames(&mut self, socket: u32) -> Vec<Frame> {
        self.inbox.remove(&socket).unwrap_or_default()
    }

    /// The only frame that arrived since the last look.
    #[track_caller]
    pub fn frame(&mut self, socket: u32) -> Value {
        let frames = self.frames(socket);
        assert_eq!(frames.len(), 1, "{frames:?}");
        frames[0].clone()
    }

    pub fn is_closed(&self, socket: u32) -> bool {
        self.closed.contains(&socket)
    }

    #[track_caller]
    pub fn attach(&mut self, socket: u32, channel: &str) -> Value {
        self.send(socket, json!({ "action": 10, "channel": channel }));
        let frames = self.frames(socket);
        let found = frames.iter().find(|it| it["action"] == json!(ATTACHED));
        found.unwrap_or_else(|| panic!("{frames:?}")).clone()
    }

    pub fn publish(&mut self, socket: u32, serial: u64, channel: &str, data: &str) {
        let messages = json!([{ "name": "n", "data": data }]);
        self.send(
            socket,
            json!({ "action": 15, "channel": channel, "msgSerial": serial, "messages": messages }),
        );
    }

    pub fn present(&mut self, socket: u32, serial: u64, channel: &str, action: u64, data: &str) {
        let presence = json!([{ "action": action, "data": data }]);
        self.send(
            socket,
            json!({ "action": 14, "channel": channel, "msgSerial": serial, "presence": presence }),
        );
    }

    pub fn request(
        &mut self,
        method: &str,
        path: &str,
        authorization: &str,
        body: Value,
    ) -> Response {
        let request = Request {
            method: method.into(),
            url: format!("http://127.0.0.1:8080{path}"),
            headers: vec![
                ("Content-Type".into(), "application/json".into()),
                ("Authorization".into(), authorization.into()),
                ("X-Ably-Version".into(), "6".into()),
            ],
            body: match body {
                Value::Null => Vec::new(),
                body => body.to_string().into_bytes(),
            },
        };
        let entropy = self.entropy();
        let (response, change) = self.sandbox.handle(&request, self.now, &entropy);
        self.settle(change);
        self.tick();
        response
    }

    /// A request with the root key that has to succeed.
    #[track_caller]
    pub fn rest(&mut self, method: &str, path: &str, body: Value) -> Value {
        let root = basic(&self.root());
        let response = self.request(method, path, &root, body);
        let json = serde_json::from_slice(&response.body).unwrap_or_default();
        assert!(
            (200..300).contains(&response.status),
            "{} {json}",
            response.status
        );
        json
    }

    #[track_caller]
    pub fn revoke(&mut self, target: &str, allow_reauth_margin: bool) -> Value {
        let key = self.credentials().revocable_key;
        let name = key.split(':').next().expect("a name").to_owned();
        let body = json!({ "targets": [target], "allowReauthMargin": allow_reauth_margin });
        let path = format!("/keys/{name}/revokeTokens");
        let response = self.request("POST", &path, &basic(&key), body);
        let json: Value = serde_json::from_slice(&response.body).expect("JSON");
        assert_eq!(json["successCount"], json!(1), "{json}");
        json["results"][0].clone()
    }
}

pub fn actions(frames: &[Value]) -> Vec<u64> {
    frames
        .iter()
        .map(|frame| frame["action"].as_u64().expect("a number"))
        .collect()
}

pub fn data(frames: &[Value]) -> Vec<String> {
    let messages = frames.iter().filter(|it| it["action"] == json!(MESSAGE));
    let messages = messages.flat_map(|it| it["messages"].as_array().expect("a list"));
    messages
        .map(|it| it["data"].as_str().expect("a text").to_owned())
        .collect()
}

#[track_caller]
pub fn code(frame: &Value) -> (u64, u64, u64) {
    let error = &frame["error"];
    let number = |value: &Value| value.as_u64().unwrap_or_else(|| panic!("{frame}"));
    (
        number(&frame["action"]),
        number(&error["code"]),
        number(&error["statusCode"]),
    )
}
