//! Which reads answer with secrets.

use std::collections::HashSet;

use orgwide_models::{Kind, Model, Operation, ShapeId};
use serde_json::Value;

use super::verbs::lists;

/// Reads whose answers open doors, and whose models do not say so in a way that the rule below sees.
const SECRETS: &[(&str, &[&str])] = &[
    ("acm", &["GetAcmeExternalAccountBindingCredentials"]),
    ("amplify", &["GetArtifactUrl"]),
    ("appsync", &["ListApiKeys"]),
    ("artifact", &["GetReport", "GetTermForReport"]),
    ("athena", &["GetSessionEndpoint"]),
    ("auditmanager", &["GetAssessmentReportUrl", "GetEvidenceFileUploadUrl"]),
    ("bedrock-agentcore", &["GetResourceApiKey", "GetResourceOauth2Token", "GetResourcePaymentToken"]),
    ("cloudhsmv2", &["DescribeClusters"]),
    ("codeartifact", &["GetAuthorizationToken"]),
    ("codepipeline", &["ListWebhooks"]),
    ("cognito-idp", &["DescribeIdentityProvider", "DescribeUserImportJob", "ListUserImportJobs"]),
    ("connect", &["GetFederationToken", "GetPromptFile"]),
    ("connectparticipant", &["GetAttachment", "GetAuthenticationUrl"]),
    ("customer-profiles", &["GetUploadJobPath"]),
    ("dataexchange", &["GetJob", "ListJobs"]),
    ("datazone", &["GetIamPortalLoginUrl"]),
    ("devicefarm", &["GetUpload", "ListArtifacts", "ListTestGridSessionArtifacts", "ListUploads"]),
    ("directconnect", &["DescribeVirtualInterfaces"]),
    ("ec2", &["DescribeVpnConnections", "GetPasswordData", "GetVpnConnectionDeviceSampleConfiguration"]),
    ("ecr", &["GetAuthorizationToken", "GetDownloadUrlForLayer"]),
    ("ecr-public", &["GetAuthorizationToken"]),
    ("emr", &["GetOnClusterAppUIPresignedURL", "GetPersistentAppUIPresignedURL"]),
    ("evs", &["GetDepotUrl"]),
    ("gamelift", &["GetComputeAuthToken", "GetGameSessionLogUrl", "GetPlayerConnectionDetails"]),
    ("gameliftstreams", &["GetStreamUrl"]),
    ("glue", &["GetDashboardUrl"]),
    ("greengrassv2", &["GetComponentVersionArtifact"]),
    ("groundstation", &["GetAgentTaskResponseUrl"]),
    ("iot", &["GetRegistrationCode"]),
    ("iotwireless", &["GetWirelessDevice"]),
    ("ivs", &["BatchGetStreamKey", "GetStreamKey"]),
    ("kinesis-video-archived-media", &["GetClip", "GetDASHStreamingSessionURL", "GetHLSStreamingSessionURL"]),
    ("kinesis-video-signaling", &["GetIceServerConfig"]),
    ("kms", &["GetParametersForImport"]),
    (
        "lakeformation",
        &[
            "GetTemporaryDataLocationCredentials",
            "GetTemporaryGlueFunctionCredentials",
            "GetTemporaryGluePartitionCredentials",
            "GetTemporaryGlueTableCredentials",
        ],
    ),
    // The code comes as a signed URL.
    ("lambda", &["GetFunction", "GetLayerVersion", "GetLayerVersionByArn"]),
    ("lex-models", &["GetExport"]),
    ("lexv2-models", &["DescribeExport", "GetTestExecutionArtifactsUrl"]),
    ("license-manager", &["GetAccessToken"]),
    ("lightsail", &["GetRelationalDatabaseMasterUserPassword"]),
    ("location", &["DescribeKey"]),
    ("m2", &["GetSignedBluinsightsUrl"]),
    // Samples of the secrets that were found in buckets.
    ("macie2", &["GetSensitiveDataOccurrences"]),
    ("managedblockchain", &["GetAccessor"]),
    ("mturk", &["GetFileUploadURL"]),
    ("payment-cryptography", &["GetParametersForExport", "GetParametersForImport"]),
    ("qbusiness", &["GetDocumentContent"]),
    ("qconnect", &["GetContent"]),
    ("quicksight", &["GetDashboardEmbedUrl", "GetSessionEmbedUrl"]),
    ("route53domains", &["RetrieveDomainAuthCode"]),
    ("route53globalresolver", &["GetAccessToken"]),
    ("secretsmanager", &["GetRandomPassword"]),
    ("security-ir", &["GetCaseAttachmentDownloadUrl", "GetCaseAttachmentUploadUrl"]),
    ("serverlessrepo", &["GetCloudFormationTemplate"]),
    ("snowball", &["GetJobManifest", "GetJobUnlockCode"]),
    ("storagegateway", &["DescribeChapCredentials"]),
    ("support", &["GetAttachmentDownloadLink", "GetAttachmentUploadLinks"]),
    ("taxsettings", &["GetTaxRegistrationDocument"]),
    ("wafv2", &["GetDecryptedAPIKey", "ListAPIKeys"]),
    ("wisdom", &["GetContent"]),
];

