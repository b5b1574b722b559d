//! From an answer as it came to what its caller gets.

use std::sync::Arc;

use aws_smithy_types::error::ErrorMetadata;
use orgwide_session::{RawAnswer, RawError};
use serde_json::{Value, json};

use crate::answer::{self, AnswerError, Head, ItemPaths, ItemReader, ReadOptions};
use crate::callee::Callee;
use crate::special::{self, Changed};

/// Reads an answer as a whole.
pub(crate) fn answer(callee: &Arc<Callee>, changed: Changed, raw: RawAnswer<'_>) -> Result<Value, RawError> {
    let Callee { model, operation } = &**callee;
    with_head(callee, &raw, |head, expires| {
        let mut value = if special::is_root_text(callee.service(), callee.name()) {
            let text = answer::root_text(&raw.body)?;
            let region = if text.is_empty() { Value::Null } else { Value::from(text) };
            json!({ "LocationConstraint": region })
        } else {
            answer::read(model, operation, head, &raw.body, ReadOptions::default())?
        };
        if let (Some(expires), Some(members)) = (expires, value.as_object_mut()) {
            members.insert("ExpiresString".to_owned(), Value::from(expires));
        }
        special::fix_answer(model, operation, changed, &mut value);
        Ok(value)
    })
}

/// Begins to read an answer item by item.
pub(crate) fn items(
    callee: &Arc<Callee>,
    raw: &RawAnswer<'_>,
    paths: &Arc<ItemPaths>,
) -> Result<ItemReader, RawError> {
    with_head(callee, raw, |head, _| {
        // Further on it could not be asked for again: some of its items would have been given out.
        if raw.is_cut_off() {
            return Err(AnswerError::truncated(raw.body.len()));
        }
        let (model, paths) = (Arc::clone(&callee.model), Arc::clone(paths));
        ItemReader::new(model, &callee.operation, head, raw.body.clone(), paths, ReadOptions::default())
    })
}

fn with_head<T>(
    callee: &Arc<Callee>,
    raw: &RawAnswer<'_>,
    read: impl FnOnce(&Head<'_>, Option<String>) -> Result<T, AnswerError>,
) -> Result<T, RawError> {
    let mut headers: Vec<(&str, &str)> = raw.headers().collect();
    if !raw.is_success() {
        return Err(service_error(callee, raw, &headers));
    }
    let expires = special::take_expires(&callee.model, &callee.operation, &mut headers);
    let head = Head { status: raw.status, headers: &headers };
    read(&head, expires).map_err(|error| {
        if error.is_error_document() {
            // It is one of the service's own making: the status was sent before it knew.
            service_error(callee, raw, &headers).transient()
        } else {
            not_an_answer(&error)
        }
    })
}

fn service_error(callee: &Callee, raw: &RawAnswer<'_>, headers: &[(&str, &str)]) -> RawError {
    let Callee { model, operation } = callee;
    let head = Head { status: raw.status, headers };
    let error = answer::read_error(model, operation, &head, &raw.body, ReadOptions::default());
    let mut metadata = ErrorMetadata::builder();
    // A page without a code does not come from AWS, but for answers that have no body at all.
    let is_status = |code: &String| *code == raw.status.to_string();
    if let Some(code) = error.code.filter(|code| raw.body.is_empty() || !is_status(code)) {
        metadata = metadata.code(code);
    }
    if let Some(message) = error.message.or_else(|| special::message(callee.service(), &raw.body)) {
        metadata = metadata.message(message);
    }
    if let Some(id) = error.request_id {
        metadata = metadata.custom("aws_request_id", id);
    }
    RawError::new(metadata.build())
}

/// An error without a code: it broke off, or counts as what did not come from AWS.
pub(crate) fn not_an_answer(error: &AnswerError) -> RawError {
    if error.is_truncated() {
        return RawError::cut_off(error.to_string());
    }
    RawError::new(ErrorMetadata::builder().message(error.to_string()).build())
}
