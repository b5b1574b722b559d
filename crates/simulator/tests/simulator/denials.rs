//! What policies deny.

use orgwide_simulator::{Denial, PolicyKind, Simulator, WorldSpec};
use serde_json::json;

use crate::support::*;

fn id(index: usize) -> String {
    WorldSpec::default().account_id(index)
}

fn under(denials: Vec<Denial>) -> Simulator {
    simulator(|spec| spec.denials = denials)
}

#[tokio::test(start_paused = true)]
async fn a_service_control_policy_denies_in_the_words_of_each_protocol_and_is_named() {
    let sim = under(vec![Denial::of("*", "*").account(id(3))]);
    // Tokens are had with the hub's credentials, which the policy does not bind.
    let key = member(&sim, 3).await;
    let truth = sim.truth();
    let policy = format!(
        "with an explicit deny in a service control policy: arn:aws:organizations::{}:policy/{}/\
         service_control_policy/p-",
        truth.management_account, truth.organization
    );
    let session =
        format!("User: arn:aws:sts::{}:assumed-role/OrganizationAccountAccessRole/unit-test", id(3));
    for (request, status, code, action) in [
        (describe_instances(&key, "eu-west-1", &[]), 403, "UnauthorizedOperation", "ec2:DescribeInstances"),
        (s3(&key, "/"), 403, "AccessDenied", "s3:ListAllMyBuckets"),
        (list_regions(&key, json!({})), 403, "AccessDeniedException", "account:ListRegions"),
        (
            organizations(&key, "DescribeOrganization", json!({})),
            400,
            "AccessDeniedException",
            "organizations:DescribeOrganization",
        ),
        (
            form(&key, "iam", "us-east-1", &[("Action", "ListAccountAliases")]),
            403,
            "AccessDenied",
            "iam:ListAccountAliases",
        ),
    ] {
        let answer = send(&sim, request.clone()).await;
        assert_eq!(refused(&sim, request).await, is(status, code));
        let expected = format!("{session} is not authorized to perform: {action} {policy}");
        assert!(answer.body.contains(&expected), "{answer:?}");
    }
    // No policy denies it.
    let identity = form(&key, "sts", "us-east-1", &[("Action", "GetCallerIdentity")]);
    assert_eq!(send(&sim, identity).await.status, 200);
    // What does not exist is not denied.
    let unknown = form(&key, "ec2", "us-east-1", &[("Action", "RunInstances")]);
    assert_eq!(refused(&sim, unknown).await, is(400, "InvalidAction"));
}

#[tokio::test(start_paused = true)]
async fn a_denial_meets_only_what_it_names() {
    let sim = under(vec![Denial::of("ec2", "Describe*ces").account(id(3)).region("eu-*")]);
    let (three, four) = (member(&sim, 3).await, member(&sim, 4).await);
    let status = async |key: &Key, region| send(&sim, describe_instances(key, region, &[])).await.status;
    assert_eq!(status(&three, "eu-west-1").await, 403);
    assert_eq!(status(&three, "eu-central-1").await, 403);
    assert_eq!(status(&three, "us-east-1").await, 200);
    assert_eq!(status(&four, "eu-west-1").await, 200);
    let regions = form(&three, "ec2", "eu-west-1", &[("Action", "DescribeRegions")]);
    assert_eq!(send(&sim, regions).await.status, 200);
}

#[tokio::test(start_paused = true)]
async fn service_control_policies_do_not_bind_the_management_account_and_others_do() {
    let free = under(vec![Denial::of("s3", "*")]);
    assert_eq!(send(&free, s3(&Key::hub(), "/")).await.status, 200);
    assert_eq!(send(&free, s3(&member(&free, 1).await, "/")).await.status, 403);
    let bound = under(vec![Denial::of("s3", "*").by(PolicyKind::PermissionsBoundary)]);
    let answer = send(&bound, s3(&Key::hub(), "/")).await;
    assert!(answer.text("Message").ends_with(" with an explicit deny in a permissions boundary"));
}

#[tokio::test(start_paused = true)]
async fn a_hub_without_the_permission_is_told_why_it_may_assume_nothing() {
    let lacking = Denial::of("sts", "AssumeRole").by(PolicyKind::IdentityPolicy);
    let sim = under(vec![lacking]);
    let role = role(&id(1));
    let answer = send(&sim, assume(&Key::hub(), &role)).await;
    assert_eq!((answer.status, answer.text("Code")), (403, "AccessDenied".into()));
    assert_eq!(
        answer.text("Message"),
        format!(
            "User: arn:aws:iam::{}:user/hub is not authorized to perform: sts:AssumeRole on resource: {role} \
             because no identity-based policy allows the sts:AssumeRole action",
            id(0)
        )
    );
}

#[tokio::test(start_paused = true)]
async fn a_denied_call_has_paid_and_met_its_fault() {
    let denials = vec![Denial::of("s3", "*").by(PolicyKind::PermissionsBoundary)];
    let sim = Simulator::builder(WorldSpec { denials, ..WorldSpec::default() })
        .faults([orgwide_simulator::Fault::on("s3", "*").answers([orgwide_simulator::Answer::Throttling])])
        .build()
        .unwrap();
    assert_eq!(refused(&sim, s3(&Key::hub(), "/")).await, is(503, "SlowDown"));
    assert_eq!(refused(&sim, s3(&Key::hub(), "/")).await, is(403, "AccessDenied"));
}

#[test]
fn denials_are_read_from_json() {
    let json = r#"[{"service": "ec2", "policy": "permissions_boundary"}, {}]"#;
    let expected = [Denial::of("ec2", "*").by(PolicyKind::PermissionsBoundary), Denial::of("*", "*")];
    assert_eq!(serde_json::from_str::<Vec<Denial>>(json).unwrap(), expected);
    for bad in [r#"{"servce": "ec2"}"#, r#"{"policy": "no_such"}"#] {
        assert!(serde_json::from_str::<Denial>(bad).is_err(), "{bad}");
    }
}

#[tokio::test(start_paused = true)]
async fn f28_every_kind_of_policy_has_its_words() {
    for (policy, words) in [
        (
            PolicyKind::ServiceControlPolicy,
            "with an explicit deny in a service control policy: arn:aws:organizations::",
        ),
        (
            PolicyKind::ResourceControlPolicy,
            "with an explicit deny in a resource control policy: arn:aws:organizations::",
        ),
        (PolicyKind::PermissionsBoundary, "with an explicit deny in a permissions boundary"),
        (PolicyKind::SessionPolicy, "with an explicit deny in a session policy"),
        (PolicyKind::VpcEndpointPolicy, "with an explicit deny in a VPC endpoint policy"),
        (PolicyKind::ResourcePolicy, "with an explicit deny in a resource-based policy"),
        (
            PolicyKind::IdentityPolicy,
            "because no identity-based policy allows the s3:ListAllMyBuckets action",
        ),
        (PolicyKind::IdentityDeny, "with an explicit deny in an identity-based policy"),
    ] {
        let sim = under(vec![Denial::of("s3", "*").by(policy)]);
        let key = member(&sim, 3).await;
        let message = send(&sim, s3(&key, "/")).await.text("Message");
        let (_, reason) = message.split_once("s3:ListAllMyBuckets ").unwrap();
        assert!(reason.starts_with(words), "{message}");
        // Policies of the organization do not bind the management account; the others do.
        let of_organization = words.ends_with("::");
        assert_eq!(send(&sim, s3(&Key::hub(), "/")).await.status == 200, of_organization, "{policy:?}");
    }
}
