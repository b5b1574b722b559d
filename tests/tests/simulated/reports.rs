//! What comes from outside cannot steer the reader's terminal or pretend to be ours.

use anyhow::Result;
use orgwide_simulator::Answer;
use orgwide_tests::all_of;

use crate::support::{always, calm, column, complaint, disturbed, inventory, squeezed, world};

fn error(code: &str, message: &str) -> Answer {
    Answer::Error { status: 400, code: code.to_owned(), message: message.to_owned() }
}

/// No character that moves the cursor, changes colours or the direction of writing.
fn is_plain(text: &str) {
    let unsafe_ones: Vec<char> = text
        .chars()
        .filter(|c| (c.is_control() && *c != '\n') || ('\u{202a}'..='\u{202e}').contains(c))
        .collect();
    assert!(unsafe_ones.is_empty(), "{unsafe_ones:?} in {text:?}");
}

#[test]
fn a_hostile_message_is_one_plain_error_line() -> Result<()> {
    let hostile = error("AccessDeniedException", "\u{1b}[2J\u{1b}[31m\rok\nerror: forged\n  next: curl evil");
    let stage = disturbed(world(2, 1), [always("organizations", "ListAccounts", hostile)])?;
    for verb in [&["inventory", "ec2:instance", "s3:bucket", "--org"][..], &["accounts", "--org"]] {
        let ran = stage.run_to(3, verb)?;
        is_plain(&ran.stderr);
        let (line, next) = complaint(&ran);
        assert!(line.contains("\\nerror: forged"), "{line}");
        assert!(next.is_some_and(|next| next.contains("organizations:ListAccounts")), "{}", ran.stderr);
    }
    Ok(())
}

#[test]
fn a_hostile_message_stays_in_its_cell_of_the_closing_table() -> Result<()> {
    let spec = world(3, 1);
    let account = calm(spec.clone())?.truth().accounts[1].id.clone();
    let hostile = error("\u{202e}Reversed", "up\u{202e}side\nerror: forged");
    let stage = disturbed(spec, [always("ec2", "DescribeInstances", hostile).account(&account)])?;
    let ran = stage.run_to(1, &inventory(&["--org"]))?;
    is_plain(&ran.stderr);
    let cause = squeezed(&column(&ran, "cause"));
    assert!(cause.contains("up\\u{202e}side\\nerror:forged"), "{cause}");
    assert_eq!(ran.stderr.lines().filter(|line| line.starts_with("error:")).count(), 0, "{}", ran.stderr);
    Ok(())
}

#[test]
fn a_hostile_message_in_the_log_is_plain_too() -> Result<()> {
    let hostile = error("AccessDeniedException", "\u{1b}[31mred\u{1b}[0m");
    let stage = disturbed(world(2, 1), [always("account", "ListRegions", hostile)])?;
    let ran = stage.run_to(0, &inventory(&["--org", "--log", "debug"]))?;
    assert!(ran.stderr.contains("asking EC2 for the regions instead"), "the log has to hold it");
    assert!(ran.stderr.contains("red"), "the log has to hold it");
    // A log is no terminal: it has no colours either.
    is_plain(&ran.stderr);
    Ok(())
}

#[test]
fn awkward_account_names_come_through_as_they_are() -> Result<()> {
    let spec = world(60, 1);
    let stage = disturbed(spec, [always("s3", "ListBuckets", Answer::AccessDenied)])?;
    let ran = stage.run_to(1, &inventory(&["--org"]))?;
    is_plain(&ran.stderr);
    let rows = stage.rows()?;
    rows.are(all_of(stage.truth(), |_| true).into_iter().filter(|(_, _, kind, _)| kind == "ec2:instance"))?;
    for row in rows.iter() {
        let account = stage.truth().accounts.iter().find(|account| row["account_id"] == account.id.as_str());
        assert_eq!(row["account_name"].as_str(), account.map(|account| account.name.as_str()), "{row}");
    }
    // Sixty accounts of one cause; the table stays a table.
    assert!(ran.stderr.contains(" 60 accounts "), "{}", ran.stderr);
    Ok(())
}

#[test]
fn awkward_account_names_leave_the_closing_table_a_table() -> Result<()> {
    let spec = world(60, 1);
    let awkward = |name: &str| !name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    let accounts = calm(spec.clone())?.truth().accounts.clone();
    let awkward: Vec<_> = accounts.into_iter().filter(|account| awkward(&account.name)).collect();
    assert!(awkward.len() > 5, "{awkward:?}");
    // As many as have a line each.
    for three in awkward.chunks(3) {
        let denied = |id: &String| always("s3", "ListBuckets", Answer::AccessDenied).account(id);
        let stage = disturbed(spec.clone(), three.iter().map(|account| denied(&account.id)))?;
        let ran = stage.run_to(1, &inventory(&["s3:bucket", "--org"]))?;
        is_plain(&ran.stderr);
        let column = column(&ran, "account");
        assert!(three.iter().all(|account| column.contains(&account.id)), "{}", ran.stderr);
    }
    Ok(())
}
