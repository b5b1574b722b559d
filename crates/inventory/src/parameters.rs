//! What an operation is asked with about one record.

use serde_json::{Map, Value};
use serde_saphyr::Spanned;

use crate::expression::{Expression, Subject, Template};
use crate::problem::Problems;

/// An input with texts in it that are filled in from a record.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Parameters(Part);

#[derive(Debug, Clone, PartialEq)]
enum Part {
    Given(Value),
    Text(Template),
    List(Vec<Part>),
    Members(Vec<(String, Part)>),
}

impl Parameters {
    /// Reads what is declared; nothing is declared where nothing is needed.
    pub(crate) fn declared(
        declared: Option<&Spanned<Map<String, Value>>>,
        problems: &mut Problems,
    ) -> Option<Self> {
        let Some(Spanned { value, referenced, .. }) = declared else {
            return Some(Self(Part::Members(Vec::new())));
        };
        match Self::new(value) {
            Ok(parameters) => Some(parameters),
            Err(why) => {
                problems.add(*referenced, why);
                None
            }
        }
    }

    fn new(declared: &Map<String, Value>) -> Result<Self, String> {
        Part::members(declared).map(Self)
    }

    /// The input; none where something that is to be filled in is not there.
    pub(crate) fn of(&self, subject: &Subject<'_>) -> Option<Value> {
        self.0.fill(&|template| template.of(subject))
    }

    /// An input of the same form about nothing in particular.
    pub(crate) fn sample(&self) -> Value {
        self.0.fill(&|_| Some("x".to_owned())).unwrap_or_default()
    }

    /// The names of what is given.
    pub(crate) fn names(&self) -> Vec<String> {
        match &self.0 {
            Part::Members(members) => members.iter().map(|(name, _)| name.clone()).collect(),
            _ => Vec::new(),
        }
    }

    /// Everything that is filled in.
    pub(crate) fn expressions(&self) -> Vec<&Expression> {
        let mut found = Vec::new();
        self.0.find(&mut found);
        found
    }
}

impl Part {
    fn new(declared: &Value) -> Result<Self, String> {
        Ok(match declared {
            Value::String(text) if text.contains(['{', '}']) => Self::Text(Template::of_record(text)?),
            Value::Array(parts) => Self::List(parts.iter().map(Self::new).collect::<Result<_, _>>()?),
            Value::Object(members) => Self::members(members)?,
            other => Self::Given(other.clone()),
        })
    }

    fn members(declared: &Map<String, Value>) -> Result<Self, String> {
        let member = |(name, value): (&String, &Value)| Ok((name.clone(), Self::new(value)?));
        declared.iter().map(member).collect::<Result<_, String>>().map(Self::Members)
    }

    fn fill(&self, text: &dyn Fn(&Template) -> Option<String>) -> Option<Value> {
        Some(match self {
            Self::Given(value) => value.clone(),
            Self::Text(template) => text(template)?.into(),
            Self::List(parts) => parts.iter().map(|part| part.fill(text)).collect::<Option<Vec<_>>>()?.into(),
            Self::Members(members) => {
                let member = |(name, part): &(String, Self)| Some((name.clone(), part.fill(text)?));
                members.iter().map(member).collect::<Option<Map<_, _>>>()?.into()
            }
        })
    }

    fn find<'a>(&'a self, found: &mut Vec<&'a Expression>) {
        match self {
            Self::Given(_) => {}
            Self::Text(template) => found.extend(template.expressions()),
            Self::List(parts) => parts.iter().for_each(|part| part.find(found)),
            Self::Members(members) => members.iter().for_each(|(_, part)| part.find(found)),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn parameters(declared: &Value) -> Parameters {
        Parameters::new(declared.as_object().unwrap()).unwrap()
    }

    fn subject(item: &Value) -> Subject<'_> {
        let arn = Some("arn:aws:kms:eu-west-1:111122223333:key/k");
        Subject {
            item,
            partition: "aws",
            region: "eu-west-1",
            account: "111122223333",
            id: "k",
            arn,
            tags: None,
        }
    }

    #[test]
    fn texts_at_any_depth_are_filled_in_and_all_else_stays() {
        let declared =
            json!({"KeyId": "{id}", "In": {"Names": ["{arn}", "All", "{Path}/{region}"]}, "Max": 5});
        let arn = "arn:aws:kms:eu-west-1:111122223333:key/k";
        assert_eq!(
            parameters(&declared).of(&subject(&json!({"Path": "a{b}"}))).unwrap(),
            json!({"KeyId": "k", "In": {"Names": [arn, "All", "a{b}/eu-west-1"]}, "Max": 5})
        );
        assert_eq!(parameters(&declared).expressions().len(), 4);
        assert_eq!(parameters(&declared).sample()["In"]["Names"], json!(["x", "All", "x"]));
    }

    #[test]
    fn what_cannot_be_filled_in_is_not_asked() {
        assert_eq!(parameters(&json!({"A": "{id}", "B": ["{Missing}"]})).of(&subject(&json!({}))), None);
        assert!(Parameters::new(json!({"A": ["{"]}).as_object().unwrap()).is_err());
    }
}
