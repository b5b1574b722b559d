//! Whether a declaration fits the model of its service.

use orgwide_call::{Effect, check, effect};
use orgwide_models::{Catalog, Kind, Model, Operation, ShapeId};
use serde_json::Value;
use serde_saphyr::Spanned;

use crate::declaration::{Declaration, Document};
use crate::expression::{Expression, Path, Template};
use crate::problem::{Problems, nearest};
use crate::shapes;

/// Adds what does not fit.
pub(crate) fn fits(document: &Document, catalog: &Catalog, problems: &mut Problems) {
    let service = &document.service;
    let model = match catalog.model(&service.value) {
        Ok(model) => model,
        Err(error) => return problems.add(service.referenced, error.to_string()),
    };
    for declaration in &document.types {
        let operation = &declaration.operation;
        let Some(known) = model.operations().find(|known| model.text(known.name) == operation.value) else {
            let names = model.operations().map(|known| model.text(known.name));
            let near = nearest(&operation.value, names);
            problems
                .add(operation.referenced, format!("{} has no operation of this name{near}", service.value));
            continue;
        };
        input(&model, known, declaration, problems);
        page(known, declaration, problems);
        for action in &declaration.actions {
            problems.read(action, |text| match text.split_once(':') {
                Some((service, name)) if !service.is_empty() && !name.is_empty() => Ok(()),
                _ => {
                    Err("an IAM action is called SERVICE:Name, such as `cloudformation:ListStacks`"
                        .to_owned())
                }
            });
        }
        let Some(item) =
            problems.read(&declaration.items, |path| shapes::items(&model, known, &Path::new(path)))
        else {
            continue;
        };
        Item { model: &model, item, declaration }.check(problems);
    }
}

/// It reads, and can be called like this.
fn input(
    model: &std::sync::Arc<Model>,
    operation: &Operation,
    declaration: &Declaration,
    problems: &mut Problems,
) {
    let at = declaration.operation.referenced;
    let input = Value::Object(declaration.parameters.clone());
    if effect(model, operation, &input) != Effect::Read {
        problems.add(at, "it may change something or tell a secret; what is collected is only read");
    }
    if let Err(error) = check(model, operation, &input) {
        problems.add(at, error.to_string());
    }
}

fn page(operation: &Operation, declaration: &Declaration, problems: &mut Problems) {
    match (&operation.paginator, &declaration.page) {
        (None, Some(page)) => problems.add(page.referenced, "the operation has no pages: leave this out"),
        (_, Some(page)) if page.value == 0 => problems.add(page.referenced, "a page has at least one item"),
        (Some(_), None) => {
            problems.add(
                declaration.operation.referenced,
                "it has pages: `page` says how many items one has at most",
            );
        }
        _ => {}
    }
}

/// An item, and what is declared of it.
struct Item<'a> {
    model: &'a Model,
    item: ShapeId,
    declaration: &'a Declaration,
}

impl Item<'_> {
    fn check(&self, problems: &mut Problems) {
        let declaration = self.declaration;
        let is_structure = self.model.shape(self.item).kind == Kind::Structure;
        match (is_structure, &declaration.member) {
            (true, Some(_)) => {
                problems.add(declaration.items.referenced, "the items have members: leave `member` out")
            }
            (false, None) => problems.add(
                declaration.items.referenced,
                "the items are bare texts: `member` says what one is to be called",
            ),
            _ => {}
        }
        if let Some(expression) = problems.read(&declaration.id, Expression::of_id) {
            self.expression(&expression, &declaration.id, problems);
        }
        let expressions = [declaration.name.as_ref(), declaration.region.as_ref()];
        for text in expressions.into_iter().flatten() {
            if let Some(expression) = problems.read(text, Expression::new) {
                self.expression(&expression, text, problems);
            }
        }
        if let Some(arn) = &declaration.arn
            && let Some(template) = problems.read(arn, Template::new)
        {
            template.expressions().for_each(|expression| self.expression(expression, arn, problems));
        }
        if let Some(tags) = &declaration.tags {
            let read = |path: &str| {
                let shape = shapes::at(self.model, self.item, &Path::new(path))?;
                match self.model.shape(shape).kind {
                    Kind::List | Kind::Map => Ok(()),
                    _ => Err("these are no tags: a list or a map is expected".to_owned()),
                }
            };
            problems.read(tags, read);
        }
    }

    fn expression(&self, expression: &Expression, text: &Spanned<String>, problems: &mut Problems) {
        let declaration = self.declaration;
        if matches!(expression, Expression::Tag(_)) && declaration.tags.is_none() {
            problems.add(text.referenced, "the list does not tell tags: `tags` says where they are");
        }
        let Some(path) = expression.path() else { return };
        problems.read(text, |_| match &declaration.member {
            Some(member) => path
                .names()
                .eq([member.as_str()])
                .then_some(())
                .ok_or_else(|| format!("the only member of an item is `{member}`")),
            None => match shapes::at(self.model, self.item, path)? {
                shape if shapes::is_scalar(self.model, shape) => Ok(()),
                _ => Err("this is a structure, a list or a map, not a text".to_owned()),
            },
        });
    }
}
