use std::collections::HashSet;
use std::hash::{BuildHasher, RandomState};

use serde_json::Value;

/// Tokens that are remembered at most, as hashes: a megabyte or two.
const MOST: usize = 100_000;

/// The tokens a listing was gone on with: a list that comes back to one of them never ends.
///
/// A list may have any number of pages; its tokens are known to come round if they do within a hundred thousand.
#[derive(Debug, Default)]
pub(super) struct TokensSeen {
    hashes: HashSet<u64>,
    hasher: RandomState,
}

impl TokensSeen {
    /// Whether these were not seen before; from now on they were.
    pub(super) fn is_new(&mut self, tokens: &[Value]) -> bool {
        let hash = self.hasher.hash_one(tokens);
        if self.hashes.contains(&hash) {
            return false;
        }
        if self.hashes.len() >= MOST {
            // A round that began before begins again.
            self.hashes.clear();
        }
        self.hashes.insert(hash)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_token_that_comes_again_is_known_however_many_came_between() {
        let mut seen = TokensSeen::default();
        for round in [7, 5, 2] {
            // The first tokens are no part of the round.
            let tokens = (0..3).map(|lead| json!(format!("{round}/{lead}")));
            let tokens = tokens.chain((0..round).map(|at| json!(at))).chain([json!(0)]);
            let news: Vec<_> = tokens.map(|token| seen.is_new(&[token, json!(round)])).collect();
            assert_eq!(news.iter().filter(|new| !**new).count(), 1, "{news:?}");
            assert!(!news[3 + round]);
        }
        assert!(seen.is_new(&[json!("a"), json!("b")]) && seen.is_new(&[json!("b"), json!("a")]));
        assert!(seen.is_new(&[json!("a"), Value::Null]) && !seen.is_new(&[json!("b"), json!("a")]));
    }

    #[test]
    fn a_round_is_found_behind_any_number_of_pages_and_takes_little_memory() {
        let mut seen = TokensSeen::default();
        let pages = MOST + MOST / 2;
        assert!((0..pages).all(|page| seen.is_new(&[json!(page)])));
        let round = (0..).map(|page| json!(pages + page % (MOST / 2)));
        let found = round.take(2 * MOST).position(|token| !seen.is_new(&[token]));
        assert!(found.is_some_and(|page| page >= MOST / 2), "{found:?}");
        assert!(seen.hashes.len() <= MOST);
    }
}
