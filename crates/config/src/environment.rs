//! Variables in values: `${NAME}` and `${NAME:-default}`; `$$` is a dollar.

use std::borrow::Cow;

/// What a value may become.
const MOST_TEXT: usize = 64 << 10;

/// The value of an environment variable, if it is set.
pub(crate) type Environment<'a> = &'a dyn Fn(&str) -> Option<String>;

/// Fills in the variables. Borrowed when there is nothing to fill in.
///
/// The error says what is wrong without saying what any variable stands for.
pub(crate) fn fill_in<'t>(text: &'t str, environment: Environment<'_>) -> Result<Cow<'t, str>, String> {
    if !text.contains('$') {
        return Ok(Cow::Borrowed(text));
    }
    let (mut filled, mut rest) = (String::new(), text);
    while let Some((before, after)) = rest.split_once('$') {
        filled.push_str(before);
        rest = if let Some(after) = after.strip_prefix('$') {
            filled.push('$');
            after
        } else if let Some(inner) = after.strip_prefix('{') {
            let (inner, after) = inner.split_once('}').ok_or("`${` without `}`; write `$$` for a dollar")?;
            filled.push_str(&look_up(inner, environment)?);
            after
        } else {
            filled.push('$');
            after
        };
        if filled.len() > MOST_TEXT {
            return Err(format!("with its variables filled in, this has more than {MOST_TEXT} bytes"));
        }
    }
    filled.push_str(rest);
    Ok(Cow::Owned(filled))
}

fn look_up(inner: &str, environment: Environment<'_>) -> Result<String, String> {
    let (name, default) = inner.split_once(":-").map_or((inner, None), |(name, rest)| (name, Some(rest)));
    let legal = name.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    if !legal {
        let name: String = name.escape_debug().take(64).collect();
        return Err(format!(
            "`{name}` is not the name of a variable; write `${{NAME}}` or `${{NAME:-default}}`"
        ));
    }
    if default.is_some_and(|default| default.contains("${")) {
        return Err(format!("the default of `{name}` has a variable in it, which is not filled in"));
    }
    // As in a shell, an empty variable takes the default too.
    match (environment(name), default) {
        (Some(value), _) if !value.is_empty() => Ok(value),
        (_, Some(default)) => Ok(default.to_owned()),
        (Some(empty), None) => Ok(empty),
        (None, None) => {
            Err(format!("the variable `{name}` is not set; set it, or write `${{{name}:-default}}`"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filled(text: &str) -> Result<String, String> {
        let environment = |name: &str| match name {
            "REGION" => Some("eu-central-1".to_owned()),
            "EMPTY" => Some(String::new()),
            "NESTED" => Some("${REGION}".to_owned()),
            "LONG" => Some("x".repeat(40_000)),
            _ => None,
        };
        fill_in(text, &environment).map(Cow::into_owned)
    }

    #[test]
    fn variables_are_filled_in_once_and_dollars_can_be_written() {
        assert_eq!(filled("a ${REGION} b").unwrap(), "a eu-central-1 b");
        assert_eq!(filled("${NOT_SET:-x}${EMPTY:-y}${EMPTY}").unwrap(), "xy");
        assert_eq!(filled("$${REGION} $5 $").unwrap(), "${REGION} $5 $");
        assert_eq!(filled("${NESTED}").unwrap(), "${REGION}", "what a variable stands for is text");
        assert_eq!(filled("${REGION:-}").unwrap(), "eu-central-1");
    }

    #[test]
    fn what_cannot_be_filled_in_is_refused_by_name() {
        assert!(filled("${NOT_SET}").unwrap_err().contains("`NOT_SET` is not set"));
        for bad in ["${", "${}", "${A B}", "${1}", "${A:-${REGION}}", "${REGION", "${LONG}${LONG}"] {
            assert!(filled(bad).is_err(), "{bad}");
        }
    }
}
