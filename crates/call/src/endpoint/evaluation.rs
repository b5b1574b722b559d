mod call;
mod filling;

use std::borrow::Cow;

use orgwide_models::endpoint_rules::{
    AttributePath, Condition, EndpointRules, Expression, Outcome, Parameter, ParameterDefault, ParameterKind,
    Part, Rule, Variable,
};

use super::parameters::Parameters;
use super::value::Value;
use super::{Endpoint, EndpointError};

/// One pass through the rules of a service.
///
/// The rules were checked when they were read: an assigned variable is only used below the condition that assigned
/// it, so that what an earlier rule has left in its place is never seen.
pub(super) struct Evaluation<'a> {
    rules: &'a EndpointRules,
    variables: Vec<Value<'a>>,
}

impl<'a> Evaluation<'a> {
    pub(super) fn new(rules: &'a EndpointRules, parameters: &'a Parameters) -> Result<Self, EndpointError> {
        let mut variables = Vec::with_capacity(rules.variables());
        for parameter in rules.parameters() {
            variables.push(given(rules, parameter, parameters)?);
        }
        variables.resize(rules.variables().max(variables.len()), Value::Unset);
        Ok(Self { rules, variables })
    }

    pub(super) fn endpoint(mut self) -> Result<Endpoint, EndpointError> {
        self.first(self.rules.rules())?.ok_or(EndpointError::NoRule)
    }

    /// What the first rule gives that applies. A tree in which none applies does not.
    fn first(&mut self, rules: &'a [Rule]) -> Result<Option<Endpoint>, EndpointError> {
        for rule in rules {
            if !self.apply(&rule.conditions)? {
                continue;
            }
            match &rule.outcome {
                Outcome::Rules(rules) => {
                    if let Some(endpoint) = self.first(rules)? {
                        return Ok(Some(endpoint));
                    }
                }
                Outcome::Endpoint(endpoint) => return self.fill_in(endpoint).map(Some),
                Outcome::Error(message) => {
                    return Err(EndpointError::Refused { message: self.text(message)?.into_owned() });
                }
            }
        }
        Ok(None)
    }

    /// Whether all hold. Values that they assign stay.
    fn apply(&mut self, conditions: &'a [Condition]) -> Result<bool, EndpointError> {
        for condition in conditions {
            let value = self.value(&condition.value)?;
            let holds = value.holds();
            if let Some(variable) = condition.assign {
                let value = value.into_owned();
                *self.variables.get_mut(variable.index()).ok_or_else(out_of_range)? = value;
            }
            if !holds {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn value(&self, expression: &'a Expression) -> Result<Cow<'_, Value<'a>>, EndpointError> {
        Ok(Cow::Owned(match expression {
            Expression::Text(text) => self.rules.text(*text).into(),
            Expression::Boolean(boolean) => Value::Boolean(*boolean),
            Expression::Integer(integer) => Value::Integer(*integer),
            Expression::Template(parts) => self.template(parts)?.into(),
            Expression::Variable(variable) => return self.variable(*variable).map(Cow::Borrowed),
            Expression::Attribute(of, path) => attribute(&*self.value(of)?, *path)?,
            Expression::Call(call) => return self.call(call),
        }))
    }

    fn variable(&self, variable: Variable) -> Result<&Value<'a>, EndpointError> {
        self.variables.get(variable.index()).ok_or_else(out_of_range)
    }

    fn template(&self, parts: &[Part]) -> Result<String, EndpointError> {
        let mut filled = String::new();
        for part in parts {
            self.fill(part, &mut filled)?;
        }
        Ok(filled)
    }

    fn fill(&self, part: &Part, filled: &mut String) -> Result<(), EndpointError> {
        match part {
            Part::Text(text) => filled.push_str(self.rules.text(*text)),
            Part::Variable(variable) => filled.push_str(text(self.variable(*variable)?)?),
            Part::Attribute(variable, path) => {
                filled.push_str(text(&attribute(self.variable(*variable)?, *path)?)?);
            }
        }
        Ok(())
    }

    fn text(&self, expression: &'a Expression) -> Result<Cow<'a, str>, EndpointError> {
        match self.value(expression)? {
            Cow::Owned(Value::Text(text)) => Ok(text),
            Cow::Borrowed(Value::Text(text)) => Ok(text.clone()),
            other => Err(unfit(&other, "text")),
        }
    }

    fn boolean(&self, expression: &'a Expression) -> Result<bool, EndpointError> {
        match &*self.value(expression)? {
            Value::Boolean(boolean) => Ok(*boolean),
            other => Err(unfit(other, "true or false")),
        }
    }

    fn integer(&self, expression: &'a Expression) -> Result<i32, EndpointError> {
        match &*self.value(expression)? {
            Value::Integer(integer) => Ok(*integer),
            other => Err(unfit(other, "a number")),
        }
    }

    fn string(&self, expression: &'a Expression) -> Result<String, EndpointError> {
        self.text(expression).map(Cow::into_owned)
    }
}

/// The value of a parameter before the rules.
fn given<'a>(
    rules: &'a EndpointRules,
    parameter: &'a Parameter,
    parameters: &'a Parameters,
) -> Result<Value<'a>, EndpointError> {
    let name = rules.text(parameter.name);
    if let Some(value) = parameters.get(name, parameter.built_in) {
        let value = Value::from(value);
        return match (parameter.kind, &value) {
            (ParameterKind::Text, Value::Text(_))
            | (ParameterKind::Boolean, Value::Boolean(_))
            | (ParameterKind::List, Value::List(_)) => Ok(value),
            (kind, _) => {
                let expected = match kind {
                    ParameterKind::Text => "text",
                    ParameterKind::Boolean => "true or false",
                    ParameterKind::List => "a list of texts",
                };
                Err(EndpointError::Kind { name: name.to_owned(), expected })
            }
        };
    }
    match &parameter.default {
        Some(ParameterDefault::Text(text)) => Ok(rules.text(*text).into()),
        Some(ParameterDefault::Boolean(boolean)) => Ok(Value::Boolean(*boolean)),
        Some(ParameterDefault::List(list)) => {
            Ok(Value::List(list.iter().map(|text| rules.text(*text).into()).collect()))
        }
        None if parameter.is_required => Err(EndpointError::Missing { name: name.to_owned() }),
        None => Ok(Value::Unset),
    }
}

fn attribute<'a>(of: &Value<'a>, path: AttributePath) -> Result<Value<'a>, EndpointError> {
    of.attribute(path).ok_or_else(|| broken(format!("{} has no such part as {path:?}", of.kind())))
}

fn text<'v>(value: &'v Value<'_>) -> Result<&'v str, EndpointError> {
    match value {
        Value::Text(text) => Ok(text),
        other => Err(unfit(other, "text")),
    }
}

fn unfit(value: &Value<'_>, expected: &str) -> EndpointError {
    broken(format!("{} where {expected} is needed", value.kind()))
}

fn out_of_range() -> EndpointError {
    broken("a variable that there is not")
}

fn broken(problem: impl Into<String>) -> EndpointError {
    EndpointError::Broken { problem: problem.into() }
}

#[cfg(test)]
mod changed_rules;
#[cfg(test)]
mod tests;
