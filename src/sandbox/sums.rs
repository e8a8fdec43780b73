//! Sums statistics over the intervals that contain their rows.

use serde_json::{Map, Value};

use super::data::interval::Unit;
use crate::sandbox::object::object;

/// Numbers by name, by interval.
#[derive(Default)]
pub(super) struct Sums(Map<String, Value>);

impl Sums {
    /// Adds the rows whose minute `is_wanted` accepts.
    pub(super) fn add(&mut self, stats: &[Value], unit: Unit, is_wanted: &dyn Fn(&str) -> bool) {
        for row in stats {
            let minute = row.get("intervalId").and_then(Value::as_str);
            let entries = row.get("entries").and_then(Value::as_object);
            let (Some(minute), Some(entries)) = (minute, entries) else {
                continue;
            };
            if !is_wanted(minute) {
                continue;
            }
            let mut sums = self.0.remove(unit.of(minute)).unwrap_or_default();
            if !sums.is_object() {
                sums = Value::Object(Map::new());
            }
            for (name, value) in entries {
                let value = value.as_u64().unwrap_or_default();
                match sums.get_mut(name) {
                    Some(sum) => {
                        *sum = Value::from(sum.as_u64().unwrap_or_default().saturating_add(value))
                    }
                    None => {
                        if let Value::Object(sums) = &mut sums {
                            sums.insert(name.clone(), Value::from(value));
                        }
                    }
                }
            }
            self.0.insert(unit.of(minute).to_owned(), sums);
        }
    }

    /// The intervals with their rows, in order. `owner` is the name of the field that holds their
    /// id.
    pub(super) fn rows(
        self,
        unit: Unit,
        schema: &str,
        owner: &str,
        id: &str,
    ) -> impl DoubleEndedIterator<Item = (String, Value)> {
        self.0.into_iter().map(move |(interval, entries)| {
            let row = object!({
                "intervalId": interval.as_str(),
                "unit": unit.name,
                "schema": schema,
                "entries": entries,
                owner: id,
            });
            (interval, row)
        })
    }
}
