//! What more calls tell of a resource.

use serde_json::Value;
use serde_saphyr::Spanned;

use crate::declaration::{self, Declaration};
use crate::expression::{Path, Template};
use crate::parameters::Parameters;
use crate::problem::Problems;

/// What more there is to be known than a list tells.
#[derive(Debug, Clone, Default)]
pub(crate) struct Details {
    /// What takes the place of the list.
    pub(crate) instead: Option<Instead>,
    /// What is asked about each resource.
    pub(crate) each: Vec<Detail>,
    pub(crate) are_asked: bool,
}

/// One more operation that tells of a resource.
#[derive(Debug, Clone)]
pub(crate) struct Detail {
    pub(crate) operation: String,
    pub(crate) parameters: Parameters,
    /// What of an answer is kept; none for all.
    pub(crate) answer: Option<Path>,
    pub(crate) tags: Option<Path>,
    /// Codes of errors that mean that there is none.
    pub(crate) none: Vec<String>,
    pub(crate) batch: Option<Batch>,
}

/// How one call tells of many resources.
#[derive(Debug, Clone)]
pub(crate) struct Batch {
    pub(crate) parameter: String,
    pub(crate) each: Template,
    pub(crate) size: usize,
    pub(crate) items: Path,
    /// What in an element is the same as what was asked with.
    pub(crate) same: Path,
}

/// The operation that takes the place of the list.
#[derive(Debug, Clone)]
pub(crate) struct Instead {
    pub(crate) operation: String,
    pub(crate) parameters: Value,
    pub(crate) items: String,
    pub(crate) tags: Option<Path>,
    pub(crate) page: Option<u32>,
}

impl Details {
    pub(crate) fn new(declared: &Declaration, problems: &mut Problems) -> Self {
        Self {
            instead: declared.instead.as_ref().map(Instead::new),
            each: declared.details.iter().filter_map(|detail| Detail::new(detail, problems)).collect(),
            are_asked: false,
        }
    }
}

impl Detail {
    fn new(declared: &declaration::Detail, problems: &mut Problems) -> Option<Self> {
        let batch = declared.batch.as_ref().map(|batch| Batch::new(batch, problems));
        Some(Self {
            operation: declared.operation.value.clone(),
            parameters: Parameters::declared(declared.parameters.as_ref(), problems)?,
            answer: declared.answer.as_ref().map(path),
            tags: declared.tags.as_ref().map(path),
            none: declared.none.clone(),
            batch: match batch {
                Some(batch) => Some(batch?),
                None => None,
            },
        })
    }

    /// What of an answer is kept.
    pub(crate) fn kept(&self, answer: Value) -> Value {
        match (&self.answer, answer) {
            (None, answer) => answer,
            (Some(path), mut answer) => path.take_from(&mut answer),
        }
    }

    /// Where in an answer the list is whose elements are kept or looked through.
    pub(crate) fn list(&self) -> Option<&Path> {
        self.batch.as_ref().map(|batch| &batch.items).or(self.answer.as_ref())
    }
}

impl Batch {
    fn new(declared: &declaration::Batch, problems: &mut Problems) -> Option<Self> {
        Some(Self {
            parameter: declared.parameter.value.clone(),
            each: problems.read(&declared.each, Template::of_record)?,
            size: declared.size.value as usize,
            items: path(&declared.items),
            same: path(&declared.same),
        })
    }
}

impl Instead {
    fn new(declared: &declaration::Instead) -> Self {
        Self {
            operation: declared.operation.value.clone(),
            parameters: Value::Object(declared.parameters.clone()),
            items: declared.items.value.clone(),
            tags: declared.tags.as_ref().map(path),
            page: declared.page.as_ref().map(|page| page.value),
        }
    }
}

fn path(text: &Spanned<String>) -> Path {
    Path::new(&text.value)
}
