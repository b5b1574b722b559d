//! What botocore's models do not say about names, each with where it comes from.

/// All of them; the tests bring others.
pub(super) struct Corrections {
    /// A folder of botocore and the command the AWS CLI gives it.
    pub(super) renamed: &'static [(&'static str, &'static str)],
    /// A folder of botocore and a second name it answers to.
    pub(super) also: &'static [(&'static str, &'static str)],
    /// A folder of botocore that is another one's older copy, and that other one.
    pub(super) copies: &'static [(&'static str, &'static str)],
    /// A folder of botocore and the prefix of its IAM actions, where that is not the signing name.
    pub(super) iam: &'static [(&'static str, &'static str)],
    /// A prefix of several services that is the name of none, and the service it stands for, if any.
    pub(super) shared: &'static [(&'static str, Option<&'static str>)],
}

pub(super) const ALL: Corrections =
    Corrections { renamed: RENAMED, also: ALSO, copies: COPIES, iam: IAM, shared: SHARED };

/// The AWS CLI forms its commands from botocore's folders (`awscli/clidriver.py`), but for these.
const RENAMED: &[(&str, &str)] = &[
    // awscli/customizations/codedeploy/codedeploy.py
    ("codedeploy", "deploy"),
    // awscli/customizations/configservice/rename_cmd.py
    ("config", "configservice"),
];

const ALSO: &[(&str, &str)] = &[
    // awscli/customizations/s3/s3.py: the API's operations are under `s3api`, because `aws s3` copies
    // files. Everybody, IAM and the SDKs included, calls the service s3; so does orgwide.
    ("s3", "s3api"),
];

/// The SDKs' id tells services apart at run time: two models with one id are one service.
const COPIES: &[(&str, &str)] = &[
    // An older copy of the model. awscli/customizations/sms_voice.py hides its command.
    ("sms-voice", "pinpoint-sms-voice"),
];

/// From the Service Authorization Reference: where a model's operations are actions of another prefix
/// than the signing name. Compared for every service with the reference of March 2026; a service that it
/// lacks keeps its signing name.
const IAM: &[(&str, &str)] = &[
    // Cloud Control API asks for cloudformation:GetResource and the like, then for the handler's own.
    ("cloudcontrol", "cloudformation"),
    // Signed as `monitoring`, after the host; the actions are cloudwatch:GetMetricData and the like.
    ("cloudwatch", "cloudwatch"),
    // iot:Publish, iot:GetThingShadow.
    ("iot-data", "iot"),
    // iotjobsdata:DescribeJobExecution; the signing name has hyphens.
    ("iot-jobs-data", "iotjobsdata"),
    // iot:OpenTunnel.
    ("iotsecuretunneling", "iot"),
    // Signed as `mturk-requester`; the actions are mechanicalturk:ListHITs and the like.
    ("mturk", "mechanicalturk"),
    // The four signing names of Partner Central have one prefix: partnercentral:GetPartner,
    // partnercentral:ListBenefits, partnercentral:ListRelationships, partnercentral:ListOpportunities.
    ("partnercentral-account", "partnercentral"),
    ("partnercentral-benefits", "partnercentral"),
    ("partnercentral-channel", "partnercentral"),
    ("partnercentral-selling", "partnercentral"),
    // Signed as `tagging`; the actions are tag:GetResources and the like.
    ("resourcegroupstaggingapi", "tag"),
];

/// One service where it is the one people mean; none where a guess would limit one of several.
const SHARED: &[(&str, Option<&str>)] = &[
    ("aws-marketplace", None),
    // Keyspaces and its streams, which have an endpoint of their own.
    ("cassandra", Some("keyspaces")),
    // The host of SES, of its second version, and of Pinpoint's copy of that.
    ("email", Some("ses")),
    // Requests to deployed APIs; ConnectParticipant borrows the name for its signatures only.
    ("execute-api", Some("apigatewaymanagementapi")),
    ("lex", None),
    ("partnercentral", None),
    ("timestream", None),
];
