//! Paths of REST requests and the templates they were made from.

use std::borrow::Cow;
use std::collections::HashMap;

use percent_encoding::percent_decode_str;

/// The path and query of a request.
#[derive(Debug)]
pub(crate) struct Location<'a> {
    path: Cow<'a, str>,
    pub(crate) query: Vec<(Cow<'a, str>, Cow<'a, str>)>,
}

/// How well a template fits: one that fits better compares greater.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Fit {
    /// For each segment whether it is fixed (2), a label (1), or a label of all the rest (0).
    segments: Vec<u8>,
    /// How much of the query the template asks for.
    query: usize,
}

impl<'a> Location<'a> {
    /// A bucket in the host is the first part of the path.
    pub(crate) fn new(host: &str, path: &'a str, query: &'a str) -> Self {
        let path = match host.split_once(".s3.") {
            Some((bucket, rest)) if rest.contains(".amazonaws.") && !bucket.is_empty() => {
                Cow::Owned(format!("/{bucket}{path}"))
            }
            _ => Cow::Borrowed(path),
        };
        Self { path, query: form_urlencoded::parse(query.as_bytes()).collect() }
    }

    fn has(&self, name: &str, value: Option<&str>) -> bool {
        self.query.iter().any(|(key, held)| key == name && value.is_none_or(|value| value == held))
    }

    /// How a template fits, if it does.
    pub(crate) fn fit(&self, template: &str) -> Option<Fit> {
        let (path, query) = split(template);
        let mut segments = Vec::new();
        for (part, segment) in pairs(trimmed(path), trimmed(&self.path))? {
            segments.push(match label(part) {
                Some(_) if segment.is_empty() => return None,
                Some(_) if is_greedy(part) => 0,
                Some(_) => 1,
                None if part == segment => 2,
                None => return None,
            });
        }
        let mut asked = 0;
        for (name, value) in literals(query) {
            // The SDKs' name for the operation is never needed.
            if name != "x-id" && !self.has(name, value) {
                return None;
            }
            asked += 1;
        }
        Some(Fit { segments, query: asked })
    }

    /// How many of these the query has.
    pub(crate) fn count(&self, names: &[&str]) -> usize {
        names.iter().filter(|name| self.has(name, None)).count()
    }

    /// What the labels of a template stand for.
    pub(crate) fn labels<'t>(&self, template: &'t str) -> HashMap<&'t str, String> {
        let (path, _) = split(template);
        let pairs = pairs(trimmed(path), trimmed(&self.path)).into_iter().flatten();
        let decoded = |segment| percent_decode_str(segment).decode_utf8_lossy().into_owned();
        pairs.filter_map(|(part, segment)| Some((label(part)?, decoded(segment)))).collect()
    }
}

/// Each part of a template's path with what stands there in a path; none if there are too few or too many.
fn pairs<'t, 'p>(template: &'t str, mut path: &'p str) -> Option<Vec<(&'t str, &'p str)>> {
    let parts: Vec<&str> = template.split('/').collect();
    let mut pairs = Vec::with_capacity(parts.len());
    for (place, part) in parts.iter().enumerate() {
        let behind = parts.len() - place - 1;
        let end = if is_greedy(part) {
            // All but what the parts behind need.
            match behind {
                0 => Some(path.len()),
                _ => path.rmatch_indices('/').nth(behind - 1).map(|(end, _)| end),
            }?
        } else {
            path.find('/').unwrap_or(path.len())
        };
        pairs.push((*part, &path[..end]));
        match (behind, path.get(end + 1..)) {
            (0, None) => {}
            (0, Some(_)) | (_, None) => return None,
            (_, Some(rest)) => path = rest,
        }
    }
    Some(pairs)
}

fn split(template: &str) -> (&str, &str) {
    template.split_once('?').unwrap_or((template, ""))
}

/// Slashes at the ends make no difference.
fn trimmed(path: &str) -> &str {
    let path = path.strip_prefix('/').unwrap_or(path);
    path.strip_suffix('/').unwrap_or(path)
}

fn label(part: &str) -> Option<&str> {
    Some(part.strip_prefix('{')?.strip_suffix('}')?.trim_end_matches('+'))
}

fn is_greedy(part: &str) -> bool {
    part.ends_with("+}")
}

fn literals(query: &str) -> impl Iterator<Item = (&str, Option<&str>)> {
    query
        .split('&')
        .filter(|part| !part.is_empty())
        .map(|part| part.split_once('=').map_or((part, None), |(name, value)| (name, Some(value))))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at<'a>(path: &'a str, query: &'a str) -> Location<'a> {
        Location::new("127.0.0.1", path, query)
    }

    #[test]
    fn the_more_is_fixed_the_better_it_fits() {
        let location = at("/a/b%2Fc/d", "acl&x=1");
        let fits = ["/{one}/{two}/{three}", "/{all+}", "/a/{two}/{three}", "/a/{two}/d", "/a/{two}/d?acl"]
            .map(|template| location.fit(template).unwrap());
        assert!(fits[1] < fits[0] && fits[0] < fits[2] && fits[2] < fits[3] && fits[3] < fits[4]);
        for other in ["/a", "/a/{two}", "/a/{two}/{three}/{four}", "/b/{two}/d", "/a/{two}/d?tagging", "/"] {
            assert_eq!(location.fit(other), None, "{other}");
        }
        assert!(
            location.fit("/a/{all+}/d") < location.fit("/a/{two}/d")
                && location.fit("/{all+}/b/c/d").is_none()
        );
        assert!(at("/", "").fit("/").is_some() && at("/", "").fit("/{one}").is_none());
    }

    #[test]
    fn labels_are_decoded_and_may_hold_slashes() {
        let location = at("/bucket/a/b%20c%2Fd", "");
        let labels = location.labels("/{Bucket}/{Key+}");
        assert_eq!((labels["Bucket"].as_str(), labels["Key"].as_str()), ("bucket", "a/b c/d"));
        let arn = at("/stores/arn:a/b/certificate", "").labels("/stores/{Arn+}/certificate")["Arn"].clone();
        assert_eq!(arn, "arn:a/b");
    }

    #[test]
    fn a_bucket_may_be_in_the_host() {
        let location = Location::new("b-1.s3.eu-west-1.amazonaws.com", "/", "policy");
        assert_eq!(location.labels("/{Bucket}?policy")["Bucket"], "b-1");
        assert!(location.fit("/{Bucket}?policy").is_some());
    }
}
