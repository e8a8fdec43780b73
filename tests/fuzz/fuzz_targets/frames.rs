//! Realtime frames, one a line, on a connection of either format. Whatever they are, each numbered frame
//! gets one answer, and nothing is sent to a socket after it was closed.
#![no_main]

use ably_edge_auth::http::Request;
use ably_edge_auth::sandbox::{Action, Frame, Options, Sandbox};
use libfuzzer_sys::fuzz_target;

const NOW: u64 = 1_700_000_000_000;

fuzz_target!(|bytes: &[u8]| {
    let mut sandbox = Sandbox::new(Options::default());
    let key = sandbox.credentials().root_key;
    for (socket, format) in [(1, "json"), (2, "msgpack")] {
        let request = Request {
            method: "GET".into(),
            url: format!("http://127.0.0.1/?v=6&format={format}&key={key}"),
            headers: Vec::new(),
            body: Vec::new(),
        };
        sandbox.open(socket, &request, false, NOW, &[7; 32]);
    }
    let mut closed = Vec::new();
    for (number, line) in bytes.split(|byte| *byte == b'\n').enumerate() {
        for socket in [1, 2] {
            let frame = match socket {
                1 => Frame::Text(String::from_utf8_lossy(line).into_owned()),
                _ => Frame::Binary(line.to_vec()),
            };
            let now = NOW + number as u64 * 1_000;
            if let Some(change) = sandbox.receive(socket, &frame, now, &[number as u8; 32]) {
                sandbox.commit(&change);
            }
            if let Some(change) = sandbox.tick(now, &[number as u8; 32]) {
                sandbox.commit(&change);
            }
            for action in sandbox.take_actions() {
                match action {
                    Action::Send { sockets, .. } => {
                        assert!(sockets.iter().all(|it| !closed.contains(it)));
                    }
                    Action::Ping { .. } => panic!("these sockets cannot ping"),
                    Action::Close { socket, .. } => closed.push(socket),
                }
            }
        }
    }
    // What is left of them is forgotten in the end.
    for socket in [1, 2] {
        sandbox.closed(socket, NOW + 1_000_000);
    }
    while let Some(at) = sandbox.next_tick() {
        if let Some(change) = sandbox.tick(at, &[9; 32]) {
            sandbox.commit(&change);
        }
    }
});
