use std::fmt;
use std::str::FromStr;

use serde::{Serialize, Serializer};

/// The id of an AWS account: twelve digits, of which the first may be zero.
///
/// It is text, never a number: `012345678901` and `12345678901` are not the same account.
///
/// ```
/// let id: orgwide_names::AccountId = "000123456789".parse()?;
/// assert_eq!(id.to_string(), "000123456789");
/// # Ok::<(), orgwide_names::ParseAccountIdError>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct AccountId([u8; 12]);

/// The text was not an account id.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not an account id: an id is twelve digits, written as text so that leading zeros stay")]
pub struct ParseAccountIdError {
    text: String,
}

impl AccountId {
    /// The twelve digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        // Only ASCII digits get in, so this never falls back.
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl FromStr for AccountId {
    type Err = ParseAccountIdError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match <[u8; 12]>::try_from(text.as_bytes()) {
            Ok(digits) if digits.iter().all(u8::is_ascii_digit) => Ok(Self(digits)),
            _ => Err(ParseAccountIdError { text: text.escape_debug().take(64).collect() }),
        }
    }
}

impl fmt::Display for AccountId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Debug for AccountId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Serialize for AccountId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn leading_zeros_survive() {
        let id: AccountId = "000000000012".parse().unwrap();
        assert_eq!(id.to_string(), "000000000012");
    }

    #[test]
    fn anything_but_twelve_ascii_digits_is_refused() {
        for bad in
            ["", "12345678901", "1234567890123", "12345678901a", "１２３４５６７８９０１２", " 23456789012"]
        {
            assert!(bad.parse::<AccountId>().is_err(), "{bad:?} was taken for an id");
        }
    }
}
