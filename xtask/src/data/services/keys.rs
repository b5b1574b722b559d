//! Which service each spelling means.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context as _, Result, bail};

use super::Service;

/// Every spelling, folded, with the place of its service. Sorted by spelling.
///
/// A service's own names come first: the CLI's, botocore's, then the SDKs' id. No two services share one.
/// A prefix of endpoints, signatures or IAM means the service that is called so; else the one service
/// that has it; else what `shared` says.
pub(super) fn keys(services: &[Service], shared: &[(&str, Option<&str>)]) -> Result<BTreeMap<String, usize>> {
    let mut keys = BTreeMap::new();
    for (place, service) in services.iter().enumerate() {
        let own = service.also.iter().chain([&service.name, &service.sdk_id]);
        for name in own {
            match keys.insert(fold(name)?, place) {
                Some(other) if other != place => {
                    bail!("{name:?} names {} and {}", services[other].name, service.name);
                }
                _ => {}
            }
        }
    }
    let mut claims: BTreeMap<String, BTreeSet<usize>> = BTreeMap::new();
    for (place, service) in services.iter().enumerate() {
        for prefix in [&service.endpoint_prefix, &service.signing_name, &service.iam_prefix] {
            let prefix = fold(prefix)?;
            if !keys.contains_key(&prefix) {
                claims.entry(prefix).or_default().insert(place);
            }
        }
    }
    let mut decided: BTreeMap<String, Option<&str>> = BTreeMap::new();
    for (prefix, winner) in shared {
        decided.insert(fold(prefix)?, *winner);
    }
    for (prefix, places) in claims {
        let names: Vec<&str> = places.iter().map(|place| services[*place].name.as_str()).collect();
        let place = match (decided.remove(&prefix), names.len()) {
            (None, 1) => places.first(),
            (Some(_), 1) => bail!("{prefix} is a prefix of {} only: `shared` need not decide it", names[0]),
            (Some(None), _) => None,
            (Some(Some(winner)), _) => {
                let place = places.iter().find(|place| services[**place].name == winner);
                Some(place.with_context(|| format!("{prefix} is no prefix of {winner}"))?)
            }
            (None, _) => bail!("{prefix} is a prefix of {}: `shared` must decide", names.join(", ")),
        };
        if let Some(place) = place {
            keys.insert(prefix, *place);
        }
    }
    if let Some(prefix) = decided.keys().next() {
        bail!("{prefix} is a prefix of no two services, or one's name: `shared` need not decide it");
    }
    Ok(keys)
}

/// The form that is compared: lower case, without spaces, hyphens, dots and underscores.
///
/// `orgwide-names` folds what it looks up in the same way, and its tests look up every spelling.
fn fold(spelling: &str) -> Result<String> {
    let folded: String = spelling
        .chars()
        .filter(|c| !matches!(c, ' ' | '-' | '.' | '_'))
        .map(|c| c.to_ascii_lowercase())
        .collect();
    if folded.is_empty() || !folded.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit()) {
        bail!("a service is spelled {spelling:?}: only letters, digits and single separators are expected");
    }
    Ok(folded)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn service(name: &str, sdk_id: &str, prefix: &str) -> Service {
        Service {
            name: name.into(),
            also: Vec::new(),
            sdk_id: sdk_id.into(),
            endpoint_prefix: format!("api.{name}"),
            signing_name: prefix.into(),
            iam_prefix: prefix.into(),
        }
    }

    fn error(services: &[Service], shared: &[(&str, Option<&str>)]) -> String {
        keys(services, shared).unwrap_err().to_string()
    }

    #[test]
    fn spellings_lose_case_and_separators() {
        let keys = keys(&[service("elbv2", "Elastic Load-Balancing_v2", "balancing")], &[]).unwrap();
        let spelled: Vec<&str> = keys.keys().map(String::as_str).collect();
        assert_eq!(spelled, ["apielbv2", "balancing", "elasticloadbalancingv2", "elbv2"]);
    }

    #[test]
    fn a_name_wins_over_a_prefix() {
        let keys = keys(&[service("docdb", "DocDB", "rds"), service("rds", "RDS", "rds")], &[]).unwrap();
        assert_eq!(keys["rds"], 1);
    }

    #[test]
    fn two_services_of_one_name_are_an_error() {
        let two = [service("a", "The A", "x"), service("b", "the-a", "y")];
        assert_eq!(error(&two, &[]), "\"the-a\" names a and b");
    }

    #[test]
    fn a_shared_prefix_needs_a_decision_and_gets_what_was_decided() {
        let two = [service("one", "One", "both"), service("two", "Two", "both")];
        assert_eq!(error(&two, &[]), "both is a prefix of one, two: `shared` must decide");
        assert_eq!(keys(&two, &[("both", Some("two"))]).unwrap()["both"], 1);
        assert!(!keys(&two, &[("both", None)]).unwrap().contains_key("both"));
        assert_eq!(error(&two, &[("both", Some("three"))]), "both is no prefix of three");
    }

    #[test]
    fn a_decision_nobody_needs_is_an_error() {
        let one = [service("one", "One", "alone")];
        assert!(error(&one, &[("alone", None)]).contains("of one only"));
        assert!(error(&one, &[("gone", None)]).contains("gone is a prefix of no two services"));
    }

    #[test]
    fn a_spelling_of_another_kind_is_refused_rather_than_folded() {
        for odd in ["", "--", "é", "a/b"] {
            assert!(fold(odd).is_err(), "{odd:?}");
        }
    }
}
