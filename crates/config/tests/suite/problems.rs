use crate::{parse, refused};

#[test]
fn every_problem_is_reported_at_once_in_the_order_of_the_file() {
    let file = "\
regoin: eu-west-1
region: [eu-cental-1, xx-*]
account: 12345678901
limit:
  - ec3=20/s
  - ec2=fast
  - {rule: 'ec2=20/s', ceiling: accounts}
  - {in_flight: 3}
in_flight: 0
item_timeout: soon
role: {external_id: abc}
endpoints: {s4: https://x, sqs: {eu-cental-1: https://x}, sns: ftp://x}
sets:
  prod: {in-flight: 3, profile: }
";
    assert_eq!(
        refused(file),
        [
            "1:1: there is no key `regoin`; did you mean `region`?",
            "2:10: `eu-cental-1` is not a region; did you mean `eu-central-1`?",
            "2:23: no region fits `xx-*`",
            "3:10: `12345678901` has 11 digits, and the id of an account has 12; did leading zeros get lost?",
            "5:5: no service of AWS is called `ec3`; did you mean `ec2`?",
            "6:5: `fast` is not a number of calls: write the rate as in `20/s` or `0.5/s`, or `unlimited`",
            "7:33: `accounts` is no scope of a ceiling; write `run`, `account` or `account-region`",
            "8:5: which calls, how many? The key `rule` is missing; write `rule: ec2=20/s`, or `rule: '*=unlimited'` when only `in_flight` counts",
            "9:12: `0` is not a whole number from 1",
            "10:15: `soon` is not a span of time; write `90s`, `5m` or `1h30m`",
            "11:7: which role? The key `name` is missing",
            "12:13: no service of AWS is called `s4`; name it as the AWS CLI does, such as `ec2`",
            "12:34: `eu-cental-1` is not a region; did you mean `eu-central-1`?",
            "12:64: this is not the URL of an endpoint; write https://HOST or http://HOST:PORT, without user and password",
            "14:10: there is no key `in-flight`; did you mean `in_flight`?",
            "14:31: a value is missing; give it one, or remove the key",
        ]
    );
}

#[test]
fn values_of_the_wrong_kind_are_refused_where_they_stand() {
    for (file, problem) in [
        ("- a\n- b", "1:1: a map is expected here, and this is a list"),
        ("text", "1:1: a map is expected here, and this is a single value"),
        ("profile: [a]", "1:10: a single value is expected here, and this is a list"),
        ("account: {a: b}", "1:10: a single value is expected here, and this is a map"),
        ("account: [[a]]", "1:11: a single value is expected here, and this is a list"),
        ("sets: [a]", "1:7: a map is expected here, and this is a list"),
        ("sets: {a: b}", "1:11: a map is expected here, and this is a single value"),
        ("endpoints: https://x", "1:12: a map is expected here, and this is a single value"),
        ("account: []", "1:10: this list is empty; put something in, or remove the key"),
        ("account: [a, ~]", "1:14: a value is missing; give it one, or remove the key"),
        ("account: 'a,,b'", "1:10: a value is missing"),
        ("sets: {' ': {profile: a}}", "1:8: a set needs a name"),
    ] {
        assert_eq!(refused(file), [problem], "{file}");
    }
}

#[test]
fn the_bounds_of_a_role_are_those_of_sts() {
    for (role, problem) in [
        ("{name: A, duration: 14m}", "1:27: the credentials of a role last 15m to 12h"),
        ("{name: A, duration: 13h}", "1:27: the credentials of a role last 15m to 12h"),
        ("[A, {name: B, duration: 2h}]", "1:31: a role assumed from another lasts 15m to 1h"),
        (
            "{name: A, session_name: x}",
            "1:31: `x` cannot name a session; use 2 to 64 letters, digits and any of _+=,.@-",
        ),
        (
            "{name: A, external_id: x}",
            "1:30: an external id has 2 to 1224 letters, digits and any of _+=,.@:/-",
        ),
    ] {
        assert_eq!(refused(&format!("role: {role}")), [problem], "{role}");
    }
    assert!(
        parse("role: [{name: A, duration: 12h}, {name: B, duration: 1h}]").is_ok(),
        "the first is in no chain"
    );
    assert!(refused("role: 'not a role!'")[0].starts_with("1:7: `not a role!` is not a role name"));
}

#[test]
fn keys_of_credentials_are_told_where_they_belong() {
    let problems = refused("aws_secret_access_key: canary-secret");
    let only = "1:1: there is no key `aws_secret_access_key`; credentials do not belong into this file: use a profile or the environment";
    assert_eq!(problems, [only]);
}

#[test]
fn a_url_with_a_password_is_refused_without_repeating_it() {
    let problems = refused("endpoint_url: https://user:canary@host");
    assert!(
        problems[0].starts_with("1:15: this is not the URL") && !problems[0].contains("canary"),
        "{problems:?}"
    );
}

#[test]
fn problems_behind_aliases_are_said_once_where_they_are_written() {
    let problems = refused("x-a: &a {region: eu-cental-1}\nsets: {a: *a, b: *a, c: {<<: *a}}");
    assert_eq!(problems, ["1:18: `eu-cental-1` is not a region; did you mean `eu-central-1`?"]);
}

#[test]
fn of_many_problems_a_hundred_are_told_and_the_rest_counted() {
    let file: String = (0..250).map(|n| format!("key{n}: x\n")).collect();
    let error = parse(&file).unwrap_err();
    assert_eq!((error.problems().len(), error.more()), (100, 150));
    assert!(error.to_string().ends_with("\nand 150 more"));
}
