use std::time::Duration;

use futures::StreamExt;
use orgwide_fanout::{Activity, Fanout, Wait};
use tokio::time::{sleep, timeout};

use crate::common::{Fault, all, lane, plan, secs};

fn wait(key: &str, now: usize, total: u64) -> Wait {
    Wait { key: key.into(), now, total: secs(total) }
}

#[tokio::test(start_paused = true)]
async fn the_keys_most_waited_for_come_first() {
    let fanout = Fanout::new();
    let waits = fanout.waits();
    let mut run = fanout.run(plan(lane(0, 10)), async |item| {
        let activity = Activity::current().unwrap();
        let (key, time) = match item.number {
            0..6 => ("ec2", 10),
            6..9 => ("s3", 100),
            _ => ("sts", 5),
        };
        // Twice the same key, and one without a name: still one target that waits.
        let (_first, _second, _other) =
            (activity.waiting_for(key), activity.waiting_for(key.to_owned()), activity.waiting());
        sleep(secs(time)).await;
        Ok::<_, Fault>(0)
    });
    assert!(timeout(Duration::from_millis(4_000), run.next()).await.is_err());
    assert_eq!(waits.top(9), [wait("ec2", 6, 24), wait("s3", 3, 12), wait("sts", 1, 4)]);
    assert_eq!(waits.top(1), [wait("ec2", 6, 24)]);
    assert_eq!(run.by_ref().take(7).count().await, 7);
    assert_eq!(waits.top(9), [wait("s3", 3, 30), wait("ec2", 0, 60), wait("sts", 0, 5)]);
    all(&mut run).await;
    assert_eq!(waits.top(9), [wait("s3", 0, 300), wait("ec2", 0, 60), wait("sts", 0, 5)]);
}

#[tokio::test(start_paused = true)]
async fn a_target_that_has_ended_waits_for_nothing_though_its_wait_is_kept() {
    let fanout = Fanout::new().item_timeout(secs(1));
    let waits = fanout.waits();
    let mut run = fanout.run(plan(lane(0, 1)), async |_| {
        let waiting = Activity::current().unwrap().waiting_for("ec2");
        tokio::spawn(async move {
            sleep(secs(100)).await;
            drop(waiting);
        });
        sleep(secs(2)).await;
        Ok::<_, Fault>(0)
    });
    let ended = all(&mut run).await.remove(0);
    assert_eq!((ended.waiting, ended.working), (secs(2), secs(0)));
    sleep(secs(200)).await;
    assert_eq!(waits.top(9), [wait("ec2", 0, 2)]);
}

#[tokio::test(start_paused = true)]
async fn what_was_dropped_no_longer_waits() {
    let fanout = Fanout::new();
    let waits = fanout.waits();
    let mut run = fanout.run(plan(lane(0, 3)), async |_| {
        let _wait = Activity::current().map(|activity| activity.waiting_for("ec2"));
        std::future::pending::<Result<u32, Fault>>().await
    });
    assert!(timeout(secs(5), run.next()).await.is_err());
    assert_eq!(waits.top(9), [wait("ec2", 3, 15)]);
    drop(run);
    tokio::task::yield_now().await;
    assert_eq!(waits.top(9), [wait("ec2", 0, 15)]);
}
