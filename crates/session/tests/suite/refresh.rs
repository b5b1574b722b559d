//! Credentials are renewed before they end, and no call waits for that if it can be helped.

use std::collections::BTreeSet;
use std::time::Duration;

use orgwide_session::Session;
use orgwide_simulator::{Answer, Fault, Simulator};
use tokio::time::Instant;

use crate::common::*;
use crate::sts::{Asked, Sts, role_in};

/// What every answer takes.
const LATENCY: Duration = Duration::from_millis(200);
/// An hour's credentials are renewed when a fifth of the hour is left, or up to a quarter of that earlier.
const EARLIEST: Duration = Duration::from_secs(3600 - 900);
const LATEST: Duration = Duration::from_secs(3600 - 720);

async fn member(faults: impl IntoIterator<Item = Fault>) -> (Simulator, Session) {
    let simulator = slow_organization(2, LATENCY, faults);
    let member = hub(&simulator).await.assumed(&role(id(1)));
    (simulator, member)
}

/// How many answers the call took.
async fn latencies(member: &Session) -> f64 {
    let begun = Instant::now();
    who(member).await.unwrap();
    begun.elapsed().as_secs_f64() / LATENCY.as_secs_f64()
}

#[tokio::test(start_paused = true)]
async fn six_hours_with_a_call_each_minute_never_wait_for_new_credentials() {
    let (simulator, member) = member([]).await;
    let begun = Instant::now();
    for minute in 0..6 * 60 {
        tokio::time::sleep_until(begun + minute * MINUTE).await;
        let taken = latencies(&member).await;
        let expected = if minute == 0 { 2.0 } else { 1.0 };
        assert!((taken - expected).abs() < 0.05, "minute {minute}: {taken} latencies");
    }
    let log = simulator.log();
    assert!(log.iter().all(|request| request.status == Some(200)), "no token had ended");
    let assumed = requests(&simulator, "AssumeRole");
    for pair in assumed.windows(2) {
        let apart = arrival(&pair[1]) - arrival(&pair[0]);
        assert!((EARLIEST..=LATEST + MINUTE + LATENCY).contains(&apart), "{apart:?}");
    }
    // The first at the start, then one each 45 to 49 minutes: 360 / 49 = 7.3, 359 / 45 = 7.98.
    assert_eq!(assumed.len(), 8);
    assert_eq!(member.calls().assume_role, 8);
    assert_eq!(member.calls().calls, log.len() as u64);
}

#[tokio::test(start_paused = true)]
async fn renewal_begins_within_its_window_and_is_one_for_all() {
    for _ in 0..20 {
        let (simulator, member) = member([]).await;
        who(&member).await.unwrap();
        tokio::time::sleep_until(Instant::now() + EARLIEST - Duration::from_secs(5)).await;
        who(&member).await.unwrap();
        tokio::time::sleep(Duration::from_secs(1)).await;
        assert_eq!(requests(&simulator, "AssumeRole").len(), 1, "not before the window");

        tokio::time::sleep(LATEST - EARLIEST + Duration::from_secs(5)).await;
        let calls = futures::future::join_all((0..50).map(|_| latencies(&member))).await;
        assert!(calls.iter().all(|taken| (taken - 1.0).abs() < 0.05), "the old ones serve");
        tokio::time::sleep(Duration::from_secs(1)).await;
        assert_eq!(requests(&simulator, "AssumeRole").len(), 2, "by its end, once");
    }
}

#[tokio::test(start_paused = true)]
async fn accounts_assumed_together_are_not_renewed_together() {
    let simulator = slow_organization(31, LATENCY, []);
    let hub = hub(&simulator).await;
    let members: Vec<_> = (1..=30).map(|index| hub.assumed(&role(id(index)))).collect();
    let begun = Instant::now();
    for seconds in std::iter::once(0).chain((2640..=2940).step_by(20)) {
        tokio::time::sleep_until(begun + Duration::from_secs(seconds)).await;
        assert!(futures::future::join_all(members.iter().map(who)).await.iter().all(Result::is_ok));
    }
    let renewals = requests(&simulator, "AssumeRole").split_off(30);
    assert_eq!(renewals.len(), 30);
    // Thirty of them over nine steps of 20 s: that they share one or two has a chance of about 10^-18.
    let steps: BTreeSet<u64> = renewals.iter().map(|request| arrival(request).as_secs() / 20).collect();
    assert!(steps.len() > 2, "{steps:?}");
}

