//! Identity and Access Management.

use crate::refusal::Refusal;
use crate::reply::Reply;
use crate::services::Context;
use crate::xml::Xml;

pub(crate) const NAMESPACE: &str = "https://iam.amazonaws.com/doc/2010-05-08/";

/// An account has one alias or none.
pub(crate) fn list_account_aliases(context: &Context<'_>) -> Result<Reply, Refusal> {
    context.only(&["Action", "Version", "Marker", "MaxItems"])?;
    let params = context.params;
    let size = match params.get("MaxItems") {
        None => 100,
        Some(text) => text.parse().ok().filter(|size| (1..=1_000).contains(size)).ok_or_else(|| {
            invalid(&format!("Value '{text}' at 'maxItems' must be a number from 1 to 1000"))
        })?,
    };
    let account = context.account();
    let (range, next) = context
        .pages(&["ListAccountAliases", &account.id])
        .cut(account.alias.iter().len(), size, params.get("Marker"))
        .ok_or_else(|| invalid("Invalid Marker"))?;
    let mut xml = Xml::new();
    xml.root("ListAccountAliasesResponse", NAMESPACE, |xml| {
        xml.element("ListAccountAliasesResult", |xml| {
            xml.text("IsTruncated", if next.is_some() { "true" } else { "false" });
            xml.element("AccountAliases", |xml| {
                account.alias.iter().skip(range.start).for_each(|alias| xml.text("member", alias));
            });
        });
        xml.element("ResponseMetadata", |xml| xml.text("RequestId", context.request_id));
    });
    Ok(Reply::xml(context.call.protocol, xml))
}

fn invalid(message: &str) -> Refusal {
    Refusal::new(400, "ValidationError", message)
}
