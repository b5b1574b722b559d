use serde_json::Value;

/// Where in an answer a token is: `NextToken`, `List.NextMarker`, `Jobs[-1].Id`, `NextMarker || Contents[-1].Key`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TokenPath {
    /// The first that leads to something counts.
    alternatives: Vec<Vec<Step>>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Step {
    Member(String),
    Last,
}

impl TokenPath {
    /// What is no member's name, no `[-1]` and no `||` leads nowhere.
    pub(crate) fn parse(text: &str) -> Self {
        let steps = |path: &str| {
            let mut steps = Vec::new();
            for part in path.trim().split('.') {
                match part.strip_suffix("[-1]") {
                    Some(name) => steps.extend([Step::Member(name.to_owned()), Step::Last]),
                    None => steps.push(Step::Member(part.to_owned())),
                }
            }
            steps
        };
        Self { alternatives: text.split("||").map(steps).collect() }
    }

    /// What is there, if it is anything: neither null nor false, and not empty.
    pub(crate) fn find<'a>(&self, answer: &'a Value) -> Option<&'a Value> {
        self.alternatives.iter().find_map(|steps| {
            let follow = |value: &'a Value, step: &Step| match step {
                Step::Member(name) => value.get(name),
                Step::Last => value.as_array().and_then(|items| items.last()),
            };
            steps.iter().try_fold(answer, follow).filter(|value| is_something(value))
        })
    }
}

fn is_something(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => false,
        Value::String(text) => !text.is_empty(),
        Value::Array(items) => !items.is_empty(),
        Value::Object(members) => !members.is_empty(),
        Value::Bool(true) | Value::Number(_) => true,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_form_that_models_use_leads_to_its_token() {
        let answer = json!({
            "NextToken": "t",
            "List": {"NextMarker": "m"},
            "Jobs": [{"Id": "j1"}, {"Id": "j2"}],
            "Names": ["a", "b"],
            "Key": {"id": {"S": "x"}},
            "Truncated": true,
        });
        for (path, expected) in [
            ("NextToken", json!("t")),
            ("List.NextMarker", json!("m")),
            ("Jobs[-1].Id", json!("j2")),
            ("Names[-1]", json!("b")),
            ("Key", json!({"id": {"S": "x"}})),
            ("Marker || Jobs[-1].Id", json!("j2")),
            ("NextToken || Jobs[-1].Id", json!("t")),
            ("Truncated", json!(true)),
        ] {
            assert_eq!(TokenPath::parse(path).find(&answer), Some(&expected), "{path}");
        }
    }

    #[test]
    fn what_is_not_there_or_empty_is_no_token() {
        let answer = json!({"A": "", "B": null, "C": false, "D": {}, "E": [], "F": "x"});
        for path in
            ["A", "B", "C", "D", "E", "E[-1]", "E[-1].X", "F.X", "F[-1]", "Nowhere", "A || B", "", "F[0]"]
        {
            assert_eq!(TokenPath::parse(path).find(&answer), None, "{path}");
        }
    }
}
