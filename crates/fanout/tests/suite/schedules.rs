//! Random runs, checked against an expectation that is computed from the script of each job alone.

use std::collections::HashMap;
use std::panic::resume_unwind;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures::future::join;
use futures::{Stream, stream};
use orgwide_fanout::{Activity, Control, Event, Failure, Fanout, Outcome, Planned, Run, Summary};
use tokio::time::{Instant, sleep};

use crate::common::{Census, Fault, Item, TestEnded, TestOutcome, counted, item, timed};

/// Odd, while all durations below are even: nothing ends on the very deadline.
const LIMIT: u64 = 101;
const GRACE: u64 = 30;

#[derive(Clone, Copy)]
enum Step {
    Work(u64),
    Wait(u64),
    /// Two waits that begin together.
    Waits(u64, u64),
    /// A wait in a task that the job spawned.
    Elsewhere(u64),
}

#[derive(Clone, Copy)]
enum End {
    Value,
    Denied,
    Broken,
    Panic,
    /// A panic of the call, before there is a future.
    Early,
    Hang,
}

#[derive(Clone)]
struct Script {
    steps: Vec<Step>,
    end: End,
}

impl Script {
    fn random(random: &mut fastrand::Rng) -> Self {
        let mut some = |most: u64| 2 * random.u64(0..=most / 2);
        let lengths = [some(60), some(60), some(200), some(200), some(40)];
        let all = [
            Step::Work(lengths[0]),
            Step::Work(lengths[1]),
            Step::Wait(lengths[2]),
            Step::Waits(lengths[3], lengths[0]),
            Step::Elsewhere(lengths[4]),
        ];
        let steps = (0..random.usize(0..5)).map(|_| all[random.usize(0..all.len())]).collect();
        let ends = [End::Value, End::Value, End::Denied, End::Broken, End::Panic, End::Early, End::Hang];
        Self { steps, end: ends[random.usize(0..ends.len())] }
    }

    /// How it ends if nobody stops it, with its milliseconds of work and of waiting.
    fn expected(&self, number: u32) -> (TestOutcome, u64, u64) {
        let panicked = Outcome::Failed(Failure::Panicked(number.to_string()));
        if matches!(self.end, End::Early) {
            return (panicked, 0, 0);
        }
        let (mut worked, mut waited) = (0, 0);
        for step in &self.steps {
            match *step {
                Step::Work(time) if worked + time > LIMIT => return (Outcome::TimedOut, LIMIT, waited),
                Step::Work(time) => worked += time,
                Step::Wait(time) | Step::Elsewhere(time) => waited += time,
                Step::Waits(one, other) => waited += one.max(other),
            }
        }
        let outcome = match self.end {
            End::Value => Outcome::Completed(number),
            End::Denied => Outcome::Denied(Fault::Denied),
            End::Broken => Outcome::Failed(Failure::Error(Fault::Broken)),
            End::Panic | End::Early => panicked,
            End::Hang => return (Outcome::TimedOut, LIMIT, waited),
        };
        (outcome, worked, waited)
    }

