//! Ids and ARNs.

use super::Place;
use crate::seed::word;

const HEX: &[u8] = b"0123456789abcdef";
const UPPER: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

/// What ids of a kind begin with in EC2, and where others speak of them; in small letters, without `id`.
const PREFIXES: [(&str, &str); 26] = [
    ("allocation", "eipalloc"),
    ("association", "assoc"),
    ("customergateway", "cgw"),
    ("dhcpoptions", "dopt"),
    ("elasticfilesystem", "fs"),
    ("filesystem", "fs"),
    ("flowlog", "fl"),
    ("image", "ami"),
    ("instance", "i"),
    ("internetgateway", "igw"),
    ("launchtemplate", "lt"),
    ("natgateway", "nat"),
    ("networkacl", "acl"),
    ("networkinterface", "eni"),
    ("prefixlist", "pl"),
    ("reservation", "r"),
    ("routetable", "rtb"),
    ("securitygroup", "sg"),
    ("snapshot", "snap"),
    ("subnet", "subnet"),
    ("transitgateway", "tgw"),
    ("transitgatewayattachment", "tgw-attach"),
    ("volume", "vol"),
    ("vpc", "vpc"),
    ("vpcendpoint", "vpce"),
    ("vpngateway", "vgw"),
];

/// An id of the kind that a name in small letters speaks of.
pub(super) fn id(rng: &mut fastrand::Rng, kind: &str) -> String {
    match PREFIXES.iter().find(|(name, _)| *name == kind) {
        Some((_, prefix)) => format!("{prefix}-0{}", word(rng, HEX, 16)),
        None if kind.ends_with("key") || kind.is_empty() || kind.ends_with("request") => uuid(rng),
        None => word(rng, UPPER, 14),
    }
}

pub(super) fn uuid(rng: &mut fastrand::Rng) -> String {
    [8, 4, 4, 4, 12].map(|length| word(rng, HEX, length)).join("-")
}

pub(super) fn hex(rng: &mut fastrand::Rng, length: usize) -> String {
    word(rng, HEX, length)
}

/// An ARN of what a name in small letters speaks of, in the account and the region.
pub(super) fn arn(rng: &mut fastrand::Rng, place: &Place<'_>, kind: &str) -> String {
    let (account, region) = (&place.account.id, place.region);
    let tail = word(rng, HEX, 12);
    let in_region = if region.is_empty() { "us-east-1" } else { region };
    match kind {
        _ if kind.ends_with("role") => format!("arn:aws:iam::{account}:role/role-{tail}"),
        _ if kind.ends_with("user") || kind == "principal" => {
            format!("arn:aws:iam::{account}:user/user-{tail}")
        }
        _ if kind.ends_with("policy") => format!("arn:aws:iam::{account}:policy/policy-{tail}"),
        _ if kind.contains("kms") || kind.ends_with("encryptionkey") => {
            format!("arn:aws:kms:{in_region}:{account}:key/{}", uuid(rng))
        }
        _ if kind.ends_with("topic") => format!("arn:aws:sns:{in_region}:{account}:topic-{tail}"),
        _ if kind.ends_with("queue") => format!("arn:aws:sqs:{in_region}:{account}:queue-{tail}"),
        _ if kind.contains("s3") || kind.ends_with("bucket") => format!("arn:aws:s3:::bucket-{tail}"),
        _ if kind.ends_with("certificate") => {
            format!("arn:aws:acm:{in_region}:{account}:certificate/{}", uuid(rng))
        }
        _ if kind.ends_with("lambda") || kind.ends_with("function") => {
            format!("arn:aws:lambda:{in_region}:{account}:function:function-{tail}")
        }
        _ if kind.contains("secret") => {
            format!("arn:aws:secretsmanager:{in_region}:{account}:secret:secret-{tail}")
        }
        _ if kind.contains("loggroup") => {
            format!("arn:aws:logs:{in_region}:{account}:log-group:/group/{tail}")
        }
        _ => {
            let service = &place.model.service().signing_name;
            let kind = if kind.is_empty() { "resource" } else { kind };
            format!("arn:aws:{service}:{region}:{account}:{kind}/{tail}")
        }
    }
}
