use anyhow::{Context as _, Result, ensure};
use serde_json::Value;

use crate::rows;

/// The fields of a row of `call`, in their order.
const FIELDS: [&str; 8] =
    ["account_id", "account_name", "region", "service", "operation", "page", "data", "collected_at"];

/// Rows of `call`: a page of an answer each.
#[derive(Debug, Clone)]
pub struct Answers(Vec<Value>);

impl Answers {
    /// Reads rows, each a line.
    ///
    /// # Errors
    ///
    /// A line is not whole, not JSON, or has other fields or another order than a row; or the pages of a place
    /// are not numbered from 1 in the order they came.
    pub fn read(ndjson: &str) -> Result<Self> {
        let answers = Self(rows::read(ndjson, &FIELDS)?);
        for row in answers.iter() {
            let pages = answers.of(&row["account_id"], &row["region"]).map(|row| row["page"].as_u64());
            let numbered = (1..).zip(pages).all(|(number, page)| page == Some(number));
            ensure!(numbered, "the pages of {}/{} are not in order", row["account_id"], row["region"]);
        }
        Ok(answers)
    }

    /// The rows.
    pub fn iter(&self) -> impl Iterator<Item = &Value> {
        self.0.iter()
    }

    /// The rows of this account and region.
    pub fn of(&self, account: &Value, region: &Value) -> impl Iterator<Item = &Value> {
        self.0.iter().filter(move |row| row["account_id"] == *account && row["region"] == *region)
    }

    /// The only row there is.
    ///
    /// # Errors
    ///
    /// There are more, or none.
    pub fn only(&self) -> Result<&Value> {
        ensure!(self.0.len() == 1, "{} rows", self.0.len());
        self.0.first().context("no row")
    }
}
