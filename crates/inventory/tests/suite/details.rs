//! What more calls tell of the resources that a list gives.

use std::collections::BTreeMap;

use orgwide_inventory::{Collectors, Gap, Record};
use orgwide_models::Catalog;
use orgwide_session::Class;
use serde_json::{Value, json};

use crate::script::{ACCOUNT, Answer, Asked, REGION, collect, error, ok};

fn built_in() -> Collectors {
    Collectors::built_in(Catalog::embedded()).unwrap()
}

fn tags(pairs: &[(&str, &str)]) -> Option<BTreeMap<String, String>> {
    Some(pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect())
}

/// Keys, of which a script tells everything but what it is asked about more closely.
fn keys(count: usize, asked: &Asked) -> Option<Answer> {
    let id = asked.json()["KeyId"].clone();
    match asked.operation.as_str() {
        "ListKeys" => {
            let key = |number| json!({"KeyId": format!("k{number:03}"), "KeyArn": format!("arn:aws:kms:{REGION}:{ACCOUNT}:key/k{number:03}")});
            Some(ok(json!({"Keys": (0..count).map(key).collect::<Vec<_>>(), "Truncated": false})))
        }
        "DescribeKey" => Some(ok(json!({"KeyMetadata": {"KeyId": id, "KeyState": "Enabled"}}))),
        "GetKeyRotationStatus" => Some(ok(json!({"KeyRotationEnabled": true}))),
        _ => None,
    }
}

#[tokio::test(start_paused = true)]
async fn details_stand_under_the_names_of_their_operations_with_all_their_pages() {
    let found = collect(&built_in(), "dynamodb:table", REGION, |asked| match asked.operation.as_str() {
        "ListTables" => ok(json!({"TableNames": (0..9).map(|n| format!("t{n}")).collect::<Vec<_>>()})),
        "DescribeTable" => ok(json!({"Table": {"TableName": asked.json()["TableName"], "ItemCount": 7}})),
        "ListTagsOfResource" => match asked.json()["NextToken"].as_str() {
            None => {
                ok(json!({"Tags": [{"Key": "of", "Value": asked.json()["ResourceArn"]}], "NextToken": "2"}))
            }
            Some(_) => ok(json!({"Tags": [{"Key": "env", "Value": "prod"}]})),
        },
        other => panic!("{other}"),
    })
    .await;
    assert!(found.error.is_none() && found.gaps.is_empty());
    let ids: Vec<_> = found.records().map(|record| record.id.clone()).collect();
    assert_eq!(ids, ["t0", "t1", "t2", "t3", "t4", "t5", "t6", "t7", "t8"]);
    for Record { id, arn, tags: told, data, .. } in found.records() {
        let arn = arn.as_deref().unwrap();
        assert_eq!(*told, tags(&[("of", arn), ("env", "prod")]));
        assert_eq!(
            *data,
            json!({
                "TableName": id,
                "DescribeTable": {"TableName": id, "ItemCount": 7},
                "ListTagsOfResource": [{"Key": "of", "Value": arn}, {"Key": "env", "Value": "prod"}],
            })
        );
    }
    // One list, one description for each, two pages of tags for each: four at a time.
    assert_eq!(found.asked.len(), 1 + 9 + 18);
    assert_eq!(found.asked.iter().map(|asked| asked.at_once).max(), Some(4));
}

#[tokio::test(start_paused = true)]
async fn with_details_no_more_than_a_hundred_records_are_handed_out_at_a_time() {
    let script = |asked: &Asked| keys(250, asked).unwrap_or_else(|| ok(json!({"Tags": []})));
    let found = collect(&built_in(), "kms:key", REGION, script).await;
    let sizes: Vec<_> = found.pages.iter().map(Vec::len).collect();
    assert_eq!(sizes, [100, 100, 50]);
    assert_eq!(found.count("ListKeys"), 1);
    assert!(found.records().all(|record| record.tags == tags(&[])));
}

