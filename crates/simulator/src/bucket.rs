//! S3 buckets.

use crate::account::{Account, EPOCH, SPAN};
use crate::seed::{Seed, pick};
use crate::spec::WorldSpec;

const PURPOSES: [&str; 8] =
    ["access-logs", "artifacts", "assets", "backups", "cloudtrail", "exports", "terraform-state", "uploads"];

/// A bucket of one account.
#[derive(Debug, Clone)]
pub(crate) struct Bucket {
    pub(crate) name: String,
    pub(crate) region: String,
    /// Seconds since 1970.
    pub(crate) created: i64,
}

/// The buckets of an account, by name, as S3 lists them.
pub(crate) fn buckets_of(spec: &WorldSpec, account: &Account) -> Vec<Bucket> {
    let path = Seed::new(spec.seed).text("bucket").number(account.index as u64);
    let count = match spec.buckets {
        1.. if spec.crowds(account.index, "global") => path.rng().usize(101..=150),
        mean => path.rng().usize(..=2 * mean),
    };
    let mut buckets: Vec<Bucket> = (0..count)
        .map(|number| {
            let mut rng = path.number(number as u64).rng();
            Bucket {
                // The account's id makes the name unique among all accounts, as S3 demands.
                name: format!("{}-{}-{number}", pick(&mut rng, &PURPOSES), account.id),
                region: spec.regions[rng.usize(..spec.regions.len())].clone(),
                created: EPOCH + rng.i64(0..SPAN),
            }
        })
        .collect();
    buckets.sort_by(|a, b| a.name.cmp(&b.name));
    buckets
}
