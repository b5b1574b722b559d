//! Which members of an item are its id, its ARN, its name and its tags.

use orgwide_models::{Kind, Model, ShapeId};

use super::answer::List;
use super::words::{Noun, singular};
use crate::expression::{Expression, Path, Template};
use crate::tags;

/// What of an item says what.
#[derive(Debug, Default)]
pub(super) struct Parts {
    pub(super) id: Option<Expression>,
    pub(super) arn: Option<Template>,
    pub(super) name: Option<Expression>,
    pub(super) tags: Option<Path>,
    /// What an item is called that is a bare text.
    pub(super) member: Option<String>,
}

/// The items of a list.
pub(super) struct Item<'m> {
    model: &'m Model,
    list: &'m List,
}

/// Last words of members that tell what something is known by.
const IDS: &[&str] = &["identifier", "id"];
const ARNS: &[&str] = &["arn"];
const NAMES: &[&str] = &["name"];
/// Members that tell what something is called, whatever it is.
const TITLES: &[&str] = &["displayname", "friendlyname", "title"];
const CODES: &[&str] = &["code", "url"];

/// How well a member's name fits, best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Fit {
    /// `CrawlerId` of a crawler.
    Own(usize),
    /// `Id`.
    Bare,
    /// `NodeId` of a reserved node.
    Part,
}

/// A text or number in an item.
struct Scalar<'m> {
    path: String,
    name: &'m str,
}

impl<'m> Item<'m> {
    pub(super) fn new(model: &'m Model, list: &'m List) -> Self {
        Self { model, list }
    }

    pub(super) fn parts(&self, nouns: &[Noun]) -> Parts {
        if self.list.is_map {
            return Parts { id: Some(Expression::Key), name: Some(Expression::Key), ..Parts::default() };
        }
        match self.model.shape(self.list.item).kind {
            Kind::Structure => self.of_structure(nouns),
            Kind::List | Kind::Map => Parts::default(),
            _ => self.of_text(nouns),
        }
    }

    /// A bare text is called like the list, in the singular.
    fn of_text(&self, nouns: &[Noun]) -> Parts {
        let last = self.list.path.rsplit('.').next().unwrap_or_default();
        let lower = last.to_ascii_lowercase();
        // Lists of `Items` say nothing of what these are.
        let member = match (lower.as_str(), nouns.first()) {
            ("items" | "list" | "results" | "values", Some(noun)) => noun.singular(),
            _ => singular(last.strip_suffix("List").filter(|rest| !rest.is_empty()).unwrap_or(last)),
        };
        let text = || expression(&member);
        let shape = self.model.text(self.model.shape(self.list.item).name);
        let is_name = [&member, shape].iter().any(|name| name.to_ascii_lowercase().ends_with("name"));
        Parts {
            id: Some(text()),
            // What is no ARN is not taken for one.
            arn: Some(Template::from(text())),
            name: is_name.then(text),
            tags: None,
            member: Some(member),
        }
    }

    fn of_structure(&self, nouns: &[Noun]) -> Parts {
        let own = self.scalars(self.list.item, "");
        // What is wrapped in a structure of its own name is looked for there, where it is not beside it.
        let inner: Vec<Scalar<'_>> = self.wrapped(nouns);
        let best = |ends: &[&str]| best(&own, nouns, ends).or_else(|| best(&inner, nouns, ends));
        let (id, arn, name) = (best(IDS), best(ARNS), best(NAMES));
        // Names may not be unique, ARNs are.
        let ids = [id.clone(), arn.clone(), name.clone(), best(CODES), self.itself(&own, nouns)];
        let ids: Vec<Expression> = ids.into_iter().flatten().map(|path| expression(&path)).collect();
        let tags = self.tags();
        let title = own.iter().find(|scalar| TITLES.contains(&scalar.name.to_ascii_lowercase().as_str()));
        let names = name.as_ref().or(title.map(|scalar| &scalar.path));
        let mut names: Vec<Expression> = names.map(|path| expression(path)).into_iter().collect();
        if tags.is_some() {
            names.push(Expression::Tag("Name".to_owned()));
        }
        Parts {
            id: Expression::first_of(ids),
            // What an item is known by may be its ARN; what is none is not taken for one.
            arn: Expression::first_of(
                [arn, id].into_iter().flatten().map(|path| expression(&path)).collect(),
            )
            .map(Template::from),
            name: Expression::first_of(names),
            tags,
            member: None,
        }
    }

