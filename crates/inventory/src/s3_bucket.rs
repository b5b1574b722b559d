use aws_sdk_s3::types::Bucket;
use orgwide_regional::RegionalAccount;
use orgwide_session::{Call, Failure};

use crate::collector::now;
use crate::members::Members;
use crate::{Pages, Record};

/// The most buckets S3 puts on a page. It also makes S3 tell each bucket's region, which it does only when
/// the request has a parameter.
const PAGE: i32 = 10_000;

/// s3:ListBuckets: one call per 10,000 buckets, whatever their regions. Tags would be a call per bucket and
/// are not collected.
pub(crate) async fn collect<R>(at: &RegionalAccount, pages: &Pages<R>) -> Result<(), Failure>
where
    R: From<Record> + Send,
{
    let call = Call::new("s3", "ListBuckets").at(at.id(), at.region());
    let client = aws_sdk_s3::Client::new(at.config());
    let mut answers = client.list_buckets().max_buckets(PAGE).into_paginator().send();
    while let Some(answer) = answers.next().await {
        let answer = answer.map_err(|error| Failure::of(&error, call.clone()))?;
        let now = now();
        let page = answer.buckets().iter().filter_map(|bucket| record(at, bucket, &now)).collect();
        if !pages.put_records(page).await {
            break;
        }
    }
    Ok(())
}

fn record(at: &RegionalAccount, bucket: &Bucket, now: &str) -> Option<Record> {
    let name = bucket.name()?;
    let arn = format!("arn:{}:s3:::{name}", at.account().session().partition());
    let mut record = Record::new(at, "s3:bucket", name.to_owned(), arn, now);
    if let Some(region) = bucket.bucket_region().and_then(|region| region.parse().ok()) {
        record.region = region;
    }
    record.name = Some(name.to_owned());
    record.data = Members::default()
        .text("Name", bucket.name())
        .time("CreationDate", bucket.creation_date())
        .text("BucketRegion", bucket.bucket_region())
        .text("BucketArn", bucket.bucket_arn())
        .into_value();
    Some(record)
}
