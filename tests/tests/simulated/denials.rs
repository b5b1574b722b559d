//! Who is not let in does not stop the others, and is told what to do.

use anyhow::Result;
use orgwide_simulator::{Answer, Fault};
use orgwide_tests::{Stage, all_of};

use crate::support::{always, calm, column, complaint, disturbed, inventory, squeezed, world};

/// A stage on which the third account's role cannot be assumed.
fn one_refuses() -> Result<(Stage, String)> {
    let spec = world(8, 3);
    let refusing = calm(spec.clone())?.truth().accounts[2].id.clone();
    let fault = always("sts", "AssumeRole", Answer::AccessDenied).account(&refusing);
    Ok((disturbed(spec, [fault])?, refusing))
}

#[test]
fn a_denied_account_does_not_stop_the_run_and_is_asked_once() -> Result<()> {
    let (stage, refusing) = one_refuses()?;
    let ran = stage.run_to(1, &inventory(&["--org"]))?;
    stage.rows()?.are(all_of(stage.truth(), |account| account.id != refusing))?;
    let summary = stage.summary()?;
    // Its regions are not known, so it counts as one.
    assert_eq!((summary.denied, summary.completed), (1, 7 * (3 + 1)));
    assert!(summary.plan_complete);
    assert_eq!(stage.entries(&refusing), 1);
    says_what_to_check(&ran, &refusing);
    Ok(())
}

#[test]
fn a_denied_account_in_named_regions_is_asked_once_and_all_its_targets_are_denied() -> Result<()> {
    let (stage, refusing) = one_refuses()?;
    let ran = stage.run_to(1, &inventory(&["--org", "--region", "us-east-1,eu-west-1"]))?;
    let elsewhere = |region: &str| region == "us-west-2";
    let expected = all_of(stage.truth(), |account| account.id != refusing);
    stage.rows()?.are(expected.into_iter().filter(|(_, region, _, _)| !elsewhere(region)))?;
    let summary = stage.summary()?;
    assert_eq!((summary.denied, summary.completed), (2 + 1, 7 * (2 + 1)));
    assert_eq!(stage.entries(&refusing), 1);
    says_what_to_check(&ran, &refusing);
    assert!(column(&ran, "where").contains("3 targets"));
    Ok(())
}

fn says_what_to_check(ran: &orgwide_tests::Ran, account: &str) {
    assert!(column(ran, "account").contains(account));
    let cause = squeezed(&column(ran, "cause"));
    let role = format!("arn:aws:iam::{account}:role/OrganizationAccountAccessRole");
    assert!(cause.contains(&role) && cause.contains("sts:AssumeRole"), "{cause}");
    let next = column(ran, "next");
    assert!(next.contains("trust policy") && next.contains("active"), "{next}");
    assert!(squeezed(&next).contains("roleOrganizationAccountAccessRole"), "{next}");
}

#[test]
fn a_call_that_is_denied_in_one_account_costs_that_target_alone() -> Result<()> {
    let spec = world(4, 2);
    let poor = calm(spec.clone())?.truth().accounts[1].id.clone();
    let fault = always("s3", "ListBuckets", Answer::AccessDenied).account(&poor);
    let stage = disturbed(spec, [fault])?;
    let ran = stage.run_to(1, &inventory(&["--org"]))?;
    let whole = all_of(stage.truth(), |_| true);
    stage.rows()?.are(whole.into_iter().filter(|(id, _, kind, _)| !(*id == poor && kind == "s3:bucket")))?;
    let summary = stage.summary()?;
    assert_eq!((summary.denied, summary.completed), (1, 4 * 3 - 1));
    let next = squeezed(&column(&ran, "next"));
    assert!(
        next.contains("allows3:ListAllMyBuckets"),
        "the permission is not named as the operation: {next}"
    );
    Ok(())
}

/// The caller may assume nothing at all.
fn powerless_hub() -> Fault {
    let message = "User: arn:aws:iam::000000000000:user/hub is not authorized to perform: sts:AssumeRole on \
                   resource: the role because no identity-based policy allows the sts:AssumeRole action";
    let answer = Answer::Error { status: 403, code: "AccessDenied".into(), message: message.into() };
    always("sts", "AssumeRole", answer)
}

#[test]
fn a_hub_that_may_assume_no_role_stops_the_run_early() -> Result<()> {
    for more in [&["--org"][..], &["--org", "--region", "us-east-1"]] {
        let stage = disturbed(world(200, 2), [powerless_hub()])?;
        let ran = stage.run_to(3, &inventory(more))?;
        let (error, next) = complaint(&ran);
        assert!(error.contains("no identity-based policy allows"), "{error}");
        assert!(next.is_some_and(|next| next.contains("sts:AssumeRole")), "{}", ran.stderr);
        let tried = stage.calls("sts", "AssumeRole");
        println!("{more:?}: {tried} of 199 accounts were tried");
        assert!(tried < 160, "{tried} of 199 accounts were tried with {more:?}");
    }
    Ok(())
}

#[test]
fn a_few_accounts_that_refuse_in_these_words_are_not_the_hubs_fault() -> Result<()> {
    let spec = world(12, 1);
    let accounts = calm(spec.clone())?.truth().accounts.clone();
    let faults = accounts[1..5].iter().map(|account| powerless_hub().account(&account.id));
    let stage = disturbed(spec, faults)?;
    stage.run_to(1, &inventory(&["--org"]))?;
    stage.rows()?.are(all_of(stage.truth(), |account| !(1..5).contains(&account.index)))?;
    assert_eq!(stage.summary()?.denied, 4);
    Ok(())
}
