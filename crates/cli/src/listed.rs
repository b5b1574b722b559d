//! What is known of an account, as the ledger keeps it for runs that go on without asking the organization again.

use std::collections::BTreeMap;

use orgwide_account::{Listed, OuPath};
use orgwide_names::AccountId;
use serde::{Deserialize, Serialize};

#[derive(Debug, Default, Serialize, Deserialize)]
struct Kept {
    name: Option<String>,
    ou_path: Option<String>,
    tags: Option<BTreeMap<String, String>>,
}

pub(crate) fn to_json(listed: &Listed) -> String {
    let kept = Kept {
        name: listed.name.clone(),
        ou_path: listed.ou_path.as_ref().map(ToString::to_string),
        tags: listed.tags.clone(),
    };
    // Strings in maps are always JSON.
    serde_json::to_string(&kept).unwrap_or_default()
}

/// The account again; of a text that is none of ours only the id is taken.
pub(crate) fn from_json(id: AccountId, json: &str) -> Listed {
    let Kept { name, ou_path, tags } = serde_json::from_str(json).unwrap_or_default();
    Listed { id, name, ou_path: ou_path.as_deref().and_then(OuPath::parse), tags }
}

/// The name in it.
pub(crate) fn name(json: &str) -> Option<String> {
    serde_json::from_str::<Kept>(json).ok()?.name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_comes_back_as_it_was() {
        let listed = Listed {
            id: "012345678901".parse().unwrap(),
            name: Some("a \"b\"\n\u{1b}".to_owned()),
            ou_path: OuPath::parse("o-a/r-b/ou-c"),
            tags: Some(BTreeMap::from([("k".to_owned(), "v".to_owned())])),
        };
        assert_eq!(from_json(listed.id, &to_json(&listed)), listed);
        assert_eq!(from_json(listed.id, "no JSON"), Listed::new(listed.id));
    }
}
