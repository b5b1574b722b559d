//! What S3 tells of one bucket.

use serde_json::{Value, json};

use super::Place;
use super::cell::one_of;
use super::input::{has, text};
use super::tagging::{Form, Tags, tags};
use crate::bucket::Bucket;
use crate::refusal::Refusal;
use crate::seed::Seed;

/// What a bucket's content is drawn by.
fn path_of(place: Place<'_>, name: &str) -> Seed {
    place.world.seed().text("bucket-detail").text(name)
}

/// The tags of a bucket.
pub(super) fn tags_of(place: Place<'_>, name: &str) -> Tags {
    tags(path_of(place, name).text("tags"), 0)
}

/// The read operations about one bucket.
pub(super) fn describe(place: Place<'_>, operation: &str, input: &Value) -> Option<Result<Value, Refusal>> {
    has(input, "Bucket").then(|| {
        let bucket = find(place, text(input, "Bucket"))?;
        // Where a bucket is, is told everywhere.
        if operation != "GetBucketLocation" && place.region != bucket.region {
            return Err(elsewhere(&bucket));
        }
        answer(place, operation, &bucket)
    })
}

fn find(place: Place<'_>, name: &str) -> Result<Bucket, Refusal> {
    let found = place.world.buckets(place.account).into_iter().find(|bucket| bucket.name == name);
    found.ok_or_else(|| {
        // The name of a bucket holds its account.
        let owner = name.split('-').find_map(|part| place.world.account(part));
        let is_others = owner
            .is_some_and(|account| place.world.buckets(account).iter().any(|bucket| bucket.name == name));
        match is_others {
            true => Refusal::new(403, "AccessDenied", "Access Denied"),
            false => Refusal::new(404, "NoSuchBucket", "The specified bucket does not exist"),
        }
    })
}

fn elsewhere(bucket: &Bucket) -> Refusal {
    let message = "The bucket you are attempting to access must be addressed using the specified endpoint. \
                   Please send all future requests to this endpoint.";
    Refusal::new(301, "PermanentRedirect", message).with("x-amz-bucket-region", &bucket.region)
}

fn none(code: &'static str, message: &str) -> Result<Value, Refusal> {
    Err(Refusal::new(404, code, message))
}

fn answer(place: Place<'_>, operation: &str, bucket: &Bucket) -> Result<Value, Refusal> {
    let path = path_of(place, &bucket.name);
    let mut rng = path.text(operation).rng();
    match operation {
        // The first region of all has no name here.
        "GetBucketLocation" if bucket.region == "us-east-1" => Ok(json!({ "LocationConstraint": null })),
        "GetBucketLocation" => Ok(json!({ "LocationConstraint": bucket.region })),
        "GetBucketTagging" => match tags_of(place, &bucket.name) {
            tags if tags.is_empty() => none("NoSuchTagSet", "The TagSet does not exist"),
            tags => Ok(json!({ "TagSet": Form::Upper.of(&tags) })),
        },
        "GetBucketPolicy" | "GetBucketPolicyStatus" => match policy(path, &bucket.name) {
            None => none("NoSuchBucketPolicy", "The bucket policy does not exist"),
            Some((policy, _)) if operation == "GetBucketPolicy" => Ok(json!({ "Policy": policy })),
            Some((_, is_public)) => Ok(json!({ "PolicyStatus": { "IsPublic": is_public } })),
        },
        "GetBucketEncryption" => Ok(json!({ "ServerSideEncryptionConfiguration": { "Rules": [{
            "ApplyServerSideEncryptionByDefault": match rng.u8(..3) {
                0 => json!({
                    "SSEAlgorithm": "aws:kms",
                    "KMSMasterKeyID": format!("arn:aws:kms:{}:{}:alias/data", bucket.region, place.account.id),
                }),
                _ => json!({ "SSEAlgorithm": "AES256", "KMSMasterKeyID": null }),
            },
            "BucketKeyEnabled": rng.bool(),
        }] } })),
        // What never had versions says nothing.
        "GetBucketVersioning" => Ok(json!({
            "Status": one_of(&mut rng, &[None, Some("Enabled"), Some("Suspended")]),
            "MFADelete": null,
        })),
        "GetPublicAccessBlock" => match rng.u8(..4) {
            0 => none(
                "NoSuchPublicAccessBlockConfiguration",
                "The public access block configuration was not found",
            ),
            rest => Ok(json!({ "PublicAccessBlockConfiguration": {
                "BlockPublicAcls": true,
                "IgnorePublicAcls": true,
                "BlockPublicPolicy": rest > 1,
                "RestrictPublicBuckets": rest > 1,
            } })),
        },
        _ => Ok(json!({})),
    }
}

/// The policy of a bucket and whether it lets in everybody; half have none.
fn policy(path: Seed, name: &str) -> Option<(String, bool)> {
    let mut rng = path.text("policy").rng();
    if rng.bool() {
        return None;
    }
    let is_public = rng.u8(..4) == 0;
    let statement = json!({
        "Effect": "Allow",
        "Principal": if is_public { json!("*") } else { json!({ "Service": "cloudtrail.amazonaws.com" }) },
        "Action": "s3:GetObject",
        "Resource": format!("arn:aws:s3:::{name}/*"),
    });
    Some((json!({ "Version": "2012-10-17", "Statement": [statement] }).to_string(), is_public))
}
