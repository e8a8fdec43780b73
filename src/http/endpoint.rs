//! Where to find Ably: the forms of `endpoint` and `controlEndpoint`.
//!
//! Source: Ably's features specification, REC1 and REC2. An endpoint *name* means a primary host
//! and five fallback hosts; a host name or a URL means only itself.

use crate::error::{Code, Error, Kind, Result};
use crate::text::{concat, consists_of, digits, fill, find, find_text, quoted, split, trim_end};

const CONTROL: &str = "https://control.ably.net/v1";
const FORMS: &str = "give a name (main, nonprod:name), a host (rest.example.com, localhost) or a whole address (https://host, http://127.0.0.1:8787)";
const MAX_BYTES: usize = 1_024;

/// Timeout of a request, unless the caller sets another one (SPEC TO3l4).
const DEFAULT_TIMEOUT_MS: u32 = 10_000;

/// The addresses of both APIs, and the timeout of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Network {
    /// The address of the primary host, followed by those of its fallback hosts.
    pub(crate) hosts: Vec<String>,
    /// The address of the Control API.
    pub(crate) control: String,
    /// Timeout of one request to one host, in ms.
    pub timeout_ms: u32,
}

impl Network {
    /// Reads both options. `None` means Ably's own servers.
    ///
    /// A loopback address in `endpoint` serves both APIs. Access tokens are never sent to any other
    /// custom endpoint.
    ///
    /// # Errors
    /// [`Kind::Usage`]: the option has none of the valid forms. 40103: plain HTTP to a host other
    /// than loopback.
    pub fn new(endpoint: Option<&str>, control_endpoint: Option<&str>) -> Result<Network> {
        let (hosts, on_loopback) = hosts(endpoint.unwrap_or("main"))?;
        let control = match (control_endpoint, on_loopback, hosts.first()) {
            (Some(control), ..) => control_base(control)?,
            (None, true, Some(base)) => fill("{}/v1", &[base]),
            _ => CONTROL.to_owned(),
        };
        Ok(Network {
            hosts,
            control,
            timeout_ms: DEFAULT_TIMEOUT_MS,
        })
    }
}

/// The addresses, and whether the endpoint is a loopback URL.
fn hosts(endpoint: &str) -> Result<(Vec<String>, bool)> {
    let is_whole = find_text(endpoint, "://").is_some();
    let address = match () {
        () if is_whole => endpoint.to_owned(),
        // URLs require brackets around an IPv6 address.
        () if find_text(endpoint, "::").is_some() => fill("https://[{}]", &[endpoint]),
        () if endpoint == "localhost" || find(endpoint, b'.').is_some() => on_https(endpoint),
        () => return Ok((named_hosts(endpoint)?, false)),
    };
    let address = Address::read("endpoint", endpoint, &address)?;
    let on_loopback = is_whole && address.is_loopback();
    Ok((vec![address.base()], on_loopback))
}

fn named_hosts(endpoint: &str) -> Result<Vec<String>> {
    let (name, cluster) = match endpoint.strip_prefix("nonprod:") {
        Some(name) => (name, "-nonprod"),
        None => (endpoint, ""),
    };
    let is_label = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    if !(1..=MAX_BYTES).contains(&name.len()) || !consists_of(name, is_label) {
        return Err(refused("endpoint", endpoint));
    }
    let mut hosts = vec![fill("https://{}.realtime.ably{}.net", &[name, cluster])];
    for letter in split("a.b.c.d.e", b'.') {
        hosts.push(fill(
            "https://{}.{}.fallback.ably-realtime{}.com",
            &[name, letter, cluster],
        ));
    }
    Ok(hosts)
}

/// The base address. As in the Ably CLI, the API is under `/v1` on a host named `control` or
/// `control-…`, and under `/api/v1` on any other. A URL may include the path and defaults to `/v1`.
fn control_base(control: &str) -> Result<String> {
    let is_whole = find_text(control, "://").is_some();
    let address = if is_whole {
        control.to_owned()
    } else {
        on_https(control)
    };
    let address = Address::read("controlEndpoint", control, &address)?;
    let label = split(address.host, b'.').next().unwrap_or_default();
    let path = match address.path {
        "" if is_whole || label == "control" || label.starts_with("control-") => "/v1",
        "" => "/api/v1",
        _ => "",
    };
    Ok(concat(&[&address.base(), path]))
}

fn on_https(host: &str) -> String {
    concat(&["https://", host])
}

