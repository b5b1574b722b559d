use serde_json::{Map, Value, json};

use crate::keys::{ASIDE, Key, LIMIT, ROLE, SETS, SETTINGS, Takes};

/// The JSON schema (draft 2020-12) of the file, for editors. It comes from the tables the parser goes by.
///
/// It says what goes where, not everything that is refused: regions, services and rates are for
/// [`Config::parse`](crate::Config::parse) to look at. Editors read it through a first line such as
/// `# yaml-language-server: $schema=orgwide.schema.json`.
#[must_use]
pub fn schema() -> Value {
    let mut file = map(SETTINGS.iter().chain([&SETS]));
    if let Some(parts) = file.as_object_mut() {
        parts.insert("$schema".to_owned(), json!("https://json-schema.org/draft/2020-12/schema"));
        parts.insert("title".to_owned(), json!("orgwide configuration"));
        let definitions = json!({
            "text": text(),
            "texts": one_or_more(text()),
            "settings": map(SETTINGS.iter()),
            "role": { "anyOf": [text(), required(ROLE, "name")] },
            "limit": { "anyOf": [text(), required(LIMIT, "rule")] },
        });
        parts.insert("$defs".to_owned(), definitions);
    }
    file
}

fn map<'k>(keys: impl Iterator<Item = &'k Key>) -> Value {
    let properties: Map<String, Value> = keys
        .map(|key| {
            let mut value = takes(&key.takes);
            if let Some(parts) = value.as_object_mut() {
                parts.insert("description".to_owned(), json!(key.about));
            }
            (key.name.to_owned(), value)
        })
        .collect();
    let aside = format!("^{ASIDE}");
    json!({
        "type": "object",
        "properties": properties,
        "patternProperties": { aside: {} },
        "additionalProperties": false,
    })
}

fn required(keys: &[Key], key: &str) -> Value {
    let mut map = map(keys.iter());
    if let Some(parts) = map.as_object_mut() {
        parts.insert("required".to_owned(), json!([key]));
    }
    map
}

fn takes(takes: &Takes) -> Value {
    match takes {
        Takes::Text | Takes::Span | Takes::Failures => json!({ "$ref": "#/$defs/text" }),
        Takes::Texts | Takes::Files => json!({ "$ref": "#/$defs/texts" }),
        // A variable may stand for them.
        Takes::Flag => json!({ "anyOf": [{ "type": "boolean" }, variable()] }),
        Takes::Count => json!({ "anyOf": [{ "type": "integer", "minimum": 1 }, variable()] }),
        Takes::Word(words) => json!({ "anyOf": [{ "enum": words }, variable()] }),
        Takes::Limits => one_or_more(json!({ "$ref": "#/$defs/limit" })),
        Takes::Roles => one_or_more(json!({ "$ref": "#/$defs/role" })),
        Takes::Endpoints => {
            let by_region = json!({ "type": "object", "additionalProperties": { "type": "string" } });
            json!({ "type": "object", "additionalProperties": { "anyOf": [{ "type": "string" }, by_region] } })
        }
        Takes::Sets => json!({ "type": "object", "additionalProperties": { "$ref": "#/$defs/settings" } }),
    }
}

/// Any single value: what looks like a number to others, such as an account id, is text here.
fn text() -> Value {
    json!({ "type": ["string", "number", "boolean"] })
}

fn variable() -> Value {
    json!({ "type": "string", "pattern": r"\$\{" })
}

fn one_or_more(one: Value) -> Value {
    json!({ "anyOf": [one, { "type": "array", "items": one, "minItems": 1 }] })
}
