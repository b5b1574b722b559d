//! Whether a declaration fits the model of its service.

mod detail;
mod item;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use orgwide_call::{Effect, effect};
use orgwide_models::{Model, Operation};
use serde_json::{Map, Value};
use serde_saphyr::{Location, Spanned};

use self::item::Item;
use crate::Collectors;
use crate::declaration::{Declaration, Document, Within};
use crate::expression::{Expression, Path, Template};
use crate::parameters::Parameters;
use crate::problem::{Problems, nearest};
use crate::shapes;

/// Adds what does not fit.
pub(crate) fn fits(document: &Document, known: &Collectors, problems: &mut Problems) {
    let service = &document.service;
    let model = match known.catalog().model(&service.value) {
        Ok(model) => model,
        Err(error) => return problems.add(service.referenced, error.to_string()),
    };
    for (place, declared) in document.types.iter().enumerate() {
        let before = document.types.iter().take(place);
        if let Some(first) = before.clone().find(|before| before.kind.value == declared.kind.value) {
            let line = first.kind.referenced.line();
            problems.add(declared.kind.referenced, format!("this type is declared already, in line {line}"));
        }
        let mut given = Vec::new();
        let mut input = declared.parameters.clone();
        if let Some(within) = &declared.within {
            let parent = parent(within, &model, before, known);
            given = check_within(within, parent.as_ref(), declared, &mut input, problems);
        }
        actions(declared, problems);
        let list = List {
            operation: &declared.operation,
            input: Value::Object(input),
            page: declared.page.as_ref(),
            items: &declared.items,
        };
        let Some(shape) = list.check(&model, problems) else { continue };
        let mut item = Item { model: Arc::clone(&model), shape, member: declared.member.clone(), given };
        item.check(declared, declared.tags.as_ref(), problems);
        if let Some(instead) = &declared.instead {
            let list = List {
                operation: &instead.operation,
                input: Value::Object(instead.parameters.clone()),
                page: instead.page.as_ref(),
                items: &instead.items,
            };
            if declared.within.is_some() {
                problems
                    .add(instead.operation.referenced, "what is listed within another type has no `instead`");
            }
            let Some(shape) = list.check(&model, problems) else { continue };
            item.shape = shape;
            item.check(declared, instead.tags.as_ref(), problems);
        }
        detail::check(declared, &item, problems);
    }
}

fn actions(declared: &Declaration, problems: &mut Problems) {
    for action in &declared.actions {
        problems.read(action, |text| match text.split_once(':') {
            Some((service, name)) if !service.is_empty() && !name.is_empty() => Ok(()),
            _ => Err("an IAM action is called SERVICE:Name, such as `cloudformation:ListStacks`".to_owned()),
        });
    }
}

/// A list as it is declared.
struct List<'a> {
    operation: &'a Spanned<String>,
    input: Value,
    page: Option<&'a Spanned<u32>>,
    items: &'a Spanned<String>,
}

impl List<'_> {
    /// The shape of its items.
    fn check(&self, model: &Arc<Model>, problems: &mut Problems) -> Option<orgwide_models::ShapeId> {
        let operation = find(model, self.operation, problems)?;
        input(model, operation, self.operation.referenced, &self.input, problems);
        page(operation, self.operation, self.page, problems);
        problems.read(self.items, |path| shapes::items(model, operation, &Path::new(path)))
    }
}

fn find<'m>(model: &'m Model, name: &Spanned<String>, problems: &mut Problems) -> Option<&'m Operation> {
    let found = model.operations().find(|known| model.text(known.name) == name.value);
    if found.is_none() {
        let names = model.operations().map(|known| model.text(known.name));
        let (service, near) = (&model.service().name, nearest(&name.value, names));
        problems.add(name.referenced, format!("{service} has no operation of this name{near}"));
    }
    found
}

/// It reads, and can be called like this.
fn input(model: &Arc<Model>, operation: &Operation, at: Location, input: &Value, problems: &mut Problems) {
    if effect(model, operation, input) != Effect::Read {
        problems.add(at, "it may change something or tell a secret; what is collected is only read");
    }
    if let Err(error) = orgwide_call::check(model, operation, input) {
        problems.add(at, error.to_string());
    }
}

