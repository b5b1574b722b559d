use super::super::foreign::Foreign;
use crate::node::Node;
use crate::problem::quoted;

/// Regions to include and to leave out.
pub(super) fn read(foreign: &mut Foreign, container: &Node) -> (Vec<String>, Vec<String>) {
    let Some(filter) = container.get("Filter") else { return (Vec::new(), vec!["global".to_owned()]) };
    foreign.read_only(filter, &["Partitions"]);
    let Some(partitions) = filter.get("Partitions") else { return (Vec::new(), vec!["global".to_owned()]) };
    let chosen = partitions.entry("aws").or_else(|| partitions.entries().first());
    let Some(chosen) = chosen else { return (Vec::new(), vec!["global".to_owned()]) };
    for other in partitions.entries().iter().filter(|other| other.key != chosen.key) {
        let message = format!("partition `{}` is not carried over: an account is in one", quoted(&other.key));
        foreign.note(other.place, message, Some("write a set of its own for it, with its profile"));
    }
    foreign.read_only(&chosen.node, &["IncludeNonRegional", "Regions"]);
    let global = foreign.flag(&chosen.node, "IncludeNonRegional").unwrap_or_default();
    let mut list = |key: &str| {
        let regions = chosen.node.get("Regions")?;
        foreign.read_only(regions, &["include", "exclude"]);
        regions.get(key).map(|list| foreign.texts(list))
    };
    let include = list("include").unwrap_or_default();
    let mut exclude = list("exclude").unwrap_or_default();
    if !global {
        exclude.push("global".to_owned());
    }
    (include, exclude)
}