#[cold]
fn refused(option: &str, found: &str) -> Error {
    // Don't repeat a text that may hold a password or be a misplaced key.
    let is_secret = find(found, b'@').or(find(found, b':')).is_some();
    let found = match is_secret || found.len() > 100 {
        true => "is not a valid endpoint".to_owned(),
        false => fill("is {}, which is not a valid endpoint", &[&quoted(found)]),
    };
    Error::new(Kind::Usage, "{} {}", &[option, &found])
        .at(option)
        .with_remediation(FORMS)
}

/// A URL that every parser reads the same way: no user, query or fragment, and no character that
/// some parsers treat as another.
struct Address<'a> {
    secure: bool,
    /// The host, with the port.
    authority: &'a str,
    host: &'a str,
    /// The path: empty, or with a leading slash but no trailing one.
    path: &'a str,
}

impl<'a> Address<'a> {
    /// Parses the address of an option. `address` is `given` itself if that is a URL, or else built
    /// from the host name.
    fn read(option: &str, given: &str, address: &'a str) -> Result<Address<'a>> {
        let is_whole = address.len() == given.len();
        let address = Address::parse(address)
            .filter(|it| given.len() <= MAX_BYTES && (is_whole || it.path.is_empty()))
            .ok_or_else(|| refused(option, given))?;
        address.check(option)?;
        Ok(address)
    }

    fn parse(text: &'a str) -> Option<Address<'a>> {
        let (secure, rest) = match text.strip_prefix("https://") {
            Some(rest) => (true, rest),
            None => (false, text.strip_prefix("http://")?),
        };
        let (authority, path) = rest.split_at_checked(find(rest, b'/').unwrap_or(rest.len()))?;
        let path = trim_end(path, b"/");
        let is_path = |byte: u8| byte.is_ascii_alphanumeric() || b"/-._~".contains(&byte);
        let after_host = match authority.strip_prefix('[') {
            Some(rest) => find(rest, b']')? + 2,
            None => find(authority, b':').unwrap_or(authority.len()),
        };
        let (host, port) = authority.split_at_checked(after_host)?;
        let is_host = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'.';
        let is_right = match host.strip_prefix('[') {
            Some(inside) => inside.strip_suffix(']').is_some_and(|ip| {
                find_text(ip, "::").is_some()
                    && consists_of(ip, |byte| byte.is_ascii_hexdigit() || byte == b':')
            }),
            None => !host.is_empty() && !host.starts_with('.') && consists_of(host, is_host),
        };
        let has_port = match port.strip_prefix(':') {
            Some(port) => digits(port).is_some_and(|port| port <= 65_535),
            None => port.is_empty(),
        };
        // No `.` or `..` segments: parsers resolve them, so the effective path would differ from
        // the visible one.
        let climbs = split(path, b'/').any(|part| part == ".." || part == ".");
        (is_right && has_port && consists_of(path, is_path) && !climbs).then_some(Address {
            secure,
            authority,
            host,
            path,
        })
    }

    fn base(&self) -> String {
        let scheme = if self.secure { "https://" } else { "http://" };
        concat(&[scheme, self.authority, self.path])
    }

    /// Accepts exactly the loopback forms that no URL parser interprets differently.
    fn is_loopback(&self) -> bool {
        match self.host {
            "localhost" | "[::1]" => true,
            host => {
                // Excludes leading zeros, which some parsers read as octal.
                let is_byte = |part: &str| {
                    digits(part).is_some_and(|byte| byte <= 255)
                        && (part == "0" || !part.starts_with('0'))
                };
                host.starts_with("127.")
                    && split(host, b'.').count() == 4
                    && split(host, b'.').all(is_byte)
            }
        }
    }

    /// Credentials are never sent over an unencrypted connection.
    fn check(&self, option: &str) -> Result<()> {
        if self.secure || self.is_loopback() {
            return Ok(());
        }
        Err(Error::new(
            Kind::Usage,
            "{} is a plain http:// address, over which no credential is sent",
            &[option],
        )
        .with_code(Code::Unencrypted)
        .at(option)
        .with_remediation(
            "give an https:// address; plain HTTP is for loopback (127.0.0.1, localhost)",
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn network(endpoint: &str) -> Result<Network> {
        Network::new(Some(endpoint), None)
    }

    #[test]
    fn every_form_of_an_endpoint() {
        for (endpoint, base, control) in [
            ("main", "https://main.realtime.ably.net", CONTROL),
            ("acme", "https://acme.realtime.ably.net", CONTROL),
            (
                "nonprod:sandbox",
                "https://sandbox.realtime.ably-nonprod.net",
                CONTROL,
            ),
            ("rest.example.com", "https://rest.example.com", CONTROL),
            (
                "rest.example.com:8443",
                "https://rest.example.com:8443",
                CONTROL,
            ),
            ("localhost", "https://localhost", CONTROL),
            ("::1", "https://[::1]", CONTROL),
            ("https://example.com/", "https://example.com", CONTROL),
            (
                "https://example.com/a/b",
                "https://example.com/a/b",
                CONTROL,
            ),
            (
                "http://127.0.0.1:8787",
                "http://127.0.0.1:8787",
                "http://127.0.0.1:8787/v1",
            ),
            (
                "http://localhost:1/w/x/",
                "http://localhost:1/w/x",
                "http://localhost:1/w/x/v1",
            ),
            ("http://[::1]:80", "http://[::1]:80", "http://[::1]:80/v1"),
            (
                "https://localhost:8443",
                "https://localhost:8443",
                "https://localhost:8443/v1",
            ),
        ] {
            let found = network(endpoint).unwrap();
            assert_eq!(found.hosts[0], base, "{endpoint}");
            assert_eq!(found.control, control, "{endpoint}");
            let fallbacks =
                if endpoint.contains(['.', '/']) || base.contains("local") || endpoint == "::1" {
                    0
                } else {
                    5
                };
            assert_eq!(found.hosts.len(), 1 + fallbacks, "{endpoint}");
        }
        assert_eq!(
            Network::new(None, None).unwrap().hosts[..3],
            [
                "https://main.realtime.ably.net",
                "https://main.a.fallback.ably-realtime.com",
                "https://main.b.fallback.ably-realtime.com",
            ]
        );
        assert_eq!(
            network("nonprod:x").unwrap().hosts[5],
            "https://x.e.fallback.ably-realtime-nonprod.com"
        );
    }

    #[test]
    fn every_form_of_a_control_endpoint() {
        for (control, base) in [
            ("control.ably.net", "https://control.ably.net/v1"),
            (
                "control-eu.example.com",
                "https://control-eu.example.com/v1",
            ),
            ("staging.example.com", "https://staging.example.com/api/v1"),
            ("https://example.com", "https://example.com/v1"),
            ("https://example.com/api/v2/", "https://example.com/api/v2"),
            ("http://127.0.0.1:99", "http://127.0.0.1:99/v1"),
        ] {
            // However the endpoint is given, it is not sent an access token.
            let found = Network::new(Some("http://127.0.0.1:1"), Some(control)).unwrap();
            assert_eq!(found.control, base);
        }
    }

    #[test]
    fn what_readers_of_urls_might_read_otherwise_is_refused() {
        for bad in [
            "",
            " ",
            "nonprod:",
            "a b",
            "a/b",
            "a_b",
            "ftp://example.com",
            "HTTP://127.0.0.1",
            "http://",
            "https://",
            "https://user@example.com",
            "https://key:secret@example.com",
            "http://127.0.0.1@example.com",
            "http://127.0.0.1:80@example.com",
            "localhost:1@example.com",
            "https://[::1]@example.com",
            "http://[::1]:1@example.com",
            "http://127.0.0.1\\@example.com",
            "http://127.0.0.1#@example.com",
            "http://127.0.0.1?x=1",
            "http://127.0.0.1\t.example.com",
            "http://127.0.0.1:",
            "http://127.0.0.1:65536",
            "http://127.0.0.1:+1",
            "https://example.com/../x",
            "https://example.com/%2e%2e",
            "https://[::1",
            "https://[example.com]",
            "https://.example.com",
            "example.com/path",
            "https://exämple.com",
        ] {
            let error = network(bad).unwrap_err();
            assert_eq!(error.kind(), Kind::Usage, "{bad}");
            assert_eq!(error.path(), Some("endpoint"), "{bad}");
            assert!(!error.to_string().contains("secret"), "{bad}");
        }
        assert_eq!(
            network("my app").unwrap_err().to_string(),
            "endpoint is \"my app\", which is not a valid endpoint; give a name (main, nonprod:name), a host (rest.example.com, localhost) or a whole address (https://host, http://127.0.0.1:8787)"
        );
    }

    #[test]
    fn plain_http_goes_to_loopback_only() {
        for bad in [
            "http://example.com",
            "http://localhost.example.com",
            "http://127.0.0.1.example.com",
            "http://127.1",
            "http://127.0.0.01",
            "http://0x7f.0.0.1",
            "http://2130706433",
            "http://127.0.0.256",
            "http://128.0.0.1",
            "http://192.168.0.1",
            "http://[::2]",
            "http://localhost.",
        ] {
            for error in [
                network(bad).unwrap_err(),
                Network::new(None, Some(bad)).unwrap_err(),
            ] {
                assert_eq!(error.code(), Some(40103), "{bad}");
                assert_eq!(error.status(), Some(401), "{bad}");
            }
        }
    }
}
