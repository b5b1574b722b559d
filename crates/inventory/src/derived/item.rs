//! Which members of an item are its id, its ARN, its name and its tags.

use orgwide_models::{Kind, Model, ShapeId};

use super::answer::List;
use super::words::{Noun, key, singular};
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
const CODES: &[&str] = &["code", "key", "url", "uri", "alias"];

/// How well a member's name fits, best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Fit {
    /// `CrawlerId` of a crawler.
    Own,
    /// `Id`.
    Bare,
    /// `NodeId` of a reserved node.
    Ending,
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
        let is = |ends: &[&str]| ends.iter().any(|end| member.to_ascii_lowercase().ends_with(end));
        Parts {
            id: Some(text()),
            arn: is(ARNS).then(|| Template::from(text())),
            name: (!is(ARNS) && !is(IDS) && !is(CODES)).then(text),
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
        let is_versioned = own.iter().chain(&inner).any(|scalar| {
            let word = scalar.name.to_ascii_lowercase();
            word.ends_with("version") && !word.contains("engine") || word.ends_with("revision")
        });
        // Of several versions the name is the same.
        let by_name = name.as_ref().filter(|_| !is_versioned || arn.is_none());
        let ids = [id.clone(), by_name.cloned(), arn.clone(), best(CODES), self.itself(&own, nouns)];
        let ids: Vec<Expression> = ids.into_iter().flatten().map(|path| expression(&path)).collect();
        let tags = self.tags();
        let mut names: Vec<Expression> = name.iter().map(|path| expression(path)).collect();
        if tags.is_some() {
            names.push(Expression::Tag("Name".to_owned()));
        }
        Parts {
            id: Expression::first_of(ids),
            arn: arn.map(|path| Template::from(expression(&path))),
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
            let noun = Noun::of_list(self.model.text(member.name));
            self.model.shape(member.shape).kind == Kind::Structure && nouns.contains(&noun)
        });
        wrappers
            .flat_map(|member| self.scalars(member.shape, &format!("{}.", self.model.text(member.name))))
            .collect()
    }

    /// A member that is called like the resource as a whole: `domain` of a domain.
    fn itself(&self, own: &[Scalar<'_>], nouns: &[Noun]) -> Option<String> {
        own.iter().find(|scalar| nouns.contains(&Noun::new(scalar.name))).map(|scalar| scalar.path.clone())
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
    if nouns.contains(&stem) {
        return Some(Fit::Own);
    }
    // The number of a version means nothing without what it is a version of.
    let is_version = |noun: &Noun| noun.is(&key("version")) || noun.is(&key("revision"));
    let is_ending =
        nouns.iter().any(|noun| noun.endings().any(|ending| ending == stem && !is_version(&ending)));
    is_ending.then_some(Fit::Ending)
}

fn expression(path: &str) -> Expression {
    Expression::Member { path: Path::new(path), after: None }
}
