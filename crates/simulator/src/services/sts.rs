//! Security Token Service.

use std::time::{Duration, SystemTime};

use crate::account::Account;
use crate::clock::rfc3339;
use crate::refusal::Refusal;
use crate::reply::Reply;
use crate::services::Context;
use crate::xml::Xml;

pub(crate) const NAMESPACE: &str = "https://sts.amazonaws.com/doc/2011-06-15/";

/// The parameters of AssumeRole that the simulated role heeds. It asks for no external id, so any is right.
const KNOWN: [&str; 7] =
    ["Action", "Version", "RoleArn", "RoleSessionName", "DurationSeconds", "ExternalId", "SourceIdentity"];

pub(crate) fn assume_role(context: &Context<'_>) -> Result<Reply, Refusal> {
    context.only(&KNOWN)?;
    let role = required(context, "RoleArn", "roleArn", 20..=2_048)?;
    let session = required(context, "RoleSessionName", "roleSessionName", 2..=64)?;
    if !session.bytes().all(|b| b.is_ascii_alphanumeric() || b"_+=,.@-".contains(&b)) {
        return Err(invalid(
            "roleSessionName",
            session,
            "Member must satisfy regular expression pattern: [\\w+=,.@-]*",
        ));
    }
    let lifetime = lifetime(context)?;
    let role =
        Role::read(role).ok_or_else(|| Refusal::new(400, "ValidationError", format!("{role} is invalid")))?;
    let account =
        trusting_account(context, role).ok_or_else(|| role_denied(&context.caller.arn, role.arn))?;

    let issued = context.vault.issue(context.world, account, session, context.now, lifetime);
    let identity = crate::caller::Caller::session(context.world, account, session);
    let mut xml = Xml::new();
    xml.root("AssumeRoleResponse", NAMESPACE, |xml| {
        xml.element("AssumeRoleResult", |xml| {
            xml.element("AssumedRoleUser", |xml| {
                xml.text("AssumedRoleId", &identity.user_id);
                xml.text("Arn", &identity.arn);
            });
            xml.element("Credentials", |xml| {
                xml.text("AccessKeyId", &issued.access_key);
                xml.text("SecretAccessKey", &issued.secret);
                xml.text("SessionToken", &issued.token);
                xml.text("Expiration", &whole_seconds(issued.expires));
            });
            if let Some(source) = context.params.get("SourceIdentity") {
                xml.text("SourceIdentity", source);
            }
        });
        metadata(xml, context);
    });
    Ok(Reply::xml(context.call.protocol, xml))
}

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
pub(crate) fn role_denied(caller_arn: &str, role_arn: &str) -> Refusal {
    let message =
        format!("User: {caller_arn} is not authorized to perform: sts:AssumeRole on resource: {role_arn}");
    Refusal::new(403, "AccessDenied", message)
}

/// The account a role ARN points to, whether it exists or not.
pub(crate) fn account_of(role_arn: &str) -> Option<&str> {
    Role::read(role_arn).map(|role| role.account)
}

/// The account of a role that lets the caller in.
fn trusting_account<'a>(context: &Context<'a>, role: Role<'_>) -> Option<&'a Account> {
    let world = context.world;
    // The role trusts the management account alone, which has none such itself.
    let caller_is_trusted = context.account().is_management() || context.caller.account == world.spec.hub;
    world.account(role.account).filter(|account| {
        caller_is_trusted
            && role.partition == "aws"
            && role.name == world.spec.role
            && account.active
            && !account.is_management()
    })
}

#[derive(Debug, Clone, Copy)]
struct Role<'a> {
    arn: &'a str,
    partition: &'a str,
    account: &'a str,
    /// With its path.
    name: &'a str,
}

impl<'a> Role<'a> {
    fn read(arn: &'a str) -> Option<Self> {
        let mut parts = arn.splitn(6, ':');
        let (prefix, partition, service, region) =
            (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
        let (account, resource) = (parts.next()?, parts.next()?);
        let name = resource.strip_prefix("role/").filter(|name| !name.is_empty())?;
        let is_role = prefix == "arn"
            && partition.starts_with("aws")
            && service == "iam"
            && region.is_empty()
            && account.len() == 12
            && account.bytes().all(|b| b.is_ascii_digit());
        is_role.then_some(Self { arn, partition, account, name })
    }
}

fn lifetime(context: &Context<'_>) -> Result<Duration, Refusal> {
    let Some(text) = context.params.get("DurationSeconds") else { return Ok(Duration::from_secs(3_600)) };
    match text.parse::<u64>() {
        Ok(seconds @ 900..=43_200) => Ok(Duration::from_secs(seconds)),
        Ok(0..900) => {
            Err(invalid("durationSeconds", text, "Member must have value greater than or equal to 900"))
        }
        _ => Err(invalid("durationSeconds", text, "Member must have value less than or equal to 43200")),
    }
}

fn required<'a>(
    context: &Context<'a>,
    parameter: &str,
    member: &str,
    length: std::ops::RangeInclusive<usize>,
) -> Result<&'a str, Refusal> {
    match context.params.get(parameter) {
        None => Err(invalid(member, "null", "Member must not be null")),
        Some(text) if text.len() < *length.start() => {
            let rule = format!("Member must have length greater than or equal to {}", length.start());
            Err(invalid(member, text, &rule))
        }
        Some(text) if text.len() > *length.end() => {
            let rule = format!("Member must have length less than or equal to {}", length.end());
            Err(invalid(member, text, &rule))
        }
        Some(text) => Ok(text),
    }
}

fn invalid(member: &str, value: &str, rule: &str) -> Refusal {
    let message = format!(
        "1 validation error detected: Value '{value}' at '{member}' failed to satisfy constraint: {rule}"
    );
    Refusal::new(400, "ValidationError", message)
}

fn metadata(xml: &mut Xml, context: &Context<'_>) {
    xml.element("ResponseMetadata", |xml| xml.text("RequestId", context.request_id));
}

fn whole_seconds(time: SystemTime) -> String {
    rfc3339(time.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_secs() as i64)
}