    /// The texts and numbers of a structure.
    fn scalars(&self, shape: ShapeId, before: &str) -> Vec<Scalar<'m>> {
        let members = self.model.shape(shape).members.iter();
        let scalars = members.filter(|member| {
            matches!(self.model.shape(member.shape).kind, Kind::String | Kind::Integer | Kind::Long)
        });
        scalars
            .map(|member| {
                let name = self.model.text(member.name);
                Scalar { path: format!("{before}{name}"), name }
            })
            .collect()
    }

    /// Those of the structures in an item that are called like what it is.
    fn wrapped(&self, nouns: &[Noun]) -> Vec<Scalar<'m>> {
        let members = &self.model.shape(self.list.item).members;
        let wrappers = members.iter().filter(|member| {
            let noun = Noun::new(self.model.text(member.name));
            self.model.shape(member.shape).kind == Kind::Structure && nouns.contains(&noun)
        });
        wrappers
            .flat_map(|member| self.scalars(member.shape, &format!("{}.", self.model.text(member.name))))
            .collect()
    }

    /// A member that is called like the resource as a whole: `domain` of a domain.
    fn itself(&self, own: &[Scalar<'_>], nouns: &[Noun]) -> Option<String> {
        let first = nouns.first()?;
        own.iter().find(|scalar| Noun::new(scalar.name) == *first).map(|scalar| scalar.path.clone())
    }

    fn tags(&self) -> Option<Path> {
        const WORDS: &[&str] = &["tags", "taglist", "tagset"];
        let members = self.model.shape(self.list.item).members.iter();
        let mut found = members.filter(|member| {
            let name = self.model.text(member.name).to_ascii_lowercase();
            WORDS.contains(&name.as_str()) && self.are_tags(member.shape)
        });
        found.next().map(|member| Path::new(self.model.text(member.name)))
    }

    /// Texts by texts, or keys with values.
    fn are_tags(&self, shape: ShapeId) -> bool {
        let shape = self.model.shape(shape);
        match (shape.kind, shape.members.as_slice()) {
            (Kind::Map, [_, value, ..]) => self.model.shape(value.shape).kind == Kind::String,
            (Kind::List, [element, ..]) => {
                let members = &self.model.shape(element.shape).members;
                let has = |wanted: &str| members.iter().any(|member| self.model.text(member.name) == wanted);
                tags::NAMES.iter().any(|(key, value)| has(key) && has(value))
            }
            _ => false,
        }
    }
}

/// The path of the member that fits best.
fn best(scalars: &[Scalar<'_>], nouns: &[Noun], ends: &[&str]) -> Option<String> {
    let fitting = scalars.iter().filter_map(|scalar| {
        let lower = scalar.name.to_ascii_lowercase();
        let (end, stem) = ends.iter().find_map(|end| Some((end, lower.strip_suffix(end)?)))?;
        let stem = scalar.name.get(..stem.len())?;
        Some((fit(stem, nouns)?, end.len(), scalar))
    });
    fitting.min_by_key(|(fit, ..)| *fit).map(|(.., scalar)| scalar.path.clone())
}

fn fit(stem: &str, nouns: &[Noun]) -> Option<Fit> {
    if stem.is_empty() {
        return Some(Fit::Bare);
    }
    let stem = Noun::new(stem);
    match nouns.iter().position(|noun| *noun == stem) {
        // What is left without words about the form may be what it is a part of.
        Some(place) => Some(Fit::Own(place)),
        None => nouns.iter().any(|noun| stem.is_part_of(noun)).then_some(Fit::Part),
    }
}

fn expression(path: &str) -> Expression {
    Expression::Member { path: Path::new(path), after: None }
}
