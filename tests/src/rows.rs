use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, ensure};
use orgwide_simulator::{AccountTruth, Truth};
use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::Value;

/// The fields of a row, in their order.
const FIELDS: [&str; 12] = [
    "account_id",
    "account_name",
    "ou_path",
    "partition",
    "region",
    "type",
    "id",
    "arn",
    "name",
    "tags",
    "data",
    "collected_at",
];

/// Rows as they were written.
#[derive(Debug, Clone)]
pub struct Rows(Vec<Value>);

/// What a row is about: account, region, type and id. The region of a bucket is not in the truth, and not here.
pub type Place = (String, String, String, String);

impl Rows {
    /// Reads rows, each a line.
    ///
    /// # Errors
    ///
    /// A line is not whole, not JSON, or has other fields or another order than a row.
    pub fn read(ndjson: &str) -> Result<Self> {
        read(ndjson, &FIELDS).map(Self)
    }

    /// Reads the rows of a table of comma-separated values, its header first.
    ///
    /// # Errors
    ///
    /// It is no such table, or its columns are not the members of a row in their order.
    pub fn read_csv(path: &Path) -> Result<Self> {
        let mut reader = csv::Reader::from_path(path)?;
        let names: Vec<String> = reader.headers()?.iter().map(str::to_owned).collect();
        ensure!(names == FIELDS, "the columns are {names:?}");
        let row = |record: csv::StringRecord| {
            let cells = names.iter().cloned().zip(record.iter().map(Value::from));
            Value::Object(cells.collect())
        };
        Ok(Self(reader.records().map(|record| record.map(row)).collect::<Result<_, _>>()?))
    }

    /// Reads the rows of Parquet files.
    ///
    /// # Errors
    ///
    /// They are none, or their columns are not the members of a row in their order.
    pub fn read_parquet(paths: &[PathBuf]) -> Result<Self> {
        let mut rows = Vec::new();
        for path in paths {
            let file = std::fs::File::open(path)?;
            for row in parquet::file::reader::SerializedFileReader::new(file)
                .with_context(|| format!("{} is no Parquet", path.display()))?
            {
                let row = row?;
                let cell = |(name, field): (&String, &parquet::record::Field)| {
                    let value = match field {
                        parquet::record::Field::Str(text) => Value::from(text.clone()),
                        _ => Value::Null,
                    };
                    (name.clone(), value)
                };
                let cells: Vec<_> = row.get_column_iter().map(cell).collect();
                let names: Vec<&str> = cells.iter().map(|(name, _)| name.as_str()).collect();
                ensure!(names == FIELDS, "the columns are {names:?}");
                rows.push(Value::Object(cells.into_iter().collect()));
            }
        }
        Ok(Self(rows))
    }

    /// The rows.
    pub fn iter(&self) -> impl Iterator<Item = &Value> {
        self.0.iter()
    }

    /// The rows of this type.
    pub fn of(&self, kind: &str) -> impl Iterator<Item = &Value> {
        self.0.iter().filter(move |row| row["type"] == kind)
    }

    /// How many there are.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.0.len() as u64
    }

    /// What the rows are about, and how many are about the same.
    #[must_use]
    pub fn places(&self) -> BTreeMap<Place, u64> {
        let text = |row: &Value, field: &str| row[field].as_str().unwrap_or_default().to_owned();
        counted(self.0.iter().map(|row| {
            let kind = text(row, "type");
            let region = if kind == "s3:bucket" { String::new() } else { text(row, "region") };
            (text(row, "account_id"), region, kind, text(row, "id"))
        }))
    }

    /// Makes sure that these are the rows for all that is in `expected`: nothing missing, made up or twice.
    ///
    /// # Errors
    ///
    /// They are not; the first few differences are told.
    pub fn are(&self, expected: impl IntoIterator<Item = Place>) -> Result<()> {
        let (found, expected) = (self.places(), counted(expected));
        let beyond = |a: &BTreeMap<Place, u64>, b: &BTreeMap<Place, u64>| -> Vec<Place> {
            a.iter()
                .filter(|(place, count)| b.get(place) < Some(*count))
                .map(|(place, _)| place.clone())
                .collect()
        };
        let (missing, too_many) = (beyond(&expected, &found), beyond(&found, &expected));
        ensure!(
            missing.is_empty() && too_many.is_empty(),
            "{} missing, such as {:?}; {} made up or doubled, such as {:?}",
            missing.len(),
            missing.iter().take(3).collect::<Vec<_>>(),
            too_many.len(),
            too_many.iter().take(3).collect::<Vec<_>>(),
        );
        Ok(())
    }
}

/// Reads rows of these fields in this order, each a line.
pub(crate) fn read(ndjson: &str, fields: &[&str]) -> Result<Vec<Value>> {
    ensure!(ndjson.is_empty() || ndjson.ends_with('\n'), "the last line is not whole");
    let row = |line: &str| {
        let Ordered(members) = serde_json::from_str(line).with_context(|| format!("no row: {line}"))?;
        let names: Vec<&str> = members.iter().map(|(name, _)| name.as_str()).collect();
        ensure!(names == fields, "a row's fields are {names:?}");
        Ok(Value::Object(members.into_iter().collect()))
    };
    ndjson.lines().map(row).collect()
}

/// Every instance and bucket of the accounts that `which` chooses.
pub fn all_of(truth: &Truth, which: impl Fn(&AccountTruth) -> bool) -> Vec<Place> {
    let chosen = truth.accounts.iter().filter(|account| which(account));
    chosen.flat_map(|account| [instances_of(account, |_| true), buckets_of(account)].concat()).collect()
}

/// The account's instances in the regions that `within` chooses.
pub fn instances_of(account: &AccountTruth, within: impl Fn(&str) -> bool) -> Vec<Place> {
    let cells = account.instances.iter().filter(|(region, _)| within(region));
    let place = |region: &str, id: &str| place(account, region, "ec2:instance", id);
    cells.flat_map(|(region, ids)| ids.iter().map(move |id| place(region, id))).collect()
}

/// The account's buckets.
#[must_use]
pub fn buckets_of(account: &AccountTruth) -> Vec<Place> {
    account.buckets.iter().map(|name| place(account, "", "s3:bucket", name)).collect()
}

fn place(account: &AccountTruth, region: &str, kind: &str, id: &str) -> Place {
    (account.id.clone(), region.to_owned(), kind.to_owned(), id.to_owned())
}

fn counted(places: impl IntoIterator<Item = Place>) -> BTreeMap<Place, u64> {
    places.into_iter().fold(BTreeMap::new(), |mut counts, place| {
        *counts.entry(place).or_default() += 1;
        counts
    })
}

/// The members of an object in the order they are written.
struct Ordered(Vec<(String, Value)>);

impl<'de> serde::Deserialize<'de> for Ordered {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Members;
        impl<'de> Visitor<'de> for Members {
            type Value = Ordered;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Ordered, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(Ordered(members))
            }
        }
        deserializer.deserialize_map(Members)
    }
}
