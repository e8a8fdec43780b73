//! Statistics: the rows that `POST /stats` was given, in the form of the Control API. The sandbox counts
//! nothing itself.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::sandbox::Context;
use crate::sandbox::call::Call;
use crate::sandbox::iso_time::iso_time;
use crate::sandbox::refusal::{Outcome, Refusal};
use crate::sandbox::reply::Reply;
use crate::sandbox::setup::ACCOUNT_ID;

use super::Site;

/// Units, and how much of `2024-08-04:20:15` names an interval of each.
const UNITS: [(&str, usize); 4] = [("minute", 16), ("hour", 13), ("day", 10), ("month", 7)];
/// Source: the OpenAPI document, which has both.
const DEFAULT_LIMIT: u64 = 100;
const MAX_LIMIT: u64 = 1_000;

/// Entries by interval.
type Rows = BTreeMap<String, BTreeMap<String, f64>>;

struct Query {
    unit: &'static str,
    length: usize,
    start: Option<String>,
    end: Option<String>,
    is_forwards: bool,
    limit: u64,
}

pub(super) fn of_app(context: &Context<'_>, site: &Site<'_>) -> Outcome {
    let query = Query::read(context.call)?;
    let mut rows = Rows::new();
    query.add(&site.app.stats, &mut rows);
    let schema = "https://schemas.ably.com/json/app-stats-0.0.5.json";
    Ok(query.answer(rows, "appId", site.id, schema))
}

/// Those of all its apps together.
pub(super) fn of_account(context: &Context<'_>) -> Outcome {
    let query = Query::read(context.call)?;
    let mut rows = Rows::new();
    for app in context.state.apps.values() {
        query.add(&app.stats, &mut rows);
    }
    let schema = "https://schemas.ably.com/json/account-stats-0.0.3.json";
    Ok(query.answer(rows, "accountId", ACCOUNT_ID, schema))
}

impl Query {
    fn read(call: &Call<'_>) -> Outcome<Query> {
        let named = call.parameter("unit").unwrap_or("minute");
        let unit = UNITS.iter().find(|(unit, _)| *unit == named);
        let (unit, length) =
            unit.ok_or_else(|| Refusal::bad("unit is not one of minute, hour, day, month"))?;
        let is_forwards = match call.parameter("direction") {
            None | Some("backwards") => false,
            Some("forwards") => true,
            Some(_) => {
                return Err(Refusal::bad("direction is not one of forwards, backwards"));
            }
        };
        let limit = match call.parameter("limit") {
            None => DEFAULT_LIMIT,
            Some(limit) => limit.parse().unwrap_or_default(),
        };
        if !(1..=MAX_LIMIT).contains(&limit) {
            return Err(Refusal::bad("limit is not a whole number from 1 to 1000"));
        }
        let time = |name: &str| match call.parameter(name).map(str::parse::<i64>) {
            None => Ok(None),
            Some(Ok(ms)) => Ok(Some(interval(ms, *length))),
            Some(Err(_)) => {
                let message = format!("{name} is not a time in ms since 1970");
                Err(Refusal::bad(message))
            }
        };
        Ok(Query {
            unit,
            length: *length,
            start: time("start")?,
            end: time("end")?,
            is_forwards,
            limit,
        })
    }

    /// Adds these to the intervals that they fall into.
    fn add(&self, stats: &[Value], rows: &mut Rows) {
        for row in stats {
            let id = row.get("intervalId").and_then(Value::as_str);
            // One of a month has no minute: as Ably, smaller units do not have it.
            let Some(id) = id.and_then(|id| id.get(..self.length)) else {
                continue;
            };
            let is_early = self.start.as_deref().is_some_and(|start| id < start);
            let is_late = self.end.as_deref().is_some_and(|end| id > end);
            if is_early || is_late {
                continue;
            }
            let entries = rows.entry(id.to_owned()).or_default();
            match (row.get("entries"), row) {
                (Some(given), _) => flatten("", given, entries),
                (None, Value::Object(row)) => {
                    for (name, value) in row {
                        flatten(name, value, entries);
                    }
                }
                _ => {}
            }
        }
    }

    fn answer(&self, rows: Rows, owner: &str, id: &str, schema: &str) -> Reply {
        let show = |(interval, entries): (String, BTreeMap<String, f64>)| {
            let entries: Map<String, Value> = entries
                .into_iter()
                .map(|(name, sum)| (name, number(sum)))
                .collect();
            let mut row = json!({
                "intervalId": interval,
                "unit": self.unit,
                "schema": schema,
                "entries": entries,
            });
            if let Value::Object(row) = &mut row {
                row.insert(owner.to_owned(), json!(id));
            }
            row
        };
        let most = self.limit as usize;
        let rows = rows.into_iter();
        let rows = match self.is_forwards {
            true => rows.map(show).take(most).collect(),
            false => rows.rev().map(show).take(most).collect(),
        };
        Reply::json(200, rows)
    }
}

/// `2024-08-04:20:15`, or as much of it as the unit has.
fn interval(ms: i64, length: usize) -> String {
    let text = iso_time(u64::try_from(ms).unwrap_or_default());
    let text = text.replace('T', ":");
    text.get(..length).unwrap_or_default().to_owned()
}

/// Adds each number within, by its way there: `inbound.realtime.messages.count`. A peak is the highest.
fn flatten(path: &str, value: &Value, into: &mut BTreeMap<String, f64>) {
    match value {
        Value::Number(number) => {
            let number = number.as_f64().unwrap_or_default();
            let sum = into.entry(path.to_owned()).or_default();
            *sum = match path.ends_with("peak") || path.ends_with("max") {
                true => sum.max(number),
                false => *sum + number,
            };
        }
        Value::Object(fields) => {
            for (name, value) in fields {
                let path = match path {
                    "" => name.clone(),
                    path => format!("{path}.{name}"),
                };
                flatten(&path, value, into);
            }
        }
        _ => {}
    }
}

/// Whole, if it is.
fn number(sum: f64) -> Value {
    match sum.fract() == 0.0 && sum.abs() < 9e15 {
        true => json!(sum as i64),
        false => json!(sum),
    }
}
