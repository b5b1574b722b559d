//! The parameters that the ways to assume a role have in common.

use std::collections::HashSet;
use std::ops::RangeInclusive;
use std::time::Duration;

use serde_json::Value;

use crate::refusal::Refusal;
use crate::role_rule::RoleRule;
use crate::services::Context;

/// The room that policies and tags share, in bytes. AWS has another after packing, which it does not publish.
const ROOM: usize = 2_048;
const HOUR: u64 = 3_600;

/// A parameter that must be there.
pub(super) fn required<'a>(
    context: &Context<'a>,
    parameter: &str,
    member: &str,
    length: RangeInclusive<usize>,
) -> Result<&'a str, Refusal> {
    optional(context, parameter, member, length)?
        .ok_or_else(|| unfit(member, "null", "Member must not be null"))
}

/// A parameter that may be missing.
pub(super) fn optional<'a>(
    context: &Context<'a>,
    parameter: &str,
    member: &str,
    length: RangeInclusive<usize>,
) -> Result<Option<&'a str>, Refusal> {
    let Some(text) = context.params.get(parameter) else { return Ok(None) };
    check_length(member, text, length)?;
    Ok(Some(text))
}

/// The same, of letters, digits and `_+=,.@-` or those of `more`.
pub(super) fn name<'a>(
    context: &Context<'a>,
    parameter: &str,
    member: &str,
    length: RangeInclusive<usize>,
    more: &str,
) -> Result<Option<&'a str>, Refusal> {
    let text = optional(context, parameter, member, length)?;
    let legal = |c: char| c.is_ascii_alphanumeric() || "_+=,.@-".contains(c) || more.contains(c);
    match text {
        Some(text) if !text.chars().all(legal) => {
            let rule = format!("Member must satisfy regular expression pattern: [\\w+=,.@{more}-]*");
            Err(unfit(member, text, &rule))
        }
        text => Ok(text),
    }
}

pub(super) fn session_name<'a>(context: &Context<'a>) -> Result<&'a str, Refusal> {
    name(context, "RoleSessionName", "roleSessionName", 2..=64, "")?
        .ok_or_else(|| unfit("roleSessionName", "null", "Member must not be null"))
}

/// How long the session is to last, an hour unless the caller says otherwise.
pub(super) fn duration(context: &Context<'_>) -> Result<Duration, Refusal> {
    let Some(text) = context.params.get("DurationSeconds") else { return Ok(Duration::from_secs(HOUR)) };
    let rule = match text.parse::<u64>() {
        Ok(seconds @ 900..=43_200) => return Ok(Duration::from_secs(seconds)),
        Ok(0..900) => "Member must have value greater than or equal to 900",
        _ => "Member must have value less than or equal to 43200",
    };
    Err(unfit("durationSeconds", text, rule))
}

/// Refuses a duration that the role, or a chain of roles, does not allow.
pub(super) fn check_duration(
    context: &Context<'_>,
    rule: &RoleRule,
    duration: Duration,
    is_chained: bool,
) -> Result<(), Refusal> {
    let most = rule.max_session_duration.unwrap_or(context.world.spec.max_session_duration);
    if is_chained && duration > Duration::from_secs(HOUR) {
        return Err(invalid(
            "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.",
        ));
    }
    if duration > Duration::from_secs(most.into()) {
        return Err(invalid(
            "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.",
        ));
    }
    Ok(())
}

/// Checks the session policies and tags, and tells how full they are, in percent; nothing if there are none.
///
/// What they do to the session is not simulated.
pub(super) fn packed_size(context: &Context<'_>) -> Result<Option<usize>, Refusal> {
    let params = context.params;
    let policy = params.get("Policy");
    if let Some(policy) = policy {
        check_policy(policy)?;
    }
    let arns: Vec<&str> = params.members("PolicyArns.member.", ".arn").collect();
    if arns.len() > 10 {
        return Err(unfit("policyArns", "[...]", "Member must have length less than or equal to 10"));
    }
    if let Some(arn) = arns.iter().find(|arn| !(arn.starts_with("arn:") && arn.contains(":policy/"))) {
        return Err(invalid(&format!("{arn} is invalid")));
    }
    let tags = check_tags(context)?;
    if policy.is_none() && arns.is_empty() && tags == 0 {
        return Ok(None);
    }
    let size = policy.map_or(0, str::len) + arns.iter().map(|arn| arn.len()).sum::<usize>() + tags;
    let percent = (size * 100).div_ceil(ROOM);
    if percent > 100 {
        let message =
            format!("Packed policy consumes {percent}% of allotted space, please use smaller policy.");
        return Err(Refusal::new(400, "PackedPolicyTooLarge", message));
    }
    Ok(Some(percent))
}

fn check_policy(policy: &str) -> Result<(), Refusal> {
    let malformed = |message| Err(Refusal::new(400, "MalformedPolicyDocument", message));
    match serde_json::from_str::<Value>(policy) {
        Err(_) => malformed("This policy contains invalid Json"),
        Ok(Value::Object(document)) if document.contains_key("Statement") => Ok(()),
        Ok(_) => malformed("Missing required field Statement"),
    }
}

/// The length of all keys and values.
fn check_tags(context: &Context<'_>) -> Result<usize, Refusal> {
    let params = context.params;
    let keys: Vec<&str> = params.members("Tags.member.", ".Key").collect();
    let values: Vec<&str> = params.members("Tags.member.", ".Value").collect();
    if keys.len() != values.len() {
        return Err(unfit("tags", "null", "Member must not be null"));
    }
    if keys.len() > 50 {
        return Err(unfit("tags", "[...]", "Member must have length less than or equal to 50"));
    }
    keys.iter().try_for_each(|key| check_length("tags.member.key", key, 1..=128))?;
    values.iter().try_for_each(|value| check_length("tags.member.value", value, 0..=256))?;
    let lower: HashSet<String> = keys.iter().map(|key| key.to_lowercase()).collect();
    if lower.len() < keys.len() {
        let message = "Duplicate tag keys found. Please note that Tag keys are case insensitive.";
        return Err(Refusal::new(400, "InvalidParameterValue", message));
    }
    if let Some(key) =
        params.members("TransitiveTagKeys.member.", "").find(|key| !lower.contains(&key.to_lowercase()))
    {
        let message =
            format!("The specified transitive tag key '{key}' must be included in the requested tags.");
        return Err(Refusal::new(400, "InvalidParameterValue", message));
    }
    Ok(keys.iter().chain(&values).map(|text| text.len()).sum())
}

fn check_length(member: &str, text: &str, length: RangeInclusive<usize>) -> Result<(), Refusal> {
    let rule = match text.len() {
        len if len < *length.start() => {
            format!("Member must have length greater than or equal to {}", length.start())
        }
        len if len > *length.end() => {
            format!("Member must have length less than or equal to {}", length.end())
        }
        _ => return Ok(()),
    };
    Err(unfit(member, text, &rule))
}

/// A value that breaks the rule of its member.
pub(super) fn unfit(member: &str, value: &str, rule: &str) -> Refusal {
    invalid(&format!(
        "1 validation error detected: Value '{value}' at '{member}' failed to satisfy constraint: {rule}"
    ))
}

pub(super) fn invalid(message: &str) -> Refusal {
    Refusal::new(400, "ValidationError", message)
}
