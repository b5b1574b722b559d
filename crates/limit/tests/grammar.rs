//! What users may write for a limit, and what they are told when it is something else.

use orgwide_limit::{Quota, Rule, Scope};

#[test]
fn quotas_mean_what_they_say() {
    for (text, rate, burst) in [
        ("20/s burst 100", 20.0, 100),
        ("  20/s   burst   100 ", 20.0, 100),
        ("90/m burst 3", 1.5, 3),
        ("7200/h burst 1", 2.0, 1),
        ("0.5/s burst 1", 0.5, 1),
        (".5/s burst 1", 0.5, 1),
        ("1e3/s burst 7", 1000.0, 7),
        // The bounds themselves, in each unit.
        ("0.0001/s burst 1", 0.0001, 1),
        ("0.006/m burst 1", 0.0001, 1),
        ("0.36/h burst 1", 0.0001, 1),
        ("100000/s burst 100000", 100_000.0, 100_000),
        ("6000000/m burst 100000", 100_000.0, 100_000),
        ("360000000/h burst 1", 100_000.0, 1),
    ] {
        let quota: Quota = text.parse().unwrap_or_else(|error| panic!("{text}: {error}"));
        assert_eq!((quota.rate(), quota.burst()), (Some(rate), Some(burst)), "{text}");
    }
    let unlimited: Quota = "unlimited".parse().unwrap();
    assert_eq!((unlimited.rate(), unlimited.burst()), (None, None));
}

#[test]
fn a_burst_not_given_is_what_a_second_brings_and_what_full_use_needs() {
    // The greater of the rate rounded up and of one more than what 5 ms bring, rounded up.
    for (text, burst) in [
        ("20/s", 20),
        ("20.1/s", 21),
        ("100000/s", 100_000),
        ("2/s", 2),
        ("1.5/s", 2),
        ("1/s", 2),
        ("0.7/s", 2),
        ("0.0001/s", 2),
        ("30/m", 2),
    ] {
        assert_eq!(text.parse::<Quota>().unwrap().burst(), Some(burst), "{text}");
    }
}

#[test]
fn what_is_not_a_quota_is_refused_with_what_is_wrong_and_what_is_right() {
    for (text, wrong) in [
        ("", "the rate is missing"),
        ("   ", "the rate is missing"),
        ("fast", "`fast` is not a number"),
        ("/s", "`/s` is not a number"),
        ("NaN/s", "`NaN/s` is not a number"),
        ("inf/s", "`inf/s` is not a number"),
        ("infinity", "`infinity` is not a number"),
        ("20", "`20` does not say per what"),
        ("20/", "`20` does not say per what"),
        ("20 /s", "`20` does not say per what"),
        ("20/d", "`/d` is not a unit"),
        ("20/S", "`/S` is not a unit"),
        ("20/sec burst 5", "`/sec` is not a unit"),
        ("20/s/s", "`/s/s` is not a unit"),
        ("0/s", "`0/s` is out of bounds"),
        ("-0/s", "`-0/s` is out of bounds"),
        ("-5", "`-5` is out of bounds"),
        ("-5/s", "`-5/s` is out of bounds"),
        ("1e300/s", "`1e300/s` is out of bounds"),
        ("1e-300/s", "`1e-300/s` is out of bounds"),
        ("0.00009/s", "`0.00009/s` is out of bounds"),
        ("0.35/h", "`0.35/h` is out of bounds"),
        ("100001/s", "`100001/s` is out of bounds"),
        ("6000060/m", "`6000060/m` is out of bounds"),
        ("20/s burst", "`burst` is not a burst"),
        ("20/s burst 0", "`burst 0` is not a burst"),
        ("20/s burst -1", "`burst -1` is not a burst"),
        ("20/s burst 1.5", "`burst 1.5` is not a burst"),
        ("20/s burst 100001", "`burst 100001` is not a burst"),
        ("20/s burst 99999999999", "`burst 99999999999` is not a burst"),
        ("20/s burst 5 please", "`please` is too much"),
        ("20/s 100", "`100` is too much"),
        ("20/s Burst 100", "`Burst 100` is too much"),
        ("unlimited burst 5", "`burst 5` is too much"),
        ("20/s per run", "`per run` stands at the end of a rule"),
        ("20/s burst 5 per run", "`per run` stands at the end of a rule"),
        ("unlimited per run", "`per run` stands at the end of a rule"),
    ] {
        let message = match text.parse::<Quota>() {
            Ok(quota) => panic!("`{text}` was taken for {quota}"),
            Err(error) => error.to_string(),
        };
        assert!(message.starts_with(wrong), "{text}: {message}");
        assert!(message.contains("/s"), "{text}: no example in: {message}");
    }
}

