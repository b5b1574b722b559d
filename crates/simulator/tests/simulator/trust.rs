//! Whom a role trusts, for how long, and what goes along into its sessions.

use std::time::Duration;

use orgwide_simulator::{RoleRule, Simulator, WorldSpec};
use serde_json::json;

use crate::support::*;

const ROLE: &str = "OrganizationAccountAccessRole";
const SESSION: (&str, &str) = ("RoleSessionName", "unit-test");

fn id(index: usize) -> String {
    WorldSpec::default().account_id(index)
}

fn with(rules: Vec<RoleRule>) -> Simulator {
    simulator(|spec| spec.roles = rules)
}

fn arn(index: usize, name: &str) -> String {
    format!("arn:aws:iam::{}:role/{name}", id(index))
}

/// Status, code and message of an AssumeRole.
async fn asked(sim: &Simulator, key: &Key, arn: &str, more: &[(&str, &str)]) -> (u16, String, String) {
    let answer = send(sim, assume_with(key, arn, &[&[SESSION], more].concat())).await;
    let text = |element| answer.maybe(element).unwrap_or_default();
    (answer.status, text("Code"), text("Message"))
}

/// The key of a session.
async fn session(sim: &Simulator, key: &Key, arn: &str, more: &[(&str, &str)]) -> Key {
    let answer = send(sim, assume_with(key, arn, &[&[SESSION], more].concat())).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    Key { id: answer.text("AccessKeyId"), token: Some(answer.text("SessionToken")) }
}

#[tokio::test(start_paused = true)]
async fn ids_are_known_before_the_world_is_made() {
    let sim = simulator(|_| ());
    for account in &sim.truth().accounts {
        assert_eq!(id(account.index), account.id);
    }
}

#[tokio::test(start_paused = true)]
async fn a_role_that_asks_for_an_external_id_denies_any_other_without_a_reason() {
    let sim = with(vec![RoleRule::new(ROLE).account(id(3)).external_id("k7/a:b")]);
    let role = role(&id(3));
    let denied = format!(
        "User: arn:aws:iam::{}:user/hub is not authorized to perform: sts:AssumeRole on resource: {role}",
        id(0)
    );
    for more in [&[][..], &[("ExternalId", "K7/a:b")], &[("ExternalId", "k7/a:b2")]] {
        let answer = asked(&sim, &Key::hub(), &role, more).await;
        assert_eq!(answer, (403, "AccessDenied".into(), denied.clone()), "{more:?}");
    }
    assert_eq!(asked(&sim, &Key::hub(), &role, &[("ExternalId", "k7/a:b")]).await.0, 200);
    // The other accounts ask for none.
    assert_eq!(asked(&sim, &Key::hub(), &self::role(&id(4)), &[]).await.0, 200);
}

#[tokio::test(start_paused = true)]
async fn a_role_that_asks_for_a_second_factor_takes_each_code_once() {
    let sim = with(vec![RoleRule::new(ROLE).account(id(3)).mfa()]);
    let role = role(&id(3));
    let device = format!("arn:aws:iam::{}:mfa/hub", id(0));
    let serial = ("SerialNumber", device.as_str());
    let denied = "is not authorized to perform: sts:AssumeRole on resource:";
    for (more, words) in [
        (vec![], denied),
        (vec![serial], "must provide both MFA serial number and one time pass code."),
        (vec![("TokenCode", "123456")], "must provide both MFA serial number and one time pass code."),
        (
            vec![("SerialNumber", "arn:aws:iam::123456789012:mfa/hub"), ("TokenCode", "123456")],
            "unable to validate MFA code.",
        ),
        (vec![serial, ("TokenCode", "000000")], "invalid MFA one time pass code."),
    ] {
        let (status, code, message) = asked(&sim, &Key::hub(), &role, &more).await;
        assert_eq!((status, code.as_str()), (403, "AccessDenied"), "{more:?}");
        assert!(message.contains(words), "{message}");
    }
    let right = [serial, ("TokenCode", "123456")];
    assert_eq!(asked(&sim, &Key::hub(), &role, &right).await.0, 200);
    let again = asked(&sim, &Key::hub(), &role, &right).await;
    assert!(again.0 == 403 && again.2.contains("invalid MFA one time pass code"), "{again:?}");
    assert_eq!(asked(&sim, &Key::hub(), &role, &[serial, ("TokenCode", "123457")]).await.0, 200);
    // A session has no device.
    let key = member(&sim, 1).await;
    assert_eq!(asked(&sim, &key, &role, &[serial, ("TokenCode", "123458")]).await.0, 403);
}

