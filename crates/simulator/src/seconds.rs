//! Times in JSON.

use std::time::Duration;

use serde::de::{Deserialize, Deserializer, Error};

/// Reads a time given as a number of seconds.
pub(crate) fn seconds<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Duration, D::Error> {
    let number = f64::deserialize(deserializer)?;
    Duration::try_from_secs_f64(number)
        .map_err(|_| D::Error::custom(format_args!("{number} cannot be a time in seconds")))
}
