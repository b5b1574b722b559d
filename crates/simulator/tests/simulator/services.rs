//! Every operation's answer, against what AWS documents.

use orgwide_simulator::WorldSpec;
use serde_json::json;

use crate::support::*;

#[tokio::test(start_paused = true)]
async fn the_hub_is_a_user_of_the_management_account() {
    let sim = simulator(|_| ());
    let answer = send(&sim, form(&Key::hub(), "sts", "eu-west-1", &[("Action", "GetCallerIdentity")])).await;
    let id = &sim.truth().management_account;
    let user = answer.text("UserId");
    let request_id = answer.header("x-amzn-requestid");
    assert_eq!((user.len(), &user[..4]), (21, "AIDA"));
    assert_eq!(
        answer.body,
        format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\
             <GetCallerIdentityResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\">\
             <GetCallerIdentityResult><Arn>arn:aws:iam::{id}:user/hub</Arn><UserId>{user}</UserId>\
             <Account>{id}</Account></GetCallerIdentityResult>\
             <ResponseMetadata><RequestId>{request_id}</RequestId></ResponseMetadata></GetCallerIdentityResponse>"
        )
    );
    assert_eq!(answer.header("content-type"), "text/xml");
    assert!(answer.header("date").ends_with(" GMT"), "{answer:?}");
    assert_eq!(request_id.len(), 36);
}

#[tokio::test(start_paused = true)]
async fn an_assumed_key_is_a_session_in_the_member_account() {
    let sim = simulator(|_| ());
    let id = &sim.truth().accounts[3].id;
    let request = assume_with(
        &Key::hub(),
        &role(id),
        &[("RoleSessionName", "a=b@c"), ("DurationSeconds", "900"), ("ExternalId", "any")],
    );
    let answer = send(&sim, request).await;
    assert_eq!(answer.status, 200);
    let arn = format!("arn:aws:sts::{id}:assumed-role/OrganizationAccountAccessRole/a=b@c");
    assert_eq!(answer.text("Arn"), arn);
    let access_key = answer.text("AccessKeyId");
    assert!(access_key.starts_with("ASIA") && access_key.len() == 20, "{access_key}");
    assert_eq!(answer.text("SecretAccessKey").len(), 40);
    assert!(answer.text("AssumedRoleId").starts_with("AROA"));

    let key = Key { id: access_key, token: Some(answer.text("SessionToken")) };
    let whoami = send(&sim, form(&key, "sts", "us-east-1", &[("Action", "GetCallerIdentity")])).await;
    assert_eq!((whoami.text("Account"), whoami.text("Arn")), (id.clone(), arn));
    assert_eq!(whoami.text("UserId"), answer.text("AssumedRoleId"));
}

#[tokio::test(start_paused = true)]
async fn the_path_of_a_role_is_not_part_of_its_sessions() {
    let sim = simulator(|spec| spec.role = "ops/Reader".into());
    let id = &sim.truth().accounts[1].id;
    let answer = send(&sim, assume(&Key::hub(), &format!("arn:aws:iam::{id}:role/ops/Reader"))).await;
    assert_eq!(answer.text("Arn"), format!("arn:aws:sts::{id}:assumed-role/Reader/unit-test"));
}

#[tokio::test(start_paused = true)]
async fn a_session_ends_when_its_expiration_says() {
    let sim = simulator(|_| ());
    let id = sim.truth().accounts[1].id.clone();
    let duration = [("RoleSessionName", "short"), ("DurationSeconds", "900")];
    let answer = send(&sim, assume_with(&Key::hub(), &role(&id), &duration)).await;
    let key = Key { id: answer.text("AccessKeyId"), token: Some(answer.text("SessionToken")) };

    let call = || describe_instances(&key, "us-east-1", &[]);
    tokio::time::advance(std::time::Duration::from_secs(899)).await;
    assert_eq!(send(&sim, call()).await.status, 200);
    tokio::time::advance(std::time::Duration::from_secs(2)).await;
    let ended = send(&sim, call()).await;
    assert_eq!((ended.status, ended.text("Code")), (400, "RequestExpired".into()));
}

#[tokio::test(start_paused = true)]
async fn the_organization_is_described_to_any_of_its_accounts() {
    let sim = simulator(|_| ());
    let truth = sim.truth();
    for key in [Key::hub(), member(&sim, 2).await] {
        let answer = send(&sim, organizations(&key, "DescribeOrganization", json!({}))).await;
        let (id, owner) = (&truth.organization, &truth.management_account);
        assert_eq!(
            answer.json()["Organization"],
            json!({
                "Id": id,
                "Arn": format!("arn:aws:organizations::{owner}:organization/{id}"),
                "FeatureSet": "ALL",
                "MasterAccountArn": format!("arn:aws:organizations::{owner}:account/{id}/{owner}"),
                "MasterAccountId": owner,
                "MasterAccountEmail": truth.accounts[0].email,
                "AvailablePolicyTypes": [{ "Type": "SERVICE_CONTROL_POLICY", "Status": "ENABLED" }],
            })
        );
        assert_eq!(answer.header("content-type"), "application/x-amz-json-1.1");
    }
}

