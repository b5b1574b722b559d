use aws_smithy_types::DateTime;
use aws_smithy_types::date_time::Format;
use serde_json::{Map, Value};

/// Builds the `data` of a record: members by their API names, those without a value left out.
#[derive(Default)]
pub(crate) struct Members(Map<String, Value>);

impl Members {
    pub(crate) fn text(mut self, name: &str, value: Option<&str>) -> Self {
        if let Some(value) = value {
            self.0.insert(name.to_owned(), value.into());
        }
        self
    }

    pub(crate) fn number(mut self, name: &str, value: Option<i32>) -> Self {
        if let Some(value) = value {
            self.0.insert(name.to_owned(), value.into());
        }
        self
    }

    /// A point in time, as RFC 3339 in UTC.
    pub(crate) fn time(self, name: &str, value: Option<&DateTime>) -> Self {
        let text = value.and_then(|time| time.fmt(Format::DateTime).ok());
        self.text(name, text.as_deref())
    }

    /// Members of a member; left out when they are all absent.
    pub(crate) fn group(mut self, name: &str, members: Self) -> Self {
        if !members.0.is_empty() {
            self.0.insert(name.to_owned(), members.into_value());
        }
        self
    }

    pub(crate) fn into_value(self) -> Value {
        Value::Object(self.0)
    }
}
