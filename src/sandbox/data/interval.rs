//! Intervals of statistics: `2026-02-03:15:03`, with fewer parts for longer ones (SPEC TS12a).

use crate::sandbox::error::{Outcome, Refusal};
use crate::text::fill;
use crate::times::iso_time;

const FORM: &[u8] = b"0000-00-00:00:00";

/// The length of an interval.
#[derive(Clone, Copy)]
pub(in crate::sandbox) struct Unit {
    pub(in crate::sandbox) name: &'static str,
    /// The length of an interval's id.
    length: usize,
}

const UNITS: [Unit; 4] = [
    Unit {
        name: "minute",
        length: 16,
    },
    Unit {
        name: "hour",
        length: 13,
    },
    Unit {
        name: "day",
        length: 10,
    },
    Unit {
        name: "month",
        length: 7,
    },
];

impl Unit {
    /// # Errors
    /// 40000: not one of the four units.
    pub(in crate::sandbox) fn named(name: Option<&str>) -> Outcome<Unit> {
        let name = name.unwrap_or("minute");
        let found = UNITS.into_iter().find(|unit| unit.name == name);
        found.ok_or_else(|| Refusal::bad("unit is not minute, hour, day or month"))
    }

    /// The interval of this unit that contains the minute.
    pub(in crate::sandbox) fn of(self, minute: &str) -> &str {
        minute.get(..self.length).unwrap_or(minute)
    }
}

/// Whether a text is the id of a minute.
pub(super) fn is_minute(text: &str) -> bool {
    text.len() == FORM.len() && is_interval(text)
}

fn is_interval(text: &str) -> bool {
    let fits = |(byte, form): (u8, &u8)| match form {
        b'0' => byte.is_ascii_digit(),
        form => byte == *form,
    };
    UNITS.iter().any(|unit| unit.length == text.len()) && text.bytes().zip(FORM).all(fits)
}

/// Reads one end of a range, given as the id of an interval or in ms since 1970.
///
/// # Errors
/// 40003: neither of these.
pub(super) fn read(text: &str, name: &str) -> Outcome<String> {
    if is_interval(text) {
        return Ok(text.to_owned());
    }
    let time = text.parse().ok().and_then(minute_of);
    time.ok_or_else(|| {
        let message =
            format!("{name} is neither ms since 1970 nor an interval as 2026-02-03:15:03");
        Refusal::new(400, 40003, message)
    })
}

/// The minute of a time, or `None` after the year 9999.
pub(in crate::sandbox) fn minute_of(ms: u64) -> Option<String> {
    let text = iso_time(ms);
    let (day, time) = text.get(..FORM.len())?.split_once('T')?;
    let minute = fill("{}:{}", &[day, time]);
    is_minute(&minute).then_some(minute)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn minutes_are_those_of_the_calendar() {
        // `date -u -d @SECONDS`
        for (seconds, minute) in [
            (0, "1970-01-01:00:00"),
            (68_169_599, "1972-02-28:23:59"),
            (68_169_600, "1972-02-29:00:00"),
            (951_868_800, "2000-03-01:00:00"),
            (1_700_000_000, "2023-11-14:22:13"),
            (4_107_542_399, "2100-02-28:23:59"),
            (4_107_542_400, "2100-03-01:00:00"),
            (253_402_300_799, "9999-12-31:23:59"),
        ] {
            assert_eq!(minute_of(seconds * 1_000).as_deref(), Some(minute));
        }
        assert_eq!(minute_of(253_402_300_800_000), None);
        assert_eq!(minute_of(u64::MAX), None);
    }

    #[test]
    fn a_range_is_given_in_either_form() {
        for (text, interval) in [
            ("2026-02-03:15:03", Some("2026-02-03:15:03")),
            ("2026-02-03:15", Some("2026-02-03:15")),
            ("2026-02", Some("2026-02")),
            ("1700000000000", Some("2023-11-14:22:13")),
            ("2026", Some("1970-01-01:00:00")),
            ("2026-2", None),
            ("2026-02-03 15:03", None),
            ("-1", None),
            ("", None),
        ] {
            assert_eq!(read(text, "start").ok().as_deref(), interval, "{text}");
        }
    }
}
