//! Certificate Manager.

use serde_json::{Value, json};

use super::cell::{Cell, past};
use super::input::texts;
use super::kind::{Identity, Kind};
use super::listing::Selection;
use super::paging::Paging;
use crate::account::{EPOCH, SPAN};
use crate::clock::rfc3339;
use crate::seed::pick;

const DAY: i64 = 86_400;

pub(super) static KINDS: [Kind; 1] = [Kind {
    service: "acm",
    operation: "ListCertificates",
    key: "acm:certificate",
    items: "CertificateSummaryList",
    paging: Paging::sized("MaxItems", 1, 1_000, 1_000),
    // Nobody's certificates are of another origin than those that are told anyway.
    parameters: &["Includes", "CertificateKeyPairOrigins"],
    identify: |cell, number| {
        let name = format!("{}.example.com", cell.named(number, &["www", "api"]));
        Identity::by_arn(cell.arn("acm", &format!("certificate/{}", cell.uuid(number))), name)
    },
    member: certificate,
    // Those who do not name the kinds of keys get one kind only.
    select: |cell, input| {
        let named = input.get("Includes").map(|includes| texts(includes, "keyTypes")).unwrap_or_default();
        let shown = if named.is_empty() { vec!["RSA_2048"] } else { named };
        Ok(Selection::only(cell, |number| shown.contains(&algorithm(number))))
    },
    ..Kind::BASE
}];

fn algorithm(number: usize) -> &'static str {
    ["RSA_2048", "EC_prime256v1", "RSA_2048", "RSA_4096"][number % 4]
}

/// Three in four are in use; some are no longer valid.
fn certificate(cell: &Cell<'_>, number: usize, identity: &Identity) -> Value {
    let mut rng = cell.rng(number);
    let begins = EPOCH + SPAN + rng.i64(-400..400) * DAY;
    json!({
        "CertificateArn": identity.arn(),
        "DomainName": identity.name(),
        "SubjectAlternativeNameSummaries": [identity.name()],
        "HasAdditionalSubjectAlternativeNames": false,
        "Status": pick(&mut rng, &["ISSUED", "ISSUED", "ISSUED", "EXPIRED", "PENDING_VALIDATION"]),
        "Type": pick(&mut rng, &["AMAZON_ISSUED", "AMAZON_ISSUED", "IMPORTED"]),
        "KeyAlgorithm": algorithm(number),
        "InUse": rng.u8(..4) > 0,
        "RenewalEligibility": pick(&mut rng, &["ELIGIBLE", "INELIGIBLE"]),
        "NotBefore": rfc3339(begins),
        "NotAfter": rfc3339(begins + 395 * DAY),
        "CreatedAt": past(&mut rng),
        "RevokedAt": null,
    })
}
