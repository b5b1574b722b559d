use std::borrow::Cow;

use crate::ServiceSummary;

/// A row of the table of embedded services.
#[derive(Debug)]
pub(crate) struct EmbeddedService {
    name: &'static str,
    id: &'static str,
    full_name: &'static str,
    version: &'static str,
    operations: usize,
    pub(crate) also: &'static [&'static str],
    pub(crate) stored: &'static [u8],
}

pub(crate) const fn row(
    name: &'static str,
    id: &'static str,
    full_name: &'static str,
    version: &'static str,
    operations: usize,
    also: &'static [&'static str],
    stored: &'static [u8],
) -> EmbeddedService {
    EmbeddedService { name, id, full_name, version, operations, also, stored }
}

impl EmbeddedService {
    pub(crate) fn summary(&self) -> ServiceSummary {
        ServiceSummary {
            name: Cow::Borrowed(self.name),
            id: Cow::Borrowed(self.id),
            full_name: Cow::Borrowed(self.full_name),
            version: Cow::Borrowed(self.version),
            operations: self.operations,
        }
    }
}
