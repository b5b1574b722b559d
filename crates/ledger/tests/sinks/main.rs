//! What every sink keeps to, whatever its format, and what is particular to one.

// Every module is marked as a test, or clippy would not let its helpers unwrap.
#[cfg(test)]
mod content;
#[cfg(test)]
mod crashes;
#[cfg(test)]
mod files;
#[cfg(test)]
#[cfg(feature = "parquet")]
mod parts;
#[cfg(test)]
#[cfg(feature = "parquet")]
mod readers;
#[cfg(test)]
mod support;
