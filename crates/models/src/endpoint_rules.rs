//! The rules by which a service's endpoint follows from region, settings and parameters.
//!
//! They are a tree, as AWS publishes them in `endpoint-rule-set-1.json`; the specification is that of the
//! [Smithy rules engine](https://smithy.io/2.0/additional-specs/rules-engine/specification.html). Here is the
//! tree as data; nothing here evaluates it.

mod error;
mod expression;
mod parameter;
mod read;
mod result;
mod scope;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::Text;
use crate::text::Texts;

pub use error::EndpointRulesError;
pub use expression::{Attribute, AttributePath, Call, Expression, Function, Part, Variable};
pub use parameter::{BuiltIn, Parameter, ParameterDefault, ParameterKind};
pub use result::{AuthScheme, Condition, Endpoint, Outcome, Property, Rule};

/// How deep rules, and what is in them, may be nested.
pub const MAX_DEPTH: usize = 128;

/// The rules by which a service's endpoint follows from region, settings and parameters.
///
/// By default there are none, and nothing has an endpoint.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct EndpointRules {
    texts: Texts,
    parameters: Vec<Parameter>,
    /// How many variables there are at once, parameters included.
    variables: u32,
    rules: Vec<Rule>,
}

impl EndpointRules {
    /// Reads a rule set in the form of `endpoint-rule-set-1.json`: a tree of rules, of version 1.
    ///
    /// What is known to be wrong when it is read is refused then: functions and attributes that do not exist, too
    /// few arguments, variables that are not assigned where they are used, nesting deeper than [`MAX_DEPTH`].
    ///
    /// # Errors
    /// [`EndpointRulesError`] names the place and what is wrong there.
    pub fn from_botocore(rule_set: &Value) -> Result<Self, EndpointRulesError> {
        read::rule_set(rule_set)
    }

    /// A text of these rules; empty for one of other rules that is not here.
    #[must_use]
    pub fn text(&self, text: Text) -> &str {
        self.texts.get(text)
    }

    /// What the rules decide by. A parameter's place is the number of its [`Variable`].
    #[must_use]
    pub fn parameters(&self) -> &[Parameter] {
        &self.parameters
    }

    /// How many variables there are at once, parameters included.
    #[must_use]
    pub fn variables(&self) -> usize {
        self.variables as usize
    }

    /// The rules, of which the first that applies counts.
    #[must_use]
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }
}
