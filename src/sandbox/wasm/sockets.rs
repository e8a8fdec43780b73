//! Realtime connections for JavaScript.

use js_sys::{Array, Object, Reflect, Uint8Array, Uint32Array};
use wasm_bindgen::prelude::*;

use super::{RawSandbox, answer, bytes32, request, webhook};
use crate::sandbox::{Action, Change, Frame};

#[wasm_bindgen]
impl RawSandbox {
    /// The response to an upgrade that is refused, in the form of `handle`.
    #[wasm_bindgen(js_name = refuseUpgrade)]
    pub fn refuse_upgrade(
        &self,
        method: String,
        url: String,
        headers: Vec<String>,
    ) -> Result<Option<Object>, JsValue> {
        let request = request(method, url, headers, Vec::new());
        let refusal = self.sandbox.refuse_upgrade(&request);
        refusal.as_ref().map(answer).transpose()
    }

    /// A socket opened.
    pub fn open(
        &mut self,
        socket: u32,
        url: String,
        headers: Vec<String>,
        can_ping: bool,
        now: f64,
        entropy: &[u8],
    ) -> Result<(), JsValue> {
        let request = request("GET".to_owned(), url, headers, Vec::new());
        let entropy = bytes32(entropy)?;
        self.sandbox
            .open(socket, &request, can_ping, now as u64, entropy);
        Ok(())
    }

    /// A frame arrived: a text, or bytes. Returns the change to store before calling `commit`.
    pub fn receive(
        &mut self,
        socket: u32,
        text: Option<String>,
        bytes: Vec<u8>,
        now: f64,
        entropy: &[u8],
    ) -> Result<Option<String>, JsValue> {
        let frame = match text {
            Some(text) => Frame::Text(text),
            None => Frame::Binary(bytes),
        };
        let entropy = bytes32(entropy)?;
        let change = self.sandbox.receive(socket, &frame, now as u64, entropy);
        Ok(self.hold(change))
    }

    /// A socket closed.
    pub fn closed(&mut self, socket: u32, now: f64) {
        self.sandbox.closed(socket, now as u64);
    }

    /// The client reads too slowly.
    pub fn overrun(&mut self, socket: u32, now: f64) {
        self.sandbox.overrun(socket, now as u64);
    }

    /// Does what is due. Returns the change to store before calling `commit`.
    pub fn tick(&mut self, now: f64, entropy: &[u8]) -> Result<Option<String>, JsValue> {
        let change = self.sandbox.tick(now as u64, bytes32(entropy)?);
        Ok(self.hold(change))
    }

    /// The webhooks to send after the change of the latest frame, in the form of `handle`.
    pub fn webhooks(&self) -> Result<Array, JsValue> {
        let change = self.change.as_ref();
        let webhooks = change.map(|change| self.sandbox.webhooks(change));
        webhooks.unwrap_or_default().iter().map(webhook).collect()
    }

    /// When to call `tick` next.
    #[wasm_bindgen(js_name = nextTick)]
    pub fn next_tick(&self) -> Option<f64> {
        self.sandbox.next_tick().map(|time| time as f64)
    }

    /// Gives up the change of the latest frame.
    pub fn discard(&mut self, message: &str) {
        self.change = None;
        self.sandbox.discard(message);
    }

    /// Keeps records of the connections from now on.
    #[wasm_bindgen(js_name = keepConnections)]
    pub fn keep_connections(&mut self) {
        self.sandbox.keep_connections();
    }

    /// The records that changed: alternating numbers and texts; undefined: it was forgotten.
    #[wasm_bindgen(js_name = takeConnections)]
    pub fn take_connections(&mut self) -> Array {
        let list = Array::new();
        for (number, record) in self.sandbox.take_connections() {
            list.push(&number.into());
            list.push(&record.into());
        }
        list
    }

    /// Restores a connection. Returns the number of its socket.
    #[wasm_bindgen(js_name = restoreConnection)]
    pub fn restore_connection(&mut self, record: &str) -> Option<u32> {
        self.sandbox.restore_connection(record)
    }

    /// What to do with the sockets: a list of `{ sockets, frame }`, `{ ping }` and `{ close, code }`.
    #[wasm_bindgen(js_name = takeActions)]
    pub fn take_actions(&mut self) -> Result<Array, JsValue> {
        let list = Array::new();
        for action in self.sandbox.take_actions() {
            let object = Object::new();
            let set = |name: &str, value: JsValue| Reflect::set(&object, &name.into(), &value);
            match action {
                Action::Send { sockets, frame } => {
                    set("sockets", Uint32Array::from(sockets.as_slice()).into())?;
                    let frame = match frame {
                        Frame::Text(text) => JsValue::from(text),
                        Frame::Binary(bytes) => Uint8Array::from(bytes.as_slice()).into(),
                    };
                    set("frame", frame)?;
                }
                Action::Ping { socket } => {
                    set("ping", socket.into())?;
                }
                Action::Close { socket, code } => {
                    set("close", socket.into())?;
                    set("code", code.into())?;
                }
            }
            list.push(&object);
        }
        Ok(list)
    }
}

impl RawSandbox {
    /// Keeps a change until it is committed, and returns its text.
    fn hold(&mut self, change: Option<Change>) -> Option<String> {
        self.change = change;
        self.change.as_ref().map(|it| it.as_str().to_owned())
    }
}
