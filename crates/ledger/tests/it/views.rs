use std::path::PathBuf;

use orgwide_ledger::{
    End, Ended, Follow, Ledger, NewRun, Outcome, Reader, Recorder, Row, RunId, Target, views,
};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::{answer, complete, new_run, target};
use crate::versions::make_v1;

/// A ledger to put runs into.
struct Book {
    folder: TempDir,
    ledger: Ledger,
}

impl Book {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let ledger = Ledger::open(folder.path().join("l.sqlite")).unwrap().inline();
        Self { folder, ledger }
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("l.sqlite")
    }

    fn begin(&self) -> Recorder {
        self.ledger.begin(new_run(), vec![], Follow::default()).unwrap()
    }

    fn rows(&self, sql: &str, run: Option<RunId>) -> Vec<String> {
        let mut reader = Reader::open(self.path()).unwrap();
        let rows = answer(&mut reader, sql, run).unwrap_or_else(|error| panic!("{sql}: {error}"));
        let plain = |cell: &String| {
            let number = cell.strip_prefix("Integer(").and_then(|cell| cell.strip_suffix(')'));
            number.map_or_else(|| cell.trim_matches('\'').replace("Null", "-"), str::to_owned)
        };
        rows[1..].iter().map(|row| row.iter().map(plain).collect::<Vec<_>>().join("|")).collect()
    }
}

/// A resource of `at`; `more` has what is said of it: `id`, `tags`, `data`, and the region if it is another.
fn resource(at: &Target, more: &Value) -> Row {
    let account = at.account_id.as_str();
    let mut row = json!({
        "account_id": account, "account_name": format!("name {}", account.trim_start_matches('0')),
        "ou_path": if account.ends_with('1') { "o/r/a" } else { "o/r/b" }, "partition": "aws",
        "region": at.region, "type": at.job, "id": "x", "arn": null, "name": null, "tags": null, "data": {},
        "collected_at": "2026-01-01T00:00:00Z",
    });
    for (name, value) in more.as_object().unwrap() {
        row[name] = value.clone();
    }
    Row {
        key: row["id"].as_str().unwrap_or_default().to_owned(),
        digest: 1,
        json: row.to_string().into_bytes(),
    }
}

async fn collect(recorder: &Recorder, at: &Target, rows: &[Value]) {
    let id = recorder.plan(at).await.unwrap().id;
    let attempt = recorder.attempt(id);
    attempt.page(rows.iter().map(|row| resource(at, row)).collect()).await.unwrap();
    complete(recorder, id, &attempt).await;
}

async fn fail(recorder: &Recorder, at: &Target, outcome: Outcome) {
    let id = recorder.plan(at).await.unwrap().id;
    let ended = Ended { kind: Some("access_denied".into()), hint: Some("ask".into()), ..Ended::new(outcome) };
    recorder.end(id, ended).await.unwrap();
}

async fn finish(recorder: &Recorder) {
    recorder.plan_complete().await.unwrap();
    recorder.finish(End { exit: 0, complete: true, summary: "{}".into() }).await.unwrap();
}

