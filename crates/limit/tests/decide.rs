//! Which rule a call is under.

#![allow(clippy::unwrap_used, reason = "in the helpers of tests too, a failed unwrap is a failed test")]

use orgwide_limit::{Basis, Key, Match, Origin, Payer, Quota, Rule, Rules};

fn call(service: &str, operation: &str) -> Key {
    Key {
        account: Payer::Base,
        region: "eu-central-1".parse().unwrap(),
        service: service.parse().unwrap(),
        operation: operation.parse().unwrap(),
        paged: false,
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
        (
            "ec2",
            "DescribeInstances",
            "ec2:DescribeInstances without pages=5/s burst 20",
            "account, region and operation",
        ),
        (
            "ec2",
            "DescribeVolumes",
            "ec2:DescribeVolumes without pages=5/s burst 20",
            "account, region and operation",
        ),
        ("ec2", "DescribeRegions", "ec2:Describe*=10/s burst 40", "account, region and operation"),
        ("ec2", "GetConsoleOutput", "ec2:Get*=10/s burst 40", "account, region and operation"),
        ("ec2", "SearchTransitGatewayRoutes", "ec2:Search*=10/s burst 40", "account, region and operation"),
        ("ec2", "ListImagesInRecycleBin", "ec2:List*=10/s burst 40", "account, region and operation"),
        (
            "ec2",
            "DescribeMovingAddresses",
            "ec2:DescribeMovingAddresses=0.5/s burst 1",
            "account, region and operation",
        ),
        ("ec2", "RunInstances", "ec2:RunInstances=1/s burst 2", "account, region and operation"),
        ("ec2", "StopInstances", "ec2=2.5/s burst 25", "account, region and operation"),
        ("elbv2", "DescribeLoadBalancers", "elbv2:Describe*|Get*=5/s burst 20", "account and region"),
        ("ecs", "ListClusters", "ecs:DescribeClusters|ListClusters=10/s burst 25", "account and region"),
        ("lambda", "ListFunctions", "lambda=8/s burst 8", "account and region"),
        ("route53", "ListHostedZones", "route53=2.5/s burst 3", "account"),
        ("iam", "ListRoles", "iam=10/s burst 15", "account and operation"),
        ("s3", "ListBuckets", "s3=20/s burst 20", "account"),
        ("glacier", "ListVaults", "*=5/s burst 5", "account, region and service"),
    ] {
        let decided = Rules::default();
        let decided = decided.decide(&call(service, operation));
        assert_eq!(
            (decided.to_string().as_str(), decided.scope().to_string().as_str()),
            (rule, scope),
            "{service}:{operation}"
        );
        let guess = matches!(service, "s3" | "glacier");
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
            ("organizations", "ListHandshakesForAccount", 0.7),
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
fn a_rule_for_every_call_goes_before_what_is_built_in_and_after_the_user_s_others() {
    let rules = rules(&["*=100/s", "ec2=1/s"]);
    for (service, operation, rate) in
        [("ec2", "DescribeInstances", 1.0), ("sts", "AssumeRole", 100.0), ("glacier", "ListVaults", 100.0)]
    {
        assert_eq!(
            rules.decide(&call(service, operation)).quota().rate(),
            Some(rate),
            "{service}:{operation}"
        );
    }
}

#[test]
fn naming_accounts_or_regions_is_closer_than_not_but_operations_count_more() {
    let own = Payer::Account("111122223333".parse().unwrap());
    let quota = |rate| Quota::new(rate, 1).unwrap();
    let ec2 = || Match::service("ec2".parse().unwrap());
    let describe = Match::operations("ec2".parse().unwrap(), "Describe*").unwrap();
    let rules = Rules::new([
        Rule::new(ec2(), quota(1.0)),
        Rule::new(ec2().in_regions(["eu-*"]), quota(2.0)),
        Rule::new(ec2().in_regions(["eu-west-1"]), quota(3.0)),
        Rule::new(ec2().by_accounts([own]), quota(4.0)),
        Rule::new(describe.in_regions(["us-east-1"]), quota(5.0)),
    ]);
    for (account, region, operation, rate) in [
        (Payer::Base, "us-east-1", "RunInstances", 1.0),
        (Payer::Base, "eu-central-1", "RunInstances", 2.0),
        (Payer::Base, "eu-west-1", "RunInstances", 3.0),
        (own, "eu-west-1", "RunInstances", 4.0),
        (own, "us-east-1", "DescribeInstances", 5.0),
        (own, "us-east-2", "DescribeInstances", 4.0),
    ] {
        let key = Key { account, region: region.parse().unwrap(), ..call("ec2", operation) };
        assert_eq!(rules.decide(&key).quota().rate(), Some(rate), "{account} {region} {operation}");
    }
}

#[test]
fn an_explanation_says_which_rule_decides_which_ceilings_hold_and_what_they_shadow() {
    let rules =
        rules(&["ec2=600/s burst 2", "ec2=1000/s per run", "s3=1/s per run", "*=7/s", "ec2:Run*=9/s"]);
    let explained = rules.explain(&call("ec2", "DescribeInstances"));
    assert_eq!(explained.bucket, *rules.decide(&call("ec2", "DescribeInstances")));
    let written = |rules: &[Rule]| rules.iter().map(ToString::to_string).collect::<Vec<_>>();
    assert_eq!(written(&explained.ceilings), ["ec2=1000/s burst 1000 per run"]);
    let shadowed = [
        "*=7/s burst 7",
        "ec2:DescribeInstances without pages=5/s burst 20",
        "ec2:Describe*=10/s burst 40",
        "ec2=2.5/s burst 25",
        "*=5/s burst 5",
    ];
    assert_eq!(written(&explained.shadowed), shadowed);
    let text = explained.to_string();
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines[0], "ec2=600/s burst 2, one bucket per account and region (set by you)");
    assert!(lines[1].contains("burst 4 would do"), "{text}");
    assert_eq!(lines[2], "under the ceiling ec2=1000/s burst 1000 per run (set by you)");
    assert!(
        lines[4]
            .starts_with("not ec2:DescribeInstances without pages=5/s burst 20 (built in: AWS allows 10/s"),
        "{text}"
    );
}

#[test]
fn a_burst_is_tight_when_timers_that_wake_late_cost_some_of_the_rate() {
    let needed = [(0.7, 2), (20.0, 2), (200.0, 2), (201.0, 3), (600.0, 4), (5000.0, 26), (100_000.0, 501)];
    for (rate, needed) in needed {
        let quota = |burst| Quota::new(rate, burst).unwrap();
        assert_eq!(quota(1).full_use_burst(), Some(needed), "{rate}");
        assert!(quota(needed - 1).is_tight() && !quota(needed).is_tight(), "{rate}");
        assert!(!Quota::per_second(rate).unwrap().is_tight(), "{rate}");
    }
    assert!(!Quota::UNLIMITED.is_tight());
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
    for key in [call("ec2", "DescribeVolumes"), call("s3", "ListBuckets"), call("glacier", "ListVaults")] {
        let first = rules.iter().find(|rule| rule.matches().matches(&key));
        assert_eq!(first, Some(rules.decide(&key)));
    }
}

#[test]
fn a_call_that_reads_page_by_page_is_under_the_rule_of_all_reads_unless_the_user_says_otherwise() {
    let paged = |operation: &str| Key { paged: true, ..call("ec2", operation) };
    let built_in = Rules::default();
    for operation in ["DescribeInstances", "DescribeVolumes", "DescribeSecurityGroups"] {
        assert_eq!(built_in.decide(&paged(operation)).to_string(), "ec2:Describe*=10/s burst 40");
        assert_eq!(built_in.decide(&call("ec2", operation)).quota().rate(), Some(5.0));
    }
    // Others have one rate either way.
    for operation in ["DescribeVpcs", "DescribeHostReservations", "RunInstances"] {
        assert_eq!(built_in.decide(&paged(operation)), built_in.decide(&call("ec2", operation)));
    }
    let own = rules(&["ec2:DescribeInstances=3/s"]);
    assert_eq!(own.decide(&paged("DescribeInstances")), own.decide(&call("ec2", "DescribeInstances")));
}
