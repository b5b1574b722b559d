//! What clients made from a regional account do.

use orgwide_account::Account;
use orgwide_names::RegionName;
use orgwide_regional::RegionalAccount;

use crate::common::*;

fn region(name: &str) -> RegionName {
    name.parse().unwrap()
}

#[tokio::test(start_paused = true)]
async fn clients_sign_for_the_region_with_the_accounts_credentials_assumed_once() {
    let simulator = organization([]);
    let account = member(&simulator, simulator.http_client()).await;
    for name in ["us-west-2", "ap-southeast-2", "eu-west-1", "global"] {
        let here = RegionalAccount::new(account.clone(), region(name));
        assert_eq!((here.region().as_str(), here.id()), (name, account.id()));
        assert_eq!(format!("{here:?}"), format!("RegionalAccount({} in {name})", account.id()));
        let answer = aws_sdk_sts::Client::new(here.config()).get_caller_identity().send().await.unwrap();
        assert_eq!(answer.account(), Some(account.id().as_str()));
    }
    let log = simulator.log();
    assert_eq!((log[0].operation.as_str(), log[0].region.as_deref()), ("AssumeRole", Some("eu-west-1")));
    let signed: Vec<_> = log[1..].iter().map(|request| request.region.as_deref().unwrap()).collect();
    assert_eq!(signed, ["us-west-2", "ap-southeast-2", "eu-west-1", "us-east-1"]);
    assert_eq!(account.session().calls().calls, 5);
}

#[tokio::test(start_paused = true)]
async fn global_is_where_each_partition_keeps_its_services_without_regions() {
    for (home, expected) in
        [("eu-west-1", "us-east-1"), ("us-gov-east-1", "us-gov-west-1"), ("cn-north-1", "cn-northwest-1")]
    {
        let session = orgwide_session::Session::builder()
            .credentials(aws_credential_types::Credentials::new("AKIAHUB", "s", None, None, "test"))
            .region(region(home))
            .http_client(organization([]).http_client())
            .load()
            .await
            .unwrap();
        let account = Account::new("012345678901".parse().unwrap(), None, session);
        let global = RegionalAccount::new(account, RegionName::global());
        assert_eq!(global.config().region().map(AsRef::as_ref), Some(expected), "from {home}");
    }
}
