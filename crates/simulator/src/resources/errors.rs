//! What services answer with when a request cannot be answered.

use crate::refusal::Refusal;

/// A value that the service does not take.
pub(super) fn invalid(service: &str, message: impl Into<String>) -> Refusal {
    let code = match service {
        "ec2" | "rds" | "elasticache" | "redshift" | "sqs" => "InvalidParameterValue",
        "iam" | "elbv2" | "autoscaling" | "cloudformation" | "cloudwatch" => "ValidationError",
        "ecs" | "eks" | "ecr" | "logs" | "secretsmanager" => "InvalidParameterException",
        "lambda" => "InvalidParameterValueException",
        "sns" => "InvalidParameter",
        "guardduty" | "apigateway" => "BadRequestException",
        "efs" => "BadRequest",
        "route53" => "InvalidInput",
        "cloudfront" | "s3" => "InvalidArgument",
        _ => "ValidationException",
    };
    Refusal::new(400, code, message)
}

/// A parameter that would change the answer and is not simulated: answering without it would be a lie.
pub(super) fn unsupported(service: &str, operation: &str, parameter: &str) -> Refusal {
    invalid(service, format!("The simulator does not know the parameter {parameter} of {operation}."))
}

/// What is named is not there.
pub(super) fn missing(service: &str, name: &str) -> Refusal {
    let (status, code) = match service {
        "iam" => (404, "NoSuchEntity"),
        "elbv2" => (400, "LoadBalancerNotFound"),
        "ecr" => (400, "RepositoryNotFoundException"),
        "ssm" => (400, "InvalidResourceId"),
        "sqs" => (400, "QueueDoesNotExist"),
        "sns" => (404, "NotFound"),
        "kms" => (400, "NotFoundException"),
        "apigateway" => (404, "NotFoundException"),
        "elasticache" => (404, "CacheClusterNotFound"),
        "rds" => (404, "DBInstanceNotFound"),
        "route53" => (404, "NoSuchHostedZone"),
        "cloudfront" => (404, "NoSuchResource"),
        "guardduty" => (400, "BadRequestException"),
        "efs" => (404, "FileSystemNotFound"),
        "eks" | "lambda" | "cloudwatch" => (404, "ResourceNotFoundException"),
        "opensearch" => (409, "ResourceNotFoundException"),
        "s3" => (404, "NoSuchBucket"),
        _ => (400, "ResourceNotFoundException"),
    };
    Refusal::new(status, code, format!("{name} is not there."))
}
