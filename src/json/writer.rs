//! Objects, written member by member.

use crate::text::{push_number, push_quoted};

/// The text of an object, as far as it is written.
pub(crate) struct Writer(String);

impl Writer {
    pub(crate) fn new() -> Writer {
        Writer(String::from("{"))
    }

    /// A member whose value is JSON already.
    #[inline(never)]
    pub(crate) fn json(&mut self, name: &str, json: &str) {
        if self.0.len() > 1 {
            self.0.push(',');
        }
        push_quoted(&mut self.0, name);
        self.0.push(':');
        self.0.push_str(json);
    }

    #[inline(never)]
    pub(crate) fn text(&mut self, name: &str, text: &str) {
        self.json(name, "");
        push_quoted(&mut self.0, text);
    }

    /// A text that is left out when it is absent.
    pub(crate) fn optional(&mut self, name: &str, text: Option<&str>) {
        if let Some(text) = text {
            self.text(name, text);
        }
    }

    #[inline(never)]
    pub(crate) fn number(&mut self, name: &str, number: u64) {
        self.json(name, "");
        push_number(&mut self.0, number);
    }

    pub(crate) fn finish(mut self) -> String {
        self.0.push('}');
        self.0
    }
}
