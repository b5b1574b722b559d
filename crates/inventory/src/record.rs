use std::collections::BTreeMap;

use orgwide_names::{AccountId, RegionName};
use orgwide_regional::RegionalAccount;
use serde::Serialize;
use serde_json::Value;

/// One resource, in the form every type shares; serialised, it is a row of the output, its fields in this
/// order.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Record {
    /// The account it is in.
    pub account_id: AccountId,
    /// The account's name; null where the organization was not asked.
    pub account_name: Option<String>,
    /// Where the account is in the organization; null where that was not asked.
    pub ou_path: Option<String>,
    /// The partition, such as `aws`.
    pub partition: &'static str,
    /// The region it is in; `global` where the service has none and the answer tells none.
    pub region: RegionName,
    /// What it is, such as `ec2:instance`.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// What the service knows it by.
    pub id: String,
    /// Its ARN.
    pub arn: String,
    /// What people call it; null where it has no name.
    pub name: Option<String>,
    /// Its tags; null where they were not collected, empty where there are none.
    pub tags: Option<BTreeMap<String, String>>,
    /// What else the service says of it, under the API's own names; members without a value are left out.
    pub data: Value,
    /// When the page it came on arrived, RFC 3339 in UTC.
    pub collected_at: String,
}

impl Record {
    /// A record of `kind` from `at`, with nothing but its place, id and ARN filled in.
    pub(crate) fn new(at: &RegionalAccount, kind: &'static str, id: String, arn: String, now: &str) -> Self {
        let account = at.account();
        Self {
            account_id: account.id(),
            account_name: account.name().map(str::to_owned),
            ou_path: None,
            partition: account.session().partition().id(),
            region: at.region().clone(),
            kind,
            id,
            arn,
            name: None,
            tags: None,
            data: Value::Null,
            collected_at: now.to_owned(),
        }
    }
}
