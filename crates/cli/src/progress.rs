use std::io::{self, IsTerminal};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use orgwide_fanout::{Event, Outcome, Waits};
use orgwide_ledger::{Attempt, Recorder};
use orgwide_limit::Limiter;

use crate::job::{JobFailure, Target};
use crate::printer;

/// Between two lines where there is no terminal.
const LINE_EVERY: Duration = Duration::from_secs(10);
/// Before so many targets have ended, nothing can be said of the time that is left.
const FORESEEN_FROM: u64 = 20;

/// What happens in a run.
pub(crate) type Happening<'a> = Event<'a, Target, Option<Attempt>, JobFailure>;

/// How far a run is, for people: a bar on a terminal, a line now and then elsewhere.
#[derive(Debug, Clone)]
pub(crate) struct Progress(Arc<Counts>);

#[derive(Debug)]
struct Counts {
    planned: AtomicU64,
    ended: AtomicU64,
    not_completed: AtomicU64,
    requeued: AtomicU64,
    plan_complete: AtomicBool,
    started: Instant,
    recorder: Recorder,
    /// Who waits for what, once the run has begun.
    waits: OnceLock<Waits>,
    bar: Option<ProgressBar>,
}

impl Progress {
    /// Starts to show it, unless the user wants quiet.
    pub(crate) fn start(quiet: bool, limiter: &Limiter, recorder: &Recorder) -> Self {
        let on_terminal = io::stderr().is_terminal();
        let bar = (!quiet && on_terminal).then(|| {
            let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr_with_hz(8));
            // The template is a literal; were it wrong, the default style would do.
            if let Ok(style) = ProgressStyle::with_template("{elapsed_precise} [{bar:32}] {pos}/{msg}") {
                bar.set_style(style.progress_chars("=> "));
            }
            bar.enable_steady_tick(Duration::from_millis(125));
            bar
        });
        let progress = Self::counting(recorder, bar);
        if !quiet && !on_terminal {
            let (counts, limiter) = (Arc::downgrade(&progress.0), limiter.clone());
            tokio::spawn(async move {
                loop {
                    tokio::time::sleep(LINE_EVERY).await;
                    let Some(counts) = counts.upgrade() else { return };
                    let slowed = match limiter.learned().len() {
                        0 => String::new(),
                        rates => format!(", {rates} rates lowered because AWS throttled"),
                    };
                    printer::note(&format!("{}{slowed}{}", counts.line(), counts.waited_for()));
                }
            });
        }
        progress
    }

    /// Only counts.
    pub(crate) fn counting(recorder: &Recorder, bar: Option<ProgressBar>) -> Self {
        Self(Arc::new(Counts {
            planned: AtomicU64::new(0),
            ended: AtomicU64::new(0),
            not_completed: AtomicU64::new(0),
            requeued: AtomicU64::new(0),
            plan_complete: AtomicBool::new(false),
            started: Instant::now(),
            recorder: recorder.clone(),
            waits: OnceLock::new(),
            bar,
        }))
    }

    /// Shows from here on what most targets wait for.
    pub(crate) fn follow(&self, waits: Waits) {
        self.0.waits.get_or_init(|| waits);
    }

    /// Takes in what happened.
    pub(crate) fn see(&self, event: &Happening<'_>) {
        let counts = &*self.0;
        match event {
            Event::Planned { .. } => _ = counts.planned.fetch_add(1, Relaxed),
            Event::Requeued { .. } => _ = counts.requeued.fetch_add(1, Relaxed),
            Event::Ended(ended) => {
                counts.ended.fetch_add(1, Relaxed);
                if !matches!(ended.outcome, Outcome::Completed(_) | Outcome::Skipped(_)) {
                    counts.not_completed.fetch_add(1, Relaxed);
                }
            }
            Event::PlanComplete { .. } => counts.plan_complete.store(true, Relaxed),
            _ => {}
        }
        if let Some(bar) = &counts.bar {
            bar.set_length(counts.planned.load(Relaxed));
            bar.set_position(counts.ended.load(Relaxed));
            bar.set_message(counts.rest_of_line());
        }
    }

    /// Targets of this sitting that ended and neither completed nor were left out by a rule.
    pub(crate) fn not_completed(&self) -> u64 {
        self.0.not_completed.load(Relaxed)
    }

    /// Takes the bar away.
    pub(crate) fn clear(&self) {
        if let Some(bar) = &self.0.bar {
            bar.finish_and_clear();
        }
    }
}

impl Counts {
    fn line(&self) -> String {
        format!("{}/{}", self.ended.load(Relaxed), self.rest_of_line())
    }

    fn rest_of_line(&self) -> String {
        let complete = self.plan_complete.load(Relaxed);
        let planned = self.planned.load(Relaxed);
        let mut line = format!("{planned}{} targets", if complete { "" } else { "+" });
        line += &format!(", {} rows", self.recorder.written());
        let (lost, requeued) = (self.not_completed.load(Relaxed), self.requeued.load(Relaxed));
        if lost > 0 {
            line += &format!(", {lost} not completed");
        }
        if requeued > 0 {
            line += &format!(", {requeued} tried again");
        }
        if let Some(left) = self.left(planned).filter(|_| complete) {
            line += &format!(", about {} s left", left.as_secs());
        }
        line
    }

    /// How long it will still take if it goes on like this.
    fn left(&self, planned: u64) -> Option<Duration> {
        let ended = self.ended.load(Relaxed);
        let left = planned.checked_sub(ended).filter(|left| *left > 0 && ended >= FORESEEN_FROM)?;
        Some(self.started.elapsed().mul_f64(left as f64 / ended as f64))
    }

    /// What most targets wait for.
    fn waited_for(&self) -> String {
        let top = self.waits.get().map(|waits| waits.top(3)).unwrap_or_default();
        let waited: Vec<_> = top
            .iter()
            .filter(|wait| wait.now > 0)
            .map(|wait| format!("{} ({})", wait.key, wait.now))
            .collect();
        if waited.is_empty() { String::new() } else { format!("; waiting for {}", waited.join(", ")) }
    }
}
