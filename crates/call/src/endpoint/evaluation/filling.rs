//! Endpoints with everything filled in.

use orgwide_models::endpoint_rules as rules;
use orgwide_models::endpoint_rules::{Attribute, Expression, Part, Property};
use serde_json::Value as Json;

use super::super::{AuthScheme, Endpoint, EndpointError};
use super::Evaluation;

impl<'a> Evaluation<'a> {
    pub(super) fn fill_in(&self, endpoint: &'a rules::Endpoint) -> Result<Endpoint, EndpointError> {
        let headers = endpoint.headers.iter().map(|(name, values)| {
            let values = values.iter().map(|value| self.string(value)).collect::<Result<_, _>>()?;
            Ok((self.rules.text(*name).to_owned(), values))
        });
        let properties = endpoint
            .properties
            .iter()
            .map(|(name, property)| Ok((self.rules.text(*name).to_owned(), self.property(property)?)));
        Ok(Endpoint {
            url: self.url(&endpoint.url)?,
            headers: headers.collect::<Result<_, _>>()?,
            auth: endpoint.auth_schemes.iter().map(|scheme| self.auth(scheme)).collect::<Result<_, _>>()?,
            properties: properties.collect::<Result<_, _>>()?,
        })
    }

    /// Text whose host ends where the rules end it: what is put into it has no slash.
    fn url(&self, url: &'a Expression) -> Result<String, EndpointError> {
        let Expression::Template(parts) = url else { return self.string(url) };
        let mut filled = String::new();
        for part in parts {
            let before = filled.len();
            self.fill(part, &mut filled)?;
            let is_free = match part {
                Part::Text(_) => true,
                Part::Variable(_) => false,
                Part::Attribute(_, path) => {
                    matches!(path.attribute, Some(Attribute::Path | Attribute::NormalizedPath))
                }
            };
            let (known, new) = filled.split_at(before);
            let is_in_host = known.split_once("://").is_some_and(|(_, host)| !host.contains('/'));
            if !is_free && is_in_host && new.contains('/') {
                return Err(EndpointError::NotAUrl { url: self.template(parts)? });
            }
        }
        Ok(filled)
    }

    fn auth(&self, scheme: &'a rules::AuthScheme) -> Result<AuthScheme, EndpointError> {
        let optional =
            |value: &'a Option<Expression>| value.as_ref().map(|value| self.string(value)).transpose();
        let regions = scheme.signing_region_set.as_ref();
        Ok(AuthScheme {
            name: self.string(&scheme.name)?,
            signing_name: optional(&scheme.signing_name)?,
            signing_region: optional(&scheme.signing_region)?,
            signing_region_set: regions
                .map(|regions| regions.iter().map(|region| self.string(region)).collect())
                .transpose()?,
            disable_double_encoding: scheme.disable_double_encoding,
        })
    }

    fn property(&self, property: &'a Property) -> Result<Json, EndpointError> {
        Ok(match property {
            Property::Text(text) => Json::String(self.string(text)?),
            Property::Boolean(boolean) => Json::Bool(*boolean),
            Property::Integer(integer) => Json::Number((*integer).into()),
            Property::List(list) => {
                Json::Array(list.iter().map(|property| self.property(property)).collect::<Result<_, _>>()?)
            }
            Property::Map(map) => {
                let members = map.iter().map(|(name, property)| {
                    Ok((self.rules.text(*name).to_owned(), self.property(property)?))
                });
                Json::Object(members.collect::<Result<_, _>>()?)
            }
        })
    }
}
