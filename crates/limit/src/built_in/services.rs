//! Everything but EC2.

use super::{Row, measured, published};
use crate::{Basis, Scope};

const STS: &str = "IAM User Guide, IAM and AWS STS quotas";
const ORGANIZATIONS: &str = "AWS Organizations User Guide, Quotas and service limits";
const ACCOUNT: &str = "AWS Account Management Reference Guide, Quotas for AWS Account Management";
const ROUTE_53: &str = "Amazon Route 53 Developer Guide, Quotas";
const LAMBDA: &str = "AWS Lambda Developer Guide, Lambda quotas";
const ECS: &str = "Amazon ECS API Reference, Request throttling for the Amazon ECS API";
const ELB: &str = "Elastic Load Balancing User Guide, Request throttling for the Elastic Load Balancing API";
const DYNAMODB: &str = "Amazon DynamoDB Developer Guide, Best practices for managing the control plane";
const DYNAMODB_MODEL: &str = "Amazon DynamoDB API Reference";
const KINESIS: &str = "Amazon Kinesis Data Streams API Reference";
const RESOURCE_EXPLORER: &str = "AWS Resource Explorer User Guide, Quotas";
const TAGGING: &str = "Tag Editor User Guide, Service quotas";
const CLOUDWATCH: &str = "Amazon CloudWatch User Guide, CloudWatch service quotas";
const LOGS: &str = "Service Quotas, Amazon CloudWatch Logs";
const CLOUDTRAIL: &str = "AWS CloudTrail API Reference, LookupEvents";
const KMS: &str = "AWS KMS Developer Guide, Request quotas";
const SECRETS_MANAGER: &str = "AWS Secrets Manager User Guide, Quotas";
const SECURITY_HUB: &str = "AWS Security Hub API Reference";
const WAF: &str = "AWS WAF Developer Guide, Quotas";
const SNS: &str = "Amazon SNS API Reference";
const SES: &str = "Amazon SES API Reference, version 1";
const STEAMPIPE: &str = "turbot/steampipe-plugin-aws";
const SAM: &str = "aws/aws-sam-cli issue 2671";
const NUKE: &str = "ekristen/aws-nuke";
const CHAMBER: &str = "segmentio/chamber issues 34 and 392";

