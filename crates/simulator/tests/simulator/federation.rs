//! Roles for those who bring a token in place of a signature.

use aws_smithy_types::base64;
use http::Request;
use orgwide_simulator::{RoleRule, Simulator, Throttling, WorldSpec};
use serde_json::{Value, json};

use crate::support::*;

const ISSUER: &str = "https://token.actions.example.com";

fn id(index: usize) -> String {
    WorldSpec::default().account_id(index)
}

fn provider(index: usize) -> String {
    format!("arn:aws:iam::{}:saml-provider/Directory", id(index))
}

fn trusting() -> Simulator {
    let deploy = RoleRule::new("ci/Deploy").account(id(1)).federated(ISSUER).federated(provider(1));
    simulator(|spec| spec.roles = vec![deploy.max_session_duration(7_200)])
}

fn deploy() -> String {
    format!("arn:aws:iam::{}:role/ci/Deploy", id(1))
}

/// A form that nobody signed, as the SDK sends it to this host.
fn unsigned(host: &str, pairs: &[(&str, &str)]) -> Request<String> {
    let signed = form(&Key::hub(), "sts", "us-east-1", pairs);
    let (mut parts, body) = signed.into_parts();
    parts.headers.remove("authorization");
    parts.uri = format!("https://{host}/").parse().unwrap();
    Request::from_parts(parts, body)
}

