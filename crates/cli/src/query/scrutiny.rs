use jmespath::ast::{Ast, KeyValuePair};
use jmespath::{Context, ErrorReason, JmespathError, Rcvar, Runtime, RuntimeError, Variable};

use super::functions;

/// Expressions inside one another.
const DEEPEST: usize = 128;
/// No list has as many items; beyond it the library's arithmetic could overflow.
const FARTHEST: i32 = 1_000_000_000;

/// Looks an expression over for what would go wrong with any answer, and makes its comparisons ours.
pub(super) fn approve(ast: Ast, text: &str, runtime: &Runtime) -> Result<Ast, JmespathError> {
    Scrutiny { text, runtime }.approve(ast, 1)
}

struct Scrutiny<'a> {
    text: &'a str,
    runtime: &'a Runtime,
}

impl Scrutiny<'_> {
    fn approve(&self, ast: Ast, depth: usize) -> Result<Ast, JmespathError> {
        if depth > DEEPEST {
            return Err(self.wrong(offset(&ast), "expressions are inside one another more than 128 times"));
        }
        let inner = |ast: Box<Ast>| self.approve(*ast, depth + 1).map(Box::new);
        Ok(match ast {
            Ast::Identity { .. } | Ast::Field { .. } | Ast::Literal { .. } => ast,
            Ast::Index { idx, offset } => {
                self.within(offset, [Some(idx)])?;
                ast
            }
            Ast::Slice { offset, start, stop, step } => {
                self.within(offset, [start, stop, Some(step)])?;
                if step == 0 {
                    return Err(self.runtime_error(offset, RuntimeError::InvalidSlice));
                }
                ast
            }
            Ast::Expref { offset, .. } => {
                return Err(self.wrong(offset, "`&` is only for an argument of a function"));
            }
            Ast::Comparison { offset, comparator, lhs, rhs } => {
                let (lhs, rhs) = (inner(lhs)?, inner(rhs)?);
                match functions::order(&comparator) {
                    Some(name) => Ast::Function { offset, name: name.to_owned(), args: vec![*lhs, *rhs] },
                    None => Ast::Comparison { offset, comparator, lhs, rhs },
                }
            }
            Ast::Condition { offset, predicate, then } => {
                Ast::Condition { offset, predicate: inner(predicate)?, then: inner(then)? }
            }
            Ast::Flatten { offset, node } => Ast::Flatten { offset, node: inner(node)? },
            Ast::Not { offset, node } => Ast::Not { offset, node: inner(node)? },
            Ast::ObjectValues { offset, node } => Ast::ObjectValues { offset, node: inner(node)? },
            Ast::Projection { offset, lhs, rhs } => {
                Ast::Projection { offset, lhs: inner(lhs)?, rhs: inner(rhs)? }
            }
            Ast::And { offset, lhs, rhs } => Ast::And { offset, lhs: inner(lhs)?, rhs: inner(rhs)? },
            Ast::Or { offset, lhs, rhs } => Ast::Or { offset, lhs: inner(lhs)?, rhs: inner(rhs)? },
            Ast::Subexpr { offset, lhs, rhs } => Ast::Subexpr { offset, lhs: inner(lhs)?, rhs: inner(rhs)? },
            Ast::MultiList { offset, elements } => {
                let elements = elements.into_iter().map(|element| self.approve(element, depth + 1));
                Ast::MultiList { offset, elements: elements.collect::<Result<_, _>>()? }
            }
            Ast::MultiHash { offset, elements } => {
                let element = |KeyValuePair { key, value }| {
                    Ok(KeyValuePair { key, value: self.approve(value, depth + 1)? })
                };
                let elements = elements.into_iter().map(element).collect::<Result<_, JmespathError>>()?;
                Ast::MultiHash { offset, elements }
            }
            Ast::Function { offset, name, args } => {
                self.callable(offset, &name, args.len())?;
                let argument = |argument| match argument {
                    Ast::Expref { offset, ast } => Ok(Ast::Expref { offset, ast: inner(ast)? }),
                    other => self.approve(other, depth + 1),
                };
                let args = args.into_iter().map(argument).collect::<Result<_, JmespathError>>()?;
                Ast::Function { offset, name, args }
            }
        })
    }

    fn within<const N: usize>(&self, offset: usize, indices: [Option<i32>; N]) -> Result<(), JmespathError> {
        let far = |index: &i32| !(-FARTHEST..=FARTHEST).contains(index);
        match indices.iter().flatten().any(far) {
            true => Err(self.wrong(offset, "the index is beyond any list")),
            false => Ok(()),
        }
    }

    /// Whether there is such a function of so many arguments: each looks at their number before anything else.
    fn callable(&self, offset: usize, name: &str, arguments: usize) -> Result<(), JmespathError> {
        let Some(function) = self.runtime.get_function(name) else {
            return Err(self.runtime_error(offset, RuntimeError::UnknownFunction(name.to_owned())));
        };
        let mut context = Context::new(self.text, self.runtime);
        context.offset = offset;
        match function.evaluate(&vec![Rcvar::new(Variable::Null); arguments], &mut context) {
            Err(error) => match error.reason {
                ErrorReason::Runtime(
                    RuntimeError::TooManyArguments { .. } | RuntimeError::NotEnoughArguments { .. },
                ) => Err(error),
                _ => Ok(()),
            },
            Ok(_) => Ok(()),
        }
    }

    fn wrong(&self, offset: usize, what: &str) -> JmespathError {
        JmespathError::new(self.text, offset, ErrorReason::Parse(what.to_owned()))
    }

    fn runtime_error(&self, offset: usize, reason: RuntimeError) -> JmespathError {
        JmespathError::new(self.text, offset, ErrorReason::Runtime(reason))
    }
}

fn offset(ast: &Ast) -> usize {
    match ast {
        Ast::Comparison { offset, .. }
        | Ast::Condition { offset, .. }
        | Ast::Identity { offset }
        | Ast::Expref { offset, .. }
        | Ast::Flatten { offset, .. }
        | Ast::Function { offset, .. }
        | Ast::Field { offset, .. }
        | Ast::Index { offset, .. }
        | Ast::Literal { offset, .. }
        | Ast::MultiList { offset, .. }
        | Ast::MultiHash { offset, .. }
        | Ast::Not { offset, .. }
        | Ast::Projection { offset, .. }
        | Ast::ObjectValues { offset, .. }
        | Ast::And { offset, .. }
        | Ast::Or { offset, .. }
        | Ast::Slice { offset, .. }
        | Ast::Subexpr { offset, .. } => *offset,
    }
}
