use orgwide_models::endpoint_rules::BuiltIn;
use orgwide_models::{ContextValue, Model, Operation};
use serde_json::Value;

/// What the endpoint rules of a service decide by.
///
/// [`BuiltIn::AccountId`] and [`BuiltIn::AccountIdEndpointMode`] are meant to stay unset: with them some services
/// have a host for every account, and a connection to one serves no other.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub(crate) struct Parameters {
    built_ins: Vec<(BuiltIn, ParameterValue)>,
    /// By their names in the rules. The first of a name counts.
    context: Vec<(String, ParameterValue)>,
}

/// The value of a parameter.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum ParameterValue {
    Text(String),
    Boolean(bool),
    List(Vec<String>),
}

impl Parameters {
    /// For calls to that region, to public endpoints without FIPS and without IPv6, unless set otherwise.
    pub(crate) fn new(region: &str) -> Self {
        Self::default().with(BuiltIn::Region, region.to_owned())
    }

    /// With that setting.
    pub(crate) fn with(mut self, built_in: BuiltIn, value: impl Into<ParameterValue>) -> Self {
        self.built_ins.retain(|(known, _)| *known != built_in);
        self.built_ins.push((built_in, value.into()));
        self
    }

    /// With what the operation, and then its input, says about them.
    ///
    /// The input is not checked here: a member of the wrong type says nothing.
    pub(crate) fn of_call(mut self, model: &Model, operation: &Operation, input: &Value) -> Self {
        for (name, value) in &operation.context {
            let text = |text| model.text(text).to_owned();
            let value = match value {
                ContextValue::Text(value) => ParameterValue::Text(text(*value)),
                ContextValue::Boolean(value) => ParameterValue::Boolean(*value),
                ContextValue::List(values) => {
                    ParameterValue::List(values.iter().copied().map(text).collect())
                }
            };
            self.context.push((text(*name), value));
        }
        let members = operation.input.map(|input| model.shape(input).members.as_slice()).unwrap_or_default();
        for member in members {
            let Some(name) = member.context_param else { continue };
            let given = input.get(model.text(member.name)).and_then(ParameterValue::from_json);
            self.context.extend(given.map(|value| (model.text(name).to_owned(), value)));
        }
        // A bucket's host is in the bucket's region, which who asks this question does not know: it would refuse
        // a signature for another.
        if model.service().name == "s3" && model.text(operation.name) == "GetBucketLocation" {
            return self.with(BuiltIn::S3ForcePathStyle, true);
        }
        self
    }

    /// The value of the parameter of that name and source.
    pub(super) fn get(&self, name: &str, built_in: Option<BuiltIn>) -> Option<&ParameterValue> {
        let in_context = self.context.iter().find(|(known, _)| known == name).map(|(_, value)| value);
        in_context.or_else(|| {
            let built_in = built_in?;
            self.built_ins.iter().find(|(known, _)| *known == built_in).map(|(_, value)| value)
        })
    }

    /// With the parameter of that name.
    #[cfg(test)]
    pub(super) fn named(mut self, name: &str, value: ParameterValue) -> Self {
        self.context.push((name.to_owned(), value));
        self
    }
}

impl ParameterValue {
    /// Text, true, false, or a list of texts.
    pub(super) fn from_json(value: &Value) -> Option<Self> {
        match value {
            Value::String(text) => Some(Self::Text(text.clone())),
            Value::Bool(boolean) => Some(Self::Boolean(*boolean)),
            Value::Array(values) => values
                .iter()
                .map(|value| value.as_str().map(str::to_owned))
                .collect::<Option<_>>()
                .map(Self::List),
            _ => None,
        }
    }
}

impl From<String> for ParameterValue {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<bool> for ParameterValue {
    fn from(boolean: bool) -> Self {
        Self::Boolean(boolean)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn model(name: &str) -> Model {
        let service = json!({
            "metadata": {"apiVersion": "2006-03-01", "endpointPrefix": "s3", "protocol": "rest-xml",
                "protocols": ["rest-xml"], "serviceId": "S3", "serviceFullName": "S3"},
            "operations": {
                "GetBucketLocation": {"name": "GetBucketLocation", "http": {"method": "GET", "requestUri": "/{Bucket}"},
                    "input": {"shape": "In"}},
                "Other": {"name": "Other", "http": {"method": "GET", "requestUri": "/"}, "input": {"shape": "In"},
                    "staticContextParams": {"Flag": {"value": true}, "List": {"value": ["a", "b"]},
                        "Name": {"value": "static"}}},
            },
            "shapes": {
                "In": {"type": "structure", "members": {
                    "Bucket": {"shape": "Text", "contextParam": {"name": "Bucket"}},
                    "Called": {"shape": "Text", "contextParam": {"name": "Name"}},
                    "Plain": {"shape": "Text"}}},
                "Text": {"type": "string"},
            },
        });
        Model::from_botocore(name, &service, &[], None).unwrap()
    }

    fn of_call(service: &str, operation: &str, input: Value) -> Parameters {
        let model = model(service);
        Parameters::new("eu-west-1").of_call(&model, model.operation(operation).unwrap(), &input)
    }

    #[test]
    fn the_operation_beats_the_input_and_both_beat_settings() {
        let parameters = of_call("s3", "Other", json!({"Bucket": "b", "Called": "input", "Plain": "p"}));
        let text = |text: &str| ParameterValue::Text(text.to_owned());
        assert_eq!(parameters.get("Name", None), Some(&text("static")));
        assert_eq!(parameters.get("Bucket", Some(BuiltIn::Region)), Some(&text("b")));
        assert_eq!(parameters.get("Flag", None), Some(&ParameterValue::Boolean(true)));
        assert_eq!(parameters.get("List", None), Some(&ParameterValue::List(vec!["a".into(), "b".into()])));
        assert_eq!(parameters.get("Plain", None), None);
        assert_eq!(parameters.get("Region", Some(BuiltIn::Region)), Some(&text("eu-west-1")));
        assert_eq!(parameters.get("Region", None), None);
    }

    #[test]
    fn a_member_that_is_absent_null_or_of_another_type_says_nothing() {
        for input in
            [json!({}), json!({"Bucket": null}), json!({"Bucket": 7}), json!({"Bucket": ["a", 1]}), json!(1)]
        {
            assert_eq!(of_call("s3", "Other", input).get("Bucket", None), None);
        }
    }

    #[test]
    fn where_a_bucket_is_is_asked_by_path() {
        let forced = |service: &str, operation: &str| {
            let parameters = of_call(service, operation, json!({"Bucket": "b"}));
            parameters.get("ForcePathStyle", Some(BuiltIn::S3ForcePathStyle)).cloned()
        };
        assert_eq!(forced("s3", "GetBucketLocation"), Some(ParameterValue::Boolean(true)));
        assert_eq!(forced("s3", "Other"), None);
        assert_eq!(forced("s4", "GetBucketLocation"), None);
    }
}
