use std::collections::BTreeMap;
use std::fmt;

use crate::keys::{SETS, SETTINGS};
use crate::node::{Node, Value};
use crate::problem::{ConfigError, Problems, nearest, quoted};
use crate::reader::Reader;
use crate::tree::{self, Repeated};
use crate::{Inventory, Output, Settings, accounts, endpoint, limit, max_failures, regions, role};

/// A configuration file: settings, and sets of them by name.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Config {
    settings: Settings,
    sets: BTreeMap<String, Settings>,
}

/// The file has no set of that name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct UnknownSet {
    name: String,
    hint: String,
}

impl fmt::Display for UnknownSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the file has no set `{}`; {}", self.name, self.hint)
    }
}

impl Config {
    /// Reads a file of YAML. `environment` says what a variable stands for, if it is set; nothing else of the
    /// process is looked at.
    ///
    /// At most 8 MiB, 250,000 values, those behind aliases counted each time, and 32 levels are read.
    ///
    /// # Errors
    /// Everything that is wrong in it, with its place. Text that is not YAML ends the reading where it stands.
    pub fn parse(bytes: &[u8], environment: impl Fn(&str) -> Option<String>) -> Result<Self, ConfigError> {
        let mut problems = Problems::default();
        let root = tree::parse(bytes, Repeated::Refused, &mut problems);
        let mut reader = Reader::new(&environment, problems);
        let config = root.map_or_else(Self::default, |root| read(&mut reader, &root));
        reader.problems.conclude(config)
    }

    /// What holds for the whole file.
    #[must_use]
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// The names of the sets, in order.
    pub fn sets(&self) -> impl ExactSizeIterator<Item = &str> {
        self.sets.keys().map(String::as_str)
    }

    /// The sets with what each says itself.
    pub(crate) fn own_sets(&self) -> impl Iterator<Item = (&str, &Settings)> {
        self.sets.iter().map(|(name, set)| (name.as_str(), set))
    }

    /// What holds when a set is chosen: it goes [over](Settings::over) what holds for the whole file.
    ///
    /// # Errors
    /// There is no such set; says which there are.
    pub fn set(&self, name: &str) -> Result<Settings, UnknownSet> {
        let Some(set) = self.sets.get(name) else {
            let known: Vec<_> = self.sets().collect();
            let hint = nearest(name, known.iter().copied()).unwrap_or_else(|| match known.as_slice() {
                [] => "it has none".to_owned(),
                known => format!("there are {}", known.join(", ")),
            });
            return Err(UnknownSet { name: quoted(name), hint });
        };
        Ok(set.clone().over(self.settings.clone()))
    }
}

fn read(reader: &mut Reader<'_>, root: &Node) -> Config {
    if !reader.is_map(root, SETTINGS.iter().chain([&SETS])) {
        return Config::default();
    }
    let settings = settings(reader, root);
    let mut sets = BTreeMap::new();
    match root.get(SETS.name).map(|node| (node, &node.value)) {
        None => {}
        Some((_, Value::Map(entries))) => {
            for entry in entries {
                if entry.key.trim().is_empty() {
                    reader.problems.add(entry.place, "a set needs a name", None);
                }
                if reader.is_map(&entry.node, SETTINGS.iter()) {
                    sets.insert(entry.key.to_string(), self::settings(reader, &entry.node));
                }
            }
        }
        Some((node, _)) => {
            reader.is_map(node, [].iter());
        }
    }
    Config { settings, sets }
}

fn settings(reader: &mut Reader<'_>, node: &Node) -> Settings {
    let get = |key: &str| node.get(key).map(std::rc::Rc::as_ref);
    Settings {
        profile: get("profile").and_then(|name| reader.text(name)).map(|name| name.value),
        home_region: get("home_region").and_then(|name| reader.parsed(name, "a region", regions::named)),
        endpoint_url: get("endpoint_url").and_then(|url| reader.parsed(url, "a URL", endpoint::url)),
        endpoints: get("endpoints").map_or_else(Vec::new, |map| endpoint::read(reader, map)),
        roles: get("role").map_or_else(Vec::new, |roles| role::read(reader, roles)),
        verify_identity: get("verify_identity").and_then(|flag| reader.flag(flag)),
        accounts: accounts::read(reader, node),
        regions: get("region")
            .map_or_else(Vec::new, |list| reader.all_parsed(list, regions::WHAT, regions::included)),
        not_regions: get("not_region")
            .map_or_else(Vec::new, |list| reader.all_parsed(list, regions::WHAT, regions::excluded)),
        limits: get("limit").map_or_else(Vec::new, |limits| limit::read(reader, limits)),
        in_flight: get("in_flight").and_then(|most| reader.count(most)),
        item_timeout: get("item_timeout").and_then(|span| reader.span(span)),
        deadline: get("deadline").and_then(|span| reader.span(span)),
        max_failures: get("max_failures")
            .and_then(|most| reader.parsed(most, "a number or a share of failures", max_failures::parse)),
        canary: get("canary").and_then(|flag| reader.flag(flag)),
        inventory: Inventory {
            types: get("types").map_or_else(Vec::new, |types| texts(reader, types)),
            details: get("details").map_or_else(Vec::new, |types| texts(reader, types)),
            collectors: get("collectors").map_or_else(Vec::new, |files| reader.files(files)),
        },
        output: Output {
            store: get("store").and_then(|file| reader.text(file)).map(|file| file.value),
            out: get("out").map_or_else(Vec::new, |files| reader.files(files)),
            require_complete: get("require_complete").and_then(|flag| reader.flag(flag)),
            summary: get("summary").and_then(|file| reader.text(file)).map(|file| file.value),
            errors_out: get("errors_out").and_then(|file| reader.text(file)).map(|file| file.value),
        },
    }
}

fn texts(reader: &mut Reader<'_>, node: &Node) -> Vec<String> {
    reader.texts(node).into_iter().map(|text| text.value).collect()
}
