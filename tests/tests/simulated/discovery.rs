//! Accounts and regions are found, or what could not be found is told.

use anyhow::Result;
use orgwide_simulator::{Answer, Fault, WorldSpec};
use orgwide_tests::all_of;
use serde_json::Value;

use crate::support::{always, calm, complaint, disturbed, inventory, world};

#[test]
fn a_named_region_that_is_not_enabled_is_skipped_with_its_reason() -> Result<()> {
    let stage = calm(world(5, 2))?;
    for region in ["ap-southeast-1", "af-south-1"] {
        let named = format!("us-east-1,{region}");
        let ran =
            stage.run_to(0, &[&inventory(&["--org", "--region", &named])[..], &["--overwrite"]].concat())?;
        let whole = all_of(stage.truth(), |_| true);
        stage.rows()?.are(whole.into_iter().filter(|(_, region, _, _)| region != "us-west-2"))?;
        let summary = stage.summary()?;
        assert_eq!((summary.skipped, summary.completed), (5, 5 * 2), "{}", ran.stderr);
        assert!(ran.stderr.contains(&format!("{region} is not enabled")), "{}", ran.stderr);
    }
    Ok(())
}

#[test]
fn suspended_accounts_are_skipped_with_the_reason_and_never_called() -> Result<()> {
    let stage = calm(WorldSpec { suspended: 3, ..world(12, 2) })?;
    let ran = stage.run_to(0, &inventory(&["--org"]))?;
    stage.rows()?.are(all_of(stage.truth(), |account| account.status == "ACTIVE"))?;
    let summary = stage.summary()?;
    assert_eq!((summary.skipped, summary.completed), (3, 9 * 3));
    assert!(ran.stderr.contains("SUSPENDED"), "{}", ran.stderr);
    let suspended: Vec<_> =
        stage.truth().accounts.iter().filter(|account| account.status == "SUSPENDED").collect();
    assert_eq!(suspended.len(), 3);
    for account in &suspended {
        assert_eq!(stage.entries(&account.id), 0, "{account:?}");
    }

    let listed = stage.run_to(0, &["accounts", "--org"])?.stdout;
    let rows = listed.lines().map(serde_json::from_str).collect::<Result<Vec<Value>, _>>()?;
    assert_eq!(rows.len(), 12);
    for row in rows {
        let is_suspended = suspended.iter().any(|account| row["account_id"] == account.id.as_str());
        assert_eq!(row["included"], !is_suspended, "{row}");
        assert_eq!(
            row["reason"].as_str().is_some_and(|why| why.contains("SUSPENDED")),
            is_suspended,
            "{row}"
        );
    }
    Ok(())
}

#[test]
fn a_listing_that_breaks_on_its_third_page_stops_the_run_and_says_so() -> Result<()> {
    let broken = Fault::on("organizations", "ListAccounts")
        .answers([Answer::Ok, Answer::Ok, Answer::AccessDenied])
        .repeat();
    let stage = disturbed(world(60, 2), [broken])?;
    let ran = stage.run_to(4, &inventory(&["--org"]))?;
    let (error, next) = complaint(&ran);
    assert!(error.contains("broke off") && error.contains("organizations:ListAccounts"), "{error}");
    assert!(next.is_some_and(|next| next.contains("organizations:ListAccounts")), "{}", ran.stderr);
    let summary = stage.summary()?;
    assert!(!summary.plan_complete);
    assert!(summary.planned <= 40 * 3, "{summary:?}");
    let rows = stage.rows()?;
    assert_eq!(rows.count(), summary.rows);
    let places = rows.places();
    let known = all_of(stage.truth(), |account| account.index < 40);
    assert!(places.keys().all(|place| known.contains(place)), "a row of an account that was never listed");
    Ok(())
}

#[test]
fn a_listing_that_breaks_shows_what_it_has_and_ends_as_broken() -> Result<()> {
    let broken =
        Fault::on("organizations", "ListAccounts").answers([Answer::Ok, Answer::AccessDenied]).repeat();
    let stage = disturbed(world(60, 1), [broken])?;
    let ran = stage.run_to(4, &["accounts", "--org"])?;
    assert_eq!(ran.stdout.lines().count(), 20);
    assert!(complaint(&ran).0.contains("broke off"), "{}", ran.stderr);
    Ok(())
}

#[test]
fn where_list_regions_is_denied_ec2_is_asked() -> Result<()> {
    let stage = disturbed(world(6, 3), [always("account", "ListRegions", Answer::AccessDenied)])?;
    stage.run_to(0, &inventory(&["--org"]))?;
    stage.rows()?.are(all_of(stage.truth(), |_| true))?;
    assert_eq!(stage.calls("account", "ListRegions"), 6);
    assert_eq!(stage.calls("ec2", "DescribeRegions"), 6);
    Ok(())
}

#[test]
fn where_both_are_denied_the_regions_every_account_has_are_taken_with_a_note() -> Result<()> {
    // Those that AWS enables in every account, by its documentation.
    let every = "us-east-1 us-east-2 us-west-1 us-west-2 ca-central-1 sa-east-1 eu-central-1 eu-west-1 eu-west-2 \
                 eu-west-3 eu-north-1 ap-south-1 ap-northeast-1 ap-northeast-2 ap-northeast-3 ap-southeast-1 \
                 ap-southeast-2";
    let regions = every.split_whitespace().map(str::to_owned).collect();
    let spec = WorldSpec { accounts: 4, regions, ..WorldSpec::default() };
    let faults = [("account", "ListRegions"), ("ec2", "DescribeRegions")]
        .map(|(service, operation)| always(service, operation, Answer::AccessDenied));
    let stage = disturbed(spec, faults)?;
    let ran = stage.run_to(0, &inventory(&["--org"]))?;
    stage.rows()?.are(all_of(stage.truth(), |_| true))?;
    assert!(ran.stderr.contains("4 accounts refuse to list their regions"), "{}", ran.stderr);

    let ran = stage.run_to(0, &["targets", "--org"])?;
    assert_eq!(ran.stdout.lines().count(), 4 * 17);
    assert_eq!(ran.stderr.matches("enabled by default").count(), 4, "{}", ran.stderr);
    Ok(())
}

#[test]
fn an_account_whose_regions_cannot_be_listed_is_one_failed_target() -> Result<()> {
    let spec = world(4, 2);
    let lost = calm(spec.clone())?.truth().accounts[3].id.clone();
    let faults = [("account", "ListRegions"), ("ec2", "DescribeRegions")]
        .map(|(service, operation)| always(service, operation, Answer::Internal).account(&lost));
    let stage = disturbed(spec, faults)?;
    let ran = stage.run_to(1, &inventory(&["--org"]))?;
    stage.rows()?.are(all_of(stage.truth(), |account| account.id != lost))?;
    let summary = stage.summary()?;
    assert_eq!((summary.failed, summary.completed), (1, 3 * 3));
    assert!(ran.stderr.contains("the whole account"), "{}", ran.stderr);
    Ok(())
}
