/// Longer names are no slips of the hand.
const MAX_LENGTH: usize = 64;

/// The name among those known that is most likely meant; none when none is close.
///
/// Case and the signs between words do not count; else about one letter in three may differ.
pub(crate) fn nearest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    if name.len() > MAX_LENGTH {
        return None;
    }
    let wanted = bare(name);
    let length = wanted.chars().count();
    // A name of one letter resembles every other one.
    let allowed = (length / 3).max(1).min(length.saturating_sub(1));
    known
        .into_iter()
        .filter(|candidate| candidate.len() <= MAX_LENGTH)
        .map(|candidate| (strsim::osa_distance(&wanted, &bare(candidate)), candidate))
        .filter(|(distance, _)| *distance <= allowed)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

fn bare(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::nearest;

    const KNOWN: [&str; 4] = ["InstanceIds", "Filters", "MaxResults", "NextToken"];

    #[test]
    fn slips_and_other_spellings_find_the_name() {
        for (written, meant) in [
            ("Filter", "Filters"),
            ("instance-ids", "InstanceIds"),
            ("maxresults", "MaxResults"),
            ("NextTokne", "NextToken"),
        ] {
            assert_eq!(nearest(written, KNOWN), Some(meant), "{written}");
        }
    }

    #[test]
    fn what_resembles_nothing_finds_nothing() {
        for written in ["", "X", "Bucket", &"F".repeat(100_000)] {
            assert_eq!(nearest(written, KNOWN), None);
        }
    }
}
