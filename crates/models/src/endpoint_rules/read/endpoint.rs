//! Endpoints.

use serde_json::Value;

use super::super::scope::Scope;
use super::super::{AuthScheme, Endpoint, EndpointRulesError, Expression, Property};
use super::{Object, boolean, list, member, object, optional, string, template, value};
use crate::Text;

const AUTH_SCHEMES: &str = "authSchemes";

pub(super) fn endpoint(endpoint: &Object, scope: &mut Scope) -> Result<Endpoint, EndpointRulesError> {
    let url = member(endpoint, "url", |url| value::expression(url, scope))?;
    let mut headers = Vec::new();
    optional(endpoint, "headers", |value| {
        for (name, values) in object(value)? {
            let read = list(values, |value| value::expression(value, scope));
            headers.push((scope.text(name), read.map_err(|error| error.in_member(name))?));
        }
        Ok(())
    })?;
    let mut auth_schemes = Vec::new();
    let mut properties = Vec::new();
    optional(endpoint, "properties", |value| {
        let all = object(value)?;
        let schemes = |value| list(value, |value| auth_scheme(object(value)?, scope));
        auth_schemes = optional(all, AUTH_SCHEMES, schemes)?.unwrap_or_default();
        properties = named(all.iter().filter(|(name, _)| *name != AUTH_SCHEMES), scope)?;
        Ok(())
    })?;
    Ok(Endpoint { url, headers, auth_schemes, properties })
}

/// What else a scheme may say is left out: nothing signs by it.
fn auth_scheme(scheme: &Object, scope: &mut Scope) -> Result<AuthScheme, EndpointRulesError> {
    Ok(AuthScheme {
        name: member(scheme, "name", |value| text(value, scope))?,
        signing_name: optional(scheme, "signingName", |value| text(value, scope))?,
        signing_region: optional(scheme, "signingRegion", |value| text(value, scope))?,
        signing_region_set: optional(scheme, "signingRegionSet", |value| {
            list(value, |value| text(value, scope))
        })?,
        disable_double_encoding: optional(scheme, "disableDoubleEncoding", boolean)?.unwrap_or(false),
    })
}

fn text(value: &Value, scope: &mut Scope) -> Result<Expression, EndpointRulesError> {
    template::template(string(value)?, scope)
}

fn named<'a>(
    members: impl Iterator<Item = (&'a String, &'a Value)>,
    scope: &mut Scope,
) -> Result<Vec<(Text, Property)>, EndpointRulesError> {
    let read = |(name, value): (&String, &Value)| {
        let read = property(value, scope).map_err(|error| error.in_member(name))?;
        Ok((scope.text(name), read))
    };
    members.map(read).collect()
}

fn property(value: &Value, scope: &mut Scope) -> Result<Property, EndpointRulesError> {
    scope.inside(|scope| {
        Ok(match value {
            Value::String(text) => Property::Text(template::template(text, scope)?),
            Value::Bool(boolean) => Property::Boolean(*boolean),
            Value::Number(number) => {
                let whole = number.as_i64().ok_or_else(|| EndpointRulesError::new("not a whole number"));
                Property::Integer(whole?)
            }
            Value::Array(_) => Property::List(list(value, |value| property(value, scope))?),
            Value::Object(members) => Property::Map(named(members.iter(), scope)?),
            Value::Null => return Err(EndpointRulesError::new("not a property")),
        })
    })
}
