use std::io::{self, IsTerminal};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use orgwide_fanout::{Event, Outcome};
use orgwide_limit::Limiter;

use crate::job::{JobFailure, Target};
use crate::printer;

/// Between two lines where there is no terminal.
const LINE_EVERY: Duration = Duration::from_secs(10);

/// How far a run is, for people: a bar on a terminal, a line now and then elsewhere.
#[derive(Debug, Clone)]
pub(crate) struct Progress(Arc<Counts>);

#[derive(Debug)]
struct Counts {
    planned: AtomicU64,
    ended: AtomicU64,
    not_completed: AtomicU64,
    rows: AtomicU64,
    plan_complete: AtomicBool,
    bar: Option<ProgressBar>,
}

impl Progress {
    /// Starts to show it, unless the user wants quiet.
    pub(crate) fn start(quiet: bool, limiter: &Limiter) -> Self {
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
        let progress = Self(Arc::new(Counts {
            planned: AtomicU64::new(0),
            ended: AtomicU64::new(0),
            not_completed: AtomicU64::new(0),
            rows: AtomicU64::new(0),
            plan_complete: AtomicBool::new(false),
            bar,
        }));
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
                    printer::note(&format!("{}{slowed}", counts.line()));
                }
            });
        }
        progress
    }

    /// Takes in what happened.
    pub(crate) fn see(&self, event: &Event<'_, Target, (), JobFailure>) {
        let counts = &*self.0;
        match event {
            Event::Planned { .. } => _ = counts.planned.fetch_add(1, Relaxed),
            Event::Ended(ended) => {
                counts.ended.fetch_add(1, Relaxed);
                if !matches!(ended.outcome, Outcome::Completed(()) | Outcome::Skipped(_)) {
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

    /// Counts rows that were written.
    pub(crate) fn rows(&self, more: u64) {
        self.0.rows.fetch_add(more, Relaxed);
    }

    pub(crate) fn written(&self) -> u64 {
        self.0.rows.load(Relaxed)
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
        let more = if self.plan_complete.load(Relaxed) { "" } else { "+" };
        let planned = self.planned.load(Relaxed);
        let rows = self.rows.load(Relaxed);
        match self.not_completed.load(Relaxed) {
            0 => format!("{planned}{more} targets, {rows} rows"),
            lost => format!("{planned}{more} targets, {rows} rows, {lost} not completed"),
        }
    }
}
