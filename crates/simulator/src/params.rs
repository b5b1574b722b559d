//! The parameters of a request.

use serde_json::{Map, Value};

use crate::incoming::Incoming;
use crate::pattern::fits;

/// What a request asks with.
#[derive(Debug)]
pub(crate) enum Params {
    Pairs(Vec<(String, String)>),
    Json(Map<String, Value>),
}

impl Params {
    /// The pairs of the query, then those of the body if that is a form.
    pub(crate) fn pairs(incoming: &Incoming) -> Self {
        let is_form = incoming
            .header("content-type")
            .is_some_and(|kind| kind.starts_with("application/x-www-form-urlencoded"));
        let body: &[u8] = if is_form { &incoming.body } else { b"" };
        let [query, body] =
            [incoming.query.as_bytes(), body].map(|text| form_urlencoded::parse(text).into_owned());
        Self::Pairs(query.chain(body).collect())
    }

    /// A JSON object; an empty body is an empty one.
    pub(crate) fn json(body: &[u8]) -> Option<Self> {
        if body.is_empty() {
            return Some(Self::Json(Map::new()));
        }
        serde_json::from_slice(body).ok().map(Self::Json)
    }

    /// A parameter that is text.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        match self {
            Self::Pairs(pairs) => pairs.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str()),
            Self::Json(map) => map.get(name).and_then(Value::as_str),
        }
    }

    /// A member of a JSON request; absent and null are the same.
    pub(crate) fn value(&self, name: &str) -> Option<&Value> {
        match self {
            Self::Pairs(_) => None,
            Self::Json(map) => map.get(name).filter(|value| !value.is_null()),
        }
    }

    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        let (pairs, map) = match self {
            Self::Pairs(pairs) => (pairs.as_slice(), None),
            Self::Json(map) => (&[][..], Some(map)),
        };
        pairs
            .iter()
            .map(|(key, _)| key.as_str())
            .chain(map.into_iter().flatten().map(|(key, _)| key.as_str()))
    }

    /// The members of a list, which pairs write one by one: `prefix`, a number from 1, `suffix`.
    pub(crate) fn members(&self, prefix: &str, suffix: &str) -> impl Iterator<Item = &str> {
        (1_usize..).map_while(move |number| self.get(&format!("{prefix}{number}{suffix}")))
    }

    /// The first parameter that fits none of `known`: answering as if it were not there would be a lie.
    pub(crate) fn first_beyond(&self, known: &[&str]) -> Option<&str> {
        self.names().find(|name| !known.iter().any(|known| fits(known, name)))
    }
}
