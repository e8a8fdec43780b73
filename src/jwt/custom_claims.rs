//! The claims beside Ably's fixed ones: per channel, per room, rate limits, and the caller's own.

use super::claims::{self, CHANNEL, RATE, ROOM};
use crate::capability::{Diagnostic, add_literal_star};
use crate::error::{Error, Kind, Result};
use crate::json::Json;
use crate::text::{concat, fill, quoted};

/// Claims beside Ably's fixed ones, checked as they are added.
#[derive(Debug, Clone, Default)]
pub struct ExtraClaims {
    /// Name, and value as JSON text.
    pub(super) claims: Vec<(String, String)>,
    /// Their names, sorted, to find one that was given already.
    names: Vec<String>,
    pub(super) warnings: Vec<Diagnostic>,
}

impl ExtraClaims {
    /// Trusted metadata for a channel or a pattern: `ably.channel.<resource>`. Ably copies the text
    /// to `extras.userClaim` of what the bearer publishes there.
    ///
    /// # Errors
    /// The resource is empty, or was given already.
    pub fn channel(&mut self, resource: &str, text: &str) -> Result<&mut Self> {
        self.put_text("channelClaims", CHANNEL, resource, text)
    }

    /// The same for a chat room: `ably.room.<resource>`.
    ///
    /// # Errors
    /// The resource is empty, or was given already.
    pub fn room(&mut self, resource: &str, text: &str) -> Result<&mut Self> {
        self.put_text("roomClaims", ROOM, resource, text)
    }

    /// Messages per second and connection on a channel or a pattern; fractions are allowed.
    ///
    /// # Errors
    /// The resource is empty or was given already, or the rate is not a positive number.
    pub fn publish_rate(&mut self, resource: &str, per_second: f64) -> Result<&mut Self> {
        let text = per_second.to_string();
        match Json::parse(&text) {
            Ok(json) if per_second > 0.0 => self.publish_rate_json(resource, json),
            _ => Err(not_a_rate(resource)),
        }
    }

    /// The same with the number as JSON.
    pub(crate) fn publish_rate_json(
        &mut self,
        resource: &str,
        json: Json<'_>,
    ) -> Result<&mut Self> {
        if !above_zero(json.text().as_bytes()) {
            return Err(not_a_rate(resource));
        }
        self.put(RATES, RATE, resource, json.text().to_owned())
    }

    /// A claim of the caller's own; `json` is its value as JSON text.
    ///
    /// # Errors
    /// The name is Ably's or this crate's to write, or was given already; the value is not JSON.
    pub fn claim(&mut self, name: &str, json: &str) -> Result<&mut Self> {
        let place = path("claims", name);
        if let Some(instead) = claims::reserved(name) {
            return Err(usage(&place, "is a reserved claim name").with_remediation(&instead));
        }
        // In the payload it stands one level deeper, and must be readable there, too.
        let value = Json::parse(json);
        match value.and_then(|value| Json::parse(&fill("[{}]", &[json])).map(|_| value)) {
            Err(flaw) => return Err(usage(&place, &flaw.text())),
            Ok(value) if name == "nbf" && value.whole().is_none() => {
                return Err(usage(&place, "is not a whole number of seconds since 1970"));
            }
            Ok(_) => {}
        }
        self.push(place, name.to_owned(), json.to_owned())
    }

    fn put_text(
        &mut self,
        option: &str,
        prefix: &str,
        resource: &str,
        text: &str,
    ) -> Result<&mut Self> {
        self.put(option, prefix, resource, quoted(text))
    }

    fn put(
        &mut self,
        option: &str,
        prefix: &str,
        resource: &str,
        json: String,
    ) -> Result<&mut Self> {
        let place = path(option, resource);
        if resource.is_empty() {
            return Err(usage(&place, "has an empty name, which no channel has"));
        }
        add_literal_star(&mut self.warnings, &place, resource);
        self.push(place, concat(&[prefix, resource]), json)
    }

    fn push(&mut self, place: String, name: String, json: String) -> Result<&mut Self> {
        match self.names.binary_search(&name) {
            Ok(_) => Err(usage(&place, "was given already")),
            Err(index) => {
                self.names.insert(index, name.clone());
                self.claims.push((name, json));
                Ok(self)
            }
        }
    }
}

const RATES: &str = "publishRateLimits";

fn not_a_rate(resource: &str) -> Error {
    usage(
        &path(RATES, resource),
        "is not a number above 0 (messages per second)",
    )
}

/// Whether a JSON value is a number above 0: no sign, and a digit in its mantissa that is not 0.
fn above_zero(json: &[u8]) -> bool {
    let mut digit = false;
    for byte in json {
        match byte {
            b'1'..=b'9' => digit = true,
            b'e' | b'E' => break,
            _ => {}
        }
    }
    digit && json.first().is_some_and(u8::is_ascii_digit)
}

fn path(option: &str, name: &str) -> String {
    fill("{}[{}]", &[option, &quoted(name)])
}

fn usage(place: &str, what: &str) -> Error {
    Error::new(Kind::Usage, "{} {}", &[place, what]).at(place)
}