/// Two accounts in two regions, with everything there is to count.
async fn counted() -> Book {
    let book = Book::new();
    let recorder = book.begin();
    for account in [1, 2] {
        let listed = format!(r#"{{"name":"name {account}","ou_path":"o/r/{}"}}"#, ["a", "b"][account - 1]);
        let id = target(account as u64, "", "").account_id;
        recorder.account(&id, listed).await.unwrap();
    }
    let tagged = json!({"k": "v"});
    collect(
        &recorder,
        &target(1, "eu-west-1", "ec2:vpc"),
        &[
            json!({"id": "a", "tags": {}}),
            json!({"id": "a", "tags": tagged}),
            json!({"id": "b", "tags": tagged}),
            json!({"id": "c", "tags": {}}),
        ],
    )
    .await;
    collect(&recorder, &target(1, "us-east-1", "ec2:vpc"), &[json!({"id": "d", "tags": {}})]).await;
    collect(&recorder, &target(2, "eu-west-1", "ec2:vpc"), &[]).await;
    fail(&recorder, &target(2, "us-east-1", "ec2:vpc"), Outcome::Denied).await;
    // A list that tells no tags, of things that are elsewhere.
    let buckets = [json!({"id": "p", "region": "eu-north-1"}), json!({"id": "q", "region": "us-east-1"})];
    collect(&recorder, &target(2, "global", "s3:bucket"), &buckets).await;
    fail(&recorder, &target(1, "global", "s3:bucket"), Outcome::Skipped).await;
    collect(&recorder, &target(1, "eu-west-1", "sqs:queue"), &[]).await;
    finish(&recorder).await;
    book
}

#[tokio::test]
async fn counts_are_by_type_account_region_and_unit() {
    let book = counted().await;
    // Of what nobody collected tags of, nobody knows how much has none; what was asked and has nothing is 0.
    assert_eq!(
        book.rows("SELECT * FROM by_type", None),
        ["ec2:vpc|4|1|2|2|1", "s3:bucket|2|1|2|-|0", "sqs:queue|0|0|0|-|0"]
    );
    assert_eq!(
        book.rows("SELECT * FROM by_account", None),
        ["000000000001|name 1|o/r/a|4|1|2|2|0", "000000000002|name 2|o/r/b|2|1|2|-|1"]
    );
    assert_eq!(
        book.rows("SELECT * FROM by_region", None),
        ["eu-north-1|1|1|1|-|0", "eu-west-1|3|1|1|1|0", "global|0|0|0|-|0", "us-east-1|2|2|2|1|1"]
    );
    assert_eq!(book.rows("SELECT * FROM by_ou", None), ["o/r/a|4|1|1|2|0", "o/r/b|2|1|1|-|1"]);
}

#[tokio::test]
async fn what_has_no_tag_is_told_where_tags_were_collected() {
    let book = counted().await;
    assert_eq!(
        book.rows("SELECT account_name, region, type, id FROM untagged ORDER BY id", None),
        ["name 1|eu-west-1|ec2:vpc|c", "name 1|us-east-1|ec2:vpc|d"]
    );
}

#[tokio::test]
async fn what_the_answer_may_lack_is_told() {
    let book = counted().await;
    let sql = "SELECT account_id, account_name, ou_path, region, type, outcome, kind, hint FROM incomplete";
    let denied = "000000000002|name 2|o/r/b|us-east-1|ec2:vpc|denied|access_denied|ask";
    assert_eq!(book.rows(sql, None), [denied]);
    // While a run goes on, nobody knows of what is to come.
    let recorder = book.begin();
    recorder.plan(&target(7, "", "discover:regions")).await.unwrap();
    let id = recorder.plan(&target(8, "eu-west-1", "ec2:vpc")).await.unwrap().id;
    recorder.account(&target(8, "", "").account_id, "no JSON".into()).await.unwrap();
    recorder.discovered("discover:organization", Err("the list broke off".into())).await.unwrap();
    let told = book.rows("SELECT account_id, region, type, outcome, message FROM incomplete", None);
    assert_eq!(
        told,
        [
            "-|-|-|open|discover:organization: the list broke off",
            "000000000007|-|discover:regions|open|-",
            "000000000008|eu-west-1|ec2:vpc|open|-",
        ]
    );
    assert_eq!(book.rows(sql, "1".parse().ok()), [denied]);
    recorder.end(id, Ended::new(Outcome::TimedOut)).await.unwrap();
    recorder.discovered("discover:organization", Ok(())).await.unwrap();
    let told = book.rows("SELECT account_id, outcome, message FROM incomplete", None);
    assert_eq!(
        told,
        ["-|open|not everything has been planned", "000000000007|open|-", "000000000008|timed_out|-"]
    );
    recorder.plan_complete().await.unwrap();
    assert_eq!(book.rows("SELECT account_id FROM incomplete", None), ["000000000007", "000000000008"]);
}

#[tokio::test]
async fn what_is_public_is_told_with_the_reason() {
    // A permission of a security group, for these IPv4 and IPv6 ranges.
    let rule = |protocol: &str, ports: [Option<i64>; 2], four: &[&str], six: &[&str]| {
        json!({"IpProtocol": protocol, "FromPort": ports[0], "ToPort": ports[1],
            "IpRanges": four.iter().map(|range| json!({"CidrIp": range})).collect::<Vec<_>>(),
            "Ipv6Ranges": six.iter().map(|range| json!({"CidrIpv6": range})).collect::<Vec<_>>()})
    };
    let group = |rules: &[Value]| json!({ "IpPermissions": rules });
    let port = |port| [Some(port), Some(port)];
    let (all, all6, office) = ("0.0.0.0/0", "::/0", "192.0.2.0/24");
    let eks = |public: bool, ranges: Value| json!({"DescribeCluster": {"resourcesVpcConfig": {"endpointPublicAccess": public, "publicAccessCidrs": ranges}}});
    let bucket = |policy: bool, restricted: Value| json!({"GetBucketPolicyStatus": {"IsPublic": policy}, "GetPublicAccessBlock": restricted});
    let acl = |group: &str, block: Value| {
        let uri = format!("http://acs.amazonaws.com/groups/global/{group}");
        json!({"GetBucketAcl": {"Grants": [{"Grantee": {"ID": "1"}}, {"Grantee": {"URI": uri}}]}, "GetPublicAccessBlock": block})
    };
    const OPEN: &str = "its policy lets everybody in";
    let allow = |who: Value, when: Value| json!({"Effect": "Allow", "Principal": who, "Condition": when});
    let policy = |statements: &[Value]| json!({"Version": "2012-10-17", "Statement": statements}).to_string();
    // What is said of it, and why it is public; none where it is not.
    let cases: Vec<(&str, Value, &str)> = vec![
        ("ec2:instance", json!({"PublicIpAddress": "192.0.2.1"}), "public address 192.0.2.1"),
        ("ec2:instance", json!({"PrivateIpAddress": "10.0.0.1", "PublicIpAddress": ""}), ""),
        (
            "ec2:network-interface",
            json!({"Association": {"PublicIp": "192.0.2.1"}}),
            "public address 192.0.2.1",
        ),
        ("ec2:network-interface", json!({"PrivateIpAddress": "10.0.0.1"}), ""),
        (
            "ec2:elastic-ip",
            json!({"PublicIp": "192.0.2.1", "AssociationId": "a", "InstanceId": "", "NetworkInterfaceId": "eni-1"}),
            "public address 192.0.2.1 of eni-1",
        ),
        (
            "ec2:elastic-ip",
            json!({"PublicIp": "192.0.2.1", "InstanceId": "i-1", "NetworkInterfaceId": "eni-1"}),
            "public address 192.0.2.1 of i-1",
        ),
        (
            "ec2:elastic-ip",
            json!({"PublicIp": "192.0.2.1", "AssociationId": "a"}),
            "public address 192.0.2.1",
        ),
        ("ec2:elastic-ip", json!({"PublicIp": "192.0.2.1", "InstanceId": ""}), ""),
        ("ec2:image", json!({"Public": true}), "shared with everybody"),
        ("ec2:image", json!({"Public": false}), ""),
        (
            "ec2:security-group",
            group(&[rule("tcp", port(22), &[office, all], &[])]),
            "lets everybody in: tcp 22",
        ),
        (
            "ec2:security-group",
            group(&[
                rule("udp", [Some(8000), Some(8080)], &[], &[all6]),
                rule("tcp", port(443), &[all], &[all6]),
                rule("tcp", port(443), &[], &[all6]),
                rule("tcp", port(22), &[office], &["2001:db8::/32"]),
            ]),
            "lets everybody in: tcp 443, udp 8000-8080",
        ),
        (
            "ec2:security-group",
            group(&[rule("-1", [None, None], &[all], &[])]),
            "lets everybody in: all traffic",
        ),
        (
            "ec2:security-group",
            group(&[rule("icmp", [Some(-1), Some(-1)], &[all], &[])]),
            "lets everybody in: icmp",
        ),
        ("ec2:security-group", group(&[rule("50", [None, None], &[all], &[])]), "lets everybody in: 50"),
        ("ec2:security-group", group(&[rule("-1", [None, None], &[office], &["fd00::/8"])]), ""),
        (
            "ec2:security-group",
            json!({"IpPermissionsEgress": [rule("-1", [None, None], &[all], &[all6])]}),
            "",
        ),
        ("rds:db", json!({"PubliclyAccessible": true}), "publicly accessible"),
        ("rds:db", json!({"PubliclyAccessible": false}), ""),
        ("rds:cluster", json!({"PubliclyAccessible": true}), "publicly accessible"),
        ("rds:cluster", json!({}), ""),
        ("redshift:cluster", json!({"PubliclyAccessible": true}), "publicly accessible"),
        ("redshift:cluster", json!({"PubliclyAccessible": false}), ""),
        ("elasticloadbalancing:loadbalancer", json!({"Scheme": "internet-facing"}), "faces the internet"),
        ("elasticloadbalancing:loadbalancer", json!({"Scheme": "internal"}), ""),
        ("cloudfront:distribution", json!({"Enabled": true}), "serves the internet"),
        ("cloudfront:distribution", json!({"Enabled": false}), ""),
        (
            "apigateway:restapi",
            json!({"endpointConfiguration": {"types": ["EDGE"]}}),
            "an endpoint on the internet",
        ),
        (
            "apigateway:restapi",
            json!({"endpointConfiguration": {"types": ["REGIONAL"]}}),
            "an endpoint on the internet",
        ),
        ("apigateway:restapi", json!({"endpointConfiguration": {"types": ["PRIVATE"]}}), ""),
        (
            "es:domain",
            json!({"DescribeDomains": {"Endpoint": "search.example"}}),
            "an endpoint on the internet",
        ),
        ("es:domain", json!({"DescribeDomains": {"Endpoints": {"vpc": "search.example"}}}), ""),
        ("es:domain", json!({"DomainName": "only listed"}), ""),
        ("eks:cluster", eks(true, json!([office, all])), "an endpoint on the internet"),
        ("eks:cluster", eks(true, json!([all6])), "an endpoint on the internet"),
        ("eks:cluster", eks(true, json!(null)), "an endpoint on the internet"),
        ("eks:cluster", eks(true, json!([office])), ""),
        ("eks:cluster", eks(false, json!([all])), ""),
        ("eks:cluster", json!({"name": "only listed"}), ""),
        ("s3:bucket", bucket(true, json!(null)), "its policy is public"),
        ("s3:bucket", bucket(true, json!({"RestrictPublicBuckets": false})), "its policy is public"),
        ("s3:bucket", bucket(true, json!({"RestrictPublicBuckets": true})), ""),
        ("s3:bucket", bucket(false, json!(null)), ""),
        ("s3:bucket", json!({"Name": "only listed"}), ""),
        ("s3:bucket", acl("AllUsers", json!(null)), "its access list lets everybody in"),
        ("s3:bucket", acl("AuthenticatedUsers", json!(null)), "its access list lets everybody in"),
        ("s3:bucket", acl("AllUsers", json!({"IgnorePublicAcls": true})), ""),
        ("s3:bucket", acl("../s3/LogDelivery", json!(null)), ""),
        (
            "lambda:function",
            json!({"ListFunctionUrlConfigs": [{"AuthType": "AWS_IAM"}, {"AuthType": "NONE"}]}),
            "a URL that asks for no credentials",
        ),
        ("lambda:function", json!({"ListFunctionUrlConfigs": [{"AuthType": "AWS_IAM"}]}), ""),
        ("lambda:function", json!({"GetPolicy": policy(&[allow(json!("*"), json!(null))])}), OPEN),
        (
            "sns:topic",
            json!({"GetTopicAttributes": {"Policy": policy(&[allow(json!({"AWS": "*"}), json!({}))])}}),
            OPEN,
        ),
        (
            "sns:topic",
            json!({"GetTopicAttributes": {"Policy": policy(&[allow(json!({"AWS": "*"}), json!({"StringEquals": {"AWS:SourceOwner": "1"}}))])}}),
            "",
        ),
        (
            "sqs:queue",
            json!({"GetQueueAttributes": {"Policy": policy(&[
                allow(json!({"AWS": "arn:aws:iam::111122223333:root"}), json!(null)),
                allow(json!({"AWS": ["arn:aws:iam::111122223333:root", "*"]}), json!(null)),
            ])}}),
            OPEN,
        ),
        (
            "sqs:queue",
            json!({"GetQueueAttributes": {"Policy": json!({"Statement": allow(json!("*"), json!(null))}).to_string()}}),
            OPEN,
        ),
        (
            "ecr:repository",
            json!({"GetRepositoryPolicy": policy(&[json!({"Effect": "Deny", "Principal": "*"})])}),
            "",
        ),
        (
            "ecr:repository",
            json!({"GetRepositoryPolicy": policy(&[allow(json!({"Service": "*"}), json!(null))])}),
            "",
        ),
        ("ecr:repository", json!({"GetRepositoryPolicy": policy(&[allow(json!("*"), json!(null))])}), OPEN),
        ("kms:key", json!({"GetPolicy": policy(&[allow(json!("*"), json!(null))])}), ""),
        // What would be public were it something else.
        (
            "sqs:queue",
            json!({"PublicIpAddress": "192.0.2.1", "PubliclyAccessible": true, "Public": true}),
            "",
        ),
    ];
    let book = Book::new();
    let recorder = book.begin();
    for (number, (kind, data, _)) in cases.iter().enumerate() {
        // Each its own target, in an account of its own.
        let at = target(number as u64, "eu-west-1", kind);
        collect(&recorder, &at, &[json!({"id": number.to_string(), "data": data})]).await;
    }
    finish(&recorder).await;
    let told = book.rows("SELECT id, why FROM public", None);
    let expected: Vec<_> = (0..cases.len())
        .filter(|number| !cases[*number].2.is_empty())
        .map(|number| format!("{number}|{}", cases[number].2))
        .collect();
    assert_eq!(told, expected);
    assert_eq!(
        book.rows("SELECT * FROM public WHERE id = '0'", None),
        ["000000000000|name |o/r/b|eu-west-1|ec2:instance|0|-|-|public address 192.0.2.1"]
    );
}

#[tokio::test]
async fn no_shape_of_a_row_breaks_a_view() {
    let book = Book::new();
    let recorder = book.begin();
    let kinds = [
        "ec2:instance",
        "ec2:network-interface",
        "ec2:elastic-ip",
        "ec2:image",
        "ec2:security-group",
        "rds:db",
        "elasticloadbalancing:loadbalancer",
        "cloudfront:distribution",
        "apigateway:restapi",
        "es:domain",
        "eks:cluster",
        "s3:bucket",
        "sqs:queue",
        "sns:topic",
        "lambda:function",
        "ecr:repository",
        "'; DROP TABLE row; --",
        "\u{1b}[31m",
    ];
    let odd = [
        json!(null),
        json!("{"),
        json!(1.5),
        json!([]),
        json!(["a", {"CidrIp": "0.0.0.0/0"}]),
        json!({"": {"": ""}}),
        json!({"IpPermissions": "all", "endpointConfiguration": "EDGE", "Association": [], "DescribeDomains": 1}),
        json!({"IpPermissions": ["{", 1, null, [], {"IpRanges": "0.0.0.0/0", "Ipv6Ranges": ["::/0", {"CidrIpv6": 5}]}]}),
        json!({"DescribeCluster": {"resourcesVpcConfig": {"endpointPublicAccess": 1, "publicAccessCidrs": "192.0.2.0/24"}}}),
        json!({"GetBucketPolicyStatus": ["IsPublic"], "GetPublicAccessBlock": "none", "Enabled": "yes"}),
        json!({"GetPolicy": "{", "GetRepositoryPolicy": 1, "GetBucketAcl": {"Grants": "all"}, "ListFunctionUrlConfigs": [1, "NONE"]}),
        json!({"GetPolicy": "{\"Statement\":\"*\"}", "GetRepositoryPolicy": {"Statement": ["*", {"Principal": ["*"]}]}}),
        json!({"GetQueueAttributes": {"Policy": "[1]"}, "GetTopicAttributes": {"Policy": "{\"Statement\":[{\"Effect\":{},\"Principal\":1}]}"}}),
    ];
    for kind in kinds {
        let rows = odd.iter().enumerate().map(|(number, odd)| {
            json!({"id": format!("{number}'\"\u{0}%{kind}"), "data": odd, "tags": odd, "name": odd, "region": odd})
        });
        let mut rows: Vec<_> = rows.collect();
        rows.push(json!({"id": null, "tags": "'{}'", "ou_path": {"a": 1}}));
        collect(&recorder, &target(1, "eu-west-1", kind), &rows).await;
    }
    // Rows that are no objects, or have other members.
    let at = target(1, "eu-west-1", "ec2:security-group");
    finish(&recorder).await;
    let recorder = book.begin();
    let id = recorder.plan(&at).await.unwrap().id;
    let attempt = recorder.attempt(id);
    let texts = ["1", "null", "[]", "\"a\"", "{}", r#"{"data":{"IpPermissions":{}},"tags":[]}"#];
    let row = |text: &&str| Row { key: (*text).into(), digest: 1, json: text.as_bytes().to_vec() };
    attempt.page(texts.iter().map(row).collect()).await.unwrap();
    complete(&recorder, id, &attempt).await;
    finish(&recorder).await;
    for view in views().unwrap() {
        for run in [1, 2] {
            let rows = book.rows(&format!("SELECT * FROM {}", view.name), run.to_string().parse().ok());
            let told =
                book.rows(&format!("SELECT count(*) FROM {}", view.name), run.to_string().parse().ok());
            assert_eq!(told, [rows.len().to_string()], "{}", view.name);
        }
    }
    let sql = "SELECT sum(resources) FROM by_type";
    assert_eq!(book.rows(sql, "1".parse().ok()), [(kinds.len() * (odd.len() + 1)).to_string()]);
    assert_eq!(book.rows(sql, None), ["6"]);
}

#[tokio::test]
async fn answers_of_calls_are_counted_as_resources_are() {
    let book = Book::new();
    let run = NewRun { verb: "call".into(), ..new_run() };
    let recorder = book.ledger.begin(run, vec![], Follow::default()).unwrap();
    let at = target(1, "eu-west-1", "ec2:DescribeVpcs");
    let id = recorder.plan(&at).await.unwrap().id;
    let attempt = recorder.attempt(id);
    let page = |number: u64| {
        let json = json!({"account_id": "000000000001", "account_name": null, "region": "eu-west-1", "service": "ec2",
            "operation": "DescribeVpcs", "page": number, "data": ["a", number], "collected_at": "t"});
        Row { key: number.to_string(), digest: number, json: json.to_string().into_bytes() }
    };
    attempt.page(vec![page(1), page(2)]).await.unwrap();
    complete(&recorder, id, &attempt).await;
    finish(&recorder).await;
    assert_eq!(book.rows("SELECT * FROM by_type", None), ["ec2:DescribeVpcs|2|1|1|-|0"]);
    assert_eq!(book.rows("SELECT * FROM by_ou", None), ["-|2|1|1|-|0"]);
    for view in ["untagged", "public", "incomplete"] {
        assert!(book.rows(&format!("SELECT * FROM {view}"), None).is_empty(), "{view}");
    }
}

#[test]
fn a_ledger_of_version_1_has_the_views() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("l.sqlite");
    make_v1(&path);
    let mut reader = Reader::open(&path).unwrap();
    let types = answer(&mut reader, "SELECT type, resources, incomplete FROM by_type", None).unwrap();
    let row = |kind: &str, resources: u8, incomplete: u8| {
        [format!("'{kind}'"), format!("Integer({resources})"), format!("Integer({incomplete})")]
    };
    assert_eq!(types[1..], [row("ec2:subnet", 0, 1), row("ec2:vpc", 2, 0), row("s3:bucket", 0, 1)]);
    for view in views().unwrap() {
        let told = answer(&mut reader, &format!("SELECT * FROM {}", view.name), None).unwrap();
        assert_eq!(told[0], view.columns, "{}", view.name);
    }
}

#[test]
fn a_ledger_without_a_run_has_them_too() {
    let book = Book::new();
    for view in views().unwrap() {
        assert!(book.rows(&format!("SELECT * FROM {}", view.name), None).is_empty(), "{}", view.name);
    }
}