#[tokio::test(start_paused = true)]
async fn a_role_lets_in_those_it_trusts_and_no_others() {
    let deploy = RoleRule::new("ops/Deploy").account(id(1));
    let target = RoleRule::new(ROLE).account(id(2)).trusts(arn(1, "ops/Deploy"));
    let closed = RoleRule::new(ROLE).account(id(5)).trusts_nobody();
    let sim = with(vec![deploy, target, closed]);
    let hub = Key::hub();
    for closed_to_the_hub in [2, 5] {
        assert_eq!(asked(&sim, &hub, &role(&id(closed_to_the_hub)), &[]).await.0, 403);
    }
    let deploy = session(&sim, &hub, &arn(1, "ops/Deploy"), &[]).await;
    let target = session(&sim, &deploy, &role(&id(2)), &[]).await;
    let whoami = send(&sim, form(&target, "sts", "us-east-1", &[("Action", "GetCallerIdentity")])).await;
    assert_eq!(whoami.text("Arn"), format!("arn:aws:sts::{}:assumed-role/{ROLE}/unit-test", id(2)));
    // Another role of the trusted account is not trusted, nor is the trusted one elsewhere.
    assert_eq!(asked(&sim, &member(&sim, 1).await, &role(&id(2)), &[]).await.0, 403);
    assert_eq!(asked(&sim, &deploy, &role(&id(4)), &[]).await.0, 403);
    assert_eq!(asked(&sim, &hub, &arn(4, "ops/Deploy"), &[]).await.0, 403);
}

#[tokio::test(start_paused = true)]
async fn sessions_last_as_long_as_the_role_allows_and_an_hour_in_a_chain() {
    const OF_ROLE: &str = "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.";
    const OF_CHAIN: &str =
        "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.";
    let hub_role = RoleRule::new("Hub").account(id(0)).max_session_duration(7_200);
    let sim = simulator(|spec| {
        spec.roles = vec![hub_role, RoleRule::new(ROLE).account(id(2)).max_session_duration(43_200)];
    });
    let lasting = |seconds| [("DurationSeconds", seconds)];
    let invalid = |message: &str| (400, "ValidationError".to_owned(), message.to_owned());
    let (hub, long, plain) = (Key::hub(), role(&id(2)), role(&id(1)));
    assert_eq!(asked(&sim, &hub, &plain, &lasting("3600")).await.0, 200);
    assert_eq!(asked(&sim, &hub, &plain, &lasting("3601")).await, invalid(OF_ROLE));
    assert_eq!(asked(&sim, &hub, &long, &lasting("43200")).await.0, 200);
    assert_eq!(asked(&sim, &hub, &arn(0, "Hub"), &lasting("7201")).await, invalid(OF_ROLE));

    let chained = session(&sim, &hub, &arn(0, "Hub"), &lasting("7200")).await;
    assert_eq!(asked(&sim, &chained, &long, &lasting("3600")).await.0, 200);
    assert_eq!(asked(&sim, &chained, &long, &lasting("3601")).await, invalid(OF_CHAIN));
    assert_eq!(asked(&sim, &chained, &long, &[]).await.0, 200);
    // Whoever is not let in does not hear how long the sessions are.
    assert_eq!(asked(&sim, &chained, &role(&id(0)), &lasting("43200")).await.0, 403);
}

#[tokio::test(start_paused = true)]
async fn ended_credentials_are_expired_in_the_words_of_every_protocol() {
    let sim = simulator(|_| ());
    let (of_time, ended, alive) = (member(&sim, 1).await, member(&sim, 2).await, Key::hub());
    let gone = Key { id: "AKIAOTHERKEYOFTHEHUB".into(), token: None };
    sim.expire(&ended.id);
    sim.expire(&gone.id);
    tokio::time::advance(Duration::from_secs(3_599)).await;
    assert_eq!(send(&sim, describe_instances(&of_time, "us-east-1", &[])).await.status, 200);
    tokio::time::advance(Duration::from_secs(2)).await;
    for key in [&of_time, &ended, &gone] {
        for (request, status, code) in [
            (form(key, "sts", "us-east-1", &[("Action", "GetCallerIdentity")]), 403, "ExpiredToken"),
            (assume(key, &role(&id(3))), 403, "ExpiredToken"),
            (form(key, "iam", "us-east-1", &[("Action", "ListAccountAliases")]), 403, "ExpiredToken"),
            (describe_instances(key, "us-east-1", &[]), 400, "RequestExpired"),
            (organizations(key, "DescribeOrganization", json!({})), 400, "ExpiredTokenException"),
            (list_regions(key, json!({})), 403, "ExpiredTokenException"),
            (s3(key, "/"), 400, "ExpiredToken"),
        ] {
            assert_eq!(refused(&sim, request).await, is(status, code));
        }
    }
    assert_eq!(send(&sim, s3(&alive, "/")).await.status, 200);
}

