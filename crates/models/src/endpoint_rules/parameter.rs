use serde::{Deserialize, Serialize};

use crate::Text;

/// Something the rules decide by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Parameter {
    /// Its name in the rules, such as `UseFIPS`.
    pub name: Text,
    /// What kind of value it has.
    pub kind: ParameterKind,
    /// Where its value comes from if the operation does not set it.
    pub built_in: Option<BuiltIn>,
    /// Without a value there is no endpoint.
    pub is_required: bool,
    /// Its value if nothing else gives one.
    pub default: Option<ParameterDefault>,
}

/// What kind of value a parameter has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum ParameterKind {
    /// Text.
    Text,
    /// True or false.
    Boolean,
    /// Texts.
    List,
}

/// The value of a parameter if nothing gives one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum ParameterDefault {
    /// Text.
    Text(Text),
    /// True or false.
    Boolean(bool),
    /// Texts.
    List(Vec<Text>),
}

/// A setting of the client that a parameter takes its value from.
///
/// One that is not here gives no value, because the specification lets services add their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum BuiltIn {
    /// The region that is called.
    Region,
    /// Whether endpoints with validated cryptography are wanted.
    UseFips,
    /// Whether endpoints with IPv6 are wanted.
    UseDualStack,
    /// The endpoint to use instead of what the rules give.
    Endpoint,
    /// The account that calls.
    AccountId,
    /// Whether hosts of that account are wanted: `preferred`, `required`, `disabled`.
    AccountIdEndpointMode,
    /// Whether the bucket is in the path, not in the host.
    S3ForcePathStyle,
    /// Whether S3's accelerated transfer is wanted.
    S3Accelerate,
    /// Whether `us-east-1` means S3's endpoint without a region.
    S3UseGlobalEndpoint,
    /// Whether the region in an access point's ARN beats the one that is called.
    S3UseArnRegion,
    /// Whether access points in several regions are refused.
    S3DisableMultiRegionAccessPoints,
    /// The same as for S3, for its control plane.
    S3ControlUseArnRegion,
    /// Whether some regions mean STS's endpoint without a region.
    StsUseGlobalEndpoint,
}

impl BuiltIn {
    /// The one of that name, such as `AWS::Region`.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Some(match name {
            "AWS::Region" => Self::Region,
            "AWS::UseFIPS" => Self::UseFips,
            "AWS::UseDualStack" => Self::UseDualStack,
            "SDK::Endpoint" => Self::Endpoint,
            "AWS::Auth::AccountId" => Self::AccountId,
            "AWS::Auth::AccountIdEndpointMode" => Self::AccountIdEndpointMode,
            "AWS::S3::ForcePathStyle" => Self::S3ForcePathStyle,
            "AWS::S3::Accelerate" => Self::S3Accelerate,
            "AWS::S3::UseGlobalEndpoint" => Self::S3UseGlobalEndpoint,
            "AWS::S3::UseArnRegion" => Self::S3UseArnRegion,
            "AWS::S3::DisableMultiRegionAccessPoints" => Self::S3DisableMultiRegionAccessPoints,
            "AWS::S3Control::UseArnRegion" => Self::S3ControlUseArnRegion,
            "AWS::STS::UseGlobalEndpoint" => Self::StsUseGlobalEndpoint,
            _ => return None,
        })
    }
}
