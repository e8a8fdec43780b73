//! Describes valid request bodies and reports what is wrong with one.

use serde_json::{Map, Value};

use crate::sandbox::error::Refusal;
use crate::sandbox::object::set;
use crate::suggest::{did_you_mean, nearest};
use crate::text::joined;

/// The shape of a value.
pub(in crate::sandbox) enum Shape {
    Text,
    /// A non-blank string of at most 256 characters.
    Name,
    Truth,
    /// An integer in this inclusive range.
    Whole(i64, i64),
    /// One of these strings.
    Word(&'static [&'static str]),
    /// A regular expression, `/…/`.
    Filter,
    List(&'static Shape),
    /// An object with only these fields.
    Object(&'static [Field]),
    /// An object with these fields and any others.
    Open(&'static [Field]),
    /// An object with any names, whose values are integers in this inclusive range.
    Levels(i64, i64),
    /// An object whose shape depends on the value of the field named first. That field may be
    /// omitted if the others fit one shape.
    Either(&'static str, &'static [(&'static str, &'static [Field])]),
    /// An object that is checked elsewhere.
    Elsewhere,
    /// A value that is checked elsewhere.
    Anything,
}

/// When a field is required.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(in crate::sandbox) enum Need {
    Always,
    /// Required on creation, but not on a change.
    OnCreation,
    Never,
}

/// A field of an object.
pub(in crate::sandbox) struct Field {
    name: &'static str,
    shape: Shape,
    need: Need,
    or_null: bool,
}

impl Field {
    pub(in crate::sandbox) fn name(&self) -> &'static str {
        self.name
    }
}

const fn field(name: &'static str, shape: Shape, need: Need) -> Field {
    Field {
        name,
        shape,
        need,
        or_null: false,
    }
}

/// A field that is always required.
pub(in crate::sandbox) const fn always(name: &'static str, shape: Shape) -> Field {
    field(name, shape, Need::Always)
}

/// A field that is required on creation.
pub(in crate::sandbox) const fn needed(name: &'static str, shape: Shape) -> Field {
    field(name, shape, Need::OnCreation)
}

pub(in crate::sandbox) const fn optional(name: &'static str, shape: Shape) -> Field {
    field(name, shape, Need::Never)
}

/// A field that may be null.
pub(in crate::sandbox) const fn or_null(name: &'static str, shape: Shape) -> Field {
    Field {
        or_null: true,
        ..field(name, shape, Need::Never)
    }
}

/// The problems of a body: reasons by field, such as `target.url`.
#[derive(Default)]
pub(in crate::sandbox) struct Problems {
    first: Option<String>,
    count: usize,
    details: Map<String, Value>,
}

impl Problems {
    pub(in crate::sandbox) fn add(&mut self, path: &str, reason: &str) {
        self.count += 1;
        self.first.get_or_insert_with(|| format!("{path} {reason}"));
        let reason = Value::from(reason);
        match self.details.get_mut(path) {
            Some(Value::Array(reasons)) => reasons.push(reason),
            _ => set(&mut self.details, path, vec![reason]),
        }
    }

    /// Fails with 422 and all problems, if there are any.
    pub(in crate::sandbox) fn refuse(self) -> Result<(), Refusal> {
        let Some(first) = self.first else {
            return Ok(());
        };
        let message = match self.count {
            1 => first,
            count => format!("{first}; and {} more: see details", count - 1),
        };
        let mut refusal = Refusal::new(422, 42200, message);
        refusal.details = self.details;
        Err(refusal)
    }
}

/// A refusal that names one field.
pub(in crate::sandbox) fn wrong(path: &str, reason: &str) -> Refusal {
    let mut problems = Problems::default();
    problems.add(path, reason);
    let refusal = problems.refuse().err();
    refusal.unwrap_or_else(|| Refusal::bad(reason))
}

/// Adds the problems of an object's members.
pub(in crate::sandbox) fn check(
    object: &Map<String, Value>,
    fields: &[Field],
    is_new: bool,
    problems: &mut Problems,
) {
    Checker { is_new, problems }.object("", object, fields, false);
}

struct Checker<'a> {
    is_new: bool,
    problems: &'a mut Problems,
}

