//! The options of a call that goes over the network: a JSON object, whose types the package's JavaScript has
//! checked.

use crate::json::Json;

#[derive(Clone, Copy)]
pub(super) struct Options<'a>(Option<Json<'a>>);

impl<'a> Options<'a> {
    pub(super) fn read(json: &'a [u8]) -> Options<'a> {
        Options(
            std::str::from_utf8(json)
                .ok()
                .and_then(|json| Json::parse(json).ok()),
        )
    }

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
