//! Forms of the query protocol, and of EC2's dialect of it.

use std::collections::BTreeMap;

use orgwide_models::{Kind, Member, Model, Shape, ShapeId};
use serde_json::{Map, Value};

use super::text;
use crate::params::Params;

/// What the names of a form say when each dot leads one step down.
#[derive(Debug, Default)]
struct Node<'a> {
    text: Option<&'a str>,
    inside: BTreeMap<&'a str, Node<'a>>,
}

impl<'a> Node<'a> {
    fn at(&self, name: &str) -> Option<&Self> {
        self.inside.get(name)
    }

    /// What is under the numbers 1, 2, 3 …
    fn numbered(&self) -> impl Iterator<Item = &Self> {
        let mut items: Vec<(u32, &Self)> =
            self.inside.iter().filter_map(|(name, node)| Some((name.parse().ok()?, node))).collect();
        items.sort_by_key(|(number, _)| *number);
        items.into_iter().map(|(_, node)| node)
    }

    fn put(&mut self, name: &'a str, text: &'a str) {
        let node = name.split('.').fold(self, |node, part| node.inside.entry(part).or_default());
        node.text = Some(text);
    }
}

/// Reads a form as a value of a structure.
pub(super) fn read(model: &Model, shape: ShapeId, is_ec2: bool, params: &Params) -> Value {
    let mut root = Node::default();
    for name in params.names() {
        root.put(name, params.get(name).unwrap_or_default());
    }
    Reader { model, is_ec2 }.structure(model.shape(shape), &root)
}

struct Reader<'m> {
    model: &'m Model,
    is_ec2: bool,
}

impl Reader<'_> {
    fn structure(&self, shape: &Shape, node: &Node<'_>) -> Value {
        let members = shape.members.iter().filter_map(|member| {
            let name = self.name(member);
            let found = node.at(&name)?;
            Some((self.model.text(member.name).to_owned(), self.value(member, found)?))
        });
        Value::Object(members.collect::<Map<_, _>>())
    }

    /// What a member is called in a form.
    fn name(&self, member: &Member) -> String {
        if self.is_ec2 {
            if let Some(name) = member.query_name {
                return self.model.text(name).to_owned();
            }
            return capitalised(self.model.text(member.wire.unwrap_or(member.name)));
        }
        let shape = self.model.shape(member.shape);
        let element = shape.members.first().and_then(|element| element.wire);
        let wire = match element.filter(|_| shape.kind == Kind::List && self.is_flat(member)) {
            Some(element) => element,
            None => member.wire.unwrap_or(member.name),
        };
        self.model.text(wire).to_owned()
    }

    fn is_flat(&self, member: &Member) -> bool {
        self.is_ec2 || member.is_flattened || self.model.shape(member.shape).is_flattened
    }

    fn value(&self, member: &Member, node: &Node<'_>) -> Option<Value> {
        let shape = self.model.shape(member.shape);
        match shape.kind {
            Kind::Structure => Some(self.structure(shape, node)),
            Kind::List => {
                let element = shape.members.first()?;
                let items = if self.is_flat(member) {
                    node
                } else {
                    node.at(element.wire.map_or("member", |wire| self.model.text(wire)))
                        .or(node.at("member"))?
                };
                Some(items.numbered().filter_map(|item| self.value(element, item)).collect())
            }
            Kind::Map => {
                let [key, value] = shape.members.as_slice() else { return None };
                let entries = if self.is_flat(member) { node } else { node.at("entry")? };
                let named = |member: &Member, usual| member.wire.map_or(usual, |wire| self.model.text(wire));
                let pairs = entries.numbered().filter_map(|entry| {
                    let name = entry.at(named(key, "key"))?.text?;
                    Some((name.to_owned(), self.value(value, entry.at(named(value, "value"))?)?))
                });
                Some(Value::Object(pairs.collect()))
            }
            kind => Some(text::value(kind, node.text?)),
        }
    }
}

fn capitalised(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(letters).collect()
}

#[cfg(test)]
mod tests {
    use orgwide_models::Catalog;
    use serde_json::json;

    use super::*;

    fn form(service: &str, operation: &str, pairs: &[(&str, &str)]) -> Value {
        let model = Catalog::embedded().model(service).unwrap();
        let input = model.operation(operation).unwrap().input.unwrap();
        let pairs = pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        read(&model, input, service == "ec2", &Params::Pairs(pairs))
    }

    #[test]
    fn lists_and_structures_are_spelled_out() {
        let pairs = [
            ("Action", "DescribeVolumes"),
            ("Filter.1.Name", "status"),
            ("Filter.1.Value.1", "in-use"),
            ("Filter.1.Value.2", "available"),
            ("VolumeId.1", "vol-1"),
            ("MaxResults", "7"),
            ("DryRun", "false"),
        ];
        let expected = json!({
            "Filters": [{ "Name": "status", "Values": ["in-use", "available"] }],
            "VolumeIds": ["vol-1"],
            "MaxResults": 7,
            "DryRun": false,
        });
        assert_eq!(form("ec2", "DescribeVolumes", &pairs), expected);
    }

    #[test]
    fn the_query_protocol_has_names_between() {
        let pairs = [("ResourceArns.member.1", "a"), ("ResourceArns.member.2", "b")];
        assert_eq!(form("elbv2", "DescribeTags", &pairs), json!({ "ResourceArns": ["a", "b"] }));
        let pairs = [("Filters.Filter.1.Name", "engine"), ("Filters.Filter.1.Values.Value.1", "mysql")];
        let expected = json!({ "Filters": [{ "Name": "engine", "Values": ["mysql"] }] });
        assert_eq!(form("rds", "DescribeDBInstances", &pairs), expected);
    }
}
