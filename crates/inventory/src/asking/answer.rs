use orgwide_call::CallError;
use orgwide_session::{Class, Failure};
use serde_json::{Value, json};

use crate::collector::Spec;
use crate::detail::Detail;
use crate::expression::Expression;
use crate::refusals::ENOUGH;
use crate::{Record, tags};

/// What was told of a record.
pub(crate) struct Told {
    /// Its number.
    pub(super) record: usize,
    /// The number of the detail.
    pub(super) detail: usize,
    pub(super) answer: Answer,
}

/// What a service says when it is asked for a detail.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Answer {
    /// What there is.
    There(Value),
    /// That there is none.
    None,
    /// Nothing of this resource.
    Nothing,
    Error(Error),
}

/// Why a service does not tell a detail of one resource.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Error {
    pub(super) code: String,
    message: String,
}

impl Answer {
    /// What an error says of the resource that was asked about; none where it says nothing of it.
    pub(super) fn of_error(error: &CallError, detail: &Detail, is_elsewhere: bool) -> Option<Self> {
        let error = match error {
            CallError::Failed(failure) => {
                let code = failure.code().filter(|_| is_about_resource(failure, is_elsewhere))?;
                if detail.none.iter().any(|none| none == code) {
                    return Some(Self::None);
                }
                Error { code: code.to_owned(), message: failure.message().to_owned() }
            }
            CallError::RepeatedToken { .. } => {
                Error { code: "RepeatedToken".to_owned(), message: error.to_string() }
            }
            // Odd as it is, it stands in nobody's way.
            error => Error { code: "NotSent".to_owned(), message: error.to_string() },
        };
        Some(Self::Error(error))
    }

    /// Puts it into the record.
    pub(super) fn put_into(self, record: &mut Record, detail: &Detail, spec: &Spec) {
        if let Some(path) = &detail.tags {
            match &self {
                Self::There(answer) => record.tags = Some(tags::normal(path.of(answer))),
                Self::None => record.tags = Some(tags::normal(None)),
                Self::Nothing | Self::Error(_) => {}
            }
            // It may be called by one of them.
            if let (None, Some(name @ Expression::Tag(_))) = (&record.name, &spec.name) {
                record.name = name.of(&record.subject()).map(std::borrow::Cow::into_owned);
            }
        }
        let value = match self {
            Self::There(answer) => detail.kept(answer),
            Self::None | Self::Nothing => Value::Null,
            Self::Error(Error { code, message }) => json!({ "error": { "code": code, "message": message } }),
        };
        if let Some(members) = record.data.as_object_mut() {
            members.insert(detail.operation.clone(), value);
        }
    }
}

impl Error {
    pub(super) fn not_asked() -> Self {
        let message = format!(
            "it was refused for the first {ENOUGH} resources here, so that it was not asked for others"
        );
        Self { code: "NotAsked".to_owned(), message }
    }
}

/// Whether a call failed for what it is about, and not for how the calls of the target go.
fn is_about_resource(failure: &Failure, is_elsewhere: bool) -> bool {
    match failure.class() {
        // A role that cannot be assumed is that of all calls.
        Class::Denied(_) => failure.role().is_none(),
        Class::NotFound
        | Class::Invalid
        | Class::NotSubscribed
        | Class::ServiceAbsent
        | Class::TooLarge
        | Class::Other => true,
        // The credentials were good for the list: here it is the region.
        class => is_elsewhere && class.may_mean_region_disabled(),
    }
}

/// An answer with this at a path, and nothing else.
pub(super) fn nested(path: &str, value: Value) -> Value {
    path.rsplit('.').fold(value, |value, name| json!({ name: value }))
}
