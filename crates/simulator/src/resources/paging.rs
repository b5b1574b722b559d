//! How many items AWS puts on a page.

use serde_json::Value;

use super::errors;
use crate::refusal::Refusal;

/// The rules of one list.
#[derive(Debug, Clone, Copy)]
pub(super) struct Paging {
    /// The parameter that asks for a size; none where nothing does.
    parameter: Option<&'static str>,
    /// What may be asked for.
    least: u64,
    most: u64,
    /// What there is on a page that nobody asked a size for; none for everything in one answer.
    default: Option<usize>,
    /// What there is at most, whatever is asked for.
    returned: usize,
}

impl Paging {
    /// All in one answer.
    pub(super) const SINGLE: Self =
        Self { parameter: None, least: 0, most: 0, default: None, returned: usize::MAX };

    /// Sizes from `least` to `most`, and `default` for those who ask for none.
    pub(super) const fn sized(parameter: &'static str, least: u64, most: u64, default: usize) -> Self {
        Self { parameter: Some(parameter), least, most, default: Some(default), returned: usize::MAX }
    }

    /// Gives those who ask for no size everything in one answer.
    pub(super) const fn only_if_asked(self) -> Self {
        Self { default: None, ..self }
    }

    /// Pages of one size, which nobody can change.
    pub(super) const fn fixed(size: usize) -> Self {
        Self { default: Some(size), ..Self::SINGLE }
    }

    /// Gives so many at most, though more may be asked for.
    pub(super) const fn returns(self, returned: usize) -> Self {
        Self { returned, ..self }
    }

    /// Whether a parameter asks for a size.
    pub(super) fn is_asked_with(&self, name: &str) -> bool {
        self.parameter == Some(name)
    }

    /// The size of the pages of a list asked for with `input`, or none; refused where it is out of bounds.
    pub(super) fn size(&self, service: &str, input: &Value) -> Result<Option<usize>, Refusal> {
        let Some((name, asked)) = self.parameter.and_then(|name| Some((name, input.get(name)?))) else {
            return Ok(self.default);
        };
        // Route 53 and CloudFront write the number as text.
        let size = asked.as_u64().or_else(|| asked.as_str()?.parse().ok());
        match size.filter(|size| (self.least..=self.most).contains(size)) {
            Some(size) => Ok(Some(usize::try_from(size).unwrap_or(usize::MAX).min(self.returned))),
            None => Err(errors::invalid(
                service,
                format!(
                    "The value {asked} for {name} is invalid. It must be between {} and {}.",
                    self.least, self.most
                ),
            )),
        }
    }
}
