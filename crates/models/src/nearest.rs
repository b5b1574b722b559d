//! What was probably meant.

/// Below this a suggestion confuses more than it helps.
const LEAST_SIMILARITY: f64 = 0.8;

/// A longer text is no name with a mistake in it.
const LONGEST: usize = 128;

/// The value of the name most similar to a bare one, the first of several; none when none is similar.
pub(crate) fn nearest<'a, T>(wanted: &str, names: impl IntoIterator<Item = (&'a str, T)>) -> Option<T> {
    if wanted.len() > LONGEST {
        return None;
    }
    let mut best = None;
    let mut most = LEAST_SIMILARITY;
    for (name, value) in names {
        let similarity = strsim::jaro_winkler(wanted, name);
        if similarity > most {
            (best, most) = (Some(value), similarity);
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_most_similar_name_wins_and_of_equals_the_first() {
        assert_eq!(nearest("instanes", [("images", 1), ("instances", 2), ("instanses", 3)]), Some(2));
        assert_eq!(nearest("ab", [("abc", 1), ("abd", 2)]), Some(1));
    }

    #[test]
    fn what_is_like_nothing_gets_no_suggestion() {
        assert_eq!(nearest("quux", [("ec2", 1), ("s3", 2)]), None);
        assert_eq!(nearest("", [("ec2", 1)]), None);
        let long = "a".repeat(129);
        assert_eq!(nearest(&long, [(long.as_str(), 1)]), None);
        assert_eq!(nearest(&long[1..], [(&long[1..], 1)]), Some(1));
    }
}
