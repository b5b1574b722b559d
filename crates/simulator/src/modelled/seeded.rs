//! Values made from shapes by the seed.

mod id;
mod json;
mod text;

use orgwide_models::{Kind, Member, Model, Shape, ShapeId};
use serde_json::{Map, Value};

use crate::account::{Account, EPOCH, SPAN};
use crate::clock::rfc3339;
use crate::world::World;

/// Structures nest no deeper than this below an answer.
const DEEPEST: usize = 5;
/// So many values are in one item or around the items; beyond that, structures, lists and maps are left out.
const MOST: usize = 150;

/// Where a value is made up.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place<'a> {
    pub(super) model: &'a Model,
    pub(super) world: &'a World,
    pub(super) account: &'a Account,
    /// Empty for a service without regions.
    pub(super) region: &'a str,
    pub(super) input: &'a Value,
}

/// Makes values, each from the random numbers that are next.
#[derive(Debug)]
pub(super) struct Maker<'a> {
    place: Place<'a>,
    rng: fastrand::Rng,
    made: usize,
    /// The structures whose members are being made.
    open: Vec<ShapeId>,
    /// Whether a value is one of several, which the input does not name.
    is_item: bool,
    /// What tells it from the others, if its account and region do.
    elsewhere: Option<usize>,
}

impl<'a> Maker<'a> {
    /// Makes what is there once.
    pub(super) fn new(place: Place<'a>, rng: fastrand::Rng) -> Self {
        Self { place, rng, made: 0, open: Vec::new(), is_item: false, elsewhere: None }
    }

    /// Makes one of the items of a list.
    pub(super) fn item(place: Place<'a>, rng: fastrand::Rng) -> Self {
        Self { is_item: true, ..Self::new(place, rng) }
    }

    /// The same where nothing but accounts and regions tells the items apart.
    pub(super) fn elsewhere(self, number: usize) -> Self {
        Self { elsewhere: Some(number), ..self }
    }

    /// The number of items of a list that is not in another.
    pub(super) fn outer_length(&mut self) -> usize {
        self.rng.usize(1..=5)
    }

    /// A value of a shape that is called so; none where it would go too deep.
    pub(super) fn value(&mut self, id: ShapeId, name: &str) -> Option<Value> {
        let model = self.place.model;
        let shape = model.shape(id);
        self.made += 1;
        Some(match shape.kind {
            Kind::Structure if shape.is_document => json::document(&mut self.rng),
            Kind::Structure => {
                if self.made > MOST || self.open.len() >= DEEPEST || self.open.contains(&id) {
                    return None;
                }
                self.structure(id)?
            }
            Kind::List => {
                let length = if self.made > MOST { 0 } else { self.rng.usize(0..=3) };
                self.list(id, name, length)?
            }
            Kind::Map => {
                let length = if self.made > MOST { 0 } else { self.rng.usize(0..=3) };
                Value::Object((0..length).filter_map(|number| self.entry(id, name, number)).collect())
            }
            Kind::String => self.text(shape, name)?.into(),
            Kind::Blob => aws_smithy_types::base64::encode(self.bytes(shape)).into(),
            Kind::Boolean => self.boolean(name).into(),
            Kind::Integer | Kind::Long => self.whole_number(shape, name).into(),
            Kind::Float | Kind::Double => self.number(shape).into(),
            Kind::Timestamp => rfc3339(self.time()).into(),
        })
    }

    /// The value of a member.
    pub(super) fn member(&mut self, member: &Member) -> Option<Value> {
        match member.is_json {
            true => Some(json::text(&mut self.rng, "").into()),
            false => self.value(member.shape, self.place.model.text(member.name)),
        }
    }

    fn structure(&mut self, id: ShapeId) -> Option<Value> {
        let model = self.place.model;
        let shape = model.shape(id);
        self.open.push(id);
        let mut members: Map<String, Value> = Map::new();
        let chosen = if shape.is_union { Some(self.rng.usize(..shape.members.len().max(1))) } else { None };
        for (place, member) in shape.members.iter().enumerate() {
            if chosen.is_some_and(|chosen| chosen != place) {
                continue;
            }
            let value = self.member(member);
            members.extend(value.map(|value| (model.text(member.name).to_owned(), value)));
        }
        if let (Some(Value::Array(items)), true) = (members.get("Items"), members.contains_key("Quantity")) {
            let quantity = items.len().into();
            members.insert("Quantity".to_owned(), quantity);
        }
        // A choice that could not be made: some other one can.
        if shape.is_union && members.is_empty() {
            let simple = shape.members.iter().find(|member| is_simple(model.shape(member.shape)));
            let value = simple.and_then(|member| Some((member, self.value(member.shape, "")?)));
            members.extend(value.map(|(member, value)| (model.text(member.name).to_owned(), value)));
        }
        self.open.pop();
        // A choice of nothing is none.
        (!shape.is_union || !members.is_empty()).then_some(Value::Object(members))
    }

    /// A list of so many items, fewer where there are not so many different ones.
    pub(super) fn list(&mut self, id: ShapeId, name: &str, length: usize) -> Option<Value> {
        let element = self.place.model.shape(id).members.first()?;
        let length = length.min(distinct(self.place.model, element.shape));
        let was = std::mem::replace(&mut self.is_item, true);
        let items = (0..length).filter_map(|number| self.numbered(element.shape, name, number)).collect();
        self.is_item = was;
        Some(items)
    }

