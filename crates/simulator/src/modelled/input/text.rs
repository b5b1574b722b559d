//! Values that travel as text.

use orgwide_models::Kind;
use serde_json::Value;

/// A value of this kind; what is no such value stays text.
pub(crate) fn value(kind: Kind, text: &str) -> Value {
    let parsed = match kind {
        Kind::Integer | Kind::Long => text.trim().parse::<i64>().ok().map(Value::from),
        Kind::Float | Kind::Double => text.trim().parse::<f64>().ok().map(Value::from),
        Kind::Boolean => text.trim().parse::<bool>().ok().map(Value::from),
        _ => None,
    };
    parsed.unwrap_or_else(|| Value::from(text))
}
