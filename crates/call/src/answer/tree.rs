//! Values of JSON and CBOR, by their shapes.

use std::borrow::Cow;

use orgwide_models::{Kind, Member, Model, Protocol, Shape, ShapeId};
use serde_json::map::Entry;
use serde_json::{Map, Value};

use super::event::{Event, Events};
use super::scalar::{self, wrong};
use super::{AnswerError, ReadOptions};

/// What botocore calls the member of a union that its model does not have.
pub(super) const UNKNOWN_MEMBER: &str = "SDK_UNKNOWN_MEMBER";

/// Reads the values of one service. The depth of its recursion is that of the body, which the readers bound.
#[derive(Debug, Clone, Copy)]
pub(super) struct Tree<'m> {
    pub(super) model: &'m Model,
    pub(super) options: ReadOptions,
}

impl<'m> Tree<'m> {
    /// A value of which the first event has been read.
    pub(super) fn value<'b, E: Events<'b>>(
        &self,
        events: &mut E,
        id: ShapeId,
        event: Event<'b>,
    ) -> Result<Value, AnswerError> {
        let shape = self.model.shape(id);
        match (shape.kind, event) {
            (_, event) if shape.is_document => self.document(events, event),
            (_, Event::Null) => Ok(Value::Null),
            (Kind::Structure, Event::Map) => self.structure(events, shape),
            (Kind::List, Event::List) => self.list(events, shape),
            (Kind::Map, Event::Map) => self.map(events, shape),
            (kind, event) => self.scalar(kind, event),
        }
    }

    fn structure<'b, E: Events<'b>>(&self, events: &mut E, shape: &Shape) -> Result<Value, AnswerError> {
        let mut object = Map::new();
        let mut unknown = None;
        let mut expected = 0;
        while let Some(key) = events.key()? {
            let event = events.next()?;
            let Some((index, member)) = self.member(shape, &key, expected) else {
                if event != Event::Null && key != "__type" {
                    unknown = Some(key);
                }
                events.pass_over(&event)?;
                continue;
            };
            expected = index + 1;
            let name = self.model.text(member.name);
            match object.entry(name) {
                Entry::Vacant(entry) if event != Event::Null => {
                    let value = self.value(events, member.shape, event);
                    entry.insert(value.map_err(|error| error.within(name))?);
                }
                _ => events.pass_over(&event)?,
            }
        }
        Ok(close(shape, object, unknown))
    }