fn jwt(claims: &Value) -> String {
    let part = |text: String| base64::encode(text).trim_end_matches('=').replace('+', "-").replace('/', "_");
    format!("{}.{}.c2lnbmF0dXJl", part(r#"{"alg":"RS256"}"#.into()), part(claims.to_string()))
}

fn claims(exp: i64) -> Value {
    json!({ "iss": ISSUER, "sub": "repo:ürün/~~~???>>>", "aud": "sts.amazonaws.com", "exp": exp })
}

fn web_identity(role: &str, token: &str, more: &[(&str, &str)]) -> Request<String> {
    let pairs = [
        ("Action", "AssumeRoleWithWebIdentity"),
        ("RoleArn", role),
        ("RoleSessionName", "build-7"),
        ("WebIdentityToken", token),
    ];
    unsigned("sts.eu-west-1.amazonaws.com", &[&pairs[..], more].concat())
}

const LATER: i64 = 4_000_000_000;

async fn whoami(sim: &Simulator, answer: &Answered) -> String {
    let key = Key { id: answer.text("AccessKeyId"), token: Some(answer.text("SessionToken")) };
    send(sim, form(&key, "sts", "us-east-1", &[("Action", "GetCallerIdentity")])).await.text("Arn")
}

#[tokio::test(start_paused = true)]
async fn a_token_of_a_trusted_issuer_is_a_session() {
    let sim = trusting();
    let request = web_identity(&deploy(), &jwt(&claims(LATER)), &[("DurationSeconds", "7200")]);
    let answer = send(&sim, request).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    assert_eq!(answer.text("SubjectFromWebIdentityToken"), "repo:ürün/~~~???>>>");
    assert_eq!(
        (answer.text("Provider"), answer.text("Audience")),
        (ISSUER.into(), "sts.amazonaws.com".into())
    );
    assert!(answer.body.contains("<AssumeRoleWithWebIdentityResult><AssumedRoleUser>"), "{answer:?}");
    let arn = format!("arn:aws:sts::{}:assumed-role/Deploy/build-7", id(1));
    assert_eq!(whoami(&sim, &answer).await, arn);

    let logged = &sim.log()[0];
    assert_eq!(logged.account, None);
    assert_eq!(logged.service.as_deref(), Some("sts"));
    assert_eq!(logged.region.as_deref(), Some("eu-west-1"));
    assert_eq!(logged.role_arn.as_deref(), Some(deploy().as_str()));
    assert_eq!(logged.session.as_ref().unwrap().session_name.as_deref(), Some("build-7"));
}

#[tokio::test(start_paused = true)]
async fn a_token_that_will_not_do_is_refused_with_its_fault() {
    let sim = trusting();
    let mut no_subject = claims(LATER);
    no_subject.as_object_mut().unwrap().remove("sub");
    let mut foreign = claims(LATER);
    foreign["iss"] = json!("https://elsewhere.example.com");
    let (good, role) = (jwt(&claims(LATER)), deploy());
    let elsewhere = format!("arn:aws:iam::{}:role/ci/Deploy", id(2));
    for (request, status, code) in [
        (web_identity(&role, "opaque-access-token", &[]), 400, "InvalidIdentityToken"),
        (web_identity(&role, "a.b.c", &[]), 400, "InvalidIdentityToken"),
        (web_identity(&role, &format!("{good}.x"), &[]), 400, "InvalidIdentityToken"),
        (web_identity(&role, &jwt(&no_subject), &[]), 400, "InvalidIdentityToken"),
        (web_identity(&role, &jwt(&claims(1_000_000_000)), &[]), 400, "ExpiredTokenException"),
        (web_identity(&role, &jwt(&foreign), &[]), 403, "AccessDenied"),
        (web_identity(&elsewhere, &good, &[]), 403, "AccessDenied"),
        (web_identity(&self::role(&id(1)), &good, &[]), 403, "AccessDenied"),
        (web_identity(&role, &good, &[("DurationSeconds", "7201")]), 400, "ValidationError"),
        (web_identity(&role, &good, &[("ExternalId", "none-here")]), 400, "ValidationError"),
    ] {
        assert_eq!(refused(&sim, request).await, is(status, code));
    }
    let answer = send(&sim, web_identity(&elsewhere, &good, &[])).await;
    assert_eq!(answer.text("Message"), "Not authorized to perform sts:AssumeRoleWithWebIdentity");
    assert!(!serde_json::to_string(&sim.log()).unwrap().contains(&good));
}

#[tokio::test(start_paused = true)]
async fn a_role_that_trusts_an_issuer_trusts_the_hub_as_before() {
    let sim = trusting();
    assert_eq!(send(&sim, assume(&Key::hub(), &deploy())).await.status, 200);
}

fn assertion(role: &str, until: &str) -> String {
    let attribute = |name: &str, value: &str| {
        format!(
            "<saml2:Attribute Name=\"https://aws.amazon.com/SAML/Attributes/{name}\">\
             <saml2:AttributeValue>{value}</saml2:AttributeValue></saml2:Attribute>"
        )
    };
    format!(
        "<?xml version=\"1.0\"?><saml2p:Response xmlns:saml2p=\"p\" xmlns:saml2=\"a\">\
         <saml2:Assertion><saml2:Issuer>https://idp.example.com</saml2:Issuer><saml2:Subject>\
         <saml2:NameID Format=\"urn:oasis:names:tc:SAML:2.0:nameid-format:persistent\">u&amp;me</saml2:NameID>\
         <saml2:SubjectConfirmation><saml2:SubjectConfirmationData NotOnOrAfter=\"{until}\"/>\
         </saml2:SubjectConfirmation></saml2:Subject><saml2:Conditions NotOnOrAfter=\"2099-01-01T00:00:00Z\">\
         <saml2:AudienceRestriction><saml2:Audience>https://signin.aws.amazon.com/saml</saml2:Audience>\
         </saml2:AudienceRestriction></saml2:Conditions><saml2:AttributeStatement>{}{}\
         </saml2:AttributeStatement></saml2:Assertion></saml2p:Response>",
        attribute("Role", &format!("{role}, {}", provider(1))),
        attribute("RoleSessionName", "carol@example.com"),
    )
}

fn saml(role: &str, principal: &str, assertion: &str) -> Request<String> {
    let pairs = [
        ("Action", "AssumeRoleWithSAML"),
        ("RoleArn", role),
        ("PrincipalArn", principal),
        ("SAMLAssertion", assertion),
    ];
    unsigned("127.0.0.1:4566", &pairs)
}

#[tokio::test(start_paused = true)]
async fn an_assertion_that_offers_the_role_is_a_session() {
    let sim = trusting();
    let good = base64::encode(assertion(&deploy(), "2098-01-01T00:00:00.000Z"));
    let answer = send(&sim, saml(&deploy(), &provider(1), &good)).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    assert_eq!((answer.text("Subject"), answer.text("SubjectType")), ("u&me".into(), "persistent".into()));
    assert_eq!(answer.text("Issuer"), "https://idp.example.com");
    assert_eq!(answer.text("Audience"), "https://signin.aws.amazon.com/saml");
    let arn = format!("arn:aws:sts::{}:assumed-role/Deploy/carol@example.com", id(1));
    assert_eq!(whoami(&sim, &answer).await, arn);
    // Without a region in the name of the endpoint it is that of the global one.
    assert_eq!(sim.log()[0].region.as_deref(), Some("us-east-1"));
}

#[tokio::test(start_paused = true)]
async fn an_assertion_that_will_not_do_is_refused_with_its_fault() {
    let sim = trusting();
    let later = "2098-01-01T00:00:00Z";
    let encoded = |role: &str, until: &str| base64::encode(assertion(role, until));
    let whole = assertion(&deploy(), later);
    let cut = base64::encode(whole.trim_end_matches("</saml2p:Response>"));
    let nameless = base64::encode(assertion(&deploy(), later).replace("RoleSessionName", "Other"));
    for (principal, assertion, status, code) in [
        (provider(1), "****".to_owned(), 400, "InvalidIdentityToken"),
        (provider(1), base64::encode("no xml at all"), 400, "InvalidIdentityToken"),
        (provider(1), cut, 400, "InvalidIdentityToken"),
        (provider(1), nameless, 400, "InvalidIdentityToken"),
        (provider(1), encoded(&deploy(), "2001-01-01T00:00:00Z"), 400, "ExpiredTokenException"),
        (provider(1), encoded(&role(&id(1)), later), 403, "AccessDenied"),
        (provider(2), encoded(&deploy(), later), 403, "AccessDenied"),
    ] {
        let found = refused(&sim, saml(&deploy(), &principal, &assertion)).await;
        assert_eq!(found, is(status, code), "{assertion}");
    }
}

#[tokio::test(start_paused = true)]
async fn only_the_operations_that_need_no_signature_go_without_one() {
    let sim = trusting();
    for operation in ["AssumeRole", "GetCallerIdentity", "AssumeRoleWithNothing"] {
        let request = unsigned("sts.amazonaws.com", &[("Action", operation)]);
        assert_eq!(refused(&sim, request).await, is(403, "MissingAuthenticationToken"));
    }
}

#[tokio::test(start_paused = true)]
async fn what_nobody_signs_is_paid_by_the_account_of_the_role() {
    let limit = Throttling::with([orgwide_simulator::RateRule::new("sts", "*", 1.0, 1)]);
    let sim = Simulator::builder(WorldSpec::default()).throttling(limit).build().unwrap();
    let ask = |index| web_identity(&role(&id(index)), &jwt(&claims(LATER)), &[]);
    assert_eq!(refused(&sim, ask(1)).await, is(403, "AccessDenied"));
    assert_eq!(refused(&sim, ask(1)).await, is(400, "Throttling"));
    assert_eq!(refused(&sim, ask(2)).await, is(403, "AccessDenied"));
}
