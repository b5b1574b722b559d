//! A role for one who brings an assertion of a SAML provider.

use std::time::SystemTime;

use aws_smithy_types::base64;
use aws_smithy_types::date_time::{DateTime, Format};
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::parameters::{check_duration, duration, packed_size, required};
use super::role_arn::RoleArn;
use super::{handed_out, role_denied};
use crate::caller::Caller;
use crate::refusal::Refusal;
use crate::reply::Reply;
use crate::services::Context;

const KNOWN: [&str; 8] = [
    "Action",
    "Version",
    "RoleArn",
    "PrincipalArn",
    "SAMLAssertion",
    "DurationSeconds",
    "Policy",
    "PolicyArns.member.*.arn",
];

const ROLE: &str = "https://aws.amazon.com/SAML/Attributes/Role";
const SESSION: &str = "https://aws.amazon.com/SAML/Attributes/RoleSessionName";

/// Checks the assertion's form and end, that it offers the role, and that the role trusts the provider; not its
/// signature.
pub(crate) fn assume_role_with_saml(context: &Context<'_>) -> Result<Reply, Refusal> {
    context.only(&KNOWN)?;
    let role = RoleArn::of(context)?;
    let provider = required(context, "PrincipalArn", "principalArn", 20..=2_048)?;
    let duration = duration(context)?;
    let assertion = required(context, "SAMLAssertion", "sAMLAssertion", 4..=100_000)?;
    let packed = packed_size(context)?;
    let invalid = |message| Refusal::new(400, "InvalidIdentityToken", message);
    let xml = base64::decode(assertion).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    let xml = xml.ok_or_else(|| invalid("Invalid base64 SAMLResponse"))?;
    let assertion = Assertion::read(&xml).ok_or_else(|| invalid("Response is not a SAML assertion"))?;
    if assertion.ends.is_some_and(|ends| ends <= context.now) {
        let message = "Token must be redeemed within 5 minutes of issuance";
        return Err(Refusal::new(400, "ExpiredTokenException", message));
    }
    let session = assertion.session.as_deref().filter(|name| (2..=64).contains(&name.len()));
    let session = session.ok_or_else(|| invalid("RoleSessionName is required in AuthnResponse"))?;
    // Either ARN may come first.
    let offers = |pair: &String| match pair.split_once(',').map(|(a, b)| (a.trim(), b.trim())) {
        Some(pair) => pair == (role.arn, provider) || pair == (provider, role.arn),
        None => false,
    };
    let (account, rule) = role
        .find(context)
        .filter(|(_, rule)| assertion.roles.iter().any(offers) && rule.admits_federated(provider))
        .ok_or_else(|| role_denied("AssumeRoleWithSAML", "", role.arn))?;
    check_duration(context, &rule, duration, false)?;

    let session = Caller::session(context.world, account, role.name, session);
    let issued = context.vault.issue(context.world, session.clone(), context.now, duration);
    Ok(handed_out(context, &session, &issued, packed, |xml| {
        xml.text("Subject", &assertion.subject);
        xml.text("SubjectType", assertion.subject_type.rsplit(':').next().unwrap_or_default());
        xml.text("Issuer", &assertion.issuer);
        xml.text("Audience", &assertion.audience);
    }))
}

/// What STS looks at in an assertion.
#[derive(Default)]
struct Assertion {
    issuer: String,
    subject: String,
    subject_type: String,
    audience: String,
    /// The earliest of its ends.
    ends: Option<SystemTime>,
    roles: Vec<String>,
    session: Option<String>,
}

impl Assertion {
    /// Nothing if the document is not whole or holds no assertion.
    fn read(xml: &str) -> Option<Self> {
        let mut reader = Reader::from_str(xml);
        let mut found = Self::default();
        let (mut is_assertion, mut attribute, mut text) = (false, String::new(), String::new());
        let mut open = 0_usize;
        loop {
            let event = reader.read_event().ok()?;
            open += usize::from(matches!(event, Event::Start(_)));
            match event {
                Event::Start(start) | Event::Empty(start) => {
                    text.clear();
                    match start.local_name().as_ref() {
                        "Assertion" => is_assertion = true,
                        "Attribute" => attribute = value(&start, "Name").unwrap_or_default(),
                        "NameID" => found.subject_type = value(&start, "Format").unwrap_or_default(),
                        "Conditions" | "SubjectConfirmationData" => {
                            if let Some(text) = value(&start, "NotOnOrAfter") {
                                let ends = time(&text)?;
                                found.ends = Some(found.ends.map_or(ends, |other| other.min(ends)));
                            }
                        }
                        _ => {}
                    }
                }
                Event::Text(part) => text.push_str(&part),
                Event::GeneralRef(name) => {
                    text.push_str(&quick_xml::escape::unescape(&format!("&{};", &*name)).ok()?);
                }
                Event::End(end) => {
                    open = open.saturating_sub(1);
                    let text = std::mem::take(&mut text);
                    match (end.local_name().as_ref(), attribute.as_str()) {
                        ("Issuer", _) => found.issuer = text,
                        ("NameID", _) => found.subject = text,
                        ("Audience", _) => found.audience = text,
                        ("AttributeValue", ROLE) => found.roles.push(text),
                        ("AttributeValue", SESSION) => found.session = Some(text),
                        _ => {}
                    }
                }
                Event::Eof => return (is_assertion && open == 0).then_some(found),
                _ => {}
            }
        }
    }
}

fn value(start: &BytesStart<'_>, name: &str) -> Option<String> {
    Some(start.try_get_attribute(name).ok()??.value.into_owned())
}

fn time(text: &str) -> Option<SystemTime> {
    DateTime::from_str(text, Format::DateTime).ok()?.try_into().ok()
}
