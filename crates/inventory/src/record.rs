use std::collections::BTreeMap;

use orgwide_names::{AccountId, RegionName};
use orgwide_regional::RegionalAccount;
use serde::Serialize;
use serde_json::Value;

use crate::{Collector, Naming};

/// One resource, in the form every type shares; serialised, it is a row of the output, its fields in this
/// order.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Record {
    /// The account it is in.
    pub account_id: AccountId,
    /// The account's name; null where the organization was not asked.
    pub account_name: Option<String>,
    /// Where the account is in the organization: the ids of the organization, its root and the units from there
    /// down, parted by slashes; null where the organization was not asked or does not tell.
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
    /// All that the service says of it, under the API's own names; members without a value are left out.
    pub data: Value,
    /// When the page it came on arrived, RFC 3339 in UTC.
    pub collected_at: String,
}

impl Record {
    /// The record of an item that `collector` found in `at`; none for an item without an id.
    pub(crate) fn of(collector: &Collector, at: &RegionalAccount, item: Value, now: &str) -> Option<Self> {
        let account = at.account();
        let partition = account.session().partition().id();
        let text = |member: &str| item.get(member).and_then(Value::as_str);
        let id = text(collector.id)?.to_owned();
        let told = collector.region.and_then(text).and_then(|region| region.parse().ok());
        let region: RegionName = told.unwrap_or_else(|| at.region().clone());
        let tags = collector.tags.map(|member| tags(item.get(member)));
        let name = match collector.name {
            Naming::Id => Some(id.clone()),
            Naming::Tag(key) => {
                tags.as_ref().and_then(|tags| tags.get(key)).filter(|name| !name.is_empty()).cloned()
            }
        };
        // The id last: it is the only part that could hold a brace.
        let arn = collector
            .arn
            .replace("{partition}", partition)
            .replace("{region}", region.as_str())
            .replace("{account}", account.id().as_str())
            .replace("{id}", &id);
        Some(Self {
            account_id: account.id(),
            account_name: account.name().map(str::to_owned),
            ou_path: account.ou_path().map(ToString::to_string),
            partition,
            region,
            kind: collector.kind,
            id,
            arn,
            name,
            tags,
            data: item,
            collected_at: now.to_owned(),
        })
    }
}

/// Tags as AWS lists them: objects with a key and a value.
fn tags(listed: Option<&Value>) -> BTreeMap<String, String> {
    let listed = listed.and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let tag = |tag: &Value| {
        let key = tag.get("Key")?.as_str()?.to_owned();
        Some((key, tag.get("Value").and_then(Value::as_str).unwrap_or_default().to_owned()))
    };
    listed.iter().filter_map(tag).collect()
}