#[tokio::test(start_paused = true)]
async fn an_account_has_all_the_fields_of_the_api() {
    let sim = simulator(|spec| (spec.accounts, spec.suspended) = (10, 1));
    let answer = send(&sim, organizations(&Key::hub(), "ListAccounts", json!({}))).await.json();
    assert_eq!(answer.get("NextToken"), None);
    let listed = answer["Accounts"].as_array().unwrap();
    assert_eq!(listed.len(), 10);
    for (shown, account) in listed.iter().zip(&sim.truth().accounts) {
        let arn = format!(
            "arn:aws:organizations::{}:account/{}/{}",
            sim.truth().management_account,
            sim.truth().organization,
            account.id
        );
        let status = if account.index == 9 { "SUSPENDED" } else { "ACTIVE" };
        for (field, expected) in [
            ("Id", &account.id),
            ("Arn", &arn),
            ("Email", &account.email),
            ("Name", &account.name),
            ("Status", &status.to_owned()),
            ("State", &status.to_owned()),
        ] {
            assert_eq!(shown[field], *expected, "{field}");
        }
        assert!(["INVITED", "CREATED"].contains(&shown["JoinedMethod"].as_str().unwrap()));
        assert!(shown["JoinedTimestamp"].as_f64().unwrap() >= 1_577_836_800.0);
        let path = shown["Paths"][0].as_str().unwrap();
        assert!(path.starts_with(&format!("{}/r-", sim.truth().organization)), "{path}");
        assert!(path.ends_with(&format!("/{}/", account.id)), "{path}");
    }
    assert_eq!(sim.truth().accounts[2].name, "=1+1");
    assert_eq!(sim.truth().accounts[5].name, "<b>bold</b>");
}

#[tokio::test(start_paused = true)]
async fn regions_are_listed_with_their_status() {
    let sim = simulator(|spec| spec.regions = vec!["eu-west-1".into(), "me-south-1".into()]);
    let key = member(&sim, 1).await;
    let answer = send(&sim, list_regions(&key, json!({}))).await;
    assert_eq!(answer.header("content-type"), "application/json");
    let expected = json!({ "Regions": [
        { "RegionName": "af-south-1", "RegionOptStatus": "DISABLED" },
        { "RegionName": "ap-east-1", "RegionOptStatus": "DISABLED" },
        { "RegionName": "eu-west-1", "RegionOptStatus": "ENABLED_BY_DEFAULT" },
        { "RegionName": "me-south-1", "RegionOptStatus": "ENABLED" },
    ]});
    assert_eq!(answer.json(), expected);

    let filter = json!({ "RegionOptStatusContains": ["ENABLED", "ENABLED_BY_DEFAULT"] });
    let answer = send(&sim, list_regions(&key, filter)).await.json();
    let names: Vec<&str> =
        answer["Regions"].as_array().unwrap().iter().map(|r| r["RegionName"].as_str().unwrap()).collect();
    assert_eq!(names, ["eu-west-1", "me-south-1"]);
}

#[tokio::test(start_paused = true)]
async fn the_management_account_may_list_the_regions_of_a_member() {
    let sim = simulator(|_| ());
    let ids: Vec<String> = sim.truth().accounts.iter().map(|account| account.id.clone()).collect();
    let ask = async |key: &Key, id: &str| {
        let answer = send(&sim, list_regions(key, json!({ "AccountId": id }))).await;
        (answer.status, answer.header("x-amzn-errortype").to_owned())
    };
    assert_eq!(ask(&Key::hub(), &ids[1]).await, (200, String::new()));
    // Its own id it must leave out, and a member may not look at another one.
    assert_eq!(ask(&Key::hub(), &ids[0]).await, (403, "AccessDeniedException".into()));
    assert_eq!(ask(&member(&sim, 1).await, &ids[2]).await, (403, "AccessDeniedException".into()));
}

