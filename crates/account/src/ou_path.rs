use std::fmt;

/// Where an account is in its organization: the ids of the organization, its root, and the units from there down,
/// as in `o-a1b2c3d4e5/r-ab12/ou-ab12-11111111`.
///
/// This is the path IAM policies compare with `aws:PrincipalOrgPaths`, without the last slash. Ids stay when units
/// are renamed; [`OuTree::names`](crate::OuTree::names) has the names.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct OuPath(String);

impl OuPath {
    /// Reads a path as AWS gives it, with or without the account's own id and a slash at its end; none for a text
    /// that does not begin with an organization and its root.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.strip_suffix('/').unwrap_or(text);
        let is_id = |part: &str| part.len() == 12 && part.bytes().all(|b| b.is_ascii_digit());
        let text = text.rsplit_once('/').filter(|(_, last)| is_id(last)).map_or(text, |(path, _)| path);
        let mut parts = text.split('/');
        let begins = |part: Option<&str>, with: &str| part.is_some_and(|part| part.starts_with(with));
        let whole = begins(parts.next(), "o-")
            && begins(parts.next(), "r-")
            && parts.all(|part| part.starts_with("ou-"));
        whole.then(|| Self(text.to_owned()))
    }

    pub(crate) fn of_ids<'a>(ids: impl IntoIterator<Item = &'a str>) -> Self {
        Self(ids.into_iter().collect::<Vec<_>>().join("/"))
    }

    /// The path as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The ids of the root and of every unit the account is in, from the root down.
    pub fn parents(&self) -> impl Iterator<Item = &str> {
        self.0.split('/').skip(1)
    }
}

impl fmt::Display for OuPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_account_and_the_last_slash_are_no_part_of_the_path() {
        for text in ["o-x/r-y/ou-a/ou-b/012345678901/", "o-x/r-y/ou-a/ou-b/", "o-x/r-y/ou-a/ou-b"] {
            let path = OuPath::parse(text).unwrap();
            assert_eq!(path.as_str(), "o-x/r-y/ou-a/ou-b");
            assert_eq!(path.parents().collect::<Vec<_>>(), ["r-y", "ou-a", "ou-b"]);
        }
        assert_eq!(OuPath::parse("o-x/r-y/012345678901/").unwrap().as_str(), "o-x/r-y");
    }

    #[test]
    fn what_is_no_path_is_none() {
        for text in ["", "/", "o-x", "r-y/ou-a", "o-x/ou-a", "o-x/r-y/x", "012345678901"] {
            assert_eq!(OuPath::parse(text), None, "{text}");
        }
    }
}
