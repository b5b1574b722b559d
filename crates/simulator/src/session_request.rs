use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::params::Params;

/// What the session was to be that a request of STS asked for, as it was written.
///
/// External ids, codes and tokens are not in it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[non_exhaustive]
pub struct SessionRequest {
    /// The name of the session.
    pub session_name: Option<String>,
    /// How long it was to last, in seconds.
    pub duration_seconds: Option<String>,
    /// The session policy, its first 2,048 characters.
    pub policy: Option<String>,
    /// The ARNs of managed session policies.
    pub policy_arns: Vec<String>,
    /// The session tags.
    pub tags: BTreeMap<String, String>,
    /// The keys of the tags that go on to the next sessions.
    pub transitive_tag_keys: Vec<String>,
    /// The source identity.
    pub source_identity: Option<String>,
    /// The serial number of the device for multi-factor authentication.
    pub serial_number: Option<String>,
}

impl SessionRequest {
    pub(crate) fn read(params: &Params) -> Self {
        // A stranger's words may be of any length.
        let cut = |text: &str, most: usize| text.chars().take(most).collect::<String>();
        let text = |name: &str| params.get(name).map(|text| cut(text, 256));
        let list = |prefix: &str, suffix: &str| {
            params.members(prefix, suffix).take(50).map(|text| cut(text, 256)).collect::<Vec<String>>()
        };
        let keys = list("Tags.member.", ".Key");
        Self {
            session_name: text("RoleSessionName"),
            duration_seconds: text("DurationSeconds"),
            policy: params.get("Policy").map(|policy| cut(policy, 2_048)),
            policy_arns: list("PolicyArns.member.", ".arn"),
            tags: keys.into_iter().zip(list("Tags.member.", ".Value")).collect(),
            transitive_tag_keys: list("TransitiveTagKeys.member.", ""),
            source_identity: text("SourceIdentity"),
            serial_number: text("SerialNumber"),
        }
    }
}
