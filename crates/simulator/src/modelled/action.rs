//! The permissions that operations need, by AWS's Service Authorization Reference.

/// Where IAM calls a service otherwise than signatures do.
const PREFIXES: [(&str, &str); 9] = [
    ("cloudcontrolapi", "cloudformation"),
    ("IoTSecuredTunneling", "iot"),
    ("ioteventsdata", "iotevents"),
    ("iotdata", "iot"),
    ("iot-jobs-data", "iotjobsdata"),
    ("monitoring", "cloudwatch"),
    ("mturk-requester", "mechanicalturk"),
    ("tagging", "tag"),
    ("awsssoportal", "sso"),
];

/// Where a permission of S3 is called otherwise than its operation.
const S3: [(&str, &str); 29] = [
    ("CompleteMultipartUpload", "PutObject"),
    ("CreateMultipartUpload", "PutObject"),
    ("GetBucketAccelerateConfiguration", "GetAccelerateConfiguration"),
    ("GetBucketAnalyticsConfiguration", "GetAnalyticsConfiguration"),
    ("GetBucketCors", "GetBucketCORS"),
    ("GetBucketEncryption", "GetEncryptionConfiguration"),
    ("GetBucketIntelligentTieringConfiguration", "GetIntelligentTieringConfiguration"),
    ("GetBucketInventoryConfiguration", "GetInventoryConfiguration"),
    ("GetBucketLifecycle", "GetLifecycleConfiguration"),
    ("GetBucketLifecycleConfiguration", "GetLifecycleConfiguration"),
    ("GetBucketMetricsConfiguration", "GetMetricsConfiguration"),
    ("GetBucketNotificationConfiguration", "GetBucketNotification"),
    ("GetBucketReplication", "GetReplicationConfiguration"),
    ("GetObjectLockConfiguration", "GetBucketObjectLockConfiguration"),
    ("GetPublicAccessBlock", "GetBucketPublicAccessBlock"),
    ("HeadBucket", "ListBucket"),
    ("HeadObject", "GetObject"),
    ("ListBucketAnalyticsConfigurations", "GetAnalyticsConfiguration"),
    ("ListBucketIntelligentTieringConfigurations", "GetIntelligentTieringConfiguration"),
    ("ListBucketInventoryConfigurations", "GetInventoryConfiguration"),
    ("ListBucketMetricsConfigurations", "GetMetricsConfiguration"),
    // One of the few whose name has nothing of the operation's.
    ("ListBuckets", "ListAllMyBuckets"),
    ("ListDirectoryBuckets", "ListAllMyDirectoryBuckets"),
    ("ListMultipartUploads", "ListBucketMultipartUploads"),
    ("ListObjects", "ListBucket"),
    ("ListObjectsV2", "ListBucket"),
    ("ListObjectVersions", "ListBucketVersions"),
    ("ListParts", "ListMultipartUploadParts"),
    ("UploadPart", "PutObject"),
];

/// The permission that an operation needs, of the service that signs so.
pub(crate) fn action(signing_name: &str, service: &str, operation: &str) -> String {
    let find = |table: &[(&'static str, &'static str)], name: &str| {
        table.iter().find(|(from, _)| *from == name).map(|(_, to)| *to)
    };
    let prefix = find(&PREFIXES, signing_name).unwrap_or(signing_name);
    let name = match (signing_name, service) {
        // Its permissions are for methods of HTTP.
        ("apigateway", _) if !operation.starts_with("Test") => "GET",
        ("apigateway", _) => "POST",
        ("s3", "s3control") if operation == "GetPublicAccessBlock" => "GetAccountPublicAccessBlock",
        ("s3", "s3control") => operation,
        ("s3", _) => find(&S3, operation).unwrap_or(operation),
        ("budgets", _)
            if !operation.starts_with("DescribeBudgetAction") && operation != "ListTagsForResource" =>
        {
            "ViewBudget"
        }
        _ => operation,
    };
    // DynamoDB has no permission for a transaction of reads, only for the reads in it.
    let name = if (prefix, name) == ("dynamodb", "TransactGetItems") { "GetItem" } else { name };
    format!("{prefix}:{name}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn permissions_are_called_as_iam_calls_them() {
        for (signing_name, service, operation, expected) in [
            ("ec2", "ec2", "DescribeVolumes", "ec2:DescribeVolumes"),
            ("s3", "s3", "ListBuckets", "s3:ListAllMyBuckets"),
            ("s3", "s3", "HeadBucket", "s3:ListBucket"),
            ("s3", "s3", "GetBucketTagging", "s3:GetBucketTagging"),
            ("s3", "s3", "GetPublicAccessBlock", "s3:GetBucketPublicAccessBlock"),
            ("s3", "s3control", "GetPublicAccessBlock", "s3:GetAccountPublicAccessBlock"),
            ("monitoring", "cloudwatch", "DescribeAlarms", "cloudwatch:DescribeAlarms"),
            ("tagging", "resourcegroupstaggingapi", "GetResources", "tag:GetResources"),
            ("cloudcontrolapi", "cloudcontrol", "ListResources", "cloudformation:ListResources"),
            ("apigateway", "apigatewayv2", "GetApis", "apigateway:GET"),
            ("ses", "sesv2", "ListEmailIdentities", "ses:ListEmailIdentities"),
            ("budgets", "budgets", "DescribeBudgets", "budgets:ViewBudget"),
            (
                "budgets",
                "budgets",
                "DescribeBudgetActionsForAccount",
                "budgets:DescribeBudgetActionsForAccount",
            ),
        ] {
            assert_eq!(action(signing_name, service, operation), expected);
        }
    }
}
