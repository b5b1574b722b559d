//! CloudFront: the same from every region.

use serde_json::{Value, json};

use super::cell::{Cell, LOWER, UPPER, past};
use super::kind::{Identity, Kind};
use super::paging::Paging;
use crate::seed::pick;

pub(super) static KINDS: [Kind; 1] = [Kind {
    service: "cloudfront",
    operation: "ListDistributions",
    key: "cloudfront:distribution",
    items: "DistributionList.Items",
    is_global: true,
    // More may be asked for, and is not given.
    paging: Paging::sized("MaxItems", 1, u32::MAX as u64, 100).returns(100),
    identify: |cell, number| {
        let id = format!("E{}", cell.code(number, UPPER, 13));
        let arn = format!("arn:aws:cloudfront::{}:distribution/{id}", cell.account());
        Identity::named(id, arn)
    },
    member: distribution,
    ..Kind::BASE
}];

fn distribution(cell: &Cell<'_>, number: usize, identity: &Identity) -> Value {
    let mut rng = cell.rng(number);
    let aliases: Vec<String> = (0..rng.u8(..3)).map(|n| format!("www{n}-{number}.example.com")).collect();
    json!({
        "Id": identity.id,
        "ARN": identity.arn(),
        "Status": "Deployed",
        "DomainName": format!("d{}.cloudfront.net", cell.code(number, LOWER, 13)),
        "Enabled": rng.u8(..5) > 0,
        "Aliases": { "Quantity": aliases.len(), "Items": aliases },
        "PriceClass": pick(&mut rng, &["PriceClass_100", "PriceClass_All"]),
        "HttpVersion": "http2and3",
        "IsIPV6Enabled": true,
        "WebACLId": "",
        "Comment": "",
        "ViewerCertificate": {
            "CloudFrontDefaultCertificate": rng.bool(),
            "MinimumProtocolVersion": pick(&mut rng, &["TLSv1", "TLSv1.2_2021"]),
        },
        "LastModifiedTime": past(&mut rng),
    })
}
