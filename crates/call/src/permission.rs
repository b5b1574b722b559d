use orgwide_models::{Model, Operation};
use orgwide_names::ServiceName;

/// Operations whose permission has another name than they have.
const OTHER: &[(&str, &str, &str)] = &[
    ("lambda", "Invoke", "lambda:InvokeFunction"),
    ("lambda", "InvokeAsync", "lambda:InvokeFunction"),
    ("s3", "GetBucketAccelerateConfiguration", "s3:GetAccelerateConfiguration"),
    ("s3", "GetBucketAnalyticsConfiguration", "s3:GetAnalyticsConfiguration"),
    ("s3", "GetBucketCors", "s3:GetBucketCORS"),
    ("s3", "GetBucketEncryption", "s3:GetEncryptionConfiguration"),
    ("s3", "GetBucketIntelligentTieringConfiguration", "s3:GetIntelligentTieringConfiguration"),
    ("s3", "GetBucketInventoryConfiguration", "s3:GetInventoryConfiguration"),
    ("s3", "GetBucketLifecycleConfiguration", "s3:GetLifecycleConfiguration"),
    ("s3", "GetBucketMetricsConfiguration", "s3:GetMetricsConfiguration"),
    ("s3", "GetBucketNotificationConfiguration", "s3:GetBucketNotification"),
    ("s3", "GetBucketReplication", "s3:GetReplicationConfiguration"),
    ("s3", "GetPublicAccessBlock", "s3:GetBucketPublicAccessBlock"),
    ("s3", "HeadBucket", "s3:ListBucket"),
    ("s3", "HeadObject", "s3:GetObject"),
    ("s3", "ListBucketAnalyticsConfigurations", "s3:GetAnalyticsConfiguration"),
    ("s3", "ListBucketIntelligentTieringConfigurations", "s3:GetIntelligentTieringConfiguration"),
    ("s3", "ListBucketInventoryConfigurations", "s3:GetInventoryConfiguration"),
    ("s3", "ListBucketMetricsConfigurations", "s3:GetMetricsConfiguration"),
    ("s3", "ListBuckets", "s3:ListAllMyBuckets"),
    ("s3", "ListMultipartUploads", "s3:ListBucketMultipartUploads"),
    ("s3", "ListObjectVersions", "s3:ListBucketVersions"),
    ("s3", "ListObjects", "s3:ListBucket"),
    ("s3", "ListObjectsV2", "s3:ListBucket"),
    ("s3", "ListParts", "s3:ListMultipartUploadParts"),
];

/// The IAM action that an operation needs, as far as its names tell. What AWS says when it refuses a call is
/// better, and comes first where it says anything.
#[must_use]
pub fn action(model: &Model, operation: &Operation) -> String {
    let (service, name) = (model.service().name.as_str(), model.text(operation.name));
    if let Some((.., action)) = OTHER.iter().find(|(of, other, _)| *of == service && *other == name) {
        return (*action).to_owned();
    }
    // API Gateway's permissions are the methods of HTTP.
    let by_method = matches!(service, "apigateway" | "apigatewayv2");
    let name = if by_method { model.text(operation.method) } else { name };
    let prefix = model.service().id.parse::<ServiceName>();
    format!("{}:{name}", prefix.as_ref().map_or(service, ServiceName::iam_prefix))
}

#[cfg(test)]
mod tests {
    use orgwide_models::Catalog;

    use super::*;

    #[test]
    fn a_permission_is_called_as_iam_calls_it() {
        for (service, operation, expected) in [
            ("ec2", "DescribeInstances", "ec2:DescribeInstances"),
            ("elbv2", "DescribeLoadBalancers", "elasticloadbalancing:DescribeLoadBalancers"),
            ("stepfunctions", "ListStateMachines", "states:ListStateMachines"),
            ("s3", "ListBuckets", "s3:ListAllMyBuckets"),
            ("apigateway", "GetRestApis", "apigateway:GET"),
            ("apigatewayv2", "CreateApi", "apigateway:POST"),
        ] {
            let (model, operation) = crate::find(&Catalog::embedded(), service, operation).unwrap();
            assert_eq!(action(&model, &operation), expected);
        }
    }

    #[test]
    fn every_operation_in_the_table_is_there() {
        for (service, operation, _) in OTHER {
            assert!(crate::find(&Catalog::embedded(), service, operation).is_ok(), "{service}:{operation}");
        }
        assert!(OTHER.is_sorted(), "and found at a glance");
    }
}