    /// The item of this number of a list called so: no other number's.
    pub(super) fn numbered(&mut self, id: ShapeId, name: &str, number: usize) -> Option<Value> {
        let model = self.place.model;
        let shape = model.shape(id);
        Some(match shape.kind {
            Kind::String if !shape.values.is_empty() => {
                model.text(*shape.values.get(number % shape.values.len())?).into()
            }
            Kind::Boolean => (number == 0).into(),
            Kind::Integer | Kind::Long => {
                let (least, most) = bounds(model, shape, 0, i64::MAX);
                (least.saturating_add(number as i64)).min(most).into()
            }
            Kind::Float | Kind::Double => (number as f64).into(),
            Kind::List => {
                let length = self.rng.usize(1..=3);
                self.list(id, name, length)?
            }
            Kind::Map => {
                Value::Object((0..self.rng.usize(1..=3)).filter_map(|at| self.entry(id, name, at)).collect())
            }
            _ => self.value(id, name.trim_end_matches('s'))?,
        })
    }

    /// The entry of this number of a map.
    pub(super) fn entry(&mut self, id: ShapeId, name: &str, number: usize) -> Option<(String, Value)> {
        let model = self.place.model;
        let [key, value] = model.shape(id).members.as_slice() else { return None };
        let keys = model.shape(key.shape);
        let key = match keys.values.get(number % keys.values.len().max(1)) {
            Some(text) => model.text(*text).to_owned(),
            None => text::fitted(&mut self.rng, model, keys, format!("{}-{number}", text::word(number))),
        };
        Some((key, self.value(value.shape, name)?))
    }

    fn boolean(&mut self, name: &str) -> bool {
        // There is no more than is here.
        let tells_of_more = ["IsTruncated", "isTruncated"].contains(&name) || name.starts_with("HasMore");
        self.rng.bool() && !tells_of_more
    }

    fn whole_number(&mut self, shape: &Shape, name: &str) -> i64 {
        let model = self.place.model;
        if shape.kind == Kind::Long && ["ime", "tamp", "Date", "At"].iter().any(|end| name.ends_with(end)) {
            return 1_000 * self.time();
        }
        let (least, most) = bounds(model, shape, 1, 100);
        self.rng.i64(least..=most.min(least.saturating_add(1_000)))
    }

    fn number(&mut self, shape: &Shape) -> f64 {
        let (least, most) = bounds(self.place.model, shape, 0, 100);
        let whole = self.rng.i64(least..=most.min(least.saturating_add(1_000)));
        // A quarter is a number of binary digits, so every reader reads the same one.
        if whole < most { whole as f64 + 0.25 } else { whole as f64 }
    }

    fn bytes(&mut self, shape: &Shape) -> Vec<u8> {
        let (least, _) = bounds(self.place.model, shape, 0, 0);
        let text = format!("simulated {:08x}", self.rng.u32(..)).into_bytes();
        text.into_iter().cycle().take((least.clamp(0, 4_096) as usize).max(18)).collect()
    }

    fn time(&mut self) -> i64 {
        EPOCH + self.rng.i64(0..SPAN)
    }
}

fn is_simple(shape: &Shape) -> bool {
    !matches!(shape.kind, Kind::Structure | Kind::List | Kind::Map)
}

/// Whether a value called so has something in it that is no other's: a text that is free, and tells more than an
/// account or a region.
pub(super) fn has_identity(model: &Model, id: ShapeId, name: &str) -> bool {
    let is_free = |id: ShapeId, name: &str| {
        let (shape, small) = (model.shape(id), name.trim_end_matches('s').to_ascii_lowercase());
        let is_small = shape.max.is_some_and(|most| model.text(most).parse().is_ok_and(|most: u64| most < 6));
        let is_place = text::is_account(&small) || text::is_region(&small) || small.contains("zone");
        shape.kind == Kind::String
            && shape.values.is_empty()
            && !is_small
            && !is_place
            && !text::is_token(&small)
    };
    match model.shape(id).kind {
        Kind::Structure if !model.shape(id).is_union => {
            model.shape(id).members.iter().any(|member| is_free(member.shape, model.text(member.name)))
        }
        Kind::String if !model.shape(id).values.is_empty() => true,
        Kind::String => is_free(id, name),
        kind => !matches!(kind, Kind::Structure | Kind::List | Kind::Map),
    }
}

/// How many different values a shape has at least.
pub(super) fn distinct(model: &Model, id: ShapeId) -> usize {
    let shape = model.shape(id);
    match shape.kind {
        Kind::String if !shape.values.is_empty() => shape.values.len(),
        Kind::Boolean => 2,
        Kind::Structure if !shape.is_union && !shape.is_document => {
            let simple = shape.members.iter().filter(|member| is_simple(model.shape(member.shape)));
            let values = simple.map(|member| distinct(model, member.shape));
            let all = values.fold(1, usize::saturating_mul);
            if shape.members.iter().all(|member| is_simple(model.shape(member.shape))) {
                all
            } else {
                usize::MAX
            }
        }
        _ => usize::MAX,
    }
}

/// The bounds of a number, as the model has them or these.
fn bounds(model: &Model, shape: &Shape, least: i64, most: i64) -> (i64, i64) {
    let number = |text: Option<orgwide_models::Text>| model.text(text?).parse::<f64>().ok();
    match (number(shape.min), number(shape.max)) {
        (None, None) => (least, most),
        (Some(low), None) => (low.ceil() as i64, (low.ceil() as i64).max(most)),
        (None, Some(high)) => ((high.floor() as i64).min(least), high.floor() as i64),
        (Some(low), Some(high)) => (low.ceil() as i64, (high.floor() as i64).max(low.ceil() as i64)),
    }
}
