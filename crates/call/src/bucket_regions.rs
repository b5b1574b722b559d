use std::collections::HashMap;

use parking_lot::Mutex;
use serde_json::Value;

use crate::callee::Callee;

/// Where buckets turned out to be that are not in the region that is asked: S3 says so in its refusals.
#[derive(Debug, Default)]
pub(crate) struct BucketRegions(Mutex<HashMap<String, String>>);

/// The header in which S3 says where a bucket is.
pub(crate) const HEADER: &str = "x-amz-bucket-region";

/// Beyond so many all are forgotten: whoever asks again is told again.
const MOST: usize = 10_000;

impl BucketRegions {
    /// The region of the bucket that a call is about, if it is known not to be the one asked.
    pub(crate) fn of(&self, callee: &Callee, input: &Value) -> Option<String> {
        self.0.lock().get(bucket(callee, input)?).cloned()
    }

    /// Remembers where a bucket is. False when a call is not about a bucket, or that is known already.
    pub(crate) fn learn(&self, callee: &Callee, input: &Value, region: &str) -> bool {
        let Some(bucket) = bucket(callee, input) else { return false };
        let mut known = self.0.lock();
        if known.len() >= MOST {
            known.clear();
        }
        known.insert(bucket.to_owned(), region.to_owned()).is_none_or(|before| before != region)
    }
}

fn bucket<'a>(callee: &Callee, input: &'a Value) -> Option<&'a str> {
    let is_of_s3 = callee.service() == "s3" && callee.name() != "GetBucketLocation";
    // The region of an ARN is in it.
    let bucket = input.get("Bucket").and_then(Value::as_str).filter(|bucket| !bucket.starts_with("arn:"));
    bucket.filter(|_| is_of_s3)
}
