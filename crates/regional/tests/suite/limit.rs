//! The limit of an account in a region, set at run time.

use std::time::Duration;

use orgwide_account::Account;
use orgwide_limit::{Limiter, Rules};
use orgwide_names::RegionName;
use orgwide_regional::{Limit, RateLimited, RegionalAccount};
use orgwide_session::{Call, Class, Failure};
use orgwide_simulator::{Request, Simulator, Throttling, Windows, WorldSpec};
use tokio::time::{Instant, sleep, timeout};

use crate::common::*;

const SECOND: Duration = Duration::from_secs(1);

fn organization() -> Simulator {
    let spec = WorldSpec { accounts: 3, instances: 0, buckets: 0, ..WorldSpec::default() };
    Simulator::builder(spec).throttling(Throttling::off()).build().unwrap()
}

async fn account(simulator: &Simulator, index: usize) -> Account {
    let rules = ["sts=unlimited", "account=unlimited"].map(|rule| rule.parse().unwrap());
    let account = limited_member(simulator, index, &Limiter::new(Rules::new(rules))).await;
    account.session().credentials().await.unwrap();
    account
}

fn within(account: &Account, region: &str) -> RegionalAccount {
    let region: RegionName = region.parse().unwrap();
    RegionalAccount::new(account.clone(), region)
}

async fn ask(
    here: &RegionalAccount,
) -> Result<
    (),
    aws_sdk_sts::error::SdkError<aws_sdk_sts::operation::get_caller_identity::GetCallerIdentityError>,
> {
    aws_sdk_sts::Client::new(here.config()).get_caller_identity().send().await.map(drop)
}

/// How long a call has to wait for its answer.
async fn wait_of(here: &RegionalAccount) -> f64 {
    let begun = Instant::now();
    ask(here).await.unwrap();
    begun.elapsed().as_secs_f64()
}

fn limit(max_count: u32, interval: Duration, block: bool) -> Option<Limit> {
    Some(Limit { max_count, interval, block })
}

#[tokio::test(start_paused = true)]
async fn at_most_max_count_calls_per_interval_leave_over_all_services_and_clients() {
    let simulator = organization();
    let (one, other) = (account(&simulator, 1).await, account(&simulator, 2).await);
    let here = within(&one, "eu-west-1");
    // A client made before the limit is under it too.
    let sts = aws_sdk_sts::Client::new(here.config());
    assert_eq!(here.limit(), None);
    here.set_limit(5, 10 * SECOND, true).unwrap();
    assert_eq!(here.limit(), limit(5, 10 * SECOND, true));
    assert_eq!(here.clone().limit(), here.limit());
    let account = aws_sdk_account::Client::new(within(&one, "eu-west-1").config());
    let begun = simulator.elapsed();
    let calls = futures::future::join_all((0..10).map(|_| async {
        let (a, b) = tokio::join!(sts.get_caller_identity().send(), account.list_regions().send());
        a.unwrap();
        b.unwrap();
    }));
    let elsewhere = within(&one, "us-west-2");
    let of_another = within(&other, "eu-west-1");
    let unlimited = async {
        for free in [&elsewhere, &of_another] {
            for _ in 0..20 {
                assert!(wait_of(free).await < 0.01);
            }
        }
    };
    tokio::join!(calls, unlimited);

    let id = one.id();
    let is_limited = |request: &&Request| {
        request.account.as_deref() == Some(id.as_str()) && request.region.as_deref() != Some("us-west-2")
    };
    let log: Vec<Request> = simulator.log().iter().filter(is_limited).cloned().collect();
    let excess = Windows::new(0.5, 5).jitter(Duration::from_micros(1)).excess(&log);
    assert_eq!(log.len(), 20);
    assert!((-0.01..=0.0).contains(&excess), "{excess}");
    let in_first = |seconds: f64| {
        log.iter().filter(|request| request.arrived_us as f64 / 1e6 - begun.as_secs_f64() < seconds).count()
    };
    assert_eq!([0.1, 9.9, 19.9].map(in_first), [5, 9, 14]);
}

#[tokio::test(start_paused = true)]
async fn a_limit_that_does_not_block_fails_calls_with_the_time_to_wait() {
    let simulator = organization();
    let one = account(&simulator, 1).await;
    let here = within(&one, "eu-west-1");
    here.set_limit(2, 10 * SECOND, false).unwrap();
    ask(&here).await.unwrap();
    ask(&here).await.unwrap();
    let sent = simulator.log().len();

    let begun = Instant::now();
    let error = ask(&here).await.unwrap_err();
    assert_eq!(begun.elapsed(), Duration::ZERO, "it neither waits nor tries again");
    assert_eq!(RateLimited::find(&error), Some(&RateLimited { retry_after: 5 * SECOND }));
    assert_eq!(simulator.log().len(), sent, "nothing was sent");
    let failure = Failure::of(&error, Call::new("sts", "GetCallerIdentity").at(here.id(), here.region()));
    assert_eq!(failure.class(), Class::RateLimited);
    assert!(failure.to_string().contains("try again in 5s"), "{failure}");

    sleep(5 * SECOND).await;
    ask(&here).await.unwrap();
    assert!(RateLimited::find(&ask(&here).await.unwrap_err()).is_some());
    let answer = aws_sdk_account::Client::new(here.config()).list_regions().send().await;
    assert!(RateLimited::find(&answer.unwrap_err()).is_some(), "whatever the service");
    let refused = one.session().limiter().counters().total.refused;
    assert_eq!(refused, 3);
}

