//! The embedded models against botocore's source distribution, in the folder that `ORGWIDE_BOTOCORE` names.
#![allow(clippy::unwrap_used, reason = "in the helpers of tests too, a failed unwrap is a failed test")]

use std::path::Path;
use std::sync::Arc;

use orgwide_models::{Catalog, Model};

#[test]
fn what_is_embedded_is_what_the_source_gives() {
    let Some(source) = std::env::var_os("ORGWIDE_BOTOCORE") else {
        eprintln!("skipped: ORGWIDE_BOTOCORE is not set");
        return;
    };
    let embedded = Catalog::embedded();
    // All of it as a folder of newer models: the same services, each of which replaces the embedded one.
    let folder = Catalog::with_folder(&Path::new(&source).join("botocore/data")).unwrap();
    let summaries = |catalog: &Catalog| catalog.services().cloned().collect::<Vec<_>>();
    assert_eq!(summaries(&embedded), summaries(&folder));
    for service in embedded.services() {
        let (stored, read) = (embedded.model(&service.name).unwrap(), folder.model(&service.name).unwrap());
        assert!(!Arc::ptr_eq(&stored, &read));
        assert!(stored == read, "{} is not as its source; run `cargo xtask models`", service.name);
        assert_eq!(service.name, stored.service().name);
        assert_eq!(service.id, stored.service().id);
        assert_eq!(service.full_name, stored.service().full_name);
        assert_eq!(service.version, stored.service().version);
        assert_eq!(service.operations, stored.operations().len());
        assert!(Model::decode(&read.encode().unwrap()).unwrap() == *read, "{}", service.name);
    }
}
