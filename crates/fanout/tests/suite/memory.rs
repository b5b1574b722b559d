use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use futures::{StreamExt, stream};
use orgwide_fanout::{Event, Fanout, Planned};
use tokio::time::sleep;

use crate::common::{Fault, Item, item, secs};

/// A plan of `count` targets, every fifth to be skipped, that keeps the most that were planned and not ended.
fn counting(
    count: u32,
    ended: Arc<AtomicU64>,
    peak: Arc<AtomicU64>,
) -> impl futures::Stream<Item = Planned<Item>> + Send {
    stream::iter((0..count).map(move |number| {
        let open = u64::from(number) + 1 - ended.load(Relaxed);
        peak.fetch_max(open, Relaxed);
        let target = item(number / 340, number);
        if number % 5 == 0 { Planned::Skip(target, "every fifth".into()) } else { Planned::Run(target) }
    }))
}

#[tokio::test(start_paused = true)]
async fn a_million_targets_are_taken_from_the_plan_only_as_room_appears() {
    let (ended, peak) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicU64::new(0)));
    let plan = counting(1_000_000, Arc::clone(&ended), Arc::clone(&peak));
    let fanout =
        Fanout::new().window(50).look_ahead(100).observer(move |event: Event<'_, Item, (), Fault>| {
            if let Event::Ended(_) = event {
                ended.fetch_add(1, Relaxed);
            }
        });
    let mut run = fanout.run(plan, async |_| Ok(()));
    let mut count = 0;
    while run.next().await.is_some() {
        count += 1;
    }
    assert_eq!((count, peak.load(Relaxed)), (1_000_000, 150));
    assert!(run.summary().adds_up() && run.summary().plan_complete);
}

#[tokio::test(start_paused = true)]
async fn a_consumer_that_stops_reading_stops_the_plan() {
    let peak = Arc::new(AtomicU64::new(0));
    let plan = counting(1_000_000, Arc::default(), Arc::clone(&peak));
    let mut run = Fanout::new().window(50).look_ahead(100).run(plan, async |_| {
        sleep(secs(1)).await;
        Ok::<_, Fault>(())
    });
    run.next().await.unwrap();
    sleep(secs(3_600)).await;
    // One was handed out; the others are 50 in slots and 100 in sight.
    assert!(peak.load(Relaxed) <= 151, "{peak:?}");
}

#[tokio::test(start_paused = true)]
async fn a_plan_that_is_always_ready_leaves_the_thread_to_others() {
    let skips = stream::repeat_with(|| Planned::Skip(item(0, 0), "all".into()));
    let mut run = Fanout::new().run(skips, async |_| Ok::<_, Fault>(()));
    let control = run.control();
    tokio::spawn(async move { control.drain() });
    while run.next().await.is_some() {}
    assert!(!run.summary().plan_complete && run.summary().adds_up());
}
