//! Values in XML, by their shapes.

use std::borrow::Cow;

use orgwide_models::{Kind, Location, Member, Model, Shape, ShapeId, Text};
use serde_json::map::Entry;
use serde_json::{Map, Value};

use super::error::Problem;
use super::xml_reader::{Element, XmlReader};
use super::{AnswerError, DEEPEST, ReadOptions, scalar, tree};

/// Reads the values of one service.
#[derive(Debug, Clone, Copy)]
pub(super) struct XmlTree<'m> {
    pub(super) model: &'m Model,
    pub(super) options: ReadOptions,
}

impl<'m> XmlTree<'m> {
    /// The value of an element whose start has been read, to its end.
    pub(super) fn value<'b>(
        &self,
        xml: &mut XmlReader<'b>,
        element: &Element<'b>,
        id: ShapeId,
        depth: usize,
    ) -> Result<Value, AnswerError> {
        if depth >= DEEPEST {
            return Err(AnswerError::new(Problem::TooDeep));
        }
        let shape = self.model.shape(id);
        match shape.kind {
            Kind::Structure => self.structure(xml, element, shape, depth),
            Kind::List => self.list(xml, element, shape, depth),
            Kind::Map => self.map(xml, element, shape, depth),
            kind => scalar::from_text(kind, xml.text(element, depth)?, self.options),
        }
    }

    pub(super) fn structure<'b>(
        &self,
        xml: &mut XmlReader<'b>,
        element: &Element<'b>,
        shape: &Shape,
        depth: usize,
    ) -> Result<Value, AnswerError> {
        let mut object = Map::new();
        let mut unknown = None;
        let mut expected = 0;
        self.attributes(element, shape, &mut object)?;
        while let Some(child) = next(xml, element)? {
            let Some((index, member)) = self.member(shape, child.name(), expected) else {
                if shape.is_union {
                    unknown = Some(child.name().to_owned());
                }
                xml.pass_over(&child, depth + 1)?;
                continue;
            };
            expected = index;
            let name = self.model.text(member.name);
            self.put(xml, &child, member, &mut object, depth).map_err(|error| error.within(name))?;
        }
        Ok(tree::close(shape, object, unknown.map(Cow::Owned)))
    }

    /// Reads a child of a structure into it. The elements of a flattened list come one by one; of anything
    /// else that comes twice the first counts.
    pub(super) fn put<'b>(
        &self,
        xml: &mut XmlReader<'b>,
        child: &Element<'b>,
        member: &Member,
        object: &mut Map<String, Value>,
        depth: usize,
    ) -> Result<(), AnswerError> {
        let name = self.model.text(member.name);
        let shape = self.model.shape(member.shape);
        if !is_flattened(shape, member) {
            return match object.entry(name) {
                Entry::Occupied(_) => xml.pass_over(child, depth + 1),
                Entry::Vacant(entry) => {
                    entry.insert(self.value(xml, child, member.shape, depth + 1)?);
                    Ok(())
                }
            };
        }
        if shape.kind == Kind::List {
            let value = self.part(xml, child, shape.members.first(), depth + 1)?;
            if let Value::Array(list) = object.entry(name).or_insert_with(|| Value::Array(Vec::new())) {
                list.push(value);
            }
        } else {
            let entry = self.entry(xml, child, shape, depth + 1)?;
            if let Value::Object(map) = object.entry(name).or_insert_with(|| Value::Object(Map::new())) {
                map.entry(entry.0).or_insert(entry.1);
            }
        }
        Ok(())
    }

    pub(super) fn attributes(
        &self,
        element: &Element<'_>,
        shape: &Shape,
        object: &mut Map<String, Value>,
    ) -> Result<(), AnswerError> {
        for member in shape.members.iter().filter(|member| member.is_attribute) {
            let name = self.model.text(member.wire.unwrap_or(member.name));
            if let Some(text) = element.attribute(name) {
                let kind = self.model.shape(member.shape).kind;
                let value = scalar::from_text(kind, Cow::Owned(text), self.options)?;
                object.insert(self.model.text(member.name).to_owned(), value);
            }
        }
        Ok(())
    }

    /// The member whose element has that name. Its elements mostly come in the model's order, so the search
    /// begins with the one found last.
    pub(super) fn member<'s>(
        &self,
        shape: &'s Shape,
        element: &str,
        expected: usize,
    ) -> Option<(usize, &'s Member)> {
        let is_in_body = |member: &Member| {
            !matches!(member.location, Location::Header | Location::Headers | Location::Status)
        };
        let matches = |member: &Member| self.model.is(self.element(member), element) && is_in_body(member);
        let (before, after) = shape.members.split_at(expected.min(shape.members.len()));
        let later = after.iter().position(matches).map(|index| before.len() + index);
        let index = later.or_else(|| before.iter().position(matches)).or_else(|| {
            // A name lent by a shape is botocore's understanding, one's own is Smithy's: AWS sends either.
            let is_own = |member: &Member| self.model.is(member.wire.unwrap_or(member.name), element);
            shape.members.iter().position(|member| is_own(member) && is_in_body(member))
        })?;
        shape.members.get(index).map(|member| (index, member))
    }

    /// The name of a member's elements: those of a flattened list are named for what is in it.
    fn element(&self, member: &Member) -> Text {
        let shape = self.model.shape(member.shape);
        // A shape may bring the name of its members.
        let own = || member.wire.or(shape.wire).unwrap_or(member.name);
        match shape.members.first() {
            Some(inner) if shape.kind == Kind::List && is_flattened(shape, member) => {
                inner.wire.unwrap_or_else(own)
            }
            _ => own(),
        }
    }

    fn list<'b>(
        &self,
        xml: &mut XmlReader<'b>,
        element: &Element<'b>,
        shape: &Shape,
        depth: usize,
    ) -> Result<Value, AnswerError> {
        let mut list = Vec::new();
        if shape.is_flattened {
            // Inside another list or a map, where its elements cannot be told apart from those beside them.
            return Ok(Value::Array(vec![self.part(xml, element, shape.members.first(), depth)?]));
        }
        while let Some(child) = next(xml, element)? {
            let value = self.part(xml, &child, shape.members.first(), depth + 1);
            let value = value.map_err(|error| error.within_element(list.len()))?;
            list.push(value);
        }
        Ok(Value::Array(list))
    }

    fn map<'b>(
        &self,
        xml: &mut XmlReader<'b>,
        element: &Element<'b>,
        shape: &Shape,
        depth: usize,
    ) -> Result<Value, AnswerError> {
        let mut map = Map::new();
        if shape.is_flattened {
            let entry = self.entry(xml, element, shape, depth)?;
            map.insert(entry.0, entry.1);
            return Ok(Value::Object(map));
        }
        while let Some(child) = next(xml, element)? {
            let (key, value) = self.entry(xml, &child, shape, depth + 1)?;
            map.entry(key).or_insert(value);
        }
        Ok(Value::Object(map))
    }

    /// The entry of a map that an element is. One without a value has null.
    pub(super) fn entry<'b>(
        &self,
        xml: &mut XmlReader<'b>,
        element: &Element<'b>,
        shape: &Shape,
        depth: usize,
    ) -> Result<(String, Value), AnswerError> {
        let wire = |index: usize, usual: &'static str| {
            let member = shape.members.get(index);
            member.and_then(|member| member.wire).map_or(usual, |wire| self.model.text(wire))
        };
        let (key_name, value_name) = (wire(0, "key"), wire(1, "value"));
        let mut key = None;
        let mut value = Value::Null;
        while let Some(child) = next(xml, element)? {
            if child.name() == key_name && key.is_none() {
                key = Some(xml.text(&child, depth + 1)?.into_owned());
            } else if child.name() == value_name && value.is_null() {
                value = self.part(xml, &child, shape.members.get(1), depth + 1)?;
            } else {
                xml.pass_over(&child, depth + 1)?;
            }
        }
        let key = key.ok_or_else(|| {
            AnswerError::new(Problem::Missing { element: format!("<{key_name}> in a map") })
        })?;
        Ok((key, value))
    }

    /// An element of a list or the value of a map.
    pub(super) fn part<'b>(
        &self,
        xml: &mut XmlReader<'b>,
        element: &Element<'b>,
        member: Option<&Member>,
        depth: usize,
    ) -> Result<Value, AnswerError> {
        match member {
            Some(member) => self.value(xml, element, member.shape, depth),
            None => xml.text(element, depth).map(|text| Value::String(text.into_owned())),
        }
    }
}

/// The next child of an element, if it can have one.
pub(super) fn next<'b>(
    xml: &mut XmlReader<'b>,
    parent: &Element<'b>,
) -> Result<Option<Element<'b>>, AnswerError> {
    if parent.is_empty() { Ok(None) } else { xml.child(parent.full_name()) }
}

pub(super) fn is_flattened(shape: &Shape, member: &Member) -> bool {
    matches!(shape.kind, Kind::List | Kind::Map) && (shape.is_flattened || member.is_flattened)
}
