//! Services whose spellings differ between the SDKs, the AWS CLI and IAM.
//!
//! A service that is spelled alike in all three, but for case, spaces and hyphens, needs no row.

/// One service in its three spellings.
pub(crate) struct Spellings {
    /// The service id of the SDKs, which requests carry.
    pub(crate) sdk: &'static str,
    /// The command of the AWS CLI, which is the name used here.
    pub(crate) cli: &'static str,
    /// The prefix of IAM actions.
    pub(crate) iam: &'static str,
}

const fn row(sdk: &'static str, cli: &'static str, iam: &'static str) -> Spellings {
    Spellings { sdk, cli, iam }
}

pub(crate) static SERVICES: &[Spellings] = &[
    row("Application Auto Scaling", "application-autoscaling", "application-autoscaling"),
    row("Auto Scaling", "autoscaling", "autoscaling"),
    row("CloudWatch", "cloudwatch", "cloudwatch"),
    row("CloudWatch Logs", "logs", "logs"),
    row("Cognito Identity Provider", "cognito-idp", "cognito-idp"),
    row("Config Service", "configservice", "config"),
    row("Cost Explorer", "ce", "ce"),
    row("Database Migration Service", "dms", "dms"),
    row("Directory Service", "ds", "ds"),
    row("EFS", "efs", "elasticfilesystem"),
    row("EMR", "emr", "elasticmapreduce"),
    row("Elastic Beanstalk", "elasticbeanstalk", "elasticbeanstalk"),
    row("Elastic Load Balancing", "elb", "elasticloadbalancing"),
    row("Elastic Load Balancing v2", "elbv2", "elasticloadbalancing"),
    row("Elasticsearch Service", "es", "es"),
    row("EventBridge", "events", "events"),
    row("Resource Groups Tagging API", "resourcegroupstaggingapi", "tag"),
    row("S3", "s3", "s3"),
    row("SFN", "stepfunctions", "states"),
    row("SSO Admin", "sso-admin", "sso"),
    row("Service Catalog", "servicecatalog", "servicecatalog"),
    row("Service Quotas", "service-quotas", "servicequotas"),
    row("Storage Gateway", "storagegateway", "storagegateway"),
];
