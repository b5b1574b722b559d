//! The permit is free while the SDK backs off: it rests on details of the SDK that an upgrade may change.

use std::time::Duration;

use aws_sdk_sts::Client;
use aws_sdk_sts::config::Builder;
use aws_sdk_sts::config::retry::RetryConfig;
use orgwide_session::Session;

use crate::common::*;
use crate::loopback::{Act, Arrival, Loopback};
use crate::script::{Answered, End, Scripted, answers, body, fails, io_error, response};

const MS: Duration = Duration::from_millis(1);
/// The longest the SDK backs off; it draws a part of that.
const BACKOFF: Duration = Duration::from_millis(800);

/// What becomes of the first attempt.
type First = fn() -> Answered;

/// A call that fails once and is tried again, and another that waits for it.
async fn one_behind_another(hub: &Session) {
    let retry = RetryConfig::standard().with_initial_backoff(BACKOFF);
    let first = Client::from_conf(Builder::from(&*hub.config()).retry_config(retry).build());
    let second = Client::new(&hub.config());
    let (first, second) =
        tokio::join!(first.get_caller_identity().send(), second.get_caller_identity().send());
    first.unwrap();
    second.unwrap();
}

/// Looks at the three requests: that of the second call goes out as soon as the first attempt has ended. False if the
/// backoff was too short to tell.
fn shows(name: &str, first_end: Duration, attempts: [u32; 3], at: [Duration; 3], slack: Duration) -> bool {
    let backoff = at[1].max(at[2]).saturating_sub(first_end);
    if backoff < 10 * slack {
        return false;
    }
    assert_eq!(attempts, [1, 1, 2], "{name}");
    assert!(
        at[1].saturating_sub(first_end) <= slack,
        "{name}: held for {:?} of {backoff:?}",
        at[1] - first_end
    );
    true
}

#[tokio::test(start_paused = true)]
async fn the_permit_is_free_during_the_backoff() {
    let rows: [(&str, First); 3] = [
        ("an error", || answers(response(503, &[], body("busy", 30 * MS, End::Whole)))),
        ("a closed connection", || {
            Box::pin(async {
                tokio::time::sleep(30 * MS).await;
                fails(io_error(std::io::ErrorKind::ConnectionReset)).await
            })
        }),
        ("a body that breaks off", || answers(response(200, &[], body("<Begin", 30 * MS, End::Cut)))),
    ];
    for (name, first) in rows {
        let mut told = 0;
        for _ in 0..20 {
            let simulator = organization(1, []);
            let client = Scripted::new(simulator.http_client(), move |number, _| (number == 0).then(first));
            let builder = builder(&simulator).http_client(client.clone());
            let hub = builder.limiter(in_flight(1)).load().await.unwrap();
            one_behind_another(&hub).await;
            assert!(is_forgotten(hub.limiter()) && is_free(hub.limiter()), "{name}");
            let sent: [_; 3] = client.sent().try_into().unwrap();
            let at = sent.map(|one| one.at - sent[0].at);
            told += usize::from(shows(name, 31 * MS, sent.map(|one| one.attempt), at, 2 * MS));
        }
        assert!(told >= 10, "{name}: {told} of 20 backoffs were long enough to tell");
    }
}

#[tokio::test]
async fn over_sockets_the_permit_is_free_during_the_backoff() {
    let rows = [
        ("an error", Act::Unavailable),
        ("a closed connection", Act::Close),
        ("a body that breaks off", Act::Cut(200)),
    ];
    let rows = rows.map(|(name, first)| async move {
        for _ in 0..10 {
            let server = Loopback::serve([first]).await;
            let hub = over(&server.url()).limiter(in_flight(1)).load().await.unwrap();
            one_behind_another(&hub).await;
            assert!(is_forgotten(hub.limiter()) && is_free(hub.limiter()), "{name}");
            let seen: [Arrival; 3] = server.arrivals().try_into().unwrap();
            let at = seen.map(|one| one.at - seen[0].at);
            let end = seen[0].done.unwrap() - seen[0].at;
            if shows(name, end, seen.map(|one| one.attempt), at, 30 * MS) {
                return;
            }
        }
        panic!("{name}: no backoff was long enough to tell");
    });
    futures::future::join_all(rows).await;
}
