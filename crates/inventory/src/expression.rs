//! What of an item is its id, its name, its ARN.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

use serde_json::Value;

/// What expressions are about.
pub(crate) struct Subject<'a> {
    pub(crate) item: &'a Value,
    pub(crate) partition: &'a str,
    pub(crate) region: &'a str,
    pub(crate) account: &'a str,
    pub(crate) id: &'a str,
    pub(crate) arn: Option<&'a str>,
    pub(crate) tags: Option<&'a BTreeMap<String, String>>,
}

/// A text that is somewhere in, or around, an item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Expression {
    Partition,
    Region,
    Account,
    Id,
    /// The ARN; members are called so too, so that only what is said of whole records means it.
    Arn,
    /// The value of a tag.
    Tag(String),
    /// The key of an entry of a map.
    Key,
    /// The first of these that gives a text.
    FirstOf(Vec<Expression>),
    /// What stands at a path, or what of it follows the last such character.
    Member {
        path: Path,
        after: Option<char>,
    },
}

/// Names of members, from the outermost.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Path(Vec<String>);

impl Path {
    /// Reads names with dots between them.
    pub(crate) fn new(text: &str) -> Self {
        Self(text.split('.').map(str::to_owned).collect())
    }

    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }

    /// What stands there.
    pub(crate) fn of<'v>(&self, value: &'v Value) -> Option<&'v Value> {
        self.names().try_fold(value, |value, name| value.get(name))
    }

    /// What stands there, which is null afterwards.
    pub(crate) fn take_from(&self, value: &mut Value) -> Value {
        self.names().try_fold(value, |value, name| value.get_mut(name)).map(Value::take).unwrap_or_default()
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.join("."))
    }
}

impl Expression {
    pub(crate) fn new(text: &str) -> Result<Self, String> {
        Ok(match text {
            "partition" => Self::Partition,
            "region" => Self::Region,
            "account" => Self::Account,
            "id" => Self::Id,
            _ => match text.strip_prefix("tag:") {
                Some("") => return Err("`tag:` needs the key of a tag after it".to_owned()),
                Some(key) => Self::Tag(key.to_owned()),
                None => Self::member(text)?,
            },
        })
    }

    /// Reads the expression of an id, in which `id` can only be the member of that name.
    pub(crate) fn of_id(text: &str) -> Result<Self, String> {
        if text == "id" { Self::member(text) } else { Self::new(text) }
    }

    /// The first of these that gives a text; none of none.
    pub(crate) fn first_of(mut expressions: Vec<Self>) -> Option<Self> {
        match expressions.len() {
            0 | 1 => expressions.pop(),
            _ => Some(Self::FirstOf(expressions)),
        }
    }

    fn member(text: &str) -> Result<Self, String> {
        let (path, after) = match text.split_once(" after ") {
            None => (text, None),
            Some((path, rest)) => {
                let mut characters = rest.chars();
                let after = characters.next().filter(|_| characters.next().is_none());
                (path, Some(after.ok_or("`after` needs one character, as in `QueueUrl after /`")?))
            }
        };
        let is_name = |name: &str| !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || c == '_');
        if path.split('.').all(is_name) {
            Ok(Self::Member { path: Path::new(path), after })
        } else {
            Err("this is neither a path such as `Endpoint.Address`, nor `tag:KEY`".to_owned())
        }
    }

    /// The members it goes by; none where it is not about the item.
    pub(crate) fn path(&self) -> Option<&Path> {
        match self {
            Self::Member { path, .. } => Some(path),
            _ => None,
        }
    }

    /// The text; none where there is none, or an empty one.
    pub(crate) fn of<'a>(&self, subject: &Subject<'a>) -> Option<Cow<'a, str>> {
        let text: Cow<'a, str> = match self {
            Self::Partition => subject.partition.into(),
            Self::Region => subject.region.into(),
            Self::Account => subject.account.into(),
            Self::Id => subject.id.into(),
            Self::Arn => subject.arn?.into(),
            Self::Tag(key) => subject.tags?.get(key)?.as_str().into(),
            Self::Key => subject.item.as_object()?.keys().next()?.as_str().into(),
            Self::FirstOf(expressions) => {
                return expressions.iter().find_map(|expression| expression.of(subject));
            }
            Self::Member { path, after } => {
                let text: Cow<'a, str> = match path.of(subject.item)? {
                    Value::String(text) => text.as_str().into(),
                    Value::Number(number) => number.to_string().into(),
                    Value::Bool(value) => value.to_string().into(),
                    Value::Null | Value::Array(_) | Value::Object(_) => return None,
                };
                match (after, text) {
                    (None, text) => text,
                    (Some(after), Cow::Borrowed(text)) => last_after(text, *after).into(),
                    (Some(after), Cow::Owned(text)) => last_after(&text, *after).to_owned().into(),
                }
            }
        };
        Some(text).filter(|text| !text.is_empty())
    }
}

