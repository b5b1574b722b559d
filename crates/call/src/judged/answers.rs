//! For every operation with an answer of its own: one in its protocol, and what botocore reads from it.

use std::sync::Arc;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use orgwide_models::Model;
use serde::Deserialize;
use serde_json::Value;

use super::{Case, Known, compare, judge_all};
use crate::answer::{Head, ReadOptions, read};

/// How many were equal when this was written. It may only rise.
const FLOOR: usize = 18_274;

const KNOWN: &[Known] = &[Known {
    service: "s3",
    operation: Some("GetBucketNotification"),
    why: "a model of old in which Event and Events have one name on the wire: botocore fills in both, we the first",
}];

#[derive(Deserialize)]
struct Answer {
    service: String,
    operation: String,
    status: u16,
    headers: Vec<(String, String)>,
    body: String,
    value: Value,
}

impl Case for Answer {
    fn service(&self) -> &str {
        &self.service
    }

    fn operation(&self) -> &str {
        &self.operation
    }

    fn judge(&self, model: &Arc<Model>) -> Result<(), String> {
        let operation = model.operation(&self.operation).ok_or("the model does not have it")?;
        let body = BASE64_STANDARD.decode(&self.body).map_err(|error| error.to_string())?;
        let headers: Vec<(&str, &str)> = self.headers.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        let head = Head { status: self.status, headers: &headers };
        let shown = || String::from_utf8_lossy(&body).chars().take(600).collect::<String>();
        let got = read(model, operation, &head, &body, ReadOptions::default())
            .map_err(|error| format!("{error} in {}", shown()))?;
        compare::value("", &self.value, &got).map_err(|what| format!("{what} in {}", shown()))
    }
}

#[test]
fn every_answer_is_read_as_botocore_reads_it() {
    judge_all::<Answer>("answers.ndjson", FLOOR, KNOWN);
}
