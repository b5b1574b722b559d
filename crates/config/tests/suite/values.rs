use std::num::NonZeroU32;
use std::time::Duration;

use orgwide_config::{Ceiling, MaxFailures};
use orgwide_limit::{Quota, Scope};

use crate::{good, refused};

#[test]
fn every_key_is_read_into_its_setting() {
    let config = good(
        "
profile: audit
home_region: eu-west-1
endpoint_url: http://127.0.0.1:4566
endpoints:
  sqs: https://sqs.example
  ec2: { us-east-1: https://one.example, default: https://any.example }
role:
  - arn:aws:iam::111111111111:role/Hub
  - { name: audit/ReadOnly, external_id: abc-123, session_name: nightly, duration: 30m }
org: true
ou: [Root/Production, ou-ab12-34cd56ef]
account: 111122223333
accounts_file: accounts.txt
tag: [env=prod, owner=]
not_account: sandbox-*
not_ou: Root/Suspended
region: [eu-*, us-east-1, enabled]
not_region: [eu-south-*, global]
limit: ec2=20/s
in_flight: 64
item_timeout: 1h30m
verify_identity: true
deadline: 2h
max_failures: 2.5%
canary: true
types: [ec2:*, 's3:bucket, glue:ListCrawlers']
details: '*'
collectors: own.yaml
store: runs/prod.sqlite
out: ['rows, all.ndjson', rows.csv]
require_complete: true
summary: summary.json
errors_out: errors.ndjson
",
    );
    let settings = config.settings();
    assert_eq!(settings.profile.as_deref(), Some("audit"));
    assert_eq!(settings.home_region.as_ref().unwrap().as_str(), "eu-west-1");
    assert_eq!(settings.endpoint_url.as_deref(), Some("http://127.0.0.1:4566"));
    let endpoints: Vec<_> = settings
        .endpoints
        .iter()
        .map(|e| (e.service.as_str(), e.region.as_ref().map(|region| region.as_str()), e.url.as_str()))
        .collect();
    assert_eq!(
        endpoints,
        [
            ("sqs", None, "https://sqs.example"),
            ("ec2", Some("us-east-1"), "https://one.example"),
            ("ec2", None, "https://any.example"),
        ]
    );
    let [hub, audit] = settings.roles.as_slice() else { panic!("{:?}", settings.roles) };
    assert_eq!(hub.name.to_string(), "arn:aws:iam::111111111111:role/Hub");
    assert_eq!((&hub.external_id, &hub.session_name, hub.duration), (&None, &None, None));
    assert_eq!(audit.name.to_string(), "audit/ReadOnly");
    assert_eq!(audit.external_id.as_deref(), Some("abc-123"));
    assert_eq!(audit.session_name.as_deref(), Some("nightly"));
    assert_eq!(audit.duration, Some(Duration::from_secs(1800)));
    assert_eq!(settings.verify_identity, Some(true));
    let accounts = &settings.accounts;
    assert!(accounts.organization);
    assert_eq!(accounts.units, ["Root/Production", "ou-ab12-34cd56ef"]);
    assert_eq!(accounts.accounts, ["111122223333"]);
    assert_eq!(accounts.file.as_deref(), Some("accounts.txt"));
    assert_eq!(accounts.tags, [("env".to_owned(), "prod".to_owned()), ("owner".to_owned(), String::new())]);
    assert_eq!(accounts.not_accounts, ["sandbox-*"]);
    assert_eq!(accounts.not_units, ["Root/Suspended"]);
    assert_eq!(settings.regions, ["eu-*", "us-east-1", "enabled"]);
    assert_eq!(settings.not_regions, ["eu-south-*", "global"]);
    assert_eq!(settings.limits[0].to_rule(), "ec2=20/s".parse().unwrap());
    assert_eq!(settings.in_flight, NonZeroU32::new(64));
    assert_eq!(settings.item_timeout, Some(Duration::from_secs(5400)));
    assert_eq!(settings.deadline, Some(Duration::from_secs(7200)));
    assert_eq!(settings.max_failures, Some(MaxFailures::Percent(2.5)));
    assert_eq!(settings.canary, Some(true));
    let inventory = &settings.inventory;
    assert_eq!(inventory.types, ["ec2:*", "s3:bucket", "glue:ListCrawlers"]);
    assert_eq!((&*inventory.details, &*inventory.collectors), (&["*".into()][..], &["own.yaml".into()][..]));
    let output = &settings.output;
    assert_eq!(output.store.as_deref(), Some("runs/prod.sqlite"));
    assert_eq!(output.out, ["rows, all.ndjson", "rows.csv"], "a comma is part of a file's name");
    assert_eq!(output.require_complete, Some(true));
    assert_eq!(output.summary.as_deref(), Some("summary.json"));
    assert_eq!(output.errors_out.as_deref(), Some("errors.ndjson"));
}

#[test]
fn failures_are_counted_or_shared() {
    for (text, most) in [
        ("0", MaxFailures::Count(0)),
        ("20", MaxFailures::Count(20)),
        ("'100%'", MaxFailures::Percent(100.0)),
        ("0.07%", MaxFailures::Percent(0.07)),
    ] {
        assert_eq!(good(&format!("max_failures: {text}")).settings().max_failures, Some(most), "{text}");
    }
    for text in ["-1", "1.5", "101%", "inf%", "1e1", "many", "'%'"] {
        let problem = refused(&format!("max_failures: {text}"));
        assert!(problem[0].contains("is not a number of failures; write"), "{problem:?}");
    }
}

#[test]
fn account_ids_keep_their_leading_zeros_quoted_or_not() {
    let config = good("account: [012345678901, '000000000012', \"010000000000\", 099999999999]");
    let ids = ["012345678901", "000000000012", "010000000000", "099999999999"];
    assert_eq!(config.settings().accounts.accounts, ids);
}

#[test]
fn an_id_of_eleven_or_thirteen_digits_is_refused_with_its_place() {
    assert_eq!(
        refused("account:\n  - 111122223333\n  - 12345678901\nnot_account: 1234567890123\n"),
        [
            "3:5: `12345678901` has 11 digits, and the id of an account has 12; did leading zeros get lost?",
            "4:14: `1234567890123` has 13 digits, and the id of an account has 12; is a digit too many?",
        ]
    );
}

#[test]
fn words_that_other_parsers_take_for_truth_or_numbers_stay_text() {
    let config = good("account: [no, 'on', 1e3, 0x1F, 12_000, 1.0, 2024-01-01]\nprofile: yes");
    assert_eq!(
        config.settings().accounts.accounts,
        ["no", "on", "1e3", "0x1F", "12_000", "1.0", "2024-01-01"]
    );
    assert_eq!(config.settings().profile.as_deref(), Some("yes"));
    assert_eq!(refused("org: yes"), ["1:6: `yes` is neither true nor false; write `true` or `false`"]);
}

#[test]
fn variables_are_filled_in_after_parsing_in_values_only() {
    let config = good("account: ${ACCOUNTS}\nregion: '${REGION}'\nprofile: \"${NOT_SET:-fallback}\"");
    let settings = config.settings();
    assert_eq!(
        settings.accounts.accounts,
        ["000000000012", "dev-*"],
        "a variable may hold a list with commas"
    );
    assert_eq!(settings.regions, ["eu-central-1"]);
    assert_eq!(settings.profile.as_deref(), Some("fallback"));

    let profile = |file| good(file).settings().profile.clone().unwrap();
    assert_eq!(profile("profile: $${REGION}"), "${REGION}");
    assert_eq!(profile("profile: ${YAML}"), "x\nin_flight: 9", "a value cannot add YAML");
    assert!(refused("${REGION}: x")[0].starts_with("1:1: there is no key `${REGION}`"));
}

#[test]
fn what_a_variable_stands_for_is_in_no_message() {
    let file = "region: ${SECRET}\naccount: ['${ID}1']\nlimit: ${SECRET}\nendpoint_url: ${SECRET}\n\
                role: [{name: '${SECRET}', session_name: '${SECRET}', external_id: '${SECRET}'}]\n\
                home_region: ${SECRET}\nin_flight: ${SECRET}\nitem_timeout: ${SECRET}\norg: ${SECRET}\ntag: ${SECRET}";
    let problems = refused(file);
    assert_eq!(problems.len(), 12, "{problems:#?}");
    for problem in problems {
        assert!(!problem.contains("canary") && !problem.contains("0000000012"), "{problem}");
    }
    assert_eq!(
        refused("x: 1\nregion: ${SECRET}")[1],
        "2:9: what `${SECRET}` stands for is not a region, or a pattern that one fits"
    );
}

#[test]
fn an_external_id_is_neither_in_debug_nor_in_what_is_shown() {
    let config =
        good("role: {name: Audit, external_id: hush-1}\nsets: {a: {role: {name: B, external_id: hush-2}}}");
    let shown = format!("{config:?}{}", config.to_yaml());
    assert!(shown.contains("external_id") && !shown.contains("hush"), "{shown}");
    assert!(!refused("role: {name: Audit, external_id: 'hush !'}")[0].contains("hush"));
}

#[test]
fn a_limit_as_a_map_says_what_the_text_cannot() {
    let config = good(
        "
limit:
  - ec2:Describe*=20/s burst 100
  - { rule: '*=10/s burst 10', ceiling: account-region, fail_fast: true }
  - { rule: sts=500/s per run, in_flight: 4 }
  - { rule: s3=5/s, account: 012345678901, region: [eu-*] }
",
    );
    let limits = &config.settings().limits;
    let rules: Vec<_> = limits.iter().map(orgwide_config::Limit::to_rule).collect();
    assert_eq!(rules[0], "ec2:Describe*=20/s burst 100".parse().unwrap());
    assert_eq!(limits[1].ceiling, Some(Ceiling::AccountRegion));
    assert!(rules[1].is_ceiling() && rules[1].fails_fast());
    assert_eq!((rules[1].scope(), rules[1].quota()), (Scope::ACCOUNT_REGION, Quota::new(10.0, 10).unwrap()));
    assert!(rules[2].is_ceiling());
    assert_eq!((rules[2].scope(), rules[2].in_flight().unwrap().get()), (Scope::RUN, 4));
    assert!(!rules[3].is_ceiling());
    assert_eq!(rules[3].matches().to_string(), "s3 by 012345678901 in eu-*");
}

#[test]
fn what_is_in_force_reads_back_as_the_same() {
    let file = "
profile: audit
verify_identity: false
role: [Hub, {name: audit/ReadOnly, session_name: nightly, duration: 45m}]
org: true
account: [012345678901, 'team *']
tag: env=prod
region: [eu-*, us-east-1]
not_region: global
endpoints: {ec2: {us-east-1: https://one.example, default: https://any.example}, sqs: https://sqs.example}
limit: [ec2=20/s burst 5, {rule: sts=500/s burst 7 per run, in_flight: 4}, {rule: '*=3/s burst 2', ceiling: account, region: eu-*}]
in_flight: 64
item_timeout: 1h30m
deadline: 90m
max_failures: 2.5%
canary: true
types: [ec2:*, s3:bucket]
details: '*'
collectors: [a.yaml, 'b, c.yaml']
out: 'rows, all.ndjson'
require_complete: false
sets:
  a b: {max_failures: 3, store: s.sqlite, summary: s.json, errors_out: e.ndjson, ou: Root/A, not_ou: Root/A/B, home_region: us-west-2, endpoint_url: http://127.0.0.1:1, accounts_file: f.txt}
";
    let config = good(file);
    assert_eq!(good(&config.to_yaml()), config, "{}", config.to_yaml());
}
