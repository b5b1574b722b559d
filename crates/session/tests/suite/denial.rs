//! What is remembered of roles that could not be assumed.

use std::time::Duration;

use orgwide_session::{Class, Denial};
use orgwide_simulator::{Answer, Fault};
use tokio::time::Instant;

use crate::common::*;

#[tokio::test(start_paused = true)]
async fn a_denied_role_is_asked_for_once_and_the_other_accounts_do_not_notice() {
    let denied = id(1);
    let refusal =
        Fault::on("sts", "AssumeRole").account(denied.as_str()).answers([Answer::AccessDenied]).repeat();
    let simulator = slow_organization(3, Duration::from_millis(50), [refusal]);
    let hub = hub(&simulator).await;
    let (shut, open) = (hub.assumed(&role(denied)), hub.assumed(&role(id(2))));

    let (shut_out, let_in) = tokio::join!(
        futures::future::join_all((0..50).map(|_| who(&shut))),
        futures::future::join_all((0..50).map(|_| who(&open))),
    );
    assert!(let_in.iter().all(Result::is_ok));
    for answer in shut_out {
        let failure = answer.unwrap_err();
        assert_eq!(failure.class(), Class::Denied(Denial::RoleNotAssumable));
        assert!(failure.class().is_denied());
        assert_eq!(failure.role().unwrap().account(), denied);
        assert_eq!((failure.code(), failure.status()), (Some("AccessDenied"), Some(403)));
        let text = failure.to_string();
        let arn = format!("arn:aws:iam::{denied}:role/OrganizationAccountAccessRole");
        assert!(text.starts_with(&format!("sts:AssumeRole of {arn}")), "{text}");
        let step = failure.next_step();
        assert!(step.contains("OrganizationAccountAccessRole") && step.contains(denied.as_str()), "{step}");
    }
    assert_eq!(assumptions(&simulator, denied).len(), 1);
    assert_eq!(assumptions(&simulator, id(2)).len(), 1);

    // A day later it is not asked for again, not even by another session of the same role.
    tokio::time::sleep(24 * 60 * MINUTE).await;
    assert!(who(&hub.assumed(&role(denied))).await.is_err());
    assert_eq!(assumptions(&simulator, denied).len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_denied_role_is_asked_for_again_after_its_sessions_are_gone() {
    let refusal = Fault::on("sts", "AssumeRole").account(id(1).as_str()).answers([Answer::AccessDenied]);
    let simulator = organization(2, [refusal]);
    let hub = hub(&simulator).await;
    let first = hub.assumed(&role(id(1)));
    assert!(who(&first).await.is_err());
    assert!(who(&hub.assumed(&role(id(1)))).await.is_err());
    assert_eq!(assumptions(&simulator, id(1)).len(), 1);
    drop(first);
    assert!(who(&hub.assumed(&role(id(1)))).await.is_ok());
    assert_eq!(assumptions(&simulator, id(1)).len(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_failure_that_may_pass_is_remembered_for_five_seconds() {
    let trouble =
        Fault::on("sts", "AssumeRole").account(id(1).as_str()).answers(vec![Answer::Unavailable; 3]);
    let simulator = organization(2, [trouble]);
    let member = hub(&simulator).await.assumed(&role(id(1)));

    let together = futures::future::join_all((0..20).map(|_| who(&member))).await;
    let failed = Instant::now();
    for answer in together {
        let failure = answer.unwrap_err();
        assert_eq!((failure.class(), failure.status()), (Class::Unavailable, Some(503)));
        assert!(failure.class().is_transient() && failure.role().is_some());
    }
    assert_eq!(assumptions(&simulator, id(1)).len(), 3, "one call of three attempts");

    tokio::time::sleep_until(failed + Duration::from_millis(4_990)).await;
    assert!(who(&member).await.is_err());
    assert_eq!(assumptions(&simulator, id(1)).len(), 3);

    tokio::time::sleep_until(failed + Duration::from_millis(5_010)).await;
    assert_eq!(who(&member).await.unwrap(), id(1).as_str());
    assert_eq!(assumptions(&simulator, id(1)).len(), 4);
}

#[tokio::test(start_paused = true)]
async fn in_a_chain_of_roles_the_hop_that_failed_is_named() {
    let refusal = Fault::on("sts", "AssumeRole").account(id(1).as_str()).answers([Answer::AccessDenied]);
    let simulator = organization(3, [refusal]);
    let hub = hub(&simulator).await;
    let through = hub.assumed(&role(id(1)));
    let failure = who(&through.assumed(&role(id(2)))).await.unwrap_err();
    assert_eq!(failure.role().unwrap().account(), id(1), "{failure}");
    assert!(failure.next_step().contains(id(1).as_str()), "{}", failure.next_step());
    assert_eq!(requests(&simulator, "AssumeRole").len(), 1, "the second hop was not asked for");
}
