use std::borrow::Cow;

use orgwide_models::endpoint_rules::{Attribute, AttributePath};
use orgwide_names::Partition;

use super::arn::Arn;
use super::parameters::ParameterValue;
use super::url::Url;

/// What a variable holds while rules are evaluated.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Value<'a> {
    Unset,
    Boolean(bool),
    Integer(i32),
    Text(Cow<'a, str>),
    List(Vec<Cow<'a, str>>),
    Partition(Partition),
    Arn(Box<Arn>),
    Url(Box<Url>),
}

impl<'a> Value<'a> {
    /// What it is, for messages.
    pub(super) fn kind(&self) -> &'static str {
        match self {
            Self::Unset => "nothing",
            Self::Boolean(_) => "true or false",
            Self::Integer(_) => "a number",
            Self::Text(_) => "text",
            Self::List(_) => "a list",
            Self::Partition(_) => "a partition",
            Self::Arn(_) => "an ARN",
            Self::Url(_) => "a URL",
        }
    }

    pub(super) fn is_set(&self) -> bool {
        *self != Self::Unset
    }

    /// Whether a condition with this value holds.
    pub(super) fn holds(&self) -> bool {
        !matches!(self, Self::Unset | Self::Boolean(false))
    }

    /// A part of it: unset where the list is too short, none where it has no such part at all.
    pub(super) fn attribute(&self, path: AttributePath) -> Option<Self> {
        let Some(attribute) = path.attribute else { return self.element(path.index?) };
        let of = match self {
            Self::Partition(partition) => of_partition(*partition, attribute)?,
            Self::Arn(arn) => of_arn(arn, attribute)?,
            Self::Url(url) => of_url(url, attribute)?,
            _ => return None,
        };
        match path.index {
            Some(index) => of.element(index),
            None => Some(of),
        }
    }

    fn element(&self, index: i32) -> Option<Self> {
        let Self::List(list) = self else { return None };
        let distance = index.unsigned_abs() as usize;
        let place = if index < 0 { list.len().checked_sub(distance) } else { Some(distance) };
        Some(place.and_then(|place| list.get(place)).cloned().map_or(Self::Unset, Self::Text))
    }
}

fn of_partition(partition: Partition, attribute: Attribute) -> Option<Value<'static>> {
    Some(match attribute {
        Attribute::Name => partition.id().into(),
        Attribute::DnsSuffix => partition.dns_suffix().into(),
        Attribute::DualStackDnsSuffix => partition.dual_stack_dns_suffix().into(),
        Attribute::ImplicitGlobalRegion => partition.implicit_region().as_str().to_owned().into(),
        Attribute::SupportsFips => Value::Boolean(partition.supports_fips()),
        Attribute::SupportsDualStack => Value::Boolean(partition.supports_dual_stack()),
        _ => return None,
    })
}

fn of_arn(arn: &Arn, attribute: Attribute) -> Option<Value<'static>> {
    Some(match attribute {
        Attribute::Partition => arn.partition.clone().into(),
        Attribute::Service => arn.service.clone().into(),
        Attribute::Region => arn.region.clone().into(),
        Attribute::AccountId => arn.account_id.clone().into(),
        Attribute::ResourceId => Value::List(arn.resource_id.iter().cloned().map(Cow::Owned).collect()),
        _ => return None,
    })
}

fn of_url(url: &Url, attribute: Attribute) -> Option<Value<'static>> {
    Some(match attribute {
        Attribute::Scheme => url.scheme.into(),
        Attribute::Authority => url.authority.clone().into(),
        Attribute::Path => url.path.clone().into(),
        Attribute::NormalizedPath => url.normalized_path().into(),
        Attribute::IsIp => Value::Boolean(url.is_ip),
        _ => return None,
    })
}

impl<'a> From<&'a ParameterValue> for Value<'a> {
    fn from(value: &'a ParameterValue) -> Self {
        match value {
            ParameterValue::Text(text) => text.as_str().into(),
            ParameterValue::Boolean(boolean) => Self::Boolean(*boolean),
            ParameterValue::List(list) => Self::List(list.iter().map(|text| text.as_str().into()).collect()),
        }
    }
}

impl<'a> From<&'a str> for Value<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(Cow::Borrowed(text))
    }
}

impl From<String> for Value<'_> {
    fn from(text: String) -> Self {
        Self::Text(Cow::Owned(text))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(attribute: Option<Attribute>, index: Option<i32>) -> AttributePath {
        AttributePath::new(attribute, index)
    }

    #[test]
    fn elements_count_from_both_ends_and_end_somewhere() {
        let list = Value::List(vec!["a".into(), "b".into()]);
        let element = |index| list.attribute(path(None, Some(index))).unwrap();
        assert_eq!(element(0), "a".into());
        assert_eq!(element(1), "b".into());
        assert_eq!(element(2), Value::Unset);
        assert_eq!(element(-1), "b".into());
        assert_eq!(element(-2), "a".into());
        assert_eq!(element(-3), Value::Unset);
        assert_eq!(element(i32::MIN), Value::Unset);
    }

    #[test]
    fn an_attribute_of_another_kind_of_value_is_none() {
        let partition = Value::Partition(Partition::aws());
        assert_eq!(partition.attribute(path(Some(Attribute::DnsSuffix), None)), Some("amazonaws.com".into()));
        assert_eq!(partition.attribute(path(Some(Attribute::Scheme), None)), None);
        assert_eq!(partition.attribute(path(Some(Attribute::Name), Some(0))), None);
        assert_eq!(partition.attribute(path(None, Some(0))), None);
        assert_eq!(Value::Unset.attribute(path(Some(Attribute::Name), None)), None);
        assert_eq!(partition.attribute(path(None, None)), None);
    }

    #[test]
    fn only_nothing_and_false_do_not_hold() {
        assert!(!Value::Unset.holds());
        assert!(!Value::Boolean(false).holds());
        for held in [Value::Boolean(true), Value::Integer(0), "".into(), Value::List(Vec::new())] {
            assert!(held.holds(), "{held:?}");
        }
        assert!(Value::Boolean(false).is_set() && !Value::Unset.is_set());
    }
}
