use std::time::Duration;

use crate::log::Request;

/// A call in the unit of the sums: a rate in billionths of a call per second times microseconds is a whole
/// number of these, so nothing is rounded and a caller exactly at its limit has an excess of exactly 0.
const CALL: i128 = 1_000_000_000_000_000;

/// How many calls a rate limit lets through in any window of time: a judge for the log.
///
/// Nobody who keeps to `rate` calls per second with `burst` at once sends more than burst + rate × T in any window of
/// length T. That says it all: a counter that is reset every second would pass two bursts back to back.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
/// use orgwide_simulator::{Request, Windows};
///
/// /// By how many calls the listing of accounts was ever too fast.
/// fn excess(log: &[Request]) -> f64 {
///     let calls = log.iter().filter(|request| request.operation == "ListAccounts");
///     Windows::new(8.0, 12).jitter(Duration::from_millis(5)).excess(calls)
/// }
/// ```
#[derive(Debug, Clone)]
pub struct Windows {
    /// In order of time, never empty; the first holds from the beginning.
    steps: Vec<Step>,
    /// In microseconds.
    jitter: i128,
}

#[derive(Debug, Clone, Copy)]
struct Step {
    /// In microseconds since the simulator was made.
    from: i128,
    /// In billionths of a call per second.
    rate: i128,
    burst: i128,
}

impl Step {
    fn new(from: Duration, rate: f64, burst: u32) -> Self {
        // Rounded up: the judge must not be stricter than what it was given.
        let rate = (rate.clamp(0.0, 1e9) * 1e9).ceil() as i128;
        Self { from: micros(from), rate, burst: i128::from(burst) * CALL }
    }
}

fn micros(time: Duration) -> i128 {
    i128::from(u64::try_from(time.as_micros()).unwrap_or(u64::MAX))
}

impl Windows {
    /// The limit to judge by: `rate` calls per second, from 0 to 10^9, with a burst of `burst` calls.
    #[must_use]
    pub fn new(rate: f64, burst: u32) -> Self {
        Self { steps: vec![Step::new(Duration::ZERO, rate, burst)], jitter: 0 }
    }

    /// How much longer than another a call may have been on its way; nothing by default.
    ///
    /// The log knows when calls arrive, the caller keeps to its limit when it sends them, so a window may hold
    /// what was sent this much earlier: burst + rate × (T + jitter). The log counts whole microseconds, which
    /// alone is a jitter of one.
    #[must_use]
    pub fn jitter(self, jitter: Duration) -> Self {
        Self { jitter: micros(jitter), ..self }
    }

    /// The limit changes at this time of the log ([`Simulator::elapsed`](crate::Simulator::elapsed)). A window
    /// that spans a change is allowed the burst of its beginning and each rate for as long as it held: a change
    /// must not hand out a new burst.
    #[must_use]
    pub fn then(mut self, at: Duration, rate: f64, burst: u32) -> Self {
        self.steps.push(Step::new(at, rate, burst));
        // The first holds from the beginning, whatever comes at that very time.
        self.steps[1..].sort_by_key(|step| step.from);
        self
    }

    /// By how many calls the worst window is above what it is allowed: 0 or less when the limit was kept in every
    /// one.
    ///
    /// Of no calls at all it is NaN, so that an assertion `excess <= 0.0` about calls that never came fails.
    #[must_use]
    pub fn excess<'a>(&self, calls: impl IntoIterator<Item = &'a Request>) -> f64 {
        let mut arrivals: Vec<i128> =
            calls.into_iter().map(|request| i128::from(request.arrived_us)).collect();
        arrivals.sort_unstable();
        // The window from the arrival of call i to that of call j ≥ i, counted from 0, has the excess
        //   (j + 1 − i) − (burst + accrued(j) − accrued(i)) = (j + 1 − accrued(j)) − (i + burst − accrued(i)),
        // so the worst beginning for every end is the least of the last bracket so far: one pass does for all
        // pairs. No other window is worse, as shrinking it to its first and last call loses none.
        let mut least = i128::MAX;
        let ends = (0_i128..).zip(&arrivals).map(|(number, at)| {
            let sent = at - self.jitter;
            least = least.min(number * CALL + self.burst(sent) - self.accrued(sent));
            (number + 1) * CALL - self.accrued(*at) - least
        });
        ends.max().map_or(f64::NAN, |worst| worst as f64 / CALL as f64)
    }

    /// What the rates come to from time 0 to this one, or the negative of it for a time before.
    fn accrued(&self, at: i128) -> i128 {
        let ends = self.steps.iter().skip(1).map(|next| next.from.min(at)).chain([at]);
        let parts = self.steps.iter().zip(ends).enumerate().map(|(number, (step, end))| match number {
            0 => step.rate * end,
            _ => step.rate * (end - step.from).max(0),
        });
        parts.sum()
    }

    fn burst(&self, at: i128) -> i128 {
        let begun = self.steps[1..].iter().take_while(|step| step.from <= at).last();
        begun.unwrap_or(&self.steps[0]).burst
    }
}
