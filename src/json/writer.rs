//! Objects, written member by member, and lists, written item by item.

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

    pub(crate) fn flag(&mut self, name: &str, flag: bool) {
        self.json(name, if flag { "true" } else { "false" });
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

/// The text of a list that is being written.
pub(crate) struct List(String);

impl List {
    pub(crate) fn new() -> List {
        List(String::from("["))
    }

    /// An item that is JSON already.
    #[inline(never)]
    pub(crate) fn json(&mut self, json: &str) {
        if self.0.len() > 1 {
            self.0.push(',');
        }
        self.0.push_str(json);
    }

    pub(crate) fn text(&mut self, text: &str) {
        self.json("");
        push_quoted(&mut self.0, text);
    }

    pub(crate) fn finish(mut self) -> String {
        self.0.push(']');
        self.0
    }
}
