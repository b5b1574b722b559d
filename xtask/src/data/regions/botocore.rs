//! Reads botocore's `partitions.json` and `endpoints.json`.

use std::collections::BTreeMap;

use anyhow::{Context as _, Result, bail};
use serde::Deserialize;

use super::{Partition, Region};

/// The regions of `aws` that every account has without asking: those from before 20 March 2019.
///
/// botocore does not know them. Source: AWS Account Management reference guide,
/// "Enable or disable AWS Regions in your account".
const ENABLED_BY_DEFAULT: [&str; 17] = [
    "ap-northeast-1",
    "ap-northeast-2",
    "ap-northeast-3",
    "ap-south-1",
    "ap-southeast-1",
    "ap-southeast-2",
    "ca-central-1",
    "eu-central-1",
    "eu-north-1",
    "eu-west-1",
    "eu-west-2",
    "eu-west-3",
    "sa-east-1",
    "us-east-1",
    "us-east-2",
    "us-west-1",
    "us-west-2",
];

#[derive(Deserialize)]
struct Partitions {
    partitions: Vec<PartitionEntry>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct PartitionEntry {
    id: String,
    outputs: Outputs,
    region_regex: String,
    regions: BTreeMap<String, Described>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Outputs {
    dns_suffix: String,
    dual_stack_dns_suffix: String,
    // A capital abbreviation, which `camelCase` would not give.
    #[serde(rename = "supportsFIPS")]
    supports_fips: bool,
    supports_dual_stack: bool,
    implicit_global_region: String,
}

#[derive(Deserialize)]
struct Described {
    description: Option<String>,
}

#[derive(Deserialize)]
struct Endpoints {
    partitions: Vec<EndpointsEntry>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct EndpointsEntry {
    partition: String,
    partition_name: String,
    regions: BTreeMap<String, Described>,
}

/// Every partition, sorted by id, each with its regions, sorted by id.
pub(super) fn partitions(partitions_json: &str, endpoints_json: &str) -> Result<Vec<Partition>> {
    let entries: Partitions = serde_json::from_str(partitions_json).context("partitions.json")?;
    let endpoints: Endpoints = serde_json::from_str(endpoints_json).context("endpoints.json")?;
    let mut partitions = entries
        .partitions
        .into_iter()
        .map(|entry| {
            let named = endpoints.partitions.iter().find(|named| named.partition == entry.id);
            partition(entry, named.context("partitions.json has a partition that endpoints.json lacks")?)
        })
        .collect::<Result<Vec<_>>>()?;
    partitions.sort_by(|a, b| a.id.cmp(&b.id));
    Ok(partitions)
}

fn partition(entry: PartitionEntry, named: &EndpointsEntry) -> Result<Partition> {
    let id = entry.id;
    let region_prefixes = prefixes(&entry.region_regex)
        .with_context(|| format!("partition {id}: cannot take {:?} apart", entry.region_regex))?;
    let mut regions = Vec::new();
    for (region, described) in entry.regions {
        if !region_prefixes.iter().any(|prefix| begins(&region, prefix)) {
            if region == format!("{id}-global") {
                continue; // A name for "no region", such as aws-global: nothing is there.
            }
            bail!("partition {id}: region {region} does not match {:?}", entry.region_regex);
        }
        // endpoints.json has the names people know, but lags behind launches.
        let told = named.regions.get(&region).and_then(|told| told.description.clone());
        let description =
            told.or(described.description).with_context(|| format!("{region} has no description"))?;
        let opt_in = (id == "aws").then(|| !ENABLED_BY_DEFAULT.contains(&region.as_str()));
        regions.push(Region { id: region, description, opt_in });
    }
    let implicit_region = entry.outputs.implicit_global_region;
    if !regions.iter().any(|region| region.id == implicit_region) {
        bail!("partition {id}: its global region {implicit_region} is none of its regions");
    }
    Ok(Partition {
        id,
        name: named.partition_name.clone(),
        dns_suffix: entry.outputs.dns_suffix,
        dual_stack_dns_suffix: entry.outputs.dual_stack_dns_suffix,
        supports_fips: entry.outputs.supports_fips,
        supports_dual_stack: entry.outputs.supports_dual_stack,
        implicit_region,
        region_prefixes,
        regions,
    })
}

/// The ways a region's name may begin: `^(us|eu)\-\w+\-\d+$` gives `us` and `eu`.
fn prefixes(regex: &str) -> Option<Vec<String>> {
    let stem = regex.strip_prefix('^')?.strip_suffix(r"\-\w+\-\d+$")?.replace(r"\-", "-");
    let prefixes: Vec<String> = match stem.split_once('(') {
        Some((before, rest)) => {
            let choices = rest.strip_suffix(')')?;
            choices.split('|').map(|choice| format!("{before}{choice}")).collect()
        }
        None => vec![stem],
    };
    let plain = |text: &String| {
        !text.is_empty()
            && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
    };
    prefixes.iter().all(plain).then_some(prefixes)
}

/// Whether the name is the prefix, then `-WORD-NUMBER`, as the pattern says.
fn begins(region: &str, prefix: &str) -> bool {
    let rest = region.strip_prefix(prefix).and_then(|rest| rest.strip_prefix('-'));
    let Some((word, number)) = rest.and_then(|rest| rest.split_once('-')) else { return false };
    let is_word = !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    is_word && !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    const PARTITIONS: &str = r#"{"partitions":[
      {"id":"aws-x","outputs":{"dnsSuffix":"x.example","dualStackDnsSuffix":"x6.example",
        "implicitGlobalRegion":"xx-new-1","supportsDualStack":false,"supportsFIPS":true},
       "regionRegex":"^xx\\-\\w+\\-\\d+$",
       "regions":{"xx-new-1":{"description":"New in one"},"aws-x-global":{"description":"none"}}},
      {"id":"aws","outputs":{"dnsSuffix":"a.example","dualStackDnsSuffix":"a6.example",
        "implicitGlobalRegion":"us-east-1","supportsDualStack":true,"supportsFIPS":true},
       "regionRegex":"^(us|eu)\\-\\w+\\-\\d+$",
       "regions":{"us-east-1":{"description":"short"},"eu-south-9":{"description":"later"}}}]}"#;
    const ENDPOINTS: &str = r#"{"partitions":[
      {"partition":"aws","partitionName":"Standard","regions":{"us-east-1":{"description":"US East"}}},
      {"partition":"aws-x","partitionName":"The X","regions":{}}]}"#;

    #[test]
    fn partitions_come_sorted_without_pseudo_regions() {
        let read = partitions(PARTITIONS, ENDPOINTS).unwrap();
        let ids: Vec<_> = read.iter().map(|p| (p.id.as_str(), p.name.as_str(), p.regions.len())).collect();
        assert_eq!(ids, [("aws", "Standard", 2), ("aws-x", "The X", 1)]);
        assert_eq!(read[0].region_prefixes, ["us", "eu"]);
        assert_eq!(read[1].dns_suffix, "x.example");
        assert_eq!(read[1].dual_stack_dns_suffix, "x6.example");
        assert_eq!((read[1].supports_fips, read[1].supports_dual_stack), (true, false));
    }

    #[test]
    fn a_region_that_endpoints_json_lacks_keeps_its_other_description() {
        let read = partitions(PARTITIONS, ENDPOINTS).unwrap();
        let told: Vec<_> = read[0].regions.iter().map(|r| (r.id.as_str(), r.description.as_str())).collect();
        assert_eq!(told, [("eu-south-9", "later"), ("us-east-1", "US East")]);
    }

    #[test]
    fn opting_in_is_known_in_one_partition_only() {
        let read = partitions(PARTITIONS, ENDPOINTS).unwrap();
        let opt_in = |p: &Partition| p.regions.iter().map(|region| region.opt_in).collect::<Vec<_>>();
        assert_eq!(opt_in(&read[0]), [Some(true), Some(false)]);
        assert_eq!(opt_in(&read[1]), [None]);
    }

    #[test]
    fn a_region_outside_its_pattern_is_an_error() {
        let odd = PARTITIONS.replace("eu-south-9", "zz-south-9");
        let error = partitions(&odd, ENDPOINTS).unwrap_err().to_string();
        assert!(error.contains("zz-south-9"), "{error}");
    }

    #[test]
    fn a_pseudo_region_of_another_name_than_its_partition_is_an_error() {
        let odd = PARTITIONS.replace("aws-x-global", "y-global");
        assert!(partitions(&odd, ENDPOINTS).unwrap_err().to_string().contains("y-global"));
    }

    #[test]
    fn a_global_region_that_is_not_listed_is_an_error() {
        let odd = PARTITIONS.replace(r#"Region":"us-east-1""#, r#"Region":"us-west-7""#);
        let error = partitions(&odd, ENDPOINTS).unwrap_err().to_string();
        assert!(error.contains("us-west-7"), "{error}");
    }

    #[test]
    fn patterns_of_every_known_form_come_apart() {
        assert_eq!(prefixes(r"^us\-gov\-\w+\-\d+$").unwrap(), ["us-gov"]);
        assert_eq!(prefixes(r"^eusc\-(de)\-\w+\-\d+$").unwrap(), ["eusc-de"]);
        assert_eq!(prefixes(r"^(us|mx)\-\w+\-\d+$").unwrap(), ["us", "mx"]);
    }

    #[test]
    fn a_pattern_of_a_new_form_is_refused_rather_than_guessed() {
        for odd in [r"^us\-\w+$", r"^u.\-\w+\-\d+$", r"^(us|(eu|ap))\-\w+\-\d+$", r"us\-\w+\-\d+$"] {
            assert_eq!(prefixes(odd), None, "{odd}");
        }
    }
}
