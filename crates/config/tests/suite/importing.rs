use orgwide_config::{Config, Import, import};
use orgwide_limit::{Quota, Scope};

fn imported(file: &str) -> (Import, Config) {
    let import = import(file.as_bytes()).unwrap_or_else(|error| panic!("{error}"));
    let variable = |name: &str| (name == "ROLE_ACCOUNT").then(|| "012345678901".to_owned());
    let config = Config::parse(import.yaml.as_bytes(), variable)
        .unwrap_or_else(|error| panic!("{}\n{error}", import.yaml));
    (import, config)
}

fn notes(import: &Import) -> Vec<String> {
    import.notes.iter().map(ToString::to_string).collect()
}

const CS: &str = "
ServiceEndpoints: &endpoints
  sqs: https://vpce-1.sqs.us-east-1.vpce.amazonaws.com
  ec2: {us-east-1: https://vpce-2.ec2.us-east-1.vpce.amazonaws.com}
SessionParameters: &session
  profile_name: audit
  region_name: us-east-1
  aws_access_key_id: {{ACCESS_KEY}}
  aws_secret_access_key: canary-secret
  ServiceEndpoints: *endpoints
Account: &chain
  SessionParameters: *session
  AssumeRole: {RoleArn: arn:aws:iam::111111111111:role/Hub, RoleSessionName: nightly}
  AssumeRoles:
    - AssumeRole: {RoleArn: arn:aws:iam::012345678901:role/audit/ReadOnly, RoleSessionName: nightly, ExternalId: abc-123, DurationSeconds: 1800}
RateLimit: &rate {max_count: 10, interval: 2, block: False}
RegionalAccounts: &first
  Account: *chain
  RateLimit: *rate
  RateLimitRegionSpec: {us-east-1: {max_count: 60, interval: 60}}
  Filter:
    Partitions:
      aws: {IncludeNonRegional: True, Regions: {include: [us-east-1, eu-west-1]}}
RegionalAccounts: &rest
  Account: *chain
  RateLimit: *rate
  Filter: {Partitions: {aws: {Regions: {exclude: [us-east-1]}}, aws-cn: {}}}
  service: sqs
YourApp:
  RegionalAccountSet:
    - RegionalAccounts: *first
    - RegionalAccounts: *rest
";

#[test]
fn a_regional_account_set_becomes_a_set_for_each_container() {
    let (import, config) = imported(CS);
    assert_eq!(config.sets().collect::<Vec<_>>(), ["first", "rest"], "{}", import.yaml);
    let first = config.set("first").unwrap();
    assert_eq!(first.profile.as_deref(), Some("audit"));
    assert_eq!(first.home_region.unwrap().as_str(), "us-east-1");
    assert_eq!(first.endpoints.len(), 2);
    let [hub, own] = first.roles.as_slice() else { panic!("{:?}", first.roles) };
    assert_eq!(hub.name.to_string(), "arn:aws:iam::111111111111:role/Hub");
    assert_eq!(own.name.only_account().unwrap().as_str(), "012345678901");
    assert_eq!(own.external_id.as_deref(), Some("abc-123"));
    assert_eq!(own.duration.unwrap().as_secs(), 1800);
    assert_eq!(first.accounts.accounts, ["012345678901"]);
    assert_eq!(first.regions, ["us-east-1", "eu-west-1"]);
    assert!(first.not_regions.is_empty());
    let rest = config.set("rest").unwrap();
    assert!(rest.regions.is_empty());
    assert_eq!(rest.not_regions, ["us-east-1", "global"]);
}

#[test]
fn a_rate_limit_becomes_a_ceiling_over_all_services_of_an_account_and_region() {
    let (_, config) = imported(CS);
    let rules: Vec<_> =
        config.set("first").unwrap().limits.iter().map(orgwide_config::Limit::to_rule).collect();
    let [others, single] = rules.as_slice() else { panic!("{rules:?}") };
    assert!(others.is_ceiling() && others.fails_fast());
    assert_eq!((others.scope(), others.quota()), (Scope::ACCOUNT_REGION, Quota::new(5.0, 10).unwrap()));
    assert_eq!(others.matches().to_string(), "* in eu-west-1", "us-east-1 has a rate of its own");
    assert!(single.is_ceiling() && !single.fails_fast());
    assert_eq!(single.quota(), Quota::new(1.0, 60).unwrap());
    assert_eq!(single.matches().to_string(), "* in us-east-1");
}

#[test]
fn what_is_not_carried_over_is_told_with_its_place_and_credentials_never_are() {
    let (import, _) = imported(CS);
    let notes = notes(&import).join("\n");
    for expected in [
        "8:3: `aws_access_key_id` is not carried over",
        "9:3: `aws_secret_access_key` is not carried over",
        "28:3: `service` is not carried over",
        "27:65: partition `aws-cn` is not carried over",
        "--set",
    ] {
        assert!(notes.contains(expected), "{expected} is not in\n{notes}");
    }
    assert!(!import.yaml.contains("ACCESS_KEY") && !format!("{import:?}").contains("canary"), "{import:?}");
}

#[test]
fn variables_of_a_template_become_ours() {
    let file = "RegionalAccounts:\n  Account:\n    AssumeRole: {RoleArn: 'arn:aws:iam::{{ ROLE_ACCOUNT }}:role/Audit', RoleSessionName: cost$}\n  Filter: {Partitions: {aws: {Regions: {include: [{{REGION}}]}}}}\n";
    let import = import(file.as_bytes()).unwrap();
    assert!(import.yaml.contains("'arn:aws:iam::${ROLE_ACCOUNT}:role/Audit'"), "{}", import.yaml);
    assert!(import.yaml.contains("'${REGION}'"), "{}", import.yaml);
    assert!(import.yaml.contains("'cost$$'"), "{}", import.yaml);
    // Which account is for the user to fill in, and the file is refused until then.
    let refusal = Config::parse(import.yaml.as_bytes(), |name| {
        Some(if name == "REGION" { "eu-west-1" } else { "012345678901" }.to_owned())
    });
    let refusal = refusal.unwrap_err().to_string();
    assert!(refusal.contains("a value is missing"), "{refusal}");
    assert!(notes(&import).iter().any(|note| note.contains("fill in `account`")), "{import:?}");

    let error =
        orgwide_config::import(b"Account:\n  SessionParameters: {{ x | default('y') }}\n").unwrap_err();
    assert!(
        error.to_string().starts_with("2:22: `x | default(\\'y\\')` is not the name of a variable"),
        "{error}"
    );
}

#[test]
fn an_account_alone_becomes_the_settings_of_the_file() {
    let (_, config) = imported(
        "Account:\n  SessionParameters: {profile_name: p}\n  AssumeRole: {RoleArn: arn:aws:iam::012345678901:role/A}\n",
    );
    assert_eq!(config.settings().profile.as_deref(), Some("p"));
    assert_eq!(config.settings().accounts.accounts, ["012345678901"]);
    assert_eq!(config.sets().len(), 0);
}

#[test]
fn accounts_of_c7n_org_that_agree_are_one_selection() {
    let (import, config) = imported(
        "
vars: {charge_code: xyz}
accounts:
  - {account_id: '012345678901', name: one, role: 'arn:aws:iam::012345678901:role/CloudCustodian', regions: [us-east-1, eu-west-1], tags: ['env:prod'], vars: {a: b}}
  - {account_id: '111122223333', name: two, role: CloudCustodian, regions: [us-east-1, eu-west-1], tags: ['env:dev'], email: x@example.com}
",
    );
    let settings = config.settings();
    assert_eq!(settings.accounts.accounts, ["012345678901", "111122223333"], "{}", import.yaml);
    assert_eq!(settings.roles[0].name.to_string(), "CloudCustodian");
    assert_eq!(settings.regions, ["us-east-1", "eu-west-1"]);
    assert_eq!(
        notes(&import),
        [
            "2:1: `vars` is not carried over",
            "4:133: `tags` of accounts are not carried over; choose by tags of the organization with `tag`, or by names with `account`",
            "4:153: `vars` of accounts are not carried over; they are for policies of Cloud Custodian",
        ]
    );
}

#[test]
fn accounts_of_c7n_org_that_differ_are_sets() {
    let (import, config) = imported(
        "
accounts:
  - {account_id: '012345678901', name: chained, role: ['arn:aws:iam::111111111111:role/Hub', 'arn:aws:iam::012345678901:role/Leaf'], external_id: abc-123, regions: [all]}
  - {account_id: '111122223333', name: by profile, profile: dev}
  - {account_id: '111122224444', role: A, regions: [eu-west-1]}
  - {account_id: '111122225555', role: A, regions: ['eu-west-1']}
",
    );
    assert_eq!(config.sets().collect::<Vec<_>>(), ["by profile", "chained", "group-3"], "{}", import.yaml);
    let chained = config.set("chained").unwrap();
    assert!(chained.regions.is_empty(), "all regions is what is done without");
    let roles: Vec<_> =
        chained.roles.iter().map(|r| (r.name.to_string(), r.external_id.clone().unwrap())).collect();
    let id = "abc-123".to_owned();
    assert_eq!(
        roles,
        [("arn:aws:iam::111111111111:role/Hub".to_owned(), id.clone()), ("Leaf".to_owned(), id)]
    );
    let by_profile = config.set("by profile").unwrap();
    assert_eq!(by_profile.profile.as_deref(), Some("dev"));
    assert_eq!(by_profile.regions, ["us-east-1", "us-west-2"], "what c7n-org does without");
    assert_eq!(config.set("group-3").unwrap().accounts.accounts, ["111122224444", "111122225555"]);
}

#[test]
fn a_file_of_neither_tool_is_refused() {
    let error = import(b"some: file").unwrap_err().to_string();
    assert!(error.starts_with("1:1: this is a file of neither c7n-org nor cs.aws_account"), "{error}");
    assert!(import(b"accounts: [").is_err());
}
