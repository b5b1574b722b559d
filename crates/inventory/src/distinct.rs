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