#[tokio::test(start_paused = true)]
async fn what_is_asked_of_a_session_is_in_the_log_but_for_its_secrets() {
    let sim = simulator(|_| ());
    let policy = r#"{"Version":"2012-10-17","Statement":[]}"#;
    let device = format!("arn:aws:iam::{}:mfa/hub", id(0));
    let more = [
        ("DurationSeconds", "900"),
        ("Policy", policy),
        ("PolicyArns.member.1.arn", "arn:aws:iam::aws:policy/ReadOnlyAccess"),
        ("Tags.member.1.Key", "team"),
        ("Tags.member.1.Value", "web"),
        ("Tags.member.2.Key", "empty"),
        ("Tags.member.2.Value", ""),
        ("TransitiveTagKeys.member.1", "team"),
        ("SourceIdentity", "carol"),
        ("ExternalId", "external-canary"),
        ("SerialNumber", device.as_str()),
        ("TokenCode", "271828"),
    ];
    let answer = send(&sim, assume_with(&Key::hub(), &role(&id(1)), &[&[SESSION], &more[..]].concat())).await;
    assert_eq!((answer.status, answer.text("SourceIdentity")), (200, "carol".into()));
    // 39 of the policy, 38 of the ARN and 12 of the tags: 89 of 2,048.
    assert_eq!(answer.text("PackedPolicySize"), "5");
    let log = serde_json::to_value(sim.log()).unwrap();
    assert_eq!(
        log[0]["session"],
        json!({
            "session_name": "unit-test", "duration_seconds": "900", "policy": policy,
            "policy_arns": ["arn:aws:iam::aws:policy/ReadOnlyAccess"],
            "tags": { "team": "web", "empty": "" }, "transitive_tag_keys": ["team"],
            "source_identity": "carol", "serial_number": device,
        })
    );
    for secret in ["external-canary", "271828"] {
        assert!(!log.to_string().contains(secret), "{secret}");
    }
    send(&sim, s3(&Key::hub(), "/")).await;
    assert_eq!(sim.log()[1].session, None);
}

#[tokio::test(start_paused = true)]
async fn policies_and_tags_that_cannot_be_are_refused() {
    let sim = simulator(|_| ());
    let hub = Key::hub();
    let long = format!(r#"{{"Statement":[],"Id":"{}"}}"#, "x".repeat(2_048));
    let many: Vec<(String, String)> = (1..=51)
        .flat_map(|n| {
            [
                (format!("Tags.member.{n}.Key"), format!("k{n}")),
                (format!("Tags.member.{n}.Value"), "v".into()),
            ]
        })
        .collect();
    let many: Vec<(&str, &str)> = many.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let twice = vec![
        ("Tags.member.1.Key", "team"),
        ("Tags.member.1.Value", "a"),
        ("Tags.member.2.Key", "Team"),
        ("Tags.member.2.Value", "b"),
    ];
    for (more, code) in [
        (vec![("Policy", "{}")], "MalformedPolicyDocument"),
        (vec![("Policy", "not json")], "MalformedPolicyDocument"),
        (vec![("Policy", long.as_str())], "PackedPolicyTooLarge"),
        (many, "ValidationError"),
        (twice, "InvalidParameterValue"),
        (vec![("TransitiveTagKeys.member.1", "team")], "InvalidParameterValue"),
    ] {
        let answer = asked(&sim, &hub, &role(&id(1)), &more).await;
        assert_eq!((answer.0, answer.1.as_str()), (400, code), "{more:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_source_identity_goes_along_the_chain_and_cannot_be_changed() {
    let sim = with(vec![RoleRule::new("Hub").account(id(0))]);
    let first = session(&sim, &Key::hub(), &arn(0, "Hub"), &[("SourceIdentity", "carol")]).await;
    let next = send(&sim, assume(&first, &role(&id(1)))).await;
    assert_eq!(next.text("SourceIdentity"), "carol");
    assert_eq!(asked(&sim, &first, &role(&id(1)), &[("SourceIdentity", "carol")]).await.0, 200);
    assert_eq!(asked(&sim, &first, &role(&id(1)), &[("SourceIdentity", "dave")]).await.0, 403);
}

#[tokio::test(start_paused = true)]
async fn credentials_are_not_to_be_had_in_a_region_that_is_not_opted_in() {
    let sim = simulator(|spec| spec.hub = 2);
    let asked = |region| {
        form(&Key::hub(), "sts", region, &[("Action", "AssumeRole"), ("RoleArn", &role(&id(1))), SESSION])
    };
    let answer = send(&sim, asked("af-south-1")).await;
    assert_eq!((answer.status, answer.text("Code")), (403, "RegionDisabledException".into()));
    // The region is disabled for the account that asks.
    let expected = format!("STS is not activated in this region for account:{}.", id(2));
    assert!(answer.text("Message").starts_with(&expected), "{answer:?}");
    assert_eq!(refused(&sim, asked("xx-nowhere-1")).await, is(403, "InvalidClientTokenId"));
    assert_eq!(send(&sim, asked("eu-west-3")).await.status, 200);
}
