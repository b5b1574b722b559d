//! The services of the models and the names of services are the same.

use orgwide_models::Catalog;
use orgwide_names::ServiceName;

#[test]
fn every_model_is_of_a_known_service_by_its_name_and_by_its_id() {
    let catalog = Catalog::embedded();
    for service in catalog.services() {
        let name: ServiceName = service.id.parse().unwrap();
        assert!(name.is_known(), "{}", service.id);
        assert_eq!(service.name.parse::<ServiceName>().unwrap(), name, "{}", service.name);
        // The name of the service in its requests is what the limiter counts by.
        let model = catalog.model(&service.name).unwrap();
        assert_eq!(model.service().id.parse::<ServiceName>().unwrap(), name);
    }
}

#[test]
fn every_known_service_has_a_model_that_its_name_finds() {
    let catalog = Catalog::embedded();
    for name in ServiceName::known() {
        let service = catalog.service(name.as_str()).unwrap();
        assert_eq!(service.id.parse::<ServiceName>().unwrap(), name);
    }
}

#[test]
fn a_prefix_means_the_same_service_here_and_there() {
    let catalog = Catalog::embedded();
    for spelling in
        ["monitoring", "states", "tagging", "email", "elasticloadbalancing", "execute-api", "s3api"]
    {
        let name: ServiceName = spelling.parse().unwrap();
        assert!(name.is_known(), "{spelling}");
        let id = &catalog.service(spelling).unwrap().id;
        assert_eq!(id.parse::<ServiceName>().unwrap(), name, "{spelling}");
    }
    for shared in ["lex", "partnercentral", "timestream", "aws-marketplace"] {
        assert!(!shared.parse::<ServiceName>().unwrap().is_known() && catalog.service(shared).is_err());
    }
}
