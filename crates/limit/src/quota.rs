use std::fmt;
use std::num::NonZeroU32;
use std::str::FromStr;
use std::time::Duration;

/// How many calls may leave: so many a second for ever and so many at once, or any number.
///
/// In any stretch of `T` seconds at most `burst + rate × T` calls leave. A bucket starts full.
///
/// As text it is `NUMBER/s`, `NUMBER/m` or `NUMBER/h`, perhaps followed by `burst N`; or `unlimited`.
/// The number may have a fraction. A rate is 0.0001 to 100,000 calls a second, a burst 1 to 100,000 calls.
/// Without a burst it is what one second brings, and at least what full use of the rate needs:
/// `max(⌈rate⌉, 1 + ⌈rate × 5 ms⌉)`. Timers wake up to 5 ms late, and a bucket that is full by then loses
/// what arrives meanwhile; so a smaller burst is kept as asked for, but does not reach its rate.
///
/// ```
/// use orgwide_limit::Quota;
///
/// let quota: Quota = "30/m burst 5".parse()?;
/// assert_eq!((quota.rate(), quota.burst()), (Some(0.5), Some(5)));
/// assert_eq!(quota.to_string(), "0.5/s burst 5");
/// assert_eq!("20/s".parse::<Quota>()?.burst(), Some(20));
/// # Ok::<(), orgwide_limit::QuotaError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Quota(Option<Pace>);

/// The two figures of a quota that has any.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Pace {
    rate: f64,
    pub(crate) burst: NonZeroU32,
}

/// The text or the figures were not a quota.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum QuotaError {
    /// Nothing was written.
    #[error("the rate is missing: write it as in `20/s burst 100`, or `unlimited`")]
    Missing,
    /// What stands before the slash is not a number.
    #[error("`{0}` is not a number of calls: write the rate as in `20/s` or `0.5/s`, or `unlimited`")]
    NotANumber(String),
    /// The number does not say how long it is for.
    #[error("`{0}` does not say per what: write `{0}/s`, `{0}/m` or `{0}/h`")]
    NoUnit(String),
    /// What stands after the slash is not a unit.
    #[error("`/{0}` is not a unit of time: use `/s`, `/m` or `/h`, as in `20/s`")]
    UnknownUnit(String),
    /// The rate is zero, negative or too big.
    #[error(
        "`{0}` is out of bounds: a rate is 0.0001/s to 100000/s, as in `20/s`; `unlimited` takes a limit away"
    )]
    RateOutOfBounds(String),
    /// `burst` is not followed by a whole number within bounds.
    #[error("`{0}` is not a burst: it takes a whole number from 1 to 100000, as in `20/s burst 100`")]
    Burst(String),
    /// More follows than belongs to a quota.
    #[error(
        "`{0}` is too much: after the rate only `burst N` and `per run` may follow, as in `20/s burst 100`"
    )]
    Trailing(String),
    /// A quota was followed by what only a rule can have.
    #[error("`per run` stands at the end of a rule that limits, as in `ec2=20/s burst 100 per run`")]
    PerRun,
}

const LEAST_RATE: f64 = 0.0001;
const MOST_RATE: f64 = 100_000.0;
const MOST_BURST: u32 = 100_000;
/// How late a timer may wake without costing tokens: five times tokio's tick.
const TIMER_LATENESS: f64 = 0.005;

impl Quota {
    /// No limit at all.
    pub const UNLIMITED: Self = Self(None);

    /// So many calls a second, and so many at once.
    ///
    /// # Errors
    /// The rate is not within 0.0001 to 100,000, or the burst not within 1 to 100,000.
    pub fn new(rate: f64, burst: u32) -> Result<Self, QuotaError> {
        let burst = NonZeroU32::new(burst)
            .filter(|burst| burst.get() <= MOST_BURST)
            .ok_or_else(|| QuotaError::Burst(format!("burst {burst}")))?;
        Ok(Self(Some(Pace { rate: within_bounds(rate, || format!("{rate}/s"))?, burst })))
    }

    /// So many calls a second, with the burst that goes with it when none is asked for.
    ///
    /// # Errors
    /// The rate is not within 0.0001 to 100,000.
    pub fn per_second(rate: f64) -> Result<Self, QuotaError> {
        let rate = within_bounds(rate, || format!("{rate}/s"))?;
        Self::new(rate, usual_burst(rate))
    }

    /// For the built-in table, whose figures a test checks.
    pub(crate) const fn known(rate: f64, burst: u32) -> Self {
        let burst = match NonZeroU32::new(burst) {
            Some(burst) => burst,
            None => NonZeroU32::MIN,
        };
        Self(Some(Pace { rate, burst }))
    }

