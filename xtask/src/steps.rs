//! The steps of a task: each is timed, and a table at the end says how each went.

use std::time::{Duration, Instant};

use anyhow::{Result, bail};

/// What became of one step.
#[derive(Clone, Copy, PartialEq, Eq)]
enum End {
    Passed,
    Failed,
    Skipped,
}

/// The steps run so far.
pub(crate) struct Steps {
    begun: Instant,
    ended: Vec<(String, Duration, End)>,
}

impl Steps {
    pub(crate) fn new() -> Self {
        Self { begun: Instant::now(), ended: Vec::new() }
    }

    /// Runs a step and notes how it ended; its value, or `None` when it failed.
    ///
    /// The error is printed at once, where the output that led to it still is in sight.
    pub(crate) fn step<T>(&mut self, name: &str, run: impl FnOnce() -> Result<T>) -> Option<T> {
        println!("\n== {name}");
        let begun = Instant::now();
        let result = run();
        let end = if result.is_ok() { End::Passed } else { End::Failed };
        self.ended.push((name.to_owned(), begun.elapsed(), end));
        result.inspect_err(|error| eprintln!("error: {error:#}")).ok()
    }

    /// Notes a step that is not run, and why.
    pub(crate) fn skip(&mut self, name: &str, why: &str) {
        println!("\n== {name}: skipped, {why}");
        self.ended.push((name.to_owned(), Duration::ZERO, End::Skipped));
    }

    /// Prints the table; an error when a step failed.
    pub(crate) fn finish(self) -> Result<()> {
        print!("\n{}", table(&self.ended, self.begun.elapsed()));
        let failed: Vec<&str> = self
            .ended
            .iter()
            .filter(|(_, _, end)| *end == End::Failed)
            .map(|(name, ..)| name.as_str())
            .collect();
        if !failed.is_empty() {
            bail!("failed: {}", failed.join(", "));
        }
        Ok(())
    }
}

fn table(steps: &[(String, Duration, End)], total: Duration) -> String {
    let widest = steps.iter().map(|(name, ..)| name.len()).max().unwrap_or_default().max("total".len());
    let mut text = String::new();
    for (name, took, end) in steps {
        let (took, end) = match end {
            End::Passed => (minutes(*took), ""),
            End::Failed => (minutes(*took), "  FAILED"),
            End::Skipped => (String::from("-"), "  skipped"),
        };
        text.push_str(&format!("{name:widest$}  {took:>6}{end}\n"));
    }
    text.push_str(&format!("{:widest$}  {:>6}\n", "total", minutes(total)));
    text
}

/// Minutes and seconds, as `4:07`.
fn minutes(duration: Duration) -> String {
    // To the nearest second: what took 400 ms took no second, what took 600 ms took one.
    let seconds = (duration.as_millis() + 500) / 1000;
    format!("{}:{:02}", seconds / 60, seconds % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_minutes_and_seconds() {
        for (millis, shown) in
            [(0, "0:00"), (400, "0:00"), (600, "0:01"), (59_600, "1:00"), (3_725_000, "62:05")]
        {
            assert_eq!(minutes(Duration::from_millis(millis)), shown, "{millis} ms");
        }
    }

    #[test]
    fn the_table_says_how_each_step_ended() {
        let steps = [
            (String::from("build"), Duration::from_secs(61), End::Passed),
            (String::from("unit tests"), Duration::from_secs(5), End::Failed),
            (String::from("moto"), Duration::ZERO, End::Skipped),
        ];
        let expected = "build         1:01\n\
                        unit tests    0:05  FAILED\n\
                        moto             -  skipped\n\
                        total         1:06\n";
        assert_eq!(table(&steps, Duration::from_secs(66)), expected);
    }

    #[test]
    fn a_failed_step_fails_the_task_and_is_named() {
        let mut steps = Steps::new();
        assert_eq!(steps.step("one", || Ok(1)), Some(1));
        assert_eq!(steps.step("two", || -> Result<()> { bail!("no") }), None);
        assert_eq!(steps.finish().unwrap_err().to_string(), "failed: two");
    }

    #[test]
    fn a_skipped_step_fails_nothing() {
        let mut steps = Steps::new();
        steps.skip("moto", "not asked for");
        assert!(steps.finish().is_ok());
    }
}
