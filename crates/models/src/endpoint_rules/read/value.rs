//! Expressions.

use serde_json::Value;

use super::super::scope::Scope;
use super::super::{Attribute, AttributePath, Call, EndpointRulesError, Expression, Function};
use super::{Object, list, member, string, template};

pub(super) fn expression(value: &Value, scope: &mut Scope) -> Result<Expression, EndpointRulesError> {
    match value {
        Value::String(text) => template::template(text, scope),
        Value::Bool(boolean) => Ok(Expression::Boolean(*boolean)),
        Value::Number(number) => {
            let integer = number.as_i64().and_then(|number| i32::try_from(number).ok());
            let too_large = || EndpointRulesError::new("not a whole number of 32 bits");
            integer.map(Expression::Integer).ok_or_else(too_large)
        }
        Value::Object(object) if object.contains_key("ref") => {
            member(object, "ref", |name| scope.variable(string(name)?)).map(Expression::Variable)
        }
        Value::Object(object) if object.contains_key("assign") => {
            Err(EndpointRulesError::new("only a condition assigns").in_member("assign"))
        }
        Value::Object(object) => called(object, scope),
        Value::Array(_) | Value::Null => Err(EndpointRulesError::new("not an expression")),
    }
}

/// A function with its arguments.
pub(super) fn called(object: &Object, scope: &mut Scope) -> Result<Expression, EndpointRulesError> {
    let name = member(object, "fn", string)?;
    let expressions =
        |scope: &mut Scope, value| scope.inside(|scope| list(value, |value| expression(value, scope)));
    if name == "getAttr" {
        return member(object, "argv", |value| {
            let [of, path] = value.as_array().map(Vec::as_slice).unwrap_or_default() else {
                return Err(EndpointRulesError::new("not the 2 arguments of `getAttr`"));
            };
            let of = scope.inside(|scope| expression(of, scope)).map_err(|error| error.in_element(0))?;
            let path = string(path).and_then(attribute_path).map_err(|error| error.in_element(1))?;
            Ok(Expression::Attribute(Box::new(of), path))
        });
    }
    let function = Function::from_name(name).ok_or_else(|| {
        EndpointRulesError::new(format!("no function is called `{}`", name.escape_debug())).in_member("fn")
    })?;
    let arguments = member(object, "argv", |value| expressions(scope, value))?;
    if !function.takes(arguments.len()) {
        let problem = format!("`{name}` does not take {} arguments", arguments.len());
        return Err(EndpointRulesError::new(problem).in_member("argv"));
    }
    Ok(Expression::Call(Box::new(Call { function, arguments })))
}

/// `region`, `resourceId[0]`, `[-1]`. No attribute has attributes, so there are no dots.
pub(super) fn attribute_path(path: &str) -> Result<AttributePath, EndpointRulesError> {
    let unknown = || EndpointRulesError::new(format!("nothing has an attribute `{}`", path.escape_debug()));
    let (name, index) = match path.split_once('[') {
        Some((name, rest)) => {
            let index = rest.strip_suffix(']').and_then(|index| index.parse().ok());
            (name, Some(index.ok_or_else(unknown)?))
        }
        None => (path, None),
    };
    let attribute = match name {
        "" if index.is_some() => None,
        _ => Some(Attribute::from_name(name).ok_or_else(unknown)?),
    };
    Ok(AttributePath::new(attribute, index))
}
