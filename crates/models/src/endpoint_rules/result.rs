use serde::{Deserialize, Serialize};

use super::{Expression, Variable};
use crate::Text;
use crate::nested::nested;

/// A rule: if every condition holds, its outcome.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Rule {
    /// They are tried in this order, up to the first that does not hold.
    pub conditions: Vec<Condition>,
    /// What follows.
    pub outcome: Outcome,
}

/// It holds if its value is set and is not false.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Condition {
    /// The value.
    pub value: Expression,
    /// The variable that holds the value from here on.
    pub assign: Option<Variable>,
}

/// What follows when a rule applies.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Outcome {
    /// The first of these that applies.
    Rules(#[serde(deserialize_with = "nested")] Vec<Rule>),
    /// That endpoint.
    Endpoint(Box<Endpoint>),
    /// There is none, for that reason.
    Error(Expression),
}

/// An endpoint, with what is filled in when it is chosen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Endpoint {
    /// Its URL.
    pub url: Expression,
    /// Headers its requests have, with their values.
    pub headers: Vec<(Text, Vec<Expression>)>,
    /// How requests may be signed, the preferred way first.
    pub auth_schemes: Vec<AuthScheme>,
    /// What else is said of it.
    pub properties: Vec<(Text, Property)>,
}

/// A way to sign.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct AuthScheme {
    /// Which: `sigv4`, `sigv4a`, `sigv4-s3express`.
    pub name: Expression,
    /// The service to sign for, where it is not the usual one.
    pub signing_name: Option<Expression>,
    /// The region to sign for, where it is not the one that is called.
    pub signing_region: Option<Expression>,
    /// The regions to sign for, with a scheme that takes several.
    pub signing_region_set: Option<Vec<Expression>>,
    /// The path is not escaped again for the signature.
    pub disable_double_encoding: bool,
}

/// A property of an endpoint.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Property {
    /// Text, mostly from a template.
    Text(Expression),
    /// True or false.
    Boolean(bool),
    /// A number.
    Integer(i64),
    /// Several.
    List(#[serde(deserialize_with = "nested")] Vec<Property>),
    /// Several with names.
    Map(#[serde(deserialize_with = "nested")] Vec<(Text, Property)>),
}
