//! Simple Storage Service.

mod objects;
mod operations;
mod payload;
mod request;

use crate::bucket::Bucket;
use crate::clock::rfc3339;
use crate::refusal::Refusal;
use crate::reply::Reply;
use crate::seed::word;
use crate::services::Context;
use crate::xml::Xml;

pub(crate) use objects::Objects;
pub(crate) use operations::{
    abort_multipart_upload, complete_multipart_upload, create_multipart_upload, get_object, head_bucket,
    list_objects_v2, put_object, upload_part, with_region,
};
pub(crate) use request::ObjectRequest;

const NAMESPACE: &str = "http://s3.amazonaws.com/doc/2006-03-01/";
/// The most buckets on a page, and how many there are when the caller does not say.
const PAGE: usize = 10_000;

pub(crate) fn list_buckets(context: &Context<'_>) -> Result<Reply, Refusal> {
    let params = context.params;
    let account = context.account();
    let [size, token, prefix, region] =
        ["max-buckets", "continuation-token", "prefix", "bucket-region"].map(|name| params.get(name));
    // The region of a bucket is told only to those who ask with a parameter.
    let with_region = [size, token, prefix, region].iter().any(Option::is_some);
    let size = match size {
        None => PAGE,
        Some(text) => text
            .parse()
            .ok()
            .filter(|size| (1..=PAGE).contains(size))
            .ok_or_else(|| invalid("Argument max-buckets must be an integer between 1 and 10000"))?,
    };
    let (prefix_text, region_text) = (prefix.unwrap_or_default(), region.unwrap_or_default());
    let buckets: Vec<Bucket> = context
        .world
        .buckets(account)
        .into_iter()
        .filter(|bucket| bucket.name.starts_with(prefix_text))
        .filter(|bucket| region.is_none_or(|region| bucket.region == region))
        .collect();
    let listing = ["ListBuckets", &account.id, prefix_text, region_text];
    let (range, next) = context
        .pages(&listing)
        .cut(buckets.len(), size, token)
        .ok_or_else(|| invalid("The continuation token provided is incorrect"))?;

    let owner =
        word(&mut context.world.seed().text("canonical").text(&account.id).rng(), b"0123456789abcdef", 64);
    let mut xml = Xml::new();
    xml.root("ListAllMyBucketsResult", NAMESPACE, |xml| {
        xml.element("Owner", |xml| xml.text("ID", &owner));
        xml.element("Buckets", |xml| {
            for bucket in &buckets[range] {
                xml.element("Bucket", |xml| {
                    xml.text("Name", &bucket.name);
                    xml.text("CreationDate", &rfc3339(bucket.created).replace('Z', ".000Z"));
                    if with_region {
                        xml.text("BucketRegion", &bucket.region);
                    }
                });
            }
        });
        if let Some(token) = &next {
            xml.text("ContinuationToken", token);
        }
        if let Some(prefix) = prefix {
            xml.text("Prefix", prefix);
        }
    });
    Ok(Reply::xml(context.call.protocol, xml))
}

fn invalid(message: &str) -> Refusal {
    Refusal::new(400, "InvalidArgument", message)
}