impl Checker<'_> {
    fn object(&mut self, at: &str, object: &Map<String, Value>, fields: &[Field], is_open: bool) {
        for field in fields {
            let path = join(at, field.name);
            match object.get(field.name) {
                Some(Value::Null) if field.or_null => {}
                Some(value) => self.value(&path, value, &field.shape),
                None if field.need == Need::Always
                    || (self.is_new && field.need == Need::OnCreation) =>
                {
                    self.problems.add(&path, "is missing");
                }
                None => {}
            }
        }
        if is_open {
            return;
        }
        let known: Vec<&str> = fields.iter().map(|field| field.name).collect();
        for name in object.keys() {
            if !known.contains(&name.as_str()) {
                let reason = match nearest(name, &known) {
                    Some(meant) => format!("is an unknown field; {}", did_you_mean(meant)),
                    None => format!(
                        "is an unknown field; the fields are {}",
                        joined(&known, ", ")
                    ),
                };
                self.problems.add(&join(at, plain(name)), &reason);
            }
        }
    }

    fn value(&mut self, path: &str, value: &Value, shape: &Shape) {
        let reason = match (shape, value) {
            (Shape::Text, Value::String(_))
            | (Shape::Truth, Value::Bool(_))
            | (Shape::Elsewhere, Value::Object(_))
            | (Shape::Anything, _) => return,
            (Shape::Name, Value::String(text)) => match text.chars().count() {
                _ if text.trim().is_empty() => "is empty".to_owned(),
                257.. => "is over 256 characters long".to_owned(),
                _ => return,
            },
            (Shape::Filter, Value::String(text)) => {
                if text.len() >= 2 && text.starts_with('/') && text.ends_with('/') {
                    return;
                }
                "is not a pattern between two slashes".to_owned()
            }
            (Shape::Word(words), Value::String(text)) if words.contains(&text.as_str()) => return,
            (Shape::Word(words), _) => format!("is not one of {}", joined(words, ", ")),
            (Shape::Whole(from, to), value) if is_whole(value, *from, *to) => return,
            (Shape::Whole(from, i64::MAX), _) => format!("is not a whole number from {from} on"),
            (Shape::Whole(from, to), _) => format!("is not a whole number from {from} to {to}"),
            (Shape::List(shape), Value::Array(items)) => {
                for (index, item) in items.iter().enumerate() {
                    self.value(&format!("{path}[{index}]"), item, shape);
                }
                return;
            }
            (Shape::Object(fields), Value::Object(object)) => {
                return self.object(path, object, fields, false);
            }
            (Shape::Open(fields), Value::Object(object)) => {
                return self.object(path, object, fields, true);
            }
            (Shape::Levels(from, to), Value::Object(levels)) => {
                for (name, level) in levels {
                    self.value(&join(path, plain(name)), level, &Shape::Whole(*from, *to));
                }
                return;
            }
            (Shape::Either(by, cases), Value::Object(object)) => {
                return self.either(path, object, by, cases);
            }
            (Shape::Text | Shape::Name | Shape::Filter, _) => "is not a text".to_owned(),
            (Shape::Truth, _) => "is not true or false".to_owned(),
            (Shape::List(_), _) => "is not a list".to_owned(),
            _ => "is not an object".to_owned(),
        };
        self.problems.add(path, &reason);
    }

    fn either(
        &mut self,
        path: &str,
        object: &Map<String, Value>,
        by: &str,
        cases: &[(&'static str, &'static [Field])],
    ) {
        let named = object.get(by).and_then(Value::as_str);
        let case = match named {
            Some(named) => cases.iter().find(|(name, _)| *name == named),
            None if object.contains_key(by) => None,
            None => cases.iter().find(|(_, fields)| {
                let mut problems = Problems::default();
                check(object, fields, self.is_new, &mut problems);
                problems.count == 0
            }),
        };
        match case {
            Some((_, fields)) => self.object(path, object, fields, false),
            None => {
                let names: Vec<&str> = cases.iter().map(|(name, _)| *name).collect();
                let reason = format!("is not one of {}", joined(&names, ", "));
                self.problems.add(&join(path, by), &reason);
            }
        }
    }
}

/// JSON does not distinguish integers, so 60.0 is one.
fn is_whole(value: &Value, from: i64, to: i64) -> bool {
    match value.as_i64() {
        Some(number) => (from..=to).contains(&number),
        None => value.as_f64().is_some_and(|number| {
            number.fract() == 0.0 && number >= from as f64 && number <= to as f64
        }),
    }
}

fn join(at: &str, name: &str) -> String {
    match at {
        "" => name.to_owned(),
        at => format!("{at}.{name}"),
    }
}

/// The name, unless it may be a misplaced key or token.
fn plain(name: &str) -> &str {
    let is_plain = name.len() <= 32 && name.bytes().all(|byte| byte.is_ascii_alphanumeric());
    match is_plain && !name.is_empty() {
        true => name,
        false => "(a field)",
    }
}