    async fn play(self, number: u32) -> Result<u32, Fault> {
        let activity = Activity::current().ok_or(Fault::Broken)?;
        let wait = async |time| {
            let _waiting = activity.waiting();
            sleep(Duration::from_millis(time)).await;
        };
        for step in self.steps {
            match step {
                Step::Work(time) => sleep(Duration::from_millis(time)).await,
                Step::Wait(time) => wait(time).await,
                Step::Waits(one, other) => _ = join(wait(one), wait(other)).await,
                Step::Elsewhere(time) => {
                    let waiting = activity.waiting();
                    let elsewhere = async move {
                        sleep(Duration::from_millis(time)).await;
                        drop(waiting);
                    };
                    tokio::spawn(elsewhere).await.map_err(|_| Fault::Broken)?;
                }
            }
        }
        match self.end {
            End::Value => Ok(number),
            End::Denied => Err(Fault::Denied),
            End::Broken => Err(Fault::Broken),
            // A panic, but without the message of the panic hook a thousand times over.
            End::Panic | End::Early => resume_unwind(Box::new(number.to_string())),
            End::Hang => std::future::pending().await,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Stop {
    Never,
    Drain(u64),
    Abort(u64),
    DrainThenAbort(u64, u64),
}

/// What the observer saw.
#[derive(Default)]
struct Seen {
    started: HashMap<u32, Duration>,
    open: usize,
    running: usize,
    most_open: usize,
    most_running: usize,
}

struct World {
    window: usize,
    look_ahead: usize,
    scripts: Arc<Vec<Script>>,
    skipped: Vec<bool>,
    gaps: Vec<u64>,
    lanes: u32,
    stop: Stop,
    hangs: bool,
}

impl World {
    fn random(seed: u64) -> Self {
        let mut random = fastrand::Rng::with_seed(seed);
        let count = random.usize(0..80);
        let slow_plan = random.bool();
        let stop = match random.u32(0..5) {
            0 => Stop::Drain(random.u64(0..300)),
            1 => Stop::Abort(random.u64(0..300)),
            2 => Stop::DrainThenAbort(random.u64(0..200), random.u64(0..40)),
            _ => Stop::Never,
        };
        Self {
            window: random.usize(1..12),
            look_ahead: random.usize(1..30),
            scripts: Arc::new((0..count).map(|_| Script::random(&mut random)).collect()),
            skipped: (0..count).map(|_| random.u32(0..6) == 0).collect(),
            gaps: (0..count).map(|_| if slow_plan { 2 * random.u64(0..10) } else { 0 }).collect(),
            lanes: random.u32(1..10),
            stop,
            hangs: stop != Stop::Never && random.bool(),
        }
    }

    /// The plan, and the numbers of the targets it has handed out so far.
    fn plan(
        &self,
        pulled: Arc<Mutex<Vec<u32>>>,
    ) -> impl Stream<Item = Planned<Item>> + Send + 'static + use<> {
        let (skipped, gaps, lanes, hangs) = (self.skipped.clone(), self.gaps.clone(), self.lanes, self.hangs);
        stream::unfold(0, move |next: usize| {
            let gap = gaps.get(next).copied();
            let skip = skipped.get(next).copied().unwrap_or_default();
            let pulled = Arc::clone(&pulled);
            async move {
                match gap {
                    Some(0) => {}
                    Some(gap) => sleep(Duration::from_millis(gap)).await,
                    None if hangs => std::future::pending().await,
                    None => return None,
                }
                let number = u32::try_from(next).ok()?;
                let target = item(number % lanes, number);
                pulled.lock().ok()?.push(number);
                let planned =
                    if skip { Planned::Skip(target, "by a rule".into()) } else { Planned::Run(target) };
                Some((planned, next + 1))
            }
        })
    }

    fn run(
        &self,
        pulled: Arc<Mutex<Vec<u32>>>,
        seen: &Arc<Mutex<Seen>>,
        census: Census,
    ) -> Run<Item, u32, Fault> {
        let (start, seen) = (Instant::now(), Arc::clone(seen));
        let observer = move |event: Event<'_, Item, u32, Fault>| {
            let Ok(mut seen) = seen.lock() else { return };
            match event {
                Event::Planned { .. } => seen.open += 1,
                Event::Started { target } => {
                    seen.started.insert(target.number, start.elapsed());
                    seen.running += 1;
                }
                Event::Ended(ended) => {
                    seen.open -= 1;
                    seen.running -= usize::from(seen.started.contains_key(&ended.target.number));
                }
                _ => {}
            }
            seen.most_open = seen.most_open.max(seen.open);
            seen.most_running = seen.most_running.max(seen.running);
        };
        let scripts = Arc::clone(&self.scripts);
        Fanout::new()
            .window(self.window)
            .look_ahead(self.look_ahead)
            .item_timeout(Duration::from_millis(LIMIT))
            .drain_grace(Duration::from_millis(GRACE))
            .observer(observer)
            .run(self.plan(pulled), move |item| {
                let script = scripts[item.number as usize].clone();
                let alive = census.enter();
                if let End::Early = script.end {
                    resume_unwind(Box::new(item.number.to_string()));
                }
                async move {
                    let _alive = alive;
                    script.play(item.number).await
                }
            })
    }

    /// By when no target may start any more, and by when all must have ended.
    fn bounds(&self) -> Option<(u64, u64)> {
        match self.stop {
            Stop::Never => None,
            Stop::Drain(at) => Some((at, at + GRACE)),
            Stop::Abort(at) => Some((at, at)),
            Stop::DrainThenAbort(at, after) => Some((at, at + GRACE.min(after))),
        }
    }

    fn check(&self, seed: u64, all: &[(Duration, TestEnded)], summary: Summary, seen: &Seen) {
        let bounds = self.bounds();
        for (at, ended) in all {
            let number = ended.target.number;
            let context = format!("seed {seed}, target {number}: {ended:?}");
            let started = seen.started.get(&number);
            if let Some((last_start, last_end)) = bounds {
                assert!(*at <= Duration::from_millis(last_end), "{at:?} {context}");
                assert!(started.is_none_or(|at| *at <= Duration::from_millis(last_start)), "{context}");
            }
            let Some(started) = started else {
                assert_eq!(ended.working + ended.waiting, Duration::ZERO, "{context}");
                if self.skipped[number as usize] {
                    assert_eq!(ended.outcome, Outcome::Skipped("by a rule".into()), "{context}");
                } else {
                    assert!(bounds.is_some() && ended.outcome == Outcome::Cancelled, "{context}");
                }
                continue;
            };
            assert!(!self.skipped[number as usize], "{context}");
            assert_eq!(ended.working + ended.waiting, *at - *started, "{context}");
            if bounds.is_some() && ended.outcome == Outcome::Cancelled {
                continue;
            }
            let (outcome, worked, waited) = self.scripts[number as usize].expected(number);
            assert_eq!(ended.outcome, outcome, "{context}");
            let times = (Duration::from_millis(worked), Duration::from_millis(waited));
            assert_eq!((ended.working, ended.waiting), times, "{context}");
        }
        let targets = all.iter().map(|(_, ended)| ended);
        assert_eq!(summary, counted(targets, summary.plan_complete), "seed {seed}");
        assert!(summary.adds_up(), "seed {seed}");
        if bounds.is_none() {
            assert!(summary.plan_complete && all.len() == self.scripts.len(), "seed {seed}");
        }
        assert!(!(self.hangs && summary.plan_complete), "seed {seed}");
        assert!(seen.most_running <= self.window, "seed {seed}");
        assert!(seen.most_open <= self.window + self.look_ahead, "seed {seed}");
    }
}

fn stop(control: Control, stop: Stop) {
    tokio::spawn(async move {
        let after = |time| sleep(Duration::from_millis(time));
        match stop {
            Stop::Never => {}
            Stop::Drain(at) => {
                after(at).await;
                control.drain();
            }
            Stop::Abort(at) => {
                after(at).await;
                control.abort();
            }
            Stop::DrainThenAbort(at, then) => {
                after(at).await;
                control.drain();
                after(then).await;
                control.abort();
            }
        }
    });
}

#[tokio::test(start_paused = true)]
async fn every_target_ends_once_and_as_its_script_says() {
    let mut kinds = HashMap::new();
    for seed in 0..1_000 {
        let world = World::random(seed);
        let (pulled, seen, census) = (Arc::default(), Arc::default(), Census::default());
        let mut run = world.run(Arc::clone(&pulled), &seen, census.clone());
        stop(run.control(), world.stop);
        let all = timed(&mut run).await;
        assert_eq!(census.now(), 0, "seed {seed}: a job outlived the run");
        world.check(seed, &all, run.summary(), &seen.lock().unwrap());
        let mut ended: Vec<_> = all.iter().map(|(_, ended)| ended.target.number).collect();
        ended.sort_unstable();
        assert_eq!(ended, *pulled.lock().unwrap(), "seed {seed}: pulled and ended differ");
        for (_, ended) in &all {
            *kinds.entry((ended.outcome.kind(), world.bounds().is_some())).or_insert(0) += 1;
        }
    }
    // The schedules mean something only if they bring about every outcome, in stopped runs and in whole ones.
    assert_eq!(kinds.len(), 11, "{kinds:?}");
    assert!(kinds.values().all(|&count| count > 200), "{kinds:?}");
}
