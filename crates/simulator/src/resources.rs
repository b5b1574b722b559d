//! What the accounts hold beside instances and buckets, and what is told of it.

mod absent;
mod acm;
mod apigateway;
mod autoscaling;
mod cell;
mod cloudformation;
mod cloudfront;
mod cloudtrail;
mod cloudwatch;
mod config;
mod dynamodb;
mod ec2;
mod ecr;
mod ecs;
mod efs;
mod eks;
mod elasticache;
mod elbv2;
mod errors;
mod guardduty;
mod iam;
mod input;
mod kind;
mod kms;
mod lambda;
mod listing;
mod logs;
mod opensearch;
mod paging;
mod rds;
mod redshift;
mod route53;
mod s3;
mod secretsmanager;
mod sns;
mod sqs;
mod ssm;
mod tag_reads;
mod tagging;
#[cfg(test)]
mod tests;
pub(crate) mod truth;

use serde_json::Value;

use crate::account::Account;
use crate::refusal::Refusal;
use crate::world::World;

use cell::Cell;
use kind::{GLOBAL, Kind};
pub(crate) use listing::Listing;

/// Every kind of resource, once.
static KINDS: [&[Kind]; 29] = [
    &ec2::KINDS,
    &iam::KINDS,
    &rds::KINDS,
    &lambda::KINDS,
    &dynamodb::KINDS,
    &ecs::KINDS,
    &eks::KINDS,
    &elbv2::KINDS,
    &autoscaling::KINDS,
    &kms::KINDS,
    &secretsmanager::KINDS,
    &ssm::KINDS,
    &sns::KINDS,
    &sqs::KINDS,
    &ecr::KINDS,
    &acm::KINDS,
    &logs::KINDS,
    &cloudwatch::KINDS,
    &cloudformation::KINDS,
    &cloudtrail::KINDS,
    &guardduty::KINDS,
    &config::KINDS,
    &elasticache::KINDS,
    &opensearch::KINDS,
    &redshift::KINDS,
    &efs::KINDS,
    &apigateway::KINDS,
    &route53::KINDS,
    &cloudfront::KINDS,
];

fn kinds() -> impl Iterator<Item = &'static Kind> {
    KINDS.iter().copied().flatten()
}

/// One account in one region, as its services see it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place<'a> {
    pub(crate) world: &'a World,
    pub(crate) account: &'a Account,
    pub(crate) region: &'a str,
}

impl<'a> Place<'a> {
    /// What the account has of a kind here.
    fn cell(self, kind: &'static Kind) -> Cell<'a> {
        let region = if kind.is_global { GLOBAL } else { self.region };
        Cell::of(Self { region, ..self }, kind)
    }
}

/// The list that an operation gives, by the service's name in the models; nothing where it is to be made up.
pub(crate) fn listing<'a>(
    world: &'a World,
    account: &'a Account,
    region: &'a str,
    service: &str,
    operation: &str,
    input: &Value,
) -> Option<Result<Listing<'a>, Refusal>> {
    let mut lists = kinds().chain(&cloudformation::VIEWS);
    let kind = lists.find(|kind| kind.service == service && kind.operation == operation)?;
    Some(Listing::of(Place { world, account, region }.cell(kind), input))
}

/// The members of an answer about resources, to be laid over a seeded one; nothing where it is to be made up.
pub(crate) fn describe(
    world: &World,
    account: &Account,
    region: &str,
    service: &str,
    operation: &str,
    input: &Value,
) -> Option<Result<Value, Refusal>> {
    let place = Place { world, account, region };
    let own = match service {
        "apigateway" => apigateway::describe(place, operation, input),
        "cloudtrail" => cloudtrail::describe(place, operation, input),
        "config" => config::describe(place, operation, input),
        "dynamodb" => dynamodb::describe(place, operation, input),
        "ecs" => ecs::describe(place, operation, input),
        "eks" => eks::describe(place, operation, input),
        "elbv2" => elbv2::describe(place, operation, input),
        "guardduty" => guardduty::describe(place, operation, input),
        "iam" => iam::describe(place, operation, input),
        "kms" => kms::describe(place, operation, input),
        "lambda" => lambda::describe(place, operation, input),
        "opensearch" => opensearch::describe(place, operation, input),
        "route53" => route53::describe(place, operation, input),
        "s3" => s3::describe(place, operation, input),
        "sns" => sns::describe(place, operation, input),
        "sqs" => sqs::describe(place, operation, input),
        _ => None,
    };
    let mut answer = own.or_else(|| tag_reads::describe(place, service, operation, input));
    if let Some(Ok(members)) = &mut answer {
        absent::drop_absent(members);
    }
    answer
}
