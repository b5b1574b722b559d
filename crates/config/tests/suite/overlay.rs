use crate::good;

const FILE: &str = "
org: true
tag: env=prod
not_account: '111111111111'
region: eu-*
not_region: eu-south-1
role: Base
limit: ec2=20/s
in_flight: 10
endpoints: {sqs: https://base.example, ec2: https://base.example}
sets:
  empty: {profile: p}
  units: {ou: Root/A, not_account: [sandbox, '111111111111'], region: us-*, not_region: global}
  tags: {tag: team=x}
  rates: {limit: ec2=5/s, in_flight: 3, role: [Hub, Own], endpoints: {sqs: https://own.example}}
";

#[test]
fn what_a_set_does_not_say_is_as_in_the_file() {
    let config = good(FILE);
    let mut expected = config.settings().clone();
    expected.profile = Some("p".to_owned());
    assert_eq!(config.set("empty").unwrap(), expected);
}

#[test]
fn a_selection_takes_the_place_of_the_files_and_exclusions_add_up() {
    let set = good(FILE).set("units").unwrap();
    assert!(!set.accounts.organization, "Root/A is meant, not the whole organization");
    assert_eq!(set.accounts.units, ["Root/A"]);
    assert_eq!(set.accounts.tags, [], "the file's tags were for its own selection");
    assert_eq!(set.accounts.not_accounts, ["sandbox", "111111111111"]);
    assert_eq!(set.regions, ["us-*"]);
    assert_eq!(set.not_regions, ["global", "eu-south-1"]);
}

#[test]
fn tags_alone_filter_the_files_selection() {
    let set = good(FILE).set("tags").unwrap();
    assert!(set.accounts.organization);
    assert_eq!(set.accounts.tags, [("team".to_owned(), "x".to_owned())]);
}

#[test]
fn a_sets_limits_come_before_the_files_and_the_rest_is_its_own() {
    let set = good(FILE).set("rates").unwrap();
    let limits: Vec<_> = set.limits.iter().map(|limit| limit.rule.to_string()).collect();
    assert_eq!(limits, ["ec2=5/s burst 5", "ec2=20/s burst 20"]);
    assert_eq!(set.in_flight.unwrap().get(), 3);
    let roles: Vec<_> = set.roles.iter().map(|role| role.name.to_string()).collect();
    assert_eq!(roles, ["Hub", "Own"]);
    let endpoints: Vec<_> = set.endpoints.iter().map(|e| (e.service.as_str(), e.url.as_str())).collect();
    assert_eq!(endpoints, [("sqs", "https://own.example"), ("ec2", "https://base.example")]);
}

#[test]
fn a_set_that_is_not_there_is_told_with_the_near_one_or_all() {
    let config = good(FILE);
    assert_eq!(
        config.set("unit").unwrap_err().to_string(),
        "the file has no set `unit`; did you mean `units`?"
    );
    let all = "the file has no set `xyz`; there are empty, rates, tags, units";
    assert_eq!(config.set("xyz").unwrap_err().to_string(), all);
    assert_eq!(good("org: true").set("a").unwrap_err().to_string(), "the file has no set `a`; it has none");
}
