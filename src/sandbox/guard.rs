//! Who is listened to. A server on loopback can be reached from any web page that a browser of this
//! machine shows, under any name that leads to it: so the names it is called by, and the pages that may
//! read what it answers, are few.

use super::call::authority;
use super::refusal::Refusal;
use super::setup::Options;
use crate::rest::{Request, Response};

/// The origin that may read the answer, if the request comes from a page.
///
/// # Errors
/// 421: called by a name that is not its own. 403: from a page that is not listened to. 426: asks for a
/// connection that stays open.
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
            "the sandbox answers to loopback names and its own port only: another Host may be a page that has rebound its name",
        ));
    }
    let origin = request.header("origin").map(str::to_owned);
    if let Some(origin) = &origin
        && !is_allowed(origin, options)
    {
        return Err(Refusal::new(
            403,
            40300,
            "the sandbox answers pages of loopback origins only, and those that it was started with as allowed origins",
        ));
    }
    let upgrade = request.header("upgrade").unwrap_or_default();
    let accept = request.header("accept").unwrap_or_default();
    if upgrade.eq_ignore_ascii_case("websocket") || accept.contains("text/event-stream") {
        return Err(Refusal::new(
            400,
            40000,
            "the sandbox has no realtime connections, neither WebSocket nor event stream: use Ably's REST client with it",
        ));
    }
    Ok(origin)
}

/// What is refused here is told to nobody's page.
pub(super) fn refuse(refusal: Refusal) -> Response {
    let reply = refusal.into_reply(false);
    reply.into_response(super::media::Format::Json, None)
}

/// The answer to a browser that asks what it may ask.
pub(super) fn preflight(request: &Request, origin: Option<&str>) -> Option<Response> {
    let origin = origin.filter(|_| request.method == "OPTIONS")?;
    let mut reply = super::reply::Reply::empty(204);
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
    // Chrome asks for it when a page of the internet wants to reach this machine.
    if request.header("access-control-request-private-network") == Some("true") {
        reply.header("Access-Control-Allow-Private-Network", "true");
    }
    Some(reply.into_response(super::media::Format::Json, Some(origin)))
}

fn is_ours(called: &str, options: &Options) -> bool {
    let (name, port) = split_port(called);
    let is_named =
        is_loopback(name) || options.hosts.iter().any(|it| it.eq_ignore_ascii_case(name));
    let is_port = match (options.port, port) {
        (None, _) => true,
        (Some(ours), Some(port)) => port.parse() == Ok(ours),
        (Some(ours), None) => ours == 80 || ours == 443,
    };
    is_named && is_port
}

fn is_allowed(origin: &str, options: &Options) -> bool {
    if options.origins.iter().any(|it| it == origin || it == "*") {
        return true;
    }
    let Some((scheme, host)) = origin.split_once("://") else {
        return false; // `null`: any sandboxed frame or local file
    };
    (scheme == "http" || scheme == "https") && is_loopback(split_port(host).0)
}

/// Name and port of `name:port`; of IPv6, in brackets.
fn split_port(host: &str) -> (&str, Option<&str>) {
    let after = host.rfind(']').map_or(0, |at| at + 1);
    match host.get(after..).and_then(|rest| rest.split_once(':')) {
        Some((before, port)) => (
            host.get(..after + before.len()).unwrap_or_default(),
            Some(port),
        ),
        None => (host, None),
    }
}

fn is_loopback(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let is_v4 = || {
        name.parse::<std::net::Ipv4Addr>()
            .is_ok_and(|it| it.is_loopback())
    };
    name == "localhost" || name.ends_with(".localhost") || name == "[::1]" || is_v4()
}
