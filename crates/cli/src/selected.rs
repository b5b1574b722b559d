//! What a run comes to, once flags and configuration file are put together: what must not change when it goes on.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::args::RunArgs;
use crate::invocation::whole;

/// Where a run takes place, by the flags that say so.
pub(crate) fn of(args: &RunArgs) -> BTreeMap<String, Value> {
    let (accounts, regions, connection) = (&args.accounts, &args.regions, &args.connection);
    let mut selected = BTreeMap::new();
    let mut list = |flag: &str, values: Vec<String>| {
        let mut values = values;
        values.sort();
        values.dedup();
        if !values.is_empty() {
            selected.insert(flag.to_owned(), json!(values));
        }
    };
    list("--account", accounts.account.clone());
    list("--ou", accounts.ou.clone());
    list(
        "--accounts-file",
        accounts.accounts_file.iter().map(|path| whole(path).display().to_string()).collect(),
    );
    list("--tag", accounts.tag.clone());
    list("--not-account", accounts.not_account.clone());
    list("--not-ou", accounts.not_ou.clone());
    list("--region", regions.region.clone());
    list("--not-region", regions.not_region.clone());
    let roles: Vec<_> = accounts.roles().iter().map(|hop| hop.role().to_string()).collect();
    // An external id is as good as a secret: only that there was one is kept.
    let has_external_id = accounts.external_id.is_some()
        || accounts.configured_roles.iter().any(|role| role.external_id.is_some());
    for (flag, is_set, value) in [
        ("--org", accounts.org, json!(true)),
        ("--role", true, json!(roles)),
        ("--external-id", has_external_id, json!("one")),
        ("--verify-identity", accounts.verify_identity, json!(true)),
        ("--simulate", connection.simulate.is_some(), json!(connection.simulate)),
        ("--endpoint-url", connection.endpoint_url.is_some(), json!(connection.endpoint_url)),
    ] {
        if is_set {
            selected.insert(flag.to_owned(), value);
        }
    }
    selected
}
