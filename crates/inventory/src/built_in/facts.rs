//! What of the declared types can be told from the models of their services.

use std::collections::BTreeMap;
use std::sync::Arc;

use orgwide_call::is_global;
use orgwide_models::{Catalog, Model, Operation};
use orgwide_names::Partition;
use serde_json::Value;

use super::FILES;
use crate::collector::Spec;
use crate::collectors::bare;
use crate::expression::Path;
use crate::{Collector, Collectors, Scope, shapes};

fn collectors() -> Vec<Collector> {
    Collectors::built_in(Catalog::embedded()).unwrap().all().to_vec()
}

pub(super) fn model(spec: &Spec) -> (Arc<Model>, Operation) {
    let model = spec.catalog.model(&spec.service).unwrap();
    let operation =
        model.operations().find(|known| model.text(known.name) == spec.operation).unwrap().clone();
    (model, operation)
}

#[test]
fn what_a_service_without_regions_lists_is_asked_for_once() {
    for collector in collectors() {
        let (model, _) = model(collector.spec());
        let expected = match collector.kind().as_str() {
            // Every region's endpoint lists the buckets of all.
            "s3:bucket" => Scope::Global,
            "organizations:account" => Scope::Organization,
            _ if is_global(&model, Partition::aws()) => Scope::Global,
            _ => Scope::Regional,
        };
        assert_eq!(collector.scope(), expected, "{}", collector.kind());
        for partition in Partition::all() {
            let there = is_global(&model, partition);
            let here = is_global(&model, Partition::aws());
            assert_eq!(there, here, "{} in {}", collector.kind(), partition.id());
        }
    }
}

#[test]
fn a_page_is_no_larger_than_its_service_allows_and_its_size_is_asked_for() {
    for collector in collectors() {
        let spec = collector.spec();
        let (model, operation) = model(spec);
        let kind = collector.kind();
        let Some(paginator) = &operation.paginator else {
            assert_eq!(collector.page(), None, "{kind}");
            continue;
        };
        let page = collector.page().unwrap();
        let Some(limit) = paginator.limit else {
            assert!(["cloudformation:stack", "sns:topic"].contains(&kind.as_str()), "{kind} has no size");
            continue;
        };
        let declared = spec.parameters.get(model.text(limit)).map(|size| match size {
            Value::String(size) => size.parse().unwrap(),
            size => size.as_u64().unwrap(),
        });
        match (kind.as_str(), declared, paginator.limit_max) {
            // These ask for it though the model tells none: see `call`.
            ("ec2:instance" | "ec2:volume", None, 0) => assert_eq!(page, 1000, "{kind}"),
            // It answers with fewer than it lets one ask for.
            ("lambda:function", None, 10_000) => assert_eq!(page, 50),
            (_, None, largest) => assert_eq!(page, largest, "{kind}: declare how many to ask for"),
            (_, Some(declared), _) => assert_eq!(declared, u64::from(page), "{kind}"),
        }
        let names_things = |(member, value): (&String, &Value)| {
            value.is_array() && ["Ids", "Names", "Arns"].iter().any(|end| member.ends_with(end))
        };
        let parameters = spec.parameters.as_object().unwrap();
        // Beside a list of names no size is asked for, unless it is declared.
        assert!(declared.is_some() || !parameters.iter().any(names_things), "{kind}");
    }
}

#[test]
fn an_arn_is_the_services_own_or_names_no_partition_itself() {
    for (file, text) in FILES {
        assert!(!text.contains("arn:aws"), "{file}");
        let arns = text.lines().filter_map(|line| line.trim().strip_prefix("arn: "));
        for arn in arns {
            let is_own = arn.starts_with("\"{") && arn.ends_with("}\"") && arn.matches('{').count() == 1;
            assert!(is_own || arn.starts_with("arn:{partition}:"), "{file}: {arn}");
        }
    }
}

#[test]
fn the_common_set_is_what_most_questions_are_about() {
    let common: Vec<_> = collectors().into_iter().filter(Collector::is_common).collect();
    let expected = "cloudformation:stack ec2:elastic-ip ec2:image ec2:instance ec2:internet-gateway ec2:natgateway \
                    ec2:network-interface ec2:route-table ec2:security-group ec2:snapshot ec2:subnet ec2:volume \
                    ec2:vpc ec2:vpc-endpoint iam:role iam:user lambda:function rds:cluster rds:db s3:bucket";
    let kinds: Vec<_> = common.iter().map(|known| known.kind().as_str()).collect();
    assert_eq!(kinds.join(" "), expected);
}

#[test]
fn no_two_types_share_a_name() {
    let mut names = BTreeMap::new();
    for collector in collectors() {
        for name in collector.spec().names().map(|name| bare(&name)) {
            let other = names.insert(name.clone(), collector.kind().clone());
            assert!(other.is_none(), "{name}: {other:?} and {}", collector.kind());
        }
    }
}

#[test]
fn certificates_of_every_algorithm_and_origin_are_asked_for() {
    let collector = collectors().into_iter().find(|known| *known.kind() == "acm:certificate").unwrap();
    let (model, operation) = model(collector.spec());
    let every = |path: &str| -> Value {
        let list = shapes::at(&model, operation.input.unwrap(), &Path::new(path)).unwrap();
        let element = model.shape(model.shape(list).members[0].shape);
        element.values.iter().map(|value| model.text(*value)).collect()
    };
    let asked = &collector.spec().parameters;
    assert_eq!(asked["Includes"]["keyTypes"], every("Includes.keyTypes"));
    assert_eq!(asked["CertificateKeyPairOrigins"], every("CertificateKeyPairOrigins"));
}
