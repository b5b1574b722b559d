//! Which services sign with a name that is not theirs alone.

use std::sync::Arc;

use orgwide_models::{Catalog, Model};

/// The names that several services sign with, that one signs with now and then, or while another is called so. Of
/// several that could be meant the first is.
const SHARED: &[(&str, &[&str])] = &[
    ("account-access", &["account-access", "account-access-runtime"]),
    ("agent-registry", &["agent-registry", "agent-registry-control"]),
    ("apigateway", &["apigateway", "apigatewayv2"]),
    ("appconfig", &["appconfig", "appconfigdata"]),
    (
        "aws-marketplace",
        &[
            "marketplace-agreement",
            "marketplace-catalog",
            "marketplace-deployment",
            "marketplace-discovery",
            "marketplace-entitlement",
            "marketplace-reporting",
            "meteringmarketplace",
        ],
    ),
    (
        "bedrock",
        &[
            "bedrock",
            "bedrock-agent",
            "bedrock-agent-runtime",
            "bedrock-data-automation",
            "bedrock-data-automation-runtime",
            "bedrock-runtime",
        ],
    ),
    ("bedrock-agentcore", &["bedrock-agentcore", "bedrock-agentcore-control"]),
    ("cassandra", &["keyspaces", "keyspacesstreams"]),
    (
        "chime",
        &[
            "chime",
            "chime-sdk-identity",
            "chime-sdk-media-pipelines",
            "chime-sdk-meetings",
            "chime-sdk-messaging",
            "chime-sdk-voice",
        ],
    ),
    ("cloudhsm", &["cloudhsm", "cloudhsmv2"]),
    ("cloudsearch", &["cloudsearch", "cloudsearchdomain"]),
    ("cloudwatch", &["cloudwatchomni"]),
    ("connect", &["connect", "connect-contact-lens", "connectscheduling"]),
    ("connect-campaigns", &["connectcampaigns", "connectcampaignsv2"]),
    ("dynamodb", &["dynamodb", "dynamodbstreams"]),
    ("elasticloadbalancing", &["elb", "elbv2"]),
    ("es", &["es", "opensearch"]),
    ("events", &["events", "eventbridgev2"]),
    ("execute-api", &["apigatewaymanagementapi", "connectparticipant"]),
    ("forecast", &["forecast", "forecastquery"]),
    ("greengrass", &["greengrass", "greengrassv2"]),
    ("iam", &["iam", "iam-toolbox"]),
    ("ivs", &["ivs", "ivs-realtime"]),
    ("kinesisanalytics", &["kinesisanalytics", "kinesisanalyticsv2"]),
    (
        "kinesisvideo",
        &[
            "kinesisvideo",
            "kinesis-video-archived-media",
            "kinesis-video-media",
            "kinesis-video-signaling",
            "kinesis-video-webrtc-storage",
        ],
    ),
    ("lambda", &["lambda", "lambda-core", "lambda-microvms", "lambda-web"]),
    ("lex", &["lex-models", "lex-runtime", "lexv2-models", "lexv2-runtime"]),
    ("mediastore", &["mediastore", "mediastore-data"]),
    ("mgh", &["mgh", "migrationhub-config"]),
    ("partnercentral", &["partnercentral-revenue-measurement"]),
    ("payment-cryptography", &["payment-cryptography", "payment-cryptography-data"]),
    ("personalize", &["personalize", "personalize-events", "personalize-runtime"]),
    ("rds", &["rds", "docdb", "neptune"]),
    ("resiliencehub", &["resiliencehub", "resiliencehubv2"]),
    ("s3", &["s3", "s3control"]),
    ("s3-object-lambda", &["s3"]),
    ("s3-outposts", &["s3outposts", "s3", "s3control"]),
    (
        "sagemaker",
        &[
            "sagemaker",
            "sagemaker-a2i-runtime",
            "sagemaker-edge",
            "sagemaker-featurestore-runtime",
            "sagemaker-inference-router-runtime",
            "sagemaker-metrics",
            "sagemaker-runtime",
            "sagemakerjobruntime",
            "sagemakertrainingsessionruntime",
        ],
    ),
    ("s3express", &["s3", "s3control"]),
    ("sdb", &["sdb", "simpledbv2"]),
    ("servicecatalog", &["servicecatalog", "servicecatalog-appregistry"]),
    ("ses", &["ses", "mailmanager", "pinpoint-email", "sesv2"]),
    ("signer", &["signer", "signer-data"]),
    ("sms-voice", &["sms-voice", "pinpoint-sms-voice", "pinpoint-sms-voice-v2"]),
    ("sso", &["sso-admin"]),
    ("timestream", &["timestream-query", "timestream-write"]),
    ("wisdom", &["wisdom", "qconnect"]),
];

/// The models of the services that sign with a name.
pub(crate) fn candidates(signing_name: &str) -> Vec<Arc<Model>> {
    let catalog = Catalog::embedded();
    if let Some((_, services)) = SHARED.iter().find(|(name, _)| *name == signing_name) {
        return services.iter().filter_map(|service| catalog.model(service).ok()).collect();
    }
    // A service may be called as another signs.
    let is_its_name = |model: &Arc<Model>| model.service().signing_name == signing_name;
    catalog.model(signing_name).ok().filter(is_its_name).into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_service_is_found_by_the_name_it_signs_with() {
        let catalog = Catalog::embedded();
        for service in catalog.services() {
            let model = catalog.model(&service.name).unwrap();
            let found = candidates(&model.service().signing_name);
            assert!(found.iter().any(|found| found.service().name == service.name), "{}", service.name);
        }
        assert!(candidates("no-such-service").is_empty());
    }
}
