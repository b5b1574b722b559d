//! Relational Database Service.

use serde_json::{Value, json};

use super::cell::{Cell, one_of, past};
use super::kind::{Identity, Kind, Named};
use super::paging::Paging;
use super::tagging::{Form, Tagging};
use crate::seed::pick;

const RDS: Kind = Kind {
    service: "rds",
    paging: Paging::sized("MaxRecords", 20, 100, 100),
    tagging: Tagging::listed("TagList", Form::Upper),
    ..Kind::BASE
};

const fn named(parameter: &'static str, code: &'static str) -> Option<Named> {
    Some(Named { parameter, status: 404, code })
}

pub(super) static KINDS: [Kind; 3] = [
    Kind {
        operation: "DescribeDBInstances",
        key: "rds:instance",
        items: "DBInstances",
        named: named("DBInstanceIdentifier", "DBInstanceNotFound"),
        identify: |cell, number| identity(cell, number, "db"),
        member: instance,
        ..RDS
    },
    Kind {
        operation: "DescribeDBClusters",
        key: "rds:cluster",
        items: "DBClusters",
        named: named("DBClusterIdentifier", "DBClusterNotFoundFault"),
        identify: |cell, number| Identity {
            kind: Some(engine(cell, number).0),
            ..identity(cell, number, "cluster")
        },
        member: cluster,
        ..RDS
    },
    Kind {
        operation: "DescribeDBSnapshots",
        key: "rds:snapshot",
        items: "DBSnapshots",
        named: named("DBSnapshotIdentifier", "DBSnapshotNotFound"),
        identify: |cell, number| match is_automated(number) {
            false => identity(cell, number, "snapshot"),
            true => {
                let name = format!("rds:{}", cell.named(number, &["orders", "users"]));
                let arn = cell.arn("rds", &format!("snapshot:{name}"));
                Identity::named(name, arn)
            }
        },
        member: snapshot,
        ..RDS
    },
];

static INSTANCES: &Kind = &KINDS[0];

fn identity(cell: &Cell<'_>, number: usize, what: &str) -> Identity {
    let name = cell.named(number, &["orders", "users", "reports"]);
    let arn = cell.arn("rds", &format!("{what}:{name}"));
    Identity::named(name, arn)
}

fn instance(cell: &Cell<'_>, number: usize, identity: &Identity) -> Value {
    let mut rng = cell.rng(number);
    let (engine, version, port) = one_of(
        &mut rng,
        &[("postgres", "16.4", 5_432), ("mysql", "8.0.39", 3_306), ("mariadb", "10.11.9", 3_306)],
    );
    json!({
        "DBInstanceIdentifier": identity.name(),
        "DBInstanceArn": identity.arn(),
        "DbiResourceId": format!("db-{}", cell.code(number, super::cell::UPPER, 26)),
        "DBInstanceClass": pick(&mut rng, &["db.t4g.micro", "db.m7g.large", "db.r6i.2xlarge"]),
        "DBInstanceStatus": pick(&mut rng, &["available", "available", "available", "stopped"]),
        "Engine": engine,
        "EngineVersion": version,
        "Endpoint": {
            "Address": format!("{}.c0ffee.{}.rds.amazonaws.com", identity.name(), cell.region()),
            "Port": port,
        },
        "AvailabilityZone": cell.zone(&mut rng),
        "MultiAZ": rng.bool(),
        "PubliclyAccessible": rng.u8(..4) == 0,
        "StorageEncrypted": rng.u8(..3) > 0,
        "DeletionProtection": rng.bool(),
        "IAMDatabaseAuthenticationEnabled": rng.bool(),
        "AutoMinorVersionUpgrade": rng.bool(),
        "BackupRetentionPeriod": one_of(&mut rng, &[0, 7, 35]),
        "AllocatedStorage": 20 + u32::from(rng.u8(..)),
        "InstanceCreateTime": past(&mut rng),
    })
}

/// What a cluster is, its engine and the version of it: two other services list theirs here too.
fn engine(cell: &Cell<'_>, number: usize) -> (&'static str, &'static str, &'static str) {
    let engines = [
        ("rds:cluster", "aurora-postgresql", "16.4"),
        ("neptune:cluster", "neptune", "1.3.2.1"),
        ("rds:cluster", "aurora-mysql", "8.0.mysql_aurora.3.07.1"),
        ("docdb:cluster", "docdb", "5.0.0"),
    ];
    engines[(number + cell.place.account.index) % engines.len()]
}

fn cluster(cell: &Cell<'_>, number: usize, identity: &Identity) -> Value {
    let mut rng = cell.rng(number);
    let (_, engine, version) = engine(cell, number);
    json!({
        "DBClusterIdentifier": identity.name(),
        "DBClusterArn": identity.arn(),
        "DbClusterResourceId": format!("cluster-{}", cell.code(number, super::cell::UPPER, 26)),
        "Engine": engine,
        "EngineVersion": version,
        "EngineMode": "provisioned",
        "Status": "available",
        "MultiAZ": rng.bool(),
        "StorageEncrypted": rng.u8(..3) > 0,
        "DeletionProtection": rng.bool(),
        "BackupRetentionPeriod": one_of(&mut rng, &[1, 7, 35]),
        "ClusterCreateTime": past(&mut rng),
    })
}

fn is_automated(number: usize) -> bool {
    number % 3 == 1
}

fn snapshot(cell: &Cell<'_>, number: usize, identity: &Identity) -> Value {
    let mut rng = cell.rng(number);
    json!({
        "DBSnapshotIdentifier": identity.name(),
        "DBSnapshotArn": identity.arn(),
        "DBInstanceIdentifier": cell.near(INSTANCES, "db", number),
        "SnapshotType": if is_automated(number) { "automated" } else { "manual" },
        "Status": "available",
        "Engine": pick(&mut rng, &["postgres", "mysql"]),
        "Encrypted": rng.bool(),
        "AllocatedStorage": 20 + u32::from(rng.u8(..)),
        "SnapshotCreateTime": past(&mut rng),
        "PercentProgress": 100,
    })
}
