//! Realtime frames, one a line, on a connection of either format. Whatever they are, each numbered frame
//! gets one answer, nothing is sent to a socket after it was closed, and a narrow key shows nothing more
//! than it permits.
#![no_main]

use std::collections::BTreeSet;

use ably_edge_auth::http::Request;
use ably_edge_auth::sandbox::{Action, Frame, Options, Sandbox};
use libfuzzer_sys::fuzz_target;
use serde_json::{Value, json};

const NOW: u64 = 1_700_000_000_000;
/// The sockets: both formats with all rights, and one that may subscribe to `news` and `chat:*`.
const SOCKETS: [(u32, &str, &str); 3] = [
    (1, "json", "root"),
    (2, "msgpack", "root"),
    (3, "json", "narrow"),
];

fuzz_target!(|bytes: &[u8]| {
    let mut world = World::new();
    for (number, line) in bytes.split(|byte| *byte == b'\n').enumerate() {
        for (socket, format, _) in SOCKETS {
            let frame = match format {
                "json" => Frame::Text(String::from_utf8_lossy(line).into_owned()),
                _ => Frame::Binary(line.to_vec()),
            };
            world.receive(socket, &frame, NOW + number as u64 * 1_000, number as u8);
        }
    }
    world.end();
});

struct World {
    sandbox: Sandbox,
    closed: BTreeSet<u32>,
}

impl World {
    fn new() -> World {
        let mut sandbox = Sandbox::new(Options::default());
        let credentials = sandbox.credentials();
        // So that messages can be edited and annotated.
        let request = Request {
            method: "POST".into(),
            url: "http://127.0.0.1/v1/apps/sndbox/namespaces".into(),
            headers: vec![
                (
                    "Authorization".into(),
                    format!("Bearer {}", credentials.access_token),
                ),
                ("Content-Type".into(), "application/json".into()),
            ],
            body: json!({ "id": "m", "mutableMessages": true })
                .to_string()
                .into_bytes(),
        };
        let (response, change) = sandbox.handle(&request, NOW, &[1; 32]);
        assert_eq!(response.status, 201);
        sandbox.commit(&change.expect("a change"));
        for (socket, format, key) in SOCKETS {
            let key = match key {
                "root" => &credentials.root_key,
                _ => &credentials.narrow_key,
            };
            let request = Request {
                method: "GET".into(),
                url: format!("http://127.0.0.1/?v=6&format={format}&key={key}"),
                headers: Vec::new(),
                body: Vec::new(),
            };
            sandbox.open(socket, &request, false, NOW, &[socket as u8; 32]);
        }
        World {
            sandbox,
            closed: BTreeSet::new(),
        }
    }

    fn receive(&mut self, socket: u32, frame: &Frame, now: u64, entropy: u8) {
        let was_open = !self.closed.contains(&socket);
        if let Some(change) = self.sandbox.receive(socket, frame, now, &[entropy; 32]) {
            self.sandbox.commit(&change);
        }
        let mut answers = 0;
        for action in self.sandbox.take_actions() {
            answers += self.done(action, socket);
        }
        if let (Frame::Text(text), true, false) = (frame, was_open, self.closed.contains(&socket)) {
            let expected = is_numbered(text);
            assert!(
                answers == usize::from(expected),
                "{answers} answers to {text}"
            );
        }
        if let Some(change) = self.sandbox.tick(now, &[entropy; 32]) {
            self.sandbox.commit(&change);
        }
        for action in self.sandbox.take_actions() {
            self.done(action, 0);
        }
    }

    /// Returns 1 for an answer to this socket.
    fn done(&mut self, action: Action, asker: u32) -> usize {
        match action {
            Action::Send { sockets, frame } => {
                assert!(sockets.iter().all(|it| !self.closed.contains(it)));
                let Frame::Text(text) = frame else {
                    return 0;
                };
                let frame: Value = serde_json::from_str(&text).expect("JSON");
                let number = frame["action"].as_u64().expect("a number");
                if sockets.contains(&3) {
                    let is_told = matches!(number, 14 | 15 | 16 | 21);
                    let shown = frame["channel"].as_str().unwrap_or_default();
                    let bare = shown.strip_prefix('[').and_then(|it| it.split_once(']'));
                    let name = bare.map_or(shown, |(_, name)| name);
                    let may = ["news", "chat"].contains(&name) || name.starts_with("chat:");
                    assert!(!is_told || may, "{text}");
                }
                usize::from(sockets == [asker] && matches!(number, 1 | 2))
            }
            Action::Ping { .. } => panic!("these sockets cannot ping"),
            Action::Close { socket, .. } => {
                self.closed.insert(socket);
                0
            }
        }
    }

    /// What is left of them is forgotten in the end.
    fn end(&mut self) {
        for (socket, _, _) in SOCKETS {
            self.sandbox.closed(socket, NOW + 1_000_000);
        }
        while let Some(at) = self.sandbox.next_tick() {
            if let Some(change) = self.sandbox.tick(at, &[9; 32]) {
                self.sandbox.commit(&change);
            }
        }
    }
}

/// Whether a frame is acknowledged.
fn is_numbered(text: &str) -> bool {
    let frame: Value = serde_json::from_str(text).unwrap_or_default();
    let action = match &frame["action"] {
        Value::String(text) => text.parse().ok(),
        action => action.as_u64(),
    };
    matches!(action, Some(14 | 15 | 19 | 21))
}
