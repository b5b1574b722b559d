//! The ledger, through its public face.

// Every module is marked as a test, or clippy would not let its helpers unwrap.

#[cfg(test)]
mod amount;
#[cfg(test)]
mod crashing;
#[cfg(test)]
mod opening;
#[cfg(test)]
mod power;
#[cfg(test)]
mod reading;
#[cfg(test)]
mod recording;
#[cfg(test)]
mod resuming;
#[cfg(test)]
mod support;
#[cfg(test)]
mod versions;
#[cfg(test)]
mod views;
