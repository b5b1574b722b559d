//! Whether the parts of a model fit together.

use crate::{
    Checksum, ContextValue, ErrorCode, Kind, Member, Model, Operation, Paginator, Shape, ShapeId, Text,
    XmlNamespace,
};

/// The most variables of endpoint rules; S3's, the most known, have a few dozen.
const MOST_VARIABLES: usize = 4096;

impl Model {
    /// What is wrong with it. In a model that passes, every name and shape that is referred to is there, a list
    /// has its element, a map its key and value, and the operations are sorted.
    pub(crate) fn check(&self) -> Result<(), String> {
        if self.rules.variables() > MOST_VARIABLES {
            return Err(format!("its endpoint rules have more than {MOST_VARIABLES} variables"));
        }
        self.shapes.iter().try_for_each(|shape| self.check_shape(shape))?;
        self.operations.iter().try_for_each(|operation| self.check_operation(operation))?;
        let names = self.operations.iter().map(|operation| self.text(operation.name));
        match names.is_sorted_by(|a, b| a < b) {
            true => Ok(()),
            false => Err("its operations are not sorted, or two have one name".to_owned()),
        }
    }

    fn check_shape(&self, shape: &Shape) -> Result<(), String> {
        self.check_text(shape.name)?;
        shape
            .wire
            .iter()
            .chain(&shape.values)
            .chain(&shape.min)
            .chain(&shape.max)
            .try_for_each(|text| self.check_text(*text))?;
        self.check_namespace(shape.namespace)?;
        if let Some(ErrorCode { code: Some(code), .. }) = shape.error {
            self.check_text(code)?;
        }
        let members = shape.members.len();
        let fits = match shape.kind {
            Kind::Structure => true,
            Kind::List => members == 1,
            Kind::Map => members == 2,
            _ => members == 0,
        };
        if !fits {
            return Err(format!("shape {} has {members} members", self.text(shape.name)));
        }
        if shape.payload.is_some_and(|payload| payload as usize >= members) {
            return Err(format!("shape {} lacks the member that is its payload", self.text(shape.name)));
        }
        shape.members.iter().try_for_each(|member| self.check_member(member))
    }

    fn check_member(&self, member: &Member) -> Result<(), String> {
        self.check_text(member.name)?;
        self.check_id(member.shape)?;
        let texts = member.wire.iter().chain(&member.query_name).chain(&member.context_param);
        texts.into_iter().try_for_each(|text| self.check_text(*text))?;
        self.check_namespace(member.namespace)
    }

    fn check_operation(&self, operation: &Operation) -> Result<(), String> {
        let shapes = operation.input.iter().chain(&operation.output).chain(&operation.errors);
        shapes.into_iter().try_for_each(|id| self.check_id(*id))?;
        let texts = [&operation.input_wire, &operation.result_wrapper, &operation.host_prefix];
        let texts = texts.into_iter().flatten().chain([&operation.name, &operation.method, &operation.uri]);
        texts.into_iter().try_for_each(|text| self.check_text(*text))?;
        self.check_namespace(operation.input_namespace)?;
        if let Checksum::RequiredAs(member) | Checksum::OptionalAs(member) = operation.checksum {
            self.check_text(member)?;
        }
        for (name, value) in &operation.context {
            self.check_text(*name)?;
            match value {
                ContextValue::Text(text) => self.check_text(*text)?,
                ContextValue::Boolean(_) => {}
                ContextValue::List(texts) => texts.iter().try_for_each(|text| self.check_text(*text))?,
            }
        }
        operation.paginator.as_ref().map_or(Ok(()), |paginator| self.check_paginator(paginator))
    }

    fn check_paginator(&self, paginator: &Paginator) -> Result<(), String> {
        let Paginator { input_tokens, output_tokens, limit, more, results, .. } = paginator;
        if input_tokens.len() != output_tokens.len() {
            return Err("a paginator takes more tokens than it answers, or fewer".to_owned());
        }
        let texts = input_tokens.iter().chain(output_tokens).chain(limit).chain(more).chain(results);
        texts.into_iter().try_for_each(|text| self.check_text(*text))
    }

    fn check_namespace(&self, namespace: Option<XmlNamespace>) -> Result<(), String> {
        let Some(XmlNamespace { uri, prefix }) = namespace else { return Ok(()) };
        self.check_text(uri)?;
        prefix.map_or(Ok(()), |prefix| self.check_text(prefix))
    }

