//! All resources of one kind in one account and region.

use std::collections::BTreeMap;

use serde_json::Value;

use super::Place;
use super::absent;
use super::kind::{GLOBAL, Identity, Kind};
use super::tagging;
use crate::account::{EPOCH, SPAN, account_id};
use crate::clock::rfc3339;
use crate::seed::{Seed, pick, word};
use crate::spec::MOST_ACCOUNTS;

pub(super) const HEX: &[u8] = b"0123456789abcdef";
pub(super) const LOWER: &[u8] = b"abcdefghijklmnopqrstuvwxyz0123456789";
pub(super) const UPPER: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

const TEAMS: [&str; 8] =
    ["billing", "checkout", "identity", "ingest", "network", "payments", "research", "search"];

/// The resources of one kind as numbers, so that a page costs what the page holds.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Cell<'a> {
    pub(super) place: Place<'a>,
    pub(super) kind: &'static Kind,
    path: Seed,
    count: usize,
    /// Whether this is one of the places that hold more than a page of everything.
    pub(super) is_crowd: bool,
}

impl<'a> Cell<'a> {
    /// What an account has of a kind: none where the region is not part of the world.
    pub(super) fn of(place: Place<'a>, kind: &'static Kind) -> Self {
        let spec = &place.world.spec;
        let index = place.account.index as u64;
        let path = Seed::new(spec.seed).text("resource").text(kind.key).number(index).text(place.region);
        let is_crowd = spec.resources > 0 && spec.crowds(place.account.index, place.region);
        let mut cell = Self { place, kind, path, count: 0, is_crowd };
        let mut rng = path.rng();
        let is_home = kind.is_global || spec.regions.iter().any(|region| region == place.region);
        let is_empty = rng.u8(..8) == 0;
        let fair = match spec.resources {
            _ if is_crowd => rng.usize(101..=150),
            mean if mean > 0 && is_home && !is_empty => rng.usize(1..2 * mean).min(kind.most),
            _ => 0,
        };
        cell.count = (kind.count)(&cell, fair);
        cell
    }

    /// What there is of another kind in the same place.
    pub(super) fn sibling(&self, kind: &'static Kind) -> Self {
        let region = if kind.is_global { GLOBAL } else { self.place.region };
        Self::of(Place { region, ..self.place }, kind)
    }

    /// The same kind in another region.
    pub(super) fn elsewhere<'b>(&self, region: &'b str) -> Cell<'b>
    where
        'a: 'b,
    {
        Cell::of(Place { region, ..self.place }, self.kind)
    }

    pub(super) fn len(&self) -> usize {
        self.count
    }

    pub(super) fn account(&self) -> &'a str {
        &self.place.account.id
    }

    /// An account of somebody else, outside of any organization that can be simulated.
    pub(super) fn outsider(&self) -> String {
        account_id(self.place.world.spec.seed, MOST_ACCOUNTS + self.place.account.index)
    }

    pub(super) fn region(&self) -> &'a str {
        self.place.region
    }

    pub(super) fn identity(&self, number: usize) -> Identity {
        (self.kind.identify)(self, number)
    }

    pub(super) fn tags(&self, number: usize) -> BTreeMap<&'static str, String> {
        tagging::tags(self.path.text("tags").number(number as u64), number)
    }

    /// An item of the list.
    pub(super) fn member(&self, number: usize) -> Value {
        let mut member = (self.kind.member)(self, number, &self.identity(number));
        absent::drop_absent(&mut member);
        self.kind.tagging.put(&mut member, &self.tags(number));
        member
    }

    /// The number of the resource that a caller names.
    pub(super) fn find(&self, text: &str) -> Option<usize> {
        // Many names end in the number, which saves the search.
        let digits = text.len() - text.trim_end_matches(|c: char| c.is_ascii_digit()).len();
        let guess = text[text.len() - digits..].parse().ok().filter(|number| *number < self.count);
        guess
            .filter(|number| self.identity(*number).is(text))
            .or_else(|| (0..self.count).find(|number| self.identity(*number).is(text)))
    }

    /// Random values for the content of a resource.
    pub(super) fn rng(&self, number: usize) -> fastrand::Rng {
        self.path.text("body").number(number as u64).rng()
    }

    fn key(&self, number: usize) -> Seed {
        self.path.text("id").number(number as u64)
    }

    /// An id as EC2 makes them: `vol-0…`.
    pub(super) fn id(&self, prefix: &str, number: usize) -> String {
        format!("{prefix}-0{:016x}", self.key(number).value())
    }

    /// `length` characters of an id.
    pub(super) fn code(&self, number: usize, alphabet: &[u8], length: usize) -> String {
        word(&mut self.key(number).rng(), alphabet, length)
    }

    pub(super) fn uuid(&self, number: usize) -> String {
        let mut rng = self.key(number).rng();
        [8, 4, 4, 4, 12].map(|length| word(&mut rng, HEX, length)).join("-")
    }

    /// A name that no other of the kind has: `payments-api-7`.
    pub(super) fn named(&self, number: usize, words: &[&str]) -> String {
        let mut rng = self.key(number).text("name").rng();
        format!("{}-{}-{number}", pick(&mut rng, &TEAMS), pick(&mut rng, words))
    }

    /// The ARN of something of this account, in its region if it is in one.
    pub(super) fn arn(&self, service: &str, resource: &str) -> String {
        let region = if self.kind.is_global { "" } else { self.place.region };
        format!("arn:aws:{service}:{region}:{}:{resource}", self.place.account.id)
    }

    /// A resource of another kind here, or an id that looks like one where there is none.
    pub(super) fn near(&self, kind: &'static Kind, prefix: &str, number: usize) -> String {
        let sibling = self.sibling(kind);
        match sibling.len() {
            0 => self.id(prefix, number),
            count => sibling.identity(number % count).id,
        }
    }

    /// An availability zone of the region.
    pub(super) fn zone(&self, rng: &mut fastrand::Rng) -> String {
        format!("{}{}", self.place.region, char::from(b"abc"[rng.usize(..3)]))
    }
}

/// A time in the past.
pub(super) fn past(rng: &mut fastrand::Rng) -> String {
    rfc3339(EPOCH + rng.i64(0..SPAN))
}

/// One of `choices`, which must not be empty.
pub(super) fn one_of<T: Copy>(rng: &mut fastrand::Rng, choices: &[T]) -> T {
    choices[rng.usize(..choices.len())]
}
