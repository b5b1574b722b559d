//! What a selection asks of Organizations, told before it is asked.

use orgwide_account::Selection;
use orgwide_limit::Key;
use orgwide_names::{OperationName, ServiceName};
use orgwide_session::Session;

/// Accounts the figures are for.
const SAMPLE: f64 = 1_000.0;
/// Accounts on a page.
const PAGE: f64 = 20.0;

/// A line for each sort of call, with how many there are and how long they take within their limit; none for a
/// selection that does not need the organization.
pub(crate) fn lines(selection: &Selection, session: &Session) -> Vec<String> {
    let rate = |operation: &str| rate(session, operation);
    let per_account = |operation: &str, accounts_per_call: f64, what: &str| {
        let calls = SAMPLE / accounts_per_call;
        let time = rate(operation)
            .map_or_else(String::new, |rate| format!(", {:.0} s at {rate}/s", (calls / rate).ceil()));
        format!("  {operation}: {what}: {calls:.0} for {SAMPLE:.0} of them{time}")
    };
    let per_unit = |operation: &str, what: &str| {
        let rate = rate(operation).map_or_else(String::new, |rate| format!(", at {rate}/s"));
        format!("  {operation}: {what}{rate}")
    };
    let mut lines = Vec::new();
    if selection.needs_listing() {
        lines.push(per_account("ListAccounts", PAGE, "one for every 20 accounts"));
    }
    if selection.needs_unit_names() {
        lines.push("  ListRoots: one".to_owned());
        lines.push(per_unit("ListOrganizationalUnitsForParent", "one for the root and for every unit"));
    }
    if selection.needs_units() {
        let what = "none where the list of accounts tells their units, else one for the root and every unit, and for every 20 accounts in one";
        lines.push(per_unit("ListAccountsForParent", what));
    }
    if selection.needs_tags() {
        let what = "one for every account that only its tags can keep out";
        lines.push(per_account("ListTagsForResource", 1.0, what));
    }
    if !lines.is_empty() {
        lines.insert(0, "this selection asks AWS Organizations:".to_owned());
    }
    lines
}

/// The rate in force; none where there is no limit.
fn rate(session: &Session, operation: &str) -> Option<f64> {
    let key = Key {
        account: session.payer(),
        region: session.partition().implicit_region(),
        service: "organizations".parse::<ServiceName>().ok()?,
        operation: operation.parse::<OperationName>().ok()?,
        paged: true,
    };
    session.limiter().quota(&key).rate()
}
