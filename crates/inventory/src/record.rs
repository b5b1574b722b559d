use std::borrow::Cow;
use std::collections::BTreeMap;

use orgwide_names::{AccountId, RegionName};
use orgwide_regional::RegionalAccount;
use serde::Serialize;
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use crate::expression::Subject;
use crate::{Collector, Kind, tags};

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
    pub kind: Kind,
    /// What the service's API takes to name it.
    pub id: String,
    /// Its ARN; null where it has none, or none can be told.
    pub arn: Option<String>,
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
    /// The record of an item that `collector` found in `at`; it gets those of the members that it has not itself.
    pub(crate) fn of(
        collector: &Collector,
        at: &RegionalAccount,
        item: Value,
        more: &Map<String, Value>,
        now: &str,
    ) -> Self {
        let spec = collector.spec();
        let account = at.account();
        let partition = account.session().partition().id();
        let mut item = match (&spec.member, item) {
            (_, item @ Value::Object(_)) | (None, item) => item,
            (Some(member), item) => Value::Object([(member.clone(), item)].into_iter().collect()),
        };
        if let Some(text) = spec.json.as_ref().and_then(|member| item.get_mut(member)) {
            read_json(text);
        }
        if let Some(members) = item.as_object_mut() {
            for (name, value) in more {
                members.entry(name).or_insert_with(|| value.clone());
            }
        }
        let tags = spec.tags.as_ref().and_then(|path| match path.of(&item) {
            None | Some(Value::Null) if !spec.is_declared => None,
            told => Some(tags::normal(told)),
        });
        let number = account.id();
        let mut subject = Subject {
            item: &item,
            partition,
            region: at.region().as_str(),
            account: number.as_str(),
            id: "",
            arn: None,
            tags: tags.as_ref(),
        };
        let told = spec.region.as_ref().and_then(|region| region.of(&subject)?.parse().ok());
        let region: RegionName = told.unwrap_or_else(|| at.region().clone());
        subject.region = region.as_str();
        // What has no id of its own is known by what is said of it.
        let id = spec.id.as_ref().and_then(|id| id.of(&subject));
        let id = id.map_or_else(|| digest(&item), Cow::into_owned);
        subject.id = &id;
        let name = spec.name.as_ref().and_then(|name| name.of(&subject)).map(Cow::into_owned);
        let arn = spec.arn.as_ref().and_then(|arn| arn.of(&subject)).filter(|arn| arn.starts_with("arn:"));
        Self {
            account_id: number,
            account_name: account.name().map(str::to_owned),
            ou_path: account.ou_path().map(ToString::to_string),
            partition,
            region,
            kind: spec.kind.clone(),
            id,
            arn,
            name,
            tags,
            data: item,
            collected_at: now.to_owned(),
        }
    }

    /// What can be said about it.
    pub(crate) fn subject(&self) -> Subject<'_> {
        Subject {
            item: &self.data,
            partition: self.partition,
            region: self.region.as_str(),
            account: self.account_id.as_str(),
            id: &self.id,
            arn: self.arn.as_deref(),
            tags: self.tags.as_ref(),
        }
    }
}

/// Puts what a text of JSON says in its place; what is none stays.
fn read_json(text: &mut Value) {
    if let Some(read) = text.as_str().and_then(|text| serde_json::from_str(text).ok()) {
        *text = read;
    }
}

/// A short hash of a value, such as what a service says of something.
pub(crate) fn digest(item: &Value) -> String {
    let hash = Sha256::digest(item.to_string());
    hash.iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}
