use orgwide_models::Model;
use orgwide_names::Partition;

use super::{Parameters, resolve};

/// Whether a service is the same in every region of a partition: one endpoint, or one region that all requests
/// are signed for, whichever is asked. IAM and Route 53 are.
///
/// It is worked out from the service's endpoint rules, so it cannot tell that a service with an endpoint name for
/// every region runs in one of them only. One whose endpoint depends on an operation's input is not global.
#[must_use]
pub fn is_global(model: &Model, partition: Partition) -> bool {
    let mut regions: Vec<String> = partition.regions().map(|region| region.as_str().to_owned()).collect();
    // One that is not there: some partitions have a single region, and one is the same everywhere.
    regions.extend(
        regions.first().and_then(|first| first.rsplit_once('-')).map(|(stem, _)| format!("{stem}-99")),
    );
    let mut answers = Vec::with_capacity(regions.len());
    for region in &regions {
        let Ok(endpoint) = resolve(model, &Parameters::new(region)) else { return false };
        let signed_for = endpoint.auth.into_iter().next().and_then(|scheme| scheme.signing_region);
        answers.push((endpoint.url, signed_for));
    }
    let Some((url, signed_for)) = answers.first() else { return false };
    answers.iter().all(|(other, _)| other == url)
        || signed_for.is_some() && answers.iter().all(|(_, other)| other == signed_for)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn is_global(rules: Value, partition: &str) -> bool {
        let service = json!({
            "metadata": {"apiVersion": "1", "endpointPrefix": "s", "protocol": "json", "serviceId": "S",
                "serviceFullName": "S"},
            "operations": {},
            "shapes": {},
        });
        let rules = json!({
            "version": "1.0",
            "parameters": {"Region": {"type": "string", "builtIn": "AWS::Region"}, "Id": {"type": "string"}},
            "rules": rules,
        });
        let model = Model::from_botocore("s", &service, &[], Some(&rules)).unwrap();
        super::is_global(&model, Partition::from_id(partition).unwrap())
    }

    fn endpoint(url: &str, signing_region: Option<&str>) -> Value {
        let schemes = match signing_region {
            Some(region) => json!([{"name": "sigv4", "signingRegion": region}]),
            None => json!([]),
        };
        json!({"type": "endpoint", "conditions": [], "endpoint": {
            "url": url, "properties": {"authSchemes": schemes}}})
    }

    #[test]
    fn one_endpoint_or_one_signing_region_is_global() {
        assert!(is_global(json!([endpoint("https://s.example", None)]), "aws"));
        assert!(is_global(json!([endpoint("https://{Region}.example", Some("us-east-1"))]), "aws"));
        assert!(!is_global(json!([endpoint("https://{Region}.example", None)]), "aws"));
        assert!(!is_global(json!([endpoint("https://{Region}.example", Some("{Region}"))]), "aws"));
    }

    #[test]
    fn a_regional_service_of_a_partition_with_one_region_is_not_global() {
        assert_eq!(Partition::from_id("aws-iso-e").unwrap().regions().count(), 1);
        assert!(!is_global(json!([endpoint("https://{Region}.example", None)]), "aws-iso-e"));
        assert!(is_global(json!([endpoint("https://s.example", None)]), "aws-iso-e"));
    }

    #[test]
    fn a_service_with_another_endpoint_in_one_region_is_not_global() {
        let mut odd = endpoint("https://other.example", None);
        odd["conditions"] = json!([{"fn": "stringEquals", "argv": [{"ref": "Region"}, "us-west-2"]}]);
        assert!(!is_global(json!([odd, endpoint("https://s.example", None)]), "aws"));
    }

    #[test]
    fn a_service_whose_endpoint_depends_on_input_is_not_global() {
        let mut by_id = endpoint("https://{Id}.example", None);
        by_id["conditions"] = json!([{"fn": "isSet", "argv": [{"ref": "Id"}]}]);
        assert!(!is_global(json!([by_id]), "aws"));
        assert!(!is_global(json!([]), "aws"));
    }
}
