//! Statistics that tests have stored, for clients that read statistics. The sandbox collects none.

use serde_json::{Map, Value};

use super::caller::{AuthMethod, Caller};
use super::fields::{object, text};
use super::interval::{self, Unit};
use super::page::{Direction, Page};
use crate::sandbox::Context;
use crate::sandbox::change::Mutation;
use crate::sandbox::error::{Outcome, Refusal};
use crate::sandbox::limits::MAX_STATS;
use crate::sandbox::object::{object, set};
use crate::sandbox::response::Reply;
use crate::sandbox::sums::Sums;

/// Maximum number of entries in a row. Ably's own rows have several hundred.
const MAX_ENTRIES: usize = 1_000;
/// Maximum length of an entry's name. The name joins those of all enclosing objects, so a long one
/// would be repeated for each entry.
const MAX_NAME_BYTES: usize = 256;
const SCHEMA: &str = "https://schemas.ably.com/json/app-stats-0.0.5.json";

/// `GET /stats` (SPEC RSC6)
pub(super) fn read(context: &mut Context<'_>) -> Outcome {
    let caller = Caller::of(context)?;
    caller.permit("stats", "*")?;
    let page = Page::read(context.call, Direction::Backwards)?;
    let parameter = |name| context.call.parameter(name);
    let unit = Unit::named(parameter("unit").or_else(|| parameter("by")))?;
    let range = |name| {
        parameter(name)
            .map(|text| interval::read(text, name))
            .transpose()
    };
    let start = range("start")?.unwrap_or_default();
    let end = range("end")?.or_else(|| interval::minute_of(context.now));
    let end = end.unwrap_or_default();

    // An interval of an hour includes all of its minutes.
    let is_early = |minute: &str| minute.get(..end.len()).is_some_and(|it| it <= end.as_str());
    let mut sums = Sums::default();
    sums.add(&caller.app.stats, unit, &|minute| {
        minute >= start.as_str() && is_early(minute)
    });
    let rows = sums.rows(unit, SCHEMA, "appId", caller.app_id);
    Ok(page.of(&mut rows.map(|(interval, row)| (interval.into(), row))))
}

/// `POST /stats`: stores fixtures in the format of the SDK test suites.
pub(super) fn put(context: &mut Context<'_>) -> Outcome {
    let caller = Caller::of(context)?;
    if caller.how == AuthMethod::Token {
        return Err(Refusal::new(
            401,
            40162,
            "statistics are put here with a key, by Basic authentication",
        ));
    }
    let body = context.call.body()?;
    let rows = match &body {
        Value::Array(rows) => rows.as_slice(),
        row => std::slice::from_ref(row),
    };
    if caller.app.stats.len() + rows.len() > MAX_STATS {
        let message = format!("the sandbox holds {MAX_STATS} rows of statistics of one app");
        return Err(Refusal::bad(message));
    }
    let rows = rows.iter().map(read_row).collect::<Outcome<Vec<Value>>>()?;
    if !rows.is_empty() {
        context.change(Mutation::PutStats {
            app: caller.app_id.to_owned(),
            stats: rows,
        });
    }
    Ok(Reply::json(201, Value::Array(Vec::new())))
}

fn read_row(row: &Value) -> Outcome<Value> {
    let fields = object(row, "a row of statistics")?;
    let minute = text(fields, "intervalId")?.filter(|text| interval::is_minute(text));
    let minute =
        minute.ok_or_else(|| Refusal::bad("intervalId is not a minute as 2026-02-03:15:03"))?;
    let mut entries = Map::new();
    for (name, value) in fields.iter().filter(|(name, _)| *name != "intervalId") {
        let name = match name.as_str() {
            "inbound" | "outbound" | "persisted" => format!("messages.{name}"),
            name => name.to_owned(),
        };
        flatten(&name, value, &mut entries)?;
    }
    Ok(object!({ "intervalId": minute, "entries": entries }))
}

/// Flattens nested numbers: `messages.inbound.realtime.messages.count`. Inbound and outbound counts
/// are also added to `all`.
fn flatten(name: &str, value: &Value, entries: &mut Map<String, Value>) -> Outcome<()> {
    if name.len() > MAX_NAME_BYTES {
        let message = format!("a name in statistics is over {MAX_NAME_BYTES} bytes long");
        return Err(Refusal::bad(message));
    }
    if let Value::Object(fields) = value {
        for (field, value) in fields {
            flatten(&format!("{name}.{field}"), value, entries)?;
        }
        return Ok(());
    }
    let count = value.as_u64();
    let count = count.ok_or_else(|| Refusal::bad("statistics are whole numbers"))?;
    set(entries, name, count);
    if entries.len() > MAX_ENTRIES {
        let message = format!("a row of statistics has over {MAX_ENTRIES} numbers");
        return Err(Refusal::bad(message));
    }
    for direction in ["messages.inbound.", "messages.outbound."] {
        if let Some((_, kind)) = name
            .strip_prefix(direction)
            .and_then(|it| it.split_once('.'))
            .filter(|(way, _)| *way != "all")
        {
            let name = format!("{direction}all.{kind}");
            let sum = entries.get(&name).and_then(Value::as_u64);
            set(
                entries,
                &name,
                sum.unwrap_or_default().saturating_add(count),
            );
        }
    }
    Ok(())
}
