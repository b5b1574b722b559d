//! What is asked of STS, and when.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::time::Duration;

use orgwide_session::{Class, RoleRequest, SecretSource};

use crate::common::*;
use crate::sts::{Asked, Sts, numbered, role_in};

#[tokio::test(start_paused = true)]
async fn every_parameter_of_assume_role_is_sent_as_it_was_given() {
    let sts = Sts::new();
    let policy = r#"{"Version":"2012-10-17","Statement":[]}"#;
    let request = role_in(1)
        .session_name("night")
        .duration(Duration::from_secs(7200))
        .external_id("EXT/42")
        .policy(policy)
        .policy_arn("arn:aws:iam::aws:policy/ReadOnlyAccess")
        .tag("team", "blue")
        .transitive_tag("project", "x")
        .source_identity("alice")
        .mfa("arn:aws:iam::111122223333:mfa/alice", SecretSource::asking(async || Ok("123456".to_owned())));
    sts.session().await.assume_role(&request).await.unwrap();
    let expected = [
        ("Action", "AssumeRole"),
        ("DurationSeconds", "7200"),
        ("ExternalId", "EXT/42"),
        ("Policy", policy),
        ("PolicyArns.member.1.arn", "arn:aws:iam::aws:policy/ReadOnlyAccess"),
        ("RoleArn", "arn:aws:iam::000000000001:role/Audit"),
        ("RoleSessionName", "night"),
        ("SerialNumber", "arn:aws:iam::111122223333:mfa/alice"),
        ("SourceIdentity", "alice"),
        ("Tags.member.1.Key", "project"),
        ("Tags.member.1.Value", "x"),
        ("Tags.member.2.Key", "team"),
        ("Tags.member.2.Value", "blue"),
        ("TokenCode", "123456"),
        ("TransitiveTagKeys.member.1", "project"),
        ("Version", "2011-06-15"),
    ];
    let asked = sts.asked();
    let sent: Vec<_> = asked[0].form.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    assert_eq!((asked.len(), sent.as_slice()), (1, &expected[..]));
}

#[tokio::test(start_paused = true)]
async fn a_role_assumed_from_a_role_is_asked_for_an_hour_at_most() {
    let sts = Sts::new();
    let long = |number| role_in(number).duration(Duration::from_secs(43_200));
    let first = sts.session().await.assumed(&long(1));
    first.assumed(&long(2)).credentials().await.unwrap();
    first.assumed(&role_in(3).duration(Duration::from_secs(900))).credentials().await.unwrap();
    let durations: Vec<_> =
        sts.asked().iter().map(|asked| asked.get("DurationSeconds").unwrap().to_owned()).collect();
    assert_eq!(durations, ["43200", "3600", "900"]);
}

#[tokio::test(start_paused = true)]
async fn where_only_an_hour_is_granted_an_hour_is_asked_for_from_then_on() {
    for told in [
        "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.",
        "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.",
    ] {
        let sts = Sts::refusing(move |asked| {
            let too_long =
                asked.get("DurationSeconds").is_some_and(|text| text.parse::<u32>().unwrap() > 3600);
            too_long.then(|| (400, "ValidationError", told.to_owned()))
        });
        let member = sts.session().await.assumed(&role_in(1).duration(Duration::from_secs(43_200)));
        member.credentials().await.unwrap();
        tokio::time::sleep(Duration::from_secs(3599)).await;
        member.credentials().await.unwrap();
        let durations: Vec<_> =
            sts.asked().iter().map(|asked| asked.get("DurationSeconds").unwrap().to_owned()).collect();
        assert_eq!(durations, ["43200", "3600", "3600"]);
    }
}

/// Codes that count up, with how often they were asked for.
fn codes() -> (SecretSource, Arc<AtomicUsize>) {
    let count = Arc::new(AtomicUsize::new(0));
    let asked = count.clone();
    (SecretSource::blocking(move || Ok(format!("{:06}", asked.fetch_add(1, SeqCst)))), count)
}

#[tokio::test]
async fn a_code_is_asked_for_once_each_time_a_role_is_assumed_however_many_wait_and_whatever_is_retried() {
    let failures = AtomicUsize::new(2);
    let sts = Sts::refusing(move |_| {
        let fails = failures.fetch_update(SeqCst, SeqCst, |left| left.checked_sub(1)).is_ok();
        fails.then(|| (503, "ServiceUnavailable", String::new()))
    });
    let (source, count) = codes();
    let member = sts.session().await.assumed(&role_in(1).mfa("GAHT12345678", source));
    let all = futures::future::join_all((0..50).map(|_| member.credentials())).await;
    assert!(all.iter().all(Result::is_ok));
    assert_eq!((count.load(SeqCst), sts.asked().len()), (1, 3));
    assert!(sts.asked().iter().all(|asked| asked.get("TokenCode") == Some("000000")));
}

