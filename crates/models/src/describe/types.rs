//! Types in words.

use std::fmt;

use crate::{Kind, Member, Model, Shape, Text};

/// How many values of an enumeration are shown; of most there are fewer.
const MOST_VALUES: usize = 8;

/// How many lists and maps inside each other are named.
const MOST_NESTED: usize = 8;

/// The type of a member and what is to be known of it.
pub(super) struct Type<'a> {
    pub(super) model: &'a Model,
    pub(super) member: &'a Member,
    pub(super) is_input: bool,
}

impl fmt::Display for Type<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { model, member, is_input } = self;
        let shape = model.shape(member.shape);
        if member.is_json {
            f.write_str("JSON in a text")?;
        } else {
            self.name(f, shape, 0)?;
        }
        // Bounds and required members are what a request must keep to; of an answer they are no news.
        if *is_input {
            if let Some(bounds) = bounds(model, shape) {
                write!(f, ", {bounds}")?;
            }
            if member.is_required {
                f.write_str(", required")?;
            }
            if member.is_idempotency_token {
                f.write_str(", filled in when absent")?;
            }
        }
        if shape.is_sensitive {
            f.write_str(", sensitive")?;
        }
        if member.is_deprecated {
            f.write_str(", deprecated")?;
        }
        self.values(f, shape)
    }
}

impl Type<'_> {
    fn name(&self, f: &mut fmt::Formatter<'_>, shape: &Shape, nested: usize) -> fmt::Result {
        let model = self.model;
        let inner = |index: usize| shape.members.get(index).map(|member| model.shape(member.shape));
        let name = match shape.kind {
            _ if nested > MOST_NESTED => "…",
            Kind::Structure if shape.is_document => "any JSON",
            Kind::Structure if shape.is_event_stream => "event stream",
            Kind::Structure if shape.is_union => return write!(f, "one of {}", model.text(shape.name)),
            Kind::Structure => return write!(f, "{}", model.text(shape.name)),
            Kind::List => {
                f.write_str("list of ")?;
                return inner(0).map_or(Ok(()), |element| self.name(f, element, nested + 1));
            }
            Kind::Map => {
                f.write_str("map of ")?;
                return inner(1).map_or(Ok(()), |value| self.name(f, value, nested + 1));
            }
            Kind::String => "string",
            Kind::Blob if shape.is_streaming || self.member.is_streaming => "streamed bytes",
            Kind::Blob => "bytes in base64",
            Kind::Boolean => "boolean",
            Kind::Integer | Kind::Long => "integer",
            Kind::Float | Kind::Double => "number",
            Kind::Timestamp => "timestamp",
        };
        f.write_str(name)
    }

    /// The values of an enumeration, or of one that is in a list or a map.
    fn values<'s>(&'s self, f: &mut fmt::Formatter<'_>, mut shape: &'s Shape) -> fmt::Result {
        for _ in 0..MOST_NESTED {
            match (shape.kind, shape.members.last()) {
                (Kind::List | Kind::Map, Some(inner)) => shape = self.model.shape(inner.shape),
                _ => break,
            }
        }
        if shape.values.is_empty() {
            return Ok(());
        }
        // One more than that is shown, too: a line that says how many are left would be as long.
        let shown = if shape.values.len() > MOST_VALUES + 1 { MOST_VALUES } else { shape.values.len() };
        let values: Vec<&str> =
            shape.values.iter().take(shown).map(|value| self.model.text(*value)).collect();
        write!(f, ": {}", values.join(" | "))?;
        match shape.values.len() - shown {
            0 => Ok(()),
            more => write!(f, " | … {more} more"),
        }
    }
}

fn bounds(model: &Model, shape: &Shape) -> Option<String> {
    let is_number = matches!(shape.kind, Kind::Integer | Kind::Long | Kind::Float | Kind::Double);
    let unit = match shape.kind {
        _ if is_number => "",
        Kind::String => "character",
        Kind::Blob => "byte",
        Kind::List | Kind::Map => "item",
        _ => return None,
    };
    // The values of an enumeration say it better.
    if !shape.values.is_empty() {
        return None;
    }
    let text = |bound: Option<Text>| bound.map(|bound| model.text(bound));
    let (min, max) = (text(shape.min), text(shape.max));
    // No length is below 0: that bound says nothing.
    let min = min.filter(|min| is_number || *min != "0");
    match (min, max) {
        (None, None) => None,
        (Some(min), Some(max)) if min == max => Some(counted(min, unit)),
        (Some(min), Some(max)) => Some(format!("{min} to {}", counted(max, unit))),
        (Some(min), None) => Some(format!("at least {}", counted(min, unit))),
        (None, Some(max)) => Some(format!("at most {}", counted(max, unit))),
    }
}

fn counted(bound: &str, unit: &str) -> String {
    match (bound, unit) {
        (_, "") => bound.to_owned(),
        ("1", _) => format!("1 {unit}"),
        _ => format!("{bound} {unit}s"),
    }
}
