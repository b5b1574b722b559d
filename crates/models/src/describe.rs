mod types;

use std::collections::HashSet;
use std::fmt;

use crate::{Kind, Model, Operation, Paginator, ShapeId};

/// What an operation takes and answers, for people to read; [`Model::describe`] makes it.
///
/// `Display` writes a tree: a line for each member with its type, whether it is required, its bounds and the values
/// it may have. A structure that was shown is not shown again, so that no tree is endless.
#[derive(Debug, Clone, Copy)]
pub struct Description<'a> {
    model: &'a Model,
    operation: &'a Operation,
    depth: usize,
}

/// The most levels shown; the deepest structure known without repetition has fewer.
const DEEPEST: usize = 64;

impl Model {
    /// What an operation takes and answers, for people to read.
    #[must_use]
    pub fn describe<'a>(&'a self, operation: &'a Operation) -> Description<'a> {
        Description { model: self, operation, depth: DEEPEST }
    }
}

impl Description<'_> {
    /// The same with so many levels of members, 64 at most and by default; 1 shows the outermost ones only.
    #[must_use]
    pub fn depth(self, levels: usize) -> Self {
        Self { depth: levels.min(DEEPEST), ..self }
    }

    fn section(&self, f: &mut fmt::Formatter<'_>, title: &str, root: Option<ShapeId>) -> fmt::Result {
        write!(f, "\n{title}")?;
        match root {
            Some(root) if !self.model.shape(root).members.is_empty() => {
                writeln!(f)?;
                let mut tree =
                    Tree { model: self.model, is_input: title == INPUT, shown: HashSet::from([root]) };
                tree.members(f, root, 1, self.depth)
            }
            _ => writeln!(f, ": nothing"),
        }
    }
}

const INPUT: &str = "input";

impl fmt::Display for Description<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { model, operation, .. } = self;
        let service = model.service();
        let deprecated = if operation.is_deprecated { ", deprecated" } else { "" };
        writeln!(f, "{} {}{deprecated}", service.name, model.text(operation.name))?;
        writeln!(f, "{}, version {}", service.full_name, service.version)?;
        self.section(f, INPUT, operation.input)?;
        self.section(f, "output", operation.output)?;
        match &operation.paginator {
            Some(paginator) => write!(f, "\npages: {}", Pages { model, paginator }),
            None => write!(f, "\npages: one"),
        }
    }
}

/// How an operation's pages are asked for, in one line.
struct Pages<'a> {
    model: &'a Model,
    paginator: &'a Paginator,
}

impl fmt::Display for Pages<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Paginator { input_tokens, results, limit, limit_max, is_derived, .. } = self.paginator;
        let list = |texts: &[crate::Text]| {
            texts.iter().map(|text| self.model.text(*text)).collect::<Vec<_>>().join(", ")
        };
        write!(f, "asked for with {}", list(input_tokens))?;
        if !results.is_empty() {
            write!(f, "; items are in {}", list(results))?;
        }
        if let Some(limit) = limit {
            write!(f, "; {} sets how many", self.model.text(*limit))?;
        }
        if *limit_max > 0 {
            write!(f, ", at most {limit_max}")?;
        }
        if *is_derived {
            write!(f, "; found in the model, the AWS CLI gives the first page only")?;
        }
        Ok(())
    }
}

struct Tree<'a> {
    model: &'a Model,
    is_input: bool,
    /// The structures whose members were written.
    shown: HashSet<ShapeId>,
}

impl Tree<'_> {
    /// A line for each member of a structure, those inside below.
    fn members(
        &mut self,
        f: &mut fmt::Formatter<'_>,
        id: ShapeId,
        level: usize,
        depth: usize,
    ) -> fmt::Result {
        if depth == 0 {
            return Ok(());
        }
        let model = self.model;
        let members = &model.shape(id).members;
        let widest = members.iter().map(|member| model.text(member.name).len()).max().unwrap_or_default();
        for member in members {
            let inner = self.structure(member.shape);
            let (indent, name) = (2 * level, model.text(member.name));
            write!(f, "{:indent$}{name:width$}  ", "", width = widest.min(40))?;
            write!(f, "{}", types::Type { model, member, is_input: self.is_input })?;
            match inner {
                Some(inner) if depth > 1 && self.shown.insert(inner) => {
                    writeln!(f)?;
                    self.members(f, inner, level + 1, depth - 1)?;
                }
                Some(inner) if self.shown.contains(&inner) => writeln!(f, ", as above")?,
                Some(_) => writeln!(f, ", …")?,
                None => writeln!(f)?,
            }
        }
        Ok(())
    }

    /// The structure with members that a value of the shape holds, inside lists and maps, too.
    fn structure(&self, mut id: ShapeId) -> Option<ShapeId> {
        for _ in 0..DEEPEST {
            let shape = self.model.shape(id);
            match shape.kind {
                Kind::Structure if shape.is_document || shape.members.is_empty() => return None,
                Kind::Structure => return Some(id),
                // Of a map the value; its keys are texts.
                Kind::List | Kind::Map => id = shape.members.last()?.shape,
                _ => return None,
            }
        }
        None
    }
}
