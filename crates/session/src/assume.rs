use std::time::SystemTime;

use aws_credential_types::Credentials;

use crate::credential_cell::Grant;
use crate::{Call, Class, Failure, Identity, RoleRequest, Session};

/// How long an assumed role's credentials are asked to last, in seconds.
///
/// A role assumed from a role is never given more than an hour (AWS STS, role chaining), and every role
/// allows an hour at least.
const DURATION: i32 = 3600;

/// Calls sts:AssumeRole with the parent's credentials, at the regional endpoint of its home region.
///
/// The regional endpoint matters: its tokens are valid in every region, those of the global one are not.
pub(crate) async fn assume(parent: &Session, request: &RoleRequest) -> Result<Grant, Failure> {
    let call = call(Some(parent));
    let answer = aws_sdk_sts::Client::new(&parent.config())
        .assume_role()
        .role_arn(request.role().to_string())
        .role_session_name(request.name())
        .duration_seconds(DURATION)
        .send()
        .await
        .map_err(|error| match Failure::find(&error) {
            // The parent's credentials could not be had: what failed is an earlier hop, or the base.
            Some(earlier) => earlier.clone(),
            None => Failure::of(&error, call.clone()).assuming(request.role().clone()),
        })?;

    let incomplete = |what: &str| {
        Failure::without_answer(call.clone(), Class::NotFromAws, format!("the answer has no {what}"))
            .assuming(request.role().clone())
    };
    let given = answer.credentials().ok_or_else(|| incomplete("credentials"))?;
    let user = answer.assumed_role_user().ok_or_else(|| incomplete("user"))?;
    let expiry = SystemTime::try_from(*given.expiration()).map_err(|_| incomplete("usable expiration"))?;
    let account = request.role().account();
    let credentials = Credentials::builder()
        .access_key_id(given.access_key_id())
        .secret_access_key(given.secret_access_key())
        .session_token(given.session_token())
        .expiry(expiry)
        .account_id(account.as_str())
        .provider_name("orgwide")
        .build();
    tracing::debug!(role = %request.role(), "role assumed");
    let identity = Identity::new(account, user.arn().to_owned(), user.assumed_role_id().to_owned());
    Ok(Grant { credentials, identity: Some(identity) })
}

/// A failure to assume that no answer of AWS stands behind.
pub(crate) fn failed(request: &RoleRequest, message: String) -> Failure {
    Failure::without_answer(call(None), Class::Other, message).assuming(request.role().clone())
}

fn call(parent: Option<&Session>) -> Call {
    Call {
        account: parent.and_then(Session::account),
        region: parent.map(|parent| parent.home_region().clone()),
        ..Call::new("sts", "AssumeRole")
    }
}
