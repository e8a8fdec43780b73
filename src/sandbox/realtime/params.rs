//! The parameters of a channel: in ATTACH, or in brackets before the name.

use serde_json::{Map, Value};

use super::modes;
use crate::sandbox::object::set;

/// How much of the past a client wants to see when it attaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Rewind {
    Messages(usize),
    Ms(u64),
}

/// The parameters that the sandbox knows. It ignores others.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Params {
    /// Accepted, but every message is sent whole, which a server may always do.
    pub(super) delta: Option<String>,
    pub(super) modes: Option<String>,
    pub(super) rewind: Option<String>,
    pub(super) occupancy: Option<String>,
}

impl Params {
    /// Reads the parameters of a frame, and of a channel such as `[?rewind=1]chat`.
    pub(super) fn read(given: Option<&Map<String, Value>>, channel: &str) -> Params {
        let mut params = Params::default();
        let qualifier = channel.strip_prefix("[?").and_then(|it| it.split_once(']'));
        for pair in qualifier.map_or("", |(pairs, _)| pairs).split('&') {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            params.take(name, value);
        }
        for (name, value) in given.into_iter().flatten() {
            match value {
                Value::Number(number) => params.take(name, &number.to_string()),
                value => params.take(name, value.as_str().unwrap_or_default()),
            }
        }
        params
    }

    fn take(&mut self, name: &str, value: &str) {
        match name {
            "delta" if value == "vcdiff" => self.delta = Some(value.to_owned()),
            "modes" => self.modes = modes::recognised(value),
            "rewind" if rewind(value).is_some() => self.rewind = Some(value.to_owned()),
            "occupancy" if value.split('.').next() == Some("metrics") => {
                self.occupancy = Some(value.to_owned());
            }
            _ => {}
        }
    }

    /// What ATTACHED says about them.
    pub(super) fn told(&self) -> Map<String, Value> {
        let mut told = Map::new();
        for (name, value) in [
            ("delta", &self.delta),
            ("modes", &self.modes),
            ("occupancy", &self.occupancy),
            ("rewind", &self.rewind),
        ] {
            if let Some(value) = value {
                set(&mut told, name, value.as_str());
            }
        }
        told
    }

    pub(super) fn rewind(&self) -> Option<Rewind> {
        rewind(self.rewind.as_deref()?)
    }
}

/// `5` is five messages, `15s` and `2m` are times.
fn rewind(text: &str) -> Option<Rewind> {
    let seconds = |digits: &str, unit: u64| {
        let number: u64 = digits.parse().ok()?;
        Some(Rewind::Ms(number.saturating_mul(unit)))
    };
    if let Some(digits) = text.strip_suffix('s') {
        return seconds(digits, 1_000);
    }
    if let Some(digits) = text.strip_suffix('m') {
        return seconds(digits, 60_000);
    }
    text.parse().ok().map(Rewind::Messages)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{Params, Rewind, rewind};

    #[test]
    fn a_rewind_is_a_number_or_a_time() {
        assert_eq!(rewind("5"), Some(Rewind::Messages(5)));
        assert_eq!(rewind("15s"), Some(Rewind::Ms(15_000)));
        assert_eq!(rewind("2m"), Some(Rewind::Ms(120_000)));
        for text in ["", "s", "-1", "1h", "m5"] {
            assert_eq!(rewind(text), None, "{text}");
        }
    }

    #[test]
    fn only_known_parameters_are_echoed() {
        let given = json!({
            "rewind": 1, "delta": "xdelta", "modes": "publish", "occupancy": "metricsx", "x": 7,
        });
        let params = Params::read(given.as_object(), "chat");
        let told = json!({ "rewind": "1", "modes": "publish" });
        assert_eq!(json!(params.told()), told);
        let params = Params::read(None, "[?rewind=2m&occupancy=metrics]chat");
        let told = json!({ "rewind": "2m", "occupancy": "metrics" });
        assert_eq!(json!(params.told()), told);
    }
}
