//! What the modelled operations tell of resources that the world really holds.

use serde_json::Value;

use crate::account::Account;
use crate::refusal::Refusal;
use crate::world::World;

/// The items of a list, each made when it is asked for.
#[derive(Debug)]
pub(crate) enum Listing {}

impl Listing {
    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        match *self {}
    }

    /// What is known of an item: an object whose members are laid over a seeded item, or a text.
    pub(crate) fn member(&self, _number: usize) -> Value {
        match *self {}
    }

    /// Where in the answer the items are: `DistributionList.Items`, `Reservations.Instances`.
    pub(crate) fn path(&self) -> &str {
        match *self {}
    }

    /// How many items AWS would put on a page for this input.
    pub(crate) fn page_size(&self, _input: &Value) -> usize {
        match *self {}
    }
}

/// The list that an operation gives, by the service's name in the models; nothing where it is to be made up.
pub(crate) fn listing(
    _world: &World,
    _account: &Account,
    _region: &str,
    _service: &str,
    _operation: &str,
    _input: &Value,
) -> Option<Result<Listing, Refusal>> {
    None
}

/// The members of an answer about one resource, to be laid over a seeded one.
pub(crate) fn describe(
    _world: &World,
    _account: &Account,
    _region: &str,
    _service: &str,
    _operation: &str,
    _input: &Value,
) -> Option<Result<Value, Refusal>> {
    None
}
