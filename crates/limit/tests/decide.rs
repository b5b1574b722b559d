//! Which rule a call is under.

#![allow(clippy::unwrap_used, reason = "in the helpers of tests too, a failed unwrap is a failed test")]

use orgwide_limit::{Basis, Key, Origin, Payer, Rules};

fn call(service: &str, operation: &str) -> Key {
    Key {
        account: Payer::Base,
        region: "eu-central-1".parse().unwrap(),
        service: service.parse().unwrap(),
        operation: operation.parse().unwrap(),
    }
}

fn rules(user: &[&str]) -> Rules {
    Rules::new(user.iter().map(|text| text.parse().unwrap()))
}

#[test]
fn the_built_in_table_stays_below_what_aws_publishes() {
    // Figures of AWS are in the sources the rules name; the guesses are ours.
    for (service, operation, rule, scope) in [
        ("sts", "AssumeRole", "sts=200/s burst 200", "account and region"),
        ("sts", "GetCallerIdentity", "sts=200/s burst 200", "account and region"),
        ("organizations", "ListAccounts", "organizations:ListAccounts=5/s burst 8", "account and operation"),
        ("organizations", "DescribeOrganization", "organizations=0.7/s burst 1", "account and operation"),
        ("account", "ListRegions", "account=3/s burst 3", "account and operation"),
        ("ec2", "DescribeInstances", "ec2:DescribeInstances=5/s burst 20", "account, region and operation"),
        ("ec2", "DescribeVolumes", "ec2:DescribeVolumes=5/s burst 20", "account, region and operation"),
        ("ec2", "DescribeRegions", "ec2:Describe*=10/s burst 40", "account, region and operation"),
        ("ec2", "GetConsoleOutput", "ec2:Get*=10/s burst 40", "account, region and operation"),
        ("ec2", "SearchTransitGatewayRoutes", "ec2:Search*=10/s burst 40", "account, region and operation"),
        ("ec2", "ListImagesInRecycleBin", "ec2:List*=10/s burst 40", "account, region and operation"),
        ("ec2", "RunInstances", "ec2=2.5/s burst 25", "account, region and operation"),
        ("s3", "ListBuckets", "s3=20/s burst 20", "account"),
        ("lambda", "ListFunctions", "*=5/s burst 5", "account, region and service"),
    ] {
        let decided = Rules::default();
        let decided = decided.decide(&call(service, operation));
        assert_eq!(
            (decided.to_string().as_str(), decided.scope().to_string().as_str()),
            (rule, scope),
            "{service}:{operation}"
        );
        let guess = matches!(service, "s3" | "lambda");
        let Origin::BuiltIn { basis } = decided.origin() else { panic!("{decided} is not built in") };
        assert_eq!(basis == Basis::Guess, guess, "{service}:{operation}");
    }
}

#[test]
fn the_most_specific_rule_of_the_user_wins_and_any_of_them_beats_the_built_in_ones() {
    let user = [
        "ec2=1/s burst 1",
        "ec2:*=2/s burst 2",
        "ec2:Describe*=3/s burst 3",
        "ec2:Describe*s=4/s burst 4",
        "ec2:describeinstances=5/s burst 5",
        "lambda=6/s burst 6",
        "organizations:?istAccounts=7/s burst 7",
    ];
    for (mut given, turn) in [(user.to_vec(), "as written"), (user.to_vec(), "backwards")] {
        if turn == "backwards" {
            given.reverse();
        }
        let rules = rules(&given);
        for (service, operation, rate) in [
            ("ec2", "DescribeInstances", 5.0),
            ("ec2", "DescribeVolumes", 4.0),
            ("ec2", "DescribeAddressesAttribute", 3.0),
            ("ec2", "RunInstances", 2.0),
            ("lambda", "ListFunctions", 6.0),
            // The user's pattern goes before the built-in rule for exactly this operation.
            ("organizations", "ListAccounts", 7.0),
            ("organizations", "ListAccountsForParent", 0.7),
            ("sts", "AssumeRole", 200.0),
            ("rds", "DescribeDBInstances", 5.0),
        ] {
            let decided = rules.decide(&call(service, operation)).quota().rate();
            assert_eq!(decided, Some(rate), "{service}:{operation}, {turn}");
        }
    }
}

#[test]
fn a_rule_for_the_whole_service_replaces_every_built_in_one_of_it() {
    let rules = rules(&["ec2=20/s burst 10"]);
    for operation in ["DescribeInstances", "DescribeRegions", "RunInstances"] {
        assert_eq!(rules.decide(&call("ec2", operation)).origin(), Origin::User, "{operation}");
    }
}

#[test]
fn of_two_rules_alike_the_first_wins() {
    for (user, rate) in [
        (["ec2=1/s", "ec2=2/s"], 1.0),
        (["ec2=2/s", "EC2=1/s"], 2.0),
        (["ec2:Describe*=1/s", "ec2:*Describe=2/s"], 1.0),
        (["ec2:*Instances=2/s", "ec2:Describe*=1/s"], 2.0),
    ] {
        let rules = rules(&user);
        assert_eq!(rules.decide(&call("ec2", "DescribeInstances")).quota().rate(), Some(rate), "{user:?}");
    }
}

#[test]
fn the_list_of_rules_is_in_the_order_they_are_tried() {
    let rules = rules(&["ec2=1/s burst 1", "ec2:DescribeInstances=2/s burst 2"]);
    let listed: Vec<String> = rules.iter().map(ToString::to_string).collect();
    assert_eq!(listed[..2], ["ec2:DescribeInstances=2/s burst 2", "ec2=1/s burst 1"]);
    assert_eq!(listed.last().map(String::as_str), Some("*=5/s burst 5"));
    for key in [call("ec2", "DescribeVolumes"), call("s3", "ListBuckets"), call("kms", "ListKeys")] {
        let first = rules.iter().find(|rule| rule.matches().matches(&key));
        assert_eq!(first, Some(rules.decide(&key)));
    }
}
