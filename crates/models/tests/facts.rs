//! The embedded models against what was counted in botocore 1.44.5 by other means.
#![allow(clippy::unwrap_used, reason = "in the helpers of tests too, a failed unwrap is a failed test")]

use std::collections::BTreeSet;
use std::sync::Arc;

use orgwide_models::{Auth, Catalog, Checksum, Kind, Model, Operation, Protocol, Shape};

fn models() -> Vec<Arc<Model>> {
    let catalog = Catalog::embedded();
    catalog.services().map(|service| catalog.model(&service.name).unwrap()).collect()
}

fn operations(models: &[Arc<Model>]) -> impl Iterator<Item = (&Model, &Operation)> {
    models.iter().flat_map(|model| model.operations().map(|operation| (&**model, operation)))
}

fn count(models: &[Arc<Model>], is_counted: impl Fn(&Model, &Operation) -> bool) -> usize {
    operations(models).filter(|(model, operation)| is_counted(model, operation)).count()
}

#[test]
fn every_service_and_operation_is_here() {
    let models = models();
    assert_eq!((models.len(), operations(&models).count()), (439, 19_796));
}

#[test]
fn what_sets_operations_apart_is_counted_as_in_their_source() {
    let models = models();
    let count = |is_counted: fn(&Model, &Operation) -> bool| count(&models, is_counted);
    assert_eq!(count(|_, operation| operation.auth == Auth::None), 49);
    assert_eq!(count(|_, operation| operation.auth == Auth::SigV4UnsignedBody), 6);
    assert_eq!(count(|_, operation| operation.host_prefix.is_some()), 718);
    assert_eq!(count(|_, operation| operation.result_wrapper.is_some()), 1_012);
    assert_eq!(count(|_, operation| operation.needs_endpoint_discovery), 32);
    assert_eq!(count(|_, operation| !operation.context.is_empty()), 367);
    assert_eq!(count(|_, operation| operation.is_deprecated), 293);
    assert_eq!(count(|_, operation| operation.is_read_only), 2_312);
    assert_eq!(count(|_, operation| operation.input.is_none()), 87);
    assert_eq!(count(|_, operation| operation.output.is_none()), 1_496);
    assert_eq!(
        count(|_, operation| matches!(operation.checksum, Checksum::Required | Checksum::RequiredAs(_))),
        64
    );
    let named = |_: &Model, operation: &Operation| {
        matches!(operation.checksum, Checksum::RequiredAs(_) | Checksum::OptionalAs(_))
    };
    assert_eq!(count(named), 33);
    let has_token = |model: &Model, operation: &Operation| {
        operation
            .input
            .is_some_and(|input| model.shape(input).members.iter().any(|member| member.is_idempotency_token))
    };
    assert_eq!(count(has_token), 1_501);
    let is_stream = |model: &Model, operation: &Operation| {
        operation.output.is_some_and(|output| {
            let mut members = model.shape(output).members.iter();
            members.any(|member| model.shape(member.shape).is_event_stream)
        })
    };
    assert_eq!(count(is_stream), 25);
}

#[test]
fn json_is_spoken_wherever_it_can_be() {
    let models = models();
    let speaking = |protocol: Protocol| -> Vec<&str> {
        let models = models.iter().filter(|model| model.service().protocol == protocol);
        models.map(|model| model.service().name.as_str()).collect()
    };
    assert_eq!(
        speaking(Protocol::Cbor),
        ["cloudwatchomni", "eventbridgev2", "partnercentral-revenue-measurement"]
    );
    assert_eq!(speaking(Protocol::Ec2), ["ec2"]);
    assert_eq!(speaking(Protocol::RestXml), ["cloudfront", "route53", "s3", "s3control"]);
    assert_eq!(speaking(Protocol::RestJson).len(), 261);
    assert_eq!(speaking(Protocol::Query).len(), 17);
    assert_eq!(speaking(Protocol::Json10).len() + speaking(Protocol::Json11).len(), 112 + 40 + 1);
}

#[test]
fn two_services_take_only_tokens_and_two_only_old_signatures() {
    let models = models();
    let with = |auth: Auth| -> BTreeSet<&str> {
        let operations = operations(&models).filter(|(_, operation)| operation.auth == auth);
        operations.map(|(model, _)| model.service().name.as_str()).collect()
    };
    assert_eq!(with(Auth::Bearer), BTreeSet::from(["account-access-runtime", "codecatalyst"]));
    assert_eq!(with(Auth::SigV2), BTreeSet::from(["importexport", "sdb"]));
}

#[test]
fn every_shape_and_member_is_kept() {
    let models = models();
    // Shapes cannot be listed, so each is looked up from where it is used; what no operation uses is not seen.
    let mut members = 0;
    let mut values = 0;
    for model in &models {
        let mut seen = BTreeSet::new();
        let roots = model.operations().flat_map(|operation| {
            operation
                .input
                .iter()
                .chain(&operation.output)
                .chain(&operation.errors)
                .copied()
                .collect::<Vec<_>>()
        });
        let mut next: Vec<_> = roots.collect();
        while let Some(id) = next.pop() {
            let shape: &Shape = model.shape(id);
            if seen.insert(model.text(shape.name)) {
                members += if shape.kind == Kind::Structure { shape.members.len() } else { 0 };
                values += shape.values.len();
                next.extend(shape.members.iter().map(|member| member.shape));
            }
        }
    }
    assert_eq!((members, values), (238_394, 55_949));
}

#[test]
fn an_operation_is_called_what_its_users_call_it() {
    let catalog = Catalog::embedded();
    // Its own name in the model is ListDistributions2020_05_31.
    let cloudfront = catalog.model("cloudfront").unwrap();
    let operation = cloudfront.operation("list-distributions").unwrap();
    assert_eq!(cloudfront.text(operation.name), "ListDistributions");
    assert_eq!(cloudfront.text(operation.uri), "/2020-05-31/distribution");
}

#[test]
fn every_usual_spelling_of_an_operation_finds_it_and_no_two_share_one() {
    for model in models() {
        let mut spellings = BTreeSet::new();
        for operation in model.operations() {
            let name = model.text(operation.name);
            assert!(spellings.insert(name.to_lowercase()), "{name}");
            // As the AWS CLI forms its commands, nearly: a hyphen before each capital letter.
            let command: String = name
                .char_indices()
                .flat_map(|(at, c)| {
                    (c.is_ascii_uppercase() && at > 0)
                        .then_some('-')
                        .into_iter()
                        .chain([c.to_ascii_lowercase()])
                })
                .collect();
            for spelling in [name, &command, &command.replace('-', "_"), &name.to_uppercase()] {
                assert!(std::ptr::eq(model.operation(spelling).unwrap(), operation), "{spelling}");
            }
        }
        assert!(model.operation("").is_none());
    }
}

#[test]
fn a_misspelled_operation_has_a_near_one() {
    let ec2 = Catalog::embedded().model("ec2").unwrap();
    assert_eq!(ec2.nearest_operation("describe-instance"), Some("DescribeInstances"));
    assert_eq!(ec2.nearest_operation("DescribeVpc"), Some("DescribeVpcs"));
    assert_eq!(ec2.nearest_operation("quux"), None);
    assert_eq!(ec2.nearest_operation(&"a".repeat(100_000)), None);
}
