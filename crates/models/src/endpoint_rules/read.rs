//! Reads the document.

mod endpoint;
mod template;
mod value;

use serde_json::{Map, Value};

use super::scope::Scope;
use super::{
    BuiltIn, Condition, EndpointRules, EndpointRulesError, Outcome, Parameter, ParameterDefault,
    ParameterKind, Rule,
};

type Object = Map<String, Value>;

pub(super) fn rule_set(document: &Value) -> Result<EndpointRules, EndpointRulesError> {
    let set = object(document)?;
    let version = member(set, "version", string)?;
    if version.split_once('.').is_none_or(|(major, _)| major != "1") {
        let problem = format!("version {} is not known, only 1", version.escape_debug());
        return Err(EndpointRulesError::new(problem).in_member("version"));
    }
    let mut scope = Scope::default();
    let parameters = member(set, "parameters", |value| parameters(value, &mut scope))?;
    let rules = member(set, "rules", |value| rules(value, &mut scope))?;
    let variables = scope.most();
    Ok(EndpointRules { texts: scope.texts.finish(), parameters, variables, rules })
}

fn parameters(value: &Value, scope: &mut Scope) -> Result<Vec<Parameter>, EndpointRulesError> {
    let read = |(name, parameter): (&String, &Value)| {
        scope.assign(name)?;
        self::parameter(name, parameter, scope).map_err(|error| error.in_member(name))
    };
    object(value)?.iter().map(read).collect()
}

fn parameter(name: &str, value: &Value, scope: &mut Scope) -> Result<Parameter, EndpointRulesError> {
    let parameter = object(value)?;
    let kind = member(parameter, "type", |value| {
        // Services write it in both cases.
        Ok(match string(value)?.to_ascii_lowercase().as_str() {
            "string" => ParameterKind::Text,
            "boolean" => ParameterKind::Boolean,
            "stringarray" => ParameterKind::List,
            _ => return Err(EndpointRulesError::new("not `string`, `boolean` or `stringArray`")),
        })
    })?;
    let default = |value: &Value| match kind {
        ParameterKind::Text => Ok(ParameterDefault::Text(scope.text(string(value)?))),
        ParameterKind::Boolean => boolean(value).map(ParameterDefault::Boolean),
        ParameterKind::List => {
            list(value, |value| Ok(scope.text(string(value)?))).map(ParameterDefault::List)
        }
    };
    let default = optional(parameter, "default", default)?;
    Ok(Parameter {
        name: scope.text(name),
        kind,
        built_in: optional(parameter, "builtIn", string)?.and_then(BuiltIn::from_name),
        is_required: optional(parameter, "required", boolean)?.unwrap_or(false),
        default,
    })
}

fn rules(value: &Value, scope: &mut Scope) -> Result<Vec<Rule>, EndpointRulesError> {
    list(value, |value| scope.inside(|scope| rule(object(value)?, scope)))
}

fn rule(rule: &Object, scope: &mut Scope) -> Result<Rule, EndpointRulesError> {
    let conditions = optional(rule, "conditions", |value| list(value, |value| condition(value, scope)))?;
    let outcome = match member(rule, "type", string)? {
        "tree" => Outcome::Rules(member(rule, "rules", |value| rules(value, scope))?),
        "endpoint" => {
            let endpoint = member(rule, "endpoint", |value| endpoint::endpoint(object(value)?, scope))?;
            Outcome::Endpoint(Box::new(endpoint))
        }
        "error" => Outcome::Error(member(rule, "error", |value| value::expression(value, scope))?),
        _ => return Err(EndpointRulesError::new("not `tree`, `endpoint` or `error`").in_member("type")),
    };
    Ok(Rule { conditions: conditions.unwrap_or_default(), outcome })
}

fn condition(value: &Value, scope: &mut Scope) -> Result<Condition, EndpointRulesError> {
    let condition = object(value)?;
    let value = value::called(condition, scope)?;
    let assign = optional(condition, "assign", |name| scope.assign(string(name)?))?;
    Ok(Condition { value, assign })
}

fn member<'a, T>(
    object: &'a Object,
    name: &str,
    read: impl FnOnce(&'a Value) -> Result<T, EndpointRulesError>,
) -> Result<T, EndpointRulesError> {
    optional(object, name, read)?.ok_or_else(|| EndpointRulesError::new(format!("`{name}` is missing")))
}

fn optional<'a, T>(
    object: &'a Object,
    name: &str,
    read: impl FnOnce(&'a Value) -> Result<T, EndpointRulesError>,
) -> Result<Option<T>, EndpointRulesError> {
    let value = object.get(name).filter(|value| !value.is_null());
    value.map(|value| read(value).map_err(|error| error.in_member(name))).transpose()
}

fn list<'a, T>(
    value: &'a Value,
    mut read: impl FnMut(&'a Value) -> Result<T, EndpointRulesError>,
) -> Result<Vec<T>, EndpointRulesError> {
    let list = value.as_array().ok_or_else(|| EndpointRulesError::new("not a list"))?;
    let read = |(index, value)| read(value).map_err(|error| error.in_element(index));
    list.iter().enumerate().map(read).collect()
}

fn object(value: &Value) -> Result<&Object, EndpointRulesError> {
    value.as_object().ok_or_else(|| EndpointRulesError::new("not an object"))
}

fn string(value: &Value) -> Result<&str, EndpointRulesError> {
    value.as_str().ok_or_else(|| EndpointRulesError::new("not a string"))
}

fn boolean(value: &Value) -> Result<bool, EndpointRulesError> {
    value.as_bool().ok_or_else(|| EndpointRulesError::new("not true or false"))
}

#[cfg(test)]
mod tests;
