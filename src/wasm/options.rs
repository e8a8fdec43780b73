//! The options of a call that goes over the network: a JSON object, whose types the package's JavaScript has
//! checked.

use js_sys::Uint8Array;
use zeroize::Zeroizing;

use crate::json::Json;

/// The text of the options, which may hold a key, until the call ends.
pub(super) struct OptionsText(Zeroizing<Vec<u8>>);

impl OptionsText {
    /// Copies the text, and wipes JavaScript's copy.
    pub(super) fn take(bytes: &Uint8Array) -> OptionsText {
        let copy = Zeroizing::new(bytes.to_vec());
        bytes.fill(0, 0, bytes.length());
        OptionsText(copy)
    }

    pub(super) fn read(&self) -> Options<'_> {
        let text = std::str::from_utf8(&self.0).ok();
        Options(text.and_then(|text| Json::parse(text).ok()))
    }
}

#[derive(Clone, Copy)]
pub(super) struct Options<'a>(Option<Json<'a>>);

impl<'a> Options<'a> {
    pub(super) fn text(self, name: &str) -> Option<String> {
        Some(self.value(name)?.string()?.into_owned())
    }

    /// A whole number, such as a time in ms.
    pub(super) fn number(self, name: &str) -> Option<u64> {
        self.value(name)?.whole()
    }

    pub(super) fn flag(self, name: &str) -> bool {
        self.value(name).is_some_and(|value| value.text() == "true")
    }

    pub(super) fn texts(self, name: &str) -> Option<Vec<String>> {
        let texts = self.value(name)?.list();
        let texts = texts.filter_map(|text| Some(text.string()?.into_owned()));
        Some(texts.collect())
    }

    fn value(self, name: &str) -> Option<Json<'a>> {
        self.0?.member(name)
    }
}
