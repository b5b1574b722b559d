//! ElastiCache.

use serde_json::{Value, json};

use super::cell::{Cell, one_of, past};
use super::kind::{Identity, Kind, Named};
use super::paging::Paging;
use crate::seed::pick;

pub(super) static KINDS: [Kind; 1] = [Kind {
    service: "elasticache",
    operation: "DescribeCacheClusters",
    key: "elasticache:cluster",
    items: "CacheClusters",
    paging: Paging::sized("MaxRecords", 20, 100, 100),
    parameters: &["ShowCacheNodeInfo"],
    named: Some(Named { parameter: "CacheClusterId", status: 404, code: "CacheClusterNotFound" }),
    identify: |cell, number| {
        let name = cell.named(number, &["sessions", "pages"]);
        let arn = cell.arn("elasticache", &format!("cluster:{name}"));
        Identity::named(name, arn)
    },
    member: cluster,
    ..Kind::BASE
}];

fn cluster(cell: &Cell<'_>, number: usize, identity: &Identity) -> Value {
    let mut rng = cell.rng(number);
    let (engine, version) =
        one_of(&mut rng, &[("redis", "7.1.0"), ("memcached", "1.6.22"), ("valkey", "8.0.1")]);
    let is_redis = engine != "memcached";
    json!({
        "CacheClusterId": identity.name(),
        "ARN": identity.arn(),
        "Engine": engine,
        "EngineVersion": version,
        "CacheClusterStatus": "available",
        "CacheNodeType": pick(&mut rng, &["cache.t4g.small", "cache.r7g.large"]),
        "NumCacheNodes": 1,
        "AtRestEncryptionEnabled": is_redis && rng.bool(),
        "TransitEncryptionEnabled": rng.bool(),
        "AutoMinorVersionUpgrade": rng.bool(),
        "PreferredAvailabilityZone": cell.zone(&mut rng),
        "CacheNodes": [],
        "CacheClusterCreateTime": past(&mut rng),
    })
}
