use std::time::Duration;

/// How a bucket's rate follows what AWS answers: one cut per volley of throttles, and a way back that is
/// counted in calls.
///
/// A probe above what AWS allows costs at least one throttled call, so at most one call in a hundred is
/// throttled only if there are a hundred calls between two probes, at whatever rate. Calls that did not have
/// to wait say nothing about the rate, and are not counted.
#[derive(Default)]
pub(crate) struct Adaptation {
    recent: Recent,
    /// Calls that had to wait and succeeded since the last cut.
    calls: u32,
    cuts: u32,
}

/// A cut keeps this much of what is known to work.
const KEEP: f64 = 0.95;
/// No answer cuts the rate to less than this part of it.
const DEEPEST: f64 = 0.5;
/// No cut goes below this many calls a second.
const FLOOR: f64 = 0.5;
/// The way back: each call raises the rate by this much, twice as much every 200 calls, up to the most.
const FIRST_STEP: f64 = 0.0002;
const DOUBLES_AFTER: f64 = 200.0;
const MOST_STEP: f64 = 0.02;

impl Adaptation {
    /// How many cuts there were; a call remembers this, to tell whether it left before the last one.
    pub(crate) fn cuts(&self) -> u32 {
        self.cuts
    }

    /// The rate after a call was throttled, if that changes it.
    pub(crate) fn throttled(
        &mut self,
        left_after: u32,
        rate: f64,
        configured: f64,
        now: Duration,
    ) -> Option<f64> {
        if left_after != self.cuts {
            return None;
        }
        self.cuts = self.cuts.wrapping_add(1);
        self.calls = 0;
        let works = KEEP * rate.min(self.recent.per_second(now));
        Some(works.max(rate * DEEPEST).max(FLOOR).min(configured).min(rate))
    }

    /// The rate after a call succeeded, if that changes it.
    pub(crate) fn succeeded(
        &mut self,
        waited: bool,
        rate: f64,
        configured: f64,
        now: Duration,
    ) -> Option<f64> {
        self.recent.add(now);
        if !waited || rate >= configured {
            return None;
        }
        self.calls = self.calls.saturating_add(1);
        let step = FIRST_STEP * (f64::from(self.calls) / DOUBLES_AFTER).exp2();
        Some((rate * (1.0 + step.min(MOST_STEP))).min(configured))
    }
}

/// How many calls succeeded in the last two seconds, kept by eighths of a second.
///
/// The eighth under way is counted besides the sixteen before it, and after a pause the time counts from its end.
/// Too much by a little does no harm, for a cut starts from the rate if that is lower; too little would cut deep at
/// a few calls a second, and the way back is long.
#[derive(Default)]
struct Recent {
    counts: [u32; SLOTS],
    /// The slot of the last call, counted from the start of time.
    last: u64,
    /// The slot of the first call after a pause.
    since: u64,
}

const SLOTS: usize = 17;
const SLOT: Duration = Duration::from_millis(125);
const LEAST_WINDOW: f64 = 1.0;
const WINDOW: f64 = 2.0;

impl Recent {
    fn add(&mut self, now: Duration) {
        self.advance(now);
        if self.calls() == 0 {
            self.since = self.last;
        }
        self.counts[self.last as usize % SLOTS] += 1;
    }

    fn per_second(&mut self, now: Duration) -> f64 {
        self.advance(now);
        let window = SLOT.as_secs_f64() * (self.last - self.since) as f64;
        f64::from(self.calls()) / window.clamp(LEAST_WINDOW, WINDOW)
    }

    fn calls(&self) -> u32 {
        self.counts.iter().sum()
    }

    fn advance(&mut self, now: Duration) {
        let slot = (now.as_nanos() / SLOT.as_nanos()) as u64;
        for passed in (self.last + 1..=slot).take(SLOTS) {
            self.counts[passed as usize % SLOTS] = 0;
        }
        self.last = self.last.max(slot);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    fn after_successes(per_second: u32) -> Adaptation {
        let mut adaptation = Adaptation::default();
        for call in 0..2 * per_second {
            assert_eq!(adaptation.succeeded(true, 9.0, 9.0, SECOND * 2 * call / (2 * per_second)), None);
        }
        adaptation
    }

    #[test]
    fn a_volley_is_one_cut() {
        let mut adaptation = after_successes(8);
        let now = SECOND * 2;
        let first = adaptation.throttled(0, 9.0, 9.0, now).unwrap();
        assert!((first - 0.95 * 8.0).abs() < 1e-9, "{first}");
        for _ in 0..100 {
            assert_eq!(adaptation.throttled(0, first, 9.0, now), None);
        }
        assert!(adaptation.throttled(1, first, 9.0, now).is_some(), "it left after the first cut");
    }

    #[test]
    fn a_cut_never_takes_more_than_half_and_stops_at_the_floor_or_the_rate() {
        let cut = |rate, configured| Adaptation::default().throttled(0, rate, configured, SECOND);
        assert_eq!(cut(100.0, 100.0), Some(50.0));
        assert_eq!(cut(0.8, 10.0), Some(0.5));
        assert_eq!(cut(0.1, 0.1), Some(0.1));
    }

    #[test]
    fn the_way_back_is_slow_at_first_and_doubles_every_two_hundred_calls() {
        let mut adaptation = Adaptation::default();
        assert_eq!(adaptation.succeeded(false, 1.0, 10.0, SECOND), None, "it did not wait");
        let step = |adaptation: &mut Adaptation| adaptation.succeeded(true, 1.0, 10.0, SECOND).unwrap() - 1.0;
        let steps: Vec<f64> = (0..2000).map(|_| step(&mut adaptation)).collect();
        for (call, expected) in [(200, 0.0004), (400, 0.0008), (1000, 0.0064), (2000, 0.02)] {
            assert!((steps[call - 1] - expected).abs() < 1e-9, "{call}: {}", steps[call - 1]);
        }
        assert_eq!(
            adaptation.succeeded(true, 9.999, 10.0, SECOND),
            Some(10.0),
            "never above the configured rate"
        );
    }

    #[test]
    fn what_was_longer_than_two_seconds_ago_does_not_count() {
        let mut recent = Recent::default();
        (0..10).for_each(|_| recent.add(SECOND));
        (0..4).for_each(|_| recent.add(SECOND * 3));
        for (now, expected) in [(SECOND * 3, 7.0), (SECOND * 3 + SLOT, 2.0), (SECOND * 3000, 0.0)] {
            assert!((recent.per_second(now) - expected).abs() < 1e-9, "{now:?}");
        }
    }

    #[test]
    fn after_a_pause_the_time_counts_from_its_end() {
        let mut recent = Recent::default();
        for start in [SECOND, SECOND * 100] {
            (0..6).for_each(|_| recent.add(start));
            for (later, expected) in [(0, 6.0), (8, 6.0), (12, 4.0), (16, 3.0), (17, 0.0)] {
                assert!(
                    (recent.per_second(start + SLOT * later) - expected).abs() < 1e-9,
                    "{start:?} {later}"
                );
            }
        }
    }
}