#[tokio::test(start_paused = true)]
async fn ec2_shows_disabled_regions_only_when_asked_for_all() {
    let sim = simulator(|spec| spec.regions = vec!["us-east-1".into(), "af-south-1".into()]);
    let key = member(&sim, 1).await;
    let answer = send(&sim, form(&key, "ec2", "us-east-1", &[("Action", "DescribeRegions")])).await;
    assert_eq!(
        answer.body,
        format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\
             <DescribeRegionsResponse xmlns=\"http://ec2.amazonaws.com/doc/2016-11-15/\">\
             <requestId>{}</requestId><regionInfo>\
             <item><regionName>af-south-1</regionName><regionEndpoint>ec2.af-south-1.amazonaws.com</regionEndpoint>\
             <optInStatus>opted-in</optInStatus></item>\
             <item><regionName>us-east-1</regionName><regionEndpoint>ec2.us-east-1.amazonaws.com</regionEndpoint>\
             <optInStatus>opt-in-not-required</optInStatus></item>\
             </regionInfo></DescribeRegionsResponse>",
            answer.header("x-amzn-requestid")
        )
    );
    let pairs = [("Action", "DescribeRegions"), ("AllRegions", "true")];
    let all = send(&sim, form(&key, "ec2", "us-east-1", &pairs)).await;
    assert_eq!(all.texts("regionName"), ["af-south-1", "ap-east-1", "me-south-1", "us-east-1"]);
    assert_eq!(all.texts("optInStatus"), ["opted-in", "not-opted-in", "not-opted-in", "opt-in-not-required"]);
}

#[tokio::test(start_paused = true)]
async fn instances_come_in_reservations_with_their_fields() {
    let sim = simulator(|spec| (spec.accounts, spec.instances) = (4, 60));
    let key = member(&sim, 1).await;
    let account = &sim.truth().accounts[1];
    let (region, ids) = account.instances.iter().find(|(_, ids)| ids.len() > 30).unwrap();
    let answer = send(&sim, describe_instances(&key, region, &[])).await;
    assert_eq!(answer.header("content-type"), "text/xml;charset=UTF-8");

    let mut found = answer.texts("instanceId");
    found.sort();
    assert_eq!(&found, ids);
    assert!(found.iter().all(|id| id.len() == 19 && id.starts_with("i-0")), "{found:?}");
    // Reservations hold 1, 3 and 2 instances in turn.
    let reservations = answer.texts("reservationId");
    assert_eq!(reservations.len(), (0..ids.len()).filter(|n| [0, 1, 4].contains(&(n % 6))).count());
    assert!(answer.texts("ownerId").iter().all(|owner| *owner == account.id));
    for element in ["imageId", "instanceType", "launchTime", "availabilityZone", "privateDnsName"] {
        assert_eq!(answer.texts(element).len(), ids.len(), "{element}");
    }
    assert!(answer.texts("availabilityZone").iter().all(|zone| zone[..zone.len() - 1] == **region));
    // Everything was made in the first four years after 2019.
    let years = ["2020-", "2021-", "2022-", "2023-"];
    assert!(answer.texts("launchTime").iter().all(|time| years.contains(&&time[..5])), "{answer:?}");
    let attached = answer.texts("vpcId").len();
    assert_eq!(
        (answer.texts("subnetId").len(), answer.texts("privateIpAddress").len()),
        (attached, attached)
    );
    for element in ["ipAddress", "iamInstanceProfile", "tagSet"] {
        let some = answer.texts(element).len();
        assert!(some > 0 && some < ids.len(), "{some} <{element}> for {} instances", ids.len());
    }
    assert!(answer.texts("value").iter().any(|value| !value.is_ascii()));
}

#[tokio::test(start_paused = true)]
async fn buckets_tell_their_region_to_those_who_ask_with_a_parameter() {
    let sim = simulator(|spec| spec.buckets = 20);
    let account = sim.truth().accounts.iter().skip(1).find(|account| account.buckets.len() > 3).unwrap();
    let key = member(&sim, account.index).await;
    for silent in ["/", "/?x-id=ListBuckets"] {
        let answer = send(&sim, s3(&key, silent)).await;
        assert_eq!(answer.texts("Name"), account.buckets);
        assert_eq!(answer.texts("BucketRegion").len(), 0, "{silent}");
        assert_eq!(answer.maybe("ContinuationToken"), None);
    }
    let answer = send(&sim, s3(&key, "/?max-buckets=10000")).await;
    let regions = answer.texts("BucketRegion");
    assert_eq!(regions.len(), account.buckets.len());
    assert!(regions.iter().all(|region| WorldSpec::default().regions.contains(region)));
    assert!(
        answer.texts("CreationDate").iter().all(|date| date.starts_with("202") && date.ends_with(".000Z"))
    );
    assert_eq!(answer.text("ID").len(), 64);
    assert_eq!(answer.header("content-type"), "application/xml");
    assert!(!answer.header("x-amz-request-id").is_empty() && !answer.header("x-amz-id-2").is_empty());

    let here = send(&sim, s3(&key, &format!("/?bucket-region={}", regions[0]))).await;
    assert_eq!(here.texts("Name").len(), regions.iter().filter(|region| **region == regions[0]).count());
    let name = &account.buckets[0];
    let named = send(&sim, s3(&key, &format!("/?prefix={name}"))).await;
    assert_eq!((named.text("Name"), named.text("Prefix")), (name.clone(), name.clone()));
}
