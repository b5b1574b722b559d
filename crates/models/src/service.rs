use serde::{Deserialize, Serialize};

use crate::Protocol;

/// What is true of a service as a whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Service {
    /// Its name in botocore, which is mostly that of the AWS CLI: `ec2`, `elbv2`, `s3`.
    pub name: String,
    /// Its id in the SDKs: `EC2`, `Elastic Load Balancing v2`.
    pub id: String,
    /// What AWS calls it: `Amazon Elastic Compute Cloud`.
    pub full_name: String,
    /// The version of its API: `2016-11-15`.
    pub version: String,
    /// The first part of its usual host.
    pub endpoint_prefix: String,
    /// The name it signs with, where an endpoint's rules do not say.
    pub signing_name: String,
    /// How it is spoken to. JSON is preferred where there is a choice.
    pub protocol: Protocol,
    /// What stands before the operation in `X-Amz-Target`.
    pub target_prefix: Option<String>,
    /// The namespace of its XML.
    pub namespace: Option<String>,
    /// It spoke the query protocol once, and users still match the codes of that.
    pub is_query_compatible: bool,
}
