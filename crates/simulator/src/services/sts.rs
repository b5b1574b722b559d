//! Security Token Service.

mod assume_role;
mod parameters;
mod role_arn;
mod saml;
mod web_identity;

use std::time::SystemTime;

pub(crate) use self::assume_role::assume_role;
pub(crate) use self::role_arn::account_of;
pub(crate) use self::saml::assume_role_with_saml;
pub(crate) use self::web_identity::assume_role_with_web_identity;
use crate::caller::Caller;
use crate::clock::rfc3339;
use crate::credentials::Credentials;
use crate::refusal::Refusal;
use crate::reply::Reply;
use crate::services::Context;
use crate::xml::Xml;

pub(crate) const NAMESPACE: &str = "https://sts.amazonaws.com/doc/2011-06-15/";

/// The operations that hand out credentials for a role.
pub(crate) const ASSUMING: [&str; 3] = ["AssumeRole", "AssumeRoleWithWebIdentity", "AssumeRoleWithSAML"];

/// Those of them whose callers have no credentials yet, and so sign nothing.
pub(crate) const UNSIGNED: [&str; 2] = ["AssumeRoleWithWebIdentity", "AssumeRoleWithSAML"];

pub(crate) fn get_caller_identity(context: &Context<'_>) -> Result<Reply, Refusal> {
    let mut xml = Xml::new();
    xml.root("GetCallerIdentityResponse", NAMESPACE, |xml| {
        xml.element("GetCallerIdentityResult", |xml| {
            xml.text("Arn", &context.caller.arn);
            xml.text("UserId", &context.caller.user_id);
            xml.text("Account", &context.account().id);
        });
        metadata(xml, context);
    });
    Ok(Reply::xml(context.call.protocol, xml))
}

/// What STS says whether the role is missing, does not trust the caller, or the account is closed.
pub(crate) fn role_denied(operation: &str, caller_arn: &str, role_arn: &str) -> Refusal {
    let message = if UNSIGNED.contains(&operation) {
        format!("Not authorized to perform sts:{operation}")
    } else {
        format!("User: {caller_arn} is not authorized to perform: sts:AssumeRole on resource: {role_arn}")
    };
    Refusal::new(403, "AccessDenied", message)
}

/// The account has switched STS off in this region.
pub(crate) fn region_disabled(account: &str) -> Refusal {
    let message = format!(
        "STS is not activated in this region for account:{account}. Your account administrator can activate STS \
         in this region using the IAM Console."
    );
    Refusal::new(403, "RegionDisabledException", message)
}

/// The answer that hands out credentials, with what `more` adds to it.
fn handed_out(
    context: &Context<'_>,
    session: &Caller,
    issued: &Credentials,
    packed: Option<usize>,
    more: impl FnOnce(&mut Xml),
) -> Reply {
    let operation = &context.call.operation;
    let mut xml = Xml::new();
    xml.root(&format!("{operation}Response"), NAMESPACE, |xml| {
        xml.element(&format!("{operation}Result"), |xml| {
            xml.element("AssumedRoleUser", |xml| {
                xml.text("AssumedRoleId", &session.user_id);
                xml.text("Arn", &session.arn);
            });
            xml.element("Credentials", |xml| {
                xml.text("AccessKeyId", &issued.access_key);
                xml.text("SecretAccessKey", &issued.secret);
                xml.text("SessionToken", &issued.token);
                xml.text("Expiration", &whole_seconds(issued.expires));
            });
            if let Some(percent) = packed {
                xml.text("PackedPolicySize", &percent.to_string());
            }
            if let Some(source) = &session.source_identity {
                xml.text("SourceIdentity", source);
            }
            more(xml);
        });
        metadata(xml, context);
    });
    Reply::xml(context.call.protocol, xml)
}

fn metadata(xml: &mut Xml, context: &Context<'_>) {
    xml.element("ResponseMetadata", |xml| xml.text("RequestId", context.request_id));
}

fn whole_seconds(time: SystemTime) -> String {
    rfc3339(unix(time) as i64)
}

fn unix(time: SystemTime) -> u64 {
    time.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_secs()
}
