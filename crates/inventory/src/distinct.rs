use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::hash::{DefaultHasher, Hash, Hasher};

use crate::Record;
use crate::record::digest;

/// Tells resources of one list apart that have the same id, where a rule and not a person chose what the id is: a
/// policy's name may be that of another one, in another group.
///
/// It holds 16 bytes and a little more for each resource.
#[derive(Debug, Default)]
pub(crate) struct Distinct {
    /// Hashes of ids, and of what was said of the first one of that id.
    seen: HashMap<u64, u64>,
}

impl Distinct {
    /// Adds a hash of what is said of it to the id that another resource has. What is listed twice stays the same.
    pub(crate) fn tell_apart(&mut self, record: &mut Record) {
        let told = hash(&record.data);
        match self.seen.entry(hash(&record.id)) {
            Entry::Vacant(new) => {
                new.insert(told);
            }
            Entry::Occupied(first) if *first.get() == told => {}
            Entry::Occupied(_) => record.id = format!("{}#{}", record.id, digest(&record.data)),
        }
    }
}

fn hash(value: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use orgwide_names::RegionName;
    use serde_json::{Value, json};

    use super::*;
    use crate::Kind;

    fn record(id: &str, data: Value) -> Record {
        Record {
            account_id: "123456789012".parse().unwrap(),
            account_name: None,
            ou_path: None,
            partition: "aws",
            region: RegionName::global(),
            kind: Kind::new("x:ListY"),
            id: id.to_owned(),
            arn: None,
            name: None,
            tags: None,
            data,
            collected_at: String::new(),
        }
    }

    #[test]
    fn what_has_the_id_of_another_gets_its_own_and_what_is_listed_twice_does_not() {
        let mut distinct = Distinct::default();
        let mut id = |id: &str, data: Value| {
            let mut record = record(id, data);
            distinct.tell_apart(&mut record);
            record.id
        };
        assert_eq!(id("up", json!({"Group": 1})), "up");
        assert_eq!(id("down", json!({"Group": 1})), "down");
        let other = id("up", json!({"Group": 2}));
        assert!(other.starts_with("up#") && other.len() == 19, "{other}");
        let third = id("up", json!({"Group": 3}));
        assert_ne!(other, third);
        assert_eq!(id("up", json!({"Group": 1})), "up");
        assert_eq!(id("up", json!({"Group": 2})), other);
    }
}
