//! The answer of a list, item by item.

use serde_json::Value;

use super::cell::Cell;
use super::errors;
use super::input::{has, texts};
use crate::refusal::Refusal;

/// The parameters of pages, whatever they are called.
const TOKENS: [&str; 5] = ["NextToken", "nextToken", "Marker", "position", "ExclusiveStartTableName"];

/// What of a cell a list holds for an input.
#[derive(Debug, Clone)]
pub(super) struct Selection {
    /// The numbers of the resources; none for all.
    pub(super) own: Option<Vec<usize>>,
    /// What is listed beside them and belongs to others.
    pub(super) others: Vec<Value>,
}

impl Selection {
    pub(super) const ALL: Self = Self { own: None, others: Vec::new() };

    /// Those resources of the cell that fit.
    pub(super) fn only(cell: &Cell<'_>, fits: impl Fn(usize) -> bool) -> Self {
        Self { own: Some((0..cell.len()).filter(|number| fits(*number)).collect()), others: Vec::new() }
    }

    /// These as well.
    pub(super) fn and(self, others: Vec<Value>) -> Self {
        Self { others, ..self }
    }
}

/// The items of a list, each made when it is asked for.
#[derive(Debug)]
pub(crate) struct Listing<'a> {
    cell: Cell<'a>,
    selection: Selection,
    size: Option<usize>,
}

impl<'a> Listing<'a> {
    /// The list of a cell for an input.
    pub(super) fn of(cell: Cell<'a>, input: &Value) -> Result<Self, Refusal> {
        let kind = cell.kind;
        let known = |name: &str| {
            TOKENS.contains(&name)
                || kind.paging.is_asked_with(name)
                || kind.parameters.contains(&name)
                || kind.named.is_some_and(|named| named.parameter == name)
        };
        let mut given = input.as_object().into_iter().flatten();
        if let Some((name, _)) = given.find(|(name, value)| !known(name) && !value.is_null()) {
            return Err(errors::unsupported(kind.service, kind.operation, name));
        }
        let size = kind.paging.size(kind.service, input)?;
        let selection = match kind.named.filter(|named| has(input, named.parameter)) {
            None => (kind.select)(&cell, input)?,
            Some(named) => {
                let numbers = texts(input, named.parameter).into_iter().map(|name| {
                    cell.find(name).ok_or_else(|| {
                        let message = format!("The {} '{name}' does not exist", named.parameter);
                        Refusal::new(named.status, named.code, message)
                    })
                });
                Selection { own: Some(numbers.collect::<Result<_, _>>()?), others: Vec::new() }
            }
        };
        Ok(Self { cell, selection, size })
    }

    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.own() + self.selection.others.len()
    }

    fn own(&self) -> usize {
        self.selection.own.as_ref().map_or_else(|| self.cell.len(), Vec::len)
    }

    /// What is known of an item: an object whose members are laid over a seeded item, or a text.
    pub(crate) fn member(&self, number: usize) -> Value {
        match number.checked_sub(self.own()) {
            Some(beyond) => self.selection.others.get(beyond).cloned().unwrap_or_default(),
            None => {
                let own = self.selection.own.as_ref().and_then(|own| own.get(number).copied());
                self.cell.member(own.unwrap_or(number))
            }
        }
    }

    /// Where in the answer the items are: `DistributionList.Items`.
    pub(crate) fn path(&self) -> &'static str {
        self.cell.kind.items
    }

    /// How many items AWS would put on a page for this input; none where it gives all in one answer.
    pub(crate) fn page_size(&self) -> Option<usize> {
        self.size
    }
}