    /// Calls a second; `None` when unlimited.
    #[must_use]
    pub fn rate(&self) -> Option<f64> {
        self.0.map(|pace| pace.rate)
    }

    /// Calls at once when none has left for a while; `None` when unlimited.
    #[must_use]
    pub fn burst(&self) -> Option<u32> {
        self.0.map(|pace| pace.burst.get())
    }

    /// The least burst with which work that waits can use the whole rate: `1 + ⌈rate × 5 ms⌉`; `None` when
    /// unlimited.
    #[must_use]
    pub fn full_use_burst(&self) -> Option<u32> {
        self.0.map(|pace| full_use_burst(pace.rate))
    }

    /// Whether the burst is so small that timers, which wake up to 5 ms late, keep work from using the whole
    /// rate. It is kept as asked for all the same.
    #[must_use]
    pub fn is_tight(&self) -> bool {
        self.burst() < self.full_use_burst()
    }

    pub(crate) fn pace(&self) -> Option<Pace> {
        self.0
    }
}

impl Pace {
    pub(crate) fn rate(self) -> f64 {
        self.rate
    }

    /// The same burst at another rate.
    pub(crate) fn with_rate(self, rate: f64) -> Self {
        Self { rate, ..self }
    }

    /// The time one call takes to come back, in whole nanoseconds: rounded up, so never faster than the rate.
    pub(crate) fn period(self) -> Duration {
        // Within the bounds of a rate this is 10 µs to 10,000 s.
        Duration::from_nanos((1e9 / self.rate).ceil() as u64)
    }
}

fn usual_burst(rate: f64) -> u32 {
    (rate.ceil() as u32).max(full_use_burst(rate))
}

fn full_use_burst(rate: f64) -> u32 {
    1 + (rate * TIMER_LATENESS).ceil() as u32
}

fn within_bounds(rate: f64, text: impl FnOnce() -> String) -> Result<f64, QuotaError> {
    // `0.36/h` is 0.0001/s to a person, but a hair less once divided.
    let slack = 1e-9;
    if rate >= LEAST_RATE * (1.0 - slack) && rate <= MOST_RATE * (1.0 + slack) {
        Ok(rate.clamp(LEAST_RATE, MOST_RATE))
    } else {
        Err(QuotaError::RateOutOfBounds(text()))
    }
}

/// What the user wrote, made safe to print and short.
pub(crate) fn quoted(text: &str) -> String {
    text.escape_debug().take(64).collect()
}

fn parse_rate(text: &str) -> Result<f64, QuotaError> {
    let (number, unit) = text.split_once('/').map_or((text, None), |(number, unit)| (number, Some(unit)));
    let calls = number
        .parse::<f64>()
        .ok()
        .filter(|calls| calls.is_finite())
        .ok_or_else(|| QuotaError::NotANumber(quoted(text)))?;
    // Before the unit is looked at, lest `-5` is told to become `-5/s`.
    if calls <= 0.0 || calls > MOST_RATE * 3600.0 {
        return Err(QuotaError::RateOutOfBounds(quoted(text)));
    }
    let seconds = match unit {
        Some("s") => 1.0,
        Some("m") => 60.0,
        Some("h") => 3600.0,
        None | Some("") => return Err(QuotaError::NoUnit(quoted(number))),
        Some(other) => return Err(QuotaError::UnknownUnit(quoted(other))),
    };
    within_bounds(calls / seconds, || quoted(text))
}

fn parse_burst(text: Option<&str>) -> Result<u32, QuotaError> {
    let Some(text) = text else { return Err(QuotaError::Burst("burst".to_owned())) };
    text.parse().map_err(|_| QuotaError::Burst(quoted(&format!("burst {text}"))))
}

impl FromStr for Quota {
    type Err = QuotaError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut words = text.split_whitespace().peekable();
        let quota = match words.next() {
            None => return Err(QuotaError::Missing),
            Some("unlimited") => Self::UNLIMITED,
            Some(rate) => {
                let rate = parse_rate(rate)?;
                match words.next_if_eq(&"burst") {
                    Some(_) => Self::new(rate, parse_burst(words.next())?)?,
                    None => Self::per_second(rate)?,
                }
            }
        };
        let rest: Vec<&str> = words.collect();
        match rest.as_slice() {
            [] => Ok(quota),
            ["per", "run"] => Err(QuotaError::PerRun),
            more => Err(QuotaError::Trailing(quoted(&more.join(" ")))),
        }
    }
}

/// Writes what [`Quota::from_str`] reads back as the same quota.
impl fmt::Display for Quota {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(Pace { rate, burst }) => write!(f, "{rate}/s burst {burst}"),
            None => f.pad("unlimited"),
        }
    }
}