/// Reads in whose models secrets stand that AWS leaves out of answers, or hides behind asterisks.
const HIDDEN: &[(&str, &[&str])] = &[
    ("datasync", &["DescribeLocationFsxOntap", "DescribeLocationFsxOpenZfs"]),
    ("dms", &["DescribeEndpoints"]),
    ("ds", &["DescribeDirectories"]),
    ("ec2", &["DescribeVerifiedAccessTrustProviders"]),
    ("fsx", &["DescribeBackups", "DescribeFileSystems", "DescribeSnapshots", "DescribeVolumes"]),
    ("lightsail", &["GetRelationalDatabase", "GetRelationalDatabases"]),
    ("rds", &["DescribeDBClusters", "DescribeDBInstances", "DescribeTenantDatabases"]),
    ("redshift", &["DescribeClusters"]),
];

/// Ends of the names of members that are secrets, where the model marks them as sensitive.
const SECRET_ENDS: &[&str] = &[
    "accesstoken",
    "apikey",
    "authcode",
    "authcredentials",
    "authtoken",
    "authorizationtoken",
    "bearertoken",
    "clientsecret",
    "clientsecretvalue",
    "dbpassword",
    "downloadurl",
    "idtoken",
    "issuedtoken",
    "jointoken",
    "jwttoken",
    "keymaterial",
    "oauthtoken",
    "passphrase",
    "password",
    "plaintext",
    "presharedkey",
    "presignedurl",
    "presignedlogurl",
    "privatekey",
    "privatekeybase64",
    "refreshtoken",
    "secret",
    "secretaccesskey",
    "secretbinary",
    "secretkey",
    "secretstring",
    "securitytoken",
    "sessiontoken",
    "webidentitytoken",
];

/// Members of inputs that make a read one of a secret, and the value that does.
struct Asked {
    service: &'static str,
    operations: &'static [&'static str],
    member: &'static str,
    is_secret: fn(Option<&Value>) -> bool,
}

const ASKED: &[Asked] = &[
    Asked {
        service: "ssm",
        operations: &["GetParameter", "GetParameterHistory", "GetParameters", "GetParametersByPath"],
        member: "WithDecryption",
        is_secret: is_true,
    },
    Asked { service: "apigateway", operations: &["GetApiKey"], member: "includeValue", is_secret: is_true },
    Asked { service: "apigateway", operations: &["GetApiKeys"], member: "includeValues", is_secret: is_true },
    Asked {
        service: "glue",
        operations: &["GetConnection", "GetConnections"],
        member: "HidePassword",
        is_secret: |value| !is_true(value),
    },
    Asked {
        service: "ec2",
        operations: &["DescribeInstanceAttribute"],
        member: "Attribute",
        is_secret: |value| value.and_then(Value::as_str) == Some("userData"),
    },
    Asked { service: "datazone", operations: &["GetConnection"], member: "withSecret", is_secret: is_true },
];

fn is_true(value: Option<&Value>) -> bool {
    value.and_then(Value::as_bool) == Some(true)
}

/// Whether the answer to a read is a secret.
pub(super) fn is_secret(model: &Model, operation: &Operation, input: &Value) -> bool {
    let (service, name) = (model.service().name.as_str(), model.text(operation.name));
    if let Some(asked) =
        ASKED.iter().find(|asked| asked.service == service && asked.operations.contains(&name))
    {
        return (asked.is_secret)(input.get(asked.member));
    }
    lists(SECRETS, service, name)
        || !lists(HIDDEN, service, name) && operation.output.is_some_and(|output| holds_secret(model, output))
}

/// Whether anywhere below a shape there is a text or bytes that the model marks and whose name says secret.
fn holds_secret(model: &Model, root: ShapeId) -> bool {
    let (mut seen, mut left) = (HashSet::from([root]), vec![root]);
    while let Some(id) = left.pop() {
        let shape = model.shape(id);
        for member in &shape.members {
            let inner = model.shape(member.shape);
            let is_text = matches!(inner.kind, Kind::String | Kind::Blob);
            if is_text && (inner.is_sensitive || shape.is_sensitive) {
                let name = model.text(member.name).to_ascii_lowercase();
                if SECRET_ENDS.iter().any(|end| name.ends_with(end)) {
                    return true;
                }
            }
            if !inner.members.is_empty() && seen.insert(member.shape) {
                left.push(member.shape);
            }
        }
    }
    false
}

/// What stands in the tables.
#[cfg(test)]
pub(super) fn tables() -> impl Iterator<Item = (&'static str, &'static [&'static str])> {
    let asked = ASKED.iter().map(|asked| (asked.service, asked.operations));
    SECRETS.iter().chain(HIDDEN).copied().chain(asked)
}
