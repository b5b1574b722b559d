//! The types that are declared in `collectors/`, a file for each service.

#[cfg(test)]
mod examples;
#[cfg(test)]
mod facts;

/// Name and text of every file, in the order of their names.
pub(crate) const FILES: &[(&str, &str)] = &[
    ("acm.yaml", include_str!("../collectors/acm.yaml")),
    ("apigateway.yaml", include_str!("../collectors/apigateway.yaml")),
    ("autoscaling.yaml", include_str!("../collectors/autoscaling.yaml")),
    ("cloudformation.yaml", include_str!("../collectors/cloudformation.yaml")),
    ("cloudfront.yaml", include_str!("../collectors/cloudfront.yaml")),
    ("cloudtrail.yaml", include_str!("../collectors/cloudtrail.yaml")),
    ("cloudwatch.yaml", include_str!("../collectors/cloudwatch.yaml")),
    ("config.yaml", include_str!("../collectors/config.yaml")),
    ("dynamodb.yaml", include_str!("../collectors/dynamodb.yaml")),
    ("ec2.yaml", include_str!("../collectors/ec2.yaml")),
    ("ecr.yaml", include_str!("../collectors/ecr.yaml")),
    ("ecs.yaml", include_str!("../collectors/ecs.yaml")),
    ("efs.yaml", include_str!("../collectors/efs.yaml")),
    ("eks.yaml", include_str!("../collectors/eks.yaml")),
    ("elasticache.yaml", include_str!("../collectors/elasticache.yaml")),
    ("elbv2.yaml", include_str!("../collectors/elbv2.yaml")),
    ("guardduty.yaml", include_str!("../collectors/guardduty.yaml")),
    ("iam.yaml", include_str!("../collectors/iam.yaml")),
    ("kms.yaml", include_str!("../collectors/kms.yaml")),
    ("lambda.yaml", include_str!("../collectors/lambda.yaml")),
    ("logs.yaml", include_str!("../collectors/logs.yaml")),
    ("opensearch.yaml", include_str!("../collectors/opensearch.yaml")),
    ("organizations.yaml", include_str!("../collectors/organizations.yaml")),
    ("rds.yaml", include_str!("../collectors/rds.yaml")),
    ("redshift.yaml", include_str!("../collectors/redshift.yaml")),
    ("route53.yaml", include_str!("../collectors/route53.yaml")),
    ("s3.yaml", include_str!("../collectors/s3.yaml")),
    ("secretsmanager.yaml", include_str!("../collectors/secretsmanager.yaml")),
    ("sns.yaml", include_str!("../collectors/sns.yaml")),
    ("sqs.yaml", include_str!("../collectors/sqs.yaml")),
    ("ssm.yaml", include_str!("../collectors/ssm.yaml")),
];
