//! Which list of an answer is what the operation lists.

use orgwide_models::{Kind, Location, Member, Model, Operation, ShapeId};

use super::words::{self, Noun};
use crate::expression::Path;
use crate::shapes;

/// A list or map of an answer.
#[derive(Debug, Clone)]
pub(super) struct List {
    /// Where it is, names of members with dots between them.
    pub(super) path: String,
    /// What one item of it is.
    pub(super) item: ShapeId,
    /// Its items are entries of a map.
    pub(super) is_map: bool,
    /// The paths of the answer's other lists.
    pub(super) others: Vec<String>,
}

/// Why no list of an answer is collected.
#[derive(Debug)]
pub(super) enum NoList {
    /// There is none.
    Nothing,
    /// There are lists, and none is called like the operation.
    Beside(Vec<String>),
    /// The list that was named is not there.
    Named(String, Vec<String>),
}

/// More lists are not named.
const SHOWN: usize = 4;

impl NoList {
    pub(super) fn told(self, service: &str, operation: &str) -> String {
        let by_path = |lists: &[String]| {
            let shown = lists.iter().take(SHOWN).map(|path| format!("`{service}:{operation}.{path}`"));
            let more = lists.len().checked_sub(SHOWN).filter(|more| *more > 0);
            shown.chain(more.map(|more| format!("{more} more"))).collect::<Vec<_>>().join(" or ")
        };
        match self {
            Self::Nothing => {
                format!(
                    "it answers with one thing, not a list; `orgwide call {service} {operation}` shows it"
                )
            }
            Self::Beside(lists) if lists.len() == 1 => format!(
                "it answers with one thing that has a list in it; `orgwide call {service} {operation}` shows it, and {} \
                 collects the list",
                by_path(&lists)
            ),
            Self::Beside(lists) => format!("it answers with several lists: ask for {}", by_path(&lists)),
            Self::Named(path, lists) if lists.is_empty() => format!("its answers have no list `{path}`"),
            Self::Named(path, lists) => {
                format!("its answers have no list `{path}`: ask for {}", by_path(&lists))
            }
        }
    }
}

/// The list, or the one that is named.
pub(super) fn list(model: &Model, operation: &Operation, named: Option<&str>) -> Result<List, NoList> {
    let lists = lists(model, operation);
    let paths = || lists.iter().map(|list| list.path.clone()).collect::<Vec<_>>();
    let chosen = match (named, lists.as_slice()) {
        (Some(named), _) => {
            let is_named = |list: &&List| list.path.eq_ignore_ascii_case(named);
            lists.iter().find(is_named).ok_or_else(|| NoList::Named(named.to_owned(), paths()))?
        }
        (None, []) => return Err(NoList::Nothing),
        (None, [only]) if is_all(model, operation, only) => only,
        (None, lists) => by_name(model, operation, lists).ok_or_else(|| NoList::Beside(paths()))?,
    };
    let others = match named {
        None => paths().into_iter().filter(|path| *path != chosen.path).collect(),
        // Who names one knows of the others.
        Some(_) => Vec::new(),
    };
    Ok(List { others, ..chosen.clone() })
}

/// The one called like the operation; where bare names stand beside the things themselves, the things; where none is
/// called so, the one beside what went wrong.
fn by_name<'l>(model: &Model, operation: &Operation, lists: &'l [List]) -> Option<&'l List> {
    let wanted = Noun::of_operation(model.text(operation.name)).shortest();
    let is = |name: &str| Noun::new(name).shortest() == wanted;
    let fits = |list: &&List| match list.path.rsplit_once('.') {
        Some((outer, "Items" | "items")) => outer.rsplit('.').next().is_some_and(is),
        Some((_, last)) => is(last),
        None => is(&list.path),
    };
    let is_thing = |list: &&&List| model.shape(list.item).kind == Kind::Structure;
    let fitting: Vec<_> = lists.iter().filter(fits).collect();
    let things: Vec<_> = fitting.iter().filter(is_thing).copied().collect();
    let good: Vec<_> = lists.iter().filter(|list| !words::is_about_failures(&list.path)).collect();
    match (fitting.as_slice(), things.as_slice(), good.as_slice()) {
        ([only], ..) | (_, [only], _) => Some(only),
        ([], _, [only]) if lists.len() > 1 && !only.path.contains('.') => Some(only),
        _ => None,
    }
}

/// Whether a list is all that an answer tells, but for how to go on and for counts.
fn is_all(model: &Model, operation: &Operation, list: &List) -> bool {
    if operation.paginator.as_ref().is_some_and(|pages| !pages.results.is_empty()) {
        return true;
    }
    if list.path.contains('.') {
        return false;
    }
    let output = operation.output.map(|output| model.shape(output).members.as_slice()).unwrap_or_default();
    let is_list = |member: &Member| matches!(model.shape(member.shape).kind, Kind::List | Kind::Map);
    output.iter().all(|member| is_list(member) || words::is_about_pages(model.text(member.name)))
}

/// Every list and map: those that the pages are of, else those at the top, else those in structures there.
fn lists(model: &Model, operation: &Operation) -> Vec<List> {
    let of = |path: &str| at(model, operation, path);
    let paged = operation.paginator.iter().flat_map(|pages| &pages.results);
    let paged: Vec<_> = paged.filter_map(|path| of(model.text(*path))).collect();
    if !paged.is_empty() {
        return paged;
    }
    let Some(output) = operation.output else { return Vec::new() };
    let members = || model.shape(output).members.iter().filter(|member| member.location == Location::Body);
    let top: Vec<_> = members().filter_map(|member| of(model.text(member.name))).collect();
    if !top.is_empty() {
        return top;
    }
    let inside = |outer: &Member| {
        let inner = model.shape(outer.shape);
        let members = if inner.kind == Kind::Structure { inner.members.as_slice() } else { &[] };
        let paths =
            members.iter().map(|member| format!("{}.{}", model.text(outer.name), model.text(member.name)));
        paths.filter_map(|path| of(&path)).collect::<Vec<_>>()
    };
    members().flat_map(inside).collect()
}

/// The list or map at a path.
fn at(model: &Model, operation: &Operation, path: &str) -> Option<List> {
    let shape = shapes::in_answer(model, operation, &Path::new(path)).ok()?;
    let (item, is_map) = match (model.shape(shape).kind, model.shape(shape).members.as_slice()) {
        (Kind::List, _) => (shapes::through_lists(model, shape), false),
        (Kind::Map, [_, value, ..]) => (value.shape, true),
        _ => return None,
    };
    Some(List { path: path.to_owned(), item, is_map, others: Vec::new() })
}
