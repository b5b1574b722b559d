//! What functions give.

use std::borrow::Cow;

use orgwide_models::endpoint_rules::{Call, Expression, Function};
use orgwide_names::Partition;

use super::super::arn::Arn;
use super::super::url::Url;
use super::super::value::Value;
use super::super::{EndpointError, functions};
use super::{Evaluation, broken};

impl<'a> Evaluation<'a> {
    pub(super) fn call(&self, call: &'a Call) -> Result<Cow<'_, Value<'a>>, EndpointError> {
        Ok(Cow::Owned(match call.function {
            Function::IsSet => {
                let [value] = arguments(call)?;
                Value::Boolean(self.value(value)?.is_set())
            }
            Function::Not => {
                let [value] = arguments(call)?;
                Value::Boolean(!self.boolean(value)?)
            }
            Function::BooleanEquals => {
                let [one, other] = arguments(call)?;
                Value::Boolean(self.boolean(one)? == self.boolean(other)?)
            }
            Function::StringEquals => {
                let [one, other] = arguments(call)?;
                Value::Boolean(self.text(one)? == self.text(other)?)
            }
            Function::Substring => {
                let [text, start, stop, reverse] = arguments(call)?;
                let (start, stop, reverse) =
                    (self.integer(start)?, self.integer(stop)?, self.boolean(reverse)?);
                let part = functions::substring(&self.text(text)?, start, stop, reverse);
                part.map_or(Value::Unset, Value::Text)
            }
            Function::UriEncode => {
                let [text] = arguments(call)?;
                Value::Text(functions::uri_encode(&self.text(text)?))
            }
            Function::ParseUrl => {
                let [text] = arguments(call)?;
                Url::parse(&self.text(text)?).map_or(Value::Unset, |url| Value::Url(Box::new(url)))
            }
            Function::IsValidHostLabel => {
                let [text, dots] = arguments(call)?;
                Value::Boolean(functions::is_valid_host_label(&self.text(text)?, self.boolean(dots)?))
            }
            Function::Coalesce => {
                let mut last = Cow::Owned(Value::Unset);
                for argument in &call.arguments {
                    last = self.value(argument)?;
                    if last.is_set() {
                        break;
                    }
                }
                return Ok(last);
            }
            Function::IfThenElse => {
                let [condition, one, other] = arguments(call)?;
                return self.value(if self.boolean(condition)? { one } else { other });
            }
            Function::Split => {
                let [text, delimiter, limit] = arguments(call)?;
                let (delimiter, limit) = (self.text(delimiter)?, self.integer(limit)?);
                let parts = functions::split(&self.text(text)?, &delimiter, limit);
                Value::List(parts.ok_or_else(|| broken("`split` needs a delimiter and no negative limit"))?)
            }
            Function::Partition => {
                let [region] = arguments(call)?;
                Value::Partition(Partition::of_endpoint(&self.text(region)?))
            }
            Function::ParseArn => {
                let [text] = arguments(call)?;
                Arn::parse(&self.text(text)?).map_or(Value::Unset, |arn| Value::Arn(Box::new(arn)))
            }
            Function::IsVirtualHostableS3Bucket => {
                let [name, dots] = arguments(call)?;
                let (name, dots) = (self.text(name)?, self.boolean(dots)?);
                Value::Boolean(functions::is_virtual_hostable_s3_bucket(&name, dots))
            }
        }))
    }
}

fn arguments<const N: usize>(call: &Call) -> Result<&[Expression; N], EndpointError> {
    let problem = || broken(format!("{:?} with {} arguments", call.function, call.arguments.len()));
    call.arguments.as_slice().try_into().map_err(|_| problem())
}
