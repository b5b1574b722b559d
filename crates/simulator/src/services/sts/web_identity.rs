//! A role for one who brings a token of an OpenID Connect provider.

use aws_smithy_types::base64;
use serde::Deserialize;

use super::parameters::{check_duration, duration, packed_size, required, session_name};
use super::role_arn::RoleArn;
use super::{handed_out, role_denied, unix};
use crate::caller::Caller;
use crate::refusal::Refusal;
use crate::reply::Reply;
use crate::services::Context;

const KNOWN: [&str; 8] = [
    "Action",
    "Version",
    "RoleArn",
    "RoleSessionName",
    "WebIdentityToken",
    "DurationSeconds",
    "Policy",
    "PolicyArns.member.*.arn",
];

/// The claims that STS looks at.
#[derive(Deserialize)]
struct Claims {
    iss: String,
    sub: String,
    aud: Audience,
    /// Seconds since 1970.
    exp: f64,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Several(Vec<String>),
}

impl Audience {
    fn first(&self) -> &str {
        match self {
            Self::One(audience) => audience,
            Self::Several(audiences) => audiences.first().map_or("", String::as_str),
        }
    }
}

/// Checks the token's form, its end and that the role trusts its issuer; not its signature.
pub(crate) fn assume_role_with_web_identity(context: &Context<'_>) -> Result<Reply, Refusal> {
    context.only(&KNOWN)?;
    let role = RoleArn::of(context)?;
    let session = session_name(context)?;
    let duration = duration(context)?;
    let token = required(context, "WebIdentityToken", "webIdentityToken", 4..=20_000)?;
    let packed = packed_size(context)?;
    let claims = read(token).ok_or_else(|| {
        let message =
            "The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)";
        Refusal::new(400, "InvalidIdentityToken", message)
    })?;
    let now = unix(context.now);
    if claims.exp <= now as f64 {
        let message = format!(
            "Token expired: current date/time {now} must be before the expiration date/time {:.0}",
            claims.exp
        );
        return Err(Refusal::new(400, "ExpiredTokenException", message));
    }
    let (account, rule) = role
        .find(context)
        .filter(|(_, rule)| rule.admits_federated(&claims.iss))
        .ok_or_else(|| role_denied("AssumeRoleWithWebIdentity", "", role.arn))?;
    check_duration(context, &rule, duration, false)?;

    let session = Caller::session(context.world, account, role.name, session);
    let issued = context.vault.issue(context.world, session.clone(), context.now, duration);
    Ok(handed_out(context, &session, &issued, packed, |xml| {
        xml.text("SubjectFromWebIdentityToken", &claims.sub);
        xml.text("Audience", claims.aud.first());
        xml.text("Provider", &claims.iss);
    }))
}

/// The claims of a JSON Web Token; nothing if it is none.
fn read(token: &str) -> Option<Claims> {
    let mut parts = token.split('.');
    let (header, claims, signature) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() || signature.is_empty() {
        return None;
    }
    serde_json::from_slice::<serde_json::Map<String, serde_json::Value>>(&url_decoded(header)?).ok()?;
    serde_json::from_slice(&url_decoded(claims)?).ok()
}

/// Base64 in its URL form without padding.
fn url_decoded(text: &str) -> Option<Vec<u8>> {
    let padding = match text.len() % 4 {
        0 => "",
        2 => "==",
        3 => "=",
        _ => return None,
    };
    base64::decode(text.replace('-', "+").replace('_', "/") + padding).ok()
}
