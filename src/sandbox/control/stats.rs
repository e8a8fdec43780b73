//! Statistics: the rows that were sent to `POST /stats`, in the format of the Control API. The
//! sandbox does not collect any.

use serde_json::Value;

use super::Site;
use crate::sandbox::Context;
use crate::sandbox::data::interval::{Unit, minute_of};
use crate::sandbox::error::{Outcome, Refusal};
use crate::sandbox::parsed_request::Call;
use crate::sandbox::response::Reply;
use crate::sandbox::setup::ACCOUNT_ID;
use crate::sandbox::sums::Sums;

/// Source of both limits: the OpenAPI document.
const DEFAULT_LIMIT: u64 = 100;
const MAX_LIMIT: u64 = 1_000;

struct Query {
    unit: Unit,
    /// The earliest and latest minute at which a row may start.
    start: Option<String>,
    end: Option<String>,
    is_forwards: bool,
    limit: u64,
}

pub(super) fn of_app(context: &Context<'_>, site: &Site<'_>) -> Outcome {
    let query = Query::read(context.call)?;
    let mut sums = Sums::default();
    query.add(&site.app.stats, &mut sums);
    let schema = "https://schemas.ably.com/json/app-stats-0.0.5.json";
    Ok(query.answer(sums, "appId", site.id, schema))
}

/// The statistics of all apps in the account.
pub(super) fn of_account(context: &Context<'_>) -> Outcome {
    let query = Query::read(context.call)?;
    let mut sums = Sums::default();
    for (_, app) in context.state.apps.iter() {
        query.add(&app.stats, &mut sums);
    }
    let schema = "https://schemas.ably.com/json/account-stats-0.0.3.json";
    Ok(query.answer(sums, "accountId", ACCOUNT_ID, schema))
}

impl Query {
    fn read(call: &Call<'_>) -> Outcome<Query> {
        let is_forwards = match call.parameter("direction") {
            None | Some("backwards") => false,
            Some("forwards") => true,
            Some(_) => return Err(Refusal::bad("direction is neither forwards nor backwards")),
        };
        let limit = match call.parameter("limit") {
            None => DEFAULT_LIMIT,
            Some(limit) => limit.parse().unwrap_or_default(),
        };
        if !(1..=MAX_LIMIT).contains(&limit) {
            return Err(Refusal::bad("limit is not a whole number from 1 to 1000"));
        }
        let minute = |name: &str| {
            let Some(given) = call.parameter(name) else {
                return Ok(None);
            };
            match given.parse::<i64>() {
                // There are no rows before 1970 or after 9999.
                Ok(ms) => Ok(minute_of(ms.max(0).unsigned_abs()).or(Some(":".to_owned()))),
                Err(_) => {
                    let message = format!("{name} is not a time in ms since 1970");
                    Err(Refusal::bad(message))
                }
            }
        };
        Ok(Query {
            unit: Unit::named(call.parameter("unit"))?,
            start: minute("start")?,
            end: minute("end")?,
            is_forwards,
            limit,
        })
    }

    fn add(&self, stats: &[Value], sums: &mut Sums) {
        // Whole intervals are summed up: those that the ends are in, too.
        let of = |end: &Option<String>| end.as_deref().map(|end| self.unit.of(end).to_owned());
        let (start, end) = (of(&self.start), of(&self.end));
        sums.add(stats, self.unit, &|minute| {
            let interval = self.unit.of(minute);
            let is_early = start.as_deref().is_some_and(|start| interval < start);
            let is_late = end.as_deref().is_some_and(|end| interval > end);
            !is_early && !is_late
        });
    }

    fn answer(&self, sums: Sums, owner: &str, id: &str, schema: &str) -> Reply {
        let mut rows = sums.rows(self.unit, schema, owner, id);
        let mut shown = Vec::new();
        while shown.len() < self.limit as usize
            && let Some((_, row)) = match self.is_forwards {
                true => rows.next(),
                false => rows.next_back(),
            }
        {
            shown.push(row);
        }
        Reply::json(200, Value::Array(shown))
    }
}
