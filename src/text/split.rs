//! Splits texts at a separator.

use super::find;

/// The parts of a text between separators: `str::split` without the code for other patterns.
pub(crate) struct Split<'a> {
    rest: Option<&'a str>,
    at: u8,
}

pub(crate) fn split(text: &str, at: u8) -> Split<'_> {
    Split {
        rest: Some(text),
        at,
    }
}

impl<'a> Split<'a> {
    pub(crate) fn is_done(&self) -> bool {
        self.rest.is_none()
    }

    /// The remaining parts, unsplit.
    pub(crate) fn rest(self) -> Option<&'a str> {
        self.rest
    }
}

impl<'a> Iterator for Split<'a> {
    type Item = &'a str;

    fn next(&mut self) -> Option<&'a str> {
        let rest = self.rest?;
        let end = find(rest, self.at);
        self.rest = end.and_then(|end| rest.get(end + 1..));
        match end {
            Some(end) => rest.get(..end),
            None => Some(rest),
        }
    }
}
