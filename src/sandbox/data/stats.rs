//! Statistics: those that tests have stored, and the messages that the app's channels hold.

use std::collections::BTreeMap;

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
use crate::sandbox::state::App;
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
    // Whole intervals are summed up: those that the ends are in, too.
    let (start, end) = (unit.of(&start), unit.of(&end));

    // An interval of an hour includes all of its minutes.
    let is_early = |minute: &str| minute.get(..end.len()).is_some_and(|it| it <= end);
    let mut sums = Sums::default();
    for rows in [caller.app.stats.as_slice(), &own_traffic(caller.app)] {
        sums.add(rows, unit, &|minute| minute >= start && is_early(minute));
    }
    let now = interval::minute_of(context.now).unwrap_or_default();
    let rows = sums.rows(unit, SCHEMA, "appId", caller.app_id);
    Ok(page.of(&mut rows.map(|(interval, mut row)| {
        if let (true, Value::Object(row)) = (unit.of(&now) == interval, &mut row) {
            set(row, "inProgress", now.as_str());
        }
        (interval.into(), row)
    })))
}

/// A row for each message that a channel of the app holds.
fn own_traffic(app: &App) -> Vec<Value> {
    let channels = app.channels.names();
    let channels = channels.filter_map(|name| app.channels.get(name));
    let row = |message: &Value| {
        let time = message.get("timestamp").and_then(Value::as_u64);
        let minute = interval::minute_of(time.unwrap_or_default())?;
        let way = match message.get("connectionId") {
            Some(_) => "realtime",
            None => "rest",
        };
        let size = message
            .get("data")
            .and_then(Value::as_str)
            .map_or(0, str::len);
        let mut entries = Map::new();
        for (unit, count) in [("count", 1), ("data", size)] {
            let name = format!("messages.inbound.{way}.messages.{unit}");
            for sum in summed_up_by(&name) {
                set(&mut entries, &sum, count);
            }
            set(&mut entries, &name, count);
        }
        Some(object!({ "intervalId": minute, "entries": entries }))
    };
    channels
        .flat_map(|channel| channel.messages().filter_map(row))
        .collect()
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
    let counts = fields
        .iter()
        .filter(|(name, _)| !matches!(name.as_str(), "intervalId" | "unit" | "inProgress"));
    for (name, value) in counts {
        let name = match name.as_str() {
            "all" | "inbound" | "outbound" | "persisted" => format!("messages.{name}"),
            // Fixtures have an older form, in which requests for tokens are beside all others.
            "apiRequests" => "apiRequests.other".to_owned(),
            "tokenRequests" => "apiRequests.tokenRequests".to_owned(),
            name => name.to_owned(),
        };
        flatten(&name, value, &mut entries)?;
    }
    let mut sums: BTreeMap<String, u64> = BTreeMap::new();
    for (name, count) in &entries {
        for sum in summed_up_by(name) {
            let sum = sums.entry(sum).or_default();
            *sum = sum.saturating_add(count.as_u64().unwrap_or_default());
        }
    }
    for (name, sum) in sums {
        // A sum that is given counts.
        entries.entry(name).or_insert(Value::from(sum));
    }
    Ok(object!({ "intervalId": minute, "entries": entries }))
}

/// Flattens nested numbers: `messages.inbound.realtime.messages.count`. What is 0 is left out, as
/// ably-go puts every number that there is.
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
    // Some SDKs write whole numbers as 50.0.
    let number = value
        .as_f64()
        .filter(|number| number.fract() == 0.0 && *number >= 0.0);
    let count = value.as_u64().or(number.map(|number| number as u64));
    let count = count.ok_or_else(|| Refusal::bad("statistics are whole numbers"))?;
    if count > 0 {
        set(entries, name, count);
    }
    if entries.len() > MAX_ENTRIES {
        let message = format!("a row of statistics has over {MAX_ENTRIES} numbers");
        return Err(Refusal::bad(message));
    }
    Ok(())
}

/// The entries that an entry is part of. Parts of a name that stand for everything are `all`.
fn summed_up_by(name: &str) -> Vec<String> {
    let parts: Vec<&str> = name.split('.').collect();
    if parts.contains(&"all") {
        return Vec::new(); // a sum itself
    }
    match parts.as_slice() {
        ["messages", way @ ("inbound" | "outbound"), by, kind, unit] => vec![
            format!("messages.{way}.{by}.all.{unit}"),
            format!("messages.{way}.all.{kind}.{unit}"),
            format!("messages.{way}.all.all.{unit}"),
            format!("messages.all.{kind}.{unit}"),
            format!("messages.all.all.{unit}"),
        ],
        ["messages", "persisted", _, unit] => vec![format!("messages.persisted.all.{unit}")],
        ["connections", _, unit] => vec![format!("connections.all.{unit}")],
        ["apiRequests", _, unit] => vec![format!("apiRequests.all.{unit}")],
        _ => Vec::new(),
    }
}
