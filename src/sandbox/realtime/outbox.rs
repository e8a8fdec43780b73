//! What the sandbox wants done with its sockets.

use serde_json::Value;

use crate::sandbox::codec::{self, Format};

/// A WebSocket message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Frame {
    /// JSON.
    Text(String),
    /// MessagePack.
    Binary(Vec<u8>),
}

/// Something to do with sockets, which are known by the numbers that their owner gave them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    /// Send one frame to each of these sockets.
    Send {
        /// The sockets.
        sockets: Vec<u32>,
        /// The frame.
        frame: Frame,
    },
    /// Send a WebSocket ping. Only for sockets that were opened with `can_ping`.
    Ping {
        /// The socket.
        socket: u32,
    },
    /// Close a socket, after the frames that precede this.
    Close {
        /// The socket.
        socket: u32,
        /// The code of the close frame.
        code: u16,
    },
}

/// Where a frame goes to, and how it is encoded there.
pub(super) type Target = (u32, Format);

/// The actions that nobody has taken yet.
#[derive(Default)]
pub(super) struct Outbox(Vec<Action>);

impl Outbox {
    /// Sends a frame, which is encoded once for each format.
    pub(super) fn send(&mut self, targets: &[Target], frame: &Value) {
        for format in [Format::Json, Format::MessagePack] {
            let wanted = targets.iter().filter(|(_, it)| *it == format);
            let sockets: Vec<u32> = wanted.map(|(socket, _)| *socket).collect();
            if sockets.is_empty() {
                continue;
            }
            let bytes = codec::write(frame, format);
            let frame = match format {
                Format::Json => Frame::Text(String::from_utf8(bytes).unwrap_or_default()),
                Format::MessagePack => Frame::Binary(bytes),
            };
            self.0.push(Action::Send { sockets, frame });
        }
    }

    pub(super) fn ping(&mut self, socket: u32) {
        self.0.push(Action::Ping { socket });
    }

    pub(super) fn close(&mut self, socket: u32, code: u16) {
        self.0.push(Action::Close { socket, code });
    }

    pub(super) fn take(&mut self) -> Vec<Action> {
        std::mem::take(&mut self.0)
    }
}
