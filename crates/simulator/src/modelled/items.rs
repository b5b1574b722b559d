//! The items of an operation's lists.

use orgwide_models::{Kind, Model, ShapeId};
use serde_json::{Map, Value};

use super::seeded::{Maker, Place, distinct, has_identity};
use super::token::shape_at;
use super::{merge, path};
use crate::resources::Listing;
use crate::seed::Seed;

/// A list of an answer, or a map, whose items may be on several pages.
#[derive(Debug)]
pub(super) struct Items<'a> {
    place: Place<'a>,
    seed: Seed,
    /// Where in the answer it is.
    pub(super) path: String,
    id: ShapeId,
    /// Where in an item the list is whose one item counts, if it is not this one.
    inside: Option<&'a str>,
    known: Option<&'a Listing<'a>>,
    pub(super) total: usize,
}

impl<'a> Items<'a> {
    /// The list at a path of the answer, with a number of items up to this; none where there is no list.
    pub(super) fn seeded(
        place: Place<'a>,
        seed: Seed,
        output: ShapeId,
        path: &str,
        most: usize,
    ) -> Option<Self> {
        let model = place.model;
        let mut id = shape_at(model, Some(output), path)?;
        let mut path = path.to_owned();
        if model.shape(id).kind == Kind::Structure {
            let is_list = |member: &&orgwide_models::Member| model.shape(member.shape).kind == Kind::List;
            let list = model.shape(id).members.iter().find(is_list)?;
            path = format!("{path}.{}", model.text(list.name));
            id = list.shape;
        }
        let shape = model.shape(id);
        if !matches!(shape.kind, Kind::List | Kind::Map) {
            return None;
        }
        // Of a map its keys.
        let different = distinct(model, shape.members.first()?.shape);
        let seed = seed.text(&path);
        let total = seed.rng().usize(most.min(3)..=most).min(different);
        Some(Self { place, seed, path, id, inside: None, known: None, total })
    }

    /// The list of which it is known what is in it.
    pub(super) fn known(
        place: Place<'a>,
        seed: Seed,
        output: ShapeId,
        listing: &'a Listing<'a>,
    ) -> Option<Self> {
        let (model, whole) = (place.model, listing.path());
        let ends = whole.match_indices('.').map(|(end, _)| end).chain([whole.len()]);
        let (path, id) = ends
            .filter_map(|end| Some((&whole[..end], shape_at(model, Some(output), &whole[..end])?)))
            .find(|(_, id)| model.shape(*id).kind == Kind::List)?;
        let inside = whole.get(path.len() + 1..);
        let (seed, total) = (seed.text(path), listing.len());
        Some(Self { place, seed, path: path.to_owned(), id, inside, known: Some(listing), total })
    }

    pub(super) fn is_known(&self) -> bool {
        self.known.is_some()
    }

    /// These of the items, as the list or map has them.
    pub(super) fn of(&self, range: std::ops::Range<usize>) -> Value {
        let shape = self.place.model.shape(self.id);
        let name = self.path.rsplit('.').next().unwrap_or_default();
        if shape.kind == Kind::Map {
            let entries = range.filter_map(|number| self.maker(number).entry(self.id, name, number));
            return Value::Object(entries.collect::<Map<_, _>>());
        }
        range.filter_map(|number| self.item(number)).collect()
    }

    /// The item of this number.
    pub(super) fn item(&self, number: usize) -> Option<Value> {
        let model = self.place.model;
        let element = model.shape(self.id).members.first()?.shape;
        let name = self.path.rsplit('.').next().unwrap_or_default();
        if self.known.is_none() && !has_identity(model, element, name) {
            return self.told_apart(element, name, number);
        }
        let mut maker = self.maker(number);
        let mut item = maker.numbered(element, name, number)?;
        match (self.known, self.inside) {
            (Some(listing), None) => merge::merge(model, element, &mut item, listing.member(number)),
            (Some(listing), Some(inside)) => {
                let list = shape_at(model, Some(element), inside)?;
                let inner = model.shape(list).members.first()?.shape;
                let mut only = maker.numbered(inner, inside, number)?;
                merge::merge(model, inner, &mut only, listing.member(number));
                path::set(&mut item, inside, Value::Array(vec![only]));
            }
            _ => {}
        }
        Some(item)
    }

    /// An item of which nothing makes sure that it is no other's copy: so many are made until it is none.
    fn told_apart(&self, element: ShapeId, name: &str, number: usize) -> Option<Value> {
        let mut before: Vec<Value> = Vec::new();
        for place in 0..=number {
            let attempts = (0..TRIES).filter_map(|attempt| {
                let seed = self.seed.number(place as u64).number(attempt);
                Maker::item(self.place, seed.rng()).elsewhere(place).numbered(element, name, place)
            });
            let mut last = None;
            for item in attempts {
                let is_new = !before.contains(&item);
                last = Some(item);
                if is_new {
                    break;
                }
            }
            before.push(last?);
        }
        before.pop()
    }

    fn maker(&self, number: usize) -> Maker<'a> {
        Maker::item(self.place, self.seed.number(number as u64).rng())
    }
}

/// How often an item is made anew that is as one before it.
const TRIES: u64 = 16;

/// The members beside a list that tell how many items of it are there.
const COUNTS: [&str; 6] = ["Quantity", "KeyCount", "Count", "ScannedCount", "count", "TotalCount"];

/// Makes what counts the items of a list on this page say how many there are.
pub(super) fn count(model: &Model, output: ShapeId, answer: &mut Value, path: &str, items: usize) {
    let around = path.rsplit_once('.').map(|(around, _)| around);
    let holder = around.map_or(Some(output), |around| shape_at(model, Some(output), around));
    let Some(members) = path::holder(answer, path) else { return };
    for name in COUNTS {
        let shape = shape_at(model, holder, name).map(|id| model.shape(id).kind);
        if matches!(shape, Some(Kind::Integer | Kind::Long)) {
            members.insert(name.to_owned(), items.into());
        }
    }
}
