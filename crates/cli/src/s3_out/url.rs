use std::path::{Path, PathBuf};

use jiff::Timestamp;
use orgwide_ledger::Format;

use crate::stop::Stop;

/// How all of them begin.
pub(super) const SCHEME: &str = "s3://";

/// What is written unless an ending says otherwise.
const FORMAT: Format = if cfg!(feature = "parquet") { Format::Parquet } else { Format::Ndjson };

const HOW: &str = "write s3://BUCKET/PREFIX/, or s3://BUCKET/PREFIX/*.ndjson for a format of your choice";

/// Where objects go: `s3://bucket/prefix/`, with `*.ndjson`, `*.csv` or `*.parquet` at its end where a format is named,
/// and before that `date=…/run=…` once it is known of which run they are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct S3Url {
    bucket: String,
    /// Without a slash at either end; may be empty.
    prefix: String,
    /// `date=2026-11-24/run=20261124T193345Z-0b1c2d`.
    run: Option<String>,
    format: Format,
}

/// When a run began, and what tells it from another that began in the same second.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Start {
    time: Timestamp,
    mark: u32,
}

impl Start {
    /// A run that began then.
    pub(crate) fn at(time: Timestamp) -> Self {
        Self { time, mark: fastrand::u32(..1 << 24) }
    }

    /// Names that no row has a member of: where a table is partitioned by them, they are columns.
    fn folder(self) -> String {
        let Self { time, mark } = self;
        format!("date={}/run={}-{mark:06x}", time.strftime("%Y-%m-%d"), time.strftime("%Y%m%dT%H%M%SZ"))
    }
}

impl S3Url {
    /// Reads what `--out` says.
    ///
    /// # Errors
    ///
    /// It is none, names a format this build has not, or a place that query engines do not read.
    pub(crate) fn parse(path: &Path) -> Result<Self, Stop> {
        let shown = path.display();
        let refuse = |why: &str| Stop::usage(format!("--out {shown}: {why}")).next_step(HOW);
        let text = path.to_str().and_then(|text| text.strip_prefix(SCHEME));
        let (bucket, rest) = text.map(|text| text.split_once('/').unwrap_or((text, ""))).unwrap_or_default();
        if !is_bucket(bucket) {
            return Err(refuse("there is no name of a bucket behind s3://"));
        }
        if bucket.ends_with("--x-s3") {
            return Err(refuse("directory buckets are spoken to in another way, which is not known here"));
        }
        let (folder, last) = rest.rsplit_once('/').unwrap_or(("", rest));
        let (prefix, format) = match last.strip_prefix("*.") {
            Some(ending) => (folder, format(ending).map_err(refuse)?),
            None if last.rsplit_once('.').is_some_and(|(_, ending)| format(ending).is_ok()) => {
                return Err(refuse("rows go to several objects, so this is a prefix and no object"));
            }
            None => (rest.strip_suffix('/').unwrap_or(rest), FORMAT),
        };
        if prefix.split('/').any(|part| part.is_empty()) && !prefix.is_empty() {
            return Err(refuse("a part of the prefix is empty"));
        }
        if prefix.contains(['*', '?', '#', '\\']) || prefix.contains(char::is_control) {
            return Err(refuse("the prefix has a character that stands for others, or for none"));
        }
        if prefix.len() > 900 {
            return Err(refuse("the prefix is longer than 900 bytes"));
        }
        let (prefix, run) = apart(prefix);
        Ok(Self { bucket: bucket.to_owned(), prefix: prefix.to_owned(), run: run.map(str::to_owned), format })
    }

    /// The same, for the objects of the run that began then.
    pub(crate) fn of_run(self, start: Start) -> Self {
        Self { run: Some(start.folder()), ..self }
    }

    /// Whether it is of a run.
    pub(crate) fn has_run(&self) -> bool {
        self.run.is_some()
    }

    /// Whether the other is the same but for the run.
    pub(crate) fn is_of(&self, other: &Self) -> bool {
        (&self.bucket, &self.prefix, self.format) == (&other.bucket, &other.prefix, other.format)
    }

    pub(crate) fn format(&self) -> Format {
        self.format
    }

    /// Itself, in the form that [`parse`](Self::parse) takes.
    pub(crate) fn to_path(&self) -> PathBuf {
        PathBuf::from(format!("{}*.{}", self.folder(), self.ending()))
    }

    /// What stands before the names of all its objects.
    pub(crate) fn folder(&self) -> String {
        format!("{SCHEME}{}/{}", self.bucket, self.key(""))
    }

    pub(super) fn bucket(&self) -> &str {
        &self.bucket
    }

    /// The key of an object of this name.
    pub(super) fn key(&self, name: &str) -> String {
        let parts = [self.prefix.as_str(), self.run.as_deref().unwrap_or_default(), name];
        let mut key = parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("/");
        if name.is_empty() && !key.is_empty() {
            key.push('/');
        }
        key
    }

    /// The name of a part, from 1.
    pub(super) fn part_name(&self, number: u32) -> String {
        format!("rows-{number:05}.{}", self.ending())
    }

