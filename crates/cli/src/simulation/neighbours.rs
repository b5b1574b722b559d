//! One account does not hurt another: what goes on in some leaves the others as fast as they are without it.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use orgwide_fanout::Event;
use orgwide_inventory::Collectors;
use orgwide_ledger::{Follow, Ledger};
use orgwide_models::Catalog;
use orgwide_names::Partition;
use orgwide_regional::RegionSelection;
use orgwide_simulator::{Answer, Fault, Simulator, WorldSpec};
use parking_lot::Mutex;
use tokio::time::Instant;

use super::history::new_run;
use super::sitting::{begun, session};
use crate::launch::{Course, source};
use crate::progress::{Happening, Progress};
use crate::runner::{Pace, Runner};
use crate::stopping::Stopping;
use crate::task::Task;

/// How long an answer takes that nothing delays.
const LATENCY: Duration = Duration::from_millis(20);
/// Slow, throttled and mute: their places in the list, which is not that of the caller.
const BAD: [usize; 3] = [5, 6, 7];

fn world() -> WorldSpec {
    let regions = ["us-east-1", "eu-west-1", "ap-southeast-2", "us-west-2"].map(str::to_owned).to_vec();
    WorldSpec { accounts: 60, regions, instances: 4, page_items: 2, seed: 6, ..WorldSpec::default() }
}

/// When the last target of the accounts that are not bad ended, with the bad ones being bad or not; and how all their
/// targets ended is checked.
fn makespan(bad: bool) -> Duration {
    fastrand::seed(6);
    let ids: Vec<String> = Simulator::builder(world())
        .build()
        .unwrap()
        .truth()
        .accounts
        .iter()
        .map(|account| account.id.clone())
        .collect();
    let answers = [Answer::Late(LATENCY * 100), Answer::Throttling, Answer::Hang];
    let faults = BAD.iter().zip(answers).map(|(index, answer)| {
        Fault::on("ec2", "DescribeInstances").account(&ids[*index]).answers([answer]).repeat()
    });
    let faults: Vec<_> = if bad { faults.collect() } else { Vec::new() };
    let simulator = Simulator::builder(world()).latency(LATENCY).faults(faults).build().unwrap();
    let of_bad: BTreeSet<String> = BAD.iter().map(|index| ids[*index].clone()).collect();
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build().unwrap();
    let (last, others, completed) = runtime.block_on(run(&simulator, of_bad));
    // 57 accounts in four regions.
    assert_eq!((others, completed), (57 * 4, 57 * 4));
    last
}

async fn run(simulator: &Simulator, bad: BTreeSet<String>) -> (Duration, u64, u64) {
    let ledger = Ledger::temporary().unwrap().inline();
    let recorder = ledger.begin(new_run(), Vec::new(), Follow::default()).unwrap();
    let course = Course {
        regions: RegionSelection::parse(Partition::aws(), &world().regions, &[] as &[&str]).unwrap(),
        verify_identity: false,
        tasks: Collectors::built_in(Catalog::embedded())
            .unwrap()
            .find(&["ec2:instance"])
            .unwrap()
            .into_iter()
            .map(Task::Collect)
            .collect(),
        canary: false,
        strict_waves: false,
        resumed: false,
        is_planned: false,
    };
    let start = Instant::now();
    let (hub, source) = source(begun(session(simulator).await), course).await.unwrap();
    let runner = Runner {
        session: hub.session.clone(),
        source,
        recorder: recorder.clone(),
        window: 512,
        pace: Pace { item_timeout: Duration::from_secs(300), deadline: None, max_failures: None },
        repeatable: true,
        resumed: false,
    };
    let seen = Arc::new(Mutex::new((Duration::ZERO, 0, 0)));
    let noted = Arc::clone(&seen);
    let see = move |event: &Happening<'_>| {
        if let Event::Ended(ended) = event
            && !bad.contains(ended.target.account.id.as_str())
        {
            let mut noted = noted.lock();
            noted.0 = start.elapsed();
            noted.1 += 1;
            noted.2 += u64::from(ended.outcome.kind() == orgwide_fanout::OutcomeKind::Completed);
        }
    };
    runner.run(Progress::counting(&recorder, None), see, |_| Stopping::default()).await;
    *seen.lock()
}

#[test]
fn a_slow_a_throttled_and_a_mute_account_cost_the_others_no_time() {
    let [without, with] = [false, true].map(makespan);
    println!("the others ended after {without:?} without them, after {with:?} with them");
    assert!(with <= without.mul_f64(1.01), "{with:?} against {without:?}");
}