pub(super) static TABLE: &[Row] = &[
    // Paid by the account that asks: the hub of a run.
    Row::new("sts", Scope::ACCOUNT_REGION, 200.0, 200, published("600/s over all its operations", STS)),
    Row::new(
        "organizations",
        Scope::ACCOUNT_OPERATION,
        5.0,
        8,
        published("8/s, bucket of 12", ORGANIZATIONS),
    )
    .of(&["ListAccounts"]),
    Row::new(
        "organizations",
        Scope::ACCOUNT_OPERATION,
        3.0,
        5,
        published("5/s, bucket of 8 at least", ORGANIZATIONS),
    )
    .of(&[
        "ListAccountsForParent",
        "ListParents",
        "ListOrganizationalUnitsForParent",
        "ListChildren",
        "ListPolicies",
        "ListPoliciesForTarget",
        "ListTargetsForPolicy",
        "ListDelegatedAdministrators",
    ]),
    Row::new(
        "organizations",
        Scope::ACCOUNT_OPERATION,
        6.0,
        8,
        published("10/s, bucket of 15 at least", ORGANIZATIONS),
    )
    .of(&["DescribeAccount", "ListTagsForResource"]),
    // Its slowest operations have this little.
    Row::new(
        "organizations",
        Scope::ACCOUNT_OPERATION,
        0.7,
        1,
        published("1/s, bucket of 2 for DescribeOrganization and ListRoots", ORGANIZATIONS),
    ),
    Row::new(
        "account",
        Scope::ACCOUNT_OPERATION,
        3.0,
        3,
        published("5/s, bucket of 5 for ListRegions", ACCOUNT),
    ),
    Row::new(
        "service-quotas",
        Scope::ACCOUNT_REGION_OPERATION,
        2.0,
        2,
        measured("throttled at 5/s, though 5/s and more are published", STEAMPIPE),
    ),
    Row::new("pricing", Scope::ACCOUNT_OPERATION, 2.0, 2, Basis::Guess),
    // Global: one endpoint for all regions.
    Row::new(
        "iam",
        Scope::ACCOUNT_OPERATION,
        10.0,
        15,
        measured("15/s to 40/s by operation hold", STEAMPIPE),
    ),
    Row::new("route53", Scope::ACCOUNT, 2.5, 3, published("5/s over all operations", ROUTE_53)),
    Row::new("cloudfront", Scope::ACCOUNT, 2.5, 5, measured("5/s holds", STEAMPIPE)),
    Row::new("s3", Scope::ACCOUNT, 20.0, 20, Basis::Guess),
    // Compute.
    Row::new("lambda", Scope::ACCOUNT_REGION, 8.0, 8, published("15/s over most operations", LAMBDA)),
    Row::new("lambda", Scope::ACCOUNT_REGION, 50.0, 50, published("100/s", LAMBDA)).of(&["GetFunction"]),
    Row::new("lambda", Scope::ACCOUNT_REGION, 7.0, 7, published("15/s of its own", LAMBDA))
        .of(&["GetPolicy"]),
    // ECS's categories: the operations of a line share a bucket.
    Row::new("ecs", Scope::ACCOUNT_REGION, 10.0, 25, published("20/s, bucket of 50 for the category", ECS))
        .of(&["DescribeClusters", "ListClusters"]),
    Row::new("ecs", Scope::ACCOUNT_REGION, 10.0, 40, published("20/s, bucket of 100 for the category", ECS))
        .of(&["DescribeServices", "ListServices"]),
    Row::new("ecs", Scope::ACCOUNT_REGION, 10.0, 40, published("20/s, bucket of 100 for the category", ECS))
        .of(&["DescribeTasks", "ListTasks", "DescribeContainerInstances", "ListContainerInstances"]),
    Row::new("ecs", Scope::ACCOUNT_REGION, 10.0, 25, published("20/s, bucket of 50 for the category", ECS))
        .of(&["DescribeTaskDefinition", "ListTaskDefinitions", "ListTaskDefinitionFamilies"]),
    Row::new("ecs", Scope::ACCOUNT_REGION, 10.0, 25, published("20/s, bucket of 50 for the category", ECS))
        .of(&["ListTagsForResource"]),
    Row::new("ecs", Scope::ACCOUNT_REGION, 10.0, 25, published("20/s, bucket of 50 for the category", ECS))
        .of(&["DescribeCapacityProviders"]),
    Row::new("ecs", Scope::ACCOUNT_REGION_OPERATION, 0.5, 5, published("1/s, bucket of 10", ECS))
        .of(&["ListServicesByNamespace"]),
    Row::new("ecs", Scope::ACCOUNT_REGION, 5.0, 5, Basis::Guess),
    Row::new("eks", Scope::ACCOUNT_REGION, 5.0, 5, Basis::Guess),
    Row::new("autoscaling", Scope::ACCOUNT_REGION, 5.0, 5, Basis::Guess),
    // Load balancing: reading operations share a bucket, one for each version of the API.
    Row::new(
        "elb",
        Scope::ACCOUNT_REGION,
        5.0,
        20,
        published("10/s, bucket of 40 for reading operations", ELB),
    )
    .of(&["Describe*", "Get*"]),
    Row::new("elb", Scope::ACCOUNT_REGION, 2.5, 5, Basis::Guess),
    Row::new(
        "elbv2",
        Scope::ACCOUNT_REGION,
        5.0,
        20,
        published("10/s, bucket of 40 for reading operations", ELB),
    )
    .of(&["Describe*", "Get*"]),
    Row::new("elbv2", Scope::ACCOUNT_REGION, 2.5, 5, Basis::Guess),
    // Data. Three services share the endpoint of RDS, and perhaps its limits; the names tell them apart.
    Row::new("rds", Scope::ACCOUNT_REGION, 5.0, 10, Basis::Guess),
    Row::new("neptune", Scope::ACCOUNT_REGION, 5.0, 10, Basis::Guess),
    Row::new("docdb", Scope::ACCOUNT_REGION, 5.0, 10, Basis::Guess),
    Row::new(
        "dynamodb",
        Scope::ACCOUNT_REGION,
        100.0,
        100,
        published("2,500/s over all control plane operations", DYNAMODB),
    ),
    Row::new("dynamodb", Scope::ACCOUNT_REGION_OPERATION, 5.0, 5, published("10/s", DYNAMODB_MODEL)).of(&[
        "ListTagsOfResource",
        "DescribeContinuousBackups",
        "DescribeBackup",
    ]),
    Row::new("kinesis", Scope::ACCOUNT_REGION_OPERATION, 2.5, 3, Basis::Guess),
    Row::new("kinesis", Scope::ACCOUNT_REGION_OPERATION, 2.5, 3, published("5/s", KINESIS))
        .of(&["ListStreams", "ListTagsForStream"]),
    Row::new("kinesis", Scope::ACCOUNT_REGION_OPERATION, 5.0, 5, published("10/s", KINESIS))
        .of(&["DescribeStream"]),
    Row::new("kinesis", Scope::ACCOUNT_REGION_OPERATION, 10.0, 10, published("20/s", KINESIS))
        .of(&["DescribeStreamSummary"]),
    // Management.
    Row::new("cloudformation", Scope::ACCOUNT_REGION, 2.0, 4, measured("5/s for DescribeStacks", SAM)),
    Row::new("cloudcontrol", Scope::ACCOUNT_REGION, 0.9, 1, measured("60 a minute", NUKE)),
    Row::new(
        "resource-explorer-2",
        Scope::ACCOUNT_REGION_OPERATION,
        1.5,
        2,
        published("3/s", RESOURCE_EXPLORER),
    ),
    Row::new(
        "resource-explorer-2",
        Scope::ACCOUNT_REGION_OPERATION,
        2.5,
        3,
        published("5/s", RESOURCE_EXPLORER),
    )
    .of(&["Search"]),
    Row::new("resourcegroupstaggingapi", Scope::ACCOUNT_REGION_OPERATION, 2.5, 3, published("5/s", TAGGING))
        .of(&["GetTagKeys", "GetTagValues", "TagResources", "UntagResources"]),
    Row::new("resourcegroupstaggingapi", Scope::ACCOUNT_REGION_OPERATION, 7.0, 7, published("15/s", TAGGING))
        .of(&["GetResources"]),
    Row::new("configservice", Scope::ACCOUNT_REGION, 3.0, 3, Basis::Guess),
    Row::new(
        "cloudwatch",
        Scope::ACCOUNT_REGION_OPERATION,
        4.0,
        4,
        published("9/s for DescribeAlarms", CLOUDWATCH),
    ),
    Row::new("cloudwatch", Scope::ACCOUNT_REGION_OPERATION, 1.5, 2, published("3/s", CLOUDWATCH))
        .of(&["DescribeAlarmHistory"]),
    Row::new("cloudwatch", Scope::ACCOUNT_REGION_OPERATION, 12.0, 12, published("25/s", CLOUDWATCH))
        .of(&["ListMetrics"]),
    Row::new(
        "cloudwatch",
        Scope::ACCOUNT_REGION_OPERATION,
        5.0,
        5,
        published("50/s, 10/s with Metrics Insights; 10/s for ListDashboards", CLOUDWATCH),
    )
    .of(&["GetMetricData", "ListDashboards"]),
    Row::new("cloudwatch", Scope::ACCOUNT_REGION_OPERATION, 200.0, 200, published("400/s", CLOUDWATCH))
        .of(&["GetMetricStatistics"]),
    Row::new("logs", Scope::ACCOUNT_REGION_OPERATION, 5.0, 5, published("10/s for DescribeLogGroups", LOGS)),
    Row::new("logs", Scope::ACCOUNT_REGION_OPERATION, 12.0, 12, published("25/s", LOGS))
        .of(&["DescribeLogStreams"]),
    Row::new("cloudtrail", Scope::ACCOUNT_REGION, 5.0, 5, Basis::Guess),
    Row::new("cloudtrail", Scope::ACCOUNT_REGION_OPERATION, 1.0, 1, published("2/s", CLOUDTRAIL))
        .of(&["LookupEvents"]),
    Row::new("ssm", Scope::ACCOUNT_REGION, 5.0, 5, Basis::Guess),
    Row::new(
        "ssm",
        Scope::ACCOUNT_REGION_OPERATION,
        2.0,
        5,
        measured("throttled after about 20 calls", CHAMBER),
    )
    .of(&["DescribeParameters"]),
    // Security.
    Row::new("kms", Scope::ACCOUNT_REGION_OPERATION, 5.0, 5, Basis::Guess),
    Row::new("kms", Scope::ACCOUNT_REGION_OPERATION, 50.0, 50, published("100/s", KMS))
        .of(&["ListGrants", "ListKeyPolicies"]),
    Row::new("kms", Scope::ACCOUNT_REGION_OPERATION, 100.0, 100, published("500/s at least", KMS)).of(&[
        "ListKeys",
        "ListAliases",
        "DescribeKey",
        "GetKeyPolicy",
        "GetKeyRotationStatus",
        "ListResourceTags",
    ]),
    Row::new("secretsmanager", Scope::ACCOUNT_REGION, 5.0, 5, Basis::Guess),
    Row::new(
        "secretsmanager",
        Scope::ACCOUNT_REGION_OPERATION,
        20.0,
        20,
        published("100/s for ListSecrets, more for DescribeSecret", SECRETS_MANAGER),
    )
    .of(&["ListSecrets", "DescribeSecret"]),
    Row::new("secretsmanager", Scope::ACCOUNT_REGION_OPERATION, 20.0, 20, published("50/s", SECRETS_MANAGER))
        .of(&["GetResourcePolicy"]),
    Row::new(
        "securityhub",
        Scope::ACCOUNT_REGION_OPERATION,
        5.0,
        15,
        published("10/s, bucket of 30 for reading operations", SECURITY_HUB),
    ),
    Row::new(
        "securityhub",
        Scope::ACCOUNT_REGION_OPERATION,
        1.5,
        3,
        published("3/s, bucket of 6", SECURITY_HUB),
    )
    .of(&["GetFindings"]),
    Row::new("wafv2", Scope::ACCOUNT_REGION_OPERATION, 2.5, 3, published("5/s for each", WAF))
        .of(&["Get*", "List*"]),
    Row::new("wafv2", Scope::ACCOUNT_REGION_OPERATION, 1.0, 2, Basis::Guess),
    // Messages.
    Row::new("sns", Scope::ACCOUNT_REGION_OPERATION, 5.0, 5, Basis::Guess),
    Row::new("sns", Scope::ACCOUNT_REGION_OPERATION, 15.0, 15, published("30/s", SNS)).of(&[
        "ListTopics",
        "ListSubscriptions",
        "ListSubscriptionsByTopic",
    ]),
    Row::new("sns", Scope::ACCOUNT_REGION_OPERATION, 7.0, 7, published("15/s", SNS))
        .of(&["ListPlatformApplications"]),
    Row::new("ses", Scope::ACCOUNT_REGION_OPERATION, 0.5, 1, published("1/s for reading identities", SES)),
];