    /// The member of that name on the wire. Members mostly come in the model's order, so the search begins
    /// with the one after the last.
    pub(super) fn member<'s>(
        &self,
        shape: &'s Shape,
        key: &str,
        expected: usize,
    ) -> Option<(usize, &'s Member)> {
        let is_cbor = self.model.service().protocol == Protocol::Cbor;
        let matches = |member: &Member| {
            let wire = if is_cbor { member.name } else { member.wire.unwrap_or(member.name) };
            self.model.is(wire, key)
        };
        let (before, after) = shape.members.split_at(expected.min(shape.members.len()));
        let later = after.iter().position(matches).map(|index| before.len() + index);
        let index = later.or_else(|| before.iter().position(matches))?;
        shape.members.get(index).map(|member| (index, member))
    }

    fn list<'b, E: Events<'b>>(&self, events: &mut E, shape: &Shape) -> Result<Value, AnswerError> {
        let mut list = Vec::new();
        let element = shape.members.first().map(|element| element.shape);
        loop {
            let event = events.next()?;
            if event == Event::End {
                return Ok(Value::Array(list));
            }
            let value = match element {
                Some(element) => self.value(events, element, event),
                None => self.document(events, event),
            };
            let value = value.map_err(|error| error.within_element(list.len()))?;
            list.push(value);
        }
    }

    fn map<'b, E: Events<'b>>(&self, events: &mut E, shape: &Shape) -> Result<Value, AnswerError> {
        let mut map = Map::new();
        while let Some((key, value)) = self.entry(events, shape)? {
            map.entry(key).or_insert(value);
        }
        Ok(Value::Object(map))
    }

    /// The next entry of a map. A null is one only in a sparse map.
    pub(super) fn entry<'b, E: Events<'b>>(
        &self,
        events: &mut E,
        shape: &Shape,
    ) -> Result<Option<(String, Value)>, AnswerError> {
        while let Some(key) = events.key()? {
            let event = events.next()?;
            if event == Event::Null && !shape.is_sparse {
                continue;
            }
            let value = match shape.members.get(1) {
                Some(value) => self.value(events, value.shape, event),
                None => self.document(events, event),
            };
            let value = value.map_err(|error| error.within(&key))?;
            return Ok(Some((key.into_owned(), value)));
        }
        Ok(None)
    }

    fn scalar(&self, kind: Kind, event: Event<'_>) -> Result<Value, AnswerError> {
        match (kind, event) {
            (Kind::Timestamp, Event::Number(number)) => Ok(super::timestamp::from_number(number)),
            (Kind::Integer | Kind::Long, Event::Number(number)) => Ok(whole(number)),
            (Kind::Blob, Event::Bytes(bytes)) => Ok(scalar::bytes(&bytes, self.options)),
            // Services are lax about what is a text, a number or a boolean. What came is told as it came.
            (Kind::String | Kind::Boolean | Kind::Float | Kind::Double, Event::Number(number)) => {
                Ok(Value::Number(number))
            }
            (
                Kind::String | Kind::Boolean | Kind::Integer | Kind::Long | Kind::Float | Kind::Double,
                Event::Boolean(boolean),
            ) => Ok(Value::Bool(boolean)),
            (kind, Event::Wide(digits)) if kind != Kind::Blob && is_scalar(kind) => Ok(Value::String(digits)),
            (kind, Event::Text(text)) if is_scalar(kind) => scalar::from_text(kind, text, self.options),
            (kind, event) => Err(wrong(name(kind), event.kind())),
        }
    }

    /// A value that has no shape, as it came.
    pub(super) fn document<'b, E: Events<'b>>(
        &self,
        events: &mut E,
        event: Event<'b>,
    ) -> Result<Value, AnswerError> {
        Ok(match event {
            Event::Null => Value::Null,
            Event::Boolean(boolean) => Value::Bool(boolean),
            Event::Number(number) => Value::Number(number),
            Event::Wide(digits) => Value::String(digits),
            Event::Text(text) => Value::String(text.into_owned()),
            Event::Bytes(bytes) => scalar::bytes(&bytes, self.options),
            Event::List => {
                let mut list = Vec::new();
                loop {
                    match events.next()? {
                        Event::End => break Value::Array(list),
                        event => list.push(self.document(events, event)?),
                    }
                }
            }
            Event::Map => {
                let mut map = Map::new();
                while let Some(key) = events.key()? {
                    let event = events.next()?;
                    let value = self.document(events, event)?;
                    map.entry(key.into_owned()).or_insert(value);
                }
                Value::Object(map)
            }
            Event::End => return Err(wrong("a value", "an end")),
        })
    }
}

/// A structure at its end. A union of which nothing was known says so.
pub(super) fn close(shape: &Shape, mut object: Map<String, Value>, unknown: Option<Cow<'_, str>>) -> Value {
    if shape.is_union
        && object.is_empty()
        && let Some(name) = unknown
    {
        let member = Map::from_iter([("name".to_owned(), Value::String(name.into_owned()))]);
        object.insert(UNKNOWN_MEMBER.to_owned(), Value::Object(member));
    }
    Value::Object(object)
}

/// A whole number, even if it came with a fraction of zero.
fn whole(number: serde_json::Number) -> Value {
    match number.as_f64() {
        // Below 2^53 every whole number is one exactly.
        Some(float) if number.is_f64() && float.fract() == 0.0 && float.abs() < 9e15 => (float as i64).into(),
        _ => Value::Number(number),
    }
}

fn is_scalar(kind: Kind) -> bool {
    !matches!(kind, Kind::Structure | Kind::List | Kind::Map)
}

fn name(kind: Kind) -> &'static str {
    match kind {
        Kind::Structure => "an object",
        Kind::List => "a list",
        Kind::Map => "an object of entries",
        Kind::String => "text",
        Kind::Blob => "base64",
        Kind::Boolean => "true or false",
        Kind::Integer | Kind::Long => "a whole number",
        Kind::Float | Kind::Double => "a number",
        Kind::Timestamp => "a timestamp",
    }
}
