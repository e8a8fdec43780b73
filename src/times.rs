//! Times and durations, as people read them. Times are ISO 8601, in UTC.

use crate::text::{fill, number};

const DAY: u64 = 86_400;

/// `2026-04-25T00:00:00Z`, from ms since 1970; they are cut off.
pub(crate) fn iso_time(ms: u64) -> String {
    fill("{}Z", &[&iso_seconds(ms)])
}

/// The same with the ms, as `2026-04-25T00:00:00.070Z`, if there are any.
pub(crate) fn exact_time(ms: u64) -> String {
    match ms % 1_000 {
        0 => iso_time(ms),
        rest => fill("{}.{}Z", &[&iso_seconds(ms), &padded(rest, 3)]),
    }
}

fn iso_seconds(ms: u64) -> String {
    let seconds = ms / 1_000;
    let (year, month, day) = date(seconds / DAY);
    let texts = [
        &*padded(year, 4),
        &*padded(month, 2),
        &*padded(day, 2),
        &*time_of_day(seconds),
    ];
    fill("{}-{}-{}T{}", &texts)
}

/// `06:23:51`
fn time_of_day(seconds: u64) -> String {
    let second = seconds % DAY;
    let texts = [
        &*padded(second / 3_600, 2),
        &*padded(second / 60 % 60, 2),
        &*padded(second % 60, 2),
    ];
    fill("{}:{}:{}", &texts)
}

fn padded(value: u64, width: usize) -> String {
    let digits = number(value);
    let mut text = String::new();
    for _ in digits.len()..width {
        text.push('0');
    }
    text.push_str(&digits);
    text
}

/// `1 h 2 min`, from seconds: the largest unit and the one below it.
pub(crate) fn span(seconds: u64) -> String {
    let units = [
        (seconds / DAY, " d"),
        (seconds / 3_600 % 24, " h"),
        (seconds / 60 % 60, " min"),
        (seconds % 60, " s"),
    ];
    let mut text = String::new();
    let largest = units.iter().position(|(count, _)| *count > 0);
    for (count, unit) in units.iter().skip(largest.unwrap_or(3)).take(2) {
        if *count > 0 || largest.is_none() {
            let space = if text.is_empty() { "" } else { " " };
            text.push_str(&fill("{}{}{}", &[space, &number(*count), unit]));
        }
    }
    text
}

/// Two times, both in seconds since 1970: of one day without it, as `06:23:51Z`.
pub(crate) fn both(one: u64, other: u64) -> [String; 2] {
    let is_one_day = one / DAY == other / DAY;
    let text = |seconds: u64| match is_one_day {
        true => fill("{}Z", &[&time_of_day(seconds)]),
        false => iso_time(seconds.saturating_mul(1_000)),
    };
    [text(one), text(other)]
}

/// Year, month and day, from the days since 1970-01-01.
fn date(days: u64) -> (u64, u64, u64) {
    // From 1 March of the year 0, so that a leap day is the last one of its year; 400 years are an era.
    let days = days + 719_468;
    let (era, day_of_era) = (days / 146_097, days % 146_097);
    let leaps = day_of_era / 1_460 + day_of_era / 146_096;
    let year_of_era = (day_of_era + day_of_era / 36_524 - leaps) / 365;
    let day_of_year = day_of_era - (year_of_era * 365 + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (day_of_year * 5 + 2) / 153;
    let day = day_of_year - (month_from_march * 153 + 2) / 5 + 1;
    let year = era * 400 + year_of_era;
    match month_from_march {
        0..10 => (year, month_from_march + 3, day),
        _ => (year + 1, month_from_march - 9, day),
    }
}

#[cfg(test)]
mod tests {
    use super::{both, exact_time, iso_time, span};

    #[test]
    fn times_are_written_as_others_write_them() {
        // By GNU date: `date -u -d @… +%FT%TZ`.
        for (ms, text) in [
            (0, "1970-01-01T00:00:00Z"),
            (951_782_399_999, "2000-02-28T23:59:59Z"),
            (951_782_400_000, "2000-02-29T00:00:00Z"),
            (951_868_800_000, "2000-03-01T00:00:00Z"),
            (1_700_000_000_000, "2023-11-14T22:13:20Z"),
            (1_709_251_199_000, "2024-02-29T23:59:59Z"),
            (1_735_689_599_000, "2024-12-31T23:59:59Z"),
            (1_777_075_200_000, "2026-04-25T00:00:00Z"),
            (4_107_542_400_000, "2100-03-01T00:00:00Z"),
            (253_402_300_799_000, "9999-12-31T23:59:59Z"),
        ] {
            assert_eq!(iso_time(ms), text);
        }
        assert_eq!(exact_time(1_700_000_000_070), "2023-11-14T22:13:20.070Z");
        assert_eq!(exact_time(1_700_000_000_000), "2023-11-14T22:13:20Z");
        // Far ahead of any clock, and still no panic.
        assert!(iso_time(u64::MAX).ends_with('Z'));
    }

    #[test]
    fn spans_have_two_units_at_most() {
        for (seconds, text) in [
            (0, "0 s"),
            (1, "1 s"),
            (60, "1 min"),
            (61, "1 min 1 s"),
            (3_599, "59 min 59 s"),
            (3_602, "1 h"),
            (3_660, "1 h 1 min"),
            (86_399, "23 h 59 min"),
            (86_400 + 59, "1 d"),
            (90_000, "1 d 1 h"),
            (100 * 86_400, "100 d"),
        ] {
            assert_eq!(span(seconds), text);
        }
        assert!(span(u64::MAX).ends_with(" h"));
    }

    #[test]
    fn a_day_is_named_where_there_are_two() {
        assert_eq!(both(0, 86_399), ["00:00:00Z", "23:59:59Z"]);
        let two = ["1970-01-01T23:59:59Z", "1970-01-02T00:00:00Z"];
        assert_eq!(both(86_399, 86_400), two);
        assert!(both(0, u64::MAX).iter().all(|it| it.ends_with('Z')));
    }
}