fn last_after(text: &str, mark: char) -> &str {
    text.rsplit(mark).next().unwrap_or(text)
}

/// A text with expressions in it, each between braces.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Template(Vec<Part>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Text(String),
    Expression(Expression),
}

impl From<Expression> for Template {
    fn from(expression: Expression) -> Self {
        Self(vec![Part::Expression(expression)])
    }
}

impl Template {
    /// Reads a text about an item.
    pub(crate) fn new(text: &str) -> Result<Self, String> {
        Self::read(text, Expression::new)
    }

    /// Reads a text about a record, which has an ARN.
    pub(crate) fn of_record(text: &str) -> Result<Self, String> {
        Self::read(text, |text| if text == "arn" { Ok(Expression::Arn) } else { Expression::new(text) })
    }

    fn read(text: &str, expression: impl Fn(&str) -> Result<Expression, String>) -> Result<Self, String> {
        let mut parts = Vec::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('{') {
            let (inside, behind) = after.split_once('}').ok_or("a `{` has no `}` after it")?;
            if !before.is_empty() {
                parts.push(Part::Text(before.to_owned()));
            }
            parts.push(Part::Expression(expression(inside)?));
            rest = behind;
        }
        if rest.contains('}') {
            return Err("a `}` has no `{` before it".to_owned());
        }
        if !rest.is_empty() {
            parts.push(Part::Text(rest.to_owned()));
        }
        Ok(Self(parts))
    }

    pub(crate) fn expressions(&self) -> impl Iterator<Item = &Expression> {
        self.0.iter().filter_map(|part| match part {
            Part::Expression(expression) => Some(expression),
            Part::Text(_) => None,
        })
    }

    /// The text; none where one of its expressions gives none.
    pub(crate) fn of(&self, subject: &Subject<'_>) -> Option<String> {
        let mut text = String::new();
        for part in &self.0 {
            match part {
                Part::Text(part) => text.push_str(part),
                Part::Expression(expression) => text.push_str(&expression.of(subject)?),
            }
        }
        Some(text)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn subject<'a>(item: &'a Value, tags: Option<&'a BTreeMap<String, String>>) -> Subject<'a> {
        let (region, account) = ("cn-north-1", "012345678901");
        Subject { item, partition: "aws-cn", region, account, id: "q", arn: None, tags }
    }

    fn of(expression: &str, item: &Value) -> Option<String> {
        let tags = BTreeMap::from([("Name".to_owned(), "web".to_owned())]);
        Expression::new(expression).unwrap().of(&subject(item, Some(&tags))).map(Cow::into_owned)
    }

    #[test]
    fn an_expression_finds_its_text_in_the_item_and_around_it() {
        let item = json!({"Url": "https://sqs/1/orders", "In": {"Port": 443}, "Empty": "", "List": ["a"]});
        assert_eq!(of("Url", &item).unwrap(), "https://sqs/1/orders");
        assert_eq!(of("Url after /", &item).unwrap(), "orders");
        assert_eq!(of("In.Port", &item).unwrap(), "443");
        assert_eq!(of("tag:Name", &item).unwrap(), "web");
        assert_eq!(of("account", &item).unwrap(), "012345678901");
        for nothing in ["Empty", "List", "In", "Url.In", "Missing", "tag:Owner"] {
            assert_eq!(of(nothing, &item), None, "{nothing}");
        }
    }

    #[test]
    fn the_id_may_be_a_member_that_is_called_so() {
        let item = json!({"id": "4x7f2b"});
        assert_eq!(Expression::of_id("id").unwrap().of(&subject(&item, None)).unwrap(), "4x7f2b");
        assert_eq!(of("id", &item).unwrap(), "q");
    }

    #[test]
    fn a_template_is_whole_or_nothing() {
        let item = json!({"Name": "a{b}"});
        let template = Template::new("arn:{partition}:sqs:{region}:{account}:{Name}").unwrap();
        assert_eq!(
            template.of(&subject(&item, None)).unwrap(),
            "arn:aws-cn:sqs:cn-north-1:012345678901:a{b}"
        );
        assert_eq!(template.of(&subject(&json!({}), None)), None);
    }

    #[test]
    fn what_is_no_expression_is_refused() {
        for (text, why) in [
            ("a..b", "path"),
            ("", "path"),
            ("tag:", "key"),
            ("A after //", "one character"),
            ("a b", "path"),
        ] {
            assert!(Expression::new(text).unwrap_err().contains(why), "{text}");
        }
        for (text, why) in [("a{b", "no `}`"), ("a}b", "no `{`"), ("{}", "path")] {
            assert!(Template::new(text).unwrap_err().contains(why), "{text}");
        }
    }
}