#[test]
fn figures_out_of_bounds_are_refused_without_text_too() {
    for rate in [0.0, -1.0, f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 1e300, 0.00009, 100_001.0] {
        assert!(Quota::new(rate, 1).is_err() && Quota::per_second(rate).is_err(), "{rate}");
    }
    assert!(Quota::new(1.0, 0).is_err() && Quota::new(1.0, 100_001).is_err());
}

#[test]
fn any_quota_reads_back_as_it_was_written() {
    for seed in 0..10_000 {
        let mut random = fastrand::Rng::with_seed(seed);
        let rate = 10f64.powf(random.f64() * 9.0 - 4.0);
        let quota = Quota::new(rate, random.u32(1..=100_000)).unwrap();
        assert_eq!(quota.to_string().parse(), Ok(quota), "seed {seed}");
    }
    assert_eq!(Quota::UNLIMITED.to_string().parse(), Ok(Quota::UNLIMITED));
}

#[test]
fn rules_mean_what_they_say() {
    for (text, scope, written) in [
        ("ec2=20/s burst 10", Scope::ACCOUNT_REGION, "ec2=20/s burst 10"),
        ("ec2:Describe*=20/s burst 100", Scope::ACCOUNT_REGION_OPERATION, "ec2:Describe*=20/s burst 100"),
        ("ec2:DescribeInstances=1/s", Scope::ACCOUNT_REGION_OPERATION, "ec2:DescribeInstances=1/s burst 2"),
        ("*=20/s", Scope::ACCOUNT_REGION_SERVICE, "*=20/s burst 20"),
        ("ec2=20/s per run", Scope::RUN, "ec2=20/s burst 20 per run"),
        (" * = 20/s  burst 7  per  run ", Scope::RUN, "*=20/s burst 7 per run"),
        ("ec2:Describe*=30/m per run", Scope::RUN, "ec2:Describe*=0.5/s burst 2 per run"),
        ("ec2:*=1/m burst 1", Scope::ACCOUNT_REGION_OPERATION, "ec2:*=0.016666666666666666/s burst 1"),
        (" EC2 = unlimited ", Scope::ACCOUNT_REGION, "ec2=unlimited"),
        (
            "Elastic Load Balancing v2:Describe????=3/s",
            Scope::ACCOUNT_REGION_OPERATION,
            "elbv2:Describe????=3/s burst 3",
        ),
    ] {
        let rule: Rule = text.parse().unwrap_or_else(|error| panic!("{text}: {error}"));
        assert_eq!((rule.scope(), rule.to_string().as_str()), (scope, written), "{text}");
        assert_eq!(written.parse::<Rule>().as_ref(), Ok(&rule), "{written}");
    }
}

#[test]
fn what_is_not_a_rule_is_refused_with_what_is_wrong_and_what_is_right() {
    for (text, wrong, right) in [
        ("", "`` sets no limit", "`ec2:Describe*=20/s burst 100`"),
        ("ec2", "`ec2` sets no limit", "`ec2:Describe*=20/s burst 100`"),
        ("ec2:Describe* 20/s", "`ec2:Describe* 20/s` sets no limit", "`ec2:Describe*=20/s burst 100`"),
        ("=20/s", "`` is not a service name", "`ec2`"),
        ("*:Describe*=20/s", "`*` is not a service name", "`ec2`"),
        ("ec2:=20/s", "`` is not an operation", "`ec2:Describe*`"),
        (
            "ec2:describe-instances=20/s",
            "`describe-instances` is not an operation",
            "`ec2:DescribeInstances`",
        ),
        ("ec2:1*=20/s", "`1*` is not an operation", "`ec2:DescribeInstances`"),
        ("ec2:A:B=20/s", "`A:B` is not an operation", "`ec2:DescribeInstances`"),
        ("ec2=", "the rate is missing", "`20/s burst 100`"),
        ("ec2==20/s", "`=20/s` is not a number", "`20/s`"),
        ("ec2=unlimited per run", "`per run` stands at the end of a rule", "`ec2=20/s burst 100 per run`"),
        ("ec2=per run", "the rate is missing", "`20/s burst 100`"),
        ("ec2=20/sper run", "`/sper` is not a unit", "`20/s`"),
        ("ec2=20/s per run burst 5", "`per run burst 5` is too much", "`20/s burst 100`"),
        ("ec2=20/s per run per run", "`per run` stands at the end of a rule", "`ec2=20/s burst 100 per run`"),
        ("ec2\u{1b}[31m", "`ec2\\u{1b}[31m` sets no limit", "`ec2:Describe*=20/s burst 100`"),
    ] {
        let message = match text.parse::<Rule>() {
            Ok(rule) => panic!("`{text}` was taken for {rule}"),
            Err(error) => error.to_string(),
        };
        assert!(message.starts_with(wrong), "{text}: {message}");
        assert!(message.contains(right), "{text}: no example in: {message}");
    }
}
