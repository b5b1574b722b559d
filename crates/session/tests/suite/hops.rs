//! What is said of a role that could not be assumed.

use orgwide_session::{Class, Denial, Failure, RoleRequest, SecretSource};

use crate::common::*;
use crate::sts::{Sts, numbered, role_in};

const REFUSED: &str = "User: x is not authorized to perform: sts:AssumeRole on resource: y";

/// The failure of the last of these roles when its request is refused like this.
async fn failure(chain: &[RoleRequest], status: u16, code: &'static str, message: &str) -> Failure {
    let last = chain.last().unwrap().role().to_string();
    let message = message.to_owned();
    let sts = Sts::refusing(move |asked| {
        (asked.get("RoleArn") == Some(last.as_str())).then(|| (status, code, message.clone()))
    });
    sts.session().await.assumed_chain(chain).credentials().await.unwrap_err()
}

#[tokio::test(start_paused = true)]
async fn a_hop_is_named_with_its_place_the_role_the_account_the_caller_and_the_request() {
    let failure = failure(&[role_in(1), role_in(2), role_in(3)], 403, "AccessDenied", REFUSED).await;
    assert_eq!(failure.class(), Class::Denied(Denial::RoleNotAssumable));
    assert_eq!((failure.frame(), failure.role().unwrap().account()), (Some(3), numbered(3)));
    assert_eq!(
        failure.to_string(),
        "sts:AssumeRole of arn:aws:iam::000000000003:role/Audit, frame 3 of the stack, from \
         arn:aws:iam::000000000002:role/Audit (eu-central-1): AccessDenied: User: x is not authorized to perform: \
         sts:AssumeRole on resource: y [request request-3]"
    );
    assert_eq!(
        failure.next_step(),
        "check that role Audit exists in account 000000000003, that its trust policy names role Audit of account \
         000000000002 and demands neither an external id nor MFA, for none was given, and that the account is active"
    );
}

#[tokio::test(start_paused = true)]
async fn what_to_do_fits_what_aws_says_and_what_was_given() {
    let code = SecretSource::asking(async || Ok("123456".to_owned()));
    let hub = format!("{REFUSED} because no identity-based policy allows the sts:AssumeRole action");
    let tags = REFUSED.replace("sts:AssumeRole", "sts:TagSession");
    let source = REFUSED.replace("sts:AssumeRole", "sts:SetSourceIdentity");
    let used = "MultiFactorAuthentication failed with invalid MFA one time pass code.";
    let inactive = "STS is not activated in this region for account:111122223333.";
    let first = || [role_in(1)];
    for (chain, code, message, class, step) in [
        (first(), "AccessDenied", hub.as_str(), "role_denied", "allow the caller sts:AssumeRole on the role"),
        (first(), "AccessDenied", tags.as_str(), "role_denied", "sts:TagSession, or give no session tags"),
        (
            first(),
            "AccessDenied",
            source.as_str(),
            "role_denied",
            "sts:SetSourceIdentity, or give no source identity",
        ),
        (
            [role_in(1).external_id("wrong-one")],
            "AccessDenied",
            REFUSED,
            "role_denied",
            "the caller, has the external id that was given and demands no MFA",
        ),
        ([role_in(1).mfa("GAHT12345678", code)], "AccessDenied", used, "role_denied", "give the next code"),
        (first(), "RegionDisabledException", inactive, "region_disabled", "set AWS_REGION"),
        (first(), "MalformedPolicyDocument", "Syntax errors in policy.", "invalid_request", "session policy"),
        (first(), "PackedPolicyTooLarge", "Packed policy: 120%", "invalid_request", "fewer session tags"),
        (first(), "ExpiredToken", "expired", "expired_credentials", "sign in again"),
    ] {
        let failure = failure(&chain, 403, code, message).await;
        assert_eq!(failure.class().as_str(), class, "{failure}");
        assert!(failure.next_step().contains(step), "{code}: {}", failure.next_step());
    }
}

#[tokio::test(start_paused = true)]
async fn a_request_that_aws_cannot_take_is_made_once() {
    let sts =
        Sts::refusing(|_| Some((400, "MalformedPolicyDocument", "Syntax errors in policy.".to_owned())));
    let member = sts.session().await.assumed(&role_in(1).policy("{"));
    for _ in 0..3 {
        assert_eq!(member.credentials().await.unwrap_err().class(), Class::Invalid);
        tokio::time::sleep(MINUTE).await;
    }
    assert_eq!(sts.asked().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn only_the_first_hop_is_about_the_caller_s_own_credentials() {
    let one = failure(&[role_in(1)], 403, "ExpiredToken", "expired").await;
    let two = failure(&[role_in(1), role_in(2)], 403, "ExpiredToken", "expired").await;
    assert_eq!((one.is_of_callers_own(), two.is_of_callers_own()), (true, false));
    assert!(two.next_step().contains("role Audit of account 000000000001"), "{}", two.next_step());
    let token = SecretSource::asking(async || Ok("a.b.c".to_owned()));
    let web = RoleRequest::web_identity(role_in(1).role().clone(), token);
    let ended = failure(&[web], 400, "ExpiredTokenException", "Token expired").await;
    assert!(!ended.is_of_callers_own() && ended.next_step().contains("new token"), "{}", ended.next_step());
}

#[tokio::test(start_paused = true)]
async fn who_a_member_is_can_be_verified_by_a_call_and_another_account_is_an_error_that_names_both() {
    let sts = Sts::new();
    let hub = sts.session().await;
    let member = hub.assumed(&role_in(1));
    assert_eq!(member.verify_identity().await.unwrap().account(), numbered(1));
    assert_eq!(sts.count("GetCallerIdentity"), 1);

    let simulator = organization(3, []);
    let member = builder(&simulator).load().await.unwrap().assumed(&role(id(1)));
    assert_eq!(member.verify_identity().await.unwrap().account(), id(1));
    // A service that gives out credentials of another account than the one asked for.
    let liar = sts.lying().session().await.assumed(&role_in(7));
    let failure = liar.verify_identity().await.unwrap_err();
    let text = failure.to_string();
    assert_eq!(failure.class(), Class::NotFromAws);
    assert!(text.contains("are of account 111122223333, not 000000000007"), "{text}");
}
