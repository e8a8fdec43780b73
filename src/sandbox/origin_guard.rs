//! Decides which requests to accept. Any web page in a local browser can reach a server on
//! loopback, under any name that resolves to it. So only a few host names, and pages of a few
//! origins, are accepted.

use super::error::Refusal;
use super::parsed_request::authority;
use super::setup::Options;
use crate::http::{Request, Response};
use crate::text::{find_text, split};

/// Returns the origin that may read the response, if the request comes from a page.
///
/// # Errors
/// 421: the host name is not accepted. 403: the page's origin is not accepted. 400: the request
/// asks for an event stream.
pub(super) fn check(request: &Request, options: &Options) -> Result<Option<String>, Refusal> {
    let called = authority(&request.url);
    if !is_ours(called, options)
        || request
            .header("host")
            .is_some_and(|host| !is_ours(host, options))
    {
        return Err(Refusal::new(
            421,
            42100,
            "the sandbox only accepts loopback host names and its own port: another Host may come from a page that uses DNS rebinding",
        ));
    }
    let origin = request.header("origin").map(str::to_owned);
    if let Some(origin) = &origin
        && !is_allowed(origin, options)
    {
        return Err(Refusal::new(
            403,
            40300,
            "the sandbox only accepts pages of loopback origins and of the origins that it was started with",
        ));
    }
    let accept = request.header("accept").unwrap_or_default();
    if find_text(accept, "text/event-stream").is_some() {
        return Err(Refusal::new(
            400,
            40000,
            "the sandbox has no event stream: use one of Ably's realtime clients, which connect by WebSocket",
        ));
    }
    Ok(origin)
}

/// Responds to a refused request without CORS headers, so that no page can read the response.
pub(super) fn refuse(refusal: Refusal) -> Response {
    let reply = refusal.into_reply(false);
    reply.into_response(super::codec::Format::Json, None)
}

/// The response to a CORS preflight request.
pub(super) fn preflight(request: &Request, origin: Option<&str>) -> Option<Response> {
    let origin = origin.filter(|_| request.method == "OPTIONS")?;
    let mut reply = super::response::Reply::empty(204);
    reply.header(
        "Access-Control-Allow-Methods",
        "GET, POST, PUT, PATCH, DELETE",
    );
    let asked = request.header("access-control-request-headers");
    reply.header(
        "Access-Control-Allow-Headers",
        asked.unwrap_or("Authorization, Content-Type"),
    );
    reply.header("Access-Control-Max-Age", "600");
    // Chrome sends this when a public page wants to reach the local machine.
    if request.header("access-control-request-private-network") == Some("true") {
        reply.header("Access-Control-Allow-Private-Network", "true");
    }
    Some(reply.into_response(super::codec::Format::Json, Some(origin)))
}

fn is_ours(called: &str, options: &Options) -> bool {
    let Some(Authority { name, port }) = Authority::read(called) else {
        return false;
    };
    let is_named =
        is_loopback(name) || options.hosts.iter().any(|it| it.eq_ignore_ascii_case(name));
    let is_port = match (options.port, port) {
        (None, _) => true,
        (Some(ours), Some(port)) => port == ours,
        (Some(ours), None) => ours == 80 || ours == 443,
    };
    is_named && is_port
}

fn is_allowed(origin: &str, options: &Options) -> bool {
    if options.origins.iter().any(|it| it == origin || it == "*") {
        return true;
    }
    let plain = origin.strip_prefix("http://");
    let host = plain.or_else(|| origin.strip_prefix("https://"));
    // An origin without a host is `null`: any sandboxed frame or local file.
    host.and_then(Authority::read)
        .is_some_and(|it| is_loopback(it.name))
}

/// Exactly `name:port`. A text after `@` or a comma would change the host.
#[derive(Debug, PartialEq, Eq)]
struct Authority<'a> {
    /// The host name; IPv6 addresses include their brackets.
    name: &'a str,
    port: Option<u16>,
}

impl<'a> Authority<'a> {
    fn read(text: &'a str) -> Option<Authority<'a>> {
        let end_of_address = match text.starts_with('[') {
            true => text.find(']')? + 1,
            false => 0,
        };
        let length = text.get(end_of_address..)?.find(':');
        let length = length.map_or(text.len(), |at| end_of_address + at);
        let (name, rest) = text.split_at_checked(length)?;
        let is_name = match name.strip_prefix('[') {
            Some(address) => address.strip_suffix(']').is_some_and(|address| {
                address
                    .bytes()
                    .all(|byte| byte.is_ascii_hexdigit() || b":.".contains(&byte))
            }),
            None => name
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"-._".contains(&byte)),
        };
        let port = match rest.strip_prefix(':') {
            None => None,
            // `parse` would accept a sign.
            Some(port) if port.bytes().all(|byte| byte.is_ascii_digit()) => {
                Some(port.parse().ok()?)
            }
            Some(_) => return None,
        };
        (is_name && !name.is_empty()).then_some(Authority { name, port })
    }
}