#[tokio::test(start_paused = true)]
async fn without_a_code_nothing_is_asked_of_sts() {
    let sts = Sts::new();
    let session = sts.session().await;
    for (source, class, told) in [
        (SecretSource::asking(async || Err("the device is lost".into())), Class::Other, "the device is lost"),
        (SecretSource::asking(async || Ok("12345x".to_owned())), Class::Invalid, "not six digits"),
        (SecretSource::file("no/such/file"), Class::Other, "no/such/file"),
    ] {
        let failure = session.assume_role(&role_in(1).mfa("GAHT12345678", source)).await.unwrap_err();
        assert_eq!(failure.class(), class);
        assert!(
            failure.to_string().contains(told) && failure.to_string().contains("role/Audit"),
            "{failure}"
        );
        assert!(!failure.to_string().contains("12345x"));
    }
    assert!(sts.asked().is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_session_that_is_asked_for_what_aws_would_refuse_fails_before_any_call_and_stays_so() {
    let sts = Sts::new();
    let member = sts.session().await.assumed(&role_in(1).duration(Duration::from_secs(60)));
    for _ in 0..2 {
        let failure = member.credentials().await.unwrap_err();
        assert_eq!(failure.class(), Class::Invalid);
        assert!(failure.to_string().contains("900 s"), "{failure}");
        tokio::time::sleep(MINUTE).await;
    }
    assert!(sts.asked().is_empty());
}

fn is_unsigned(asked: &Asked) -> bool {
    asked.signer.is_none()
}

#[tokio::test(start_paused = true)]
async fn a_web_identity_needs_no_credentials_passes_the_gate_and_is_read_again_at_each_renewal() {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("token-{}", std::process::id()));
    std::fs::write(&path, "TOKEN-ONE\n").unwrap();
    let sts = Sts::new();
    let nobody = sts.builder().credentials_provider(Nobody).load().await.unwrap();
    let role = role_in(1).role().clone();
    let request = RoleRequest::web_identity(role, SecretSource::file(&path))
        .session_name("pod")
        .provider_id("www.amazon.com")
        .policy("{}");
    let member = nobody.assumed(&request);
    assert_eq!(who(&member).await.unwrap(), numbered(1).as_str());
    assert_eq!(member.identity().await.unwrap().account(), numbered(1));
    std::fs::write(&path, "TOKEN-TWO\n").unwrap();
    tokio::time::sleep(Duration::from_secs(3599)).await;
    who(&member).await.unwrap();
    std::fs::remove_file(&path).unwrap();

    let asked: Vec<_> = sts.asked().into_iter().filter(is_unsigned).collect();
    let tokens: Vec<_> = asked.iter().map(|asked| asked.get("WebIdentityToken").unwrap()).collect();
    assert_eq!(tokens, ["TOKEN-ONE", "TOKEN-TWO"]);
    assert_eq!(asked[0].get("Action"), Some("AssumeRoleWithWebIdentity"));
    assert_eq!(asked[0].get("ProviderId"), Some("www.amazon.com"));
    assert_eq!((asked[0].get("RoleSessionName"), asked[0].get("Policy")), (Some("pod"), Some("{}")));
    assert_eq!((member.calls().assume_role, member.calls().calls), (2, 4), "all passed the gate");
    assert_eq!(granted(member.limiter()), 4);
}

#[tokio::test(start_paused = true)]
async fn a_saml_assertion_needs_no_credentials_and_passes_the_gate() {
    let sts = Sts::new();
    let nobody = sts.builder().credentials_provider(Nobody).load().await.unwrap();
    let provider = "arn:aws:iam::000000000001:saml-provider/Corp";
    let assertion = SecretSource::asking(async || Ok("PHNhbWw+".to_owned()));
    let request = RoleRequest::saml(role_in(1).role().clone(), provider, assertion);
    let member = nobody.assumed(&request.duration(Duration::from_secs(900)));
    assert_eq!(who(&member).await.unwrap(), numbered(1).as_str());
    let asked = sts.asked();
    assert!(is_unsigned(&asked[0]));
    assert_eq!(asked[0].get("Action"), Some("AssumeRoleWithSAML"));
    assert_eq!(asked[0].get("PrincipalArn"), Some(provider));
    assert_eq!(asked[0].get("SAMLAssertion"), Some("PHNhbWw+"));
    assert_eq!(asked[0].get("DurationSeconds"), Some("900"));
    assert_eq!((member.calls().assume_role, member.calls().calls), (1, 2));
}

/// A source that has no credentials.
#[derive(Debug)]
struct Nobody;

impl aws_credential_types::provider::ProvideCredentials for Nobody {
    fn provide_credentials<'a>(&'a self) -> aws_credential_types::provider::future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        unreachable!("nobody is asked")
    }
}