#[tokio::test(start_paused = true)]
async fn whoever_waits_notices_a_change_at_once_and_none_is_a_free_burst() {
    let simulator = organization();
    let one = account(&simulator, 1).await;
    let here = within(&one, "eu-west-1");
    here.set_limit(1, 1000 * SECOND, true).unwrap();
    ask(&here).await.unwrap();
    assert!(timeout(100 * SECOND, ask(&here)).await.is_err());

    // A tenth of the token is there, and the rest comes a hundred times as fast.
    let (waited, ()) = tokio::join!(wait_of(&here), async {
        here.set_limit(10, 100 * SECOND, true).unwrap();
    });
    assert!((8.9..9.1).contains(&waited), "{waited}");
    // Room for ten is no ten.
    assert!((9.9..10.1).contains(&wait_of(&here).await));

    let (answer, ()) = tokio::join!(ask(&here), async {
        sleep(SECOND).await;
        here.set_limit(10, 100 * SECOND, false).unwrap();
    });
    let left = RateLimited::find(&answer.unwrap_err()).unwrap().retry_after;
    assert!((8.9..=9.0).contains(&left.as_secs_f64()), "who waits is told that waiting is over: {left:?}");
}

#[tokio::test(start_paused = true)]
async fn a_limit_that_is_taken_away_lets_all_go_who_wait_for_it() {
    let simulator = organization();
    let one = account(&simulator, 1).await;
    let here = within(&one, "eu-west-1");
    here.set_limit(1, 3600 * SECOND, true).unwrap();
    let calls = futures::future::join_all((0..50).map(|_| ask(&here)));
    let ((), answers) = tokio::join!(
        async {
            sleep(SECOND).await;
            here.clear_limit();
            assert_eq!(here.limit(), None);
        },
        calls
    );
    assert!(answers.iter().all(Result::is_ok));
    let log = requests(&simulator, "GetCallerIdentity");
    assert_eq!(log.len(), 50);
    assert!(log[49].arrived_us - log[0].arrived_us < 1_100_000);
    here.clear_limit();
    assert!(wait_of(&here).await < 0.01);
}

#[tokio::test(start_paused = true)]
async fn figures_out_of_bounds_change_nothing() {
    let simulator = organization();
    let here = within(&account(&simulator, 1).await, "eu-west-1");
    let bad =
        [(0, SECOND), (1, Duration::ZERO), (1, Duration::MAX), (u32::MAX, SECOND), (7, 100_000 * SECOND)];
    for (max_count, interval) in bad {
        assert!(here.set_limit(max_count, interval, false).is_err(), "{max_count} in {interval:?}");
        assert_eq!(here.limit(), None);
    }
    for _ in 0..100 {
        ask(&here).await.unwrap();
    }
    here.set_limit(1, 10 * SECOND, true).unwrap();
    for (max_count, interval) in bad {
        here.set_limit(max_count, interval, false).unwrap_err();
    }
    assert_eq!(here.limit(), limit(1, 10 * SECOND, true));
    ask(&here).await.unwrap();
    assert!((9.9..10.1).contains(&wait_of(&here).await), "still one in ten seconds, and it waits");
}

#[tokio::test(start_paused = true)]
async fn the_limit_belongs_to_the_account_and_the_region_and_global_is_the_one_that_serves_it() {
    let simulator = organization();
    let one = account(&simulator, 1).await;
    within(&one, "eu-west-1").set_limit(1, 60 * SECOND, true).unwrap();
    let another = within(&one, "eu-west-1");
    ask(&another).await.unwrap();
    another.set_limit(1, 10 * SECOND, true).unwrap();
    assert!((9.9..10.1).contains(&wait_of(&within(&one, "eu-west-1")).await), "the last to set it decides");

    let (global, serving) = (within(&one, "global"), within(&one, "us-east-1"));
    global.set_limit(1, 60 * SECOND, false).unwrap();
    ask(&serving).await.unwrap();
    for here in [&global, &serving] {
        assert!(RateLimited::find(&ask(here).await.unwrap_err()).is_some());
    }
    serving.clear_limit();
    ask(&global).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn what_it_takes_to_enter_the_account_is_not_counted() {
    let simulator = organization();
    let limiter = Limiter::new(Rules::new([]));
    let one = limited_member(&simulator, 1, &limiter).await;
    let here = within(&one, "eu-west-1");
    here.set_limit(1, 60 * SECOND, false).unwrap();
    ask(&here).await.unwrap();
    assert_eq!(requests(&simulator, "AssumeRole").len(), 1);
    assert!(RateLimited::find(&ask(&here).await.unwrap_err()).is_some());
}
