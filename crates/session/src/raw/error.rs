use std::error::Error;
use std::fmt;

use aws_smithy_types::error::metadata::{ErrorMetadata, ProvideErrorMetadata};
use quick_xml::escape::unescape;

use super::RawAnswer;
use crate::codes::TOO_LARGE;
use crate::error_body::code_in;

/// An answer to a [`RawRequest`](crate::RawRequest) that is an error, or is not what was asked for.
#[derive(Debug)]
pub struct RawError {
    metadata: ErrorMetadata,
    is_transient: bool,
    is_cut_off: bool,
}

impl RawError {
    /// With what the service said.
    #[must_use]
    pub fn new(metadata: ErrorMetadata) -> Self {
        Self { metadata, is_transient: false, is_cut_off: false }
    }

    /// The same as one of the service's own making, which is tried again although the status does not say so.
    #[must_use]
    pub fn transient(self) -> Self {
        Self { is_transient: true, ..self }
    }

    /// An answer that broke off, which is tried again.
    #[must_use]
    pub fn cut_off(message: impl Into<String>) -> Self {
        let metadata = ErrorMetadata::builder().message(message).build();
        Self { metadata, is_transient: true, is_cut_off: true }
    }

    /// With the code and message that are found in the text of an answer in XML or JSON.
    #[must_use]
    pub fn in_text(answer: &RawAnswer<'_>) -> Self {
        let text = String::from_utf8_lossy(&answer.body);
        let mut metadata = ErrorMetadata::builder();
        if let Some(code) = code_in(&text) {
            metadata = metadata.code(code);
        }
        let message = text.split_once("<Message>").and_then(|(_, rest)| rest.split_once("</Message>"));
        if let Some((message, _)) = message {
            metadata = metadata.message(unescape(message).unwrap_or(message.into()));
        }
        Self::new(metadata.build())
    }

    pub(super) fn too_large(largest: usize) -> Self {
        let message = format!("the answer has more than {largest} bytes, which is as much as is read");
        Self::new(ErrorMetadata::builder().code(TOO_LARGE).message(message).build())
    }

    pub(crate) fn is_cut_off(&self) -> bool {
        self.is_cut_off
    }

    pub(super) fn is_transient(&self) -> bool {
        self.is_transient
    }
}

impl ProvideErrorMetadata for RawError {
    fn meta(&self) -> &ErrorMetadata {
        &self.metadata
    }
}

impl fmt::Display for RawError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.metadata.code().unwrap_or("the answer was an error without a code"))
    }
}

impl Error for RawError {}
