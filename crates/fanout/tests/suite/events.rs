use std::sync::{Arc, Mutex};

use futures::stream;
use orgwide_fanout::{Control, Event, Fanout, Planned};
use tokio::time::sleep;

use crate::common::{Fault, Item, all, item, lane, plan, secs};

type Log = Arc<Mutex<Vec<String>>>;

fn logging(log: &Log) -> impl Fn(Event<'_, Item, u32, Fault>) + Send + Sync + 'static {
    let log = Arc::clone(log);
    move |event| {
        log.lock().unwrap().push(match event {
            Event::Planned { target } => format!("planned {}", target.number),
            Event::Started { target } => format!("started {}", target.number),
            Event::Ended(ended) => format!("{} {}", ended.outcome.kind(), ended.target.number),
            Event::PlanComplete { planned } => format!("plan complete {planned}"),
            Event::Draining { reason } => format!("draining: {reason}"),
            Event::Aborting => "aborting".to_owned(),
            other => format!("{other:?}"),
        });
    }
}

#[tokio::test(start_paused = true)]
async fn the_whole_run_is_told_in_order() {
    let log = Log::default();
    let items = stream::iter([
        Planned::Run(item(0, 0)),
        Planned::Skip(item(1, 1), "closed".into()),
        Planned::Run(item(2, 2)),
    ]);
    let fanout = Fanout::new().window(1).observer(logging(&log));
    all(&mut fanout.run(items, async |_| Ok(0))).await;
    assert_eq!(
        *log.lock().unwrap(),
        [
            "planned 0",
            "planned 1",
            "planned 2",
            "plan complete 3",
            "started 0",
            "skipped 1",
            "completed 0",
            "started 2",
            "completed 2",
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn a_drain_and_the_end_of_its_grace_are_told() {
    let log = Log::default();
    let fanout = Fanout::new().window(1).look_ahead(1).observer(logging(&log));
    let mut run = fanout.run(plan(lane(0, 9)), async |_| {
        sleep(secs(60)).await;
        Ok(0)
    });
    let control = run.control();
    tokio::spawn(async move {
        sleep(secs(1)).await;
        Control::drain(&control);
    });
    all(&mut run).await;
    assert_eq!(
        *log.lock().unwrap(),
        [
            "planned 0",
            "started 0",
            "planned 1",
            "draining: requested",
            "cancelled 1",
            "aborting",
            "cancelled 0",
        ]
    );
}
