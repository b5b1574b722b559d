use serde::{Deserialize, Serialize};

use crate::Text;
use crate::nested::nested;

/// The number of a variable: those of the parameters first, then those that conditions assign.
///
/// Rules of which neither is inside the other use the same numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Variable(pub(super) u32);

impl Variable {
    /// Its place among the variables.
    #[must_use]
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// Something that has a value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Expression {
    /// That text.
    Text(Text),
    /// That truth value.
    Boolean(bool),
    /// That number.
    Integer(i32),
    /// Texts and values, one after the other.
    Template(Vec<Part>),
    /// What the variable holds.
    Variable(Variable),
    /// A part of what another gives.
    Attribute(#[serde(deserialize_with = "nested")] Box<Expression>, AttributePath),
    /// What a function gives.
    Call(#[serde(deserialize_with = "nested")] Box<Call>),
}

/// A piece of a template.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Part {
    /// That text.
    Text(Text),
    /// The text that a variable holds.
    Variable(Variable),
    /// A part of what a variable holds.
    Attribute(Variable, AttributePath),
}

/// A function with its arguments, as many as it takes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Call {
    /// Which function.
    pub function: Function,
    /// Its arguments.
    pub arguments: Vec<Expression>,
}

/// A function of the specification. `getAttr` is [`Expression::Attribute`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Function {
    /// `isSet(value)`: whether there is a value at all.
    IsSet,
    /// `not(boolean)`.
    Not,
    /// `booleanEquals(boolean, boolean)`.
    BooleanEquals,
    /// `stringEquals(text, text)`.
    StringEquals,
    /// `substring(text, start, stop, reverse)`: nothing when the text is too short or not ASCII.
    Substring,
    /// `uriEncode(text)`: with all but the unreserved characters escaped.
    UriEncode,
    /// `parseURL(text)`: its parts; nothing when it is no URL or has a query.
    ParseUrl,
    /// `isValidHostLabel(text, allow_dots)`.
    IsValidHostLabel,
    /// `coalesce(value, …)`: the first that is set.
    Coalesce,
    /// `ite(boolean, value, value)`: the first if true, else the second.
    IfThenElse,
    /// `split(text, delimiter, limit)`: the parts; 0 sets no limit.
    Split,
    /// `aws.partition(region)`: what is known of the region's partition.
    Partition,
    /// `aws.parseArn(text)`: its parts; nothing when it is no ARN.
    ParseArn,
    /// `aws.isVirtualHostableS3Bucket(text, allow_dots)`: whether a bucket's name can be part of a host's.
    IsVirtualHostableS3Bucket,
}

impl Function {
    /// The one of that name, such as `isSet`.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Some(match name {
            "isSet" => Self::IsSet,
            "not" => Self::Not,
            "booleanEquals" => Self::BooleanEquals,
            "stringEquals" => Self::StringEquals,
            "substring" => Self::Substring,
            "uriEncode" => Self::UriEncode,
            "parseURL" => Self::ParseUrl,
            "isValidHostLabel" => Self::IsValidHostLabel,
            "coalesce" => Self::Coalesce,
            "ite" => Self::IfThenElse,
            "split" => Self::Split,
            "aws.partition" => Self::Partition,
            "aws.parseArn" => Self::ParseArn,
            "aws.isVirtualHostableS3Bucket" => Self::IsVirtualHostableS3Bucket,
            _ => return None,
        })
    }

    /// Whether it takes that many arguments.
    #[must_use]
    pub fn takes(self, arguments: usize) -> bool {
        match self {
            Self::IsSet | Self::Not | Self::UriEncode | Self::ParseUrl | Self::Partition | Self::ParseArn => {
                arguments == 1
            }
            Self::BooleanEquals
            | Self::StringEquals
            | Self::IsValidHostLabel
            | Self::IsVirtualHostableS3Bucket => arguments == 2,
            Self::IfThenElse | Self::Split => arguments == 3,
            Self::Substring => arguments == 4,
            Self::Coalesce => arguments >= 2,
        }
    }
}

/// Which part of a value: `region`, `resourceId[0]`, `[0]`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub struct AttributePath {
    /// The attribute; none for an element of the value itself.
    pub attribute: Option<Attribute>,
    /// The element of a list, from the end when it is negative: -1 is the last.
    pub index: Option<i32>,
}

impl AttributePath {
    /// That element of that attribute.
    #[must_use]
    pub fn new(attribute: Option<Attribute>, index: Option<i32>) -> Self {
        Self { attribute, index }
    }
}

/// A part of what a function gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Attribute {
    /// `name` of a partition.
    Name,
    /// `dnsSuffix` of a partition.
    DnsSuffix,
    /// `dualStackDnsSuffix` of a partition.
    DualStackDnsSuffix,
    /// `implicitGlobalRegion` of a partition.
    ImplicitGlobalRegion,
    /// `supportsFIPS` of a partition.
    SupportsFips,
    /// `supportsDualStack` of a partition.
    SupportsDualStack,
    /// `partition` of an ARN.
    Partition,
    /// `service` of an ARN.
    Service,
    /// `region` of an ARN.
    Region,
    /// `accountId` of an ARN.
    AccountId,
    /// `resourceId` of an ARN, a list.
    ResourceId,
    /// `scheme` of a URL.
    Scheme,
    /// `authority` of a URL.
    Authority,
    /// `path` of a URL.
    Path,
    /// `normalizedPath` of a URL.
    NormalizedPath,
    /// `isIp` of a URL.
    IsIp,
}

impl Attribute {
    /// The one of that name, such as `dnsSuffix`.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Some(match name {
            "name" => Self::Name,
            "dnsSuffix" => Self::DnsSuffix,
            "dualStackDnsSuffix" => Self::DualStackDnsSuffix,
            "implicitGlobalRegion" => Self::ImplicitGlobalRegion,
            "supportsFIPS" => Self::SupportsFips,
            "supportsDualStack" => Self::SupportsDualStack,
            "partition" => Self::Partition,
            "service" => Self::Service,
            "region" => Self::Region,
            "accountId" => Self::AccountId,
            "resourceId" => Self::ResourceId,
            "scheme" => Self::Scheme,
            "authority" => Self::Authority,
            "path" => Self::Path,
            "normalizedPath" => Self::NormalizedPath,
            "isIp" => Self::IsIp,
            _ => return None,
        })
    }
}
