//! The services, from botocore's models and the corrections.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context as _, Result, bail};

use super::corrections::Corrections;
use super::{Model, Service};

/// Every service, sorted by name.
///
/// A correction that no longer corrects anything is an error, so that none outlives its reason.
pub(super) fn services(models: Vec<Model>, corrections: &Corrections) -> Result<Vec<Service>> {
    let mut models: BTreeMap<String, Model> =
        models.into_iter().map(|model| (model.folder.clone(), model)).collect();

    let mut also: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for (folder, name) in corrections.also {
        known(&models, folder)?;
        also.entry(folder).or_default().push((*name).to_owned());
    }
    for (copy, original) in corrections.copies {
        let original_id = known(&models, original)?.sdk_id.clone();
        if known(&models, copy)?.sdk_id != original_id {
            bail!("{copy} is no copy of {original}: their SDK ids differ");
        }
        models.remove(*copy);
        also.entry(original).or_default().push((*copy).to_owned());
    }
    let mut names: BTreeMap<&str, &str> = BTreeMap::new();
    for (folder, name) in corrections.renamed {
        known(&models, folder)?;
        names.insert(folder, name);
        also.entry(folder).or_default().push((*folder).to_owned());
    }
    let mut prefixes: BTreeMap<&str, &str> = BTreeMap::new();
    for (folder, prefix) in corrections.iam {
        if known(&models, folder)?.signing_name == *prefix {
            bail!("{folder} signs as {prefix} by now: its IAM prefix needs no correction");
        }
        prefixes.insert(folder, prefix);
    }

    let mut services: Vec<Service> = models
        .into_values()
        .map(|model| Service {
            name: (*names.get(model.folder.as_str()).unwrap_or(&model.folder.as_str())).to_owned(),
            also: also.remove(model.folder.as_str()).unwrap_or_default(),
            iam_prefix: prefixes
                .get(model.folder.as_str())
                .map_or_else(|| model.signing_name.clone(), |prefix| (*prefix).to_owned()),
            sdk_id: model.sdk_id,
            endpoint_prefix: model.endpoint_prefix,
            signing_name: model.signing_name,
        })
        .collect();
    services.sort_by(|a, b| a.name.cmp(&b.name));

    let mut seen = BTreeSet::new();
    if let Some(twice) = services.iter().find(|service| !seen.insert(&service.sdk_id)) {
        bail!("two models have the SDK id {:?}: `copies` must say which one counts", twice.sdk_id);
    }
    Ok(services)
}

fn known<'a>(models: &'a BTreeMap<String, Model>, folder: &str) -> Result<&'a Model> {
    models.get(folder).with_context(|| format!("a correction names {folder}, which botocore does not have"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const NONE: Corrections = Corrections { renamed: &[], also: &[], copies: &[], iam: &[], shared: &[] };

    fn model(folder: &str, sdk_id: &str, endpoint_prefix: &str, signing_name: &str) -> Model {
        Model {
            folder: folder.into(),
            sdk_id: sdk_id.into(),
            endpoint_prefix: endpoint_prefix.into(),
            signing_name: signing_name.into(),
        }
    }

    fn models() -> Vec<Model> {
        vec![
            model("watch", "Watch", "monitoring", "monitoring"),
            model("config", "Config Service", "config", "config"),
        ]
    }

    fn error(models: Vec<Model>, corrections: Corrections) -> String {
        services(models, &corrections).unwrap_err().to_string()
    }

    #[test]
    fn a_model_is_known_by_its_folder_and_signs_as_iam_calls_it_unless_corrected() {
        let rows = services(models(), &NONE).unwrap();
        let told: Vec<_> = rows.iter().map(|row| (row.name.as_str(), row.iam_prefix.as_str())).collect();
        assert_eq!(told, [("config", "config"), ("watch", "monitoring")]);

        let corrections = Corrections { iam: &[("watch", "cloudwatch")], ..NONE };
        let rows = services(models(), &corrections).unwrap();
        assert_eq!(
            (rows[1].iam_prefix.as_str(), rows[1].signing_name.as_str()),
            ("cloudwatch", "monitoring")
        );
    }

    #[test]
    fn a_renamed_service_keeps_its_old_name_as_a_second_one_and_is_sorted_by_the_new() {
        let rows = services(models(), &Corrections { renamed: &[("config", "zconfig")], ..NONE }).unwrap();
        assert_eq!((rows[1].name.as_str(), rows[1].also.as_slice()), ("zconfig", &["config".to_owned()][..]));
    }

    #[test]
    fn a_copy_becomes_a_second_name_of_its_original() {
        let mut with_copy = models();
        with_copy.push(model("old-watch", "Watch", "old", "old"));
        assert!(error(with_copy.clone(), NONE).contains("two models have the SDK id \"Watch\""));

        let corrections = Corrections { copies: &[("old-watch", "watch")], ..NONE };
        let rows = services(with_copy, &corrections).unwrap();
        assert_eq!(rows.len(), 2);
        assert_eq!(rows[1].also, ["old-watch"]);
        assert!(error(models(), Corrections { copies: &[("config", "watch")], ..NONE }).contains("no copy"));
    }

    #[test]
    fn a_correction_without_effect_is_an_error() {
        let gone = "a correction names gone, which botocore does not have";
        assert_eq!(error(models(), Corrections { renamed: &[("gone", "x")], ..NONE }), gone);
        assert_eq!(error(models(), Corrections { also: &[("gone", "x")], ..NONE }), gone);
        assert_eq!(error(models(), Corrections { copies: &[("gone", "watch")], ..NONE }), gone);
        assert_eq!(error(models(), Corrections { iam: &[("gone", "x")], ..NONE }), gone);
        let same = Corrections { iam: &[("watch", "monitoring")], ..NONE };
        assert!(error(models(), same).contains("needs no correction"));
    }
}