    fn check_text(&self, text: Text) -> Result<(), String> {
        if self.texts.has(text) { Ok(()) } else { Err("a name is missing".to_owned()) }
    }

    fn check_id(&self, id: ShapeId) -> Result<(), String> {
        if (id.0 as usize) < self.shapes.len() { Ok(()) } else { Err("a shape is missing".to_owned()) }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn model() -> Model {
        let service = json!({
            "metadata": { "protocol": "json" },
            "operations": {
                "A": { "input": { "shape": "In" }, "output": { "shape": "Out" }, "errors": [{ "shape": "Bad" }] },
                "B": {},
            },
            "shapes": {
                "In": { "type": "structure", "members": { "NextToken": { "shape": "Text" } } },
                "Out": {
                    "type": "structure", "payload": "Things",
                    "members": { "NextToken": { "shape": "Text" }, "Things": { "shape": "Things" } },
                },
                "Bad": { "type": "structure", "exception": true, "error": { "code": "B" }, "members": {} },
                "Things": { "type": "list", "member": { "shape": "Text" } },
                "Text": { "type": "string", "enum": ["x"] },
            },
        });
        Model::from_botocore("x", &service, &[], None).unwrap()
    }

    /// Beyond every shape and name of that model.
    const NO_SHAPE: ShapeId = ShapeId(1000);

    fn no_text() -> Text {
        let mut texts = crate::text::Interner::default();
        (0..1000).map(|number: u32| texts.text(&number.to_string())).last().unwrap()
    }

    #[test]
    fn a_model_that_was_imported_is_whole() {
        assert_eq!(model().check(), Ok(()));
    }

    #[test]
    fn whatever_is_missing_is_noticed() {
        let breaks: &[fn(&mut Model)] = &[
            |model| model.operations[0].input = Some(NO_SHAPE),
            |model| model.operations[0].output = Some(NO_SHAPE),
            |model| model.operations[0].errors[0] = NO_SHAPE,
            |model| model.operations[0].uri = no_text(),
            |model| model.operations[0].host_prefix = Some(no_text()),
            |model| model.operations[0].checksum = Checksum::OptionalAs(no_text()),
            |model| model.operations[0].context = vec![(no_text(), ContextValue::Boolean(true))],
            |model| {
                let name = model.operations[0].name;
                model.operations[0].context = vec![(name, ContextValue::List(vec![no_text()]))];
            },
            |model| model.operations[0].paginator.as_mut().unwrap().results[0] = no_text(),
            |model| model.operations[0].paginator.as_mut().unwrap().input_tokens.clear(),
            |model| model.operations.swap(0, 1),
            |model| model.operations[1].name = model.operations[0].name,
            |model| model.shapes.iter_mut().for_each(|shape| shape.name = no_text()),
            |model| model.shapes.iter_mut().for_each(|shape| shape.values = vec![no_text()]),
            |model| model.shapes.iter_mut().for_each(|shape| shape.max = Some(no_text())),
            |model| model.shapes.iter_mut().for_each(|shape| shape.payload = Some(2)),
            |model| {
                let namespace = XmlNamespace { uri: no_text(), prefix: None };
                model.shapes.iter_mut().for_each(|shape| shape.namespace = Some(namespace));
            },
            |model| {
                let members = model.shapes.iter_mut().flat_map(|shape| &mut shape.members);
                members.for_each(|member| member.shape = NO_SHAPE);
            },
            |model| {
                let members = model.shapes.iter_mut().flat_map(|shape| &mut shape.members);
                members.for_each(|member| member.wire = Some(no_text()));
            },
            |model| {
                let lists = model.shapes.iter_mut().filter(|shape| shape.kind == Kind::List);
                lists.for_each(|shape| shape.members.clear());
            },
            |model| {
                let lists = model.shapes.iter_mut().filter(|shape| shape.kind == Kind::List);
                lists.for_each(|shape| shape.kind = Kind::Map);
            },
            |model| {
                let lists = model.shapes.iter_mut().filter(|shape| shape.kind == Kind::List);
                lists.for_each(|shape| shape.kind = Kind::String);
            },
        ];
        for (number, break_it) in breaks.iter().enumerate() {
            let mut model = model();
            break_it(&mut model);
            assert!(model.check().is_err(), "break {number}");
            // What is stored all the same is not read again.
            let stored = model.encode().unwrap();
            assert!(matches!(Model::decode(&stored), Err(crate::DecodeError::Broken(_))), "break {number}");
        }
    }
}
