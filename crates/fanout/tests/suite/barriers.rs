use futures::{StreamExt, stream};
use orgwide_fanout::{Fanout, OutcomeKind, Planned};
use tokio::time::sleep;

use crate::common::{Fault, all, item, kinds, secs, timed};

#[tokio::test(start_paused = true)]
async fn what_comes_after_a_barrier_starts_when_everything_before_has_ended() {
    let items = stream::iter([
        Planned::Barrier,
        Planned::Run(item(0, 0)),
        Planned::Skip(item(1, 1), "closed".into()),
        Planned::Barrier,
        Planned::Barrier,
        Planned::Run(item(2, 2)),
        Planned::Run(item(3, 3)),
        Planned::Barrier,
    ]);
    let mut run = Fanout::new().requeue(1).run(items, async |item| {
        sleep(secs(10)).await;
        let attempt = orgwide_fanout::Activity::current().map(|activity| activity.attempt());
        if item.number == 0 && attempt == Some(1) { Err(Fault::Busy(30_000)) } else { Ok(0) }
    });
    let ended: Vec<_> =
        timed(&mut run).await.iter().map(|(at, ended)| (at.as_secs(), ended.target.number)).collect();
    assert_eq!(ended, [(0, 1), (50, 0), (60, 2), (60, 3)]);
    assert!(run.summary().plan_complete && run.summary().planned == 4);
}

#[tokio::test(start_paused = true)]
async fn whoever_reads_a_bad_outcome_can_stop_the_run_before_what_is_behind_the_barrier() {
    let rest = stream::iter((1..100).map(|number| Planned::Run(item(0, number))));
    let items = stream::iter([Planned::Run(item(0, 0)), Planned::Barrier]).chain(rest);
    let mut run = Fanout::new().run(items, async |_| Err::<u32, _>(Fault::Broken));
    assert_eq!(run.next().await.unwrap().outcome.kind(), OutcomeKind::Failed);
    sleep(secs(60)).await;
    run.control().drain();
    assert_eq!(kinds(&all(&mut run).await), []);
    assert_eq!((run.summary().planned, run.summary().plan_complete), (1, false));
}

#[tokio::test(start_paused = true)]
async fn a_plan_of_nothing_but_barriers_leaves_the_thread_to_others() {
    let mut run = Fanout::new()
        .run(stream::repeat_with(|| Planned::Barrier), async |item: crate::common::Item| {
            Ok::<_, Fault>(item.number)
        });
    let control = run.control();
    tokio::spawn(async move {
        sleep(secs(1)).await;
        control.drain();
    });
    let idle = async {
        for _ in 0..100 {
            tokio::task::yield_now().await;
        }
        tokio::time::advance(secs(2)).await;
    };
    let (ended, ()) = futures::join!(all(&mut run), idle);
    assert!(ended.is_empty());
}