    pub(super) fn content_type(&self) -> &'static str {
        match self.format {
            Format::Ndjson => "application/x-ndjson",
            Format::Csv => "text/csv",
            Format::Parquet => "application/vnd.apache.parquet",
        }
    }

    fn ending(&self) -> &'static str {
        match self.format {
            Format::Ndjson => "ndjson",
            Format::Csv => "csv",
            Format::Parquet => "parquet",
        }
    }
}

fn format(ending: &str) -> Result<Format, &'static str> {
    match ending {
        "ndjson" => Ok(Format::Ndjson),
        "csv" => Ok(Format::Csv),
        "parquet" if cfg!(feature = "parquet") => Ok(Format::Parquet),
        "parquet" => Err("this build has no Parquet: build it with --features parquet"),
        _ => Err("rows are written as *.ndjson, *.csv or *.parquet"),
    }
}

/// What a general purpose bucket, or the alias of an access point, may be called.
fn is_bucket(name: &str) -> bool {
    (3..=63).contains(&name.len())
        && name
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-.".contains(&byte))
        && !name.starts_with(['-', '.'])
        && !name.ends_with(['-', '.'])
}

/// The prefix and the folder of a run, if it ends in one.
fn apart(prefix: &str) -> (&str, Option<&str>) {
    let run = prefix.rfind("run=").filter(|at| !prefix[*at..].contains('/'));
    let date = run.and_then(|run| prefix.get(..run)?.rfind("date="));
    match date.filter(|at| *at == 0 || prefix[..*at].ends_with('/')) {
        Some(at) if prefix[at..].matches('/').count() == 1 => {
            (prefix[..at].trim_end_matches('/'), prefix.get(at..))
        }
        _ => (prefix, None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<S3Url, String> {
        S3Url::parse(Path::new(text)).map_err(|stop| stop.to_string())
    }

    #[test]
    fn bucket_prefix_and_format_are_told_apart() {
        for (text, folder, ending) in [
            ("s3://bucket", "s3://bucket/", None),
            ("s3://bucket/", "s3://bucket/", None),
            ("s3://bucket/a", "s3://bucket/a/", None),
            ("s3://bucket/a/b.c/", "s3://bucket/a/b.c/", None),
            ("s3://bucket/*.csv", "s3://bucket/", Some("csv")),
            ("s3://my.bucket-1/a/*.ndjson", "s3://my.bucket-1/a/", Some("ndjson")),
        ] {
            let url = parse(text).unwrap();
            let default = if cfg!(feature = "parquet") { "parquet" } else { "ndjson" };
            assert_eq!((url.folder().as_str(), url.ending()), (folder, ending.unwrap_or(default)), "{text}");
            assert!(!url.has_run());
            assert_eq!(S3Url::parse(&url.to_path()).unwrap(), url);
        }
    }

    #[test]
    fn what_is_no_prefix_is_refused_and_says_why() {
        for (text, why) in [
            ("s3://", "no name of a bucket"),
            ("s3:///a", "no name of a bucket"),
            ("s3://Bucket/a", "no name of a bucket"),
            ("s3://arn:aws:s3:us-east-1:1:accesspoint/a/b", "no name of a bucket"),
            ("s3://bucket--use1-az4--x-s3/a", "directory buckets"),
            ("s3://bucket//a", "is empty"),
            ("s3://bucket/a//", "is empty"),
            ("s3://bucket/a/*/b", "character"),
            ("s3://bucket/a?format=csv", "character"),
            ("s3://bucket/rows.ndjson", "several objects"),
            ("s3://bucket/a/*.json", "*.ndjson, *.csv or *.parquet"),
        ] {
            let said = parse(text).unwrap_err();
            assert!(said.contains(why) && said.contains(text), "{text}: {said}");
        }
    }

    #[test]
    fn the_objects_of_a_run_are_under_its_day_and_its_start() {
        let time = "2026-11-24T23:59:59.9Z".parse().unwrap();
        let url = parse("s3://bucket/a/*.csv").unwrap().of_run(Start { time, mark: 0xb1c });
        assert_eq!(
            url.key(&url.part_name(12)),
            "a/date=2026-11-24/run=20261124T235959Z-000b1c/rows-00012.csv"
        );
        // What a ledger keeps of it leads to the same place.
        let kept = url.to_path();
        assert_eq!(kept.to_str(), Some("s3://bucket/a/date=2026-11-24/run=20261124T235959Z-000b1c/*.csv"));
        assert_eq!(S3Url::parse(&kept).unwrap(), url);
        assert!(parse("s3://bucket/a/*.csv").unwrap().is_of(&url));
        assert!(!parse("s3://bucket/*.csv").unwrap().is_of(&url));
        assert!(!parse("s3://bucket/a/*.ndjson").unwrap().is_of(&url));
        let bare = parse("s3://bucket/*.csv").unwrap().of_run(Start { time, mark: 1 });
        assert_eq!(S3Url::parse(&bare.to_path()).unwrap(), bare);
    }

    #[test]
    fn two_runs_of_one_second_do_not_meet() {
        let time = Timestamp::UNIX_EPOCH;
        assert_ne!(Start::at(time).folder(), Start::at(time).folder());
    }
}
