//! Random runs, checked against an expectation that is computed from the script of each job alone.

use std::collections::{HashMap, HashSet};
use std::panic::resume_unwind;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures::future::join;
use futures::{Stream, stream};
use orgwide_fanout::{
    Activity, Control, Event, Failure, FailureBudget, Fanout, Outcome, OutcomeKind, Planned, Run, StopReason,
    Summary,
};
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
    /// So many attempts end as busy instead, for this long.
    busy: u32,
    busy_for: u64,
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
        let end = ends[random.usize(0..ends.len())];
        let busy = if random.u32(0..3) == 0 { random.u32(1..4) } else { 0 };
        Self { steps, end, busy, busy_for: if random.bool() { 0 } else { random.u64(0..4_000) } }
    }

    fn busy(&self) -> TestOutcome {
        Outcome::Failed(Failure::Error(Fault::Busy(self.busy_for)))
    }

    /// How this attempt ends if nobody stops it, with its milliseconds of work and of waiting.
    fn expected(&self, number: u32, attempt: u32) -> (TestOutcome, u64, u64) {
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
            _ if attempt <= self.busy => self.busy(),
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
            _ if activity.attempt() <= self.busy => Err(Fault::Busy(self.busy_for)),
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

/// What the observer saw, and whatever of it must not be.
#[derive(Default)]
struct Seen {
    starts: HashMap<u32, Vec<Duration>>,
    /// Those that have a slot.
    running: HashSet<u32>,
    /// Until when each of those that wait to be run again must wait.
    not_before: HashMap<u32, Duration>,
    open: usize,
    most_open: usize,
    most_running: usize,
    draining: Option<(Duration, StopReason)>,
    failures: u64,
    denied: HashSet<u32>,
    /// When there were more failures than the budget.
    too_many: Option<Duration>,
    faults: Vec<String>,
}

impl Seen {
    fn see(&mut self, at: Duration, event: &Event<'_, Item, u32, Fault>, world: &Rules) {
        match event {
            Event::Planned { target } => {
                if world.barriers[target.number as usize] && self.open > 0 {
                    self.faults.push(format!("{} passed a barrier with {} open", target.number, self.open));
                }
                self.open += 1;
            }
            Event::Started { target } => {
                if self.not_before.remove(&target.number).is_some_and(|not_before| at < not_before) {
                    self.faults.push(format!("{} came back too early", target.number));
                }
                if self.draining.is_some() || self.too_many.is_some() {
                    self.faults.push(format!("{} started in a run that was stopped", target.number));
                }
                self.starts.entry(target.number).or_default().push(at);
                self.running.insert(target.number);
            }
            Event::Requeued { target, attempt, after, error } => {
                self.running.remove(&target.number);
                self.not_before.insert(target.number, at + *after);
                // The jitter is half of it: 1 s, 2 s, 4 s.
                let Fault::Busy(least) = error else {
                    return self.faults.push(format!("{error:?} was repeated"));
                };
                let (least, longest) =
                    (Duration::from_millis(*least), Duration::from_secs(1 << (attempt - 1)));
                if *after < least.max(longest / 2) || *after > least.max(longest) {
                    self.faults.push(format!("{after:?} after attempt {attempt}, {least:?} asked for"));
                }
            }
            Event::Ended(ended) => {
                self.open -= 1;
                self.running.remove(&ended.target.number);
                self.failures += u64::from(match ended.outcome {
                    Outcome::Failed(_) | Outcome::TimedOut => true,
                    Outcome::Denied(_) => self.denied.insert(ended.target.lane),
                    _ => false,
                });
                if world.budget.is_some_and(|most| self.failures > most) {
                    self.too_many = self.too_many.or(Some(at));
                }
            }
            Event::Draining { reason } => self.draining = Some((at, *reason)),
            _ => {}
        }
        self.most_open = self.most_open.max(self.open);
        self.most_running = self.most_running.max(self.running.len());
    }
}

/// What the observer has to know of the world.
#[derive(Clone)]
struct Rules {
    /// Which targets stand behind a barrier.
    barriers: Arc<Vec<bool>>,
    budget: Option<u64>,
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
    seed: u64,
    requeue: u32,
    deadline: Option<u64>,
    rules: Rules,
}

impl World {
    fn random(seed: u64) -> Self {
        let mut random = fastrand::Rng::with_seed(seed);
        let count = random.usize(0..80);
        let slow_plan = random.bool();
        // Some long enough for targets to be run again.
        let long = if random.bool() { 20 } else { 1 };
        let stop = match random.u32(0..5) {
            0 => Stop::Drain(random.u64(0..300 * long)),
            1 => Stop::Abort(random.u64(0..300 * long)),
            2 => Stop::DrainThenAbort(random.u64(0..200 * long), random.u64(0..40)),
            _ => Stop::Never,
        };
        let barriers = match random.u32(0..3) {
            0 => (0..count).map(|_| random.u32(0..12) == 0).collect(),
            _ => vec![false; count],
        };
        let budget = (random.u32(0..4) == 0).then(|| random.u64(0..12));
        Self {
            window: random.usize(1..12),
            look_ahead: random.usize(1..30),
            scripts: Arc::new((0..count).map(|_| Script::random(&mut random)).collect()),
            skipped: (0..count).map(|_| random.u32(0..6) == 0).collect(),
            gaps: (0..count).map(|_| if slow_plan { 2 * random.u64(0..10) } else { 0 }).collect(),
            lanes: random.u32(1..10),
            stop,
            hangs: stop != Stop::Never && random.bool(),
            seed,
            requeue: random.u32(0..4),
            deadline: (random.u32(0..5) == 0).then(|| random.u64(0..300 * long)),
            rules: Rules { barriers: Arc::new(barriers), budget },
        }
    }

    /// The plan, and the numbers of the targets it has handed out so far.
    fn plan(
        &self,
        pulled: Arc<Mutex<Vec<u32>>>,
    ) -> impl Stream<Item = Planned<Item>> + Send + 'static + use<> {
        let (skipped, gaps, lanes, hangs) = (self.skipped.clone(), self.gaps.clone(), self.lanes, self.hangs);
        let barriers = Arc::clone(&self.rules.barriers);
        stream::unfold((0, false), move |(next, passed): (usize, bool)| {
            let barrier = !passed && barriers.get(next).is_some_and(|barrier| *barrier);
            let gap = gaps.get(next).copied();
            let skip = skipped.get(next).copied().unwrap_or_default();
            let pulled = Arc::clone(&pulled);
            async move {
                if barrier {
                    return Some((Planned::Barrier, (next, true)));
                }
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
                Some((planned, (next + 1, false)))
            }
        })
    }

    fn run(
        &self,
        pulled: Arc<Mutex<Vec<u32>>>,
        seen: &Arc<Mutex<Seen>>,
        census: Census,
    ) -> Run<Item, u32, Fault> {
        let (start, seen, rules) = (Instant::now(), Arc::clone(seen), self.rules.clone());
        let observer = move |event: Event<'_, Item, u32, Fault>| {
            let Ok(mut seen) = seen.lock() else { return };
            seen.see(start.elapsed(), &event, &rules);
        };
        let scripts = Arc::clone(&self.scripts);
        Fanout::new()
            .window(self.window)
            .look_ahead(self.look_ahead)
            .item_timeout(Duration::from_millis(LIMIT))
            .drain_grace(Duration::from_millis(GRACE))
            .deadline(self.deadline.map(Duration::from_millis))
            .requeue(self.requeue)
            .seed(self.seed)
            .max_failures(self.rules.budget.map(FailureBudget::count))
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

    /// When it was asked to stop, if it was.
    fn stopped_at(&self) -> Option<u64> {
        match self.stop {
            Stop::Never => None,
            Stop::Drain(at) | Stop::Abort(at) | Stop::DrainThenAbort(at, _) => Some(at),
        }
    }

    /// By when all must have ended.
    fn last_end(&self, draining: Duration) -> Duration {
        let ms = Duration::from_millis;
        let over = draining + ms(GRACE);
        match self.stop {
            Stop::Never | Stop::Drain(_) => over,
            Stop::Abort(at) => over.min(draining.max(ms(at))),
            Stop::DrainThenAbort(at, then) => over.min(draining.max(ms(at + then))),
        }
    }

    /// What stopped the run did so in time, and nothing else would have done so earlier.
    fn check_stop(&self, context: &str, end: Duration, seen: &Seen) {
        let causes = [
            (self.stopped_at().map(Duration::from_millis), StopReason::Requested),
            (self.deadline.map(Duration::from_millis), StopReason::Deadline),
            (seen.too_many, StopReason::Failures),
        ];
        let first = causes.iter().filter_map(|(at, _)| *at).min();
        match seen.draining {
            Some((at, reason)) => {
                assert_eq!(Some(at), first, "{context}: {reason}");
                assert!(causes.contains(&(Some(at), reason)), "{context}: {reason} at {at:?}");
            }
            // At the very end it may be too late.
            None => assert!(first.is_none_or(|at| at >= end), "{context}: {first:?} {end:?}"),
        }
    }

    fn check(&self, all: &[(Duration, TestEnded)], summary: Summary, seen: &Seen) {
        let seed = self.seed;
        assert_eq!(seen.faults, <Vec<String>>::new(), "seed {seed}");
        let end = all.last().map(|(at, _)| *at).unwrap_or_default();
        self.check_stop(&format!("seed {seed}"), end, seen);
        for (at, ended) in all {
            let number = ended.target.number;
            let context = format!("seed {seed}, target {number}: {ended:?}");
            if let Some((draining, _)) = seen.draining {
                assert!(*at <= self.last_end(draining), "{at:?} {context}");
            }
            let starts = seen.starts.get(&number).map_or(&[][..], Vec::as_slice);
            assert_eq!(ended.attempts as usize, starts.len(), "{context}");
            let (Some(first), Some(last)) = (starts.first(), starts.last()) else {
                assert_eq!(ended.working + ended.waiting + ended.retrying, Duration::ZERO, "{context}");
                if self.skipped[number as usize] {
                    assert_eq!(ended.outcome, Outcome::Skipped("by a rule".into()), "{context}");
                } else {
                    assert!(seen.draining.is_some() && ended.outcome == Outcome::Cancelled, "{context}");
                }
                continue;
            };
            assert!(!self.skipped[number as usize], "{context}");
            assert_eq!(ended.retrying, *last - *first, "{context}");
            let script = &self.scripts[number as usize];
            let gave_up = ended.attempts <= self.requeue && ended.outcome == script.busy();
            if gave_up {
                // It was to be run again, and ended where that could not be any more.
                assert!(seen.draining.is_some(), "{context}");
            } else {
                assert_eq!(ended.working + ended.waiting, *at - *last, "{context}");
            }
            if seen.draining.is_some() && ended.outcome == Outcome::Cancelled {
                continue;
            }
            let (outcome, working, waiting) = script.expected(number, ended.attempts);
            assert_eq!(ended.outcome, outcome, "{context}");
            let times = (Duration::from_millis(working), Duration::from_millis(waiting));
            assert_eq!((ended.working, ended.waiting), times, "{context}");
        }
        let targets = all.iter().map(|(_, ended)| ended);
        assert_eq!(summary, counted(targets, summary.plan_complete), "seed {seed}");
        assert!(summary.adds_up(), "seed {seed}");
        if seen.draining.is_none() {
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

/// 300 random runs, and 10,000 when `ORGWIDE_SOAK` is set.
fn seeds() -> std::ops::Range<u64> {
    0..if std::env::var_os("ORGWIDE_SOAK").is_some() { 10_000 } else { 300 }
}

#[tokio::test(start_paused = true)]
async fn every_target_ends_once_and_as_its_script_says() {
    let mut kinds: HashMap<(OutcomeKind, bool), u32> = HashMap::new();
    let (mut reasons, mut repeated) = (HashMap::new(), 0);
    for seed in seeds() {
        let world = World::random(seed);
        let (pulled, seen, census) = (Arc::default(), Arc::default(), Census::default());
        let mut run = world.run(Arc::clone(&pulled), &seen, census.clone());
        stop(run.control(), world.stop);
        let all = timed(&mut run).await;
        let seen = seen.lock().unwrap();
        assert_eq!(census.now(), 0, "seed {seed}: a job outlived the run");
        assert!(census.peak() <= world.window, "seed {seed}");
        assert_eq!(run.stopped(), seen.draining.map(|(_, reason)| reason), "seed {seed}");
        world.check(&all, run.summary(), &seen);
        let mut ended: Vec<_> = all.iter().map(|(_, ended)| ended.target.number).collect();
        ended.sort_unstable();
        assert_eq!(ended, *pulled.lock().unwrap(), "seed {seed}: pulled and ended differ");
        for (_, ended) in &all {
            *kinds.entry((ended.outcome.kind(), seen.draining.is_some())).or_default() += 1;
            repeated += usize::from(ended.attempts > 1);
        }
        *reasons.entry(run.stopped()).or_insert(0) += 1;
    }
    // The schedules mean something only if they bring about every outcome, in stopped runs and in whole ones, and
    // every reason to stop.
    assert_eq!((kinds.len(), reasons.len()), (11, 4), "{kinds:?} {reasons:?}");
    assert!(kinds.values().all(|&count| count > 50), "{kinds:?}");
    assert!(reasons.values().all(|&count| count > 15) && repeated > 300, "{reasons:?} {repeated}");
}