fn is_loopback(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    name == "localhost" || name.ends_with(".localhost") || name == "[::1]" || is_loopback_v4(&name)
}

/// Whether the name is an address in 127.0.0.0/8 as `std::net::Ipv4Addr` parses it: four numbers
/// without leading zeros.
fn is_loopback_v4(name: &str) -> bool {
    let mut count = 0;
    for part in split(name, b'.') {
        let is_plain = part.bytes().all(|byte| byte.is_ascii_digit());
        let has_zero = part.len() > 1 && part.starts_with('0');
        if !is_plain || has_zero || part.parse::<u8>().is_err() {
            return false;
        }
        count += 1;
    }
    count == 4 && name.starts_with("127.")
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::{Authority, is_allowed, is_loopback_v4, is_ours};
    use crate::sandbox::setup::Options;

    #[test]
    fn an_authority_is_a_name_and_a_port_and_nothing_else() {
        for (text, name, port) in [
            ("localhost", "localhost", None),
            ("localhost:1", "localhost", Some(1)),
            ("a_b.example-c:65535", "a_b.example-c", Some(65_535)),
            ("[::1]", "[::1]", None),
            ("[::ffff:1.2.3.4]:80", "[::ffff:1.2.3.4]", Some(80)),
        ] {
            assert_eq!(
                Authority::read(text),
                Some(Authority { name, port }),
                "{text}"
            );
        }
        for text in ELSEWHERE {
            assert_eq!(Authority::read(text), None, "{text}");
        }
    }

    /// None of these is loopback, though each starts or ends with a loopback name.
    const ELSEWHERE: [&str; 22] = [
        "",
        ":80",
        "localhost:",
        "localhost:+1",
        "localhost:65536",
        "localhost:1@evil.example",
        "localhost@evil.example",
        "localhost:1@evil.example:80",
        "127.0.0.1:1, http://evil.example",
        "127.0.0.1:1#.evil.example",
        "127.0.0.1:1\\.evil.example",
        "localhost:1/.evil.example",
        "evil.example/.localhost",
        "evil.example#.localhost",
        "evil.example\\.localhost",
        "evil.example?.localhost",
        "evil.example@app.localhost",
        "[::1]@evil.example",
        "[::1].evil.example",
        "[::1",
        "[::1]:1@evil.example",
        "evil.example:80@[::1]",
    ];

    #[test]
    fn only_an_exact_loopback_authority_is_loopback() {
        for options in [
            Options::default(),
            Options {
                port: Some(1),
                ..Options::default()
            },
        ] {
            for host in ELSEWHERE {
                assert!(!is_ours(host, &options), "{host}");
                for scheme in ["http", "https"] {
                    let origin = format!("{scheme}://{host}");
                    assert!(!is_allowed(&origin, &options), "{origin}");
                }
            }
            for host in ["localhost:1", "127.0.0.1:1", "[::1]:1", "app.localhost:1"] {
                assert!(is_ours(host, &options), "{host}");
                assert!(is_allowed(&format!("http://{host}"), &options), "{host}");
            }
            for host in ["localhost.evil.example:1", "127.0.0.1.evil.example:1"] {
                assert!(!is_ours(host, &options), "{host}");
                assert!(!is_allowed(&format!("http://{host}"), &options), "{host}");
            }
        }
    }

    #[test]
    fn addresses_are_those_that_the_standard_library_reads() {
        for name in [
            "127.0.0.1",
            "127.255.255.255",
            "127.1.2.3",
            "128.0.0.1",
            "12.7.0.1",
            "127.0.0",
            "127.0.0.1.1",
            "127.0.0.256",
            "127.0.0.01",
            "127.0.0.00",
            "127.00.0.1",
            "127.0.0.+1",
            "127.0.0.",
            "127..0.1",
            "0127.0.0.1",
            "127.0.0.1 ",
            " 127.0.0.1",
            "127.0.0.1x",
            "127.0.0.0001",
            "127",
            "",
            ".",
            "127.0.0.0",
        ] {
            let theirs = name.parse::<Ipv4Addr>().is_ok_and(|it| it.is_loopback());
            assert_eq!(is_loopback_v4(name), theirs, "{name}");
        }
    }
}
