use jmespath::ast::Comparator;
use jmespath::functions::Function;
use jmespath::{Context, Rcvar, Runtime, SearchResult, Variable};
use serde_json::Number;

/// The functions of JMESPath, and the comparisons that [`order`](super::scrutiny) puts in the place of the
/// library's: those know numbers only, and dates are texts.
pub(super) fn runtime() -> Runtime {
    let mut runtime = Runtime::new();
    runtime.register_builtin_functions();
    for name in ["abs", "ceil", "floor", "sum"] {
        if let Some(function) = runtime.deregister_function(name) {
            runtime.register_function(name, Box::new(Whole(function)));
        }
    }
    for comparator in [
        Comparator::LessThan,
        Comparator::LessThanEqual,
        Comparator::GreaterThan,
        Comparator::GreaterThanEqual,
    ] {
        if let Some(name) = order(&comparator) {
            runtime.register_function(name, Box::new(Order(comparator)));
        }
    }
    runtime
}

/// The function that orders as the comparator says; none for those of equality. No query can name it.
pub(super) fn order(comparator: &Comparator) -> Option<&'static str> {
    match comparator {
        Comparator::LessThan => Some("<"),
        Comparator::LessThanEqual => Some("<="),
        Comparator::GreaterThan => Some(">"),
        Comparator::GreaterThanEqual => Some(">="),
        Comparator::Equal | Comparator::NotEqual => None,
    }
}

/// Orders two numbers or two texts; null for anything else.
struct Order(Comparator);

impl Function for Order {
    fn evaluate(&self, args: &[Rcvar], _: &mut Context<'_>) -> SearchResult {
        let ordering = match args {
            [left, right] => match (&**left, &**right) {
                (Variable::Number(left), Variable::Number(right)) => {
                    left.as_f64().partial_cmp(&right.as_f64())
                }
                (Variable::String(left), Variable::String(right)) => Some(left.cmp(right)),
                _ => None,
            },
            _ => None,
        };
        let holds = ordering.map(|ordering| match self.0 {
            Comparator::LessThan => ordering.is_lt(),
            Comparator::LessThanEqual => ordering.is_le(),
            Comparator::GreaterThan => ordering.is_gt(),
            Comparator::GreaterThanEqual => ordering.is_ge(),
            Comparator::Equal => ordering.is_eq(),
            Comparator::NotEqual => ordering.is_ne(),
        });
        Ok(Rcvar::new(holds.map_or(Variable::Null, Variable::Bool)))
    }
}

/// The largest number up to which every whole number is one of 64 bits' floating point.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// A function whose result is a whole number where it can be: the library's are all floating point.
struct Whole(Box<dyn Function>);

impl Function for Whole {
    fn evaluate(&self, args: &[Rcvar], ctx: &mut Context<'_>) -> SearchResult {
        let result = self.0.evaluate(args, ctx)?;
        if let Variable::Number(number) = &*result
            && let Some(float) = number.as_f64().filter(|float| float.fract() == 0.0 && float.abs() < EXACT)
        {
            #[allow(clippy::cast_possible_truncation, reason = "it is whole and within the bounds")]
            let whole = float as i64;
            return Ok(Rcvar::new(Variable::Number(Number::from(whole))));
        }
        Ok(result)
    }
}