#[tokio::test(start_paused = true)]
async fn in_the_last_minute_calls_wait_for_the_new_ones() {
    for (left, expected) in [(90, 1.0), (30, 2.0), (0, 2.0)] {
        let (simulator, member) = member([]).await;
        who(&member).await.unwrap();
        let old = member.credentials().await.unwrap();
        let end = old.expiry().unwrap();
        let wait = end
            .duration_since(aws_smithy_async::time::TimeSource::now(&member.config().time_source().unwrap()));
        tokio::time::sleep(wait.unwrap() - Duration::from_secs(left)).await;

        let calls = futures::future::join_all((0..10).map(|_| latencies(&member))).await;
        assert!(calls.iter().all(|taken| (taken - expected).abs() < 0.05), "{left} s left: {calls:?}");
        tokio::time::sleep(Duration::from_secs(1)).await;
        assert_eq!(requests(&simulator, "AssumeRole").len(), 2);
        assert!(member.credentials().await.unwrap().expiry().unwrap() > end);
        assert!(simulator.log().iter().all(|request| request.status == Some(200)));
    }
}

#[tokio::test(start_paused = true)]
async fn a_renewal_that_fails_fails_no_call_and_is_tried_again() {
    let mut answers = vec![Answer::Ok];
    answers.extend(vec![Answer::Unavailable; 6]);
    let (simulator, member) = member([Fault::on("sts", "AssumeRole").answers(answers)]).await;
    let begun = Instant::now();
    for minute in 0..58 {
        tokio::time::sleep_until(begun + minute * MINUTE).await;
        let taken = latencies(&member).await;
        assert!(minute == 0 || (taken - 1.0).abs() < 0.05, "minute {minute}: {taken} latencies");
    }
    let statuses: Vec<_> =
        requests(&simulator, "AssumeRole").iter().map(|request| request.status.unwrap()).collect();
    assert_eq!(statuses, [200, 503, 503, 503, 503, 503, 503, 200]);
}

#[tokio::test(start_paused = true)]
async fn a_role_that_is_taken_away_fails_calls_when_its_credentials_end_and_not_before() {
    let script = Fault::on("sts", "AssumeRole").answers([Answer::Ok, Answer::AccessDenied]).repeat();
    let (simulator, member) = member([script]).await;
    let begun = Instant::now();
    let mut failed = Vec::new();
    for minute in 0..70 {
        tokio::time::sleep_until(begun + minute * MINUTE).await;
        match who(&member).await {
            Ok(_) => assert!(failed.is_empty(), "answered in minute {minute}"),
            Err(failure) => {
                assert!(failure.class().is_denied(), "{failure}");
                failed.push(minute);
            }
        }
    }
    // 3600 s after the first answer at 0.2 s, less the last minute: from minute 60 on at the latest.
    assert!(failed[0] == 59 || failed[0] == 60, "{failed:?}");
    assert_eq!(requests(&simulator, "AssumeRole").len(), 2, "one refusal is enough");
}

#[tokio::test(start_paused = true)]
async fn twelve_hours_with_a_call_a_second_are_signed_with_credentials_that_last_and_renewed_once_a_window() {
    for life in [3600, 900] {
        let sts = Sts::new().slow(Duration::from_secs(2));
        let hub = sts.session().await;
        let request = |number| role_in(number).duration(Duration::from_secs(life));
        let members: Vec<_> = (1..=3).map(|number| hub.assumed(&request(number))).collect();
        let begun = Instant::now();
        for second in 0..12 * 3600 {
            tokio::time::sleep_until(begun + Duration::from_secs(second)).await;
            for member in &members {
                let asked = Instant::now();
                // What the gate would sign a call with.
                let given = member.credentials().await.unwrap();
                let left = given.expiry().unwrap().duration_since(sts.now()).unwrap_or_default();
                assert!(left > MINUTE, "{second}: {left:?}");
                assert!(second < 10 || asked.elapsed().is_zero(), "{second}: nobody waits");
            }
            // Calls in whole are a thousand times as much work, and so there are fewer.
            if second % 60 == 30 {
                futures::future::join_all(members.iter().map(who)).await;
            }
        }
        let asked = sts.asked();
        let signed: Vec<_> = asked.iter().filter_map(|asked| asked.left).collect();
        assert_eq!(signed.len(), 3 * 12 * 60);
        assert!(signed.iter().all(|left| *left > MINUTE));
        let advance = (life / 5).min(900);
        // A life begins when the answer is made; the window opens up to a quarter of the advance earlier.
        let (earliest, latest) = (life - advance * 5 / 4, life - advance + 3);
        for number in 1..=3 {
            let role = request(number).role().to_string();
            let of_role = |asked: &&Asked| asked.get("RoleArn") == Some(role.as_str());
            let at: Vec<_> = asked.iter().filter(of_role).map(|asked| asked.at).collect();
            for pair in at.windows(2) {
                let apart = pair[1].duration_since(pair[0]).unwrap().as_secs();
                assert!((earliest..=latest).contains(&apart), "{life}: {apart} s");
            }
            let bounds = 12 * 3600 / latest..=12 * 3600 / earliest + 1;
            assert!(bounds.contains(&(at.len() as u64)), "{life}: {} in {bounds:?}", at.len());
        }
    }
}
