use orgwide_limit::Rule;

use super::super::foreign::{Entries, Foreign, add};
use crate::node::Node;
use crate::yaml::Yaml;

/// The rates of a container: its own, and those of single regions.
pub(super) fn read(foreign: &mut Foreign, container: &Node, include: &[String]) -> Option<Yaml> {
    let single = container.get("RateLimitRegionSpec");
    let named: Vec<&str> =
        single.map_or_else(Vec::new, |regions| regions.entries().iter().map(|entry| &*entry.key).collect());
    let mut limits = Vec::new();
    if let Some(rate) = container.get("RateLimit") {
        // A region's own rate takes the place of the container's, and two ceilings would both hold.
        let others: Vec<String> =
            include.iter().filter(|region| !named.contains(&region.as_str())).cloned().collect();
        if named.is_empty() {
            limits.extend(ceiling(foreign, rate, &[]));
        } else if include.is_empty() {
            let message = "regions with a rate of their own are held to this one besides";
            foreign.note(
                rate.place,
                message,
                Some("list the other regions under `region` of the first limit"),
            );
            limits.extend(ceiling(foreign, rate, &[]));
        } else if !others.is_empty() {
            limits.extend(ceiling(foreign, rate, &others));
        }
    }
    for entry in single.map_or(&[][..], |regions| regions.entries()) {
        limits.extend(ceiling(foreign, &entry.node, &[entry.key.to_string()]));
    }
    match limits.len() {
        0 => None,
        1 => limits.pop(),
        _ => Some(Yaml::List(limits)),
    }
}

/// So many calls in an interval, over all services of an account in a region.
fn ceiling(foreign: &mut Foreign, rate: &Node, regions: &[String]) -> Option<Yaml> {
    foreign.read_only(rate, &["max_count", "interval", "block"]);
    let count = foreign.text(rate, "max_count")?;
    let interval = foreign.text(rate, "interval").unwrap_or_else(|| "1".to_owned());
    let fail_fast = foreign.flag(rate, "block") == Some(false);
    let rule = match (count.parse::<f64>(), interval.parse::<f64>()) {
        (Ok(count), Ok(interval)) if count >= 1.0 && interval > 0.0 => {
            let per = if interval == 60.0 {
                format!("{count}/m")
            } else if interval == 3600.0 {
                format!("{count}/h")
            } else {
                format!("{}/s", count / interval)
            };
            Some(format!("*={per} burst {count}"))
        }
        _ => None,
    };
    let Some(rule) = rule.filter(|rule| rule.parse::<Rule>().is_ok()) else {
        let hint = "write a limit such as `rule: '*=10/s'` with `ceiling: account-region`";
        foreign.note(rate.place, "this rate is not carried over", Some(hint));
        return None;
    };
    if count.parse::<f64>().is_ok_and(|count| count > 1.0) {
        let message = "after a pause, the first interval lets up to twice as many pass: the bucket was full";
        foreign.note(rate.place, message, Some("a smaller `burst` spreads them"));
    }
    let mut entries: Entries = vec![("rule".to_owned(), Yaml::text(rule))];
    add(&mut entries, "region", super::super::foreign::texts(regions));
    add(&mut entries, "ceiling", Some(Yaml::text("account-region")));
    add(&mut entries, "fail_fast", fail_fast.then_some(Yaml::Flag(true)));
    Some(Yaml::Map(entries))
}