#[tokio::test(start_paused = true)]
async fn what_is_not_there_is_null_and_what_is_refused_is_told_with_its_reason() {
    let found = collect(&built_in(), "kms:key", REGION, |asked| {
        match (asked.operation.as_str(), asked.json()["KeyId"].as_str()) {
            ("GetKeyRotationStatus", Some("k001")) => {
                error(400, "UnsupportedOperationException", "asymmetric")
            }
            ("DescribeKey", Some("k002")) => error(400, "NotFoundException", "Key k002 does not exist"),
            ("ListResourceTags", Some("k001")) => error(400, "AccessDeniedException", "no, you may not"),
            ("ListResourceTags", _) => ok(json!({"Tags": [{"TagKey": "a", "TagValue": "b"}]})),
            _ => keys(3, asked).unwrap(),
        }
    })
    .await;
    assert!(found.error.is_none());
    let records: Vec<_> = found.records().collect();
    assert_eq!(records[0].data["GetKeyRotationStatus"], json!({"KeyRotationEnabled": true}));
    assert_eq!(records[0].tags, tags(&[("a", "b")]));
    assert_eq!(records[1].data["GetKeyRotationStatus"], Value::Null);
    assert!(records[1].data.as_object().unwrap().contains_key("GetKeyRotationStatus"));
    assert_eq!(
        records[1].data["ListResourceTags"],
        json!({"error": {"code": "AccessDeniedException", "message": "no, you may not"}})
    );
    assert_eq!(records[1].tags, None, "they are not known");
    assert_eq!(records[2].data["DescribeKey"]["error"]["code"], "NotFoundException");
    let gap = |operation: &str, code: &str, records| Gap {
        operation: operation.to_owned(),
        code: code.to_owned(),
        records,
    };
    assert_eq!(
        found.gaps,
        [
            gap("kms:ListResourceTags", "AccessDeniedException", 1),
            gap("kms:DescribeKey", "NotFoundException", 1)
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn an_operation_that_the_role_lacks_is_not_asked_for_every_resource() {
    let found = collect(&built_in(), "kms:key", REGION, |asked| {
        keys(250, asked).unwrap_or_else(|| {
            let why = "User: u is not authorized to perform: kms:ListResourceTags on resource: k because no \
                       identity-based policy allows the kms:ListResourceTags action";
            error(400, "AccessDeniedException", why)
        })
    })
    .await;
    assert!(found.error.is_none());
    // Those under way when it was known are answered too.
    let refused = found.count("ListResourceTags");
    assert!((10..=13).contains(&refused), "{refused}");
    assert_eq!(found.count("DescribeKey"), 250);
    let told: Vec<(&str, u64)> = found.gaps.iter().map(|gap| (gap.code.as_str(), gap.records)).collect();
    assert_eq!(told, [("AccessDeniedException", refused as u64), ("NotAsked", 250 - refused as u64)]);
    assert_eq!(found.records().last().unwrap().data["ListResourceTags"]["error"]["code"], "NotAsked");
}

#[tokio::test(start_paused = true)]
async fn what_the_policy_of_each_resource_refuses_is_asked_for_all_of_them() {
    let found = collect(&built_in(), "kms:key", REGION, |asked| {
        keys(30, asked).unwrap_or_else(|| {
            let why = "User: u is not authorized to perform: kms:ListResourceTags on resource: k with an explicit deny in \
                       a resource-based policy";
            error(400, "AccessDeniedException", why)
        })
    })
    .await;
    assert_eq!(found.count("ListResourceTags"), 30);
    assert_eq!(found.gaps.len(), 1);
}

#[tokio::test(start_paused = true)]
async fn an_operation_that_was_allowed_once_goes_on_being_asked() {
    let found = collect(&built_in(), "kms:key", REGION, |asked| {
        keys(30, asked).unwrap_or_else(|| match asked.json()["KeyId"].as_str() {
            Some("k000") => ok(json!({"Tags": []})),
            _ => error(400, "AccessDeniedException", "no"),
        })
    })
    .await;
    assert_eq!(found.count("ListResourceTags"), 30);
}

#[tokio::test(start_paused = true)]
async fn a_throttled_detail_is_asked_again_and_fails_the_page_when_that_does_not_help() {
    let throttle = || error(400, "ThrottlingException", "Rate exceeded");
    let once = std::sync::atomic::AtomicBool::new(true);
    let found = collect(&built_in(), "kms:key", REGION, move |asked| {
        keys(2, asked).unwrap_or_else(|| match once.swap(false, std::sync::atomic::Ordering::Relaxed) {
            true => throttle(),
            false => ok(json!({"Tags": []})),
        })
    })
    .await;
    assert!(found.error.is_none() && found.gaps.is_empty());
    assert_eq!(found.count("ListResourceTags"), 3);

    let found =
        collect(&built_in(), "kms:key", REGION, move |asked| keys(2, asked).unwrap_or_else(throttle)).await;
    assert!(found.pages.is_empty(), "nothing of the page is handed out");
    assert_eq!(found.error.unwrap().failure().unwrap().class(), Class::Throttled);
}

#[tokio::test(start_paused = true)]
async fn an_outage_and_credentials_that_end_are_no_data() {
    for (status, code, class) in [
        (500, "KMSInternalException", Class::Unavailable),
        (400, "UnrecognizedClientException", Class::NoCredentials),
    ] {
        let found = collect(&built_in(), "kms:key", REGION, move |asked| {
            keys(2, asked).unwrap_or_else(|| error(status, code, ""))
        })
        .await;
        assert!(found.pages.is_empty());
        assert_eq!(found.error.unwrap().failure().unwrap().class(), class);
    }
}

#[tokio::test(start_paused = true)]
async fn a_bucket_is_asked_about_in_its_own_region() {
    let list = "<ListAllMyBucketsResult><Buckets>\
                <Bucket><Name>here</Name><BucketRegion>eu-west-1</BucketRegion></Bucket>\
                <Bucket><Name>far</Name><BucketRegion>me-south-1</BucketRegion></Bucket>\
                </Buckets></ListAllMyBucketsResult>";
    let refused = |code: &str| format!("<Error><Code>{code}</Code><Message>m</Message></Error>");
    let found = collect(&built_in(), "s3:bucket", "global", move |asked| {
        let (bucket, region) = match asked.host.as_str() {
            "here.s3.eu-west-1.amazonaws.com" => ("here", "eu-west-1"),
            "far.s3.me-south-1.amazonaws.com" => ("far", "me-south-1"),
            _ => return ok(list),
        };
        match (bucket, asked.target.trim_start_matches("/?")) {
            // The account has not enabled the region any more.
            ("far", _) => Answer(403, refused("InvalidAccessKeyId")),
            (_, "tagging") => Answer(404, refused("NoSuchTagSet")),
            (_, "policy") => ok(r#"{"Version":"2012-10-17"}"#),
            (_, "versioning") => {
                ok("<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>")
            }
            (_, "policyStatus") => ok("<PolicyStatus><IsPublic>true</IsPublic></PolicyStatus>"),
            (_, "publicAccessBlock") => Answer(404, refused("NoSuchPublicAccessBlockConfiguration")),
            _ => ok(format!("<X xmlns='{region}'/>")),
        }
    })
    .await;
    assert!(found.error.is_none(), "{:?}", found.error);
    let records: Vec<_> = found.records().collect();
    assert_eq!(records[0].region.as_str(), "eu-west-1");
    assert_eq!(records[0].tags, tags(&[]), "there are none");
    assert_eq!(records[0].data["GetBucketTagging"], Value::Null);
    assert_eq!(records[0].data["GetBucketPolicy"], r#"{"Version":"2012-10-17"}"#);
    assert_eq!(records[0].data["GetBucketVersioning"], json!({"Status": "Enabled"}));
    assert_eq!(records[0].data["GetBucketPolicyStatus"], json!({"IsPublic": true}));
    assert_eq!(records[0].data["GetPublicAccessBlock"], Value::Null);
    assert_eq!(records[1].tags, None);
    assert_eq!(records[1].data["GetBucketVersioning"]["error"]["code"], "InvalidAccessKeyId");
    assert_eq!(found.gaps.len(), 10, "all that is told of the bucket out of reach");
}

#[tokio::test(start_paused = true)]
async fn roles_come_with_their_details_in_one_list() {
    let role = |number: usize| {
        format!(
            "<member><Path>/</Path><RoleName>r{number}</RoleName><Arn>arn:aws:iam::{ACCOUNT}:role/r{number}</Arn>\
             <AttachedManagedPolicies><member><PolicyName>ReadOnly</PolicyName></member></AttachedManagedPolicies>\
             <Tags><member><Key>n</Key><Value>{number}</Value></member></Tags></member>"
        )
    };
    let found = collect(&built_in(), "iam:role", "global", move |asked| {
        assert_eq!(asked.operation, "GetAccountAuthorizationDetails");
        assert!(asked.body.contains("Filter.member.1=Role") && asked.body.contains("MaxItems=1000"), "{}", asked.body);
        let (number, more) = if asked.body.contains("Marker=2") { (1, "") } else { (0, "<IsTruncated>true</IsTruncated><Marker>2</Marker>") };
        ok(format!(
            "<GetAccountAuthorizationDetailsResponse><GetAccountAuthorizationDetailsResult><RoleDetailList>{}\
             </RoleDetailList>{more}</GetAccountAuthorizationDetailsResult></GetAccountAuthorizationDetailsResponse>",
            role(number)
        ))
    })
    .await;
    assert_eq!(found.asked.len(), 2, "one call per page");
    let records: Vec<_> = found.records().collect();
    assert_eq!(records[1].id, "r1");
    assert_eq!(records[1].arn.as_deref(), Some("arn:aws:iam::111122223333:role/r1"));
    assert_eq!(records[1].tags, tags(&[("n", "1")]));
    assert_eq!(records[1].data["AttachedManagedPolicies"][0]["PolicyName"], "ReadOnly");
}
