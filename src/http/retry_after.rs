//! The `Retry-After` header: seconds, or a date (RFC 9110, sections 5.6.7 and 10.2.3).

use crate::text::digits;

/// The wait from `now_ms` on, in ms.
pub(super) fn milliseconds(
    value: &str,
    now_ms: u64,
    date: impl Fn(&str) -> Option<u64>,
) -> Option<u64> {
    let value = value.trim_ascii();
    if let Some(seconds) = digits(value) {
        return Some(u64::from(seconds) * 1_000);
    }
    // The only format that senders may use today.
    if value.len() != DATE.len() || !value.ends_with(" GMT") {
        return None;
    }
    Some(date(value)?.saturating_sub(now_ms))
}

const DATE: &str = "Sun, 06 Nov 1994 08:49:37 GMT";

/// Parses an HTTP date to ms since 1970.
pub(super) fn date(text: &str) -> Option<u64> {
    const MONTHS: &[u8; 36] = b"JanFebMarAprMayJunJulAugSepOctNovDec";
    let number = |from: usize, to: usize| digits(text.get(from..to)?).map(u64::from);
    let name = text.get(8..11)?.as_bytes();
    let month = MONTHS.chunks(3).position(|month| month == name)? as u64;
    let year = number(12, 16).filter(|year| (1970..=9999).contains(year))?;
    let day = number(5, 7)?.checked_sub(1).filter(|day| *day < 31)?;
    // Years start in March here, so that a leap day comes last.
    let (year, month) = if month < 2 {
        (year - 1, month + 10)
    } else {
        (year, month - 2)
    };
    let leaps = year / 4 - year / 100 + year / 400;
    let days = year * 365 + leaps + (month * 153 + 2) / 5 + day;
    // The days from 1 March of year 0 to 1 January 1970.
    let days = days.checked_sub(719_468)?;
    let seconds = number(17, 19)? * 3_600 + number(20, 22)? * 60 + number(23, 25)?;
    Some((days * 86_400 + seconds) * 1_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_and_dates() {
        assert_eq!(milliseconds("120", 0, date), Some(120_000));
        assert_eq!(milliseconds(" 0 ", 5, date), Some(0));
        for (text, at) in [
            ("Thu, 01 Jan 1970 00:00:00 GMT", 0),
            ("Sun, 06 Nov 1994 08:49:37 GMT", 784_111_777_000),
            ("Thu, 29 Feb 2024 23:59:59 GMT", 1_709_251_199_000),
            ("Fri, 01 Mar 2024 00:00:00 GMT", 1_709_251_200_000),
            ("Thu, 31 Dec 2026 12:00:00 GMT", 1_798_718_400_000),
        ] {
            assert_eq!(date(text), Some(at), "{text}");
        }
        assert_eq!(
            milliseconds("Sun, 06 Nov 1994 08:49:37 GMT", 784_111_770_000, date),
            Some(7_000)
        );
        assert_eq!(
            milliseconds("Sun, 06 Nov 1994 08:49:37 GMT", 784_111_999_000, date),
            Some(0)
        );
    }

    #[test]
    fn what_is_neither_is_nothing() {
        for bad in [
            "",
            "-1",
            "1.5",
            "soon",
            "Sun, 06 Nov 1994 08:49:37 CET",
            "Sun, 00 Nov 1994 08:49:37 GMT",
            "Sun, 06 anF 1994 08:49:37 GMT",
            "Sunday, 06-Nov-94 08:49:37 GMT",
            "ÄÄ, 06 Nov 1994 08:49:37 GMT",
        ] {
            assert_eq!(milliseconds(bad, 0, date), None, "{bad}");
        }
    }
}
