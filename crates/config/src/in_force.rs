//! Settings as a file again, for people to look at.

use std::time::Duration;

use crate::endpoint::ELSEWHERE;
use crate::yaml::Yaml;
use crate::{Accounts, Config, Endpoint, Limit, Role, Settings};

impl Config {
    /// The file as it is understood, in YAML: variables filled in, aliases and merge keys resolved, external ids
    /// hidden. A set is shown as what it says itself.
    #[must_use]
    pub fn to_yaml(&self) -> String {
        let mut entries = entries(self.settings());
        let sets: Vec<_> =
            self.own_sets().map(|(name, set)| (name.to_owned(), Yaml::Map(self::entries(set)))).collect();
        if !sets.is_empty() {
            entries.push(("sets".to_owned(), Yaml::Map(sets)));
        }
        Yaml::Map(entries).write()
    }
}

impl Settings {
    /// The settings in YAML, as [`Config::to_yaml`] shows them.
    #[must_use]
    pub fn to_yaml(&self) -> String {
        Yaml::Map(entries(self)).write()
    }
}

fn entries(settings: &Settings) -> Vec<(String, Yaml)> {
    let Settings { accounts, inventory, output, .. } = settings;
    let Accounts { organization, units, accounts: included, file, tags, not_accounts, not_units } = accounts;
    let mut entries = Entries::default();
    entries.one("profile", settings.profile.as_ref());
    entries.one("home_region", settings.home_region.as_ref());
    entries.one("endpoint_url", settings.endpoint_url.as_ref());
    entries.add("endpoints", endpoints(&settings.endpoints));
    entries.add("role", several(settings.roles.iter().map(role)));
    entries.add("verify_identity", settings.verify_identity.map(Yaml::Flag));
    entries.add("org", organization.then_some(Yaml::Flag(true)));
    entries.all("ou", units);
    entries.all("account", included);
    entries.one("accounts_file", file.as_ref());
    entries.all("tag", &tags.iter().map(|(key, value)| format!("{key}={value}")).collect::<Vec<_>>());
    entries.all("not_account", not_accounts);
    entries.all("not_ou", not_units);
    entries.all("region", &settings.regions);
    entries.all("not_region", &settings.not_regions);
    entries.add("limit", several(settings.limits.iter().map(limit)));
    entries.one("in_flight", settings.in_flight.as_ref());
    entries.one("item_timeout", settings.item_timeout.map(span).as_ref());
    entries.one("deadline", settings.deadline.map(span).as_ref());
    entries.one("max_failures", settings.max_failures.as_ref());
    entries.add("canary", settings.canary.map(Yaml::Flag));
    entries.all("types", &inventory.types);
    entries.all("details", &inventory.details);
    entries.all("collectors", &inventory.collectors);
    entries.one("store", output.store.as_ref());
    entries.all("out", &output.out);
    entries.add("require_complete", output.require_complete.map(Yaml::Flag));
    entries.one("summary", output.summary.as_ref());
    entries.one("errors_out", output.errors_out.as_ref());
    entries.0
}

#[derive(Default)]
struct Entries(Vec<(String, Yaml)>);

impl Entries {
    fn add(&mut self, key: &str, value: Option<Yaml>) {
        self.0.extend(value.map(|value| (key.to_owned(), value)));
    }

    fn one<T: ToString + ?Sized>(&mut self, key: &str, value: Option<&T>) {
        self.add(key, value.map(|value| Yaml::Text(value.to_string())));
    }

    fn all(&mut self, key: &str, values: &[impl ToString]) {
        self.add(key, (!values.is_empty()).then(|| Yaml::texts(values.iter().map(ToString::to_string))));
    }
}

fn several(items: impl Iterator<Item = Yaml>) -> Option<Yaml> {
    let mut items: Vec<_> = items.collect();
    match items.len() {
        0 => None,
        1 => items.pop(),
        _ => Some(Yaml::List(items)),
    }
}

fn endpoints(endpoints: &[Endpoint]) -> Option<Yaml> {
    let mut services: Vec<(String, Yaml)> = Vec::new();
    for Endpoint { service, region, url } in endpoints {
        let region = region.as_ref().map_or_else(|| ELSEWHERE.to_owned(), ToString::to_string);
        let entry = (region, Yaml::text(url));
        match services
            .iter_mut()
            .find(|(name, value)| name == service.as_str() && matches!(value, Yaml::Map(_)))
        {
            Some((_, Yaml::Map(regions))) => regions.push(entry),
            _ => services.push((service.to_string(), Yaml::Map(vec![entry]))),
        }
    }
    for (_, value) in &mut services {
        // One endpoint for all regions needs no map.
        let only = match value {
            Yaml::Map(regions) if regions.len() == 1 => regions.pop_if(|(region, _)| region == ELSEWHERE),
            _ => None,
        };
        if let Some((_, url)) = only {
            *value = url;
        }
    }
    (!services.is_empty()).then_some(Yaml::Map(services))
}

fn role(role: &Role) -> Yaml {
    let mut entries = Entries::default();
    entries.one("name", Some(&role.name));
    entries.one("external_id", role.external_id.as_ref().map(|_| "(hidden)").as_ref());
    entries.one("session_name", role.session_name.as_ref());
    entries.one("duration", role.duration.map(span).as_ref());
    alone_or_map(entries)
}

fn limit(limit: &Limit) -> Yaml {
    let run = if limit.rule.is_ceiling() { " per run" } else { "" };
    let rule = format!("{}={}{run}", limit.rule.matches(), limit.rule.quota());
    let mut entries = Entries::default();
    entries.one("rule", Some(&rule));
    entries.all("account", &limit.accounts);
    entries.all("region", &limit.regions);
    entries.one("ceiling", limit.ceiling.map(crate::Ceiling::as_str).as_ref());
    entries.one("in_flight", limit.in_flight.as_ref());
    entries.add("fail_fast", limit.fail_fast.then_some(Yaml::Flag(true)));
    alone_or_map(entries)
}

/// A map of which only the first key is there is as good as that key's value.
fn alone_or_map(mut entries: Entries) -> Yaml {
    if entries.0.len() == 1 { entries.0.remove(0).1 } else { Yaml::Map(entries.0) }
}

fn span(span: Duration) -> String {
    jiff::SignedDuration::try_from(span)
        .map_or_else(|_| format!("{}s", span.as_secs()), |span| format!("{span:#}"))
}
