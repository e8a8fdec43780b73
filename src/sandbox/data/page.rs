//! Pagination of long lists.
//!
//! The `Link` header holds the URLs of other pages (SPEC TG): `./messages?…`, with the same
//! parameters and a marker of where to continue.

use std::borrow::Cow;

use serde_json::Value;

use crate::http::segment;
use crate::sandbox::error::{Outcome, Refusal};
use crate::sandbox::parsed_request::Call;
use crate::sandbox::response::Reply;
use crate::text::{joined, views};

const DEFAULT_LIMIT: usize = 100;
const MAX_LIMIT: usize = 1_000;
/// The parameter with the marker. Items after it are not on an earlier page.
const MARK: &str = "after";
/// Parameters that links leave out: URLs may be logged, so they contain no credential.
const SECRETS: [&str; 3] = ["key", "access_token", "accessToken"];

/// The requested part of a list.
pub(super) struct Page<'c> {
    call: &'c Call<'c>,
    limit: usize,
    forwards: bool,
    after: Option<&'c str>,
}

impl<'c> Page<'c> {
    /// # Errors
    /// 40003: invalid limit. 40000: invalid direction.
    pub(super) fn read(call: &'c Call<'c>, default: Direction) -> Outcome<Page<'c>> {
        let limit = match call.parameter("limit") {
            None => DEFAULT_LIMIT,
            Some(text) => text
                .parse()
                .ok()
                .filter(|limit| (1..=MAX_LIMIT).contains(limit))
                .ok_or_else(|| {
                    let message = format!("limit is not a whole number from 1 to {MAX_LIMIT}");
                    Refusal::new(400, 40003, message)
                })?,
        };
        let forwards = match call.parameter("direction") {
            None => default == Direction::Forwards,
            Some("forwards") => true,
            Some("backwards") => false,
            Some(_) => {
                return Err(Refusal::bad("direction is neither forwards nor backwards"));
            }
        };
        Ok(Page {
            call,
            limit,
            forwards,
            after: call.parameter(MARK),
        })
    }

    /// The page. `items` are sorted by marker.
    pub(super) fn of<'m>(
        self,
        items: &mut dyn DoubleEndedIterator<Item = (Cow<'m, str>, Value)>,
    ) -> Reply {
        let mut page = Vec::new();
        let mut last: Option<Cow<'m, str>> = None;
        let mut next = None;
        while let Some((mark, item)) = match self.forwards {
            true => items.next(),
            false => items.next_back(),
        } {
            let is_before = self.after.is_some_and(|after| match self.forwards {
                true => *mark <= *after,
                false => *mark >= *after,
            });
            if is_before {
                continue;
            }
            if page.len() == self.limit {
                next = last;
                break;
            }
            page.push(item);
            last = Some(mark);
        }
        let mut reply = Reply::json(200, Value::Array(page));
        // A line for each, because some SDKs read only one relation of a line.
        reply.header("Link", self.link("first", None));
        reply.header("Link", self.link("current", self.after));
        if let Some(next) = &next {
            reply.header("Link", self.link("next", Some(next)));
        }
        reply
    }

    fn link(&self, rel: &str, after: Option<&str>) -> String {
        let path = self.call.path.last().map_or("", String::as_str);
        let own = self.call.query.iter().filter(|(name, _)| {
            name != MARK && name != "limit" && !SECRETS.contains(&name.as_str())
        });
        let mut query = vec![format!("limit={}", self.limit)];
        query.extend(own.map(|(name, value)| format!("{}={}", segment(name), segment(value))));
        query.extend(after.map(|after| format!("{MARK}={}", segment(after))));
        format!("<./{path}?{}>; rel=\"{rel}\"", joined(&views(&query), "&"))
    }
}

/// Which end of a list comes first.
#[derive(PartialEq, Eq)]
pub(super) enum Direction {
    Forwards,
    Backwards,
}
