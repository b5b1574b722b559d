use crate::{Collectors, Problem};
use orgwide_models::Catalog;

/// What is wrong in a file of two types of ECS, with another text for one in it.
fn problems(text: &str, other: &str) -> Vec<Problem> {
    let file = "service: ecs
types:
  - type: own:cluster
    operation: ListClusters
    items: clusterArns
    member: clusterArn
    id: clusterArn
    page: 100
    details:
      - operation: DescribeClusters
        parameters: { include: [TAGS] }
        batch: { parameter: clusters, each: '{clusterArn}', size: 100, items: clusters, match: clusterArn }
        tags: tags
      - operation: ListAttributes
        parameters: { cluster: '{clusterArn}', targetType: container-instance }
        answer: attributes
  - type: own:service
    within:
      type: own:cluster
      parameters: { cluster: '{clusterArn}' }
      members: { ofCluster: '{id}' }
    operation: ListServices
    items: serviceArns
    member: serviceArn
    id: serviceArn
    name: ofCluster
    page: 100
";
    let built_in = Collectors::built_in(Catalog::embedded()).unwrap();
    assert!(file.contains(text), "{text}");
    match built_in.with_file(&file.replacen(text, other, 1)) {
        Ok(_) => Vec::new(),
        Err(error) => error.problems().to_vec(),
    }
}

#[test]
fn a_file_in_which_all_fits_is_taken() {
    assert_eq!(problems("own:cluster", "own:cluster"), []);
}

#[test]
fn what_does_not_fit_is_told_with_its_place() {
    for (text, other, line, told) in [
        ("operation: DescribeClusters", "operation: DescribeCluster", 10, "did you mean `DescribeClusters`?"),
        ("operation: DescribeClusters", "operation: DeleteCluster", 10, "may change something"),
        ("include: [TAGS]", "including: [TAGS]", 10, "including"),
        ("include: [TAGS]", "include: ['{']", 11, "no `}`"),
        (
            "parameter: clusters",
            "parameter: clusterz",
            12,
            "there is no `clusterz`; did you mean `clusters`?",
        ),
        ("each: '{clusterArn}'", "each: '{clusterAr}'", 12, "the only member of an item is `clusterArn`"),
        ("size: 100", "size: 0", 12, "at least one"),
        ("items: clusters,", "items: failure,", 12, "did you mean `failures`?"),
        ("match: clusterArn", "match: settings", 12, "not a text"),
        ("tags: tags", "tags: tag", 13, "there is no `tag`"),
        ("tags: tags", "tags: status", 13, "these are no tags"),
        ("cluster: '{clusterArn}', targetType", "cluster: '{arm}', targetType", 15, "`clusterArn`"),
        ("        answer: attributes\n", "", 14, "it has pages"),
        ("answer: attributes", "answer: nextToken", 16, "a list is expected"),
        ("answer: attributes", "answer: attributes\n        tags: attributes", 17, "told already"),
        ("type: own:cluster\n      parameters", "type: own:clusters\n      parameters", 19, "`own:cluster`?"),
        ("parameters: { cluster: '{clusterArn}' }", "parameters: { cluster: '{name}' }", 20, "`clusterArn`"),
        ("parameters: { cluster: '{clusterArn}' }", "parameters: { clustr: '{id}' }", 22, "clustr"),
        ("name: ofCluster", "name: clusterArn", 26, "`serviceArn`"),
        ("page: 100\n    details", "page: 100\n    scope: global\n    details", 20, "the same `scope`"),
        (
            "name: ofCluster",
            "instead: { operation: ListServices, items: serviceArns, page: 9 }",
            26,
            "has no `instead`",
        ),
    ] {
        let found = problems(text, other);
        let fits = |problem: &Problem| problem.line == line && problem.message.contains(told);
        assert!(found.iter().any(fits), "{other}: {found:?}");
    }
}
