//! A role for one who has credentials.

use super::parameters::{
    check_duration, duration, invalid, name, optional, packed_size, session_name, unfit,
};
use super::role_arn::RoleArn;
use super::{handed_out, role_denied};
use crate::caller::Caller;
use crate::refusal::Refusal;
use crate::reply::Reply;
use crate::services::Context;

const KNOWN: [&str; 14] = [
    "Action",
    "Version",
    "RoleArn",
    "RoleSessionName",
    "DurationSeconds",
    "ExternalId",
    "SourceIdentity",
    "SerialNumber",
    "TokenCode",
    "Policy",
    "PolicyArns.member.*.arn",
    "Tags.member.*.Key",
    "Tags.member.*.Value",
    "TransitiveTagKeys.member.*",
];

pub(crate) fn assume_role(context: &Context<'_>) -> Result<Reply, Refusal> {
    context.only(&KNOWN)?;
    let role = RoleArn::of(context)?;
    let session = session_name(context)?;
    let duration = duration(context)?;
    let external_id = name(context, "ExternalId", "externalId", 2..=1_224, ":/")?;
    let source = name(context, "SourceIdentity", "sourceIdentity", 2..=64, "")?;
    if source.is_some_and(|source| source.starts_with("aws:")) {
        return Err(invalid("SourceIdentity must not begin with aws:"));
    }
    let packed = packed_size(context)?;
    let caller = context.caller;
    let with_mfa = multi_factor(context)?;

    let denied = || role_denied("AssumeRole", &caller.arn, role.arn);
    let (account, rule) = role.find(context).ok_or_else(denied)?;
    // Once set, the source identity goes along the chain and cannot be changed.
    let other_source = caller.source_identity.as_deref().is_some_and(|set| source.is_some_and(|s| s != set));
    if other_source || !rule.admits(context.world, caller, external_id, with_mfa) {
        return Err(denied());
    }
    check_duration(context, &rule, duration, caller.role_arn.is_some())?;

    let mut session = Caller::session(context.world, account, role.name, session);
    session.source_identity = source.map(str::to_owned).or_else(|| caller.source_identity.clone());
    let issued = context.vault.issue(context.world, session.clone(), context.now, duration);
    Ok(handed_out(context, &session, &issued, packed, |_| ()))
}

/// Whether the caller proves a second factor; an attempt that fails is denied, whether the role asks or not.
///
/// The hub's user has the device `arn:aws:iam::ACCOUNT:mfa/hub`, whose codes are any six digits but `000000`, each
/// good once.
fn multi_factor(context: &Context<'_>) -> Result<bool, Refusal> {
    let failed =
        |what: &str| Refusal::new(403, "AccessDenied", format!("MultiFactorAuthentication failed, {what}"));
    let serial = optional(context, "SerialNumber", "serialNumber", 9..=256)?;
    let code = optional(context, "TokenCode", "tokenCode", 6..=6)?;
    if let Some(code) = code.filter(|code| !code.bytes().all(|b| b.is_ascii_digit())) {
        return Err(unfit("tokenCode", code, "Member must satisfy regular expression pattern: [\\d]*"));
    }
    match (serial, code) {
        (None, None) => Ok(false),
        (Some(_), None) | (None, Some(_)) => {
            Err(failed("must provide both MFA serial number and one time pass code."))
        }
        (Some(serial), Some(code)) => {
            let device = format!("arn:aws:iam::{}:mfa/hub", context.world.hub().id);
            if !context.caller.is_base || serial != device {
                return Err(failed(
                    "unable to validate MFA code.  Please verify your MFA serial number is valid and \
                     associated with this user.",
                ));
            }
            if code == "000000" || !context.vault.use_code(code) {
                let message = "MultiFactorAuthentication failed with invalid MFA one time pass code. ";
                return Err(Refusal::new(403, "AccessDenied", message));
            }
            Ok(true)
        }
    }
}
