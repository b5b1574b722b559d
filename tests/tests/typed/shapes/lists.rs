//! What the compared operations of S3, STS, Organizations and Account Management answer.

use aws_sdk_account::operation::list_regions::ListRegionsOutput;
use aws_sdk_account::types as account;
use aws_sdk_organizations::operation::describe_organization::DescribeOrganizationOutput;
use aws_sdk_organizations::operation::list_accounts::ListAccountsOutput;
use aws_sdk_organizations::types as organizations;
use aws_sdk_s3::operation::list_buckets::ListBucketsOutput;
use aws_sdk_s3::types as s3;
use aws_sdk_sts::operation::get_caller_identity::GetCallerIdentityOutput;

use crate::untyped::{enumerations, structures};

structures! {
    ListBucketsOutput { buckets, owner, continuation_token, prefix }
    s3::Bucket { name, creation_date, bucket_region, bucket_arn }
    s3::Owner { display_name, id as "ID" }
    GetCallerIdentityOutput { user_id, account, arn }
    ListAccountsOutput { accounts, next_token }
    organizations::Account { id, arn, email, name, status, state, paths, joined_method, joined_timestamp }
    DescribeOrganizationOutput { organization }
    organizations::Organization {
        id, arn, feature_set, master_account_arn, master_account_id, master_account_email,
        available_policy_types,
    }
    organizations::PolicyTypeSummary { r#type as "Type", status }
    ListRegionsOutput { next_token, regions }
    account::Region { region_name, region_opt_status }
}

enumerations! {
    organizations::AccountStatus, organizations::AccountState, organizations::AccountJoinedMethod,
    organizations::OrganizationFeatureSet, organizations::PolicyType, organizations::PolicyTypeStatus,
    account::RegionOptStatus,
}
