//! Tags, in the forms the services have.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::seed::{Seed, pick};

pub(super) type Tags = BTreeMap<&'static str, String>;

const PROJECTS: [&str; 6] = ["Zürich", "東京", "naïve café", "Ørsted", "São Paulo", "plain"];
const STAGES: [&str; 4] = ["dev", "test", "staging", "prod"];
const OWNERS: [&str; 4] = ["Łukasz", "Søren", "José", "ops@example.com"];

/// The tags of resource `number`; about one in six has none.
pub(super) fn tags(path: Seed, number: usize) -> Tags {
    let mut rng = path.rng();
    if rng.u8(..6) == 0 {
        return Tags::new();
    }
    let mut tags = Tags::from([("env", pick(&mut rng, &STAGES).to_owned())]);
    if rng.u8(..4) > 0 {
        tags.insert("Name", format!("{} {number}", pick(&mut rng, &PROJECTS)));
    }
    if rng.bool() {
        tags.insert("owner", pick(&mut rng, &OWNERS).to_owned());
    }
    match rng.u8(..8) {
        0..3 => drop(tags.insert("cost-center", format!("CC {:04}", rng.u16(..10_000)))),
        3 => drop(tags.insert("cost-center", String::new())),
        _ => {}
    }
    tags
}

/// The form of a set of tags.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// Objects with `Key` and `Value`.
    Upper,
    /// Objects with `key` and `value`.
    Lower,
    /// Objects with `TagKey` and `TagValue`.
    Kms,
    /// Objects with `Key` and `Value` that say whose they are.
    AutoScaling,
    /// An object with the keys as members.
    Map,
}

impl Form {
    pub(super) fn of(self, tags: &Tags) -> Value {
        let pairs = |[key, value]: [&str; 2]| -> Value {
            tags.iter().map(|(name, text)| json!({ key: name, value: text })).collect()
        };
        match self {
            Self::Upper => pairs(["Key", "Value"]),
            Self::Lower => pairs(["key", "value"]),
            Self::AutoScaling => pairs(["Key", "Value"]),
            Self::Kms => pairs(["TagKey", "TagValue"]),
            Self::Map => {
                tags.iter().map(|(k, v)| ((*k).to_owned(), v.clone().into())).collect::<Map<_, _>>().into()
            }
        }
    }
}

/// Where the tags of a kind are told.
#[derive(Debug, Clone, Copy)]
pub(super) struct Tagging {
    /// The member of the list's items that has them, and its form; none where the list does not tell them.
    pub(super) listed: Option<(&'static str, Form)>,
}

impl Tagging {
    pub(super) const ELSEWHERE: Self = Self { listed: None };
    /// As most of those lists have it that tell tags at all.
    pub(super) const TAGS: Self = Self::listed("Tags", Form::Upper);

    pub(super) const fn listed(member: &'static str, form: Form) -> Self {
        Self { listed: Some((member, form)) }
    }

    /// Puts the tags into an item of the list, if it tells them.
    pub(super) fn put(self, member: &mut Value, tags: &Tags) {
        if let (Some((name, form)), Value::Object(members)) = (self.listed, member) {
            let mut value = form.of(tags);
            if let (Form::AutoScaling, Some(group)) = (form, members.get("AutoScalingGroupName")) {
                for tag in value.as_array_mut().into_iter().flatten() {
                    tag["ResourceId"] = group.clone();
                    tag["ResourceType"] = "auto-scaling-group".into();
                    tag["PropagateAtLaunch"] = true.into();
                }
            }
            members.insert(name.to_owned(), value);
        }
    }
}