fn page(operation: &Operation, name: &Spanned<String>, page: Option<&Spanned<u32>>, problems: &mut Problems) {
    match (&operation.paginator, page) {
        (None, Some(page)) => problems.add(page.referenced, "the operation has no pages: leave this out"),
        (_, Some(page)) if page.value == 0 => problems.add(page.referenced, "a page has at least one item"),
        (Some(paginator), Some(page)) if (1..page.value).contains(&paginator.limit_max) => {
            problems.add(page.referenced, format!("a page has at most {} items", paginator.limit_max));
        }
        (Some(_), None) => {
            problems.add(name.referenced, "it has pages: `page` says how many items one has at most");
        }
        _ => {}
    }
}

/// The items that a type is listed within; none where that is not known, which is told elsewhere.
fn parent<'a>(
    within: &Within,
    model: &Arc<Model>,
    before: impl DoubleEndedIterator<Item = &'a Declaration>,
    known: &Collectors,
) -> Option<(Item, crate::Scope)> {
    let here = before.rev().find(|declared| declared.kind.value == within.kind.value);
    if let Some(declared) = here {
        let operation =
            model.operations().find(|known| model.text(known.name) == declared.operation.value)?;
        let shape = shapes::items(model, operation, &Path::new(&declared.items.value)).ok()?;
        let given = declared.within.as_ref().map(Within::given).unwrap_or_default();
        let item = Item { model: Arc::clone(model), shape, member: declared.member.clone(), given };
        return Some((item, declared.scope));
    }
    let spec = known.named(&within.kind.value)?.spec();
    let (model, operation) = orgwide_call::find(known.catalog(), &spec.service, &spec.operation).ok()?;
    let shape = shapes::items(&model, &operation, &Path::new(spec.items.as_ref()?)).ok()?;
    let given = spec.within.as_ref().map(|within| within.members.names()).unwrap_or_default();
    Some((Item { model, shape, member: spec.member.clone(), given }, spec.scope))
}

/// Adds to what the list is asked with; the members that its items get.
fn check_within(
    within: &Within,
    parent: Option<&(Item, crate::Scope)>,
    declared: &Declaration,
    input: &mut Map<String, Value>,
    problems: &mut Problems,
) -> Vec<String> {
    let mut unheard = Problems::default();
    for told in [Some(&within.parameters), within.members.as_ref()].into_iter().flatten() {
        let Some(parameters) = Parameters::declared(Some(told), &mut unheard) else { continue };
        if let Some((item, _)) = parent {
            item.check_parameters(&parameters, told.referenced, problems);
        }
    }
    if let Some(Value::Object(sample)) =
        Parameters::declared(Some(&within.parameters), &mut unheard).map(|parameters| parameters.sample())
    {
        input.extend(sample);
    }
    if parent.is_some_and(|(_, scope)| *scope != declared.scope) {
        problems.add(within.kind.referenced, "it is asked for in other places: both need the same `scope`");
    }
    within.given()
}

impl Within {
    fn given(&self) -> Vec<String> {
        self.members.iter().flat_map(|members| members.value.keys().cloned()).collect()
    }
}

impl Item {
    /// What is declared of it.
    fn check(&self, declared: &Declaration, tags: Option<&Spanned<String>>, problems: &mut Problems) {
        match (self.is_structure(), &self.member) {
            (true, Some(_)) => {
                problems.add(declared.items.referenced, "the items have members: leave `member` out");
            }
            (false, None) => problems.add(
                declared.items.referenced,
                "the items are bare texts: `member` says what one is to be called",
            ),
            _ => {}
        }
        let tells_tags = tags.is_some() || declared.details.iter().any(|detail| detail.tags.is_some());
        let check = |expression: &Expression, text: &Spanned<String>, problems: &mut Problems| {
            if matches!(expression, Expression::Tag(_)) && !tells_tags {
                problems.add(text.referenced, "the list does not tell tags: `tags` says where they are");
            }
            if let Err(why) = self.tells(expression) {
                problems.add_about(text, &why);
            }
        };
        if let Some(expression) = problems.read(&declared.id, Expression::of_id) {
            check(&expression, &declared.id, problems);
        }
        let expressions = [declared.name.as_ref(), declared.region.as_ref()];
        for text in expressions.into_iter().flatten() {
            if let Some(expression) = problems.read(text, Expression::new) {
                check(&expression, text, problems);
            }
        }
        if let Some(arn) = &declared.arn
            && let Some(template) = problems.read(arn, Template::new)
        {
            template.expressions().for_each(|expression| check(expression, arn, problems));
        }
        if let Some(tags) = tags {
            problems.read(tags, |path| shapes::tags(&self.model, self.shape, &Path::new(path)));
        }
    }
}
